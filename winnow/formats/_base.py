"""What every reader shares: its options, how it is declared, and how bytes become text.

Belongs here: the options the catalog gives, the `Format` declaration, decoding, safe XML parsing, library versions. Does not
belong here: anything that knows one format, and the ZIP packages of Office files, which are in `winnow.formats._package`.

A reader is ``read(content, options) -> Iterator[Document]``. It fills what `winnow.documents.Document` says a reader fills,
raises `winnow.errors.UnreadableDocument` with a reason for an object it cannot read, and yields a `Document` with ``reason``
for a single bad row. It need not guard against exceptions of its libraries, against NULs, lone surrogates or the placeholders'
delimiters: `winnow.extract` does that for all of them, without moving a character.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from functools import cache
from importlib.metadata import version
from typing import Annotated, Literal, Self

from lxml import etree
from pydantic import Field, ValidationInfo, field_validator, model_validator

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._encoding import told
from winnow.tasks import Settings

MEBIBYTE = 1024 * 1024

MAX_BYTES = 256 * MEBIBYTE  # of one object; a worker holds the bytes, the decoded text and the blocks at once


NumberStyle = Literal["1,234.56", "1.234,56", "1 234,56", "1 234.56", "1'234.56", "12,34,567.89", "as_is"]
"""Thousands and decimal signs, shown by an example; the last is the Indian grouping."""

DATE_ORDERS = ("day_first", "month_first", "serial", "serial_1904", "as_is")
"""Words for how dates are written, beside formats as of strptime."""


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
    day: str | None = Field(
        None,
        description="column with the row's own day, for a split by time and the survivor `newest`: ISO 8601, or as `dates` says; "
        "the time of day and what is no day do not count",
    )
    delimiter: str | None = Field(
        None, description="the one character between cells; default: detected among comma, semicolon, tab and bar"
    )
    quote: str | None = Field(None, description='the character around cells, `""` if there is none; default: detected')
    escape: Literal["doubled", "backslash"] | None = Field(
        None, description="how a quote stands inside of quotes, twice or behind a backslash; default: detected"
    )
    encoding: str | None = Field(None, description="text encoding; default: detected")
    sheet: str | tuple[str, ...] | None = Field(
        None,
        description='sheets of a workbook, or `"*"`: every visible one that has the columns; default: the first visible one',
    )
    records: str | None = Field(
        None, description="JSON: dotted path to the array that holds the rows; default: detected at the top and one level below"
    )
    header_row: Annotated[int, Field(ge=0)] | tuple[Annotated[int, Field(ge=0)], ...] | None = Field(
        None,
        description="0-based row that names the columns, or several whose names are joined by a space; default: the first that "
        "holds all named columns",
    )
    footer_rows: int | None = Field(
        None, ge=0, description="rows at the end that are none of the table's (totals, remarks); default: detected"
    )
    missing: tuple[str, ...] = Field((), description="words that stand for no value, such as NA; case does not count")
    numbers: NumberStyle | dict[str, NumberStyle] = Field(
        {},
        description="how numbers are written, by the example 1234.56; one for every column, or column → one; default: told by "
        "the column where all its values agree; they become plain decimals; `as_is`: never",
    )
    dates: str | dict[str, str] = Field(
        {},
        description="how dates are written: `day_first`, `month_first`, `serial` or `serial_1904` (days of a spreadsheet), or a "
        "format as of strptime; one for every column, or column → one; default: told by the column where all its values agree; "
        "they become ISO 8601; `as_is`: never",
    )
    booleans: dict[str, tuple[str, str]] = Field(
        {}, description="column → the words for yes and for no, which become true and false; case does not count"
    )

    @field_validator("delimiter", "quote")
    @classmethod
    def _one_character(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given == r"\t":  # as people write a tab in YAML without double quotes
            return "\t"
        if given is None or (not given and info.field_name == "quote"):
            return given
        if len(given) != 1 or given in "\r\n\0\\":
            message = f"one character expected, and no line end or backslash; {len(given)} characters given"
            raise ValueError(message)
        return given

    @field_validator("header_row")
    @classmethod
    def _some_rows(cls, given: int | tuple[int, ...] | None) -> int | tuple[int, ...] | None:
        if isinstance(given, tuple) and list(given) != sorted(set(given)):
            raise ValueError("rows in ascending order expected, each once")
        if isinstance(given, tuple) and not given:
            raise ValueError("at least one row expected")
        return given

    @field_validator("dates")
    @classmethod
    def _known_dates(cls, given: str | dict[str, str]) -> str | dict[str, str]:
        for form in [given] if isinstance(given, str) else given.values():
            if form not in DATE_ORDERS and not _is_date_format(form):
                raise ValueError(f"one of {', '.join(DATE_ORDERS)} or a format such as %d.%m.%Y expected")
        return given

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.delimiter is not None and self.delimiter == self.quote:
            raise ValueError("`delimiter` and `quote` are the same character")
        for part, named in (("numbers", self.numbers), ("dates", self.dates), ("booleans", self.booleans)):
            known = {*self.columns, self.day} if part == "dates" else {*self.columns}
            if not isinstance(named, str) and not named.keys() <= known:
                raise ValueError(f"`{part}` names a column that is not in `columns`")
        return self


def _is_date_format(form: str) -> bool:
    if "%" not in form:
        return False
    try:
        day = dt.datetime(2026, 12, 31, tzinfo=dt.UTC).strftime(form)
        return dt.datetime.strptime(day, form).date() == dt.date(2026, 12, 31)  # noqa: DTZ007 - only the day counts
    except (ValueError, re.error):
        return False


class Reading(Settings):
    """What readers keep of what people do not see or did not write: the ``reading:`` part of a source."""

    hidden_text: Literal["drop", "keep"] = Field(
        "drop",
        description="text that nobody sees on the page (white, invisible, tiny, off the page, hidden runs): counted, and left out",
    )
    ocr: Literal["off", "auto"] = Field(
        "off",
        description="`auto`: pages that are pictures are read by text recognition; needs the program tesseract, and seconds a page",
    )
    ocr_languages: str = Field(
        "eng",
        pattern=r"^[A-Za-z][A-Za-z_]{2,30}(\+[A-Za-z][A-Za-z_]{2,30}){0,7}$",
        description="languages of such pages as tesseract names them, the most frequent first: `deu+eng`",
    )
    fillers: Literal["drop", "keep"] = Field(
        "keep",
        description="sounds of hesitation in transcripts (uh, um, äh, euh): `drop` counts them and leaves them out",
    )
    comments: Literal["drop", "keep"] = Field(
        "drop",
        description="remarks that people left beside the text (comments of office programs and wikis): counted, and left out; "
        "kept, each follows the paragraph or page it is about",
    )
    quoted: Literal["drop", "keep"] = Field(
        "drop",
        description="what a mail quotes of others: `drop` counts its lines and leaves them out, so that each mail of a thread says "
        "what is new; a forward that says nothing else keeps what it forwards",
    )
    signatures: Literal["drop", "keep"] = Field(
        "drop", description="signatures and legal notices under mails: `drop` counts their lines and leaves them out"
    )
    attachments: Literal["read", "skip"] = Field(
        "read", description="files attached to a mail: `read` makes each a document of its own, with the mail's link"
    )


class ReadOptions(Settings):
    """What a source tells its readers."""

    table: TableOptions | None = None
    bare_workbooks: bool = Field(True, description="whether a workbook without `table` is read as a document, all of it")
    reading: Reading = Reading()
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
        fallback: tried only when no other format of the suffix takes the bytes: any text is plain text, any JSON a table.
        versions: the libraries it reads with, by name, for the stage key.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, ReadOptions], Iterator[Document]]
    sniff: Callable[[bytes], bool]
    tabular: bool = False
    fallback: bool = False
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


def decode(content: bytes, encoding: str | None = None) -> str:
    r"""The text of ``content``, without its byte-order mark and with every line end as ``\n``.

    In this order: the ``encoding`` given; a byte-order mark; UTF-16 without one (by where its NULs stand); UTF-8; UTF-8 with a
    few broken bytes, each as U+FFFD; cp1252; another legacy encoding, told by charset-normalizer. Spans of the text formats
    count characters of this string.

    Raises:
        UnreadableDocument: ``encoding_unknown``, also for an ``encoding`` that does not fit.
    """
    return told(content, encoding).text(content).replace("\r\n", "\n").replace("\r", "\n")


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
    # Where a recovering parser meets one of its limits, such as that on depth, it leaves out the rest without a word.
    if recover and any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableDocument("malformed")
    return root


_SPACES = re.compile(r"\s+")

_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))  # soft hyphen, zero-width space, word joiner, stray mark


def visible(text: str) -> str:
    """``text`` without the characters that `squeeze` removes because nobody sees them."""
    return text.translate(_INVISIBLE)


def squeeze(text: str) -> str:
    """``text`` on one line: every run of white space is one space, none at the ends, no invisible characters."""
    return _SPACES.sub(" ", visible(text)).strip()


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
