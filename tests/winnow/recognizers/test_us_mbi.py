"""The recogniser `winnow.recognizers.us_mbi`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1EG4-TE5-MK73", ["1EG4-TE5-MK73"]),
        ("Medicare no. 1EG4TE5MK73", ["1EG4TE5MK73"]),
        ("1EG4TE5MK73", []),
        ("1SG4-TE5-MK73", []),
        ("part 1E04-T05-MK7", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Beneficiary numbers are found with hyphens, or beside their name."""
    assert found("us_mbi", text) == expected
