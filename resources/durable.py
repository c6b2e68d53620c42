"""Writing so that it survives a power cut: a temporary name, flushed to the disk, renamed, and the folder flushed too.

A rename within one folder is atomic (POSIX rename); whoever looks sees the old file or the new one, whole.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from resources.home import PRIVATE_FILE, private_folder

TEMPORARY = ".tmp-"  # how the name of an unfinished file begins


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` to write to; it takes ``path``'s place if the block ends well, and vanishes if not."""
    private_folder(path.parent)
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{path.name}"
    try:
        yield temporary
        flush_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    flush_folder(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def flush_file(path: Path) -> None:
    """Make ``path`` private and its bytes durable."""
    path.chmod(PRIVATE_FILE)
    _flush(path, os.O_RDONLY)


def flush_folder(path: Path) -> None:
    """Make the names in ``path`` durable."""
    _flush(path, os.O_RDONLY | os.O_DIRECTORY)


def flush_tree(path: Path) -> None:
    """Make every file and folder below ``path``, and ``path`` itself, private and durable."""
    for folder, _, names in os.walk(path, topdown=False):
        for name in names:
            flush_file(Path(folder, name))
        private_folder(Path(folder))
        flush_folder(Path(folder))


def remove_unfinished(folder: Path) -> int:
    """Delete what interrupted writers left below ``folder``, and say how many; for the holder of the lock only."""
    found = [path for path in folder.rglob(f"{TEMPORARY}*") if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
