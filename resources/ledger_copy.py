"""A copy of a SQLite file in memory that leaves no trace beside the file, not even the ones that a reader of a WAL usually leaves."""

import sqlite3
from pathlib import Path

ATTEMPTS = 3  # a writer that begins and ends again between two looks is rare; three times in a row it is not


def copy_database(path: Path, target: sqlite3.Connection) -> None:
    """Copy what the file at ``path`` holds into the empty database ``target``.

    While a writer is at work (its write-ahead log is there) SQLite's own reader is used, which then creates nothing. Otherwise
    the file is read as it lies, and again if it changed meanwhile.

    Raises:
        sqlite3.DatabaseError: the file is no database.
    """
    for _ in range(ATTEMPTS):
        before = _state(path)
        if before[0]:
            break
        _backup(path, "immutable=1", target)
        if _state(path) == before:
            return
    _backup(path, "mode=ro", target)


def _state(path: Path) -> tuple[bool, int, int]:
    """Whether a write-ahead log lies beside the file, and the file's size and modification time."""
    status = path.stat()
    return Path(f"{path}-wal").exists(), status.st_size, status.st_mtime_ns


def _backup(path: Path, how: str, target: sqlite3.Connection) -> None:
    source = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=60)
    try:
        source.backup(target)
    finally:
        source.close()
