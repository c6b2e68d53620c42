"""Apache Parquet: a row is a document; read by pyarrow, row group by row group, and only the columns that the catalog names.

What a file says of itself is looked at before any page is: how many rows, how large its columns become. A small file can say the
same long text in millions of rows (dictionaries), so what the rows say is counted while they are passed over.

Values keep their types until they are written as text: decimals keep their digits, times with a zone are in UTC, nested values are
compact JSON. Bytes that are not UTF-8 are no text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Format, ReadOptions, TableOptions, library_versions
from winnow.formats._header import positions
from winnow.formats._table import MAX_ROWS, Row, render, table_documents, table_options
from winnow.formats._thrift import Thrift, Wanted

MAX_UNPACKED = 512 * MEBIBYTE  # of the columns that are read; they are never in memory together

MAX_GROUP = 256 * MEBIBYTE  # of one column in one row group: its pages may have to be in memory together

SPARSE = 100  # a file that claims this many times its size is no table but a bomb

THRIFT_BYTES = 16 * MEBIBYTE  # of one string or list in the footer: a thousand times what a wide table's schema takes

_BATCH_ROWS = 1024

_MAGIC, _ENCRYPTED_MAGIC = b"PAR1", b"PARE"

_LEAST_BYTES = 12  # two marks and the footer's length

_DEEPEST = 16  # structs in structs whose fields a dotted path may name

# Field ids of the structs in parquet.thrift: FileMetaData, RowGroup, ColumnChunk, ColumnMetaData, PageHeader.
_NUM_ROWS, _GROUPS = 3, 4
_CHUNKS, _GROUP_ROWS = 1, 3
_CHUNK_ABOUT, _CHUNK_KEY = 3, 8
_PATH, _UNPACKED, _PACKED, _PAGES_AT, _DICTIONARY_AT = 3, 6, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED = 2, 3

_ABOUT: Wanted = {_PATH: bytes, **dict.fromkeys((_UNPACKED, _PACKED, _PAGES_AT, _DICTIONARY_AT), int)}
_GROUP: Wanted = {_CHUNKS: [{_CHUNK_ABOUT: _ABOUT, _CHUNK_KEY: {}}], _GROUP_ROWS: int}
_FOOTER: Wanted = {_NUM_ROWS: int, _GROUPS: [_GROUP]}
_PAGE: Wanted = dict.fromkeys((_PAGE_UNPACKED, _PAGE_PACKED), int)

_ABOUT_KEYS = re.compile("crypt", re.IGNORECASE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a row.

    Notes, on the first row: ``textless_values``, ``ambiguous_values``; on a row: ``unread_values``.

    Raises:
        UnreadableDocument: ``missing_columns``, ``malformed`` (two columns of one name), ``empty`` (no row), ``encrypted``,
            ``truncated`` (the end is missing), ``damaged``, ``bomb``, ``too_large``, ``unsupported`` (a codec nobody has).
    """
    table = table_options(options)
    found = _Table(content, table)
    return table_documents(found.rows, table, found.notes)


@contextmanager
def _reasons() -> Iterator[None]:
    """Turn the library's errors into reasons; its messages may quote the file, so nothing of them is kept."""
    try:
        yield
    except (UnreadableDocument, MemoryError):
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError) as error:
        if _ABOUT_KEYS.search(str(error)):
            raise UnreadableDocument("encrypted") from None
        unknown = isinstance(error, (NotImplementedError, pa.ArrowNotImplementedError))
        raise UnreadableDocument("unsupported" if unknown else "damaged") from None


