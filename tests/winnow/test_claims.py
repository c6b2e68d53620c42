"""Documents as the rows that a reader may send: column by column they are what they are one by one."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.claims import PIECE_BYTES, checked, claims
from winnow.documents import Block, Document
from winnow.formats import TableOptions
from winnow.formats._rows import RowColumns, TableDocuments
from winnow.formats._table import Row, table_documents
from winnow.ids import document_id, document_ids
from winnow.placeholders import CLOSE, OPEN
from winnow.schemas import DOCUMENTS
from winnow.sealed import SourceReading, require_claim

READING = SourceReading(language="de", licence="CC0-1.0", origin="model", link_pattern=r"^(?P<link>\w+)-minutes$")

TEXTS = st.text(st.sampled_from(f"ab \x00\ud800{OPEN}{CLOSE}ä"), max_size=6)

TEXT_OR_NONE = st.none() | TEXTS.filter(lambda text: bool(text.strip()))

NOTES = st.dictionaries(st.sampled_from(["hidden_text", "unread_values"]), st.integers(1, 9), max_size=2)

DOCUMENTS_OF_ANY_KIND = st.builds(
    Document,
    title=TEXTS,
    blocks=st.lists(
        st.builds(Block, kind=st.just("turn"), text=TEXTS, speaker=st.none() | TEXTS, start=st.none() | st.integers(0, 9)),
        max_size=3,
    ).map(tuple),
    fields=st.dictionaries(TEXTS, TEXTS, max_size=2),
    row_key=st.none() | TEXTS,
    row_number=st.none() | st.integers(0, 9),
    notes=NOTES,
    reason=st.sampled_from([None, "empty", "malformed", "no such reason"]),
    name=TEXTS,
    link=st.none() | TEXTS,
    customer=st.none() | TEXTS,
)


def one_by_one(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """The rows that ``documents`` make when each is made alone, after everything in it was replaced that cannot be stored."""
    return [
        row
        for document in documents
        for batch in claims(iter([checked(document)]), "txt", "k-minutes", READING)
        for row in batch.to_pylist()
    ]


@settings(deadline=None, max_examples=30)
@given(st.lists(DOCUMENTS_OF_ANY_KIND, max_size=5))
def test_many_documents_are_what_each_is_alone(documents: list[Document]) -> None:
    """A batch of documents says of each what a batch of it alone says, is whole, and would be believed."""
    batches = list(claims(iter(documents), "txt", "k-minutes", READING))
    assert [row for batch in batches for row in batch.to_pylist()] == one_by_one(documents)
    for batch in batches:
        batch.validate(full=True)
        require_claim(batch)


@settings(deadline=None, max_examples=30)
@given(st.data(), st.integers(1, 5), st.integers(1, 3))
def test_rows_of_a_table_are_what_their_documents_are(data: st.DataObject, count: int, width: int) -> None:
    """Columns of a table make the rows that its documents make, whatever characters stand in them."""

    def column(texts: st.SearchStrategy[str | None]) -> list[str | None]:
        return data.draw(st.lists(texts, min_size=count, max_size=count))

    fields = {f"c{number}": column(TEXT_OR_NONE) for number in range(width)}
    blank = [at for at, texts in enumerate(zip(*fields.values(), strict=True)) if not any(texts)]
    reasons = (
        dict.fromkeys(blank, "empty") | data.draw(st.dictionaries(st.sampled_from(blank), st.just("malformed")))
        if blank
        else {}
    )
    keys = [f"{number} {key}" for number, key in enumerate(column(TEXTS))]
    notes = {at: said for at, said in enumerate(data.draw(st.lists(NOTES, max_size=count))) if said}
    rows = RowColumns(list(range(count)), keys, fields, column(st.none() | TEXTS), None, reasons, notes)
    found = [row for batch in claims(TableDocuments(iter([rows])), "csv", "t", READING) for row in batch.to_pylist()]
    assert found == [row for batch in claims(iter(list(rows.documents())), "csv", "t", READING) for row in batch.to_pylist()]


def test_long_rows_are_parted() -> None:
    """Rows leave in batches of about the size of a piece, however many are read at once, and none is lost."""
    text = "x" * (PIECE_BYTES // 3)
    rows = RowColumns(
        range(8), [str(number) for number in range(8)], {"a": [text] * 8}, None, None, {3: "malformed"}, {7: {"n": 1}}
    )
    batches = list(claims(TableDocuments(iter([rows])), "csv", "t", READING))
    assert max(batch.nbytes for batch in batches) < 1.2 * PIECE_BYTES
    found = pa.Table.from_batches(batches, DOCUMENTS).to_pylist()
    assert [row["document_id"] for row in found] == [f"={number}" for number in range(8)]
    assert [row["reason"] for row in found] == [None] * 3 + ["malformed"] + [None] * 4
    assert found[7]["notes"] == [{"name": "n", "count": 1}]


def test_a_row_of_too_much_text_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single row over the limit on a document's text has a reason and no text; its neighbours stay."""
    monkeypatch.setattr("winnow.claims.MAX_TEXT_BYTES", 1000)
    rows = RowColumns(range(3), ["a", "b", "c"], {"t": ["x", "y" * 2000, "z"]}, None, None, {}, {})
    found = [row for batch in claims(TableDocuments(iter([rows])), "csv", "t", READING) for row in batch.to_pylist()]
    assert [(row["reason"], len(row["fields"])) for row in found] == [(None, 1), ("too_large", 0), (None, 1)]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["k1", "k2", "", " "]), st.sampled_from(["1.234,5", "7,0", "", "no", "n/a"])),
        min_size=1,
        max_size=9,
    ),
    st.booleans(),
)
def test_a_table_that_is_read_twice_says_what_one_kept_says(values: list[tuple[str, str]], keyed: bool) -> None:
    """Whether the rows of the first pass are kept or read again makes no difference to any document."""
    options = TableOptions(columns=("n", "t"), key=("k",) if keyed else (), missing=("n/a",), numbers={"n": "1.234,56"})
    rows = [Row(at, {"k": key, "n": number, "t": "text"}) for at, (key, number) in enumerate(values)] + [
        Row(99, reason="malformed")
    ]
    with pytest.MonkeyPatch.context() as patch:
        kept = list(table_documents(lambda: iter(rows), options, {"preamble_lines": 2}))
        patch.setattr("winnow.formats._table.KEPT_BYTES", 0)
        patch.setattr("winnow.formats._table.CHUNK_ROWS", 2)
        assert list(table_documents(lambda: iter(rows), options, {"preamble_lines": 2})) == kept


@given(st.lists(st.text(), max_size=4), st.text())
def test_ids_of_many_rows_are_those_of_each(row_keys: list[str], key: str) -> None:
    """Ids that are made at once are the ids that are made one by one."""
    assert document_ids("salt", "s", key, row_keys) == [document_id("salt", "s", key, row_key) for row_key in row_keys]
