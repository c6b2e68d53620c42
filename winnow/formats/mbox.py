r"""Mailboxes (RFC 4155 and its variants): many mails in one file, each read as `winnow.formats.eml` does.

Belongs here: where a mail ends in a mailbox. Does not belong here: mails.

A mail begins behind a line ``From somebody date`` that follows a blank line. Lines of a mail that would look like one are written
``>From`` by most programs (mboxo, and mboxrd with one more ``>`` each time) and read back here; mboxcl gives the mail's length in
``Content-Length`` instead, which counts where a mail really ends there. A mail is known by its message id, so a mailbox that grows
keeps the ids of its documents.
"""

import re
from collections import Counter
from collections.abc import Iterator

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats import eml
from winnow.formats._base import Format, ReadOptions, library_versions
from winnow.formats._mime import message
from winnow.formats._nested import Budget, Place
from winnow.formats._table import content_key, unique_key

# "From " at the start of a line, a sender, and a date with a time: prose that begins with "From" has none.
_FROM = re.compile(rb"^From [^\r\n]{0,300}?\d{1,2}:\d{2}[^\r\n]{0,100}\r?\n", re.MULTILINE)

_BLANK_BEFORE = (b"\n\n", b"\n\r\n")

_LENGTH = re.compile(rb"^Content-Length:[ \t]{0,8}(\d{1,12})[ \t]{0,8}\r?$", re.MULTILINE | re.IGNORECASE)

_HEADERS_END = re.compile(rb"\r?\n\r?\n")

_HEADER_BYTES = 65_536  # in which a mail's length stands

_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The documents of every mail in ``content``, in its order; a mail that cannot be read is refused alone.

    Raises:
        UnreadableDocument: ``malformed`` (no mailbox).
    """
    yield from documents(content, options, Place(Budget()))


def documents(content: bytes, options: ReadOptions, place: Place) -> Iterator[Document]:
    """As `read`, for a mailbox that lies at ``place``."""
    given: Counter[str] = Counter()
    nested = place.depth > 0
    number = -1
    for number, (start, end) in enumerate(_mails(content)):
        raw = _QUOTED_FROM.sub(b"", content[start:end])
        row_number = place.row_number if nested else number
        key: str | None = None
        try:
            mail = message(raw)
            key = unique_key(next(iter(mail.ids("Message-ID")), "") or content_key([raw.decode("latin-1")]), given)
            inner = _at(place, key, row_number)
            yield from eml.documents_of(mail, options, inner, "mbox")
        except UnreadableDocument as error:
            key = key or unique_key(content_key([raw.decode("latin-1")]), given)
            yield Document(
                reason=error.reason, format="eml", row_key=_at(place, key, row_number).row_key, row_number=row_number
            )
    if number < 0:
        raise UnreadableDocument("malformed")


def _at(place: Place, key: str, row_number: int | None) -> Place:
    """The place of the mail ``key``, with limits of its own where the mailbox is the object: large ones hold many mails."""
    inner = place.inside(key)
    budget = place.budget if place.depth else Budget()
    return Place(budget, inner.depth, inner.row_key, row_number, place.link, place.day)


def _mails(content: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each mail in ``content``, without its line ``From``."""
    opening = _next(content, 0)
    while opening is not None:
        start = opening.end()
        following = _by_length(content, start) or _next(content, start)
        yield start, following.start() if following else len(content)
        opening = following


def _next(content: bytes, at: int) -> re.Match[bytes] | None:
    """The next line that begins a mail."""
    for found in _FROM.finditer(content, at):
        if found.start() == 0 or content.endswith(_BLANK_BEFORE, 0, found.start()):
            return found
    return None


def _by_length(content: bytes, start: int) -> re.Match[bytes] | None:
    """The beginning of the next mail if it stands where the length that the mail gives says."""
    head = _HEADERS_END.search(content, start, start + _HEADER_BYTES)
    given = _LENGTH.search(content, start, head.start()) if head else None
    if head is None or given is None:
        return None
    end = head.end() + int(given[1])
    return next((found for skip in range(4) if (found := _FROM.match(content, end + skip))), None)


def _sniff(content: bytes) -> bool:
    return content.lstrip(b"\r\n\xef\xbb\xbf").startswith(b"From ")


FORMAT = Format(
    name="mbox",
    suffixes=(".mbox", ".mbx"),
    read=read,
    sniff=_sniff,
    versions=library_versions("lxml", "charset-normalizer"),
)
