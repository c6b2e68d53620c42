"""What changed between two versions, and why each example did.

Belongs here: the lines of ``winnow diff`` and their causes. Does not belong here: reading versions.

A cause is something that happened outside: to an object of a source, to the catalog, or to the code. Where the example's own
object did not change, the line also says by which way the cause reached it: its keeper went, a duplicate came, the balance or
the split shifted; then the cause is that of the example that brought it about. Everything is derived from the two versions'
index lines, the lines about dropped examples, and the manifests' lists of inputs.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from winnow import balance, classes, dedup, split
from winnow.schemas import SPLITS

Kind: TypeAlias = Literal["added", "dropped", "changed"]

CAUSES: dict[str, str] = {
    "object_new": "an object came that the old version did not have, however late",
    "object_rewritten": "the content of an object changed",
    "object_deleted": "an object is gone",
    "row_added": "a rewritten table has a row more",
    "row_removed": "a rewritten table has a row less",
    "catalog_changed": "the catalog says something else",
    "code_changed": "another version of winnow or of a library made this",
    "unexplained": "nothing that is recorded explains it; this is a defect, please report it",
}
"""What can have happened."""

WAYS: dict[str, str] = {
    "duplicate": "an example that says the same, or has all of it, took its place",
    "keeper_gone": "the example that stood in its place left or changed",
    "balance": "the count of its label shifted",
    "split": "what it is tied to stands on another side now, or groups and days are cut otherwise",
    "related": "something it depends on changed beside it",
}
"""How a cause reached an example whose own objects did not change."""

_DUPLICATE = frozenset(dedup.REASONS)
_BALANCE = frozenset({*balance.REASONS, *classes.REASONS})
_SPLIT = frozenset(split.REASONS)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions.

    Attributes:
        kept: its index records.
        dropped: its records about examples that did not stay (`winnow.index.dropped_record`).
        inputs: content hash by object id.
        configuration: hash of the configuration.
        code: versions by name.
    """

    kept: Sequence[Mapping[str, Any]]
    dropped: Sequence[Mapping[str, Any]] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    configuration: str = ""
    code: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One line of the diff; ``because_of`` is the object's id, ``by_way_of`` the example that passed the cause on."""

    task: str
    kind: Kind
    example_id: str
    label: str | None
    split: str | None
    cause: str
    because_of: str | None = None
    way: str | None = None
    by_way_of: str | None = None


def side_of(manifest: Mapping[str, Any], kept: Sequence[Mapping[str, Any]], dropped: Sequence[Mapping[str, Any]] = ()) -> Side:
    """The `Side` of a version with ``manifest``."""
    inputs = {pair["object_id"]: pair["content_sha256"] for pair in manifest["inputs"]}
    return Side(kept, dropped, inputs, manifest["configuration_sha256"], manifest["code"])


def compare(old: Side, new: Side) -> list[Change]:
    """Every example added, dropped or changed from ``old`` to ``new``, sorted by task, kind and id, each with its cause."""
    return _Comparison(old, new).changes()


