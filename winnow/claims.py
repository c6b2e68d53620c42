"""A reader's documents as the rows it may send: columns, built a few thousand documents at a time.

Belongs here: what a document has to be like to be stored, and documents turned into record batches column by column. Does not
belong here: which reader made them (`winnow.extract`), and what is made of the rows where they are not believed (`winnow.sealed`).

A table of a million rows costs what its rows cost one by one, so nothing here is done a row that can be done a column: what all
rows share is repeated, texts are handed to Arrow a column at once, and characters that cannot be stored are looked for in a
column's bytes. Only if some are there are the documents gone through one by one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from winnow.documents import Block, Document, counts
from winnow.formats._rows import RowColumns, TableDocuments
from winnow.own_days import StatedDays
from winnow.placeholders import CLOSE, OPEN, neutralise
from winnow.reasons import QUARANTINE
from winnow.schemas import BLOCK, COUNT, DOCUMENTS, FIELD
from winnow.sealed import SourceReading

PIECE_BYTES = 4 * 1024 * 1024  # about, of text: a table of millions of rows leaves its reader in pieces of this size
DOCUMENT_BYTES = 512  # what a document costs besides its text, counted towards a piece
BLOCK_BYTES = 64  # the same of a block

MAX_TEXT_BYTES = 64 * 1024 * 1024
"""Of one document: ten million words. It has to be in memory whole, several times over, in every stage; a table has no such
limit, since each of its rows is a document."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # Arrow strings are UTF-8, which has no surrogates; NULs end strings elsewhere

_STRANGE = re.compile(f"\x00|{OPEN}|{CLOSE}".encode())
"""In UTF-8, where no other character's bytes contain these. Surrogates have no such form: Arrow refuses them by itself."""

_SEARCHED = (
    "document_id",
    "title",
    "name",
    "link",
    "customer",
)  # columns of text that a reader chooses, besides the nested ones


def claims(
    documents: Iterable[Document], kind: str, stem: str, reading: SourceReading, stated: StatedDays | None = None
) -> Iterator[pa.RecordBatch]:
    """``documents`` in order, as their reader may send them, in batches of about `PIECE_BYTES`.

    ``kind`` is the object's format, ``stem`` its name without folder and suffix, ``stated`` when a date that a document gives
    itself is its own day (default: always within reason). A document without text or with too much is a row with that reason;
    characters that cannot be stored or could forge a placeholder are replaced.
    """
    makes = _Batches(kind, stem, reading, stated or StatedDays())
    if isinstance(documents, TableDocuments):
        for rows in documents.columns:
            yield from makes.rows(rows)
        return
    gathered: list[Document] = []
    size = 0
    for document in documents:
        weight = _weight(document)
        fits = 0 < weight <= MAX_TEXT_BYTES and (document.reason is None or document.reason in QUARANTINE)
        gathered.append(document if fits else checked(document))
        size += DOCUMENT_BYTES + weight
        if size >= PIECE_BYTES:
            yield makes.batch(gathered)
            gathered, size = [], 0
    if gathered:
        yield makes.batch(gathered)


def checked(document: Document) -> Document:
    """``document`` with text that can be stored and scrubbed, or without text and with a reason."""
    reason = document.reason
    if reason is None:
        document = replace(
            document,
            title=storable(document.title),
            blocks=tuple(map(_storable_block, document.blocks)),
            fields={storable(name): storable(value) for name, value in document.fields.items()},
        )
        weight = _weight(document)
        if 0 < weight <= MAX_TEXT_BYTES:
            return document
        reason = "too_large" if weight else "empty"
    return Document(
        row_key=document.row_key,
        row_number=document.row_number,
        notes=document.notes,
        reason=reason if reason in QUARANTINE else "damaged",
        format=document.format,
        name=document.name,
    )


def storable(text: str) -> str:
    """``text`` without NULs, lone surrogates and the placeholders' delimiters; as long as before, so that spans stay true."""
    if _UNSTORABLE.search(text):
        text = _UNSTORABLE.sub(lambda match: " " if match[0] == "\x00" else "\ufffd", text)
    return neutralise(text)


def _storable_block(block: Block) -> Block:
    text, speaker = storable(block.text), None if block.speaker is None else storable(block.speaker)
    return block if (text, speaker) == (block.text, block.speaker) else replace(block, text=text, speaker=speaker)


