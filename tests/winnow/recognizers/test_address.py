"""The recogniser `winnow.recognizers.address`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 221B Baker Street, London NW1 6XE.", ["221B Baker Street, London NW1 6XE", "NW1 6XE"]),
        ("1600 Pennsylvania Avenue, Washington, DC 20500", ["1600 Pennsylvania Avenue, Washington, DC 20500"]),
        ("12 Main St, Apt 4B, Springfield, IL 62704", ["12 Main St, Apt 4B, Springfield, IL 62704"]),
        ("42 Elm Road", ["42 Elm Road"]),
        ("Hauptstraße 12, 10115 Berlin", ["Hauptstraße 12, 10115 Berlin"]),
        ("Lange Str. 7a", ["Lange Str. 7a"]),
        ("12 rue de la Paix, 75002 Paris", ["12 rue de la Paix, 75002 Paris"]),
        ("P.O. Box 1234", ["P.O. Box 1234"]),
        ("SW1A 1AA", ["SW1A 1AA"]),
        ("in 2008 Wall Street fell", []),
        ("5 star hotel", []),
        ("3 Drives failed", []),
        ("the street was empty", []),
        ("Unterwegs 12", []),
        ("ein Weg 2 von a nach b", []),
        ("Alter Weg 5", ["Alter Weg 5"]),
        ("Feldweg 5", ["Feldweg 5"]),
        ("$40 Main Street", []),
        ("Q3 2026", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Streets with their numbers, boxes and postcodes are found; years and other numbers before names are not."""
    assert found("address", text) == expected
