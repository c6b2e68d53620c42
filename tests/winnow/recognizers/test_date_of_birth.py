"""The recogniser `winnow.recognizers.date_of_birth`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born on 14 March 1985 in", ["14 March 1985"]),
        ("DOB: 03/04/1985", ["03/04/1985"]),
        ("Date of birth - March 14th, 1985", ["March 14th, 1985"]),
        ("geboren am 14. März 1985", ["14. März 1985"]),
        ("née le 3 août 1990", ["3 août 1990"]),
        ("geb. 14.03.1985", ["14.03.1985"]),
        ("birthday is 1985-03-14", ["1985-03-14"]),
        ("DOB:\xa014\xa0March\xa01985", ["14\xa0March\xa01985"]),
        ("born on the 14th of March 1985", ["14th of March 1985"]),
        ("born Monday, 14 March 1985", ["14 March 1985"]),
        ("born in Leeds on 14 March 1985", ["14 March 1985"]),
        ("DOB 14MAR1985", ["14MAR1985"]),
        ("D.O.B.: 14-03-85", ["14-03-85"]),
        ("née le 3 août 1990 à Lyon", ["3 août 1990"]),
        ("né(e) le 03/08/1990", ["03/08/1990"]),
        ("Geburtsdatum: 3. Aug. 1990", ["3. Aug. 1990"]),
        ("fecha de nacimiento: 14 de marzo de 1985", ["14 de marzo de 1985"]),
        ("nato il 14 marzo 1985", ["14 marzo 1985"]),
        ("ur. 14.03.1985", ["14.03.1985"]),
        ("urodzony dnia 14 marca 1985", ["14 marca 1985"]),
        ("geboren op 14 maart 1985", ["14 maart 1985"]),
        ("data de nascimento: 14/03/1985", ["14/03/1985"]),
        ("生年月日: 1985年3月14日", ["1985年3月14日"]),
        ("born March 14,\n1985", ["March 14,\n1985"]),
        ("Name | Date of birth\nA | 1985-03-14\nB | 3 May 1990", ["1985-03-14", "3 May 1990"]),
        ("her birthday is 14 March", ["14 March"]),
        ("Name | Started\nA | 1985-03-14", []),
        ("on 14 March 1985 we met", []),
        ("newborn 14 March 1985", []),
        ("born in 1985", []),
        ("the stubborn 14 March 1985", []),
        ("reborn on 14 March 1985", []),
        ("DOB unknown; 14 March 1985", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """A date beside a word for birth is found in figures and words; other dates are not."""
    assert found("date_of_birth", text) == expected