def _weight(document: Document) -> int:
    """About the bytes of ``document`` in a table, a character outside of ASCII taking two to four; 0 if it has no text at all."""
    size, said = len(document.title), False
    for text in document.fields.values():
        size += len(text) if text.isascii() else 3 * len(text)
        said = said or not (not text or text.isspace())
    for block in document.blocks:
        text = block.text
        size += BLOCK_BYTES + (len(text) if text.isascii() else 3 * len(text))
        said = said or not (not text or text.isspace())
    return max(1, size) if said else 0


class _Batches:
    """Makes the batches of one object."""

    def __init__(self, kind: str, stem: str, reading: SourceReading, stated: StatedDays) -> None:
        self._kind, self._stem, self._reading, self._stated = kind, stem, reading, stated

    def batch(self, documents: Sequence[Document]) -> pa.RecordBatch:
        """``documents``, which `checked` would leave as they are but for some characters, as rows of `DOCUMENTS`."""
        try:
            batch = self._columns(documents)
        except UnicodeEncodeError:  # a lone surrogate
            batch = None
        if batch is None or _is_strange(batch):
            batch = self._columns([_storable_keys(checked(document)) for document in documents])
        return batch

    def _columns(self, documents: Sequence[Document]) -> pa.RecordBatch:
        reading, stem, kind = self._reading, storable(self._stem), self._kind
        count = len(documents)
        model = reading.origin == "model"
        columns: dict[str, Any] = {
            "document_id": ["" if document.row_key is None else f"={document.row_key}" for document in documents],
            **dict.fromkeys(("object_id", "content_sha256", "source"), pa.repeat("", count)),
            "format": [document.format or kind for document in documents],
            "row_number": [document.row_number for document in documents],
            "title": [document.title for document in documents],
            "name": ["" if document.reason else document.name or stem for document in documents],
            "link": self._links(documents),
            "customer": [document.customer for document in documents],
            "day": [
                None if document.reason else document.day or self._stated.believed(document.stated) for document in documents
            ],
            **dict.fromkeys(("alike", "individual", "audience"), pa.array([None] * count, pa.string())),
            "language": [document.language or reading.language for document in documents],
            "licence": [document.licence or reading.licence for document in documents],
            "origin": ["model" if model or document.origin == "model" else "human" for document in documents],
            "blocks": _blocks(documents),
            "fields": _fields(documents),
            "pii": _lists([0] * count, COUNT, [[], []]),
            "notes": _notes([document.notes for document in documents]),
            "reason": [document.reason for document in documents],
        }
        return _batch(columns)

    def rows(self, rows: RowColumns) -> Iterator[pa.RecordBatch]:
        """Rows of a table, in parts of about `PIECE_BYTES`."""
        columns = rows.fields.values()
        size = DOCUMENT_BYTES * len(rows) + sum(len(text) for texts in columns for text in texts if text is not None)
        if size > PIECE_BYTES and len(rows) > 1:
            middle = len(rows) // 2
            yield from self.rows(rows.part(0, middle))
            yield from self.rows(rows.part(middle, len(rows)))
            return
        try:
            batch = self._row_columns(rows) if 4 * size <= MAX_TEXT_BYTES else None
        except UnicodeEncodeError:  # a lone surrogate
            batch = None
        if batch is None or _is_strange(batch):
            batch = self._columns([_storable_keys(checked(document)) for document in rows.documents()])
        yield batch

    def _row_columns(self, rows: RowColumns) -> pa.RecordBatch:
        reading, stem, count = self._reading, storable(self._stem), len(rows)
        names = [stem] * count
        reasons: list[str | None] = [None] * count
        for at, reason in rows.reasons.items():
            names[at], reasons[at] = "", reason if reason in QUARANTINE else "damaged"
        none = pa.array([None] * count, pa.string())
        noted = [rows.notes.get(at, {}) for at in range(count)] if rows.notes else [{}] * count
        columns: dict[str, Any] = {
            "document_id": [f"={key}" for key in rows.keys],
            **dict.fromkeys(("object_id", "content_sha256", "source", "title"), pa.repeat("", count)),
            "format": pa.repeat(self._kind, count),
            "row_number": rows.numbers,
            "name": names,
            "link": _of_read(rows.links, rows.reasons) or none,
            "customer": _of_read(rows.customers, rows.reasons) or none,
            "day": _of_read(rows.days, rows.reasons) or none.cast(pa.date32()),
            **dict.fromkeys(("alike", "individual", "audience"), none),
            "language": pa.repeat(pa.scalar(reading.language, pa.string()), count),
            "licence": pa.repeat(pa.scalar(reading.licence, pa.string()), count),
            "origin": pa.repeat("model" if reading.origin == "model" else "human", count),
            "blocks": _lists([0] * count, BLOCK, [[]] * BLOCK.num_fields),
            "fields": _row_fields(rows),
            "pii": _lists([0] * count, COUNT, [[], []]),
            "notes": _notes(noted),
            "reason": reasons,
        }
        return _batch(columns)

    def _links(self, documents: Sequence[Document]) -> list[str | None]:
        """By document the text that it shares with those it belongs to: its own link, or the group in the file's name."""
        pattern = self._reading.link_pattern
        if not pattern:
            return [document.link for document in documents]
        return [
            document.link
            if document.row_number is not None or document.link is not None
            else _named(pattern, document.name or self._stem)
            for document in documents
        ]