def summarise(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Counts of ``changes`` by task, kind, label, cause and way, sorted."""
    counted = Counter((change.task, change.kind, change.label or "", change.cause, change.way or "") for change in changes)
    names = ("task", "kind", "label", "cause", "way")
    return [{**dict(zip(names, key, strict=True)), "examples": count} for key, count in sorted(counted.items())]


_Cause: TypeAlias = tuple[str, str | None]
_Row: TypeAlias = Mapping[str, Any]


class _Comparison:
    """The rows of both versions by example id."""

    def __init__(self, old: Side, new: Side) -> None:
        self.sides = (old, new)
        self.old, self.new = ({row["example_id"]: row for row in side.kept} for side in self.sides)
        self.old_dropped, self.new_dropped = ({row["example_id"]: row for row in side.dropped} for side in self.sides)
        self.settings = self._settings()

    def changes(self) -> list[Change]:
        kinds = self._kinds()
        own = {example: self._own_cause(example) for example in kinds}
        aside = {example: self._own_cause(example) for example in self._changed_aside(kinds)}
        roots = _Roots({**own, **aside}, self._row)
        found = []
        for example, kind in kinds.items():
            row = self._row(example)
            cause, way, via = own[example], None, None
            if cause is None or self._dropped_for(example, _DUPLICATE | _BALANCE | _SPLIT):
                passed_on, way, via = self._passed_on(example, roots)
                cause = passed_on or cause or self.settings
                way = way if passed_on else None
                via = via if passed_on else None
            if cause is None:
                cause, way = roots.any_of(row["task"]) or self._changed_input() or ("unexplained", None), "related"
                way = None if cause[0] == "unexplained" else way
            split = row.get("split") or self.old.get(example, {}).get("split")
            found.append(Change(row["task"], kind, example, row["label"], split, cause[0], cause[1], way, via))
        return sorted(found, key=lambda change: (change.task, change.kind, change.example_id))

    def _kinds(self) -> dict[str, Kind]:
        kinds: dict[str, Kind] = {}
        for example in sorted({*self.old, *self.new}):
            if example not in self.old:
                kinds[example] = "added"
            elif example not in self.new:
                kinds[example] = "dropped"
            elif any(
                self.old[example].get(key) != self.new[example].get(key) for key in ("sha256", "split", "intensity", "copies")
            ):
                kinds[example] = "changed"
        return kinds

    def _changed_aside(self, kinds: Mapping[str, Kind]) -> list[str]:
        """Examples that stayed in neither version, but not in the same way: who is tied to them can change for it."""
        found = {*self.old_dropped, *self.new_dropped} - kinds.keys() - self.old.keys()
        facts = ("sha256", "label", "reason", "keeper", "contents")
        before, after = self.old_dropped.get, self.new_dropped.get
        return sorted(
            name
            for name in found
            if [before(name, {}).get(key) for key in facts] != [after(name, {}).get(key) for key in facts]
        )

    def _changed_input(self) -> _Cause | None:
        """Something that happened to an object, of which no example that is recorded was made."""
        old, new = (side.inputs for side in self.sides)
        for name in sorted({*old, *new}):
            if name not in old:
                return "object_new", name
            if name not in new:
                return "object_deleted", name
            if old[name] != new[name]:
                return "object_rewritten", name
        return None

    def _row(self, example: str) -> _Row:
        return self.new.get(example) or self.old.get(example) or self.new_dropped.get(example) or self.old_dropped[example]

    def _settings(self) -> _Cause | None:
        old, new = self.sides
        if old.configuration != new.configuration:
            return "catalog_changed", None
        return ("code_changed", None) if old.code != new.code else None

    def _dropped_for(self, example: str, reasons: frozenset[str]) -> bool:
        """Whether an example stands in only one version because the other one put it aside for one of ``reasons``."""
        aside = self.old_dropped if example in self.new else self.new_dropped
        return example in aside and aside[example]["reason"] in reasons

    def _own_cause(self, example: str) -> _Cause | None:
        """What happened to the objects that the example was made from, the new ones first; None if nothing did."""
        old, new = self.sides
        rows = [rows[example] for rows in (self.old, self.old_dropped, self.new, self.new_dropped) if example in rows]
        objects = sorted({content["object_id"] for row in rows for content in row["contents"]})
        there_before = example in self.old or example in self.old_dropped
        there_after = example in self.new or example in self.new_dropped
        for name in objects:
            if name in new.inputs and name not in old.inputs:
                return "object_new", name
        for name in objects:
            if name in old.inputs and name not in new.inputs:
                return "object_deleted", name
        for name in objects:
            if old.inputs.get(name) != new.inputs.get(name):
                if self._is_row(example, name):
                    if not there_before:
                        return "row_added", name
                    if not there_after:
                        return "row_removed", name
                    if self._same_text(example):
                        continue  # another row of the table changed; that did nothing to this one
                return "object_rewritten", name
        return None

    def _is_row(self, example: str, name: str) -> bool:
        row = self.new.get(example) or self.old.get(example) or {}
        return any(span["object_id"] == name and span.get("row_number") is not None for span in row.get("spans", ()))

    def _same_text(self, example: str) -> bool:
        before = self.old.get(example) or self.old_dropped.get(example)
        after = self.new.get(example) or self.new_dropped.get(example)
        if before is None or after is None or before["sha256"] != after["sha256"]:
            return False
        return "intensity" not in before or "intensity" not in after or bool(before["intensity"] == after["intensity"])

    def _passed_on(self, example: str, roots: "_Roots") -> tuple[_Cause | None, str | None, str | None]:
        """The cause that reached ``example`` by way of another one."""
        aside = self.old_dropped.get(example) if example in self.new else self.new_dropped.get(example)
        reason = aside["reason"] if aside else None
        row = self._row(example)
        if aside and reason in _DUPLICATE:
            way = "keeper_gone" if example in self.new else "duplicate"
            return self._cause_of_keeper(aside["keeper"], roots), way, aside["keeper"]
        if reason in _BALANCE:
            return roots.of_label(row["task"], row["label"]), "balance", None
        if aside is None and self._counted_otherwise(example):
            return roots.of_label(row["task"], row["label"]), "balance", None
        if reason in _SPLIT or (example in self.old and example in self.new):
            return roots.any_of(row["task"]), "split", None
        return None, None, None

    def _counted_otherwise(self, example: str) -> bool:
        """Whether an example of both versions has other copies, or a label that took it in or let it go."""
        before, after = self.old.get(example, {}), self.new.get(example, {})
        return bool(before and after) and any(before.get(key) != after.get(key) for key in ("label", "copies"))

    def _cause_of_keeper(self, keeper: str, roots: "_Roots") -> _Cause | None:
        """Its own cause, else that of whatever put it aside in turn; bounded, since each step goes to a better survivor."""
        for _ in range(len(roots.own) + 1):
            if cause := roots.own.get(keeper):
                return cause
            aside = self.new_dropped.get(keeper) or self.old_dropped.get(keeper)
            if aside is None or aside["keeper"] is None:
                break
            if cause := self._own_cause(keeper):
                return cause
            keeper = aside["keeper"]
        return self._own_cause(keeper)


class _Roots:
    """Examples whose own objects changed, to be named as the cause of the changes that they brought about."""

    def __init__(self, own: Mapping[str, _Cause | None], row: Callable[[str], _Row]) -> None:
        """``own`` is their causes, the preferred ones first; ``row`` gives an example's record."""
        self.own = own
        self._by_label: dict[tuple[str, str | None], list[_Cause]] = defaultdict(list)
        self._by_task: dict[str, list[_Cause]] = defaultdict(list)
        self._all: list[_Cause] = []
        for example, cause in own.items():  # in the order of ids, so that the first is the same every time
            if cause is None:
                continue
            in_train = row(example).get("split") == SPLITS[0]
            if in_train:
                self._by_label[row(example)["task"], row(example)["label"]].append(cause)
            self._by_task[row(example)["task"]].append(cause)
            self._all.append(cause)

    def of_label(self, task: str, label: str | None) -> _Cause | None:
        """A cause that changed train examples of ``label``, else of anything."""
        return next(iter(self._by_label[task, label]), None) or self.any_of(task)

    def any_of(self, task: str) -> _Cause | None:
        """A cause that changed examples of ``task``, else of any task."""
        return next(iter(self._by_task[task]), None) or next(iter(self._all), None)
