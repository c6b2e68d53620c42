"""A ledger is read without leaving a trace beside it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from resources.clock import SystemClock
from resources.ledger import Ledger
from resources.ledger_copy import copy_database
from resources.sources import Source
from tests.end_to_end.landing import START
from winnow.errors import UsageError


def names(folder: Path) -> set[str]:
    """The names in ``folder``."""
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database in WAL mode with one row."""
    base = sqlite3.connect(tmp_path / "base.sqlite")
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("CREATE TABLE seen(name)")
    base.execute("INSERT INTO seen VALUES ('one')")
    base.commit()
    base.close()
    return tmp_path / "base.sqlite"


def copied(path: Path) -> list[str]:
    """The rows in a copy of the database at ``path``."""
    target = sqlite3.connect(":memory:")
    copy_database(path, target)
    return [name for (name,) in target.execute("SELECT name FROM seen ORDER BY name")]


def test_a_copy_of_a_closed_database_leaves_nothing_behind(path: Path) -> None:
    """Reading a database that no one writes creates neither a log nor shared memory, and changes no byte."""
    before, content = names(path.parent), path.read_bytes()
    assert copied(path) == ["one"]
    assert (names(path.parent), path.read_bytes()) == (before, content)


def test_a_copy_beside_a_writer_holds_its_last_commit(path: Path) -> None:
    """What a writer has committed to its log is in the copy, what it has not is not, and nothing is created."""
    writer = sqlite3.connect(path)
    writer.execute("INSERT INTO seen VALUES ('two')")
    writer.commit()
    before = names(path.parent)
    writer.execute("INSERT INTO seen VALUES ('three')")
    assert copied(path) == ["one", "two"]
    assert names(path.parent) == before
    writer.close()


def test_a_copied_ledger_rehearses_and_writes_nothing(tmp_path: Path, folder_source: Callable[..., Source]) -> None:
    """A scan of a copied ledger finds what is new; the file, or its absence, stays as it was."""
    landing, path = tmp_path / "landing", tmp_path / "home" / "ledger.sqlite"
    landing.mkdir()
    (landing / "a.txt").write_text("a", encoding="utf-8")
    source = folder_source(landing)
    ledger = Ledger(path, "salt", copied=True)
    with ledger.rehearsed([source], start=START, clock=SystemClock()) as scan:
        assert scan.counts["reports"].new == 1
        assert len(ledger.current()) == 1
    assert len(ledger.current()) == 0
    assert not path.parent.exists()


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    """A copied ledger that is no database raises the error of one that is opened."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    with pytest.raises(UsageError, match="cannot be used"):
        Ledger(path, "salt", copied=True)
