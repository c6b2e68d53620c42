"""The figures as tables, with the limits that are wanted of them.

Belongs here: how a figure is written. Does not belong here: how it comes about (`evaluation.metrics`, `evaluation.figures`).
"""

from collections.abc import Iterable, Mapping

from evaluation.intervals import Share
from evaluation.metrics import F1, TYPED, Scores
from evaluation.pages import table

WANTED_DIRECT = 0.95  # of entities, all their mentions
WANTED_QUASI = 0.90  # the same
WANTED_PERSON = 0.97  # of mentions
WANTED_PRECISION = 0.75  # of masked tokens
WANTED_ALARMS = 1.0  # false alarms in 1,000 words of clean technical text

Row = tuple[str, str, str, str, str]

_FIGURE = ("figure", "value", "95% interval", "of", "wanted")


def court(scores: Scores) -> str:
    """Tables of the Text Anonymization Benchmark."""
    direct, quasi = (scores.identifiers.get(name, Share()) for name in ("DIRECT", "QUASI"))
    lenient = [scores.lenient.get(name, Share()) for name in ("DIRECT", "QUASI")]
    rows = [
        _share("direct identifiers, entities", direct, f"≥ {WANTED_DIRECT:.2f}"),
        _share("quasi-identifiers, entities", quasi, f"≥ {WANTED_QUASI:.2f}"),
        _share("`PERSON`, mentions", scores.persons, f"≥ {WANTED_PERSON:.2f}"),
        _row("token precision", scores.precision, scores.precision_interval, f"≥ {WANTED_PRECISION:.2f}"),
        _share("masked tokens with any annotation", scores.precision_any),
        _share("documents without a leak", scores.documents),
        _share("direct, the benchmark's own reading", lenient[0]),
        _share("quasi, the benchmark's own reading", lenient[1]),
    ]
    return f"{table(_FIGURE, rows)}\n\n{by_type(scores)}"


def by_type(scores: Scores) -> str:
    """Recall by entity type, of mentions and of entities."""
    rows = [(f"`{name}`", *_cells(share), *_cells(scores.entities[name])) for name, share in scores.mentions.items()]
    return table(("type", "mentions", "95% interval", "of", "entities", "95% interval", "of"), rows)


def public(sets: Mapping[str, Scores]) -> str:
    """Recall of mentions, exact and partial F1 of the sets that annotate types alone."""
    rows = []
    for name, scores in sets.items():
        for entity in TYPED:
            exact, partial = scores.exact.get(entity, F1(0, 0, 0)), scores.partial.get(entity, F1(0, 0, 0))
            recall = _cells(scores.mentions.get(entity, Share()))
            rows.append((f"`{name}`, `{entity}`", *recall, f"{exact.value:.3f}", f"{partial.value:.3f}"))
        whole = (("documents without a leak", scores.documents), ("token precision", scores.precision))
        rows += [(f"`{name}`, {label}", *_cells(share), "", "") for label, share in whole]
    return table(("set", "recall", "95% interval", "of", "exact F1", "partial F1"), rows)


def corporate(scores: Scores, unseen: Scores | None) -> str:
    """Tables of the own corporate texts."""
    rows = [
        _share("`PERSON`, mentions", scores.persons),
        _share("`PERSON`, mentions but initials, user names, spellings", _names_proper(scores)),
        *([_share("`PERSON`, names in no training pool", unseen.persons)] if unseen else []),
        _share("documents without a leak", scores.documents),
        _row("token precision", scores.precision, scores.precision_interval, f"≥ {WANTED_PRECISION:.2f}"),
    ]
    parts = (
        table(_FIGURE[:4], [row[:4] for row in rows]),
        by_type(scores),
        _listed("`PERSON` by form", scores.forms),
        _listed("`PERSON` by genre", scores.genres),
    )
    return "\n\n".join(parts)


NO_NAMES = ("initials alone", "user name", "spelt out")
"""Forms that stand for a name without being one."""


def _names_proper(scores: Scores) -> Share:
    return sum((share for form, share in scores.forms.items() if form not in NO_NAMES), Share())


def _listed(title: str, shares: Mapping[str, Share]) -> str:
    ranked = sorted(shares.items(), key=lambda entry: (-entry[1].total, entry[0]))
    return table((title, "recall", "95% interval", "of"), [(name, *_cells(share)) for name, share in ranked])


def alarms(parts: Mapping[str, tuple[int, int]], entities: Mapping[str, int]) -> str:
    """False alarms (count, words) by part of the technical texts, and counts by entity."""
    total = (sum(count for count, _ in parts.values()), sum(words for _, words in parts.values()))
    rows = [(name, f"{_rate(*part):.2f}", str(part[0]), f"{part[1]:,}", "") for name, part in parts.items()]
    rows.append(("together", f"{_rate(*total):.2f}", str(total[0]), f"{total[1]:,}", f"≤ {WANTED_ALARMS:.0f}"))
    listed = ", ".join(f"`{name}` {count}" for name, count in sorted(entities.items(), key=lambda entry: (-entry[1], entry[0])))
    found = table(("technical text", "false alarms in 1,000 words", "false alarms", "words", "wanted"), rows)
    return f"{found}\n\nBy entity: {listed or 'none'}."


def _rate(count: int, words: int) -> float:
    return 1000 * count / max(words, 1)


def _cells(share: Share) -> tuple[str, str, str]:
    low, high = share.interval()
    return f"{share.value:.3f}", f"{low:.3f} to {high:.3f}", str(share.total)


def _share(label: str, share: Share, wanted: str = "") -> Row:
    return _row(label, share, share.interval(), wanted)


def _row(label: str, share: Share, interval: tuple[float, float], wanted: str = "") -> Row:
    return label, f"{share.value:.3f}", f"{interval[0]:.3f} to {interval[1]:.3f}", str(share.total), wanted


def sections(parts: Iterable[tuple[str, str]]) -> str:
    """Title and body of each part, as Markdown under headings of the third level."""
    return "\n\n".join(f"### {title}\n\n{body}" for title, body in parts)


def missed(scores: Scores) -> list[str]:
    """Which wanted limits ``scores`` of the court decisions fall short of, in words."""
    direct, quasi = (scores.identifiers.get(name, Share()).value for name in ("DIRECT", "QUASI"))
    limits = (
        ("recall of direct identifiers", direct, WANTED_DIRECT),
        ("recall of quasi-identifiers", quasi, WANTED_QUASI),
        ("recall of `PERSON`", scores.persons.value, WANTED_PERSON),
        ("token precision", scores.precision.value, WANTED_PRECISION),
    )
    return [f"{name} {value:.3f} < {limit:.2f}" for name, value, limit in limits if value < limit]
