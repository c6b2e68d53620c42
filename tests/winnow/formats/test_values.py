import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.winnow.formats.samples_tables import documents, table
from winnow.formats import csv
from winnow.formats._base import TableOptions
from winnow.formats._values import STYLES, boolean, day, number


def column(*values: str, **options: object) -> tuple[list[str | None], dict[str, int]]:
    """What a column of these values becomes, and the notes on its table."""
    content = "id;v\n" + "".join(f'{at};"{value}"\n' for at, value in enumerate(values))
    rows = documents(csv.FORMAT, content, table("id", "v", footer_rows=0, **options))
    return [row.fields.get("v") for row in rows], dict(rows[0].notes)


@pytest.mark.parametrize(
    ("text", "style", "plain"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1,234.56", "1,234.56", "1234.56"),
        ("1 234,5", "1 234,56", "1234.5"),
        ("1\u202f234\u202f567", "1 234,56", "1234567"),
        ("1’234.50", "1'234.56", "1234.50"),
        ("12,34,567.89", "12,34,567.89", "1234567.89"),
        ("(1.234,00 €)", "1.234,56", "-1234.00 €"),
        ("1.234-", "1.234,56", "-1234"),
        ("\u22125", "1,234.56", "-5"),
        ("EUR 12,5", "1.234,56", "EUR 12.5"),
        ("12,5 %", "1.234,56", "12.5 %"),
        (".5", "1,234.56", "0.5"),
        ("12.34", "1.234,56", None),
        ("0.125", "1.234,56", None),
        ("1,23", "1,234.56", None),
        ("--5", "1,234.56", None),
        ("(5", "1,234.56", None),
        ("%", "1,234.56", None),
        ("", "1,234.56", None),
    ],
)
def test_numbers_by_style(text: str, style: str, plain: str | None) -> None:
    """A number of the given style becomes a plain decimal with its unit; anything else is not read."""
    assert number(text, style) == plain


@given(st.integers(-(10**12), 10**12), st.integers(0, 999), st.sampled_from(["1,234.56", "1.234,56", "1 234,56", "1'234.56"]))
@settings(max_examples=80, deadline=None)
def test_a_number_written_in_a_style_is_read_in_it(whole: int, part: int, style: str) -> None:
    """Grouping a number and reading it again changes no digit."""
    thousands, decimal = (sign.strip("[]\\")[0] for sign in STYLES[style])
    written = f"{whole:,}".replace(",", thousands) + f"{decimal}{part:03}"
    assert number(written, style) == f"{whole}.{part:03}"


@pytest.mark.parametrize(
    ("text", "form", "plain"),
    [
        ("31.12.2026", "day_first", "2026-12-31"),
        ("1. 2. 2026", "day_first", "2026-02-01"),
        ("31/12/2026 14:30", "day_first", "2026-12-31T14:30:00"),
        ("12/31/2026 2:30 PM", "month_first", "2026-12-31T14:30:00"),
        ("12/31/2026 12:05 am", "month_first", "2026-12-31T00:05:00"),
        ("2026/1/2", "day_first", "2026-01-02"),
        ("2026-12-31T10:00:00Z", "day_first", "2026-12-31T10:00:00Z"),
        ("46022", "serial", "2025-12-31"),
        ("46022.5", "serial", "2025-12-31T12:00:00"),
        ("1", "serial", "1900-01-01"),
        ("60", "serial", None),
        ("0", "serial_1904", "1904-01-01"),
        ("31.12.26", "%d.%m.%y", "2026-12-31"),
        ("Dec 31, 2026", "%b %d, %Y", "2026-12-31"),
        ("31.12.2026", "month_first", None),
        ("30.02.2026", "day_first", None),
        ("31.12.26", "day_first", None),
        ("soon", "day_first", None),
        ("1e400", "serial", None),
    ],
)
def test_days_by_form(text: str, form: str, plain: str | None) -> None:
    """A day of the given form becomes ISO 8601; what is no day of that form is not read."""
    assert day(text, form) == plain


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_a_serial_number_is_its_day(date: dt.date) -> None:
    """Days counted as spreadsheets count them come back."""
    assert day(str((date - dt.date(1899, 12, 30)).days), "serial") == date.isoformat()


def test_hostile_values_cost_linear_time() -> None:
    """A cell of a million digits, signs or spaces is passed over."""
    for text in ("1." * 500_000, "1" * 1_000_000, " " * 1_000_000, "1,234" * 200_000, "((((" * 250_000):
        assert all(number(text, style) is None for style in STYLES)
        assert day(text, "day_first") is None
        assert column(text, "x")[0] == [text if text.strip() else None, "x"]


def test_booleans_are_two_words() -> None:
    """Of two words one is true and one false; case does not count, and other words are not read."""
    assert [boolean(text, ("Ja", "Nein")) for text in ("ja", "NEIN", "vielleicht")] == ["true", "false", None]


