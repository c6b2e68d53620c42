"""What every reader shares: its options, how it is declared, and how bytes become text.

Belongs here: the options the catalog gives, the `Format` declaration, decoding, safe XML parsing, library versions. Does not
belong here: anything that knows one format, and the ZIP packages of Office files, which are in `winnow.formats._package`.

A reader is ``read(content, options) -> Iterator[Document]``. It fills what `winnow.documents.Document` says a reader fills,
raises `winnow.errors.UnreadableDocument` with a reason for an object it cannot read, and yields a `Document` with ``reason``
for a single bad row. It need not guard against exceptions of its libraries, against NULs, lone surrogates or the placeholders'
delimiters: `winnow.extract` does that for all of them, without moving a character.
"""

import codecs
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from functools import cache
from importlib.metadata import version
from typing import Annotated

from lxml import etree
from pydantic import Field

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.tasks import Settings

MEBIBYTE = 1024 * 1024

MAX_BYTES = 256 * MEBIBYTE  # of one object; a worker holds the bytes, the decoded text and the blocks at once


class TableOptions(Settings):
    """How a table's rows become documents: the ``table:`` part of a source."""

    key: tuple[str, ...] = Field((), description="columns that identify a row; without them a row is known by its content")
    columns: tuple[str, ...] = Field(description="the columns that become fields, in this order; no other becomes text")
    personal: dict[str, str] = Field({}, description="column → entity type: the whole value is personal data")
    spans: dict[str, str] = Field(
        {}, description='column holding JSON [{"start", "end", "label"}] → the column whose characters it counts'
    )
    sensitive: tuple[str, ...] | None = Field(
        None,
        description="columns that together may single a person out (age, postcode, salary …); rows that hold two of them are "
        "released only if limits.k_anonymity people share them; default: by the columns' names; `[]`: there are none",
    )
    bands: dict[str, Annotated[float, Field(gt=0)]] = Field(
        {},
        description="column of numbers or days → width: what is read is the band, 40-49 for 43 by 10; of a day, that of its year",
    )
    link: str | None = Field(None, description="column whose value ties the row to a document of another source")
    customer: str | None = Field(None, description="column naming the person or account the row belongs to")
    delimiter: str | None = Field(None, description="cell separator; default: detected")
    encoding: str | None = Field(None, description="text encoding; default: detected")
    sheet: str | None = Field(None, description="sheet of a workbook; default: the first")
    header_row: int = Field(0, ge=0, description="0-based row that names the columns")


class ReadOptions(Settings):
    """What a source tells its readers."""

    table: TableOptions | None = None
    max_bytes: int = Field(MAX_BYTES, ge=1, description="a larger object is quarantined as too_large")


def _no_versions() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of object and its reader; every module of this package declares one as ``FORMAT``.

    Attributes:
        name: what ``documents.format`` says.
        suffixes: lower-case file suffixes with their dot. Several formats may share one; `sniff` then chooses.
        read: bytes to documents.
        sniff: whether the bytes can be this format. Cheap, and lenient where the reader has a better reason to give.
        tabular: whether its rows become documents, so that ``ReadOptions.table`` is needed.
        versions: the libraries it reads with, by name, for the stage key.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, ReadOptions], Iterator[Document]]
    sniff: Callable[[bytes], bool]
    tabular: bool = False
    versions: Callable[[], Mapping[str, str]] = field(default=_no_versions)


def library_versions(*distributions: str) -> Callable[[], dict[str, str]]:
    """A function that gives the installed version of each of ``distributions``, which is looked up once: every stage key asks."""

    @cache
    def versions() -> dict[str, str]:
        return {name: version(name) for name in distributions}

    return versions


_FOREIGN = (  # signatures that no text format begins with
    b"%PDF-",
    b"PK\x03\x04",  # ZIP, and so DOCX, XLSX, PPTX
    b"PK\x05\x06",  # an empty ZIP
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE2: DOC, XLS, and encrypted Office packages
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"\x1f\x8b\x08",  # gzip
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x7fELF",
    b"{\\rtf",
    b"RIFF",
    b"SQLite format 3\x00",
    b"PAR1",
)


def is_textual(content: bytes) -> bool:
    """Whether ``content`` can be text: it begins with no signature of a binary format. The ``sniff`` of every text format."""
    return not content.startswith(_FOREIGN)


# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SAMPLE = 64 * 1024  # bytes looked at to tell an encoding; more changes the verdict on no file that was tried

_NUL_SHARE = 0.3  # of every second byte: Latin text in UTF-16 has more NULs than this, and no other text has any

_CONTROL_SHARE = 0.02  # of the bytes: more control characters than this is not text

