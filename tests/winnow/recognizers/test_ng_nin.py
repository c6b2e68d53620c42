"""The recogniser `winnow.recognizers.ng_nin`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIN: 12345678901", ["12345678901"]),
        ("NIMC no. 1234 567 8901", ["1234 567 8901"]),
        ("12345678901", []),
        ("NIN of 1234567", []),
        ("ninety 12345678901", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identification numbers are found beside their name alone."""
    assert found("ng_nin", text) == expected
