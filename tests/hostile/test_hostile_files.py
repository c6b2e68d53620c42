"""Hostile files through the line, beside honest ones: each has the outcome that is true of it, and nobody else notices."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hostile import corpus, line
from tests.hostile.case import SECRET
from tests.hostile.cost import costs
from winnow.formats import formats

SECONDS = 300  # for the whole run, several times what it takes on two busy cores: more is a hang

AT_LEAST = 120  # files

COSTLY = frozenset({"bomb", "far cell", "loop", "many", "long line"})
"""Kinds whose cost is measured here; ``make hostile`` measures all."""


@contextmanager
def in_time(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` in a run that hangs."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> line.Run:
    """What came of all files of small cost, the honest ones, and what is no file."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus.write(folder / "landing", corpus.LIGHT)
    corpus.write_good(folder / "landing")
    corpus.write_misplaced(folder / "landing")
    with in_time(SECONDS):
        return line.run(folder)


def test_the_corpus_is_large_and_names_are_unique() -> None:
    """There are as many hostile files as were asked for, each under a name of its own."""
    assert len(corpus.LIGHT) >= AT_LEAST
    assert max(Counter((case.table, case.file) for case in corpus.CASES).values()) == 1
    assert max(Counter(case.name for case in corpus.CASES).values()) == 1


def test_every_file_has_the_outcome_that_is_true_of_it(found: line.Run) -> None:
    """Each hostile file is read, in part or whole, or refused with the reason that its owner can act on."""
    assert line.faults(found, corpus.LIGHT) == {}


def test_every_object_has_an_outcome(found: line.Run) -> None:
    """Nothing that was listed is lost without a row."""
    assert found.keys == set(found.rows)


def test_honest_files_do_not_suffer_from_their_neighbours(found: line.Run, tmp_path: Path) -> None:
    """An honest file of every format gives the same rows among hostile files as alone, all of them text."""
    corpus.write_good(tmp_path / "landing")
    alone = line.run(tmp_path, workers=1)
    assert found.honest() == alone.rows
    assert len({key.split("/")[0] for _, key in alone.keys}) == len(corpus.GOOD)
    assert all(row["reason"] is None for rows in alone.rows.values() for row in rows)


def test_links_pipes_and_devices_are_never_listed(found: line.Run) -> None:
    """What is in a folder and is no file of it, or leads out of it, is no object, and nothing behind it is read."""
    listed = {part.removesuffix(".txt") for _, key in found.keys for part in key.split("/")}  # members of archives as well
    assert not listed & set(corpus.MISPLACED)


def test_members_of_archives_stay_in_them(found: line.Run) -> None:
    """No key leads anywhere but down, whatever an archive calls its members."""
    for _, key in found.keys:
        assert not key.startswith("/")
        assert not {"..", ".", ""} & set(key.split("/"))


def test_nothing_from_outside_is_read(found: line.Run) -> None:
    """No row holds a word that lies outside of the sources, or that nobody sees."""
    for rows in found.rows.values():
        assert not any(SECRET in str(row) for row in rows)


def test_every_reader_meets_hostile_files(found: line.Run) -> None:
    """Each format has read or refused some of them, so that none is left out of the corpus."""
    met = {row["format"] for place, rows in found.rows.items() if place not in found.honest() for row in rows}
    assert set(formats()) <= met


def test_files_of_odd_names_are_read(tmp_path: Path) -> None:
    """A file is read whatever bytes its name is of, and however deep it lies."""
    corpus.write(tmp_path / "landing", [])
    count = corpus.write_odd_names(tmp_path / "landing")
    found = line.run(tmp_path, workers=1)
    assert len(found.rows) == count > 1
    assert all(row["reason"] is None for rows in found.rows.values() for row in rows)


def test_a_run_of_refusals_alone_ends(tmp_path: Path) -> None:
    """A source in which nothing can be read is worked off like any other."""
    cases = [case for case in corpus.LIGHT if case.says is None and case.kind in {"encrypted", "suffix"}]
    corpus.write(tmp_path / "landing", cases)
    began = time.monotonic()
    found = line.run(tmp_path)
    assert time.monotonic() - began < SECONDS
    assert all(row["reason"] is not None for rows in found.rows.values() for row in rows)


def test_no_file_costs_more_than_one_may() -> None:
    """The files made to be costly take less than 30 processor seconds and a gigabyte each, and kill no reader."""
    measured = costs(case for case in corpus.LIGHT if case.kind in COSTLY)
    assert {cost.name: cost for cost in measured if not cost.is_bounded} == {}
    assert {cost.name for cost in measured if cost.label == "worker_died"} == set()
    assert len(measured) >= len(COSTLY)
