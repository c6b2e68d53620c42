"""How many examples each part of a class may keep: whole numbers, worked out from counts alone.

Belongs here: the arithmetic of `winnow.balance`. Does not belong here: which example it is (a hash rank decides), and any table.

Every function answers a small change of its counts with a small change of its result, so that a night with one example more
changes few decisions: `water_fill` is monotone in its total, and `most_within` grows by at most 1 / (1 - k · share) for each
example more, where k sources are held at the share.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from winnow.tasks import Balance

Leaf: TypeAlias = int
"""The number of an intensity bin; -1 where examples have no intensity."""

_ROUNDING = 1e-9  # relative; more than adding up a few hundred floating-point counts can lose


@dataclass(frozen=True, slots=True)
class Allotment:
    """What one leaf (a label's intensity bin) keeps.

    Attributes:
        kept: examples.
        lines: how often they count together: more than ``kept`` where the leaf is oversampled.
        sources: source → how many of its examples may be among them.
    """

    kept: int
    lines: int
    sources: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the leaves of one label keep, and why what is more leaves.

    Attributes:
        leaves: leaf → what it keeps.
        over: the reason of what is over the label's limit.
        over_source: the reason of what is over a source's.
    """

    leaves: Mapping[Leaf, Allotment]
    over: str
    over_source: str


def water_fill(total: int, capacities: Sequence[int]) -> list[int]:
    """``total`` poured evenly over vessels of ``capacities``: none overflows, and none has over one more than one with room left.

    What cannot be divided goes to the first ones. All are full where ``total`` is more than they hold.
    """
    if total >= sum(capacities):
        return list(capacities)
    level, left = 0, total
    ordered = sorted(capacities)
    for place, capacity in enumerate(ordered):
        vessels = len(ordered) - place
        if (capacity - level) * vessels > left:
            level += left // vessels
            break
        left, level = left - (capacity - level) * vessels, capacity
    rest = total - sum(min(capacity, level) for capacity in capacities)
    filled = []
    for capacity in capacities:
        one_more = int(capacity > level and rest > 0)
        rest -= one_more
        filled.append(min(capacity, level) + one_more)
    return filled


def most_within(share: float, counts: Sequence[int]) -> float:
    """The most examples that can be taken of sources with ``counts`` so that none gives more than ``share`` of them.

    A share that so few sources cannot keep to counts as an even one. The result T is the largest with
    sum(min(n, share · T)) >= T; that holds just if, for every k, the sources but the k largest have at least (1 - k · share) · T.
    """
    ordered = sorted(counts)
    even = max(share, 1 / len(ordered)) if ordered else share
    found, rest = float(sum(ordered)), sum(ordered)
    for held in range(1, len(ordered) + 1):
        rest -= ordered[-held]
        left = 1 - held * even
        if left > _ROUNDING:
            found = min(found, rest / left)
    return found


def within_share(share: float | None, counts: Sequence[int], floor: int, limit: int | None = None) -> tuple[int, int]:
    """How many examples of sources with ``counts`` are kept, at most ``limit``, and how many of any one source.

    ``share`` gives way where it would leave fewer than ``floor``; it holds up to the rounding of one example. A source that may
    give all that is kept is not held at all: then it is the limit that cuts.
    """
    everything = sum(counts)
    most = everything if limit is None else min(limit, everything)
    if share is None or most == 0:
        return most, everything
    allowed = math.floor(most_within(share, counts) * (1 + _ROUNDING))
    kept = min(most, max(allowed, floor))
    even = max(share, 1 / len(counts))
    a_source = math.ceil(even * kept * (1 - _ROUNDING)) if kept <= allowed else max(water_fill(kept, counts))
    return kept, a_source if a_source < kept else everything


def planned(labels: Mapping[str, Mapping[Leaf, Mapping[str, int]]], rule: Balance) -> dict[str, Plan]:
    """What each label of one task keeps under ``rule``.

    Args:
        labels: label → leaf → source → how many train examples there are.
        rule: of the task.
    """
    totals = {label: _of_sources(leaves, rule) for label, leaves in labels.items()}
    share = rule.per_source.share
    target = target_of([within_share(share, list(counts.values()), rule.minimum)[0] for counts in totals.values()], rule)
    limit = min((most for most in (rule.cap, target) if most is not None), default=None)
    over = "over_cap" if target is None or limit == rule.cap else "over_target"
    return {label: _of_label(leaves, totals[label], limit, over, rule) for label, leaves in labels.items()}


def target_of(sizes: Sequence[int], rule: Balance) -> int | None:
    """How many examples each label should have by the target of ``rule``, where labels have ``sizes``; None without one."""
    if rule.target is None or not sizes:
        return None
    if rule.target.count is not None:
        return rule.target.count
    if rule.target.of_largest is not None:
        return max(1, _up(rule.target.of_largest * max(sizes)))
    ordered = sorted(sizes)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return max(1, _up((rule.target.of_median or 1) * middle))


def _up(value: float) -> int:
    return math.ceil(value * (1 - _ROUNDING))


def _of_sources(leaves: Mapping[Leaf, Mapping[str, int]], rule: Balance) -> dict[str, int]:
    """What each source may give of a label by its cap."""
    totals: dict[str, int] = {}
    for counts in leaves.values():
        for source, count in counts.items():
            totals[source] = totals.get(source, 0) + count
    cap = rule.per_source.cap
    return {source: count if cap is None else min(count, cap) for source, count in sorted(totals.items())}


def _of_label(
    leaves: Mapping[Leaf, Mapping[str, int]], totals: Mapping[str, int], limit: int | None, over: str, rule: Balance
) -> Plan:
    """The limit of one label among its sources, each source's part over its leaves, and the limit over what the leaves then hold.

    A leaf holds as much as its examples may be repeated.
    """
    kept, a_source = within_share(rule.per_source.share, list(totals.values()), rule.minimum, limit)
    names = sorted(leaves)
    parts = {
        source: dict(zip(names, water_fill(min(most, a_source), [leaves[name].get(source, 0) for name in names]), strict=True))
        for source, most in totals.items()
    }
    room = [sum(part[name] for part in parts.values()) for name in names]
    factor = 1 if rule.oversample == "none" else rule.oversample_limit
    whole = kept * factor if limit is None else min(limit, kept * factor)
    lines = water_fill(whole, [there * factor for there in room])
    found = {
        name: Allotment(min(wanted, there), wanted, {source: part[name] for source, part in parts.items()})
        for name, wanted, there in zip(names, lines, room, strict=True)
    }
    capped = rule.per_source.cap is not None and rule.per_source.cap <= a_source
    return Plan(found, over, "source_over_cap" if capped else "source_over_share")
