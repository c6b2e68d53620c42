"""The dialect of a delimited text (RFC 4180 and what programs make of it), its records, and an independent count of them.

Belongs here: delimiter, quotes, escapes, Excel's ``sep=`` line, over-long lines. Does not belong here: which record is the header
and what the cells say.

Records come from the standard library's reader in its strict mode, over a stream: a text is never held whole. Backslash escapes
are brought into a form that reader knows, since it would otherwise drop every other backslash, those of paths among them.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import islice

from winnow.errors import UnreadableDocument
from winnow.formats._base import TableOptions
from winnow.formats._encoding import MARK, Encoding, Lines, LongLine, told
from winnow.formats._header import SEARCHED_ROWS, known_columns

DELIMITERS = (",", ";", "\t", "|")

CELL_CHARS = 1024 * 1024  # a longer cell is a quote never closed; the library's own limit is below a long support thread

LINE_CHARS = 4 * 1024 * 1024  # a longer line is no table's: it is passed over in pieces, and its record refused

_SAMPLE_CHARS = 64 * 1024  # looked at to tell the dialect

_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n])"?', re.IGNORECASE)  # Excel's own way to name the delimiter

csv.field_size_limit(CELL_CHARS)  # a setting of the process, so it is set once and not for each table


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How cells are told apart.

    Attributes:
        delimiter: between cells.
        quote: around a cell; empty if nothing is.
        backslash: whether a backslash escapes a quote, a delimiter or another backslash; any other one is a character.
        spaced: whether spaces behind a delimiter are none of the cell's.
    """

    delimiter: str = ","
    quote: str = '"'
    backslash: bool = False
    spaced: bool = False


class Text:
    """A delimited text whose lines can be passed over again and again."""

    def __init__(self, content: bytes, encoding: str | None) -> None:
        """``content`` in the ``encoding`` that the catalog names, if it names one.

        Raises:
            UnreadableDocument: ``encoding_unknown``.
        """
        self._content = content
        self.encoding: Encoding = told(content, encoding)
        self._bounded = not self.encoding.is_wide and _is_short_lined(content)
        first = self._open().readline(_SAMPLE_CHARS)
        named = _SEPARATOR_LINE.fullmatch(first.rstrip("\n"))
        self.separator = named[1] if named else None
        self._skipped = len(first) if named else 0

    def lines(self) -> Iterator[str]:
        """Its lines, each with its end; raises `LongLine` for one over the limit, and goes on."""
        stream = self._open()
        stream.read(self._skipped)
        return stream if self._bounded else Lines(stream, LINE_CHARS)

    def sample(self) -> str:
        """Its beginning, without a line cut in two unless there is only one."""
        stream = self._open()
        stream.read(self._skipped)
        sample = stream.read(_SAMPLE_CHARS)
        return sample[: sample.rfind("\n") + 1] or sample if stream.read(1) else sample

    def holds(self, text: str) -> bool:
        """Whether ``text``, of ASCII characters, stands in it."""
        return text.encode(self.encoding.name if self.encoding.is_wide else "ascii") in self._content

    def _open(self) -> io.TextIOWrapper:
        stream = self.encoding.open(self._content)
        return stream if stream.read(1) == MARK else self.encoding.open(self._content)


def _is_short_lined(content: bytes) -> bool:
    """Whether no line of ``content`` is over the limit: then the library may read lines by itself, which is faster."""
    end = 0
    while len(content) - end > LINE_CHARS:
        end = content.rfind(b"\n", end, end + LINE_CHARS) + 1
        if not end:
            return False
    return True


Record = tuple[list[str] | None, int]
"""The cells of a record (empty for a blank line, None if it breaks the rules of quoting), and how many lines it takes: 0, and no
cells, for a line over the limit, which was passed over."""


def records(lines: Iterator[str], dialect: Dialect, *, strict: bool = True) -> Iterator[Record]:
    """The records of ``lines``.

    Raises:
        UnreadableDocument: ``malformed``: a record breaks the rules after it has swallowed lines, and nobody knows where the next
            one begins.
    """
    escaped = _escaped(lines, dialect) if dialect.backslash else lines
    reader = csv.reader(
        escaped,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar="\\" if dialect.backslash else None,
        skipinitialspace=dialect.spaced,
        strict=strict,
    )
    before = 0
    while True:
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except (csv.Error, LongLine):
            if reader.line_num - before > 1:
                raise UnreadableDocument("malformed") from None
            cells = None
        yield cells, reader.line_num - before
        before = reader.line_num


class _Escaped:
    """Lines in which only those backslashes escape that are followed by what they can escape; all others are doubled."""

    def __init__(self, lines: Iterator[str], dialect: Dialect) -> None:
        self._lines = lines
        self._pattern = re.compile(rf"\\([\\{re.escape(dialect.quote + dialect.delimiter)}]?)")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        return self._pattern.sub(lambda found: found[0] if found[1] else "\\\\", line) if "\\" in line else line


