"""The facts of the sheets of an old Excel workbook, BIFF 5 and 8 (MS-XLS) in a compound file (MS-CFB).

Every chain of sectors is followed at most as often as there are sectors, so that one that leads into itself ends; every length is
compared with what is there.
"""

import struct
from array import array
from collections.abc import Iterator, Sequence

from winnow.errors import UnreadableDocument
from winnow.formats._sheets import MAX_EVENTS, Facts

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED_STREAM = "EncryptedPackage"  # of a newer workbook with a password, MS-OFFCRYPTO 1.3.3

_END = 0xFFFFFFFA  # this and higher numbers are marks, not sectors

_HEADER_BYTES, _ENTRY_BYTES, _MINI_SHIFT = 512, 128, 6

# Record numbers of MS-XLS 2.3
_BOF, _EOF, _CONTINUE, _FILEPASS, _BOUNDSHEET, _SST = 0x0809, 0x0A, 0x3C, 0x2F, 0x85, 0xFC
_ROW, _COLINFO, _FILTERMODE, _MULRK, _FORMULA, _BOOLERR, _LABELSST = 0x0208, 0x7D, 0x9B, 0xBD, 0x06, 0x0205, 0xFD
_NUMBERS, _LABELS = {0x0203, 0x027E}, {0x0204, 0xD6}

_ROW_HIDDEN = 0x20

_NO_TEXT = (1, 2, 3)  # kinds of a formula's value besides a number and a text: truth, error, blank


def xls_facts(content: bytes) -> dict[str, Facts]:
    """The facts of every sheet by its name.

    Raises:
        UnreadableDocument: ``encrypted``, ``not_a_package`` (a compound file of another program), ``damaged``, ``truncated``,
            ``bomb``, ``too_large``.
    """
    if _ENCRYPTED_STREAM.encode("utf-16-le") in content:
        raise UnreadableDocument("encrypted")
    streams = _Compound(content)
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in streams.entries), None)
    if name is None:
        raise UnreadableDocument("not_a_package")
    return _Biff(streams.read(name)).facts()


