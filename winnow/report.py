"""The dataset report: the page that holds its tables and plots.

Belongs here: writing figures as Markdown and SVG. Does not belong here: working them out (`winnow.figures`), deciding anything,
and text of any example.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from winnow.charts import Series, bar_chart, embed, stacked_chart
from winnow.collect import MEASURABLE
from winnow.evenness import Rows, source_counts
from winnow.figures import ADVICE, Figures, label_table, reason_table, split_table, token_table
from winnow.screen import contradiction_table, evaluation_table, kept_table, language_table, signal_table
from winnow.screen import reason_table as screened_reasons

__all__ = [
    "ADVICE",
    "Figures",
    "Rows",
    "balance_charts",
    "dataset_report",
    "label_table",
    "markdown",
    "quality_section",
    "reason_table",
    "split_table",
    "token_table",
]

_BARS = 40  # the largest labels only; more than a screen of bars is read by nobody, and the table has them all
_SOURCES = 7  # as many as the chart has colours besides that of all others together


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """``rows`` as a Markdown table; numbers to the right. No rows give a line that says so."""
    if not rows:
        return "none\n"
    names = list(rows[0])
    is_number = [all(isinstance(row[name], int | float | None) for row in rows) for name in names]
    lines = [names, ["---:" if right else "---" for right in is_number]]
    lines += [[_cell(row[name]) for name in names] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def balance_charts(figures: Figures) -> str:
    """For each task with labels or several sources: train by label before and after balancing, and its sources, as images.

    With copies a third bar is the lines that they make of the examples.
    """
    charts = []
    for task in sorted({row["task"] for row in figures.classes}):
        rows = [row for row in figures.classes if row["task"] == task]
        rows = sorted(rows, key=lambda row: (-row["before"], row["label"]))[:_BARS]
        names = [row["label"] or "all" for row in rows]
        title = f"{task}: train examples by label"
        if any(row["label"] for row in rows):
            shown = ("before", "after", "lines") if any(row["lines"] > row["after"] for row in rows) else ("before", "after")
            charts.append(_embedded(bar_chart, title, names, [(name, [row[name] for row in rows]) for name in shown]))
        if any(row["sources"] > 1 for row in rows):
            charts.append(_source_chart(figures, task, [row["label"] for row in rows]))
        charts += _intensity_chart([row for row in figures.intensities if row["task"] == task], task)
    return "\n\n".join(charts)


def dataset_report(figures: Figures, examples: pa.Table, advice: Mapping[str, str] | None = None) -> str:
    """The whole report in Markdown; ``examples`` with refusals, ``advice`` by reason for the recipes' reasons."""
    sections = [
        ("Examples by side", markdown(figures.sides)),
        ("Sides that miss their share", f"{_SHARES}\n\n{markdown(figures.missed_shares)}"),
        ("Sides that are empty", markdown(figures.empty_sides)),
        ("Balance", _balance_section(figures)),
        ("Share of tokens", f"{_TOKENS}\n\n{markdown(figures.token_shares)}"),
        ("Variety", f"{_VARIETY}\n\n{markdown(figures.variety)}"),
        ("Languages", markdown(figures.languages)),
        ("Labels under another name", f"{_RENAMED}\n\n{markdown(figures.renamed)}"),
        ("Labels with few examples", markdown(figures.small)),
        ("Not measurable", f"{_MEASURABLE}\n\n{markdown(figures.not_measurable)}"),
        ("What to collect next", _collect_section(figures.to_collect)),
        ("Put aside", markdown(reason_table(examples, figures.after, advice))),
        ("Tokens", markdown(token_table(figures.examples, figures.after))),
    ]
    return "\n".join(f"## {title}\n\n{body}" for title, body in sections)


