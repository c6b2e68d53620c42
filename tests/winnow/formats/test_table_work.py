"""What reading a table may cost: counted, so that every machine refuses the same tables."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.winnow.formats.samples_tables import documents, refusal, table, workbook
from winnow.errors import UnreadableDocument
from winnow.formats import Format, formats
from winnow.formats._table import MAX_ROWS, MAX_WORK, ROW_WORK, VALUE_WORK, Row, table_documents, text_work

COUNT = 200


def csv() -> bytes:
    """A table of three columns."""
    return b"id,text,n\n" + b"".join(b'%d,some words,"1.234,%d"\n' % (at, at % 100) for at in range(COUNT))


def jsonl() -> bytes:
    """The same as JSON Lines."""
    return b"".join(json.dumps({"id": at, "text": "some words", "n": f"1.234,{at}"}).encode() + b"\n" for at in range(COUNT))


def parquet() -> bytes:
    """The same as Parquet."""
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": range(COUNT), "text": ["some words"] * COUNT, "n": ["1.234,5"] * COUNT}), stream)
    return stream.getvalue()


def xlsx() -> bytes:
    """The same as a workbook."""
    return workbook([("id", "text", "n"), *((at, "some words", "1.234,5") for at in range(COUNT))])


@pytest.mark.parametrize("make", [csv, jsonl, parquet, xlsx], ids=lambda make: make.__name__)
def test_a_table_over_the_budget_is_too_large(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every format rows and wanted values count, and the verdict is the same each time, with no clock asked."""
    form, content = formats()[make.__name__], make()  # type: ignore[attr-defined, operator]
    options = table("text", "id")
    monkeypatch.setattr("winnow.formats._table.MAX_WORK", COUNT * (ROW_WORK + 2 * VALUE_WORK) - 1)
    monkeypatch.setattr("winnow.formats._table.text_work", lambda *_: 0)
    assert {refusal(form, content, options) for _ in range(3)} == {"too_large"}
    monkeypatch.setattr("winnow.formats._table.MAX_WORK", 2 * COUNT * (ROW_WORK + 2 * VALUE_WORK))
    assert len(documents(form, content, options)) == COUNT


def test_columns_that_nobody_wants_cost_less_than_wanted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a table just under the budget one more wanted column goes over it, and so does bringing one into plain form."""
    form: Format = formats()["csv"]
    work = COUNT * (ROW_WORK + VALUE_WORK) + text_work(csv(), [b","])
    monkeypatch.setattr("winnow.formats._table.MAX_WORK", work)
    assert refusal(form, csv(), table("text")) == ""
    assert refusal(form, csv(), table("text", "id")) == "too_large"
    assert refusal(form, csv(), table("n")) == "too_large"
    assert refusal(form, csv(), table("n", numbers="as_is")) == ""


def test_a_table_over_the_budget_is_not_read_to_its_end() -> None:
    """Rows without end are refused once they cost too much: a million ordinary ones are read, ten million are not."""
    asked = 0

    def rows() -> object:
        nonlocal asked
        while True:
            asked += 1
            yield Row(asked, {"a": "x"})

    options = table("a").table
    assert options is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winnow.formats._table.MAX_WORK", MAX_WORK // 100)
        with pytest.raises(UnreadableDocument, match="too_large"):
            table_documents(rows, options, work=0)  # type: ignore[arg-type]
    assert MAX_ROWS // 100 <= asked <= MAX_ROWS // 100 + 2 * 4096


def test_a_million_ordinary_rows_are_within_the_budget() -> None:
    """Six columns of 100 bytes, three of them wanted, as CSV and as JSON Lines."""
    for bytes_, marks in ((100, 6), (170, 13)):
        assert (
            1_000_000 * (ROW_WORK + 3 * VALUE_WORK) + text_work(b"," * marks + b"x" * (bytes_ - marks), [b","]) * 1_000_000
            < MAX_WORK
        )


def test_text_alone_may_cost_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes cells apart counts before any row is read: a table of nothing but delimiters is refused at once."""
    monkeypatch.setattr("winnow.formats._table.MAX_WORK", 1000)
    assert refusal(formats()["csv"], b"text,b\n" + b"," * 5000, table("text")) == "too_large"
    assert refusal(formats()["jsonl"], b'{"text": [' + b"1," * 5000 + b"1]}\n", table("text")) == "too_large"


def test_cells_of_sheets_that_nobody_reads_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sheet of a workbook is looked at before one is read, so all of their cells together are bounded."""
    content = workbook([("text",), ("a",)], other=[("b",)] * 20)
    form = formats()["xlsx"]
    assert refusal(form, content, table("text")) == ""
    monkeypatch.setattr("winnow.formats._workbook.MAX_FILLED", 21)
    assert refusal(form, content, table("text")) == "too_large"
