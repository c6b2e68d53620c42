"""The recogniser `winnow.recognizers.us_ssn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSN 078-05-1120", ["078-05-1120"]),
        ("it is 078-05-1120.", ["078-05-1120"]),
        ("SSN: 078051120", ["078051120"]),
        ("social security 078 05 1120", ["078 05 1120"]),
        ("000-12-3456", []),
        ("666-12-3456", []),
        ("123-00-4567", []),
        ("123-45-0000", []),
        ("078051120 is an order", []),
        ("1-078-05-1120", []),
        ("2026-10-1120", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Social security numbers are found by their groups or beside their name; numbers never issued are not."""
    assert found("us_ssn", text) == expected
