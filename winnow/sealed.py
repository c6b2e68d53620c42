"""The trusted half of extraction: what makes a reader's rows those of their object.

A reader works in a process that has parsed a stranger's bytes. It is told neither the salt nor which object it reads, and what it
sends back is a claim: rows of `winnow.schemas.DOCUMENTS` in which ``document_id`` holds "=" and the row's key (nothing for a whole
object), ``link`` and ``customer`` their plain values, and nothing says whose they are. Here, in the process that asked, the claim
is checked, and ids, hashes, source and audience are put in. So whatever a file does to its reader, it can neither speak for another
file nor learn the salt.

Belongs here: checks and columns. Does not belong here: reading (`winnow.extract`) and validating Arrow (`resources.engine_frames`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from winnow.alike import combination, sensitive_columns
from winnow.formats._base import ReadOptions, TableOptions
from winnow.formats._table import KEY_SEPARATOR
from winnow.ids import document_id, document_ids, keyed_hash
from winnow.own_days import named_day
from winnow.placeholders import CLOSE, OPEN
from winnow.reasons import QUARANTINE
from winnow.schemas import BLOCK_KINDS, DOCUMENTS

_KINDS = frozenset(BLOCK_KINDS)
_ORIGINS = frozenset({"human", "model"})

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, counted from 1970-01-01

LONGEST_NOTE = 64  # characters of a note's name; it goes into metadata, so it has to be a word of a reader and no text

_DELIMITERS = re.compile(f"{OPEN}|{CLOSE}".encode())
"""With these a text could pass off its own words as a scrubber's placeholder. They are looked for in UTF-8, where no other
character's bytes contain them."""

_NOTE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NOTE - 1}}}")


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
        rows_are_unique: whether a row is known by its key alone, whichever object it stands in.
        day_pattern: regular expression with a group ``day``, searched in an object's key; see `winnow.own_days`.
        stated_days: whether the date that a text gives itself is its own day, where neither a column nor the key tells one.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    language: str | None = None
    licence: str | None = None
    audience: str | None = None
    origin: str = "human"
    link_pattern: str | None = None
    rows_are_unique: bool = False
    day_pattern: str | None = None
    stated_days: bool = True

    @property
    def starts_programs(self) -> bool:
        """Whether its readers may start a program: that which recognises text in pictures."""
        return self.read.reading.ocr != "off"


@dataclass(frozen=True, slots=True)
class ExtractConfig:
    """What extraction needs to know: the dataset's salt, which no reader is told, and each source's reading by its name."""

    salt: str
    sources: Mapping[str, SourceReading]


def require_claim(batch: pa.RecordBatch) -> None:
    """Check the claim ``batch``, which is whole Arrow of the right schema, before anything is made of it.

    Raises:
        ValueError: a reason, kind of block, note or origin is none that a reader of ours gives; the message quotes nothing.
    """
    blocks, fields, notes = (batch.column(name).flatten() for name in ("blocks", "fields", "notes"))
    stated = [batch.column("title"), batch.column("name"), pc.struct_field(blocks, "text")]
    stated += [pc.struct_field(fields, "name"), pc.struct_field(fields, "value")]
    known = (
        _distinct(batch.column("reason")) <= QUARANTINE.keys() | {None}
        and _distinct(pc.struct_field(blocks, "kind")) <= _KINDS
        and _distinct(batch.column("origin")) <= _ORIGINS
        and all(_NOTE.fullmatch(name or "") for name in _distinct(pc.struct_field(notes, "name")))
        and not any(text.null_count for text in stated)
        and _are_days(batch.column("day"))
        and not any(map(_has_delimiter, (*stated, pc.struct_field(blocks, "speaker"))))
        and not pc.sum(pc.list_value_length(batch.column("pii"))).as_py()
    )
    if not known:
        raise ValueError("a reader's rows are not what a reader sends")


def _distinct(column: pa.Array) -> set[Any]:
    return set(pc.unique(column).to_pylist())


def _are_days(column: pa.Array) -> bool:
    """Whether all values can be told in years of four digits: Python knows no others, and fails over them."""
    bounds = pc.min_max(column.cast(pa.int32())).as_py()
    return bounds["min"] is None or (bounds["min"] >= _FIRST_DAY and bounds["max"] <= _LAST_DAY)


def _has_delimiter(text: pa.Array) -> bool:
    return any(buffer and _DELIMITERS.search(buffer) for buffer in text.buffers()[2:])


