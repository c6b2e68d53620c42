"""The own day of objects and rows."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import mail
from winnow.documents import Document, from_batch, to_batch
from winnow.extract import extract_key, object_reader
from winnow.formats import ReadOptions, TableOptions
from winnow.own_days import EPOCH, StatedDays, epoch_day, latest_of, moment, named_day, stated_day, utc_day
from winnow.sealed import ExtractConfig, SourceReading, require_claim, sealed

TODAY = dt.date(2026, 10, 31)


@pytest.mark.parametrize(
    ("pattern", "key", "day"),
    [
        (r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})", "2024/2024-02-29 notes.md", dt.date(2024, 2, 29)),
        (r"(?P<day>[0-9]{8})", "calls/20240301_1.vtt", dt.date(2024, 3, 1)),
        (r"(?P<day>[0-9]{8})", "calls/20240231_1.vtt", None),
        (r"(?P<day>[0-9]{8})", "calls/one.vtt", None),
        (r"(?P<day>[0-9]{8})?x", "x", None),
        (None, "2024-02-29", None),
    ],
)
def test_a_key_names_a_day_or_none(pattern: str | None, key: str, day: dt.date | None) -> None:
    """The group is a day of the calendar, or there is none; nothing else is asked."""
    assert named_day(pattern, key) == day


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2024-03-01", "as_is", dt.date(2024, 3, 1)),
        (" 2024-03-01T23:59:00Z ", "as_is", dt.date(2024, 3, 1)),
        ("01.03.2024", "day_first", dt.date(2024, 3, 1)),
        ("03/01/2024", "month_first", dt.date(2024, 3, 1)),
        ("2024-03-01", "day_first", dt.date(2024, 3, 1)),
        ("01/03/2024", "as_is", None),
        ("soon", "day_first", None),
        ("", "as_is", None),
    ],
)
def test_a_cell_states_a_day_or_none(text: str, form: str, day: dt.date | None) -> None:
    """ISO 8601 is read always, another form where the catalog says it, and what can be read in two ways not at all."""
    assert stated_day(text, form) == day


def _read(rows: str, key: str, pattern: str | None = None, **table: Any) -> list[dt.date | None]:
    options = ReadOptions(table=TableOptions.model_validate({"columns": ["text"], "day": "opened", **table}))
    reading = SourceReading(read=options, day_pattern=pattern)
    about = {"object_id": "o", "content_sha256": "0" * 64, "source": "tickets", "key": key, "latest": TODAY.isoformat()}
    found = []
    for claim in object_reader({"tickets": reading})(about, rows.encode()):
        require_claim(claim)
        found += sealed(claim, about, ExtractConfig("salt", {"tickets": reading})).column("day").to_pylist()
    return found


def test_a_row_s_day_goes_before_its_file_s() -> None:
    """Each row has the day of its column; one whose cell says none has that of the key, which all rows share."""
    rows = "text,opened\nfirst,2024-03-01 10:00\nsecond,\nthird,soon\n"
    assert _read(rows, "t.csv") == [dt.date(2024, 3, 1), None, None]
    pattern = r"(?P<day>[0-9]{8})"
    assert _read(rows, "20240401.csv", pattern) == [dt.date(2024, 3, 1), dt.date(2024, 4, 1), dt.date(2024, 4, 1)]


def test_a_column_s_form_is_the_catalog_s() -> None:
    """Days that are not ISO 8601 are read as `dates` says of the column, and otherwise not."""
    rows = "text,opened\nfirst,01.03.2024\n"
    assert _read(rows, "t.csv", dates={"opened": "day_first"}) == [dt.date(2024, 3, 1)]
    assert _read(rows, "t.csv") == [None]


def test_a_day_beyond_the_calendar_is_no_claim() -> None:
    """A reader that was taken over cannot send a day that Python has no date for."""
    batch = to_batch([Document(day=dt.date(2024, 1, 1))])
    require_claim(batch)
    far = pa.array([4_000_000], pa.int32()).cast(pa.date32())
    forged = batch.set_column(batch.schema.get_field_index("day"), "day", far)
    with pytest.raises(ValueError, match="not what a reader sends"):
        require_claim(forged)


def test_days_cross_the_stages() -> None:
    """A document's day survives the way into Arrow and back."""
    (document,) = from_batch(to_batch([Document(day=dt.date(2024, 1, 1))]))
    assert document.day == dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-05", dt.date(2026, 1, 5)),
        ("2026-01-05T23:30:00-05:00", dt.date(2026, 1, 6)),
        ("2026-01-05t23:30:00.123456789z", dt.date(2026, 1, 5)),
        ("2026-01-05 23:30 +0930", dt.date(2026, 1, 5)),
        ("2016-12-31T23:59:60Z", dt.date(2016, 12, 31)),
        ("Mon, 05 Jan 2026 23:30:00 -0500 (EST)", dt.date(2026, 1, 6)),
        ("5 Jan 26 23:30 GMT", dt.date(2026, 1, 5)),
        ("2026", None),
        ("2026-01", None),
        ("2026-W01-1", None),
        ("20260105", None),
        ("2026-02-30", None),
        ("2026-01-05T25:00:00Z", None),
        ("2026-01-05T10:00:00+99:00", None),
        ("Mon, 5 Jan 2026 10:00:00 +9900", None),
        ("9999-12-31T23:00:00-05:00", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("٢٠٢٦-01-05", None),
        ("10:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_text_says_a_moment_or_none(text: str, day: dt.date | None) -> None:
    """ISO 8601 and the dates of mails become days in UTC; a part of a date is none, and nothing is filled in."""
    assert utc_day(text) == day


@given(st.one_of(st.text(max_size=120), st.text("0123456789:+-/., TZJanFebMonGMT()", max_size=60)))
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_says_is_a_moment_or_none(text: str) -> None:
    """No text breaks the reading of dates, and what is read has UTC for its zone."""
    said = moment(text)
    assert said is None or said.tzinfo is dt.UTC


@given(st.dates(dt.date(1, 1, 3), dt.date(9999, 12, 29)), st.times(), st.integers(-14 * 60, 14 * 60))
@settings(max_examples=100, deadline=None)
def test_moments_survive_both_ways_of_writing(said: dt.date, time: dt.time, minutes: int) -> None:
    """A moment written in any zone, as ISO 8601 or as mails do, is the same moment in UTC."""
    there = dt.datetime.combine(said, time.replace(microsecond=0), dt.timezone(dt.timedelta(minutes=minutes)))
    assert moment(there.isoformat()) == there
    if there.year >= 1000:  # years of fewer digits are of this century or the last in mails
        assert moment(f"{there:%a, %d %b %Y %H:%M:%S %z}") == there


@pytest.mark.parametrize("seconds", [1e300, -1e300, float("nan"), float("inf"), 10**30])
def test_seconds_that_no_calendar_has_are_no_day(seconds: float) -> None:
    """A number of an export that leads nowhere gives no day."""
    assert epoch_day(seconds) is None


@given(st.lists(st.one_of(st.none(), st.dates()), max_size=4))
@settings(max_examples=50, deadline=None)
def test_one_undated_part_leaves_the_whole_without_a_day(days: list[dt.date | None]) -> None:
    """The latest day is told only where every part has one."""
    assert latest_of(days) == (max(day for day in days if day) if days and None not in days else None)


@pytest.mark.parametrize(
    ("stated", "believed"),
    [
        (TODAY, TODAY),
        (TODAY + dt.timedelta(1), None),
        (EPOCH, None),
        (dt.date(1969, 12, 31), None),
        (EPOCH + dt.timedelta(1), EPOCH + dt.timedelta(1)),
        (None, None),
    ],
)
def test_a_date_counts_within_reason(stated: dt.date | None, believed: dt.date | None) -> None:
    """Neither the future nor the day of a clock that was never set is believed; nothing is where the catalog says so."""
    assert StatedDays(latest=TODAY).believed(stated) == believed
    assert StatedDays(counts=False, latest=TODAY).believed(stated) is None


DATED = "Mon, 5 Jan 2026 10:00:00 +0000"


def _mail(date: str = DATED, key: str = "a.eml", latest: str | None = None, **reading: Any) -> dt.date | None:
    found = SourceReading(**reading)
    about = {"object_id": "o", "content_sha256": "0" * 64, "source": "mails", "key": key}
    told = {**about, **({"latest": latest} if latest else {})}
    (claim,) = object_reader({"mails": found})(told, mail("Prices rose.", Date=date))
    require_claim(claim)
    (day,) = sealed(claim, about, ExtractConfig("salt", {"mails": found})).column("day").to_pylist()
    assert day is None or isinstance(day, dt.date)
    return day


def test_the_catalog_goes_before_what_a_file_says() -> None:
    """A key's day is taken, even where it is unlike the mail's; without one the mail's is, unless the catalog ignores it."""
    pattern = r"(?P<day>[0-9]{8})"
    assert _mail() == dt.date(2026, 1, 5)
    assert _mail(key="20250101.eml", day_pattern=pattern) == dt.date(2025, 1, 1)
    assert _mail(key="a.eml", day_pattern=pattern) == dt.date(2026, 1, 5)
    assert _mail(stated_days=False) is None
    assert _mail(key="20250101.eml", day_pattern=pattern, stated_days=False) == dt.date(2025, 1, 1)


def test_a_mail_from_the_future_has_no_day() -> None:
    """What an object says of days after it was first seen is not believed, and what a row's column says still is."""
    assert _mail(latest="2026-01-05") == dt.date(2026, 1, 5)
    assert _mail(latest="2026-01-04") is None
    assert _mail("Thu, 1 Jan 1970 00:00:00 +0000") is None
    assert _read("text,opened\nfirst,2999-03-01\n", "t.csv") == [dt.date(2999, 3, 1)]


def test_what_changes_the_days_changes_the_key() -> None:
    """A source that ignores what its files say of days is read again, by a key of its own."""
    assert extract_key(SourceReading()) != extract_key(SourceReading(stated_days=False))
