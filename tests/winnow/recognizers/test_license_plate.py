"""The recogniser `winnow.recognizers.license_plate`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registration AB12 CDE", ["AB12 CDE"]),
        ("her car, AB12CDE, was", ["AB12CDE"]),
        ("Kennzeichen B-MK 1234", ["B-MK 1234"]),
        ("Kennzeichen: M AB 123", ["M AB 123"]),
        ("immatriculée AB-123-CD", ["AB-123-CD"]),
        ("targa AB 123 CD", ["AB 123 CD"]),
        ("matrícula 1234 BCD", ["1234 BCD"]),
        ("numer rejestracyjny WX 12345", ["WX 12345"]),
        ("kenteken 12-AB-34", ["12-AB-34"]),
        ("license plate 7ABC123", ["7ABC123"]),
        ("plate number ABC 1234", ["ABC 1234"]),
        ("VIN WVWZZZ1JZXW000001", ["WVWZZZ1JZXW000001"]),
        ("1M8GDM9AXKP042788", ["1M8GDM9AXKP042788"]),
        ("AB12 CDE", []),
        ("AB-123-CD", []),
        ("registration Q1 2019", []),
        ("the car has 1234 parts", []),
        ("vehicle ISO 26262", []),
        ("registration form", []),
        ("1M8GDM9A1KP042788", []),
        ("license plate", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Number plates beside a word for a vehicle and vehicle numbers are found; the same forms alone are not."""
    assert found("license_plate", text) == expected