def sealed(batch: pa.RecordBatch, about: Mapping[str, str], config: ExtractConfig) -> pa.RecordBatch:
    """``batch``, a claim that `require_claim` has passed, as rows of the object that ``about`` describes.

    ``about`` has ``object_id``, ``content_sha256``, ``source`` and ``key``.
    """
    salt, source, rows = config.salt, about["source"], batch.num_rows
    reading = config.sources[source]
    stated = [claimed[1:] if claimed else None for claimed in batch.column("document_id").to_pylist()]
    row_keys = stated
    if None in stated:  # a whole object, or a row too broken to have a key
        numbers = _listed(batch, "row_number")
        row_keys = [f"#{at}" if key is None and at is not None else key for key, at in zip(stated, numbers, strict=True)]
    alike = _alike(batch, reading.read.table, salt, source)
    customers = _listed(batch, "customer")
    days, named = _listed(batch, "day"), named_day(reading.day_pattern, about["key"])
    columns: dict[str, Any] = {
        "document_id": _document_ids(salt, about, stated, row_keys, rows_are_unique=reading.rows_are_unique),
        "object_id": pa.repeat(about["object_id"], rows),
        "content_sha256": pa.repeat(about["content_sha256"], rows),
        "source": pa.repeat(source, rows),
        "link": _hashed(salt, "link", _listed(batch, "link")),
        "customer": _hashed(salt, "customer", customers),
        "alike": alike,
        "individual": [
            None if same is None else keyed_hash(salt, "individual", source, _individual(key or "", customer, reading))
            for same, key, customer in zip(alike, row_keys, customers, strict=True)
        ]
        if any(alike)
        else alike,
        "day": [named if day is None else day for day in days],
        "audience": pa.repeat(pa.scalar(reading.audience, pa.string()), rows),
    }
    arrays = [
        batch.column(name) if name not in columns else _array(columns[name], DOCUMENTS.field(name).type)
        for name in DOCUMENTS.names
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=DOCUMENTS)


def _document_ids(
    salt: str, about: Mapping[str, str], stated: list[str | None], row_keys: list[str | None], *, rows_are_unique: bool
) -> list[str]:
    """By row its id; of rows that are unique whichever object they stand in the same in each, if they say a key."""
    source, key = about["source"], about["key"]
    if all(stated):  # a table, whose rows differ in their keys alone
        return document_ids(salt, source, "" if rows_are_unique else key, cast("list[str]", row_keys))
    return [
        document_id(salt, source, "" if rows_are_unique and said else key, row_key)
        for said, row_key in zip(stated, row_keys, strict=True)
    ]


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def _listed(batch: pa.RecordBatch, name: str) -> list[Any]:
    column = batch.column(name)
    return [None] * len(column) if column.null_count == len(column) else column.to_pylist()


def _alike(batch: pa.RecordBatch, table: TableOptions | None, salt: str, source: str) -> list[str | None]:
    """By row the hash that it shares with rows of the same sensitive attributes; columns that are replaced whole are none."""
    none: list[str | None] = [None] * batch.num_rows
    if table is None:
        return none
    named = [column for column in table.columns if column not in table.personal and column not in table.spans]
    sensitive = sensitive_columns(named, table.sensitive)
    if len(sensitive) < 2:  # `winnow.alike.LEAST_COMBINED`: no row can combine two
        return none
    made: dict[tuple[str | None, ...], str | None] = {}
    alike: list[str | None] = []
    for number, values in zip(_listed(batch, "row_number"), _values(batch.column("fields"), sensitive), strict=True):
        if values not in made:
            said = {name: value for name, value in zip(sensitive, values, strict=True) if value is not None}
            made[values] = combination(said, sensitive, salt, source)
        alike.append(None if number is None else made[values])
    return alike


def _values(fields: pa.ListArray, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    """By row the values of the fields called ``names``; of two of one name the last."""
    rows, pairs = pc.list_parent_indices(fields).to_pylist(), fields.flatten()
    columns: dict[str, list[str | None]] = {name: [None] * len(fields) for name in names}
    for row, name, value in zip(rows, pairs.field(0).to_pylist(), pairs.field(1).to_pylist(), strict=True):
        if name in columns:
            columns[name][row] = value
    return zip(*columns.values(), strict=True)


def _individual(row_key: str, customer: str | None, reading: SourceReading) -> str:
    """Who counts once among rows alike: a customer, else a row of that key; without key columns rows that say the same differ."""
    keyed = reading.read.table is not None and reading.read.table.key
    return customer or (row_key.partition(f"{KEY_SEPARATOR}#")[0] if keyed else row_key)


def _hashed(salt: str, purpose: str, values: list[str | None]) -> list[str | None]:
    """``values`` as keyed hashes, each only once: rows of one customer, or of one file's meeting, say the same."""
    made = {value: keyed_hash(salt, purpose, value.strip()) if value and value.strip() else None for value in set(values)}
    return [made[value] for value in values]
