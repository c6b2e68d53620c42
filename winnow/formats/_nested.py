"""What lies in another object: attachments of mails, files in an attached archive, messages in a mailbox.

Belongs here: reading a part as a document of its own, under the limits of the object that it lies in. Does not belong here: where
the parts stand (`winnow.formats._mime`), and archives in a source (`resources.sources`).

A part is never written anywhere, and its name is only a name: it says which format the part may be and what its document is called.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats import detect, suffixes
from winnow.formats._archive import Limits, is_archive, safe_name, unpacked
from winnow.formats._base import MAX_BYTES, Format, ReadOptions
from winnow.formats._table import KEY_SEPARATOR
from winnow.reasons import QUARANTINE

MAX_DEPTH = 10  # mails and archives in one another; forwards of forwards go four deep

_SUFFIXES = {  # of media types, for a part whose name has no suffix that says something
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/mbox": ".mbox",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/xhtml+xml": ".xhtml",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/vtt": ".vtt",
    "text/plain": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
}


@dataclass(slots=True)
class Budget:
    """What the parts of one object may still be, all together.

    Attributes:
        parts: documents; more are a bomb.
        content_bytes: unpacked; more are a bomb.
    """

    parts: int = 2000
    content_bytes: int = MAX_BYTES

    def spend(self, content: bytes) -> None:
        """Take one part with this ``content`` off.

        Raises:
            UnreadableDocument: ``bomb``: nothing is left to take it from.
        """
        self.parts -= 1
        self.content_bytes -= len(content)
        if self.parts < 0 or self.content_bytes < 0:
            raise UnreadableDocument("bomb")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part lies in its object.

    Attributes:
        budget: shared by all parts of the object.
        depth: how many objects it lies in.
        row_key: which part it is; None for the object itself.
        row_number: of the row or message of the object that it belongs to.
        link: what it shares with the others it came with.
        day: of the mail that it came with.
    """

    budget: Budget
    depth: int = 0
    row_key: str | None = None
    row_number: int | None = None
    link: str | None = None
    day: dt.date | None = None

    def inside(self, name: str, link: str | None = None) -> "Place":
        """The place of the part ``name`` (which is unique in this one)."""
        key = name if self.row_key is None else f"{self.row_key}{KEY_SEPARATOR}{name}"
        return replace(self, depth=self.depth + 1, row_key=key, link=link or self.link)


def read_part(content: bytes, name: str, kind: str, options: ReadOptions, place: Place) -> Iterator[Document]:
    """The documents of a part: one, or its rows, or those of the files in it. Whatever is wrong with it is its own reason.

    Args:
        content: of the part, unpacked.
        name: that it was given; anything at all.
        kind: its media type, where its name says nothing.
        options: those of the source.
        place: where it lies.
    """
    safe = PurePosixPath(safe_name(name)).name if name else ""
    suffix = PurePosixPath(safe).suffix.lower()
    if suffix not in suffixes() and not is_archive(safe):
        safe = f"{safe or 'part'}{_SUFFIXES.get(kind, '')}"
    reader: Format | None = None
    try:
        if place.depth > MAX_DEPTH:
            raise UnreadableDocument("bomb")  # noqa: TRY301 - one place turns every failure into a reason
        place.budget.spend(content)
        if is_archive(safe):
            yield from _of_archive(content, safe, options, place)
            return
        reader = detect(content, safe, options)
        yield from _named(_documents(reader, content, options, place), reader, name and PurePosixPath(safe).stem, place)
    except UnreadableDocument as error:
        reason = error.reason if error.reason in QUARANTINE else "damaged"
        yield _refused(reason, reader, PurePosixPath(safe).stem, place)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - readers' libraries raise anything on broken files, RecursionError included
        yield _refused("damaged", reader, PurePosixPath(safe).stem, place)


def _of_archive(content: bytes, name: str, options: ReadOptions, place: Place) -> Iterator[Document]:
    limits = Limits(
        members=max(place.budget.parts, 1),
        inflated_bytes=max(place.budget.content_bytes, 1),
        depth=max(MAX_DEPTH - place.depth, 1),
    )
    for part in unpacked(content, name, limits, options.max_bytes):
        inner = place.inside(part.name)
        if part.content is None:
            yield _refused(part.reason or "damaged", None, PurePosixPath(part.name).stem, inner)
        else:
            yield from read_part(part.content, part.name, "", options, inner)


def _documents(reader: Format, content: bytes, options: ReadOptions, place: Place) -> Iterator[Document]:
    containers = _containers()
    if reader.name in containers:
        yield from containers[reader.name](content, options, place)
        return
    # All or nothing: rows before a break are not kept, since nobody would know how many are missing.
    for document in list(reader.read(content, options)) or [Document(reason="empty")]:
        own = document.row_key
        if own is None and document.row_number is not None:
            own = f"#{document.row_number}"
        key = place.row_key if own is None else f"{place.row_key}{KEY_SEPARATOR}{own}"
        yield replace(document, row_key=key, row_number=place.row_number, stated=place.day or document.stated)


def _containers() -> dict[str, Callable[[bytes, ReadOptions, Place], Iterator[Document]]]:
    """Formats whose documents lie in one another: they are told where they are."""
    from winnow.formats import eml, mbox  # noqa: PLC0415 - they build on this module

    return {"eml": eml.documents, "mbox": mbox.documents}


def _named(found: Iterator[Document], reader: Format, stem: str, place: Place) -> Iterator[Document]:
    for document in found:
        yield replace(
            document,
            format=document.format or reader.name,
            name=document.name or stem,
            link=document.link or place.link,
        )


def _refused(reason: str, reader: Format | None, stem: str, place: Place) -> Document:
    return Document(
        reason=reason,
        format=reader.name if reader else "",
        name=stem,
        row_key=place.row_key,
        row_number=place.row_number,
        link=place.link,
    )
