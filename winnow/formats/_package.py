"""ZIP packages of Office files (ECMA-376 part 2, ODF 1.3 part 2), opened so that a small file cannot become a large one.

Belongs here: opening, counting and reading parts. Does not belong here: what a part means, which each format knows.

A package's directory is written by whoever made the file, so nothing in it is believed: entries are counted before the directory
is parsed, declared sizes are added up before anything inflates, inflating stops at the declared size, two entries may not share
bytes, and the markup of a part is counted before a tree is built of it. Names are only looked up, never written to a disk.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

from lxml import etree

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, parse_xml

MAX_INFLATED_BYTES = 128 * MEBIBYTE  # of all XML parts: no real report came near

MAX_RATIO = 400  # inflated by packed bytes of all XML parts: Word's own XML packs 10 to 40 times, bombs a thousand

RATIO_FREE_BYTES = 8 * MEBIBYTE  # below this the ratio says nothing: an empty table packs well too

MAX_PARTS = 65_535  # what a ZIP without its 64-bit extension can hold; each takes half a kilobyte once listed

MAX_TREE_BYTES = 512 * MEBIBYTE  # of all trees of one package, by the estimate below; with the bytes it stays under a gigabyte

# Measured with lxml 6 on a million nodes each: an empty element takes 80 bytes, one with text 210 to 340 (two tags), an attribute
# 200 to 250.
_BYTES_PER_TAG, _BYTES_PER_ATTRIBUTE = 170, 200

_DENSE = 100  # a part whose tree is over the limit and that inflated this many times was made to be so

_CHUNK = 256 * 1024  # bytes inflated at a time

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # the stream's name in the compound file, MS-OFFCRYPTO 1.3.3

_ZIP = b"PK\x03\x04"

_ZIP_ENTRY = b"PK\x01\x02"

_ZIP_END = b"PK\x05\x06"

_END_RECORD = 22 + 65535  # bytes from the end in which a ZIP's directory is announced: the record and its longest comment

_ENTRY_HEADER = 30  # bytes of an entry's header without its name

_OTHERS = (  # signatures of formats that are surely something else: PDF, RTF, pictures, other archives
    *(
        b"%PDF-",
        b"{\\rtf",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"\x1f\x8b\x08",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
    ),
)

_XML_SUFFIXES = (".xml", ".rels", ".vml")

# zlib's, zipfile's and struct's complaints about bytes that are not what they say; an unknown method is NotImplementedError.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, OverflowError)


class Package:
    """The parts of an Office package by name, without a leading slash; names are the same in either case (part 2, 6.2.2.3)."""

    def __init__(self, content: bytes, max_inflated_bytes: int = MAX_INFLATED_BYTES) -> None:
        """Open ``content`` and count what its XML parts would inflate to, before any does.

        Raises:
            UnreadableDocument: ``encrypted``, ``not_a_package``, ``truncated``, ``damaged``, ``bomb``.
        """
        if content.startswith(_OLE2):
            raise UnreadableDocument("encrypted" if _ENCRYPTED_STREAM in content else "not_a_package")
        if not content.startswith((_ZIP, _ZIP_END)):
            raise UnreadableDocument("not_a_package")
        if content.count(_ZIP_ENTRY) > MAX_PARTS:
            raise UnreadableDocument("bomb")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN:
            raise UnreadableDocument("damaged" if _ZIP_END in content[-_END_RECORD:] else "truncated") from None
        self._limit, self._inflated, self._tree_bytes = max_inflated_bytes, 0, 0
        entries = self._zip.infolist()
        self._parts = {_normal(info.filename): info for info in entries}  # of equal names the last, as Office repairs them
        self.repeated_parts = len(entries) - len(self._parts)
        self._refuse_bombs(entries)

    def _refuse_bombs(self, entries: list[zipfile.ZipInfo]) -> None:
        places = sorted((info.header_offset, info.header_offset + _ENTRY_HEADER + info.compress_size) for info in entries)
        if any(end > start for (_, end), (start, _) in pairwise(places)):  # one run of bytes inflated once for every entry
            raise UnreadableDocument("bomb")
        xml = [info for info in entries if info.filename.lower().endswith(_XML_SUFFIXES)]
        inflated, packed = sum(info.file_size for info in xml), sum(info.compress_size for info in xml)
        if inflated > self._limit or (inflated > RATIO_FREE_BYTES and inflated > MAX_RATIO * max(packed, 1)):
            raise UnreadableDocument("bomb")

    def __contains__(self, part: str) -> bool:
        """Whether ``part`` is in the package."""
        return _normal(part) in self._parts

    def require(self, main: str) -> None:
        """Raise the honest reason if there is no part called ``main``.

        Raises:
            UnreadableDocument: ``wrong_type`` (an OpenDocument file or an e-book), ``damaged`` (an Office file without its main
                part), ``not_a_package`` (any other archive).
        """
        if main not in self:
            named = "mimetype" in self
            raise UnreadableDocument("wrong_type" if named else "damaged" if "[Content_Types].xml" in self else "not_a_package")

    @property
    def names(self) -> list[str]:
        """The parts' names, folded to lower case, sorted; folders are none."""
        return sorted(name for name in self._parts if not name.endswith("/"))

    def read(self, part: str) -> bytes | None:
        """The bytes of ``part``; None if it is absent.

        Raises:
            UnreadableDocument: ``encrypted``, ``damaged`` or ``bomb`` (over the limit together with the parts read before).
        """
        info = self._parts.get(_normal(part))
        if info is None:
            return None
        self._inflated += info.file_size
        # Twice: a reader may look at a part again.
        if info.file_size > self._limit or self._inflated > 2 * self._limit:
            raise UnreadableDocument("bomb")
        return b"".join(self.stream(part))

    def stream(self, part: str) -> Iterator[bytes]:
        """The bytes of ``part`` in pieces, nothing if it is absent; for parts that are read without a tree.

        Raises:
            UnreadableDocument: ``encrypted`` or ``damaged``.
        """
        info = self._parts.get(_normal(part))
        if info is None:
            return
        if info.flag_bits & 1:
            raise UnreadableDocument("encrypted")
        if info.compress_type not in {
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        }:  # part 2, annex B; LZMA takes memory as it likes
            raise UnreadableDocument("damaged")
        try:
            # In pieces: asked for everything, zipfile inflates all there is before it cuts at the declared size.
            with self._zip.open(info) as stream:
                while piece := stream.read(_CHUNK):
                    yield piece
        except _BROKEN:
            raise UnreadableDocument("damaged") from None

    def xml(self, part: str) -> etree._Element | None:
        """The root of the XML ``part``; None if it is absent.

        Raises:
            UnreadableDocument: ``encrypted``, ``damaged``, ``bomb``, or ``too_large`` (an honest part too large for a tree).
        """
        content = self.read(part)
        if content is None:
            return None
        self._tree_bytes += tree_bytes(content)
        if self._tree_bytes > MAX_TREE_BYTES:
            packed = self._parts[_normal(part)].compress_size
            raise UnreadableDocument("bomb" if len(content) > _DENSE * packed else "too_large")
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
                _normal(posixpath.join("/", folder, unquote(link.get("Target", "")).replace("\\", "/"))),
            )
            for link in root.iterfind("{*}Relationship")
            if link.get("TargetMode") != "External"
        ]


def may_be_package(content: bytes) -> bool:
    """Whether a reader of packages shall look at ``content``: it tells encrypted, cut and foreign ones apart, with a reason."""
    return not content.startswith(_OTHERS)


def tree_bytes(content: bytes) -> int:
    """About how much memory an lxml tree of the XML ``content`` takes, in bytes."""
    return 2 * len(content) + _BYTES_PER_TAG * content.count(b"<") + _BYTES_PER_ATTRIBUTE * content.count(b"=")


def _normal(name: str) -> str:
    """``name`` without what leads out of the package, with slashes, in lower case; some writers use backslashes."""
    folder = "/" if name.endswith(("/", "\\")) else ""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower() + folder
