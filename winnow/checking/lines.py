"""Rows out of JSON: lines, one array, or values one behind the other; a broken one is a row too, with its place.

Belongs here: bytes to values, whatever stands in them. Does not belong here: which fields a value should have (`shapes`).

Nothing is read whole but one line or value, and none over `VALUE_BYTES`.
"""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from winnow.formats._encoding import told

VALUE_BYTES = 16 * 1024 * 1024  # of a line or value; see winnow.formats._json.VALUE_CHARS

DEEPEST = 64  # levels of lists and objects in one row; tools with JSON schemas have some fifteen

_SAMPLE_BYTES = 64 * 1024  # looked at to tell the encoding
_NUL_SHARE = 0.1  # of the bytes: more NULs are UTF-16 without a mark, or no text
_READ_CHARS = 256 * 1024  # of an array, taken at once
_SPACE = " \t\r\n"
_WRAPPERS = frozenset({"data", "rows", "examples", "records", "train", "instances"})
"""Keys under which programs put all rows of a file (``{"data": […]}``)."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(slots=True)
class Row:
    """One row as it stands in a file.

    Attributes:
        number: of its line, from 1 on; of its row in a workbook or Parquet file.
        value: what it is; None if it cannot be read.
        fault: why it cannot, a name of `winnow.checking.codes.CODES`; empty if it can.
        column: where in the line the fault is, in characters from 1 on; 0 where that is not known.
        raw: the bytes of a row that cannot be read; None for one over the limit.
    """

    number: int
    value: Any = None
    fault: str = ""
    column: int = 0
    raw: bytes | None = b""


@dataclass(slots=True)
class Source:
    """A file on its way: what is known of the whole of it, complete once its rows were passed over.

    Attributes:
        kind: ``lines``, ``array``, ``values``, ``csv``, ``tsv``, ``xlsx`` or ``parquet``.
        facts: findings about the file as a whole, by code → (number of line, column).
        blank: numbers of blank lines: how many, and the first ones.
    """

    kind: str = ""
    encoding: str = "utf-8"
    facts: dict[str, tuple[int, int]] = field(default_factory=dict)
    blank_count: int = 0
    blank_first: list[int] = field(default_factory=list)

    def saw_blank(self, number: int) -> None:
        """Note that line ``number`` is blank."""
        self.blank_count += 1
        if self.blank_count <= 10:
            self.blank_first.append(number)


def text_stream(stream: BinaryIO, source: Source) -> BinaryIO:
    """``stream`` behind its byte-order mark and as UTF-8, whatever it was; says so in ``source``.

    Raises:
        UnreadableDocument: ``encoding_unknown``: the bytes are no text.
    """
    sample = stream.read(_SAMPLE_BYTES)
    stream.seek(0)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            source.facts["byte_order_mark"] = (1, 1)
            stream.seek(len(mark))
            if name == "utf-8":
                return stream
            source.encoding = name
            break
    else:
        source.encoding = _encoding(sample if len(sample) < _SAMPLE_BYTES else sample[: sample.rfind(b"\n") + 1] or sample)
    if source.encoding == "utf-8":
        return stream
    source.facts["not_utf8"] = (1, 1)
    return _Recoded(stream, source.encoding)


def _encoding(sample: bytes) -> str:
    """UTF-8, unless all lines beyond ASCII, and more than one, say otherwise: single ones are damage, which is told by line."""
    if sample.count(0) > _NUL_SHARE * len(sample):
        return told(sample).name
    beyond = [line for line in sample.split(b"\n") if not line.isascii()]
    return told(sample).name if len(beyond) > 1 and not any(map(_is_utf8, beyond)) else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Recoded(io.RawIOBase, BinaryIO):
    """The lines of a stream in another encoding, as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._text.readline(-1 if size is None else size).encode("utf-8", "replace")

    def read(self, size: int = -1, /) -> bytes:
        return self._text.read(size).encode("utf-8", "replace")

    def close(self) -> None:
        self._text.detach()
        super().close()


