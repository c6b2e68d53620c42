"""Which examples are flagged, which leave, and what the tables say of it.

Belongs here: applying thresholds and the catalog's rules to what was measured. Does not belong here: measuring
(`winnow.quality.measures`), finding contradictions and evaluation texts (`winnow.contradictions`, `winnow.decontaminate`).

An example leaves for the first reason that holds: an evaluation text, then the catalog's drop rules in their order and in each its
signals in theirs, then a label that contradicts those of others that stay. Whatever leaves is not looked at by deduplication, so that
nobody is dropped as a copy of something that is not there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.contradictions import COLUMNS as PROMPTS
from winnow.contradictions import CONTRADICTIONS_VERSION, REASON, Contradiction, contradictions, leaving
from winnow.decontaminate import DECONTAMINATE_VERSION, Contamination
from winnow.quality.measures import MEASURES, QUALITY_VERSION
from winnow.quality.signals import SIGNALS, Bounds, Signal, chosen
from winnow.reasons import SCREENED as REASONS
from winnow.schemas import DECISIONS
from winnow.screen_config import Contradictions, DropRule, Quality

SCREEN_VERSION = f"1/{QUALITY_VERSION}/{DECONTAMINATE_VERSION}/{CONTRADICTIONS_VERSION}"
"""Changes whenever the same examples would be flagged or dropped otherwise; part of the set stages' key."""

SCREENED = pa.schema(
    [
        *MEASURES,
        ("task", pa.string()),
        ("source", pa.string()),
        ("flagged", pa.list_(pa.string())),  # signals that are out of their limits, in the order of `SIGNALS`
        ("contradiction", pa.string()),  # the first example with the same prompt, where labels contradict; null elsewhere
        ("evaluation", pa.string()),  # the evaluation file that has this text, or some of it
        ("evaluation_similarity", pa.float32()),  # with that text; null where only a run of words is shared
        ("reason", pa.string()),  # why it leaves; null if it stays
    ]
)
"""One row an example: what was measured, what was found, and what follows."""

