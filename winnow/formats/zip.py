"""Archives that stay one object: what is in them, each file as a document of its own, or why it cannot be had.

A folder source opens archives itself (`resources.sources`), and then their members are objects. Bytes come here when it could not
or was told not to (``archives: keep``), and the limits here are those of one object.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._archive import Limits, unpacked
from winnow.formats._base import Format, ReadOptions

_GZIP = b"\x1f\x8b"

_USTAR, _USTAR_AT = b"ustar", 257  # POSIX's mark, and where it stands in a TAR's first block


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The documents of every file in the archive, in the order of its directory; the row key begins with the file's path.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``empty``, ``wrong_type``;
            ``unsupported`` for one packed file, whose name, and so its format, is not in its bytes.
    """
    from winnow.formats._nested import Budget, Place, read_part  # noqa: PLC0415 - it imports the package, which imports this

    kind, limits = _kind(content), Limits()
    place = Place(Budget(parts=limits.members, content_bytes=limits.inflated_bytes))
    for part in unpacked(content, f"a{kind}", limits, options.max_bytes):
        inner = place.inside(part.name)
        if kind == ".gz":
            raise UnreadableDocument(part.reason or "unsupported")
        if part.content is None:
            yield Document(row_key=inner.row_key, name=PurePosixPath(part.name).stem, reason=part.reason)
        else:
            yield from read_part(part.content, part.name, "", options, inner)


def _kind(content: bytes) -> str:
    """The suffix that ``content`` should have."""
    if content.startswith(_GZIP):
        return ".tar.gz" if _begins_tar(content) else ".gz"
    return ".tar" if _USTAR in content[_USTAR_AT : _USTAR_AT + len(_USTAR)] else ".zip"


def _begins_tar(content: bytes) -> bool:
    import zlib  # noqa: PLC0415 - only packed files need it

    try:
        head = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(content[:65536], 512)
    except zlib.error:
        return False
    return head[_USTAR_AT : _USTAR_AT + len(_USTAR)] == _USTAR


def _sniff(content: bytes) -> bool:
    """Whether ``content`` begins like an archive, a cut one included; V7's TAR, which begins with a name, does not."""
    return content.startswith((b"PK", _GZIP)) or content[_USTAR_AT : _USTAR_AT + len(_USTAR)] == _USTAR


FORMAT = Format(name="zip", suffixes=(".zip", ".tar", ".tgz", ".gz"), read=read, sniff=_sniff)
