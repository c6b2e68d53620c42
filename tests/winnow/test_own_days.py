"""The own day of objects and rows."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from winnow.documents import Document, from_batch, to_batch
from winnow.extract import object_reader
from winnow.formats import ReadOptions, TableOptions
from winnow.own_days import named_day, stated_day
from winnow.sealed import ExtractConfig, SourceReading, require_claim, sealed


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
    about = {"object_id": "o", "content_sha256": "0" * 64, "source": "tickets", "key": key}
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
