"""The recogniser `winnow.recognizers.us_ein`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EIN: 91-1144442", ["91-1144442"]),
        ("Employer Identification Number 911144442", ["911144442"]),
        ("EIN 07-1144442", []),
        ("91-1144442 copies", []),
        ("EINs have nine digits", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Employer numbers are found beside their name, not alone."""
    assert found("us_ein", text) == expected
