"""The recogniser `winnow.recognizers.address`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 221B Baker Street, London NW1 6XE.", ["221B Baker Street, London NW1 6XE"]),
        ("1600 Pennsylvania Avenue, Washington, DC 20500", ["1600 Pennsylvania Avenue, Washington, DC 20500"]),
        ("12 Main St, Apt 4B, Springfield, IL 62704", ["12 Main St, Apt 4B, Springfield, IL 62704"]),
        ("42 Elm Road", ["42 Elm Road"]),
        ("12 May Road", ["12 May Road"]),
        ("the parcel goes to 1992 Elm Street", ["1992 Elm Street"]),
        ("at 14 St. James's Court", ["14 St. James's Court"]),
        ("Hauptstraße 12, 10115 Berlin", ["Hauptstraße 12, 10115 Berlin"]),
        ("Lange Str. 7a", ["Lange Str. 7a"]),
        ("12 rue de la Paix, 75002 Paris", ["12 rue de la Paix, 75002 Paris"]),
        ("P.O. Box 1234", ["P.O. Box 1234"]),
        ("SW1A 1AA", ["SW1A 1AA"]),
        ("Calle Mayor 12, 28013 Madrid", ["Calle Mayor 12, 28013 Madrid"]),
        ("C/ Gran Vía, 5", ["C/ Gran Vía, 5"]),
        ("abita in via Roma 12, 00184 Roma", ["via Roma 12, 00184 Roma"]),
        ("Piazza Navona 3", ["Piazza Navona 3"]),
        ("ul. Marszałkowska 10/5, 00-950 Warszawa", ["ul. Marszałkowska 10/5, 00-950 Warszawa"]),
        ("Keizersgracht 123, 1015 CJ Amsterdam", ["Keizersgracht 123, 1015 CJ Amsterdam"]),
        ("Hauptstr. 5\n80331 München", ["Hauptstr. 5\n80331 München"]),
        ("12 Main Street\nSpringfield, IL 62704-1234", ["12 Main Street\nSpringfield, IL 62704-1234"]),
        ("Flat 3, 10 Downing Street\nLondon\nSW1A 2AA", ["3, 10 Downing Street\nLondon\nSW1A 2AA"]),
        ("D-80331 München", ["D-80331 München"]),
        ("75008 Paris", ["75008 Paris"]),
        ("00-950 Warszawa", ["00-950 Warszawa"]),
        ("in Springfield, IL 62704-1234.", ["Springfield, IL 62704-1234"]),
        ("K1A 0B1", ["K1A 0B1"]),
        ("ZIP code: 62704", ["62704"]),
        ("PLZ 80331", ["80331"]),
        ("Postfach 12 34", ["Postfach 12 34"]),
        ("Home address: Rose Cottage 4, Little Hampden", ["Rose Cottage 4, Little Hampden"]),
        ("Name | Address\nA | 4 Rose Cottage, Hampden", ["4 Rose Cottage, Hampden"]),
        ("address: 10.0.0.12 is taken", []),
        ("on 31 December 1995. The Constitutional Court upheld it.", []),
        ("e-mail address: j.doe@corp.com 12", []),
        ("address: the needs of 12 people", []),
        ("Name | IP address\nA | 10.0.0.12", []),
        ("12345 Files in PA 12345", []),
        ("via Ethernet 10 Gbit", []),
        ("zip file 2019", []),
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
