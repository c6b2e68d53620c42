"""What the set of a home says of its duplicates, counted by an exact search.

Belongs here: what is asked of each task, and of the sides. Does not belong here: similarity (`evaluation.duplicate_pairs`), planted
copies (`evaluation.planted`), the program (`evaluation.duplicates`).

Asked are the tables that the line has left: that no near pair of one class is left among the examples that stay; that the keeper of
every dropped one stays, is of its class, and has the similarity that is said; and that nothing near, contained or equal stands on
two sides. With a list of planted copies also what became of those.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets import sets
from evaluation.duplicate_pairs import Compared, Flags
from evaluation.planted import fates, originals, origins, read_truth
from resources.workspace import Workspace
from winnow.containment import CONTAINED
from winnow.leak_grams import Integers
from winnow.leaks import leaks

BINS = ((0, 4), (5, 9), (10, 19), (20, 33), (34, 99), (100, None))
"""Lengths in words: 20 is where words are compared and not characters, 34 where a text no longer meets one under 20."""

TOLERANCE = 0.001
"""Of a similarity that was stored: the sets behind it are of 32-bit hashes, of which a long meeting has some that collide."""

SHOWN = 20  # wrong pairs of a kind that are named

READ = ("example_id", "task", "label", "input", "target", "group_keys", "anchor")

_WRONG = {
    "left": "near each other, of one class, and both stay",
    "keeper": "dropped for one that does not stay, or is of another class",
    "similarity": "dropped for one that it is not that similar to",
}


@dataclass
class Task:
    """What was found in one task.

    Attributes:
        name: of the task.
        compared: how many examples came to deduplication.
        fates: how many of them stay, under ``stays``, and were dropped, by reason.
        pairs: near pairs of different contents by place in `BINS` of the shorter one.
        left: those of which both stay, by the same.
        wrong: how many pairs are wrong, by `_WRONG`.
        shown: ids of the first `SHOWN` of each, with the similarity that was found.
        planted: planted copies by place in `BINS` and fate.
    """

    name: str
    compared: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    pairs: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[tuple[str, str, float]]] = field(default_factory=lambda: {kind: [] for kind in _WRONG})
    planted: Counter[tuple[int, str]] = field(default_factory=Counter)

    def blame(self, kind: str, first: str, second: str, similarity: float) -> None:
        """Count one wrong pair."""
        self.wrong[kind] += 1
        if len(self.shown[kind]) < SHOWN:
            self.shown[kind].append((first, second, similarity))


@dataclass
class Figures:
    """What was found in a home."""

    tasks: list[Task]
    across: dict[str, int]  # pairs on two sides by kind, see `winnow.leaks.Leaks`
    examples: int  # that were looked at for those
    listed: int = 0  # lines of the list of planted copies …
    held: int = 0  # … and documents of the home that they name

    def wrong(self) -> Iterator[str]:
        """Every finding that should not be, in words; ids of the first ones."""
        for task in self.tasks:
            for kind, pairs in task.shown.items():
                if pairs:
                    yield f"{task.name}: {task.wrong[kind]} pairs are {_WRONG[kind]}"
                yield from (f"  {first} and {second}: {similarity:.4f}" for first, second, similarity in pairs)
        for kind, number in self.across.items():
            if number:
                yield f"{number} {kind} stand on two sides, or were not there to be looked at"


def measured(workspace: Workspace, truth: Path | None = None) -> Figures:
    """What the tables of ``workspace`` say of its duplicates, looked up anew; with the list ``truth`` also of planted copies.

    Raises:
        FileNotFoundError: there is no set in the home, or no list.
        ValueError: the list is no list, or the set was made of other examples.
    """
    if not workspace.lake.exists(sets.BALANCED):
        raise FileNotFoundError("this home holds no set yet; `winnow backfill` or `winnow run` makes it")
    lines = read_truth(truth) if truth else []
    named = originals(workspace, lines) if lines else {}
    examples, unique = sets.kept_examples(workspace, READ), workspace.lake.read(sets.UNIQUE)
    unique = unique.take(pc.index_in(examples["example_id"], value_set=unique["example_id"].combine_chunks()))
    if unique["example_id"].null_count:
        raise ValueError("the set was made of other examples than the home holds; `winnow run` makes it anew")
    tasks = []
    for task in workspace.catalog.tasks:
        mine = pc.equal(examples["task"], task.name)
        if pc.any(mine).as_py():
            tasks.append(_of_task(task.name, task.near_duplicate_threshold, examples.filter(mine), unique.filter(mine), named))
    thresholds = {task.name: task.near_duplicate_threshold for task in workspace.catalog.tasks}
    found = leaks(examples, workspace.lake.read(sets.BALANCED), thresholds)
    return Figures(tasks, dict(found.counts), found.examples, len(lines), len(named))


def _of_task(name: str, threshold: float, examples: pa.Table, unique: pa.Table, named: dict[str, str]) -> Task:
    came = pc.or_(pc.is_null(unique["reason"]), pc.is_valid(unique["keeper"]))  # others left before, or for another reason
    examples, unique = examples.filter(came), unique.filter(came)
    compared, stays = Compared(examples, threshold, CONTAINED), np.asarray(pc.is_null(unique["reason"]))
    reasons = Counter(reason or "stays" for reason in unique["reason"].to_pylist())
    found = Task(name, len(examples), reasons)
    ids = examples["example_id"].to_pylist()
    _pairs(found, compared, stays, ids)
    _keepers(found, compared, unique, ids)
    lengths = _lengths(compared)
    of = origins(examples, named)
    found.planted.update((lengths[row], fate) for row, fate in fates(compared, of, stays))
    return found


def length_name(length: int) -> str:
    """What the place ``length`` in `BINS` is called."""
    first, last = BINS[length]
    return f"{first}–{last}" if last else f"{first} or more"


def _bins(words: Integers) -> list[int]:
    result: list[int] = (np.searchsorted([first for first, _ in BINS], words, side="right") - 1).tolist()
    return result


def _lengths(compared: Compared) -> list[int]:
    return _bins(np.sum(compared.words, axis=0))


def _pairs(found: Task, compared: Compared, stays: Flags, ids: Sequence[str]) -> None:
    """Count the near pairs, of equal contents one, and name those that are left."""
    words = np.sum(compared.words, axis=0)
    chosen, same = _chosen(compared.contents, stays)
    for first, second in same:
        found.blame("left", ids[first], ids[second], 1.0)
    for alike in compared.near_pairs(chosen):
        lengths = _bins(np.minimum(words[alike.left], words[alike.right]))
        found.pairs.update(lengths)
        for place in np.flatnonzero(stays[alike.left] & stays[alike.right]).tolist():
            found.left[lengths[place]] += 1
            found.blame("left", ids[alike.left[place]], ids[alike.right[place]], float(alike.similarity[place]))


def _chosen(contents: Integers, stays: Flags) -> tuple[Integers, list[tuple[int, int]]]:
    """Of each content one row, one that stays if there is any, and the pairs of one content that both stay."""
    order = np.lexsort((~stays, contents))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = contents[order][1:] != contents[order][:-1]
    twice = np.flatnonzero(~first & stays[order])
    return np.sort(order[first]), list(zip(order[twice - 1].tolist(), order[twice].tolist(), strict=True))


def _keepers(found: Task, compared: Compared, unique: pa.Table, ids: Sequence[str]) -> None:
    """Look at every dropped example beside its keeper."""
    reasons = unique["reason"].to_pylist()
    stated = np.asarray(unique["similarity"].fill_null(-1.0))
    place = {name: row for row, name in enumerate(ids)}
    dropped = [row for row, reason in enumerate(reasons) if reason is not None]
    keepers = dict(zip(dropped, (place.get(unique["keeper"][row].as_py(), -1) for row in dropped), strict=True))
    for row, keeper in keepers.items():
        if keeper < 0 or reasons[keeper] is not None or compared.classes[row] != compared.classes[keeper]:
            found.blame("keeper", ids[row], unique["keeper"][row].as_py(), float(stated[row]))
    rows = np.array([row for row, keeper in keepers.items() if keeper >= 0], dtype=np.int64)
    known = compared.known(rows, np.array([keepers[row] for row in rows.tolist()], dtype=np.int64))
    for at, row in enumerate(rows.tolist()):
        similarity, said = float(known.similarity[at]), float(stated[row])
        if reasons[row] == "exact_duplicate":
            right = bool(compared.contents[row] == compared.contents[known.right[at]]) and said == 1.0
        elif reasons[row] == "contained":
            right = bool(known.contained[at]) and abs(said - float(known.within[at])) <= TOLERANCE
        else:
            right = abs(said - similarity) <= TOLERANCE and bool(known.near[at])
        if not right:
            found.blame("similarity", ids[row], ids[known.right[at]], similarity)
