"""The extraction stage: objects to documents.

Belongs here: which reader an object goes to, what happens when it fails, and what makes its documents the source's: ids, links,
language, licence. Does not belong here: any one format, which are in `winnow.formats`, and fetching the bytes.

Every object gives at least one row. One that cannot be read gives a row with a reason and no text: whatever a reader raises on
a hostile or broken file, memory and recursion limits included, is that object's reason and nobody else's trouble.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from winnow.alike import combination, sensitive_columns
from winnow.documents import Block, Document, to_batch
from winnow.errors import UnreadableDocument
from winnow.formats import ReadOptions, TableOptions, detect, formats
from winnow.formats._table import KEY_SEPARATOR
from winnow.ids import content_sha256, document_id, keyed_hash, object_id
from winnow.placeholders import neutralise
from winnow.reasons import QUARANTINE

EXTRACT_VERSION = "3"  # raised by hand when a reader gives other text for the same bytes

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # Arrow strings are UTF-8, which has no surrogates; NULs end strings elsewhere


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What the catalog says about reading one source.

    Attributes:
        read: the readers' options.
        language: of documents that do not say their own, as a BCP 47 tag.
        licence: under which the source may be used.
        audience: whom the source is for.
        origin: ``human`` or ``model``: who wrote the text.
        link_pattern: regular expression with a group ``link``, searched in a file's name without folder and suffix. Documents
            whose groups are equal belong together: a meeting's transcript and its minutes.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    language: str | None = None
    licence: str | None = None
    audience: str | None = None
    origin: str = "human"
    link_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractConfig:
    """What a worker needs to know to extract: the dataset's salt, and each source's reading by its name."""

    salt: str
    sources: Mapping[str, SourceReading]


def extractor(config: ExtractConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """A function from a batch of `winnow.schemas.OBJECTS` to one of `winnow.schemas.DOCUMENTS`, in the objects' order.

    It raises `KeyError` for a source that ``config`` does not know, which is a mistake of the caller, and nothing else.
    """

    def extract(batch: pa.RecordBatch) -> pa.RecordBatch:
        return to_batch(document for row in batch.to_pylist() for document in _of_object(row, config))

    return extract


def extract_key(reading: SourceReading) -> str:
    """The key of this stage for a source: SHA-256 over this function's version, the readers' libraries and ``reading``."""
    libraries = {name: version for kind in formats().values() for name, version in kind.versions().items()}
    said = {
        "extract": EXTRACT_VERSION,
        "libraries": libraries,
        "read": reading.read.model_dump(mode="json"),
        **{name: getattr(reading, name) for name in ("language", "licence", "audience", "origin", "link_pattern")},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def extract_one(content: bytes, name: str, options: ReadOptions | None = None) -> dict[str, Any]:
    """What is in the file ``name`` that holds ``content``, as plain values for JSON.

    Returns:
        ``format``, ``title``, ``notes`` and ``blocks`` (each ``kind``, ``text`` and, where known, ``level``, ``speaker``,
        ``page``, ``start``, ``end``, ``start_ms``, ``end_ms``), and for a table or feed ``rows`` (each ``row_number``,
        ``title``, ``fields``, ``blocks`` or ``quarantine``); or ``quarantine`` (``stage``, ``reason``, ``advice``).
    """
    kind, documents = _read(content, name, options or ReadOptions())
    whole = [document for document in documents if document.row_number is None]
    if whole and whole[0].reason is not None:
        return {"format": kind, "quarantine": _quarantine(whole[0].reason)}
    found: dict[str, Any] = {
        "format": kind,
        "title": next((document.title for document in whole), ""),
        "notes": dict(sorted((name, count) for document in documents for name, count in document.notes.items())),
        "blocks": [_plain(block) for document in whole for block in document.blocks],
    }
    if len(whole) < len(documents):
        found["rows"] = [_plain_row(document) for document in documents if document.row_number is not None]
    return found


def _of_object(row: Mapping[str, Any], config: ExtractConfig) -> Iterator[Document]:
    source, key = row["source"], row["key"]
    reading = config.sources[source]
    stem = PurePosixPath(key).stem
    kind, documents = _read(row["content"], key, reading.read)
    for document in documents:
        row_key = document.row_key
        if row_key is None and document.row_number is not None:
            row_key = f"#{document.row_number}"  # a row too broken to have a key
        alike = _alike(document, reading.read.table, config.salt, source)
        yield replace(
            document,
            document_id=document_id(config.salt, source, key, row_key),
            object_id=row["object_id"] or object_id(config.salt, source, key),
            content_sha256=row["content_sha256"] or content_sha256(row["content"] or b""),
            source=source,
            format=kind,
            name="" if document.reason else _storable(stem),
            link=_hashed(config.salt, "link", _link(document, stem, reading)),
            customer=_hashed(config.salt, "customer", document.customer),
            alike=alike,
            individual=keyed_hash(config.salt, "individual", source, _individual(document, reading)) if alike else None,
            language=document.language or reading.language,
            licence=document.licence or reading.licence,
            audience=document.audience or reading.audience,
            origin="model" if "model" in {document.origin, reading.origin} else "human",
        )


def _link(document: Document, stem: str, reading: SourceReading) -> str | None:
    """The text that this document shares with those it belongs to: a row's own link, or the group in the file's name."""
    if document.row_number is not None or document.link is not None:
        return document.link
    match = re.search(reading.link_pattern, stem) if reading.link_pattern else None
    return match["link"] if match else None


def _alike(document: Document, table: TableOptions | None, salt: str, source: str) -> str | None:
    """The hash that ``document`` shares with rows of the same sensitive attributes; columns that are replaced whole are none."""
    if table is None or document.row_number is None:
        return None
    named = [column for column in table.columns if column not in table.personal and column not in table.spans]
    return combination(document.fields, sensitive_columns(named, table.sensitive), salt, source)


def _individual(document: Document, reading: SourceReading) -> str:
    """Who counts once among rows alike: a customer, else a row of that key; without key columns rows that say the same differ."""
    row_key = document.row_key or f"#{document.row_number}"
    keyed = reading.read.table is not None and reading.read.table.key
    return document.customer or (row_key.partition(f"{KEY_SEPARATOR}#")[0] if keyed else row_key)


def _hashed(salt: str, purpose: str, value: str | None) -> str | None:
    return keyed_hash(salt, purpose, value.strip()) if value and value.strip() else None


def _read(content: bytes | None, name: str, options: ReadOptions) -> tuple[str, list[Document]]:
    """The format's name and the documents; one document with a reason if the object as a whole could not be read."""
    kind = ""
    try:
        if content is None:
            raise UnreadableDocument("gone_while_reading")  # noqa: TRY301 - one place turns every failure into a reason
        if len(content) > options.max_bytes:
            raise UnreadableDocument("too_large")  # noqa: TRY301 - the same
        reader = detect(content, name)
        kind = reader.name
        # All or nothing: rows before a break are not kept, since nobody would know how many are missing.
        documents = [_checked(document) for document in reader.read(content, options)]
        return kind, documents or [Document(reason="empty")]
    except UnreadableDocument as error:
        return kind, [Document(reason=error.reason if error.reason in QUARANTINE else "damaged")]
    except MemoryError:
        return kind, [Document(reason="memory")]
    except Exception:  # noqa: BLE001 - readers' libraries raise anything on broken files, RecursionError included
        return kind, [Document(reason="damaged")]


