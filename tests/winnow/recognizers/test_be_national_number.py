"""The recogniser `winnow.recognizers.be_national_number`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("85.07.30-033.28", ["85.07.30-033.28"]),
        ("numéro national 85073003328", ["85073003328"]),
        ("85 07 30 033 28", ["85 07 30 033 28"]),
        ("85.07.30-033.29", []),
        ("85.13.30-033.28", []),
        ("1234567890123", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Register numbers with a real date and correct check digits are found; others are not."""
    assert found("be_national_number", text) == expected