def _escaped(lines: Iterator[str], dialect: Dialect) -> Iterator[str]:
    return _Escaped(iter(lines), dialect)


def count_records(lines: Iterator[str], dialect: Dialect) -> int:
    """How many records ``lines`` hold that are no blank lines, told from line ends outside of quotes alone.

    It shares no code with the reader whose rows it is compared with, and looks at quotes only.
    """
    count, is_open, lines = 0, False, iter(lines)
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return count + is_open
        except LongLine:
            count, is_open = count + 1, False
            continue
        if is_open or (dialect.quote and dialect.quote in line):
            is_open = _is_open_after(line, dialect, is_open=is_open)
            count += not is_open
        elif line != "\n":
            count += 1


def _is_open_after(line: str, dialect: Dialect, *, is_open: bool) -> bool:
    """Whether a quote is open at the end of ``line``, if one ``is_open`` at its beginning or none is."""
    at = 0
    while True:
        if not is_open:
            while dialect.spaced and line.startswith(" ", at):
                at += 1
            if line.startswith(dialect.quote, at):
                at += 1
                is_open = True
        if is_open:
            at = _closed(line, at, dialect)
            if at < 0:
                return True
            is_open = False
        start, at = at, line.find(dialect.delimiter, at)
        while dialect.backslash and at > 0 and _is_escaped(line, start, at):
            at = line.find(dialect.delimiter, at + 1)
        if at < 0:
            return False
        at += 1


def _closed(line: str, at: int, dialect: Dialect) -> int:
    """Where the text behind the quote begins that closes the cell in which ``at`` is; -1 if this line has none."""
    while True:
        quote = line.find(dialect.quote, at)
        if quote < 0:
            return -1
        if dialect.backslash and _is_escaped(line, at, quote):
            at = quote + 1
        elif line.startswith(dialect.quote, quote + 1):
            at = quote + 2
        else:
            return quote + 1


def _is_escaped(line: str, start: int, at: int) -> bool:
    """Whether an odd number of backslashes stands before ``at``, of those from ``start`` on."""
    first = at
    while first > start and line[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def tell(text: Text, table: TableOptions) -> Dialect:
    """The dialect of ``text``: what the catalog says, else what fits the columns that it names.

    That is the dialect under which most named columns stand in one row near the top; then that with most rows as wide as it;
    then the one with more columns.
    """
    sample = text.sample()
    given = table.delimiter or text.separator
    delimiters = (given,) if given else DELIMITERS
    quotes = ('"', "'") if table.quote is None else (table.quote,)
    fits = {
        dialect: fit
        for dialect in (
            Dialect(delimiter, quote, table.escape == "backslash", spaced)
            for quote in quotes
            for spaced in (False, True)
            for delimiter in delimiters
            if delimiter != quote and (quote != "'" or sample.lstrip()[:1] == "'" or table.quote)
            if not spaced or f"{delimiter} {quote}" in sample
        )
        if (fit := _fit(sample, dialect, table))
    }
    best = max(fits, key=lambda dialect: fits[dialect])
    if table.escape is None and best.quote and text.holds(f"\\{best.quote}"):
        escaped = changed(best, backslash=True)
        return min((best, escaped), key=lambda dialect: _broken(text, dialect))
    return best


def _fit(sample: str, dialect: Dialect, table: TableOptions) -> tuple[int, float, int]:
    found: list[list[str]] = []
    for cells, _ in islice(records(iter(sample.splitlines(keepends=True)), dialect, strict=False), SEARCHED_ROWS):
        if cells:
            found.append(cells)
    if not found:
        return 0, 0.0, 0
    if table.header_row is None:
        at = max(range(len(found)), key=lambda number: known_columns(found[number], table))
    else:
        at = table.header_row if isinstance(table.header_row, int) else table.header_row[-1]
    if at >= len(found):
        return 0, 0.0, 0
    header, rows = found[at], found[at + 1 :]
    alike = sum(len(cells) == len(header) for cells in rows) / max(len(rows), 1)
    return known_columns(header, table), alike, len(header)


def _broken(text: Text, dialect: Dialect) -> float:
    """How many records break under ``dialect``; infinitely many if it cannot be read on from one."""
    try:
        return sum(cells is None for cells, _ in records(text.lines(), dialect))
    except UnreadableDocument:
        return float("inf")


def swallowed(cells: Sequence[str], width: int, delimiter: str) -> int:
    """How many lines inside of ``cells`` look like whole rows of ``width``: a quote may have run on over them."""
    if width < 3:  # a line with one delimiter is a sentence as often as a row
        return 0
    inner = (line for cell in cells if "\n" in cell for line in cell.split("\n")[1:-1])
    return sum(line.count(delimiter) == width - 1 for line in inner)
