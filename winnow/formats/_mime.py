"""The parts of a message (RFC 5322, 2045 to 2047, 2231): headers decoded, bodies cut at their boundaries and unpacked.

Belongs here: bytes to a tree of parts, under limits. Does not belong here: which part is the message's text (`winnow.formats._mail`)
and whose attachments they are (`winnow.formats._nested`).

Headers are read by the standard library; its parser of whole messages is not used, since it holds a message four times over, tests
each line against every boundary around it, and recurses as deep as a stranger likes. Bodies are cut by search, so a message takes
as much memory as its bytes and its largest part, and time in proportion to its bytes for each of at most `MAX_DEPTH` levels.
"""

import binascii
import email.message
import email.parser
import email.policy
import email.utils
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Any

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, decode, squeeze

MAX_DEPTH = 20  # multiparts in one another; mail programs write four

MAX_PARTS = 1000  # in one message; a digest of a mailing list holds a hundred

MAX_HEADER_BYTES = MEBIBYTE  # of one part; servers refuse messages with a tenth of it

_VALUE_CHARACTERS = 20_000  # of one header that are decoded: 300 recipients; patterns for encoded words take long on more

_BOUNDARY_CHARACTERS = 200  # RFC 2046 allows 70, and programs that write more than that have been seen

_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")

_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]{0,10}:")

_LINE_BYTES = 4096  # of the start of a part that has no headers: whether there is anything

_FROM_LINE = re.compile(rb"From [^\n]{0,500}\n")  # of a mailbox that was cut into messages

_ID = re.compile(r"<([^<>\s]{1,500})>")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf or a branch of a message.

    Attributes:
        place: which it is: ``2.1`` is the first part of the second; empty for the message itself.
        kind: media type in lower case, ``text/plain`` where there is none.
        headers: as they stand; see `header`.
        raw: the body as it is transferred.
        parts: of a multipart.
    """

    place: str
    kind: str
    headers: email.message.Message
    raw: memoryview
    parts: tuple["Part", ...] = ()

    @property
    def disposition(self) -> str:
        """``attachment``, ``inline`` or nothing."""
        return str(self.headers.get("Content-Disposition", "")).partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        """The file name that the part is given, as it stands, so never to be trusted; empty if it has none."""
        for field, parameter in (("content-disposition", "filename"), ("content-type", "name")):
            found = self.parameter(field, parameter)
            if found:
                return found
        return ""

    def parameter(self, field: str, parameter: str) -> str:
        """A parameter of a header, decoded by RFC 2231 and, since mail programs do that instead, by RFC 2047."""
        if len(str(self.headers.get(field, ""))) > _VALUE_CHARACTERS:
            return ""
        try:
            found = self.headers.get_param(parameter, "", header=field)
            return decoded(email.utils.collapse_rfc2231_value(found)) if found else ""
        except (ValueError, LookupError, TypeError, AttributeError):  # what the standard library stumbles over
            return ""

    def header(self, name: str) -> str:
        """The value of the first header ``name`` on one line, decoded; empty if there is none."""
        value = self.headers.get(name)
        return "" if value is None else decoded(str(value))

    def ids(self, name: str) -> list[str]:
        """The message ids in the header ``name``, in order, without their angles."""
        return _ID.findall(str(self.headers.get(name) or "")[:_VALUE_CHARACTERS])

    def content(self) -> bytes:
        """The body without its transfer encoding; what is broken in it is left out."""
        encoding = str(self.headers.get("Content-Transfer-Encoding", "")).strip().lower()
        raw = bytes(self.raw)
        if encoding == "base64":
            return _base64(raw)
        if encoding == "quoted-printable":
            return quopri.decodestring(raw)
        return _uuencoded(raw) if encoding in {"x-uuencode", "uuencode", "x-uue"} else raw

    def text(self) -> str:
        """The body as text, its line ends unified; by its charset where that fits, else as `winnow.formats._base.decode` tells.

        Raises:
            UnreadableDocument: ``encoding_unknown``.
        """
        return decoded_text(self.content(), self.parameter("content-type", "charset"))

    def walk(self) -> Iterator["Part"]:
        """This part and all in it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def message(content: bytes) -> Part:
    """The message in ``content``.

    Raises:
        UnreadableDocument: ``bomb`` (too many parts, too deep, headers without an end), ``wrong_type`` (no header), ``empty``.
    """
    if content.startswith(b"From ") and (line := _FROM_LINE.match(content)):
        content = content[line.end() :]
    content = content.lstrip(b"\r\n \t") if content[:1].isspace() else content
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if not content.strip():
        raise UnreadableDocument("empty")
    if not _FIELD.match(content):
        raise UnreadableDocument("wrong_type")
    return _Cutter().part(memoryview(content), "", "text/plain", 0)  # cutting a view copies nothing, however deep


