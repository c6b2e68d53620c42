"""The recogniser `winnow.recognizers.date_time`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 14 March 1985 we met", ["14 March 1985"]),
        ("the 3rd of May", ["3rd of May"]),
        ("March 2019", ["March 2019"]),
        ("2019-03-14", ["2019-03-14"]),
        ("of 14/3/85.", ["14/3/85"]),
        ("Monday, 14 March 1985", ["Monday, 14 March 1985"]),
        ("In 1999 he", ["1999"]),
        ("at 10:30 a.m.", ["10:30 a.m."]),
        ("2019-03-14T10:30:00Z", ["2019-03-14T10:30:00Z"]),
        ("in March he left", ["March"]),
        ("for two years", ["two years"]),
        ("8 months", ["8 months"]),
        ("summer 2018", ["summer 2018"]),
        ("Q3 2019", ["Q3 2019"]),
        ("am 14. März 1985", ["14. März 1985"]),
        ("le 3 août 1990", ["3 août 1990"]),
        ("the 1990s", ["1990s"]),
        ("October 14th, 2020", ["October 14th, 2020"]),
        ("12 Oct. 2019", ["12 Oct. 2019"]),
        ("a six-week leave", ["six-week"]),
        ("Oct 14", ["Oct 14"]),
        ("for two years and five months", ["two years and five months"]),
        ("one year, two months and ten days", ["one year, two months and ten days"]),
        ("20 months' probation", ["20 months'"]),
        ("to 1 year's probation", ["1 year's"]),
        ("at 6.15 p.m. sharp", ["6.15 p.m."]),
        ("around 11 a.m.", ["11 a.m."]),
        ("at 12 noon", ["12 noon"]),
        ("the twenty-first of June 1971", ["twenty-first of June 1971"]),
        ("release 6.15 p", []),
        ("the first of many", []),
        ("the Housing Act 1988 and the 1976 Act", []),
        ("last Tuesday", []),
        ("soon after", []),
        ("it may 5 times", []),
        ("march on", []),
        ("version 2019.1", []),
        ("port 1999", []),
        ("page 2010", []),
        ("3.14", []),
        ("ratio 3:2", []),
        ("RFC 2119", []),
        ("1999 bytes", []),
        ("$1999", []),
        ("one day he", []),
        ("No. 1985", []),
        ("may be", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Dates in figures and words, years, times and durations are found; words, versions, pages and amounts are not."""
    assert found("date_time", text) == expected
