"""The recogniser `winnow.recognizers.au_tfn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TFN: 123 456 782", ["123 456 782"]),
        ("Tax File Number 123456782", ["123456782"]),
        ("TFN 123 456 789", []),
        ("123 456 782", []),
        ("TFN_1 of 3", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax file numbers with a correct check digit are found beside their name."""
    assert found("au_tfn", text) == expected
