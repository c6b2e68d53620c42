import datetime as dt
import decimal
import io
import random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.winnow.formats.samples_tables import SAMPLES, documents, parquet, refusal, table
from winnow.formats.parquet import FORMAT

TEXT = table("text")


def written(columns: dict[str, Any], **options: Any) -> bytes:
    """A Parquet file of these columns."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def test_only_allowed_columns_become_fields() -> None:
    """A column that the catalog does not name is not even read; key, link and customer are raw."""
    content = parquet(id=[7], text=["Hello"], mail=["x@example.com"], secret=["hush"])
    (row,) = documents(FORMAT, content, table("text", key=("id",), customer="mail"))
    assert (row.row_key, row.customer, dict(row.fields)) == ("7", "x@example.com", {"text": "Hello"})
    assert "hush" not in repr(row)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([decimal.Decimal("1.50")]), "1.50"),
        (pa.array([0.1], pa.float32()), "0.1"),
        (pa.array([3.0]), "3"),
        (pa.array([dt.date(2026, 3, 1)]), "2026-03-01"),
        (pa.array([dt.datetime(2026, 3, 1, 9, 30)], pa.timestamp("ns")), "2026-03-01T09:30:00"),  # noqa: DTZ001 - no zone
        (pa.array([1_772_323_200_000_000], pa.timestamp("us", "Europe/Berlin")), "2026-03-01T00:00:00+00:00"),
        (pa.array([dt.time(9, 30)]), "09:30:00"),
        (pa.array([dt.timedelta(hours=30)]), "30:00:00"),
        (pa.array([True]), "true"),
        (pa.array(["word"]).dictionary_encode(), "word"),
        (pa.array([b"bytes"]), "bytes"),
        (pa.array([[1, None]]), "[1,null]"),
        (pa.array([{"b": b"\xff", "a": dt.date(2026, 3, 1)}]), '{"a":"2026-03-01","b":null}'),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())), '[["k",1]]'),
    ],
)
def test_values_as_text(values: pa.Array, text: str) -> None:
    """Typed values are written plainly: digits kept, instants in UTC, nested ones as compact JSON."""
    (row,) = documents(FORMAT, written({"text": values}), TEXT)
    assert dict(row.fields) == {"text": text}


def test_a_dotted_path_leads_into_a_struct() -> None:
    """A column may name a part of a nested one; only its leaf is read."""
    (row,) = documents(FORMAT, written({"author": [{"name": "Ann", "mail": "hush"}]}), table("author.name"))
    assert dict(row.fields) == {"author.name": "Ann"}


def test_values_without_a_text_are_counted() -> None:
    """Bytes that are not UTF-8 and moments beyond the calendar are no values, and the table says how many."""
    columns = {"id": ["1", "2"], "text": [b"\xff\xfe", b"fine"], "at": pa.array([2**61, 0], pa.timestamp("us"))}
    rows = documents(FORMAT, written(columns), table("id", "text", "at"))
    assert [dict(row.fields) for row in rows] == [{"id": "1"}, {"id": "2", "text": "fine", "at": "1970-01-01"}]
    assert dict(rows[0].notes) == {"textless_values": 2}


def test_rows_keep_their_order_over_row_groups() -> None:
    """Every row group is read, one after the other, and every row has its number and a key of its own."""
    content = written({"text": [f"row {at % 7}" for at in range(5000)]}, row_group_size=700)
    rows = documents(FORMAT, content, TEXT)
    assert [row.row_number for row in rows] == list(range(5000))
    assert len({row.row_key for row in rows}) == 5000


def test_text_in_a_typed_table_becomes_plain_too() -> None:
    """A column of texts that are all German amounts becomes plain; one of numbers is plain already."""
    rows = documents(FORMAT, written({"text": ["1.234,5", "2"], "n": [1.5, 2.5]}), table("text", "n"))
    assert [dict(row.fields) for row in rows] == [{"text": "1234.5", "n": "1.5"}, {"text": "2", "n": "2.5"}]


def test_what_refuses_the_whole_file() -> None:
    """Cut, protected, foreign, empty and incomplete files are told apart."""
    sample = SAMPLES["parquet"]
    assert refusal(FORMAT, sample, table()) == "missing_columns"
    assert refusal(FORMAT, sample, table("nowhere")) == "missing_columns"
    assert refusal(FORMAT, written({"text": pa.array([], pa.string())}), TEXT) == "empty"
    assert refusal(FORMAT, sample[:-5], TEXT) == "truncated"
    assert refusal(FORMAT, b"PAR1", TEXT) == "truncated"
    assert refusal(FORMAT, sample[:-4] + b"PARE", TEXT) == "encrypted"
    assert refusal(FORMAT, sample[:-8] + b"\xff\xff\xff\x7fPAR1", TEXT) == "damaged"
    assert refusal(FORMAT, sample[:-60] + bytes(40) + sample[-20:], TEXT) == "damaged"


@pytest.mark.parametrize(
    "columns",
    [
        {"text": pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["y" * 1_000_000])},
        {"text": pa.nulls(60_000_000, pa.int8())},
    ],
    ids=["dictionary", "nulls"],
)
def test_a_small_file_that_says_a_lot_is_a_bomb(columns: dict[str, Any]) -> None:
    """A text repeated by reference, and rows that take no bytes, are refused before they are written out."""
    assert refusal(FORMAT, written(columns), TEXT) == "bomb"


def test_pages_that_unpack_to_too_much_are_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages say of themselves counts, whatever the footer claims."""
    content = written({"text": ["y" * 3_000_000]}, compression="zstd", use_dictionary=False)
    assert len(content) < 3000
    monkeypatch.setattr("winnow.formats.parquet.MAX_GROUP", 1_000_000)
    assert refusal(FORMAT, content, TEXT) == "bomb"


def test_broken_bytes_end_in_a_reason() -> None:
    """Whatever byte is changed, the file is read or refused: neither an exception nor the end of the process."""
    content = written({"id": [1, 2], "text": ["a", "b"], "nested": [{"a": [1]}, None]})
    choose = random.Random(7)
    reasons = set()
    for _ in range(300):
        broken = bytearray(content)
        for _ in range(choose.choice([1, 2, 8])):
            broken[choose.randrange(4, len(broken))] = choose.randrange(256)
        reasons.add(refusal(FORMAT, bytes(broken), table("id", "text", "nested")))
    known = {"", "damaged", "truncated", "encrypted", "missing_columns", "unsupported", "empty", "too_large", "bomb"}
    assert reasons <= known
    assert "damaged" in reasons