@pytest.mark.parametrize(
    ("values", "plain"),
    [
        (("1.234,50", "2"), ["1234.50", "2"]),
        (("1,5", "2,25"), ["1.5", "2.25"]),
        (("1,234", "1,234,567"), ["1234", "1234567"]),
        (("1 234", "12 345"), ["1234", "12345"]),
        (("31.12.2026", "1.2.2026"), ["2026-12-31", "2026-02-01"]),
        (("01/02/2026", "13/02/2026"), ["2026-02-01", "2026-02-13"]),
        (("01/02/2026", "02/13/2026"), ["2026-01-02", "2026-02-13"]),
        (("2026/12/31", "2026-01-02"), ["2026-12-31", "2026-01-02"]),
    ],
)
def test_a_unanimous_column_becomes_plain(values: tuple[str, ...], plain: list[str]) -> None:
    """Where every value agrees on how it is written, numbers and days become plain without being declared."""
    assert column(*values) == (plain, {})


@pytest.mark.parametrize(
    ("values", "ambiguous"),
    [
        (("1.234", "2.500"), 2),
        (("01/02/2026", "03/04/2026"), 2),
        (("13/02/2026", "02/13/2026"), 2),
        (("612 345 678", "612 345 679"), 2),
        (("192.168.100.200", "10.100.200.100"), 2),
        (("1.234", "12"), 1),
    ],
)
def test_an_ambiguous_column_stays_and_is_counted(values: tuple[str, ...], ambiguous: int) -> None:
    """What can be read in two ways, or is grouped like a telephone's number, is left as it is, and said."""
    assert column(*values) == (list(values), {"ambiguous_values": ambiguous})


@pytest.mark.parametrize(
    "values",
    [("1,5", "about 2"), ("007", "1,5"), ("1.5", "2.25"), ("0.125", "1.250"), ("31.12.2026", "later"), ("1.2.3", "4,5")],
)
def test_what_is_no_column_of_numbers_or_days_stays(values: tuple[str, ...]) -> None:
    """One word among the numbers, a padded one, or plain decimals: nothing changes, and nothing is said."""
    assert column(*values) == (list(values), {})


def test_what_the_catalog_says_decides() -> None:
    """A style for all columns settles what is ambiguous; as_is forbids; for a column what does not fit stays and is counted."""
    assert column("1.234", "2.500", numbers="1.234,56")[0] == ["1234", "2500"]
    assert column("01/02/2026", dates="month_first")[0] == ["2026-01-02"]
    assert column("1,5", "2", numbers="as_is")[0] == ["1,5", "2"]
    assert column("31.12.2026", dates={"v": "as_is"})[0] == ["31.12.2026"]
    assert column("about 2", "1,5", numbers={"v": "1.234,56"}) == (["about 2", "1.5"], {"unread_values": 1})
    assert column("46022", dates={"v": "serial"})[0] == ["2025-12-31"]
    assert column("x", "", booleans={"v": ("x", "o")})[0] == ["true", None]


def test_missing_words_are_no_values() -> None:
    """Words for no value leave no field and no link, and do not keep a column from being unanimous."""
    assert column("NA", "1,5", "n/a", missing=("na", "N/A"))[0] == [None, "1.5", None]
    (row,) = documents(csv.FORMAT, "id,who,text\n1,-,x\n", table("text", customer="who", missing=("-",)))
    assert row.customer is None


def test_keys_and_spans_see_values_as_they_stand() -> None:
    """Row keys do not change when a column becomes plain, and a column whose characters are counted never does."""
    content = 'v,marks\n"1.234,5",[]\n"2",[]\n'
    plain, kept = (documents(csv.FORMAT, content, table("v", "marks", **more)) for more in ({}, {"spans": {"marks": "v"}}))
    assert [row.row_key for row in plain] == [row.row_key for row in kept]
    assert (plain[0].fields["v"], kept[0].fields["v"]) == ("1234.5", "1.234,5")


def test_bands_see_plain_values() -> None:
    """Bands are made of numbers and days as they were meant."""
    rows = documents(
        csv.FORMAT, "pay;born\n1.234,50;31.12.1987\n2;1.1.1990\n", table("pay", "born", bands={"pay": 1000, "born": 10})
    )
    assert dict(rows[0].fields) == {"pay": "1000 to under 2000", "born": "1980-1989"}


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": "||"},
        {"delimiter": ""},
        {"quote": "\n"},
        {"delimiter": '"', "quote": '"'},
        {"dates": "sometimes"},
        {"dates": {"v": "%d"}},
        {"dates": {"other": "day_first"}},
        {"numbers": "1-2"},
        {"header_row": (2, 1)},
        {"header_row": -1},
        {"booleans": {"other": ("x", "o")}},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    """A catalog that asks for what cannot be is wrong before any file is read."""
    with pytest.raises(ValidationError):
        TableOptions(columns=("v",), **options)


def test_a_tab_may_be_written_out() -> None:
    r"""The two characters \t, as YAML without double quotes gives them, are a tab."""
    assert TableOptions(columns=("v",), delimiter=r"\t").delimiter == "\t"
