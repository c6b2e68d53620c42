"""Readers: bytes to blocks of text with page or character spans; one file a format.

Belongs here: which format an object is. Does not belong here: how any one is read, and everything that happens to its text.
"""

import contextlib
import importlib
import re
import sys
from functools import cache
from pathlib import PurePosixPath

from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, Reading, ReadOptions, TableOptions
from winnow.registry import discover

__all__ = ["Format", "ReadOptions", "Reading", "TableOptions", "detect", "formats", "preload", "suffixes"]


@cache
def formats() -> dict[str, Format]:
    """Every format by its name, in alphabetical order of their modules."""
    return discover(sys.modules[__name__], "FORMAT")


@cache
def suffixes() -> dict[str, tuple[Format, ...]]:
    """The formats that a lower-case suffix (with its dot) can mean, in the order to try them: fallbacks come last."""
    found: dict[str, tuple[Format, ...]] = {}
    for kind in sorted(formats().values(), key=lambda kind: kind.fallback):  # stable: by module within the two
        for suffix in kind.suffixes:
            found[suffix] = (*found.get(suffix, ()), kind)
    return found


_LIBRARIES = ("trafilatura", "lxml.html", "pypdf", "pypdfium2", "python_calamine", "feedparser", "charset_normalizer")


def preload() -> None:
    """Import every reader, and the libraries that readers import when they first need them: a process that forks does it once."""
    formats()
    for library in _LIBRARIES:
        with contextlib.suppress(ImportError):  # a reader without its library says so itself
            importlib.import_module(library)


# Signatures that leave no doubt, for names that say nothing: no suffix, or one that no format has. What merely could be text is not
# among them: a log or a program would become a document of a source that only meant to list everything.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"[\s\S]{0,1024}?%PDF-\d"), ".pdf"),
    (re.compile(rb"\{\\rtf"), ".rtf"),
    (re.compile(rb"PAR1"), ".parquet"),
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?=[\s])"), ".vtt"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,256}(?:<!doctype html|<html)[\s>]", re.IGNORECASE), ".html"),
)

_PARTS = (
    (b"word/document.xml", ".docx"),
    (b"ppt/presentation.xml", ".pptx"),
    (b"xl/workbook.xml", ".xlsx"),
    (b"xl/workbook.bin", ".xlsb"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", ".odt"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ".ods"),
)
"""What a ZIP package names inside, uncompressed: in its directory at the end, or, of an OpenDocument, in its first bytes."""

_DIRECTORY_BYTES = 1024 * 1024  # of a package of thousands of parts

_HEADER = re.compile(
    rb"^(From|Date|Message-ID|Subject|Received|Return-Path|Delivered-To|MIME-Version|To):[ \t]", re.IGNORECASE | re.MULTILINE
)

_HEADER_BYTES = 8192  # of a mail, in which the names of its first fields stand


def told_by_content(content: bytes) -> str | None:
    """The suffix that a file of this ``content`` should have had; None unless its first bytes leave no doubt.

    A mail is one whose first line is a header field and that has at least ``From`` and two others: mail servers keep mails under
    names without a suffix.
    """
    for signature, suffix in _SIGNATURES:
        if signature.match(content):
            return suffix
    if content.startswith(b"PK\x03\x04"):
        ends = content[:256] + content[-_DIRECTORY_BYTES:]
        return next((suffix for part, suffix in _PARTS if part in ends), None)
    start = content[:_HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    fields = {name.lower() for name in _HEADER.findall(start)}
    return ".eml" if _HEADER.match(start) and b"from" in fields and len(fields) >= 3 else None


def detect(content: bytes, name: str, options: ReadOptions | None = None) -> Format:
    """The format of the object called ``name`` (a key or path with ``/``) that holds ``content``.

    The suffix says which formats it can be, the bytes whether it is one of them. Where ``options`` say which columns of a table
    to read, a suffix of tables means one: an export of posts in CSV is then a table like any other. A name whose suffix says nothing
    leaves it to the bytes, if they leave no doubt (`told_by_content`); then only a table can be meant where columns are named, since
    no other column may become text.

    Raises:
        UnreadableDocument: ``unsupported`` (neither suffix nor bytes tell a format), ``empty`` (no bytes, or blanks), ``wrong_type`` (the
            bytes are something else than the suffix says).
    """
    tables = options is not None and options.table is not None
    candidates = suffixes().get(PurePosixPath(name).suffix.lower())
    if candidates is None:
        told = suffixes().get(told_by_content(content) or "", ())
        candidates = tuple(kind for kind in told if kind.tabular or not tables)
        if not candidates:
            raise UnreadableDocument("unsupported")
    if not content or content.isspace():
        raise UnreadableDocument("empty")
    if tables:
        candidates = tuple(sorted(candidates, key=lambda kind: not kind.tabular))
    for candidate in candidates:
        if candidate.sniff(content):
            return candidate
    raise UnreadableDocument("wrong_type")