class _Cutter:
    """Cuts one message into its parts; counts them."""

    def __init__(self) -> None:
        self._count = 0

    def part(self, content: memoryview, place: str, default: str, depth: int) -> Part:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_PARTS:
            raise UnreadableDocument("bomb")
        headers, body = _split(content)
        kind = headers.get_content_type() if headers.get("Content-Type") else default
        parts: tuple[Part, ...] = ()
        if kind.startswith("multipart/"):
            inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            whole = Part(place, kind, headers, body[:0])
            pieces = _pieces(body, whole.parameter("content-type", "boundary"))
            parts = tuple(
                self.part(piece, f"{place}.{number}" if place else f"{number}", inner, depth + 1)
                for number, piece in enumerate(pieces, 1)
            )
        return Part(place, kind if parts or not kind.startswith("multipart/") else "text/plain", headers, body, parts)


def _split(content: memoryview) -> tuple[email.message.Message, memoryview]:
    """Headers and body. A part may begin with a blank line: it has no headers."""
    end = _BLANK.search(content[: MAX_HEADER_BYTES + 4])
    if end is None and len(content) > MAX_HEADER_BYTES:
        raise UnreadableDocument("bomb")
    head, body = (content, content[:0]) if end is None else (content[: end.start()], content[end.end() :])
    if not _FIELD.match(head):
        return email.message.Message(), content if bytes(head[:_LINE_BYTES]).strip() else body
    return email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(bytes(head) + b"\n\n"), body


def _pieces(body: memoryview, boundary: str) -> list[memoryview]:
    """What stands between the lines ``--boundary`` of ``body``; all that follows the last where the closing one is missing."""
    if not boundary or len(boundary) > _BOUNDARY_CHARACTERS:
        return []
    mark = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("utf-8", "surrogateescape")) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    pieces: list[memoryview] = []
    start = -1
    at = 0
    while found := mark.search(body, at):
        if start >= 0:
            pieces.append(body[start : found.start()])
        if found[1] or len(pieces) > MAX_PARTS:
            start = -1
            break
        start = found.end()
        at = max(start - 2, found.start() + 1)  # the line end may be that of the next boundary, too
    if start >= 0 and start < len(body):
        pieces.append(body[start:])
    return pieces


def addresses(part: Part, *names: str) -> list[tuple[str, str]]:
    """Display name and address of everybody in the headers ``names``, in order."""
    found: list[tuple[str, str]] = []
    for name in names:
        for value in part.headers.get_all(name) or []:
            try:
                listed = email.utils.getaddresses([str(value)[:_VALUE_CHARACTERS]])
            except (ValueError, IndexError, TypeError, AttributeError, RecursionError):  # comments in comments
                continue
            found += [(decoded(display), squeeze(address)) for display, address in listed if display or address]
    return found


def decoded(value: str) -> str:
    """A header's value on one line, its encoded words (RFC 2047) resolved as far as they can be."""
    value = value[:_VALUE_CHARACTERS]
    if "=?" not in value:
        return squeeze(_eight_bit(value))
    try:
        words: Sequence[tuple[Any, str | None]] = decode_header(value)
    except (HeaderParseError, ValueError, binascii.Error):
        return squeeze(_eight_bit(value))
    texts = [word if isinstance(word, str) else _word(word, charset) for word, charset in words]
    return squeeze("".join(map(_eight_bit, texts)))


def _word(word: bytes, charset: str | None) -> str:
    try:
        return decoded_text(word, charset or "")
    except UnreadableDocument:
        return word.decode("ascii", "replace")


def _eight_bit(value: str) -> str:
    """``value`` with raw bytes, which the standard library keeps as lone surrogates, decoded."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return value if value.isascii() else decode(raw)
    except UnreadableDocument:
        return raw.decode("utf-8", "replace")


_CHARSETS = {  # labels and what is meant by them (WHATWG encoding standard); "latin-1" is written as cp1252
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "ansi_x3.4-1968"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("ks_c_5601-1987", "euc-kr"), "cp949"),
    **dict.fromkeys(("shift_jis", "x-sjis", "sjis"), "cp932"),
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "big5": "big5hkscs",
    "utf8mb4": "utf-8",
}

_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


def decoded_text(content: bytes, charset: str) -> str:
    """``content`` as text with unified line ends: as UTF-8 if it is that, whatever it says; by ``charset``; else as it looks.

    Raises:
        UnreadableDocument: ``encoding_unknown``.
    """
    label = charset.strip().strip("\"'").lower()
    if not content.isascii():
        try:
            return decode(content, "utf-8")
        except UnreadableDocument:
            pass
    if label and label not in _NO_CHARSETS and not (label.startswith("utf-8") and not content.isascii()):
        try:
            return decode(content, _CHARSETS.get(label, label))
        except (UnreadableDocument, ValueError):
            pass
    return decode(content)


def _base64(raw: bytes) -> bytes:
    """What ``raw`` says up to its first broken group; line ends and foreign characters are skipped."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        return binascii.a2b_base64(clean[: len(clean) // 4 * 4])


def _uuencoded(raw: bytes) -> bytes:
    """The file between ``begin`` and ``end``."""
    found = bytearray()
    inside = False
    for line in raw.splitlines():
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside and line:
            try:
                found += binascii.a2b_uu(line)
            except binascii.Error:  # programs write more characters on a line than they say
                length = (((line[0] - 32) & 63) * 4 + 5) // 3
                found += binascii.a2b_uu(line[:length])
    return bytes(found)
