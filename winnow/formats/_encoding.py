"""Which encoding bytes of text are in, told without decoding all of them at once.

Belongs here: marks, UTF-16 without a mark, damaged UTF-8, legacy code pages, and the lines of a large text one by one. Does not
belong here: what the text means, and `winnow.formats._base.decode`, which is for texts small enough to be held.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from winnow.errors import UnreadableDocument

# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

MARK = "\ufeff"  # the byte-order mark as a character

_SAMPLE = 64 * 1024  # bytes looked at to tell an encoding; more changes the verdict on no file that was tried

_NUL_SHARE = 0.3  # of every second byte: Latin text in UTF-16 has more NULs than this, and no other text has any

_CONTROL_SHARE = 0.02  # of the bytes: more control characters than this is not text

_DAMAGE_SHARE = 0.01  # of the non-ASCII characters: UTF-8 with fewer broken ones is damaged UTF-8, not another encoding

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_HIGH = re.compile(rb"[\x80-\xff]")

_LINE_BYTES = 4096  # of one line, on each side of the byte that tells encodings apart

# Legacy encodings that office programs write. The detector knows a hundred more, and picks exotic ones for short texts.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "koi8_r", "cp437"),
)

_PIECE_BYTES = 1024 * 1024  # decoded at once while looking


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode an object.

    Attributes:
        name: a codec of Python's.
        errors: ``strict``, or ``replace`` where bytes that fit no character become U+FFFD.
        mark_bytes: of the byte-order mark that comes first.
        repaired: bytes or sequences that become U+FFFD, counted in UTF-8 only.
    """

    name: str
    errors: str = "strict"
    mark_bytes: int = 0
    repaired: int = 0

    @property
    def is_wide(self) -> bool:
        """Whether a line end is more than the byte 0x0A."""
        return self.name.replace("_", "-").lower().startswith(("utf-16", "utf-32", "utf16", "utf32"))

    def text(self, content: bytes) -> str:
        """All of ``content`` as one string, without its mark; line ends stay as they are.

        Raises:
            UnreadableDocument: ``encoding_unknown``.
        """
        try:
            return content[self.mark_bytes :].decode(self.name, self.errors).removeprefix(MARK)
        except (UnicodeError, LookupError):
            raise UnreadableDocument("encoding_unknown") from None

    def open(self, content: bytes) -> io.TextIOWrapper:
        r"""``content`` as a stream of text, decoded as it is read, with every line end as ``\n``."""
        stream = io.BytesIO(content)  # shares the bytes
        stream.seek(self.mark_bytes)
        return io.TextIOWrapper(stream, encoding=self.name, errors=self.errors, newline=None)


def told(content: bytes, encoding: str | None = None) -> Encoding:
    """The encoding of ``content``.

    In this order: the ``encoding`` given; a byte-order mark; UTF-16 without one (by where its NULs stand); UTF-8; UTF-8 with a
    few broken bytes, each as U+FFFD; cp1252; another legacy encoding, told by charset-normalizer.

    Raises:
        UnreadableDocument: ``encoding_unknown``, also for an ``encoding`` that does not fit.
    """
    if encoding is not None:
        return _strictly(content, encoding)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return Encoding(marked, "replace", len(mark), _broken(content[len(mark) :])[0] if marked == "utf-8" else 0)
    sample = content[:_SAMPLE]
    wide = _wide(sample)
    if wide is not None:
        return Encoding(wide, "replace")
    if len(_CONTROLS.findall(sample)) > _CONTROL_SHARE * len(sample):
        raise UnreadableDocument("encoding_unknown")
    broken, others = _broken(content)
    if not broken:
        return Encoding("utf-8")
    if broken <= max(1, _DAMAGE_SHARE * others) and others >= 4 * broken:
        return Encoding("utf-8", "replace", repaired=broken)
    return _strictly(content, _legacy(content))


class LongLine(Exception):
    """A line is over the limit; the next one can be read."""


class Lines:
    """The lines of a stream, each with its end; raises `LongLine` for one over the limit, passes over it, and goes on."""

    def __init__(self, stream: io.TextIOWrapper, limit: int) -> None:
        """``limit`` in characters."""
        self._stream, self._limit = stream, limit

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        return self

    def __next__(self) -> str:
        """The next line."""
        line = self._stream.readline(self._limit)
        if not line:
            raise StopIteration
        if len(line) < self._limit or line.endswith("\n"):
            return line
        while line and not line.endswith("\n"):
            line = self._stream.readline(self._limit)
        raise LongLine


def _strictly(content: bytes, name: str) -> Encoding:
    try:
        b"".decode(name)  # refuses what is a codec but no encoding of text
        decoder = codecs.getincrementaldecoder(name)()
        for piece in _pieces(content):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        raise UnreadableDocument("encoding_unknown") from None
    return Encoding(name)


def _pieces(content: bytes) -> Iterator[memoryview]:
    view = memoryview(content)
    return (view[start : start + _PIECE_BYTES] for start in range(0, len(content), _PIECE_BYTES))


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every second byte is NUL, and which second says the byte order."""
    half = len(sample) // 2
    if half == 0 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > _NUL_SHARE * half and odd > 4 * even:
        return "utf-16-le"
    if even > _NUL_SHARE * half and even > 4 * odd:
        return "utf-16-be"
    return None


def _broken(content: bytes) -> tuple[int, int]:
    """Of ``content`` as UTF-8: sequences that are no character, and characters beyond ASCII, the broken ones among them."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = others = 0
    for piece in (*_pieces(content), None):
        text = decoder.decode(b"", final=True) if piece is None else decoder.decode(piece)
        if not text.isascii():
            broken += text.count("\ufffd")
            others += len(text) - len(text.encode("ascii", "ignore"))
    return broken - content.count(b"\xef\xbf\xbd"), others  # U+FFFD written as such is no damage of this file's


def _legacy(content: bytes) -> str:
    lines = _telling(content)
    if _is_western(lines):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - a tenth of a second, and nearly all text is UTF-8

    best = from_bytes(lines, cp_isolation=list(_LEGACY)).best()
    if best is None:
        raise UnreadableDocument("encoding_unknown")
    return best.encoding


def _telling(content: bytes) -> bytes:
    """The lines with bytes beyond ASCII, which alone tell encodings apart; in a long file the first may stand far behind."""
    lines, found, length = [], _HIGH.search(content), 0
    while found and length < _SAMPLE:
        at = found.start()
        start = content.rfind(b"\n", max(0, at - _LINE_BYTES), at) + 1 or max(0, at - _LINE_BYTES)
        end = content.find(b"\n", at, at + _LINE_BYTES)
        end = min(len(content), at + _LINE_BYTES) if end < 0 else end
        lines.append(content[start:end])
        length += end - start + 1
        found = _HIGH.search(content, end)
    return b"\n".join(lines)[:_SAMPLE]


# Inside of words these stand for Polish, Czech, Croatian, Romanian, Turkish … letters of another code page read as cp1252.
_NOT_WESTERN = re.compile(r"(?<=[^\W\d_])[šžŸ³¹¿¾¼ºþðý¶¥£](?=[^\W\d_])")

_WESTERN_SHARE = 0.3  # of the letters: a text with more of them accented is Cyrillic or Greek read as cp1252; French has 0.05


def _is_western(content: bytes) -> bool:
    """Whether ``content`` makes sense as cp1252, which a detector by letter frequency confuses with its neighbours."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = [character for character in text if character.isalpha()]
    accented = sum(not character.isascii() for character in letters)
    return accented <= _WESTERN_SHARE * len(letters) and _NOT_WESTERN.search(text) is None
