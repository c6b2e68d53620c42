"""A model's answers beside the wanted ones and beside its baselines': figures with intervals, differences, and a page to read.

Belongs here: which figures a task has, comparisons, and their Markdown. Does not belong here: the figures' formulas (`winnow.scores`,
`winnow.confusion`), asking a model (`resources.measuring`). No text of an example or an answer stands in the result; labels do, as on
the data card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from winnow.charts import bar_chart, embed
from winnow.confusion import Confusion
from winnow.confusion_chart import confusion_chart
from winnow.report import markdown
from winnow.resampling import Estimate, Figure, difference, estimate, mean_of, of_sums
from winnow.scores import chrf, chrf_counts, distinct, is_exact, rouge_l, words

EVALUATION_FORMAT = 1
"""Changes whenever a reader of older evaluations would misread a newer one."""

LABEL_MEASURES = ("macro_f1", "accuracy")
TEXT_MEASURES = ("chrf", "rouge_l", "exact_match", "length_ratio")

MEANINGS = {
    "macro_f1": "mean of the classes' F1, every class alike",
    "accuracy": "share of right labels",
    "chrf": "chrF2, 0 to 100: character n-grams in common, recall twice (Popović 2016)",
    "rouge_l": "longest common subsequence of words, F measure (Lin 2004)",
    "exact_match": "share of answers equal to the wanted one, white space aside",
    "length_ratio": "words of the answers over words wanted",
}

MODEL = "model"
"""What the evaluated model is called among the competitors."""


@dataclass(frozen=True)
class Asked:
    """The examples of a set: ids, groups that are drawn together, the wanted answers, and the task's labels if it has any."""

    ids: Sequence[str]
    groups: Sequence[str]
    wanted: Sequence[str]
    labels: Sequence[str] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of the task, the chief one first."""
        return LABEL_MEASURES if self.labels else TEXT_MEASURES


@dataclass(frozen=True)
class Compared:
    """Figures of a model and its competitors on one set.

    Attributes:
        figures: competitor → measure → value and interval; the model's is `MODEL`.
        differences: competitor → measure → the model's figure less the competitor's.
        plain: competitor → further figures without an interval.
        confusion: of the model, where the task has labels.
    """

    asked: Asked
    figures: Mapping[str, Mapping[str, Estimate]]
    differences: Mapping[str, Mapping[str, Estimate]]
    plain: Mapping[str, Mapping[str, float]]
    confusion: Confusion | None = field(default=None)

    def document(self) -> dict[str, Any]:
        """As JSON; an interval is ``[value, low, high]``."""
        return {
            "format": EVALUATION_FORMAT,
            "examples": len(self.asked.ids),
            "groups": len(set(self.asked.groups)),
            "figures": _listed(self.figures),
            "differences": _listed(self.differences),
            "plain": {name: {key: round(value, 6) for key, value in row.items()} for name, row in self.plain.items()},
            "classes": self.confusion.by_class() if self.confusion else [],
            "matrix": dict(zip(("labels", "cells"), self.confusion.matrix(), strict=True)) if self.confusion else None,
            "mistakes": [list(pair) for pair in self.confusion.pairs()] if self.confusion else [],
        }


def compare(asked: Asked, answers: Mapping[str, Sequence[str]]) -> Compared:
    """Measure every competitor's ``answers`` (readable, in the order of ``asked``); `MODEL` is one of them.

    Raises:
        ValueError: there are not as many answers as examples.
    """
    figures = {name: _figures(asked, given) for name, given in answers.items()}
    return Compared(
        asked,
        {name: {key: estimate(figure, asked.groups) for key, figure in row.items()} for name, row in figures.items()},
        {
            name: {key: difference(figures[MODEL][key], row[key], asked.groups) for key in row}
            for name, row in figures.items()
            if name != MODEL
        },
        {name: _plain(asked, given) for name, given in answers.items()},
        Confusion.of(asked.wanted, answers[MODEL], asked.labels) if asked.labels else None,
    )


def beats(document: Mapping[str, Any], measure: str, competitors: Sequence[str]) -> bool:
    """Whether the model's ``measure`` lies above that of each of ``competitors``, with the whole interval above zero."""
    return all(document["differences"][name][measure][1] > 0 for name in competitors)