class _Table:
    """The rows of one file, which can be passed over again and again; `notes` are complete after the first pass."""

    def __init__(self, content: bytes, table: TableOptions) -> None:
        self._there = _refuse_broken(content)
        self.notes: Counter[str] = Counter()
        with _reasons():
            first = _opened(content)
            found = _paths(first.schema_arrow)
            places = positions([".".join(path) for path in found], table)
            self._columns = {column: found[at] for column, at in places.items()}
            self._names = sorted({".".join(path) for path in self._columns.values()})
            leaves = {first.schema.column(leaf).path for leaf in range(len(first.schema))}
            self._file = _opened(content, sorted(leaves & set(self._names)))
        _refuse_bombs(content, self._there, self._names)
        self._count = self._there[_NUM_ROWS]

    def rows(self) -> Iterator[Row]:
        """Every row in order.

        Raises:
            UnreadableDocument: ``damaged``, ``encrypted``, ``unsupported``.
        """
        count = binary = 0
        with _reasons():
            for batch in self._file.iter_batches(batch_size=_BATCH_ROWS, columns=self._names, use_threads=False):
                batch.validate(full=True)  # a broken file may give indexes and lengths that lead anywhere
                columns = {}
                for column, path in self._columns.items():
                    columns[column], lost = _values(batch, path)
                    binary += lost
                for at in range(batch.num_rows):
                    yield Row(count + at, {column: values[at] for column, values in columns.items()})
                count += batch.num_rows
        if count != self._count:
            raise UnreadableDocument("damaged")
        self.notes["textless_values"] = binary


def _opened(content: bytes, names: Sequence[str] = ()) -> pq.ParquetFile:
    """The file; texts of the columns ``names`` keep their dictionaries, so that a long one is in memory once."""
    return pq.ParquetFile(
        pa.BufferReader(content),
        read_dictionary=list(names),
        thrift_string_size_limit=THRIFT_BYTES,
        thrift_container_size_limit=THRIFT_BYTES,
        coerce_int96_timestamp_unit="us",
        page_checksum_verification=True,
    )


def _refuse_broken(content: bytes) -> dict[int, Any]:
    """The footer of ``content``, if it ends as a file does: footer, its length, mark (the format's specification, "File format").

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``empty``, ``too_large`` or ``bomb`` by the number of rows.
    """
    if content.startswith(_ENCRYPTED_MAGIC) or content.endswith(_ENCRYPTED_MAGIC):
        raise UnreadableDocument("encrypted")
    if len(content) < _LEAST_BYTES or not content.endswith(_MAGIC):
        raise UnreadableDocument("truncated")
    length = int.from_bytes(content[-8:-4], "little")
    if length > len(content) - _LEAST_BYTES:
        raise UnreadableDocument("damaged")
    if length > THRIFT_BYTES:
        raise UnreadableDocument("too_large")
    footer = Thrift(content, len(content) - 8 - length, len(content) - 8).struct(_FOOTER)
    groups, count = footer.get(_GROUPS, []), footer.get(_NUM_ROWS, -1)
    if count != sum(group.get(_GROUP_ROWS, 0) for group in groups):
        raise UnreadableDocument("damaged")
    if not count:
        raise UnreadableDocument("empty")
    if count > MAX_ROWS:
        raise UnreadableDocument("bomb" if count > SPARSE * len(content) else "too_large")
    return footer


def _refuse_bombs(content: bytes, footer: Mapping[int, Any], names: Sequence[str]) -> None:
    """Raise if the columns ``names`` unpack to too much, by what the footer says and by what their pages say."""
    total = 0
    for group in footer[_GROUPS]:
        for chunk in group.get(_CHUNKS, []):
            about = chunk.get(_CHUNK_ABOUT)
            if about is None:
                raise UnreadableDocument("encrypted" if _CHUNK_KEY in chunk else "damaged")
            path = b".".join(about.get(_PATH, [])).decode("utf-8", "replace")
            if not any(f"{path}.".startswith(f"{name}.") for name in names):
                continue
            unpacked = max(about.get(_UNPACKED, 0), _unpacked(content, about))
            total += unpacked
            if unpacked > MAX_GROUP or total > MAX_UNPACKED:
                raise UnreadableDocument("bomb" if total > SPARSE * len(content) else "too_large")


