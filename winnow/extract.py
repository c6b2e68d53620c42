"""The extraction stage: objects to documents.

Belongs here: which reader an object goes to, what happens when it fails, and how its documents leave in pieces. Does not belong
here: any one format, which are in `winnow.formats`; ids, hashes and whatever else a reader must not know (`winnow.sealed`); and
fetching the bytes.

Every object gives at least one row. One that cannot be read gives a row with a reason and no text: whatever a reader raises on
a hostile or broken file, memory and recursion limits included, is that object's reason and nobody else's trouble. It is all or
nothing: rows before a break are not kept, since nobody would know how many are missing.
"""

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

import pyarrow as pa

from winnow.claims import checked, claims
from winnow.documents import Block, Document, to_batch
from winnow.errors import UnreadableDocument
from winnow.formats import ReadOptions, detect, formats, suffixes
from winnow.formats._ocr import ocr_available, ocr_versions
from winnow.formats._rows import TableDocuments
from winnow.ids import content_sha256, object_id
from winnow.own_days import StatedDays, named_day
from winnow.reasons import QUARANTINE
from winnow.schemas import DOCUMENTS
from winnow.sealed import ExtractConfig, SourceReading, sealed

__all__ = [
    "ExtractConfig",
    "SourceReading",
    "extract_key",
    "extract_one",
    "extractor",
    "object_reader",
    "plain_block",
    "plain_row",
    "quarantine",
    "refusal",
    "require_programs",
]

EXTRACT_VERSION = "6"  # raised by hand when a reader gives other text, or another day, for the same bytes

Found = TypeVar("Found")

ObjectReader = Callable[[Mapping[str, str], bytes], Iterator[pa.RecordBatch]]


def object_reader(sources: Mapping[str, SourceReading]) -> ObjectReader:
    """The untrusted half of extraction: a function from what an object is and its bytes to its rows.

    What it is: ``source``, ``key`` and, where it is known, ``latest``, the last day (YYYY-MM-DD) that a date in it may say.

    Its rows are what `winnow.sealed.sealed` takes, in batches of about `winnow.claims.PIECE_BYTES`. The function raises `MemoryError`
    or `UnreadableDocument` for the object as a whole, before its first batch or behind any, and nothing else.
    """
    suffixes()  # imports every reader: one that cannot be imported is no object's fault

    def read(about: Mapping[str, str], content: bytes) -> Iterator[pa.RecordBatch]:
        reading = sources[about["source"]]
        kind, documents = _documents(content, about["key"], reading.read)
        return claims(documents, kind, PurePosixPath(about["key"]).stem, reading, _stated_days(about, reading))

    return read


def _stated_days(about: Mapping[str, str], reading: SourceReading) -> StatedDays:
    """When the dates in an object are days of its documents: the catalog's word on its key goes before them."""
    latest = about.get("latest")
    return StatedDays(
        counts=reading.stated_days and named_day(reading.day_pattern, about["key"]) is None,
        latest=None if latest is None else dt.date.fromisoformat(latest),
    )


def require_programs(sources: Iterable[SourceReading]) -> None:
    """Return if every program that ``sources`` ask for is installed; asked before any object is read.

    Raises:
        winnow.formats._ocr.OcrUnavailable: one, or a language of it, is not; the message says what to install.
    """
    for reading in sources:
        if reading.starts_programs:
            ocr_available(reading.read.reading.ocr_languages)


