"""Archives as folders: which files are archives, what is in one under limits, and names that are only names.

Belongs here: the limits, the kinds by suffix, and walking archives in archives. Does not belong here: one kind's own structure
(`winnow.formats._zip_archive`, `_tar_archive`, `_gzip_archive`), where an archive lies (`resources.sources`), and ZIP packages of
Office files (`winnow.formats._package`), which are documents.

Nothing is ever unpacked to a disk: a member is bytes under a name, and the name is made harmless by `safe_names`. Bytes are
counted while they inflate, and inflating stops at the limit. Budgets are bytes and members, never seconds.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from winnow.errors import UnreadableDocument
from winnow.formats._base import MAX_BYTES, MEBIBYTE

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".gz")
"""Lower-case; the longer ones are looked for first. What is a ZIP by content and not by name (DOCX, ODT, JAR) is no folder."""

MAX_RATIO = 400  # inflated by packed bytes: logs and XML pack 10 to 60 times, deflate's own end is at 1,032, bombs lie near it

RATIO_FREE_BYTES = 8 * MEBIBYTE  # below this the ratio says nothing: an empty table packs well too

MAX_DIRECTORY_BYTES = 64 * MEBIBYTE  # of a ZIP's directory, read as a whole: 200,000 members take about 20

DEPTH = 3  # archives in one another; exports hold one in another at most, what goes on for ever holds itself

PIECE = 1024 * 1024  # bytes inflated at once


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one archive may hold, those inside of it included.

    Attributes:
        members: files, folders and links in it.
        inflated_bytes: of all its files together.
        depth: how many archives may lie in one another.
    """

    members: int = 10_000
    inflated_bytes: int = 256 * MEBIBYTE
    depth: int = DEPTH


@dataclass(frozen=True, slots=True)
class Member:
    """One regular file in an archive.

    Attributes:
        name: harmless and unique in its archive: relative, with ``/``, composed (NFC), without ``..`` and control characters.
        size: bytes when inflated, as the archive says; None where it does not (gzip).
        packed: bytes that it takes in the archive.
        offset: where it begins there, in bytes.
        reason: why it cannot be read, where that is known before it is tried.
        method: how a ZIP packs it: 0 or 8.
        crc: of a ZIP: CRC-32 of the inflated bytes.
    """

    name: str
    size: int | None
    packed: int
    offset: int
    reason: str | None = None
    method: int = 0
    crc: int | None = None


class Archive(Protocol):
    """An archive whose directory has been read."""

    members: Sequence[Member]

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of ``member``, inflated in pieces of at most `PIECE`.

        Raises:
            UnreadableDocument: ``encrypted``, ``unsupported``, ``damaged``, ``truncated`` or ``bomb``; after some pieces it may be.
        """
        ...

    def packed(self, member: Member) -> Iterator[bytes]:
        """The bytes of ``member`` as they lie in the archive."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One file out of an archive; ``content`` is None where it could not be read, and ``reason`` then says why."""

    name: str
    content: bytes | None = None
    reason: str | None = None