def _of_read(values: Sequence[Any] | None, reasons: Mapping[int, str]) -> Sequence[Any] | None:
    """``values`` without those of rows that could not be read: nothing is told of them but why."""
    if values is None or not reasons:
        return values
    return [None if at in reasons else value for at, value in enumerate(values)]


def _named(pattern: str, name: str) -> str | None:
    match = re.search(pattern, name)
    return None if match is None or match["link"] is None else storable(match["link"])


def _storable_keys(document: Document) -> Document:
    """``document`` with everything that can be stored besides its text."""
    link, customer = (None if text is None else storable(text) for text in (document.link, document.customer))
    row_key = None if document.row_key is None else storable(document.row_key)
    return replace(document, row_key=row_key, name=storable(document.name), link=link, customer=customer)


def _is_strange(batch: pa.RecordBatch) -> bool:
    """Whether a text that its reader chose holds characters that `storable` replaces; column by column, in its bytes."""
    blocks, fields = batch.column("blocks").values, batch.column("fields").values
    texts = [batch.column(name) for name in _SEARCHED]
    texts += [*(blocks.field(BLOCK.get_field_index(name)) for name in ("text", "speaker")), fields.field(0), fields.field(1)]
    return any(_STRANGE.search(buffer) for text in texts for buffer in text.buffers()[2:] if buffer)


def _batch(columns: Mapping[str, Any]) -> pa.RecordBatch:
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, field.type)
        for field in DOCUMENTS
        for column in [columns[field.name]]
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=DOCUMENTS)


def _blocks(documents: Sequence[Document]) -> pa.ListArray:
    blocks = [block for document in documents for block in document.blocks]
    columns = [list(map(attrgetter(name), blocks)) for name in (BLOCK.field(number).name for number in range(BLOCK.num_fields))]
    return _lists([len(document.blocks) for document in documents], BLOCK, columns)


def _fields(documents: Sequence[Document]) -> pa.ListArray:
    # Texts alone, no pairs: what the collector of cycles does not know of it does not go through again and again.
    names = [name for document in documents for name in document.fields]
    values = [value for document in documents for value in document.fields.values()]
    return _lists([len(document.fields) for document in documents], FIELD, [names, values])


def _row_fields(rows: RowColumns) -> pa.ListArray:
    """Columns of texts as lists of pairs by row; those without a text are in none."""
    width, count = len(rows.fields), len(rows)
    texts = pa.array(list(chain.from_iterable(zip(*rows.fields.values(), strict=True))), pa.string())
    names = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(width, dtype=np.int32), count)), list(rows.fields)).cast(
        pa.string()
    )
    if not texts.null_count:
        offsets = np.arange(0, count * width + 1, width, dtype=np.int32)
    else:
        there = texts.is_valid()
        offsets = np.zeros(count + 1, np.int32)
        np.cumsum(there.to_numpy(zero_copy_only=False).reshape(count, width).sum(axis=1), out=offsets[1:])
        texts, names = texts.filter(there), names.filter(there)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays([names, texts], fields=list(FIELD)))


def _notes(of_rows: Sequence[Mapping[str, int]]) -> pa.ListArray:
    noted = [counts(notes) if notes else () for notes in of_rows]
    columns = [[note[name] for notes in noted for note in notes] for name in ("name", "count")]
    return _lists(list(map(len, noted)), COUNT, columns)


def _lists(lengths: Sequence[int], kind: pa.StructType, columns: Sequence[Sequence[Any]]) -> pa.ListArray:
    """Lists of structs: so many in each row, and their fields one column after the other."""
    offsets = pa.array(list(accumulate(lengths, initial=0)), pa.int32())
    arrays = [pa.array(column, kind.field(number).type) for number, column in enumerate(columns)]
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=list(kind)))
