"""Mails, one a file (RFC 5322 and MIME): the text that the sender wrote, and each attachment as a document of its own.

Belongs here: a mail to documents. Does not belong here: its parts (`winnow.formats._mime`), its text (`winnow.formats._mail`), what is
quoted in it (`winnow.formats._quoting`), and mailboxes (`winnow.formats.mbox`).

People stand in ``header`` blocks, which no recipe takes for text; the scrubber learns names from them. All documents of a mail, and all
mails of a thread, share a link: the first message id that the mail refers to, else its own. A mail's day is that of its header
``Date``, and its attachments have it too, but for mails that say their own. Spans count characters of the blocks joined by line ends.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from winnow.documents import Document
from winnow.formats._base import Format, ReadOptions, is_textual, library_versions, placed
from winnow.formats._mail import invitation, people, sorted_parts, subject, text_blocks
from winnow.formats._mime import Part, message
from winnow.formats._nested import Budget, Place, read_part
from winnow.own_days import utc_day

_APPLE_COUNT = re.compile(rb"\s{0,4}(\d{1,12})[ \t]*\r?\n")  # an .emlx begins with the length of its mail; properties follow it


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The mail in ``content``, then its attachments.

    Raises:
        UnreadableDocument: ``encrypted``, ``unsupported`` (a signature around the text), ``bomb``, ``wrong_type``,
            ``encoding_unknown``, ``empty``.
    """
    yield from documents(content, options, Place(Budget()))


def documents(content: bytes, options: ReadOptions, place: Place) -> Iterator[Document]:
    """As `read`, for a mail that lies at ``place``."""
    yield from documents_of(message(_without_count(content)), options, place)


def documents_of(whole: Part, options: ReadOptions, place: Place, kind: str = "eml") -> Iterator[Document]:
    """The documents of the message ``whole``: its text if it has any, then its attachments; one with a reason if neither.

    ``kind`` is the format that its text goes under: that of the file it stands in.
    """
    mail = sorted_parts(whole)
    title, forwarded = subject(whole)
    link, day = thread(whole) or place.link, utc_day(whole.header("Date")) or place.day
    if link is None and mail.attached:
        link = hashlib.sha256(bytes(whole.raw) or b"".join(bytes(part.raw) for part in whole.walk())).hexdigest()
    blocks = text_blocks(mail, options.reading, forwarded=forwarded)
    if not blocks and mail.calendars:
        blocks = list(invitation(mail.calendars))
    mail.notes["attachments"] += len(mail.attached)
    attached = list(mail.attached) if options.reading.attachments == "read" else []
    if blocks or not attached:
        yield Document(
            title=title,
            blocks=placed([*people(whole), *blocks]) if blocks else (),
            notes=dict(+mail.notes),
            reason=None if blocks else "empty",
            format=kind,
            row_key=place.row_key,
            row_number=place.row_number,
            link=link,
            stated=day,
        )
    beside = replace(place, link=link, day=day)
    for part in attached:
        yield from read_part(part.content(), part.name, part.kind, options, beside.inside(f"part {part.place or '0'}"))


def thread(whole: Part) -> str | None:
    """The id of the thread's first message as far as ``whole`` knows it; None if it has no id at all."""
    ids = [*whole.ids("References"), *whole.ids("In-Reply-To"), *whole.ids("Message-ID")]
    return ids[0] if ids else None


def _without_count(content: bytes) -> bytes:
    found = _APPLE_COUNT.match(content)
    return content[found.end() : found.end() + int(found[1])] if found else content


def _sniff(content: bytes) -> bool:
    return is_textual(content)


FORMAT = Format(
    name="eml",
    suffixes=(".eml", ".emlx"),
    read=read,
    sniff=_sniff,
    versions=library_versions("lxml", "charset-normalizer"),
)
