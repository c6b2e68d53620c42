"""The recogniser `winnow.recognizers.hu_taj`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TAJ szám: 123 456 788", ["123 456 788"]),
        ("TAJ-szám 123456788", ["123456788"]),
        ("adóazonosító jel: 8406611006", ["8406611006"]),
        ("TAJ 123 456 789", []),
        ("123 456 788", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Security and tax numbers with a correct check digit are found beside their name."""
    assert found("hu_taj", text) == expected
