"""The recogniser `winnow.recognizers.ca_sin`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SIN: 123-456-782", ["123-456-782"]),
        ("social insurance number 123 456 782", ["123 456 782"]),
        ("NAS 123456782", ["123456782"]),
        ("SIN 123-456-789", []),
        ("123-456-782", []),
        ("a sin of 823456785", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Insurance numbers with a correct check digit are found beside their name."""
    assert found("ca_sin", text) == expected
