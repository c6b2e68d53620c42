"""The recogniser `winnow.recognizers.quantity`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paid EUR 5,000", ["EUR 5,000"]),
        ("$1.2 million", ["$1.2 million"]),
        ("£3.5m", ["£3.5m"]),
        ("12% of it", ["12%"]),
        ("12 per cent", ["12 per cent"]),
        ("5 km away", ["5 km"]),
        ("two children", ["two children"]),
        ("some 200 employees", ["some 200 employees"]),
        ("12 million euros", ["12 million euros"]),
        ("5.000 €", ["5.000 €"]),
        ("ten acres", ["ten acres"]),
        ("37.5 °C", ["37.5 °C"]),
        ("weighs 70 kg", ["70 kg"]),
        ("1 200 PLN", ["1 200 PLN"]),
        ("approximately GBP 3,100", ["approximately GBP 3,100"]),
        ("some 70 pages", ["some 70 pages"]),
        ("more than 35 kg", ["more than 35 kg"]),
        ("about 90,000 Turkish liras (TRL)", ["about 90,000 Turkish liras (TRL)"]),
        ("2,345 New Turkish Liras", ["2,345 New Turkish Liras"]),
        ("EUR 1,234,567.89 (euros)", ["EUR 1,234,567.89 (euros)"]),
        ("1.234,56 euros (EUR)", ["1.234,56 euros (EUR)"]),
        ("30% and 45%", ["30% and 45%"]),
        ("from 20 to 35% of", ["20 to 35%"]),
        ("8 x 12 mm", ["8 x 12 mm"]),
        ("six plots of land", ["six plots of land"]),
        ("over 12 of them", []),
        ("in 1987 police officers came", []),
        ("about 5", []),
        ("it took 50 all told", []),
        ("some pages", []),
        ("in 1999 he", []),
        ("version 1.2", []),
        ("page 12", []),
        ("item 12", []),
        ("step 3", []),
        ("the metre", []),
        ("children", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Money, percentages, measures and numbers of people are found; bare numbers are not."""
    assert found("quantity", text) == expected
