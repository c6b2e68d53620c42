"""The recogniser `winnow.recognizers.reference_number`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Employee No. E-12345", ["E-12345"]),
        ("customer ID: 4711-22", ["4711-22"]),
        ("case #2026/0815", ["2026/0815"]),
        ("Passport number C01X00T47", ["C01X00T47"]),
        ("policy no 88123x is", ["88123x"]),
        ("Kundennummer: 445566", ["445566"]),
        ("case no. 2", []),
        ("customer satisfaction 12345", []),
        ("in case 12345 come", []),
        ("account number", []),
        ("employee count 1470", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """A number beside the word for a person's file is found; small and other numbers are not."""
    assert found("reference_number", text) == expected
