"""ZIP packages of Office files (ECMA-376 part 2), opened so that a small file cannot become a large one.

Belongs here: opening, counting and reading parts. Does not belong here: what a part means, which each format knows.
"""

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, parse_xml

MAX_INFLATED_BYTES = 128 * MEBIBYTE  # of all XML parts: lxml's tree takes about ten times that, and no real report came near

MAX_RATIO = 400  # inflated by packed bytes of all XML parts: Word's own XML packs 10 to 40 times, bombs a thousand

RATIO_FREE_BYTES = 8 * MEBIBYTE  # below this the ratio says nothing: an empty table packs well too

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # the stream's name in the compound file, MS-OFFCRYPTO 1.3.3

_ZIP = b"PK\x03\x04"

_ZIP_END = b"PK\x05\x06"

_END_RECORD = 22 + 65535  # bytes from the end in which a ZIP's directory is announced: the record and its longest comment


class Package:
    """The parts of an Office package by name, without a leading slash."""

    def __init__(self, content: bytes, max_inflated_bytes: int = MAX_INFLATED_BYTES) -> None:
        """Open ``content`` and count what its XML parts would inflate to, before any does.

        Raises:
            UnreadableDocument: ``encrypted``, ``not_a_package``, ``truncated``, ``damaged``, ``bomb``.
        """
        if content.startswith(_OLE2):
            raise UnreadableDocument("encrypted" if _ENCRYPTED_STREAM in content else "not_a_package")
        if not content.startswith((_ZIP, _ZIP_END)):
            raise UnreadableDocument("not_a_package")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise UnreadableDocument("damaged" if _ZIP_END in content[-_END_RECORD:] else "truncated") from None
        self._refuse_bombs(max_inflated_bytes)

    def _refuse_bombs(self, limit: int) -> None:
        # A part inflates to no more than its declared size: zipfile stops there, and then the checksum fails.
        xml = [info for info in self._zip.infolist() if info.filename.endswith((".xml", ".rels", ".vml"))]
        inflated, packed = sum(info.file_size for info in xml), sum(info.compress_size for info in xml)
        if inflated > limit or (inflated > RATIO_FREE_BYTES and inflated > MAX_RATIO * max(packed, 1)):
            raise UnreadableDocument("bomb")

    def __contains__(self, part: str) -> bool:
        """Whether ``part`` is in the package."""
        return part in self._zip.NameToInfo

    def read(self, part: str) -> bytes | None:
        """The bytes of ``part``; None if it is absent.

        Raises:
            UnreadableDocument: ``encrypted`` or ``damaged``.
        """
        if part not in self:
            return None
        if self._zip.getinfo(part).flag_bits & 1:
            raise UnreadableDocument("encrypted")
        try:
            return self._zip.read(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
            raise UnreadableDocument("damaged") from None

    def xml(self, part: str) -> etree._Element | None:
        """The root of the XML ``part``; None if it is absent.

        Raises:
            UnreadableDocument: ``encrypted`` or ``damaged``.
        """
        content = self.read(part)
        if content is None:
            return None
        try:
            return parse_xml(content)
        except UnreadableDocument:
            raise UnreadableDocument("damaged") from None

    def related(self, part: str = "") -> list[tuple[str, str, str]]:
        """The internal relationships of ``part`` (of the package itself if empty): id, last word of the type, target part."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return []
        return [
            (
                link.get("Id", ""),
                link.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in root.iterfind("{*}Relationship")
            if link.get("TargetMode") != "External"
        ]