def extractor(config: ExtractConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """Both halves of extraction in one function, from a batch of `winnow.schemas.OBJECTS` to one of `winnow.schemas.DOCUMENTS`.

    Rows are in the objects' order. For whoever isolates by other means than `resources.engine`, such as Spark's executors. It
    raises `KeyError` for a source that ``config`` does not know, which is a mistake of the caller, and nothing else.
    """
    read = object_reader(config.sources)

    def extract(batch: pa.RecordBatch) -> pa.RecordBatch:
        found = [rows for row in batch.to_pylist() for rows in _sealed_object(row, read, config)]
        return pa.Table.from_batches(found, DOCUMENTS).combine_chunks().to_batches()[0] if found else to_batch([])

    return extract


def _sealed_object(row: Mapping[str, Any], read: ObjectReader, config: ExtractConfig) -> list[pa.RecordBatch]:
    content = row["content"]
    about = {
        "source": row["source"],
        "key": row["key"],
        "object_id": row["object_id"] or object_id(config.salt, row["source"], row["key"]),
        "content_sha256": row["content_sha256"] or content_sha256(content or b""),
    }
    config.sources[row["source"]]
    try:
        if content is None:
            raise UnreadableDocument("gone_while_reading")  # noqa: TRY301 - one place turns every failure into a reason
        return [sealed(batch, about, config) for batch in read(about, content)]
    except UnreadableDocument as error:
        return [sealed(refusal(error.reason, error.kind), about, config)]
    except MemoryError:
        return [sealed(refusal("memory"), about, config)]


def refusal(reason: str, kind: str = "") -> pa.RecordBatch:
    """The one row, for `winnow.sealed.sealed`, that stands for an object that could not be read; ``kind`` is its format if known."""
    return to_batch([Document(reason=reason, format=kind)])


def extract_key(reading: SourceReading) -> str:
    """The key of this stage for a source: SHA-256 over this function's version, the readers' libraries and ``reading``."""
    libraries = {name: version for kind in formats().values() for name, version in kind.versions().items()}
    libraries |= ocr_versions() if reading.read.reading.ocr != "off" else {}
    names = ("language", "licence", "audience", "origin", "link_pattern", "rows_are_unique", "day_pattern", "stated_days")
    said = {
        "extract": EXTRACT_VERSION,
        "libraries": libraries,
        "read": reading.read.model_dump(mode="json"),
        **{name: getattr(reading, name) for name in names},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def extract_one(content: bytes, name: str, options: ReadOptions | None = None) -> dict[str, Any]:
    """What is in the file ``name`` that holds ``content``, read in this process, as plain values for JSON.

    Returns:
        ``format``, ``title``, ``day`` (where one is told), ``notes`` and ``blocks`` (each ``kind``, ``text`` and, where known,
        ``level``, ``speaker``, ``page``, ``start``, ``end``, ``start_ms``, ``end_ms``), and for a table or feed ``rows`` (each
        ``row_number``, ``title``, ``day``, ``fields``, ``blocks`` or ``quarantine``), and for a mail with attachments ``parts``
        (each as a row, with ``format`` and ``name`` in place of a number); or ``quarantine`` (``stage``, ``reason``, ``advice``).
    """
    try:
        kind, found_documents = _documents(content, name, options or ReadOptions())
        documents = [checked(document) for document in found_documents]
    except UnreadableDocument as error:
        return {"format": error.kind, "quarantine": quarantine(error.reason)}
    except MemoryError:
        return {"format": "", "quarantine": quarantine("memory")}
    whole = [document for document in documents if document.row_number is None and document.row_key is None]
    if whole and whole[0].reason is not None:
        return {"format": kind, "quarantine": quarantine(whole[0].reason)}
    notes: dict[str, int] = {}
    for document in documents:
        for note, count in document.notes.items():
            notes[note] = notes.get(note, 0) + count
    found: dict[str, Any] = {
        "format": kind,
        "title": next((document.title for document in whole), ""),
        **next((plain_day(document) for document in whole), {}),
        "notes": dict(sorted(notes.items())),
        "blocks": [plain_block(block) for document in whole for block in document.blocks],
    }
    rows = [plain_row(document) for document in documents if document.row_number is not None]
    parts = [plain_part(document) for document in documents if document.row_number is None and document.row_key is not None]
    return found | ({"rows": rows} if rows else {}) | ({"parts": parts} if parts else {})


def _documents(content: bytes, name: str, options: ReadOptions) -> tuple[str, Iterator[Document]]:
    """The format of one object, and its documents, at least one.

    Raises:
        UnreadableDocument: the object as a whole cannot be read; with its format, if that much is known. The documents too.
        MemoryError: it takes too much memory. The same.
    """
    kind = ""
    with _failing(lambda: kind):
        if len(content) > options.max_bytes:
            raise UnreadableDocument("too_large")
        reader = detect(content, name, options)
        kind = reader.name
        found = reader.read(content, options)  # of a table the first pass, which decides whether it can be read
    if isinstance(found, TableDocuments):
        return kind, TableDocuments(_told(found.columns, kind))
    return kind, _some(_told(found, kind))


def _told(found: Iterator[Found], kind: str) -> Iterator[Found]:
    with _failing(lambda: kind):
        yield from found


def _some(documents: Iterator[Document]) -> Iterator[Document]:
    first = next(documents, None)
    yield Document(reason="empty") if first is None else first
    yield from documents


@contextlib.contextmanager
def _failing(kind: Callable[[], str]) -> Iterator[None]:
    """Turn whatever a reader raises into the object's reason; ``kind`` gives its format."""
    try:
        yield
    except UnreadableDocument as error:
        raise UnreadableDocument(error.reason if error.reason in QUARANTINE else "damaged", kind=kind()) from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - readers' libraries raise anything on broken files, RecursionError included
        raise UnreadableDocument("damaged", kind=kind()) from None


def quarantine(reason: str) -> dict[str, str]:
    """What is said of an object or row that was put aside for ``reason``."""
    return {"stage": "extract", "reason": reason, "advice": QUARANTINE[reason]}


def plain_block(block: Block) -> dict[str, Any]:
    """``block`` as plain values for JSON, without what is not known."""
    known = {"kind": block.kind, "text": block.text}
    said = {name: getattr(block, name) for name in ("level", "speaker", "page", "start", "end", "start_ms", "end_ms")}
    return known | {name: value for name, value in said.items() if value is not None and (name != "level" or value)}


def plain_day(document: Document) -> dict[str, str]:
    """``day``: the day of ``document`` as its column or its text says it, in ISO 8601; nothing if they say none."""
    day = document.day or StatedDays().believed(document.stated)
    return {} if day is None else {"day": day.isoformat()}


def plain_row(document: Document) -> dict[str, Any]:
    """The row ``document`` as plain values for JSON."""
    if document.reason is not None:
        return {"row_number": document.row_number, "quarantine": quarantine(document.reason)}
    return {
        "row_number": document.row_number,
        "title": document.title,
        **plain_day(document),
        "fields": dict(document.fields),
        "blocks": [plain_block(block) for block in document.blocks],
    }


def plain_part(document: Document) -> dict[str, Any]:
    """The part ``document`` of an object, such as an attachment, as plain values for JSON."""
    said = plain_row(document)
    said.pop("row_number")
    return {"format": document.format, "name": document.name, **said}