Rows: TypeAlias = list[dict[str, Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]

_ROWS = 1 << 16  # turned into Python's values at once

_ROUNDING = 1e-6  # figures are kept in 32 bits: 0.3 there is no more than 0.3


def screen(
    examples: pa.Table,
    measures: pa.Table,
    config: Quality,
    contaminated: Sequence[Contamination | None] = (),
    pinned: Collection[str] = (),
) -> pa.Table:
    """`SCREENED` of ``examples``.

    Args:
        examples: `winnow.schemas.EXAMPLES` that no recipe refused, under the labels that they are released with.
        measures: `MEASURES` of them, in the same order.
        config: the catalog's.
        contaminated: what speaks against each, in the same order; empty if nothing was compared.
        pinned: examples of frozen sides: they are flagged like all others, and stay.
    """
    size = len(examples)
    found = list(contaminated) or [None] * size
    flags = {name: _out(measures, SIGNALS[name], config.bounds(name), config) for name in SIGNALS}
    reasons: list[str | None] = [entry.reason if entry else None for entry in found]
    for rule in config.drop:
        _drop(reasons, rule, examples, measures, flags, config)
    is_pinned = pc.is_in(examples["example_id"], value_set=pa.array(sorted(pinned), pa.string())).to_pylist()
    reasons = [None if kept else reason for kept, reason in zip(is_pinned, reasons, strict=True)]
    stay = examples.select(PROMPTS)
    if any(reasons):
        stay = stay.filter(pa.array([reason is None for reason in reasons], pa.bool_()))
    together = _contradict(examples, stay, reasons, config.contradictions, frozenset(pinned))
    columns: dict[str, Any] = {
        **{name: measures[name] for name in MEASURES.names},
        "task": examples["task"],
        "source": examples["source"],
        "flagged": pa.array(_named(flags, size), pa.list_(pa.string())),
        "contradiction": pa.array(together, pa.string()),
        "evaluation": pa.array([entry.file if entry else None for entry in found], pa.string()),
        "evaluation_similarity": pa.array([entry.similarity if entry else None for entry in found], pa.float32()),
        "reason": pa.array(reasons, pa.string()),
    }
    return pa.table([columns[name] for name in SCREENED.names], schema=SCREENED)


def _drop(  # noqa: PLR0913, PLR0917 - what is known of the examples, and the rule
    reasons: list[str | None],
    rule: DropRule,
    examples: pa.Table,
    measures: pa.Table,
    flags: Mapping[str, Mask],
    config: Quality,
) -> None:
    """Write the signal into ``reasons`` for which each example leaves by ``rule``, where nothing stands yet."""
    meant = _among(examples["source"], rule.sources) & _among(examples["task"], rule.tasks)
    for name in chosen(rule.signals):
        own = name in rule.thresholds
        out = _out(measures, SIGNALS[name], config.bounds(name, rule), config) if own else flags[name]
        for place in np.flatnonzero(out & meant).tolist():
            reasons[place] = reasons[place] or name


def _among(column: pa.ChunkedArray, names: Sequence[str]) -> Mask:
    if not names:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(pc.is_in(column, value_set=pa.array(names, pa.string())).to_numpy())


def _out(measures: pa.Table, signal: Signal, bounds: Bounds, config: Quality) -> Mask:
    """Which examples are out of ``bounds``; a figure that does not apply is within all."""
    if signal.name == "language_not_wanted":
        wanted = pa.array(config.languages, pa.string())
        other = pc.and_(pc.is_valid(measures["language"]), pc.invert(pc.is_in(measures["language"], value_set=wanted)))
        return np.asarray(other.to_numpy()) & bool(config.languages)
    found = np.zeros(len(measures), dtype=np.bool_)
    for values in figures(measures, signal):
        with np.errstate(invalid="ignore"):  # what does not apply is not a number, and compares with nothing
            if bounds.low is not None:
                found |= values <= bounds.low + _ROUNDING if signal.leaves_at_limit else values < bounds.low - _ROUNDING
            if bounds.high is not None:
                found |= values >= bounds.high - _ROUNDING if signal.leaves_at_limit else values > bounds.high + _ROUNDING
    return found


def figures(measures: pa.Table, signal: Signal) -> list[npt.NDArray[np.float64]]:
    """What ``signal`` is asked of: one figure for an example, or those of both parts; not a number where it does not apply."""
    if signal.scope == "example":
        return [_floats(measures[signal.measured])]
    return [_floats(pc.struct_field(measures[part], signal.measured)) for part in ("input", "target")]


def _floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(column.cast(pa.float64()).to_numpy())


def _named(flags: Mapping[str, Mask], size: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(size)]
    for name, mask in flags.items():
        for place in np.flatnonzero(mask).tolist():
            found[place].append(name)
    return found


def _contradict(
    examples: pa.Table, stay: pa.Table, reasons: list[str | None], rule: Contradictions, pinned: frozenset[str]
) -> list[str | None]:
    """For each example the first one of its prompt, where labels contradict; writes who leaves into ``reasons``."""
    found: Sequence[Contradiction] = contradictions(stay)
    first = {example: min(one.members) for one in found for example in one.members}
    out = {example for one in found for example in leaving(one, rule)} - pinned
    ids = examples["example_id"].to_pylist() if found else []
    for place, example in enumerate(ids):
        if example in out:
            reasons[place] = REASON
    return [first.get(example) for example in ids] or [None] * len(examples)


def staying(examples: pa.Table, screened: pa.Table) -> pa.Table:
    """``examples`` without those that leave by ``screened``."""
    gone = screened.filter(pc.is_valid(screened["reason"]))["example_id"].combine_chunks()
    return examples.filter(pc.invert(pc.is_in(examples["example_id"], value_set=gone))) if len(gone) else examples


def with_dropped(decisions: pa.Table, screened: pa.Table) -> pa.Table:
    """``decisions`` about those that stay, and one for each that leaves, in a group of its own; by example id."""
    gone = screened.filter(pc.is_valid(screened["reason"]))
    if not len(gone):
        return decisions
    size = len(gone)
    columns = {
        "example_id": gone["example_id"],
        "task": gone["task"],
        "group": gone["example_id"],
        "similarity": gone["evaluation_similarity"],
        "weight": pa.array(np.ones(size, dtype=np.float32)),
        "reason": gone["reason"],
    }
    arrays = [columns.get(field.name, pa.nulls(size, field.type)) for field in DECISIONS]
    both = pa.concat_tables([decisions, pa.table(arrays, schema=DECISIONS)])
    return both.sort_by("example_id").combine_chunks()


def explained(row: Mapping[str, Any], config: Quality) -> Rows:
    """The figures of one row of `SCREENED` that are out of their limits, or for which it left: with what would be well.

    Each has ``signal``, ``input`` and ``target`` or ``example`` (null where it does not apply), ``min`` and ``max``.
    """
    rule = next((rule for rule in config.drop if row["reason"] in chosen(rule.signals) and _is_meant(rule, row)), None)
    names = {*row["flagged"], *({row["reason"]} & SIGNALS.keys())}
    found = []
    for signal in (SIGNALS[name] for name in SIGNALS if name in names):
        bounds = config.bounds(signal.name, rule if signal.name == row["reason"] else None)
        if signal.scope == "example":
            figures_ = {"example": row[signal.measured]}
        else:
            figures_ = {part: (row[part] or {}).get(signal.measured) for part in ("input", "target")}
        found.append({"signal": signal.name, **figures_, "min": bounds.low, "max": bounds.high})
    return found


def _is_meant(rule: DropRule, row: Mapping[str, Any]) -> bool:
    return row["source"] in (rule.sources or (row["source"],)) and row["task"] in (rule.tasks or (row["task"],))


def kept_table(screened: pa.Table) -> Rows:
    """By task and source: examples, how many have a flag, how many leave, and what stays."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for task, source, flagged, reason in _columns(screened, "task", "source", "flagged", "reason"):
        counts = counted.setdefault((task, source), Counter())
        counts.update({"examples": 1, "flagged": bool(flagged), "dropped": reason is not None, "kept": reason is None})
    names = ("examples", "flagged", "dropped", "kept")
    return [
        {"task": task, "source": source, **{name: counts[name] for name in names}}
        for (task, source), counts in sorted(counted.items())
    ]


def signal_table(screened: pa.Table) -> Rows:
    """By signal, task and source: how many examples it applies to, how many it flags, and how many leave for it.

    Signals that flag nobody and drop nobody are left out.
    """
    applies = _applying(screened)
    flagged, dropped = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for task, source, names, reason in _columns(screened, "task", "source", "flagged", "reason"):
        flagged.update((name, task, source) for name in names)
        if reason in SIGNALS:
            dropped[reason, task, source] += 1
    order = {name: number for number, name in enumerate(SIGNALS)}
    return [
        {
            "signal": name,
            "task": task,
            "source": source,
            "applies": applies[name, task, source],
            "flagged": flagged[name, task, source],
            "share": round(flagged[name, task, source] / max(1, applies[name, task, source]), 4),
            "dropped": dropped[name, task, source],
        }
        for name, task, source in sorted({*flagged, *dropped}, key=lambda key: (order[key[0]], key[1:]))
    ]


def _applying(screened: pa.Table) -> dict[tuple[str, str, str], int]:
    """To how many examples each signal applies, by signal, task and source."""
    groups = list(zip(screened["task"].to_pylist(), screened["source"].to_pylist(), strict=True))
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    of = np.fromiter((numbers[group] for group in groups), dtype=np.int64, count=len(groups))
    found = {}
    for signal in SIGNALS.values():
        if signal.name == "language_not_wanted":
            there = np.asarray(pc.is_valid(screened["language"]).to_numpy())
        else:
            there = np.logical_or.reduce([~np.isnan(values) for values in figures(screened, signal)])
        counts = np.bincount(of[there], minlength=len(numbers)).tolist()
        found.update({(signal.name, *group): counts[number] for group, number in numbers.items()})
    return found


def reason_table(screened: pa.Table) -> Rows:
    """By reason, task and source: how many leave, and what can be done."""
    counted = Counter(
        (reason, task, source) for task, source, reason in _columns(screened, "task", "source", "reason") if reason is not None
    )
    return [
        {"reason": reason, "task": task, "source": source, "dropped": count, "advice": REASONS[reason]}
        for (reason, task, source), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def contradiction_table(screened: pa.Table) -> Rows:
    """By task: prompts that occur with contradicting labels, their examples, and how many of those leave."""
    counted: dict[str, Counter[str]] = {}
    prompts: dict[str, set[str]] = {}
    for task, first, reason in _columns(screened, "task", "contradiction", "reason"):
        if first is not None:
            counted.setdefault(task, Counter()).update({"examples": 1, "dropped": reason == REASON})
            prompts.setdefault(task, set()).add(first)
    return [
        {"task": task, "prompts": len(prompts[task]), "examples": counts["examples"], "dropped": counts["dropped"]}
        for task, counts in sorted(counted.items())
    ]


def evaluation_table(screened: pa.Table, files: Iterable[str]) -> Rows:
    """By evaluation file: how many examples leave for it, by the way they were found."""
    counted = Counter((file, reason) for file, reason in _columns(screened, "evaluation", "reason") if file is not None)
    ways = ("contaminated_exact", "contaminated_near", "contaminated_ngram")
    return [{"file": file, **{way.removeprefix("contaminated_"): counted[file, way] for way in ways}} for file in sorted(files)]


def language_table(screened: pa.Table) -> Rows:
    """By task and source: the languages that were told, the commonest first; empty where none could be."""
    counted = Counter(
        (task, source, language or "") for task, source, language in _columns(screened, "task", "source", "language")
    )
    return [
        {"task": task, "source": source, "language": language, "examples": count}
        for (task, source, language), count in sorted(counted.items(), key=lambda pair: (*pair[0][:2], -pair[1], pair[0][2]))
    ]


def _columns(table: pa.Table, *names: str) -> Iterable[tuple[Any, ...]]:
    for batch in table.select(names).to_batches(max_chunksize=_ROWS):
        yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)
