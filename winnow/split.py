"""Decides on which side of the split each example stands.

Belongs here: train, validation and test, and who is kept off them. Does not belong here: what belongs together (`winnow.groups`),
how the shares are met (`winnow.quotas`) or days compared (`winnow.periods`), how groups are taken apart (`winnow.bridges`,
`winnow.cuts`), and the proof that nothing leaks (`winnow.leaks`, which shares no code with this module).

A group stands on one side. If one of its members was published, that is the side: it is the group's oldest member. Without one,
no clock can tell which is the oldest, and the member of the smallest id, which is a keyed hash, takes its place: its hash decides,
within the room that each task and label has left on each side. Published sides are an input: a rebuild from nothing with the same
ones gives the same sides, in whatever order the examples once came. A new night fills what the shares lack and moves nobody.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.bridges import untangle
from winnow.cuts import SMALLEST, cut
from winnow.ids import keyed_hash
from winnow.periods import NO_DAY, Periods, borders
from winnow.quotas import FREE, assign
from winnow.schemas import SPLITS

REASONS: dict[str, str] = {
    "bridges_splits": "it belongs to published examples on two sides; it returns when one of them leaves",
    "model_text_held_out": "text or labels made by a model measure nothing; only train takes them",
    "cut_from_group": "it alone tied parts of a group together that is over limits.group_share; it returns when the task has grown",
    "beside_frozen_side": "it belongs to a frozen test or validation set and is not of it; it returns when dataset.freeze_test "
    "or freeze_validation names a later version",
    "changed_since_freeze": "its text or label is another one than in the frozen version; it returns when a later one is named",
    "outside_period": "its day is one of another side than its group stands on; it returns when the days of dataset.split move",
    "in_embargo": "its day is within dataset.split.embargo_days of the next side's first",
    "no_own_day": "neither the catalog nor its text tells its day, and a modification time is none; name it by sources[].day.pattern "
    "or table.day, or set dataset.split.undated: train",
}
"""Why an example was dropped here."""

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TRAIN = SPLITS.index("train")
_NUMBER = {side: number for number, side in enumerate(SPLITS)}
_COLUMNS = ("task", "label", "origin")
_BITS = 13  # hexadecimal digits of a hash that make a number in 0..1: 52 bits, which a double holds exactly


@dataclass(frozen=True, slots=True)
class Frozen:
    """Sides that stay what they were in a named version.

    Attributes:
        members: the side of each example of the frozen sides, by id.
        sides: which sides are frozen.
        changed: those of the members that are no longer what they were.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    sides: AbstractSet[str] = frozenset()
    changed: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the catalog says about the split besides the shares.

    Attributes:
        group_share: a group with more of a task's examples than this is cut (`winnow.cuts`); 1 never cuts.
        periods: a split by time; None splits by hash.
        frozen: sides that no example joins.
    """

    group_share: float = 0.02
    periods: Periods | None = None
    frozen: Frozen = Frozen()


def split(  # noqa: PLR0913, PLR0917 - two tables, and everything that decides on them
    decisions: pa.Table,
    examples: pa.Table,
    shares: Mapping[str, float],
    salt: str,
    published: Mapping[str, str] | None = None,
    rules: Rules | None = None,
) -> pa.Table:
    """``decisions`` with a side for every example that stays.

    A published example stays on its side or leaves; it never moves. Where a group was published on two sides, its unpublished
    examples go to the side that they alone are tied to, and those tied to both are dropped as ``bridges_splits``. If published
    examples of two sides have become related themselves (a row was rewritten, or the catalog names a customer column now), the
    one in train is dropped for that in validation, and both for that in test. Groups are then named anew, so that none
    straddles.

    Args:
        decisions: of `winnow.dedup.deduplicate`, sorted by example id.
        examples: the `EXAMPLES` that the decisions are about, in any order.
        shares: share of the examples of each task and label by side; sides of `SPLITS`, together 1.
        salt: the dataset's salt.
        published: the side of every example ever published, by id. Ids without an example are ignored.
        rules: what else the catalog says.

    Raises:
        ValueError: the shares do not add up to 1, a side is unknown, or an example is missing.
    """
    published, rules = published or {}, rules or Rules()
    _check(shares, {*published.values(), *rules.frozen.members.values()})
    rows = _rows(decisions, examples, published, rules)
    if rules.frozen.sides:
        _freeze(rows, rules.frozen)
    _untangle(rows, examples, rules.frozen)
    _cut_large(rows, examples, rules)
    wanted = np.array([shares.get(side, 0.0) for side in SPLITS])
    closed = _flags(rules.frozen.sides)
    sides = _by_time(rows, wanted, rules.periods) if rules.periods else _by_hash(rows, wanted, salt, closed)
    rows.drop(closed[sides[rows.groups]] & ~rows.frozen, "beside_frozen_side")
    rows.drop(rows.from_model & (sides[rows.groups] != _TRAIN), "model_text_held_out")
    return _decided(decisions, rows, sides)


@dataclass(slots=True)
class _Rows:
    """The columns that sides are decided on, in the order of the decisions; what is decided is written into them.

    Attributes:
        ids: of the examples.
        places: row of each in the table of examples.
        tasks: number of the task.
        task_names: of these.
        strata: number of task and label.
        stratum_names: of these.
        groups: number of the group.
        names: of the groups, by number.
        keepers: row of the example that stays in this one's place; -1 if none does.
        reasons: why it was dropped; None if it stays.
        published: number of the side it was published on; `FREE` if on none.
        held: number of the side that it ties its group to; as ``published`` but for what `winnow.bridges` settled.
        from_model: whether a model wrote it.
        frozen: whether it is of a frozen side, and as it was.
        days: its own day, `NO_DAY` without one.
    """

    ids: list[str]
    places: Integers
    tasks: Integers
    task_names: list[str]
    strata: Integers
    stratum_names: list[str]
    groups: Integers
    names: list[str]
    keepers: Integers
    reasons: npt.NDArray[np.object_]
    published: Integers
    held: Integers
    from_model: Flags
    frozen: Flags
    days: Integers

    @property
    def stays(self) -> Flags:
        """Which examples have not been dropped."""
        return np.asarray(np.equal(self.reasons, None))  # type: ignore[call-overload]  # an array of objects, compared one by one

    def drop(self, which: Flags, reason: str) -> None:
        """Drop those of ``which`` that stay."""
        self.reasons[which & self.stays] = reason


def _rows(decisions: pa.Table, examples: pa.Table, published: Mapping[str, str], rules: Rules) -> _Rows:
    ids = decisions["example_id"].combine_chunks()
    places = pc.index_in(ids, value_set=examples["example_id"].combine_chunks())
    if places.null_count:
        raise ValueError(f"{places.null_count} decisions are about no example; make the decisions again")
    known = {name: examples[name].combine_chunks().take(places) for name in _COLUMNS}
    groups = decisions["group"].combine_chunks().dictionary_encode()
    tasks = known["task"].dictionary_encode()
    labels = known["label"].dictionary_encode()
    task_numbers = _integers(tasks.indices)
    spellings = [
        *(f"={label}" for label in labels.dictionary.to_pylist()),
        "",
    ]  # a label may be any text; no label is none of them
    strata = task_numbers * len(spellings) + _integers(labels.indices.fill_null(len(spellings) - 1))
    pairs, strata = np.unique(strata, return_inverse=True)
    task_names = tasks.dictionary.to_pylist()
    names = ids.to_pylist()
    sides = np.fromiter((_NUMBER.get(published.get(name, ""), FREE) for name in names), dtype=np.int64, count=len(names))
    return _Rows(
        ids=names,
        places=_integers(places),
        tasks=task_numbers,
        task_names=task_names,
        strata=strata.astype(np.int64),
        stratum_names=[f"{task_names[pair // len(spellings)]}{spellings[pair % len(spellings)]}" for pair in pairs.tolist()],
        groups=_integers(groups.indices),
        names=groups.dictionary.to_pylist(),
        keepers=_integers(pc.index_in(decisions["keeper"].combine_chunks(), value_set=ids).fill_null(-1)),
        reasons=np.array([*decisions["reason"].to_pylist(), None], dtype=np.object_)[:-1],
        published=sides,
        held=sides.copy(),
        from_model=pc.equal(known["origin"], "model").fill_null(False).to_numpy(zero_copy_only=False),
        frozen=np.zeros(len(names), dtype=np.bool_),
        days=_days(examples, places) if rules.periods else np.full(len(names), NO_DAY, dtype=np.int64),
    )


def _integers(array: pa.Array) -> Integers:
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(np.int64)


def _days(examples: pa.Table, places: pa.Array) -> Integers:
    days = examples["day"].combine_chunks().take(places).cast(pa.int32()).cast(pa.int64())
    return _integers(days.fill_null(NO_DAY))


def _check(shares: Mapping[str, float], sides: Iterable[str]) -> None:
    unknown = sorted((set(shares) | set(sides)) - set(SPLITS))
    if unknown:
        raise ValueError(f"unknown sides {', '.join(unknown)}; there are {', '.join(SPLITS)}")
    if any(share < 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"shares must not be negative and must add up to 1, not {sum(shares.values()):g}")


def _freeze(rows: _Rows, frozen: Frozen) -> None:
    """Marks the members of the frozen sides; drops those that are no longer what they were, and who came to stand there later."""
    sides = np.array([_NUMBER.get(frozen.members.get(name, ""), FREE) for name in rows.ids], dtype=np.int64)
    changed = np.array([name in frozen.changed for name in rows.ids], dtype=np.bool_)
    rows.drop(changed, "changed_since_freeze")
    rows.frozen = (sides != FREE) & (sides == rows.published) & ~changed
    rows.drop(_on(_flags(frozen.sides), rows.published) & ~rows.frozen, "beside_frozen_side")


def _untangle(rows: _Rows, examples: pa.Table, frozen: Frozen) -> None:
    """Settles groups whose members were published on two sides."""
    stand = np.zeros((len(rows.names), len(SPLITS)), dtype=np.bool_)
    seen = rows.published != FREE
    stand[rows.groups[seen], rows.published[seen]] = True
    tangled = np.flatnonzero((stand.sum(axis=1) > 1)[rows.groups])
    if not len(tangled):
        return
    stays = rows.stays
    inherited: dict[str, set[str]] = {}
    for row in tangled[(rows.keepers[tangled] >= 0) & seen[tangled]].tolist():
        inherited.setdefault(rows.ids[rows.keepers[row]], set()).add(SPLITS[rows.published[row]])
    sides = {rows.ids[row]: SPLITS[rows.published[row]] for row in tangled[seen[tangled]].tolist()}
    chosen = examples.take(pa.array(np.sort(rows.places[tangled[stays[tangled]]])))
    found = untangle(chosen, sides, inherited, frozen.sides)
    _regroup(rows, tangled, found.groups)
    for row in tangled.tolist():
        rows.held[row] = _NUMBER.get(found.sides.get(rows.ids[row]) or "", FREE)
        if rows.ids[row] in found.bridging:
            rows.reasons[row] = "bridges_splits"


def _cut_large(rows: _Rows, examples: pa.Table, rules: Rules) -> None:
    """Takes groups apart that have more than their share of a task."""
    stays = rows.stays
    totals = np.bincount(rows.tasks[stays], minlength=int(rows.tasks.max(initial=-1)) + 1)
    limits = np.maximum(np.floor(rules.group_share * totals + 1e-9), SMALLEST).astype(np.int64)
    cells, counts = np.unique(rows.groups[stays] * len(totals) + rows.tasks[stays], return_counts=True)
    large = np.unique(cells[counts > limits[cells % max(len(totals), 1)]] // max(len(totals), 1))
    for group in sorted(large.tolist(), key=rows.names.__getitem__):
        members = np.flatnonzero(rows.groups == group)
        kept = members[stays[members]]
        fast = {rows.ids[row] for row in kept.tolist() if rows.published[row] != FREE}
        chosen = examples.take(pa.array(np.sort(rows.places[kept])))
        found = cut(chosen, {rows.task_names[task]: int(limits[task]) for task in np.unique(rows.tasks[kept]).tolist()}, fast)
        _regroup(rows, members, found.groups)
        for row in kept.tolist():
            if rows.ids[row] in found.bridges:
                rows.reasons[row] = "cut_from_group"


def _regroup(rows: _Rows, members: Integers, groups: Mapping[str, str]) -> None:
    """Puts ``members`` into the groups that ``groups`` names by example id; who was dropped goes with its keeper."""
    numbers: dict[str, int] = {}
    for row in members.tolist():
        keeper = int(rows.keepers[row])
        name = groups.get(rows.ids[row if keeper < 0 else keeper])
        if name is None:
            continue
        if name not in numbers:
            numbers[name] = len(rows.names)
            rows.names.append(name)
        rows.groups[row] = numbers[name]


def _fixed(rows: _Rows) -> Integers:
    """The side that each group has before anything is drawn, by number; `FREE` for none."""
    stays = rows.stays
    fixed = np.full(len(rows.names), FREE, dtype=np.int64)
    for which in (~stays, stays):  # what stays has the last word; a dropped copy speaks for its keeper
        tied = which & (rows.held != FREE)
        fixed[rows.groups[tied]] = rows.held[tied]
    by_people = np.zeros(len(fixed), dtype=np.bool_)
    by_people[rows.groups[stays & ~rows.from_model]] = True
    fixed[(fixed == FREE) & ~by_people] = _TRAIN  # what a model wrote altogether measures nothing
    return fixed


def _by_hash(rows: _Rows, shares: npt.NDArray[np.float64], salt: str, frozen: Flags) -> Integers:
    """The side of each group, by number, so that the shares of each task and label are met; none joins a ``frozen`` one anew."""
    fixed = _fixed(rows)
    counts = rows.stays & ~rows.from_model & ~_on(frozen, fixed)[rows.groups]
    return assign(
        rows.groups[counts],
        rows.strata[counts],
        fixed,
        _drawn(rows.names, np.flatnonzero(fixed == FREE), "split", salt),
        _without(shares, frozen),
        _drawn(rows.stratum_names, np.arange(len(rows.stratum_names)), "stratum", salt),
    )


def _on(sides: Flags, fixed: Integers) -> Flags:
    """Which groups stand on one of ``sides``."""
    return np.asarray((fixed != FREE) & sides[np.maximum(fixed, 0)])


def _without(shares: npt.NDArray[np.float64], frozen: Flags) -> npt.NDArray[np.float64]:
    """``shares`` of what no frozen side takes; all train where nothing else is left."""
    open_ = np.where(frozen, 0.0, shares)
    return np.asarray(open_ / open_.sum() if open_.sum() > 0 else np.eye(len(SPLITS))[_TRAIN])


def _drawn(names: list[str], which: Integers, purpose: str, salt: str) -> npt.NDArray[np.float64]:
    """A number in 0..1 for each of ``names``, drawn by its keyed hash for ``which`` of them."""
    drawn = np.zeros(len(names))
    drawn[which] = [int(keyed_hash(salt, purpose, names[number])[:_BITS], 16) / 16**_BITS for number in which.tolist()]
    return drawn


def _by_time(rows: _Rows, shares: npt.NDArray[np.float64], periods: Periods) -> Integers:
    """The side of each group, by number, by the own day of its latest example; drops who would stand beside later ones."""
    fixed = _fixed(rows)
    if periods.undated == "hold_back":
        rows.drop((rows.days == NO_DAY) & ~rows.frozen, "no_own_day")
    days = _latest(rows)
    found = borders(periods, days, np.bincount(rows.groups[rows.stays], minlength=len(fixed)), fixed, shares)
    sides = np.where(fixed != FREE, fixed, found.side(days))
    own = sides[rows.groups]
    rows.drop(found.late(rows.days, own) & ~rows.frozen, "outside_period")
    rows.drop(found.embargoed(rows.days, own) & ~rows.frozen, "in_embargo")
    rows.drop(found.early(_latest(rows)[rows.groups], own) & ~rows.frozen, "outside_period")  # of what is left
    return sides


def _latest(rows: _Rows) -> Integers:
    """For each group the own day of its latest example that a person wrote; of those of models only if there are no others."""
    days = np.full(len(rows.names), NO_DAY, dtype=np.int64)
    for which in (rows.stays & ~rows.from_model, rows.stays):
        lacking = which & (days == NO_DAY)[rows.groups]
        np.maximum.at(days, rows.groups[lacking], rows.days[lacking])
    return days


def _flags(sides: AbstractSet[str]) -> Flags:
    return np.array([side in sides for side in SPLITS], dtype=np.bool_)


def _decided(decisions: pa.Table, rows: _Rows, sides: Integers) -> pa.Table:
    stays = rows.stays
    codes = pa.array(sides[rows.groups], pa.int64(), mask=~stays)
    changes: dict[str, Any] = {
        "group": pa.array(rows.names, pa.string()).take(pa.array(rows.groups)),
        "split": pa.array(SPLITS, pa.string()).take(codes),
        "reason": pa.array(rows.reasons.tolist(), pa.string()),
    }
    return pa.table({name: changes.get(name, decisions[name]) for name in decisions.column_names}, schema=decisions.schema)
