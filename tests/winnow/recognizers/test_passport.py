"""The recogniser `winnow.recognizers.passport`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Passport number C01X00T47", ["C01X00T47"]),
        ("passport no. 123456789", ["123456789"]),
        ("Passport: A1234567", ["A1234567"]),
        ("Reisepass Nr. C01X00T47", ["C01X00T47"]),
        ("passeport n° 12AB34567", ["12AB34567"]),
        ("pasaporte AAA123456", ["AAA123456"]),
        ("numero di passaporto YA1234567", ["YA1234567"]),
        ("paszport AB1234567", ["AB1234567"]),
        ("his passport 533380006", ["533380006"]),
        ("passport no\n533380006", ["533380006"]),
        ("Name | Passport\nA | 533380006", ["533380006"]),
        (
            "P<GBRKELLER<<MARIA<ANNA<<<<<<<<<<<<<<<<<<<<\n9250764733GBR8503146F2807126<<<<<<<<<<<<<<06",
            ["P<GBRKELLER<<MARIA<ANNA<<<<<<<<<<<<<<<<<<<<", "9250764733GBR8503146F2807126<<<<<<<<<<<<<<06"],
        ),
        ("passport office 2019", []),
        ("passport holders", []),
        ("a passport", []),
        ("C01X00T47", []),
        ("x<<3 and y<<4", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Passport numbers beside their name and machine-readable lines are found; other numbers are not."""
    assert found("passport", text) == expected