def regressed(document: Mapping[str, Any], measure: str, competitor: str, worst_drop: float) -> bool:
    """Whether the model is worse than ``competitor`` by more than ``worst_drop``, with the whole interval beyond it."""
    return bool(document["differences"][competitor][measure][2] < -worst_drop)


def page(title: str, said: Mapping[str, str], document: Mapping[str, Any]) -> str:
    """The evaluation as Markdown: what was measured, the figures, the differences, and for labels the classes and mistakes."""
    measures = list(document["figures"][MODEL])
    parts = [f"# {title}\n", "\n".join(f"- {name}: {value}" for name, value in said.items()), ""]
    parts += [
        f"{document['examples']} examples in {document['groups']} groups; intervals are 95 %, by the bootstrap over groups.\n"
    ]
    parts += ["## Figures\n", markdown(figure_rows(document)), "", *(f"- `{key}`: {MEANINGS[key]}" for key in measures), ""]
    if document["differences"]:
        parts += ["## The model less its competitors\n", "Over the same draws; above zero the model is better.\n"]
        parts += [markdown(difference_rows(document)), ""]
    parts += [*(embed(svg, alternative) for svg, alternative in charts(document).values()), ""]
    if document["classes"]:
        parts += ["## Classes, weakest first\n", markdown([_rounded(row) for row in document["classes"]]), ""]
        parts += ["## Commonest mistakes\n", markdown(mistake_rows(document)), ""]
    if document.get("curve"):
        parts += [
            "## What more data would bring\n",
            curve_sentence(document["curve"]),
            "",
            markdown(curve_rows(document["curve"])),
            "",
        ]
    return "\n".join(parts)


def figure_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each competitor: every figure with its interval, then those without one."""
    return [
        {
            "": name,
            **{key: _shown(entry) for key, entry in row.items()},
            **{key: round(value, 3) for key, value in document["plain"].get(name, {}).items()},
        }
        for name, row in document["figures"].items()
    ]


def difference_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each competitor: by how much the model's figures lie above its own."""
    return [
        {"model less": name, **{key: _shown(entry) for key, entry in row.items()}}
        for name, row in document["differences"].items()
    ]


def mistake_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The commonest mistakes as rows."""
    return [{"wanted": wanted, "given": given, "times": times} for wanted, given, times in document["mistakes"]]


def charts(document: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Plots (SVG, and what it shows in words): the chief figure of each competitor, F1 by class, mistakes, the learning curve."""
    chief = next(iter(document["figures"][MODEL]))
    names = list(document["figures"])
    values = [round(document["figures"][name][chief][0], 3) for name in names]
    made = {"competitors": (bar_chart(chief, names, [(chief, values)]), f"{chief} of the model and its competitors")}
    weakest = document["classes"][:40]
    if weakest:
        title = "F1 by class" if len(weakest) == len(document["classes"]) else f"F1 of the {len(weakest)} weakest classes"
        f1 = [round(row["f1"], 3) for row in weakest]
        made["classes"] = (bar_chart(title, [row["label"] for row in weakest], [("F1", f1)]), title)
    if matrix := document.get("matrix"):
        size = len(matrix["labels"])
        of_all = "confusion: wanted in rows, given in columns"
        title = of_all if size == len(document["classes"]) else f"{of_all}, the {size} weakest classes"
        made["confusion"] = (confusion_chart(title, matrix["labels"], matrix["cells"]), title)
    if document["mistakes"]:
        pairs = [f"{wanted} → {given}" for wanted, given, _ in document["mistakes"]]
        made["mistakes"] = (
            bar_chart("commonest mistakes, wanted → given", pairs, [("times", [times for *_, times in document["mistakes"]])]),
            "commonest mistakes",
        )
    if curve := document.get("curve"):
        shares = [f"{point['examples']:,} examples" for point in curve["points"]]
        points = [round(point["figure"][0], 3) for point in curve["points"]]
        made["curve"] = (
            bar_chart(f"{curve['measure']} by train examples", shares, [(curve["measure"], points)]),
            "learning curve",
        )
    return made