def json_rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    """The rows of a JSON file at its beginning, in order.

    Raises:
        UnreadableDocument: ``encoding_unknown``.
    """
    lines = text_stream(stream, source)
    first, number = _first_line(lines, source)
    start = first.lstrip()[:1]
    readable = _line(number, first) if first else None
    if start == b"[" and not (readable and isinstance(readable.value, list) and not _holds_rows(readable.value)):
        source.kind = "array"
        return _values(lines, first, number, source)
    if start == b"{" and readable and readable.value is None and _is_cut(first):
        source.kind = "values"
        return _values(lines, first, number, source)
    if readable and isinstance(readable.value, dict) and _wrapped(readable.value) is not None:
        source.kind = "values"
        return _values(lines, first, number, source)
    source.kind = "lines"
    return _lines(lines, first, number, source)


def _first_line(lines: BinaryIO, source: Source) -> tuple[bytes, int]:
    number = 0
    while True:
        line = lines.readline(VALUE_BYTES + 1)
        number += 1
        if not line or line.strip():
            return line, number
        source.saw_blank(number)


def _holds_rows(value: list[Any]) -> bool:
    return not value or any(isinstance(element, dict) for element in value)


def _is_cut(line: bytes) -> bool:
    """Whether a line that begins an object ends before the object does, as of one printed over many lines."""
    return line.strip() == b"{" or (line.count(b"{") > line.count(b"}") and line.count(b'"') - line.count(b'\\"') < 2)


def _lines(lines: BinaryIO, line: bytes, number: int, source: Source) -> Iterator[Row]:
    while line:
        if len(line) > VALUE_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = lines.readline(VALUE_BYTES)
            yield Row(number, fault="too_long_line", raw=None)
        elif line.strip():
            yield _line(number, line)
        else:
            source.saw_blank(number)
        line = lines.readline(VALUE_BYTES + 1)
        number += 1


def _line(number: int, line: bytes) -> Row:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return Row(number, fault="invalid_utf8", column=len(line[: error.start].decode("utf-8")) + 1, raw=line)
    value, fault, column = parse(text)
    return Row(number, value, fault, column, line if fault else b"")


class _Twice(Exception):
    """An object names a key twice."""


class _NotFinite(Exception):
    """NaN or an infinity."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Twice
    return made


def _constant(_name: str) -> None:
    raise _NotFinite


def _number(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise _NotFinite
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
_LENIENT = json.JSONDecoder()


def parse(text: str) -> tuple[Any, str, int]:
    """The value that ``text`` is, or None with the fault and its column."""
    try:
        value = _DECODER.decode(text)
        return (None, "too_deep", 0) if _is_deep(text, value) else (value, "", 0)
    except json.JSONDecodeError as error:
        return None, "malformed", error.pos + 1
    except _Twice:
        return None, "duplicate_keys", 0
    except _NotFinite:
        return None, "not_finite", 0
    except RecursionError:
        return None, "too_deep", 0
    except ValueError:  # a whole number of over 4,300 digits
        return None, "malformed", 0


def _is_deep(text: str, value: Any) -> bool:
    """Whether ``value`` is nested over `DEEPEST` levels; most texts have too few brackets for that."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth += 1
    return bool(level)


