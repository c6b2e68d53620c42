"""The facts of the sheets of a binary workbook (BIFF 12, MS-XLSB), told before calamine lays them out."""

import struct
from array import array
from collections.abc import Iterator, Sequence

from winnow.errors import UnreadableDocument
from winnow.formats._package import Package
from winnow.formats._sheets import MAX_EVENTS, Facts

# Record numbers of MS-XLSB 2.3.1
_ROW, _COLUMN, _SHARED_TEXT, _SHEET, _FILTER = 0, 60, 19, 156, 165
_ERRORS, _TEXTS, _SHARED, _BLANK = {3, 11}, {6, 8}, 7, 1
_CELLS = range(1, 12)

_ROW_HIDDEN = 0x10  # in the row's second byte of flags

_WORKBOOK, _SHARED_PART = "xl/workbook.bin", "xl/sharedstrings.bin"


class _Records:
    """The records of the binary parts of one package, of which all together are bounded."""

    def __init__(self, package: Package, max_bytes: int) -> None:
        self._package, self._left, self._count = package, max_bytes, 0

    def of(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Number and body of every record of ``part``."""
        pieces = []
        for piece in self._package.stream(part):
            self._left -= len(piece)
            if self._left < 0:
                raise UnreadableDocument("bomb")
            pieces.append(piece)
        content, at = b"".join(pieces), 0
        del pieces
        while at < len(content):
            kind, at = _number(content, at, 2)
            size, at = _number(content, at, 4)
            self._count += 1
            if self._count > MAX_EVENTS:
                raise UnreadableDocument("too_large")
            if at + size > len(content):
                raise UnreadableDocument("damaged")
            yield kind, content[at : at + size]
            at += size


def _number(content: bytes, at: int, longest: int) -> tuple[int, int]:
    """The number at ``at``, seven bits a byte, and where it ends; a record's own number keeps its marks (2.1.4)."""
    value = 0
    for place in range(longest):
        if at >= len(content):
            raise UnreadableDocument("damaged")
        byte = content[at]
        at += 1
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            break
    return value, at


def xlsb_facts(package: Package, max_bytes: int) -> dict[str, Facts]:
    """The facts of every sheet by its name; all binary parts together may inflate to ``max_bytes``.

    Raises:
        UnreadableDocument: ``encrypted``, ``damaged``, ``bomb``, ``too_large``.
    """
    records = _Records(package, max_bytes)
    shared = array("q")
    for kind, body in records.of(_SHARED_PART) if _SHARED_PART in package else ():
        if kind == _SHARED_TEXT:
            shared.append(_text_length(body, 1))
    links = {identifier: part for identifier, _, part in package.related(_WORKBOOK)}
    found = {}
    for kind, body in list(records.of(_WORKBOOK)):
        if kind == _SHEET:
            link, name = _texts(body, 8)
            found[name] = _sheet(records, links[link].lower(), shared) if link in links else Facts()
            found[name].check()
    return found


def _texts(body: bytes, at: int) -> list[str]:
    """The texts in ``body`` from ``at`` on, each behind its length."""
    found: list[str] = []
    while at + 4 <= len(body) and len(found) < 2:  # a relation and a name
        (length,) = struct.unpack_from("<I", body, at)
        length = 0 if length == 0xFFFFFFFF else length
        found.append(body[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"))
        at += 4 + 2 * length
    return [*found, "", ""][:2]


def _text_length(body: bytes, at: int) -> int:
    """How many characters the text at ``at`` has; negative if they are blank."""
    length = int.from_bytes(body[at : at + 4], "little")
    blank = not body[at + 4 : at + 4 + 2 * length].strip(b"\0 \t\r\n")
    return -length if blank else length


def _sheet(records: _Records, part: str, shared: Sequence[int]) -> Facts:
    facts, row = Facts(), -1
    for kind, body in records.of(part):
        if kind == _ROW and len(body) >= 12:
            (row,) = struct.unpack_from("<I", body)
            if body[11] & _ROW_HIDDEN:
                facts.hide_row(row)
        elif kind == _COLUMN and len(body) >= 18:
            first, last = struct.unpack_from("<II", body)
            if body[16] & 1:
                facts.hidden_columns.append((first, last))
        elif kind == _FILTER:
            facts.filtered = True
        elif kind in _CELLS and kind != _BLANK and len(body) >= 8:
            _cell(facts, kind, body, row, shared)
    return facts


def _cell(facts: Facts, kind: int, body: bytes, row: int, shared: Sequence[int]) -> None:
    (column,) = struct.unpack_from("<I", body)
    length = 1
    if kind == _SHARED:
        at = int.from_bytes(body[8:12], "little")
        length = shared[at] if at < len(shared) else 0
    elif kind in _TEXTS:
        length = _text_length(body, 8)
    facts.errors += kind in _ERRORS
    facts.cell(row, column, abs(length), blank=length <= 0 or kind in _ERRORS)