class _Compound:
    """A compound file's streams by name."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if len(content) < _HEADER_BYTES:
            raise UnreadableDocument("truncated")
        shift, mini = struct.unpack_from("<HH", content, 0x1E)
        if shift not in {9, 12} or mini != _MINI_SHIFT:
            raise UnreadableDocument("damaged")
        self._shift = shift
        first, cutoff, mini_first = (struct.unpack_from("<I", content, at)[0] for at in (0x30, 0x38, 0x3C))
        self._cutoff = cutoff
        self._fat = self._table(self._fat_sectors())
        self._mini_fat = self._table(self._chain(mini_first))
        self.entries: dict[str, tuple[int, int]] = {}
        self._mini = b""
        self._directory(b"".join(map(self._sector, self._chain(first))))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        if start >= len(self._content):
            raise UnreadableDocument("truncated")
        return self._content[start : start + (1 << self._shift)]

    def _fat_sectors(self) -> list[int]:
        found = [number for number in struct.unpack_from("<109I", self._content, 0x4C) if number < _END]
        (following,) = struct.unpack_from("<I", self._content, 0x44)
        most = len(self._content) >> self._shift
        for _ in range(most):
            if following >= _END:
                return found
            numbers = self._numbers(self._sector(following))
            if not numbers:
                break
            found.extend(number for number in numbers[:-1] if number < _END)
            following = numbers[-1]
        raise UnreadableDocument("damaged")

    @staticmethod
    def _numbers(sector: bytes) -> Sequence[int]:
        return array("I", sector[: len(sector) // 4 * 4])

    def _table(self, sectors: list[int]) -> Sequence[int]:
        return self._numbers(b"".join(map(self._sector, sectors)))

    def _chain(self, number: int, *, mini: bool = False) -> list[int]:
        table = self._mini_fat if mini else self._fat
        found: list[int] = []
        while number < _END:
            found.append(number)
            if number >= len(table) or len(found) > len(table):
                raise UnreadableDocument("truncated" if number >= len(table) else "damaged")
            number = table[number]
        return found

    def _directory(self, content: bytes) -> None:
        for at in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", content, at + 0x40)
            name = content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", content, at + 0x74)
            if kind == 5:  # the root, whose stream holds all small ones
                self._mini = b"".join(map(self._sector, self._chain(start)))
            elif kind == 2:
                self.entries.setdefault(name, (start, size))

    def read(self, name: str) -> bytes:
        """The bytes of the stream called ``name``."""
        start, size = self.entries[name]
        if size < self._cutoff:
            pieces = [self._mini[at << _MINI_SHIFT : (at + 1) << _MINI_SHIFT] for at in self._chain(start, mini=True)]
        else:
            pieces = list(map(self._sector, self._chain(start)))
        content = b"".join(pieces)[:size]
        if len(content) < size:
            raise UnreadableDocument("truncated")
        return content


class _Biff:
    """The records of a workbook's stream."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._records = 0
        self._shared: Sequence[int] = ()

    def _walk(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Number, start and end of each record from ``at`` to the end of its substream, without those nested in it."""
        depth = 0
        while at + 4 <= len(self._content):
            kind, length = struct.unpack_from("<HH", self._content, at)
            start, at = at + 4, at + 4 + length
            self._records += 1
            if at > len(self._content):
                raise UnreadableDocument("truncated")
            if self._records > MAX_EVENTS:
                raise UnreadableDocument("too_large")
            depth += (kind == _BOF) - (kind == _EOF)
            if depth <= 0:
                return
            if depth == 1:
                yield kind, start, at
        raise UnreadableDocument("truncated")

    def facts(self) -> dict[str, Facts]:
        """The facts of every worksheet by its name."""
        places: dict[str, int] = {}
        texts: list[tuple[int, int]] = []
        last = 0
        for kind, start, end in self._walk(0):
            if kind == _FILEPASS:
                raise UnreadableDocument("encrypted")
            if kind == _BOUNDSHEET and end - start >= 8:
                (at,) = struct.unpack_from("<I", self._content, start)
                if self._content[start + 5] == 0:  # a worksheet
                    places.setdefault(self._name(start + 6, end), at)
            if kind == _SST or (kind == _CONTINUE and last == _SST):
                texts.append((start, end))
            last = _SST if kind == _CONTINUE and last == _SST else kind
        if texts:
            self._shared = _text_lengths(self._content, texts)
        found = {}
        for name, at in places.items():
            found[name] = self._sheet(at)
            found[name].check()
        return found

    def _name(self, start: int, end: int) -> str:
        length = self._content[start]
        if end - start - 1 <= length:  # BIFF 5: no flags, a byte a character
            return self._content[start + 1 : end].decode("cp1252", "replace")
        wide = self._content[start + 1] & 1
        return self._content[start + 2 : start + 2 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")

    def _sheet(self, at: int) -> Facts:
        facts, content = Facts(), self._content
        for kind, start, end in self._walk(at):
            size = end - start
            if kind == _ROW and size >= 16:
                if content[start + 12] & _ROW_HIDDEN:
                    facts.hide_row(*struct.unpack_from("<H", content, start))
            elif kind == _COLINFO and size >= 10:
                first, last = struct.unpack_from("<HH", content, start)
                if content[start + 8] & 1:
                    facts.hidden_columns.append((first, last))
            elif kind == _FILTERMODE:
                facts.filtered = True
            elif size >= 6:
                self._cell(facts, kind, start, end)
        return facts

    def _cell(self, facts: Facts, kind: int, start: int, end: int) -> None:
        row, column = struct.unpack_from("<HH", self._content, start)
        if kind in _NUMBERS:
            facts.cell(row, column)
        elif kind == _LABELSST and end - start >= 10:
            (at,) = struct.unpack_from("<I", self._content, start + 6)
            length = self._shared[at] if at < len(self._shared) else 0
            facts.cell(row, column, abs(length), blank=length <= 0)
        elif kind in _LABELS:
            facts.cell(row, column, end - start, blank=not self._content[start + 8 : end].strip(b"\0 "))
        elif kind == _MULRK:
            for more in range((end - start - 6) // 6):
                facts.cell(row, column + more)
        elif kind == _FORMULA and end - start >= 14:
            said, mark = self._content[start + 6], self._content[start + 12 : start + 14]
            texts = mark == b"\xff\xff" and said == 0
            facts.errors += mark == b"\xff\xff" and said == 2
            facts.cell(row, column, blank=texts or (mark == b"\xff\xff" and said in _NO_TEXT[1:]))
        elif kind == _BOOLERR and end - start >= 8:
            is_error = bool(self._content[start + 7])
            facts.errors += is_error
            facts.cell(row, column, blank=is_error)


def _text_lengths(content: bytes, pieces: list[tuple[int, int]]) -> Sequence[int]:
    """The lengths of the shared texts (MS-XLS 2.4.265), which may go on from one record to the next; negative if they are blank."""
    cursor = _Pieces(content, pieces)
    count = int.from_bytes(cursor.take(8)[4:], "little")
    lengths = array("q")
    for _ in range(count):
        if cursor.is_over:
            break
        head = cursor.take(3)
        length, flags = int.from_bytes(head[:2], "little"), head[2]
        runs = int.from_bytes(cursor.take(2), "little") if flags & 8 else 0
        more = int.from_bytes(cursor.take(4), "little") if flags & 4 else 0
        blank = cursor.skip_text(length, wide=bool(flags & 1))
        cursor.take(4 * runs + more)
        lengths.append(-length if blank else length)
    return lengths


class _Pieces:
    """A cursor over the bodies of several records."""

    def __init__(self, content: bytes, pieces: list[tuple[int, int]]) -> None:
        self._content, self._pieces, self._number = content, pieces, 0
        self._at, self._end = pieces[0]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._at >= self._end and self._number + 1 >= len(self._pieces)

    def _next(self) -> None:
        self._number += 1
        if self._number >= len(self._pieces):
            raise UnreadableDocument("damaged")
        self._at, self._end = self._pieces[self._number]

    def take(self, length: int) -> bytes:
        """``length`` bytes, from as many records as it takes."""
        taken = b""
        while True:
            piece = self._content[self._at : min(self._end, self._at + length - len(taken))]
            self._at += len(piece)
            taken += piece
            if len(taken) == length:
                return taken
            self._next()

    def skip_text(self, length: int, *, wide: bool) -> bool:
        """Pass over ``length`` characters; a record that goes on with them says again how wide they are. Whether all are blank."""
        blank = True
        while length:
            if self._at >= self._end:
                self._next()
                wide = bool(self._content[self._at] & 1) if self._at < self._end else wide
                self._at += 1
            fitting = min(length, (self._end - self._at) // (1 + wide))
            if fitting <= 0:
                raise UnreadableDocument("damaged")
            text = self._content[self._at : self._at + fitting * (1 + wide)]
            blank = blank and not text.strip(b"\0 \t\r\n")
            self._at += len(text)
            length -= fitting
        return blank