_DAMAGE_SHARE = 0.01  # of the non-ASCII characters: UTF-8 with fewer broken ones is damaged UTF-8, not another encoding

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# Legacy encodings that office programs write. The detector knows a hundred more, and picks exotic ones for short texts.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "koi8_r", "cp437"),
)


def decode(content: bytes, encoding: str | None = None) -> str:
    r"""The text of ``content``, without its byte-order mark and with every line end as ``\n``.

    In this order: the ``encoding`` given; a byte-order mark; UTF-16 without one (by where its NULs stand); UTF-8; UTF-8 with a
    few broken bytes, each as U+FFFD; cp1252; another legacy encoding, told by charset-normalizer. Spans of the text formats
    count characters of this string.

    Raises:
        UnreadableDocument: ``encoding_unknown``, also for an ``encoding`` that does not fit.
    """
    return _decode(content, encoding).replace("\r\n", "\n").replace("\r", "\n")


def _decode(content: bytes, encoding: str | None) -> str:
    if encoding is not None:
        return _strictly(content, encoding).removeprefix("\ufeff")
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(marked, "replace")
    sample = content[:_SAMPLE]
    wide = _wide(sample)
    if wide is not None:
        return content.decode(wide, "replace")
    if len(_CONTROLS.findall(sample)) > _CONTROL_SHARE * len(sample):
        raise UnreadableDocument("encoding_unknown")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _damaged(content) or _strictly(content, _legacy(content))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise UnreadableDocument("encoding_unknown") from None


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


def _damaged(content: bytes) -> str | None:
    """``content`` as UTF-8 if all but a few of its non-ASCII characters are, else None."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = len(text) - len(text.encode("ascii", "ignore"))
    return text if broken <= max(1, _DAMAGE_SHARE * wide) and wide >= 4 * broken else None


# Inside of words these stand for Polish, Czech, Croatian, Romanian, Turkish … letters of another code page read as cp1252.
_NOT_WESTERN = re.compile(r"(?<=[^\W\d_])[šžŸ³¹¿¾¼ºþðý¶¥£](?=[^\W\d_])")

_WESTERN_SHARE = 0.3  # of the letters: a text with more of them accented is Cyrillic or Greek read as cp1252; French has 0.05


def _legacy(content: bytes) -> str:
    # Only the lines with such bytes tell encodings apart; in a long file the first ones may stand far behind the start.
    lines = b"\n".join(line for line in content.splitlines() if not line.isascii())[:_SAMPLE]
    if _is_western(lines):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - a tenth of a second, and nearly all text is UTF-8

    best = from_bytes(lines, cp_isolation=list(_LEGACY)).best()
    if best is None:
        raise UnreadableDocument("encoding_unknown")
    return best.encoding


def _is_western(content: bytes) -> bool:
    """Whether ``content`` makes sense as cp1252, which a detector by letter frequency confuses with its neighbours."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = [character for character in text if character.isalpha()]
    accented = sum(not character.isascii() for character in letters)
    return accented <= _WESTERN_SHARE * len(letters) and _NOT_WESTERN.search(text) is None


def parse_xml(content: bytes, *, recover: bool = False) -> etree._Element:
    """The root of ``content``, parsed without entities, network access, DTDs or unbounded trees.

    Raises:
        UnreadableDocument: ``malformed``.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise UnreadableDocument("malformed") from None
    if root is None:  # what a recovering parser gives for nothing at all
        raise UnreadableDocument("malformed")
    return root


_SPACES = re.compile(r"\s+")

_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))  # soft hyphen, zero-width space, word joiner, stray mark


def squeeze(text: str) -> str:
    """``text`` on one line: every run of white space is one space, none at the ends, no invisible characters."""
    return _SPACES.sub(" ", text.translate(_INVISIBLE)).strip()


def tidy(text: str) -> str:
    """``text`` with `squeeze` applied to each of its lines, and without the blank ones."""
    return "\n".join(filter(None, map(squeeze, text.split("\n"))))


def placed(blocks: Iterable[Block], start: int = 0) -> tuple[Block, ...]:
    """``blocks`` with ``start`` and ``end`` in the text that they make when joined by line ends.

    For formats whose bytes hold no running text to count in: DOCX, HTML, JATS, and each page of a PDF.
    """
    found = []
    for block in blocks:
        found.append(changed(block, start=start, end=start + len(block.text)))
        start += len(block.text) + 1
    return tuple(found)


def silence(*loggers: str) -> None:
    """Keep ``loggers`` of libraries from writing: their warnings quote the document, and logs are kept for ever."""
    for name in loggers:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