_EVEN = (
    "The effective number is exp of Shannon's entropy: how many classes, or sources, of equal size would be as even. `as trained` is "
    "what a consumer sees that takes the copies and the weights."
)
_CLASSES = (
    "`lines` counts copies; `weight` is the mean weight of a line; `largest` is the share of the label's largest source. Only train is "
    "balanced."
)
_SHARES = (
    "Before balancing, by an example or more; `missing` is below 0 where there are too many. What belongs together or was published "
    "stays together and where it is, and a frozen side takes nothing new."
)
_TOKENS = "Shares of the task's train lines and of their tokens: where they differ, some labels have longer texts."
_VARIETY = (
    "Of a sample of train: words in a window of 1,000 that are different ones (type-token ratio), distinct n-grams over all n-grams, and "
    "the mean cosine distance of two texts as weighted bags of hashed words. No embedding model is used: the shipped one tags words and "
    "has no vector for a text. Before and after are counted over the same number of words; `all` where balancing changed nothing."
)
_RENAMED = (
    "By `balance.merge`, or as part of the label for small ones; on all sides, before the split. Duplicates are counted too."
)
_MEASURABLE = f"Fewer than {MEASURABLE} test examples: a score on them says nothing."


_QUALITY = (
    "Examples before duplicates leave. `flagged`: at least one signal is out of its limits, which by itself drops nobody; `dropped`: by "
    "the catalog's `quality.drop`, `quality.contradictions` and `decontaminate`."
)
_SIGNALS = (
    "Signals by the papers whose thresholds they have. `applies` counts the examples for which a signal has a figure: shares need 50 "
    "words, figures of words a script with spaces, stop words a known language."
)
_CONTRADICTIONS = "Prompts that occur with contradicting labels:"


def _balance_section(figures: Figures) -> str:
    parts = [_EVEN, markdown(figures.evenness), balance_charts(figures), _CLASSES, markdown(figures.classes)]
    parts += ["What balancing kept and dropped of train, by reason:", markdown(figures.dropped)]
    if figures.intensities:
        parts += ["Train by pole and intensity:", markdown(figures.intensities)]
    parts += ["By label, source and side:", markdown(figures.labels)]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def _collect_section(rows: Rows) -> str:
    if not rows:
        return "Every label reaches its minimum and can be measured.\n"
    return "".join(f"- {_cell(row['said'])}\n" for row in rows) + "\n" + markdown([_without(row, "said") for row in rows])


def quality_section(screened: pa.Table, files: Sequence[str]) -> str:
    """What the signals say of all examples, and who left for them; ``files`` are the names of the evaluation files."""
    parts = [_QUALITY, markdown(kept_table(screened)), "Who left, and why:", markdown(screened_reasons(screened))]
    parts += [_SIGNALS, markdown(signal_table(screened)), _CONTRADICTIONS, markdown(contradiction_table(screened))]
    if files:
        parts += ["Examples that left for an evaluation file:", markdown(evaluation_table(screened, files))]
    parts += ["Languages as they were told from the inputs:", markdown(language_table(screened))]
    return "## Quality\n\n" + "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _source_chart(figures: Figures, task: str, labels: Sequence[str]) -> str:
    found = source_counts(figures.tally_after, task)
    totals: Counter[str] = Counter()
    for sources in found.values():
        totals.update(sources)
    ordered = sorted(totals, key=lambda name: (-totals[name], name))
    named, rest = ordered[:_SOURCES], ordered[_SOURCES:]
    series = [(name, [found.get(label, {}).get(name, 0) for label in labels]) for name in named]
    if rest:
        series.append((f"{len(rest)} others", [sum(found.get(label, {}).get(name, 0) for name in rest) for label in labels]))
    title = f"{task}: sources of the train examples of each label, after balancing"
    return _embedded(stacked_chart, title, [label or "all" for label in labels], series)


def _intensity_chart(rows: Rows, task: str) -> list[str]:
    if not rows:
        return []
    names = [f"{row['pole']} {row['intensity']}" for row in rows]
    title = f"{task}: train examples by pole and intensity"
    return [_embedded(bar_chart, title, names, [(side, [row[side] for row in rows]) for side in ("before", "after")])]


def _embedded(draw: Callable[[str, Sequence[str], Series], str], title: str, names: Sequence[str], series: Series) -> str:
    return embed(draw(title, names, series), title)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value).replace("|", "\\|").replace("\n", " ")
