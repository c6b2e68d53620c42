"""The second search for personal data remembers what it found clean, and only that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pytest

from assets.rescan import forget_unused, known_clean, search
from resources.engine import Engine
from resources.workspace import Workspace
from tests.assets.conftest import Line
from winnow.rescan import UNSEARCHED, text_hash

CLEAN = ("The boiler leaks.", "No invoice came.")

LEAK = "Write to jane@example.org."


@dataclass
class Counting(Engine):
    """The engine inside this process, which notes every text that it is given."""

    searched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """An engine without workers."""
        super().__init__(workers=0)

    def map_batches(
        self, factory: Any, config: Any, batches: Any, *, on_poison: Callable[[pa.RecordBatch, str], pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """As an engine does."""

        def noted() -> Iterator[pa.RecordBatch]:
            for batch in batches:
                self.searched += batch.column("text").to_pylist()
                yield batch

        return super().map_batches(factory, config, noted(), on_poison=on_poison)


@pytest.fixture
def space(line: Line) -> Workspace:
    """A workspace whose engine tells what was searched."""
    return replace(line.space, engine=Counting())


def searched(space: Workspace, *texts: str) -> tuple[set[str], dict[str, Mapping[str, int]]]:
    """What was handed to the detector for ``texts``, and what was found."""
    assert isinstance(space.engine, Counting)
    space.engine.searched.clear()
    found = search(space, texts)
    return set(space.engine.searched), found


def test_clean_texts_are_not_searched_twice(space: Workspace) -> None:
    """A second search of the same texts looks at none of them."""
    assert searched(space, *CLEAN) == (set(CLEAN), {})
    assert searched(space, *CLEAN) == (set(), {})


def test_a_tampered_text_is_searched(space: Workspace) -> None:
    """A text that differs by anything from the one found clean is looked at, and what is in it is found."""
    searched(space, *CLEAN)
    tampered = CLEAN[0] + " " + LEAK
    looked_at, found = searched(space, CLEAN[1], tampered)
    assert looked_at == {tampered}
    assert found == {text_hash(tampered): {"EMAIL_ADDRESS": 1}}


def test_a_text_with_findings_is_searched_every_time(space: Workspace) -> None:
    """Only clean texts are remembered: a leak is found again by every later search."""
    for _ in range(2):
        looked_at, found = searched(space, CLEAN[0], LEAK)
        assert LEAK in looked_at
        assert set(found) == {text_hash(LEAK)}
    assert known_clean(space) == {text_hash(CLEAN[0])}


def test_another_detector_searches_everything_again(space: Workspace) -> None:
    """What one detector found clean says nothing about another configuration of it."""
    searched(space, *CLEAN)
    pii = space.catalog.pii.model_copy(update={"patterns": {"PART": "boiler"}})
    other = replace(space, catalog=space.catalog.model_copy(update={"pii": pii}))
    looked_at, found = searched(other, *CLEAN)
    assert looked_at == set(CLEAN)
    assert list(found.values()) == [{"PART": 1}]


def test_two_callers_do_not_forget_each_others_texts(space: Workspace) -> None:
    """Searching other texts in between keeps the memory of the first."""
    searched(space, CLEAN[0])
    searched(space, CLEAN[1])
    assert searched(space, *CLEAN) == (set(), {})


def test_texts_that_nothing_holds_any_more_are_forgotten(space: Workspace) -> None:
    """Of what is remembered only what is still in use stays, and the number of the others is told."""
    searched(space, *CLEAN)
    assert forget_unused(space, [text_hash(CLEAN[0])]) == 1
    assert known_clean(space) == {text_hash(CLEAN[0])}
    assert forget_unused(space, [text_hash(CLEAN[0])]) == 0


def test_a_text_that_cannot_be_searched_never_passes(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the detector dies the text counts as one with a finding, and is not remembered."""

    def dies(*_: object) -> object:
        raise ArithmeticError

    monkeypatch.setattr("winnow.rescan.remaining", dies)
    _, found = searched(space, CLEAN[0])
    assert found == {text_hash(CLEAN[0]): {UNSEARCHED: 1}}
    assert known_clean(space) == set()


def test_the_memory_holds_no_text(space: Workspace) -> None:
    """What is remembered are hashes; the words are not in the file."""
    searched(space, *CLEAN)
    rows = space.lake.read("rescan").to_pylist()
    assert {row["text_hash"] for row in rows} == set(map(text_hash, CLEAN))
    assert "boiler" not in repr(rows)
