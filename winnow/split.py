"""Decides on which side of the split each example stands.

Belongs here: train, validation and test. Does not belong here: what belongs together (`winnow.groups`), and the proof that
nothing leaks (`winnow.leaks`, which shares no code with this module).

A group stands on one side. The side of a group that was never published comes from a keyed hash of the group's id; the side of
any other is the one its members were published on. Published sides are an input: a rebuild from nothing with the same ones
gives the same sides, in whatever order the examples once came.

The shares are kept in expectation, over groups, and not by filling up: filling up would let one new example push another
across. With few groups a share can miss by much, and validation or test can be empty; `reached` says how far off each is, and
the remedy is more groups, not a hand on the scale.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from winnow.bridges import untangle
from winnow.ids import keyed_hash
from winnow.schemas import SPLITS

REASONS: dict[str, str] = {
    "bridges_splits": "it belongs to published examples on two sides; it returns when one of them leaves",
    "model_text_held_out": "text or labels made by a model measure nothing; only train takes them",
}
"""Why an example was dropped here."""


def split(
    decisions: pa.Table,
    examples: pa.Table,
    shares: Mapping[str, float],
    salt: str,
    published: Mapping[str, str] | None = None,
) -> pa.Table:
    """``decisions`` with a side for every example that stays.

    A published example stays on its side or leaves; it never moves. Where a group was published on two sides, its unpublished
    examples go to the side that they alone are tied to, and those tied to both are dropped as ``bridges_splits``. If published
    examples of two sides have become related themselves (a row was rewritten, or the catalog names a customer column now), the
    one in train is dropped for that in validation, and both for that in test. Groups are then named anew, so that none
    straddles.

    Args:
        decisions: of `winnow.dedup.deduplicate`, sorted by example id.
        examples: the `EXAMPLES` that the decisions are about.
        shares: share of groups by side; sides of `SPLITS`, together 1.
        salt: the dataset's salt.
        published: the side of every example ever published, by id. Ids without an example are ignored.

    Raises:
        ValueError: the shares do not add up to 1, or a side is unknown.
    """
    published = published or {}
    _check(shares, published.values())
    frame = _Frame(decisions, examples, published)
    outcome = _Outcome([None] * len(frame.ids), list(frame.groups), list(frame.reasons))
    groups = list(_rows_by(frame.groups).values())
    tangled = {row for rows in groups if len(_sides_of(rows, frame)) > 1 for row in rows}
    groups = [rows for rows in groups if rows[0] not in tangled]
    groups += _untangle(tangled, frame, outcome) if tangled else []
    for rows in groups:
        side = _only(_sides_of(rows, frame)) or _drawn(outcome.groups[rows[0]], rows, frame, shares, salt)
        for row in rows:
            outcome.sides[row] = side
    sides, reasons = outcome.sides, outcome.reasons
    for row, stands in enumerate(sides):
        if reasons[row] is None and stands != "train" and frame.from_model[row]:
            reasons[row] = "model_text_held_out"
    kept_sides = [side if reason is None else None for side, reason in zip(sides, reasons, strict=True)]
    changes = {"group": outcome.groups, "split": kept_sides, "reason": reasons}
    return pa.table({name: changes.get(name, decisions[name]) for name in decisions.column_names}, schema=decisions.schema)


def reached(decisions: pa.Table, labels: Mapping[str, str | None], shares: Mapping[str, float]) -> list[dict[str, object]]:
    """How far each side of each task and label is from its share: rows of task, label, split, examples, share, wanted."""
    counted: Counter[tuple[str, str | None, str]] = Counter()
    for row in decisions.filter(pc.is_null(decisions["reason"])).select(["example_id", "task", "split"]).to_pylist():
        counted[row["task"], labels.get(row["example_id"]), row["split"]] += 1
    totals: Counter[tuple[str, str | None]] = Counter()
    for (task, label, _), count in counted.items():
        totals[task, label] += count
    return [
        {
            "task": task,
            "label": label,
            "split": side,
            "examples": counted[task, label, side],
            "share": counted[task, label, side] / total,
            "wanted": shares.get(side, 0.0),
        }
        for (task, label), total in sorted(totals.items(), key=lambda pair: (pair[0][0], pair[0][1] or ""))
        for side in SPLITS
    ]


class _Frame:
    """The columns that sides are decided on, in the order of the decisions."""

    def __init__(self, decisions: pa.Table, examples: pa.Table, published: Mapping[str, str]) -> None:
        self.examples = examples
        self.ids: list[str] = decisions["example_id"].to_pylist()
        self.groups: list[str] = decisions["group"].to_pylist()
        self.keepers: list[str | None] = decisions["keeper"].to_pylist()
        self.reasons: list[str | None] = decisions["reason"].to_pylist()
        self.published = [published.get(example) for example in self.ids]
        origins = dict(zip(examples["example_id"].to_pylist(), examples["origin"].to_pylist(), strict=True))
        self.from_model = [origins[example] == "model" for example in self.ids]
        self.row_of = {example: row for row, example in enumerate(self.ids)}


@dataclass(slots=True)
class _Outcome:
    """What has been decided so far, by row."""

    sides: list[str | None]
    groups: list[str]
    reasons: list[str | None]


def _sides_of(rows: Iterable[int], frame: _Frame) -> set[str]:
    return {side for row in rows if (side := frame.published[row]) is not None}


def _only(sides: set[str]) -> str | None:
    return next(iter(sides), None)


def _check(shares: Mapping[str, float], sides: Iterable[str]) -> None:
    if abs(sum(shares.values()) - 1) > 1e-9 or min(shares.values(), default=0) < 0:
        raise ValueError(f"shares add up to {sum(shares.values())}, expected 1 and none negative; correct the dataset's shares")
    if unknown := {*shares, *sides} - set(SPLITS):
        raise ValueError(f"unknown sides {sorted(unknown)}, expected some of {', '.join(SPLITS)}")


def _rows_by(groups: Iterable[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        rows[group].append(row)
    return rows


def _drawn(group: str, rows: Iterable[int], frame: _Frame, shares: Mapping[str, float], salt: str) -> str:
    """The side of a group that nobody has seen yet; one that a model wrote altogether goes to train."""
    if all(frame.from_model[row] for row in rows if frame.reasons[row] is None):
        return "train"
    drawn = int(keyed_hash(salt, "split", group)[:13], 16) / 16**13  # 52 bits: a double holds them exactly
    reach = 0.0
    for side in SPLITS:
        reach += shares.get(side, 0.0)
        if drawn < reach:
            return side
    return max(shares, key=lambda side: (shares[side], side))  # only if rounding left the shares a hair below 1


def _untangle(tangled: set[int], frame: _Frame, outcome: _Outcome) -> list[list[int]]:
    """Settles the ``tangled`` rows in ``outcome``; returns the groups of rows that are tied to no published side after all."""
    ids = {frame.ids[row] for row in tangled if frame.reasons[row] is None}
    chosen = pa.array([example in ids for example in frame.examples["example_id"].to_pylist()], pa.bool_())
    inherited: dict[str, set[str]] = defaultdict(set)
    for row in tangled:
        keeper, side = frame.keepers[row], frame.published[row]
        if keeper is not None and side is not None:
            inherited[keeper].add(side)
    published = {frame.ids[row]: side for row in tangled if (side := frame.published[row]) is not None}
    untangled = untangle(frame.examples.filter(chosen), published, inherited)
    free: dict[str, list[int]] = defaultdict(list)
    for row in sorted(tangled):
        example = frame.keepers[row] or frame.ids[row]
        outcome.groups[row] = untangled.groups.get(example, outcome.groups[row])
        if example in untangled.bridging and frame.reasons[row] is None:
            outcome.reasons[row] = "bridges_splits"
        elif (side := untangled.sides.get(example)) is not None:
            outcome.sides[row] = side
        elif frame.reasons[row] is None:
            free[outcome.groups[row]].append(row)
    return list(free.values())