@dataclass(slots=True)
class Budget:
    """What is left of `Limits` while archives in an archive are opened one after another."""

    limits: Limits
    members: int = field(init=False)
    inflated_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin with everything."""
        self.members, self.inflated_bytes = self.limits.members, self.limits.inflated_bytes

    def left(self) -> Limits:
        """The limits of the next archive."""
        return replace(self.limits, members=max(self.members, 0), inflated_bytes=max(self.inflated_bytes, 0))

    def spend(self, archive: Archive) -> None:
        """Take off what is in ``archive``."""
        self.members -= len(archive.members)
        self.inflated_bytes -= sum(member.size or 0 for member in archive.members)


def is_archive(name: str) -> bool:
    """Whether a file called ``name`` is opened as a folder."""
    return name.lower().endswith(SUFFIXES)


def open_archive(
    file: bytes | BinaryIO, name: str, limits: Limits | None = None, buffer: Callable[[], BinaryIO] = io.BytesIO
) -> Archive:
    """The archive in ``file`` (bytes, or a file that can seek), of the kind that the suffix of ``name`` says.

    Of a ZIP only the directory is read, of a TAR the headers; a packed TAR is inflated into a file that ``buffer`` makes.

    Raises:
        UnreadableDocument: ``encrypted`` (all of it), ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``empty`` (no file in
            it), ``unsupported`` (a split archive), ``wrong_type``.
    """
    from winnow.formats import _gzip_archive, _tar_archive, _zip_archive  # noqa: PLC0415 - they build on this module

    limits = limits or Limits()
    opened = io.BytesIO(file) if isinstance(file, bytes) else file
    lower = name.lower()
    archive: Archive
    if lower.endswith((".tar.gz", ".tgz")):
        archive = _tar_archive.open_tar(_gzip_archive.inflated(opened, limits, buffer()), limits)
    elif lower.endswith(".tar"):
        archive = _tar_archive.open_tar(opened, limits)
    elif lower.endswith(".gz"):
        archive = _gzip_archive.open_gzip(opened, name, limits)
    else:
        archive = _zip_archive.open_zip(opened, limits)
    if not archive.members:
        raise UnreadableDocument("empty")
    readable = [member for member in archive.members if member.reason != "encrypted"]
    if not readable:
        raise UnreadableDocument("encrypted")
    return archive


def read_member(archive: Archive, member: Member, max_bytes: int) -> bytes:
    """The bytes of ``member``.

    Raises:
        UnreadableDocument: ``too_large`` (more than ``max_bytes``), or as `Archive.pieces` does.
    """
    if member.reason is not None:
        raise UnreadableDocument(member.reason)
    if (member.size or 0) > max_bytes:
        raise UnreadableDocument("too_large")
    content = bytearray()
    for piece in archive.pieces(member):
        content += piece
        if len(content) > max_bytes:
            raise UnreadableDocument("too_large")
    return bytes(content)


def unpacked(content: bytes, name: str, limits: Limits | None = None, max_bytes: int = MAX_BYTES) -> Iterator[Part]:
    """Every regular file in the archive ``content`` called ``name``, one at a time, in the order of its directory.

    Archives in it are opened too, and their files come as ``inner.zip/name``; one that cannot be is a part with its reason. Links,
    folders and devices are no parts. A part may be up to ``max_bytes`` long.

    Raises:
        UnreadableDocument: as `open_archive` does.
    """
    budget = Budget(limits or Limits())
    yield from _parts(content, name, (), _Walk(budget, max_bytes))


@dataclass(frozen=True, slots=True)
class _Walk:
    """What holds for a whole walk through archives in archives."""

    budget: Budget
    max_bytes: int


def _parts(content: bytes, name: str, above: tuple[str, ...], walk: _Walk) -> Iterator[Part]:
    """The parts of the archive ``content``, which lies in those that ``above`` names."""
    if len(above) >= walk.budget.limits.depth:
        raise UnreadableDocument("bomb")
    archive = open_archive(content, name, walk.budget.left())
    walk.budget.spend(archive)
    for member in archive.members:
        path = "/".join((*above, member.name))
        try:
            read = read_member(archive, member, walk.max_bytes)
            if member.size is None:
                walk.budget.inflated_bytes -= len(read)
            if is_archive(member.name):
                yield from _parts(read, member.name, (*above, member.name), walk)
            else:
                yield Part(path, read)
        except UnreadableDocument as error:
            yield Part(path, reason=error.reason)


def refuse_bombs(members: Iterable[Member], packed_bytes: int, limits: Limits) -> None:
    """Raise if ``members`` of an archive of ``packed_bytes`` say that they inflate to more than ``limits`` allow.

    Raises:
        UnreadableDocument: ``bomb`` for what packs too well to be true, ``too_large`` for what is merely much.
    """
    inflated = sum(member.size or 0 for member in members)
    if is_bomb(inflated, packed_bytes):
        raise UnreadableDocument("bomb")
    if inflated > limits.inflated_bytes:
        raise UnreadableDocument("too_large")


def is_bomb(inflated: int, packed: int) -> bool:
    """Whether ``packed`` bytes that inflate to ``inflated`` pack better than documents do."""
    return inflated > RATIO_FREE_BYTES and inflated > MAX_RATIO * max(packed, 1)


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")  # and turns of direction

_DRIVE = re.compile(r"[A-Za-z]:")


def safe_name(name: str) -> str:
    r"""``name`` as a relative path: ``\`` is ``/``; ``..``, drive letters and control characters are written with ``_``."""
    parts: list[str] = []
    for part in _CONTROLS.sub("_", unicodedata.normalize("NFC", name)).replace("\\", "/").split("/"):
        if part in {"", "."}:
            continue
        part = "_" * len(part) if set(part) == {"."} else part  # noqa: PLW2901 - one step of cleaning after another
        parts.append(f"{part[0]}_{part[2:]}" if not parts and _DRIVE.match(part) else part)
    return "/".join(parts) or "_"


def safe_names(names: Iterable[str]) -> list[str]:
    """``names`` made harmless and unique, in their order: a second ``a.txt`` is ``a (2).txt``."""
    safe = [safe_name(name) for name in names]
    taken = set(safe)
    seen: set[str] = set()
    count: Counter[str] = Counter()
    unique = []
    for name in safe:
        chosen = name
        if name in seen:
            path = PurePosixPath(name)
            count[name] = max(count[name], 1)
            while chosen in taken:
                count[name] += 1
                chosen = str(path.with_name(f"{path.stem} ({count[name]}){path.suffix}"))
            taken.add(chosen)
        seen.add(name)
        unique.append(chosen)
    return unique