def _unpacked(content: bytes, about: Mapping[int, Any]) -> int:
    """Bytes that the pages of one column chunk unpack to, by their own headers."""
    starts = [offset for name in (_DICTIONARY_AT, _PAGES_AT) if (offset := about.get(name))]
    start = min(starts, default=0)
    end, total = start + about.get(_PACKED, 0), 0
    if not 0 < start <= end <= len(content):
        raise UnreadableDocument("damaged")
    reader = Thrift(content, start, end)
    while reader.at < end:
        page = reader.struct(_PAGE)
        packed, unpacked = page.get(_PAGE_PACKED, -1), page.get(_PAGE_UNPACKED, -1)
        if packed < 0 or unpacked < 0:
            raise UnreadableDocument("damaged")
        total += unpacked
        reader.at += packed
    return total


def _paths(schema: pa.Schema) -> list[tuple[str, ...]]:
    """Every column, and everything inside of structs that could be named by a dotted path."""
    tops = [(name,) for name in schema.names]
    taken = set(schema.names)
    inner = [path for field in schema if pa.types.is_struct(field.type) for path in _inside(field.type, (field.name,), 1)]
    return tops + [path for path in dict.fromkeys(inner) if ".".join(path) not in taken]


def _inside(kind: pa.DataType, above: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    for number in range(kind.num_fields):
        child = kind.field(number)
        yield (*above, child.name)
        if pa.types.is_struct(child.type) and depth < _DEEPEST:
            yield from _inside(child.type, (*above, child.name), depth + 1)


def _values(batch: pa.RecordBatch, path: Sequence[str]) -> tuple[list[Any], int]:
    """One column of ``batch`` as plain Python values, and how many of them have no form as text."""
    column = batch.column(batch.schema.get_field_index(path[0]))
    for step in path[1:]:
        column = pc.struct_field(column, step)
    if pa.types.is_dictionary(column.type):
        used = pc.unique(column.indices.drop_null())  # of a dictionary of the whole row group
        texts, lost = _decoded(column.dictionary.take(used).to_pylist())
        pool = dict(zip([None, *used.to_pylist()], [None, *texts], strict=True))
        values = [pool[at] for at in column.indices.to_pylist()]
        return values, sum(value is None for value in values) - column.indices.null_count if lost else 0
    if pa.types.is_nested(column.type):
        return [None if value is None else render(value) for value in column.to_pylist()], 0
    return _decoded(*_simple(column))


def _simple(column: pa.Array) -> tuple[list[Any], int]:
    """``column`` as Python values, and how many of them Python has no value for."""
    kind = column.type
    if pa.types.is_timestamp(kind):  # an instant has no zone of its own: the file's says how to show it
        column = column.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    elif pa.types.is_time64(kind) or pa.types.is_duration(kind):
        column = column.cast(pa.time64("us") if pa.types.is_time64(kind) else pa.duration("us"), safe=False)
    elif pa.types.is_float32(kind) or pa.types.is_float16(kind):  # as short as it can be told from its neighbours
        return [None if text is None else float(text) for text in column.cast(pa.string()).to_pylist()], 0
    try:
        return column.to_pylist(), 0
    except (ValueError, OverflowError):
        values = [_in_range(value) for value in column]
        return values, sum(value is None for value in values) - column.null_count


def _in_range(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (ValueError, OverflowError):  # a moment beyond the year 9999
        return None


def _decoded(values: list[Any], lost: int = 0) -> tuple[list[Any], int]:
    """``values`` with bytes as text, as programs write that do not declare it; ``lost`` and how many more are none."""
    for at, value in enumerate(values):
        if isinstance(value, bytes):
            try:
                values[at] = value.decode()
            except UnicodeDecodeError:
                values[at] = None
                lost += 1
    return values, lost


FORMAT = Format(
    name="parquet",
    suffixes=(".parquet", ".pq"),
    read=read,
    sniff=lambda content: content.startswith((_MAGIC, _ENCRYPTED_MAGIC)),
    tabular=True,
    versions=library_versions("pyarrow", "pandas"),
)