class _Text:
    """Text out of lines of UTF-8, with the place of its next character."""

    def __init__(self, lines: BinaryIO, first: bytes, number: int) -> None:
        self._lines, self._decoder = lines, codecs.getincrementaldecoder("utf-8")("replace")
        self.text, self.at = self._decoder.decode(first), 0
        self._number, self._column = number, 1
        self.ended = False

    def skip(self) -> str:
        """The next character that is no white space, "" at the end; what comes before it is passed over."""
        while True:
            at = self.at
            while at < len(self.text) and self.text[at] in _SPACE:
                at += 1
            self.advance(at)
            if at < len(self.text):
                return self.text[at]
            if not self.more(_READ_CHARS):
                return ""

    def advance(self, to: int) -> None:
        """Pass over the characters before ``to``."""
        passed = self.text.count("\n", self.at, to)
        if passed:
            self._number += passed
            self._column = to - self.text.rfind("\n", self.at, to)
        else:
            self._column += to - self.at
        self.at = to

    def place(self, pos: int | None = None) -> tuple[int, int]:
        """Line and column of ``pos``, or of the next character."""
        pos = self.at if pos is None else min(max(pos, self.at), len(self.text))
        passed = self.text.count("\n", self.at, pos)
        return self._number + passed, pos - self.text.rfind("\n", self.at, pos) if passed else self._column + pos - self.at

    def more(self, wanted: int) -> bool:
        """Read on, forgetting what was passed over; False at the end."""
        if self.ended:
            return False
        read = self._lines.read(wanted)
        fresh = self._decoder.decode(read, final=not read)
        self.ended = not read
        self.text, self.at = self.text[self.at :] + fresh, 0
        return bool(read)


def _values(lines: BinaryIO, first: bytes, number: int, source: Source) -> Iterator[Row]:
    """The elements of an array, or values one behind the other; a file of one object that holds the rows gives these."""
    text = _Text(lines, first, number)
    if text.skip() == "[":
        yield from _elements(text, source)
        return
    while text.skip():
        row = _next(text, source)
        if row is None:
            return
        inner = _wrapped(row.value)
        if inner is None:
            yield row
        else:
            yield from (Row(row.number, value) for value in inner)


def _wrapped(value: Any) -> list[Any] | None:
    """The rows inside of ``value``, if it is an object that holds them all."""
    if not isinstance(value, dict):
        return None
    held = [inner for key, inner in value.items() if key in _WRAPPERS and isinstance(inner, list)]
    return held[0] if len(held) == 1 and held[0] and all(isinstance(inner, dict) for inner in held[0]) else None


def _elements(text: _Text, source: Source) -> Iterator[Row]:
    text.advance(text.at + 1)
    if text.skip() == "]":
        text.advance(text.at + 1)
    else:
        while True:
            row = _next(text, source)
            if row is None:
                return
            yield row
            sign = text.skip()
            if sign not in {",", "]"} or not sign:
                source.facts["broken_tail"] = text.place()
                return
            text.advance(text.at + 1)
            if sign == "]":
                break
            text.skip()
    if text.skip():
        source.facts["broken_tail"] = text.place()


def _next(text: _Text, source: Source) -> Row | None:
    """The next value as a row; None where nobody can tell where the next one begins."""
    text.skip()
    number, _ = text.place()
    wanted = _READ_CHARS
    while True:
        found = _decoded(text)
        if isinstance(found, tuple):
            row, end = found
            length = end - text.at  # reading on moves the text
            if end < len(text.text) or text.ended or not text.more(1):
                text.advance(text.at + length)
                row.number = number
                return row
            continue
        place = text.place(found)
        if len(text.text) - text.at > VALUE_BYTES or not text.more(wanted):
            source.facts["broken_tail"] = place
            return None
        wanted *= 2  # twice as much each time: a long value is parsed a few times, not once a piece


def _decoded(text: _Text) -> tuple[Row, int] | int:
    """The value at the next character and where it ends, or the place of what is wrong with it."""
    try:
        value, end = _DECODER.raw_decode(text.text, text.at)
    except json.JSONDecodeError as error:
        return error.pos
    except (_Twice, _NotFinite) as odd:
        fault = "duplicate_keys" if isinstance(odd, _Twice) else "not_finite"
        try:
            _, end = _LENIENT.raw_decode(text.text, text.at)
        except json.JSONDecodeError as error:
            return error.pos
        return Row(0, fault=fault, raw=text.text[text.at : end].encode("utf-8", "surrogatepass")), end
    except (RecursionError, ValueError):
        return text.at
    whole = text.text[text.at : end]
    return (Row(0, fault="too_deep", raw=whole.encode()) if _is_deep(whole, value) else Row(0, value)), end
