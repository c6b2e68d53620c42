"""The recogniser `winnow.recognizers.driver_license`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("driver's license no. D1234567", ["D1234567"]),
        ("Driving licence number: MORGA657054SM9IJ", ["MORGA657054SM9IJ"]),
        ("MORGA657054SM9IJ", ["MORGA657054SM9IJ"]),
        ("Führerschein Nr. B072RRE2I55", ["B072RRE2I55"]),
        ("permis de conduire n° 123456789012", ["123456789012"]),
        ("rijbewijs 5234567890", ["5234567890"]),
        ("DL number S12345678", ["S12345678"]),
        ("patente di guida U1A234567B", ["U1A234567B"]),
        ("Name | Driving licence\nA | D1234567", ["D1234567"]),
        ("driver's license renewal", []),
        ("a driving licence since 1999", []),
        ("D1234567", []),
        ("the license of version 12345678", []),
        ("AC333991", []),
        ("the word LICENSE12", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Driving licence numbers are found by the British form or beside their name; ordinary words and codes are not."""
    assert found("driver_license", text) == expected