def curve(measure: str, asked: Asked, points: Sequence[tuple[int, Sequence[str]]]) -> dict[str, Any]:
    """The learning curve: for each number of train examples, rising, the model's figure and its rise over the one before.

    Args:
        measure: which figure.
        asked: the set.
        points: number of train examples, and the answers of the model that learnt from them.
    """
    figures = [_figures(asked, answers)[measure] for _, answers in points]
    found: list[dict[str, Any]] = []
    for place, (examples, _) in enumerate(points):
        entry: dict[str, Any] = {"examples": examples, "figure": _entry(estimate(figures[place], asked.groups))}
        if place:
            entry["rise"] = _entry(difference(figures[place], figures[place - 1], asked.groups))
        found.append(entry)
    return {"measure": measure, "points": found}


def curve_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The points of a `curve` as rows."""
    return [
        {
            "train examples": point["examples"],
            document["measure"]: _shown(point["figure"]),
            "rise": _shown(point["rise"]) if "rise" in point else "",
        }
        for point in document["points"]
    ]


def curve_sentence(document: Mapping[str, Any]) -> str:
    """What the last doubling brought, and hence what the next one may."""
    before, last = document["points"][-2], document["points"][-1]
    value, low, high = last["rise"]
    sure = "surely more than chance" if low > 0 else "within chance"
    return (
        f"From {before['examples']:,} to {last['examples']:,} train examples {document['measure']} rose by {value:.3f} ({low:.3f} to "
        f"{high:.3f}), {sure}. Each part was learnt for as many epochs, hence fewer steps, so "
        "a share of the rise may be those; learning curves flatten: expect less of the next doubling."
    )


def _figures(asked: Asked, answers: Sequence[str]) -> dict[str, Figure]:
    if len(answers) != len(asked.ids):
        raise ValueError("there are not as many answers as examples")
    if asked.labels:
        confusion = Confusion.of(asked.wanted, answers, asked.labels)
        return {"macro_f1": confusion.macro_f1, "accuracy": mean_of(confusion.right)}
    pairs = list(zip(answers, asked.wanted, strict=True))
    lengths = [(len(words(given)), len(words(wanted))) for given, wanted in pairs]
    return {
        "chrf": of_sums([chrf_counts(given, wanted) for given, wanted in pairs], chrf),
        "rouge_l": mean_of([rouge_l(given, wanted) for given, wanted in pairs]),
        "exact_match": mean_of([float(is_exact(given, wanted)) for given, wanted in pairs]),
        "length_ratio": of_sums(lengths, lambda sums: np.asarray(sums[:, 0] / np.maximum(sums[:, 1], 1))),
    }


def _plain(asked: Asked, answers: Sequence[str]) -> dict[str, float]:
    if asked.labels:
        known = set(asked.labels) | set(asked.wanted)
        return {"no label": sum(answer not in known for answer in answers) / max(len(answers), 1)}
    return {"distinct-1": distinct(answers, 1), "distinct-2": distinct(answers, 2)}


def _listed(figures: Mapping[str, Mapping[str, Estimate]]) -> dict[str, dict[str, list[float]]]:
    return {name: {key: _entry(one) for key, one in row.items()} for name, row in figures.items()}


def _entry(one: Estimate) -> list[float]:
    return [round(one.value, 6), round(one.low, 6), round(one.high, 6)]


def _shown(entry: Sequence[float]) -> str:
    return str(Estimate(entry[0], entry[1], entry[2]))


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
