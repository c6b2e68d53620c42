"""The figures on duplicates as tables.

Belongs here: how a figure is written. Does not belong here: how it comes about (`evaluation.duplicate_counts`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from evaluation.duplicate_counts import BINS, Figures, length_name
from evaluation.pages import table
from evaluation.planted import FATES
from evaluation.tables import sections

_DROPPED = ("exact_duplicate", "near_duplicate", "contained")


def tables(figures: Figures) -> str:
    """All tables."""
    bins = [length_name(length) for length in range(len(BINS))]
    parts = [
        ("Examples compared", _examples(figures)),
        ("Near pairs, by words of the shorter one", _pairs(figures, bins)),
        ("Across sides", _across(figures)),
    ]
    if figures.listed:
        parts.append(("Planted copies, by words", _planted(figures, bins)))
    return sections(parts)


def _examples(figures: Figures) -> str:
    rows = [
        (
            task.name,
            _number(task.compared),
            *(_number(task.fates[reason]) for reason in _DROPPED),
            _number(task.fates["stays"]),
            _number(task.wrong["left"]),
            _number(task.wrong["keeper"] + task.wrong["similarity"]),
        )
        for task in figures.tasks
    ]
    header = ("task", "examples", "dropped: equal", "near", "contained", "stay", "near pairs left", "wrong keepers")
    return table(header, rows)


def _pairs(figures: Figures, bins: Sequence[str]) -> str:
    pairs: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for task in figures.tasks:
        pairs.update(task.pairs)
        left.update(task.left)
    rows = [
        (name, _number(pairs[length]), _number(left[length]), _share(pairs[length] - left[length], pairs[length]))
        for length, name in enumerate(bins)
    ]
    total, lost = pairs.total(), left.total()
    rows.append(("all", _number(total), _number(lost), _share(total - lost, total)))
    return table(("words", "pairs at the threshold", "both stay", "found"), rows)


def _across(figures: Figures) -> str:
    rows = [(kind, _number(number)) for kind, number in figures.across.items()]
    return f"{_number(figures.examples)} examples were looked at.\n\n{table(('on two sides', 'pairs'), rows)}"


def _planted(figures: Figures, bins: Sequence[str]) -> str:
    rows = [row for task in figures.tasks for row in _of_task(task.name, task.planted, bins)]
    said = (
        f"The list names {_number(figures.listed)} rows and files; {_number(figures.held)} of them are documents of the home."
    )
    header = ("task", "words", "copies", "dropped", "below", "other label", "missed", "dropped of all", "of those near")
    return f"{said}\n\n{table(header, rows)}"


def _of_task(name: str, planted: Counter[tuple[int, str]], bins: Sequence[str]) -> Iterator[tuple[str, ...]]:
    by_length = [{fate: planted[length, fate] for fate in FATES} for length in range(len(bins))]
    everything = {fate: sum(counts[fate] for counts in by_length) for fate in FATES}
    for length, counts in [*zip(bins, by_length, strict=True), ("all", everything)]:
        copies = sum(counts.values())
        if copies:
            yield (
                name,
                length,
                _number(copies),
                *(_number(counts[fate]) for fate in FATES),
                _share(counts["dropped"], copies),
                _share(counts["dropped"], counts["dropped"] + counts["missed"]),
            )


def _number(number: int) -> str:
    return f"{number:,}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
