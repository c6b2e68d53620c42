"""What is counted: recall of mentions, entities and documents, precision of tokens, exact and partial F1, false alarms.

Recall follows the Text Anonymization Benchmark (Pilán et al. 2022, https://arxiv.org/abs/2202.00443): an entity is protected only
when every one of its mentions is. A mention is covered when every letter and digit of it lies in some removed span, whatever that
span's type. The benchmark's own program also passes over articles, prepositions and titles within a mention; that reading is
`Scores.lenient`, the strict one is everything else.

Belongs here: pure functions of annotated documents and spans. Does not belong here: finding spans (`evaluation.scrubbed`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.gold import TITLE, Gold, Mention
from evaluation.intervals import Share, bootstrap
from winnow.detect import Span

TYPED = ("PERSON", "LOCATION", "ORGANIZATION")  # the types that all public sets annotate
MASKED = ("DIRECT", "QUASI")  # identifiers that have to go

_WORD = re.compile(r"\w+")
_PASSED_OVER = re.compile(  # the benchmark's list, from its evaluation program; punctuation never counts here anyway
    r"\b(?:mr|mrs|ms|and|or|from|until|to|about|after|as|at|before|between|by|during|for|in|into|of|on|over|since|with|the|a|an"
    r"|no|nr)\b|[’']s\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class F1:
    """Typed spans compared one with one: hits, spans predicted, spans annotated."""

    hits: int
    predicted: int
    annotated: int

    @property
    def precision(self) -> float:
        """Hits of what was predicted."""
        return Share(self.hits, self.predicted).value

    @property
    def recall(self) -> float:
        """Hits of what is annotated."""
        return Share(self.hits, self.annotated).value

    @property
    def value(self) -> float:
        """Their harmonic mean; 1.0 where there is nothing on either side."""
        return 2 * self.hits / (self.predicted + self.annotated) if self.predicted + self.annotated else 1.0


@dataclass(frozen=True)
class Scores:
    """All measures of one set. Keys of the dictionaries are sorted."""

    mentions: dict[str, Share] = field(default_factory=dict)  # winnow's type → mentions covered; DIRECT and QUASI alone
    entities: dict[str, Share] = field(default_factory=dict)  # winnow's type → entities all of whose mentions are covered
    identifiers: dict[str, Share] = field(default_factory=dict)  # DIRECT, QUASI → entities, as above
    lenient: dict[str, Share] = field(default_factory=dict)  # DIRECT, QUASI → entities, as the benchmark's program counts
    genres: dict[str, Share] = field(default_factory=dict)  # genre → PERSON mentions covered
    forms: dict[str, Share] = field(default_factory=dict)  # form of writing → PERSON mentions covered
    documents: Share = field(default_factory=Share)  # documents all of whose mentions to mask are covered
    precision: Share = field(default_factory=Share)  # masked tokens that are DIRECT or QUASI
    precision_any: Share = field(default_factory=Share)  # masked tokens that are annotated, NO_MASK too
    precision_interval: tuple[float, float] = (0.0, 1.0)  # of `precision`, 95%, over documents
    exact: dict[str, F1] = field(default_factory=dict)  # type → both ends and the type agree
    partial: dict[str, F1] = field(default_factory=dict)  # type → at least one letter or digit and the type agree
    words: int = 0  # of all texts

    @property
    def persons(self) -> Share:
        """PERSON mentions covered."""
        return self.mentions.get("PERSON", Share())

    @property
    def all_mentions(self) -> Share:
        """Mentions of every type covered."""
        return sum(self.mentions.values(), Share())


def score(gold: Sequence[Gold], predicted: Sequence[Sequence[Span]]) -> Scores:
    """The measures of ``predicted`` spans (one sequence for each document, overlaps allowed) against ``gold``.

    Raises:
        ValueError: there are not as many sequences as documents.
    """
    tallies = [_Tally(document, spans) for document, spans in zip(gold, predicted, strict=True)]
    return Scores(
        mentions=_pooled(tally.mentions for tally in tallies),
        entities=_pooled(tally.entities for tally in tallies),
        identifiers=_pooled(tally.identifiers for tally in tallies),
        lenient=_pooled(tally.lenient for tally in tallies),
        genres=_pooled({tally.genre: tally.mentions["PERSON"]} for tally in tallies if "PERSON" in tally.mentions),
        forms=_pooled(tally.forms for tally in tallies),
        documents=sum((tally.document for tally in tallies), Share()),
        precision=sum((tally.precision for tally in tallies), Share()),
        precision_any=sum((tally.precision_any for tally in tallies), Share()),
        precision_interval=bootstrap([tally.precision for tally in tallies]),
        exact={entity: f1(gold, predicted, entity, exact=True) for entity in TYPED},
        partial={entity: f1(gold, predicted, entity, exact=False) for entity in TYPED},
        words=sum(len(_WORD.findall(document.text)) for document in gold),
    )


def false_alarms(gold: Sequence[Gold], predicted: Sequence[Sequence[Span]]) -> tuple[int, int]:
    """Spans in texts that hold nothing to find, and the words of those texts (runs of letters, digits and underscores)."""
    return sum(map(len, predicted)), sum(len(_WORD.findall(document.text)) for document in gold)


def covered(mention: Mention, text: str, removed: set[int]) -> bool:
    """Whether every letter and digit of ``mention`` is among the ``removed`` offsets."""
    return all(at in removed for at in range(mention.start, mention.end) if text[at].isalnum())


def offsets(spans: Iterable[Span] | Iterable[Mention]) -> set[int]:
    """The offsets that ``spans`` cover."""
    return {at for span in spans for at in range(span.start, span.end)}


class _Tally:
    """The counts of one document."""

    def __init__(self, gold: Gold, predicted: Sequence[Span]) -> None:
        removed = offsets(predicted)
        passed_over = offsets_of(_PASSED_OVER, gold.text)
        wanted = [mention for mention in gold.mentions if mention.identifier in MASKED]
        hits = [covered(mention, gold.text, removed) for mention in wanted]
        self.genre = gold.genre
        self.mentions = _shares((mention.entity, hit) for mention, hit in zip(wanted, hits, strict=True))
        self.forms = _shares(
            (mention.form, hit)
            for mention, hit in zip(wanted, hits, strict=True)
            if mention.entity == "PERSON" and mention.form
        )
        self.entities = _by_entity(wanted, hits, {mention.entity_id: mention.entity for mention in reversed(wanted)})
        identifiers: dict[str, str] = {}
        for mention in wanted:
            if identifiers.get(mention.entity_id) != "DIRECT":
                identifiers[mention.entity_id] = mention.identifier
        self.identifiers = _by_entity(wanted, hits, identifiers)
        spared = removed | passed_over
        self.lenient = _by_entity(wanted, [covered(mention, gold.text, spared) for mention in wanted], identifiers)
        self.document = Share(int(all(hits)), 1) if wanted else Share()
        titles = offsets(mention for mention in gold.mentions if mention.entity == TITLE)
        matches = (match.span() for span in predicted for match in _WORD.finditer(gold.text, span.start, span.end))
        tokens = [token for token in matches if token[0] not in titles]
        self.precision = _precision(tokens, offsets(wanted))
        self.precision_any = _precision(tokens, offsets(gold.mentions))


def offsets_of(pattern: re.Pattern[str], text: str) -> set[int]:
    """The offsets of all matches of ``pattern`` in ``text``."""
    return {at for match in pattern.finditer(text) for at in range(*match.span())}


def _precision(tokens: Sequence[tuple[int, int]], annotated: set[int]) -> Share:
    distinct = set(tokens)
    return Share(sum(any(at in annotated for at in range(*token)) for token in distinct), len(distinct))


def _shares(hits: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    counts: dict[str, Share] = defaultdict(Share)
    for key, hit in hits:
        counts[key] += Share(int(hit), 1)
    return dict(sorted(counts.items()))


def _by_entity(mentions: Sequence[Mention], hits: Sequence[bool], keys: Mapping[str, str]) -> dict[str, Share]:
    """Entities that were hit at every mention, by ``keys`` (entity id → key)."""
    whole: dict[str, bool] = {}
    for mention, hit in zip(mentions, hits, strict=True):
        whole[mention.entity_id] = whole.get(mention.entity_id, True) and hit
    return _shares((keys[entity_id], hit) for entity_id, hit in whole.items())


def _pooled(tallies: Iterable[Mapping[str, Share]]) -> dict[str, Share]:
    pooled: dict[str, Share] = defaultdict(Share)
    for tally in tallies:
        for key, share in tally.items():
            pooled[key] += share
    return dict(sorted(pooled.items()))


def f1(gold: Sequence[Gold], predicted: Sequence[Sequence[Span]], entity: str, *, exact: bool) -> F1:
    """Spans of type ``entity`` against the mentions of it, NO_MASK too; a mention and a span are used once.

    ``exact``: both ends agree, but for what is no letter or digit at the ends; else one letter or digit in common is enough.
    """
    hits = found = annotated = 0
    for document, spans in zip(gold, predicted, strict=True):
        left = sorted({_bounds(document.text, span.start, span.end) for span in spans if span.entity == entity})
        wanted = [_bounds(document.text, m.start, m.end) for m in document.mentions if m.entity == entity]
        found, annotated = found + len(left), annotated + len(wanted)
        for start, end in wanted:
            hit = next((s for s in left if (s == (start, end) if exact else s[0] < end and start < s[1])), None)
            if hit is not None:
                left.remove(hit)
                hits += 1
    return F1(hits, found, annotated)


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without what is no letter or digit at either end."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end
