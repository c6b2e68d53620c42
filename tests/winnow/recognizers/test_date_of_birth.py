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
        ("on 14 March 1985 we met", []),
        ("born in 1985", []),
        ("the stubborn 14 March 1985", []),
        ("reborn on 14 March 1985", []),
        ("DOB unknown; 14 March 1985", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """A date beside a word for birth is found in figures and words; other dates are not."""
    assert found("date_of_birth", text) == expected