def _checked(document: Document) -> Document:
    """``document`` with text that can be stored and scrubbed, or without text and with a reason."""
    if document.reason is None and not _has_text(document):
        document = replace(document, reason="empty")
    if document.reason is not None:
        return Document(row_key=document.row_key, row_number=document.row_number, notes=document.notes, reason=document.reason)
    return replace(
        document,
        title=_storable(document.title),
        blocks=tuple(
            replace(block, text=_storable(block.text), speaker=None if block.speaker is None else _storable(block.speaker))
            for block in document.blocks
        ),
        fields={_storable(name): _storable(value) for name, value in document.fields.items()},
    )


def _has_text(document: Document) -> bool:
    texts = (*(block.text for block in document.blocks), *document.fields.values())
    return any(text and not text.isspace() for text in texts)


def _storable(text: str) -> str:
    """``text`` without NULs, lone surrogates and the placeholders' delimiters; as long as before, so that spans stay true."""
    if _UNSTORABLE.search(text):
        text = _UNSTORABLE.sub(lambda match: " " if match[0] == "\x00" else "\ufffd", text)
    return neutralise(text)


def _quarantine(reason: str) -> dict[str, str]:
    return {"stage": "extract", "reason": reason, "advice": QUARANTINE[reason]}


def _plain(block: Block) -> dict[str, Any]:
    known = {"kind": block.kind, "text": block.text}
    said = {name: getattr(block, name) for name in ("level", "speaker", "page", "start", "end", "start_ms", "end_ms")}
    return known | {name: value for name, value in said.items() if value is not None and (name != "level" or value)}


def _plain_row(document: Document) -> dict[str, Any]:
    if document.reason is not None:
        return {"row_number": document.row_number, "quarantine": _quarantine(document.reason)}
    return {
        "row_number": document.row_number,
        "title": document.title,
        "fields": dict(document.fields),
        "blocks": [_plain(block) for block in document.blocks],
    }
