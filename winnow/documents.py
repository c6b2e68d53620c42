"""Documents and their blocks as plain objects, and their way into and out of Arrow.

A format's reader yields `Document`; the stages exchange record batches of `winnow.schemas.DOCUMENTS`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import pyarrow as pa

from winnow.schemas import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Block:
    """A span of a document: its text, what it is, and where it stands (see `winnow.schemas.BLOCK` for units)."""

    kind: str
    text: str
    level: int = 0
    speaker: str | None = None
    page: int | None = None
    start: int | None = None
    end: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class KnownForm:
    """One form of a person whom a document gives away (see `winnow.schemas.KNOWN_FORM`); a hash, nothing readable."""

    entity: str
    form_id: int
    words: int


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one object, or of one row or entry of it.

    A reader fills ``title``, ``blocks``, ``fields``, ``row_key``, ``row_number``, ``notes`` and, for a row it could not read,
    ``reason``; of a part of an object (an attachment of a mail) also ``format`` and ``name``, and ``row_key`` says which part it
    is. ``stated`` is the day in UTC that the text gives itself, which a table's ``day`` goes before (`winnow.own_days`). The
    extraction stage fills the rest.
    """

    title: str = ""
    blocks: tuple[Block, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    row_key: str | None = None
    row_number: int | None = None
    notes: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    document_id: str = ""
    object_id: str = ""
    content_sha256: str = ""
    source: str = ""
    format: str = ""
    name: str = ""
    link: str | None = None
    customer: str | None = None
    alike: str | None = None
    individual: str | None = None
    day: dt.date | None = None
    stated: dt.date | None = None
    language: str | None = None
    licence: str | None = None
    audience: str | None = None
    origin: str = "human"
    pii: Mapping[str, int] = field(default_factory=dict)
    known: tuple[KnownForm, ...] = ()


_BLOCK_FIELDS = ("kind", "text", "level", "speaker", "page", "start", "end", "start_ms", "end_ms")
_KNOWN_FIELDS = ("entity", "form_id", "words")
_PLAIN = tuple(name for name in DOCUMENTS.names if name not in {"blocks", "fields", "pii", "notes"})

_plain, _of_block = attrgetter(*_PLAIN), attrgetter(*_BLOCK_FIELDS)  # at once: twice as fast as one by one


def to_batch(documents: Iterable[Document], schema: pa.Schema = DOCUMENTS) -> pa.RecordBatch:
    """``documents`` as one record batch of `DOCUMENTS`, or of `winnow.schemas.SCRUBBED`."""
    rows = [to_row(document) for document in documents]
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def from_batch(batch: pa.RecordBatch | pa.Table) -> list[Document]:
    """The rows of ``batch`` (`DOCUMENTS` or `winnow.schemas.SCRUBBED`) as documents; ``row_key`` is not kept, ids hold it."""
    return [_document(row) for row in batch.to_pylist()]


def counts(pairs: Mapping[str, int]) -> list[dict[str, Any]]:
    """``pairs`` as a list of `winnow.schemas.COUNT`, sorted by name so that equal contents are equal bytes."""
    if not pairs:
        return []
    return [{"name": name, "count": count} for name, count in sorted(pairs.items()) if count]


def from_counts(rows: Iterable[Mapping[str, Any]] | None) -> dict[str, int]:
    """The inverse of `counts`."""
    return {row["name"]: row["count"] for row in rows or ()}


def to_row(document: Document) -> dict[str, Any]:
    """``document`` as a row of Python values, of `DOCUMENTS` and `winnow.schemas.SCRUBBED` alike."""
    row: dict[str, Any] = dict(zip(_PLAIN, _plain(document), strict=True))
    row["blocks"] = [dict(zip(_BLOCK_FIELDS, _of_block(block), strict=True)) for block in document.blocks]
    row["fields"] = [{"name": name, "value": value} for name, value in document.fields.items()]
    row["pii"] = counts(document.pii)
    row["known"] = [{name: getattr(form, name) for name in _KNOWN_FIELDS} for form in document.known]
    row["notes"] = counts(document.notes)
    return row


def _document(row: Mapping[str, Any]) -> Document:
    return Document(
        **{name: row[name] for name in _PLAIN},
        blocks=tuple(Block(**{name: block[name] for name in _BLOCK_FIELDS}) for block in row["blocks"] or ()),
        fields={pair["name"]: pair["value"] for pair in row["fields"] or ()},
        pii=from_counts(row["pii"]),
        known=tuple(KnownForm(**form) for form in row.get("known") or ()),
        notes=from_counts(row["notes"]),
    )
