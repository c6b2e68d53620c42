"""The second, independent pass over the strings of finished files: what must not be in them, by kind.

Four questions are asked of each string: does it hold something that is personal by its form (`winnow.audit_patterns`), by what the
catalog declares, by who is known (`winnow.known`), or by what was replaced elsewhere in the documents that its example was made of?
The last compares keyed ids: the runs of words of the released text are hashed as entities are, and looked up among the ids that
stand in the scrubbed documents of the scope.

Belongs here: the map stage that asks them. Does not belong here: reading files and finding scopes (`assets.audit`), and how much
the name model still sees (`winnow.leak_rate`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from winnow import audit_patterns, names
from winnow.audit_patterns import CONTACT, GAP, SECRET, VALID_NUMBER, Hit, plain
from winnow.detect import chosen
from winnow.detector_config import DetectorConfig
from winnow.forms import ATTRIBUTES
from winnow.known import Known
from winnow.mentions import MIN_FORM, canonical, entity_id
from winnow.rescan import UNSEARCHED

KNOWN_PERSON, SAME_SCOPE, DECLARED = "known_person", "same_scope", "declared_pattern"

KINDS = (VALID_NUMBER, SECRET, CONTACT, KNOWN_PERSON, SAME_SCOPE, DECLARED)
"""The kinds of finding, each of which stops a publication."""

AUDIT_TEXTS = pa.schema([("text_hash", pa.string()), ("text", pa.string()), ("scope", pa.list_(pa.string()))])
"""What the stage is handed: a string and the ids (``TYPE:hex``) of what was replaced in the documents behind it."""

HIT_COUNT = pa.struct([("kind", pa.string()), ("entity", pa.string()), ("count", pa.int32())])

AUDIT_FOUND = pa.schema([("text_hash", pa.string()), ("found", pa.list_(HIT_COUNT))])
"""What it answers: how often each entity was found, by kind; nothing for a clean string."""

SOFT = ATTRIBUTES | {"LOCATION", "ORGANIZATION"}
"""Entities that mean one thing here and another there, or that a policy may keep: the scope does not forbid them elsewhere."""

MOST_WORDS = 6  # of a form that is looked up in the scope: the longest addresses and names have as many

_WORD = re.compile(r"[^\W_](?:[\w.+@'’&/-]*\w)?")
_GAP_BETWEEN = re.compile(r"[\s.,/()-]{1,3}")
_NUMBER = re.compile(r"(?<![^\W_])[+(]?[0-9](?:[ ()./-]{0,2}[0-9]){4,30}(?![^\W_])")

FormId = tuple[str, int, int]  # entity, keyed hash of the form, words: a row of `winnow.known.KNOWN_FORM`


@dataclass(frozen=True)
class AuditConfig:
    """What the stage needs to know; picklable."""

    salt: str
    detector: DetectorConfig
    known: tuple[FormId, ...] = ()


def auditor(config: AuditConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The stage: a function from `AUDIT_TEXTS` to `AUDIT_FOUND`, in order."""
    search = Search(config)

    def audit(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = [
            {"text_hash": name, "found": _counted(search.hits(text, scope or ()))}
            for name, text, scope in zip(*(batch.column(name).to_pylist() for name in AUDIT_TEXTS.names), strict=True)
        ]
        return pa.RecordBatch.from_pylist(rows, schema=AUDIT_FOUND)

    return audit


def scope_searcher(salt: str) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The stage that asks the last question alone, of examples on their way: from `AUDIT_TEXTS` to `AUDIT_FOUND`, in order.

    The scrubber spreads a name through its documents unless it is no more than a guess. An example that says such a name again is
    refused, so that the audit of finished files finds none.
    """

    def search(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = [
            {"text_hash": name, "found": _counted(in_scope(plain(text), scope, salt) if scope else ())}
            for name, text, scope in zip(*(batch.column(name).to_pylist() for name in AUDIT_TEXTS.names), strict=True)
        ]
        return pa.RecordBatch.from_pylist(rows, schema=AUDIT_FOUND)

    return search


def unaudited(row: pa.RecordBatch, _reason: str) -> pa.RecordBatch:
    """What stands for a string on which the search died: it never passes as clean."""
    found = [{"kind": kind, "entity": UNSEARCHED, "count": 1} for kind in KINDS]
    return pa.RecordBatch.from_pylist([{"text_hash": row.column("text_hash")[0].as_py(), "found": found}], schema=AUDIT_FOUND)


def _counted(hits: Iterable[Hit]) -> list[dict[str, str | int]]:
    counted = Counter((hit.kind, hit.entity) for hit in hits)
    return [{"kind": kind, "entity": entity, "count": count} for (kind, entity), count in sorted(counted.items())]


class Search:
    """The four questions, asked of one string after the other."""

    def __init__(self, config: AuditConfig) -> None:
        """Compile what the catalog declares."""
        self._salt = config.salt
        self._wanted = {entity for recognizer in chosen(config.detector) for entity in recognizer.entities}
        self._allowed = {_folded(text) for text in config.detector.allow}
        self._patterns = [
            (entity, re.compile(pattern))
            for entity, pattern in sorted(config.detector.patterns.items())
            if entity in self._wanted
        ]
        self._values = {
            entity: literals(values)
            for entity, values in sorted(config.detector.known.items())
            if entity in self._wanted and values
        }
        self._known = Known(config.known, config.salt) if config.known else None

    def hits(self, text: str, scope: Sequence[str] = ()) -> set[Hit]:
        """What must not be in ``text``, a string of a released file whose example was made of documents with the ids ``scope``."""
        if audit_patterns.is_opaque(text):
            return set()
        shown = plain(text)
        found = {hit for hit in audit_patterns.find(text) if hit.entity in self._wanted}
        found |= set(self._declared(shown))
        if self._known is not None:
            found |= {Hit(KNOWN_PERSON, span.entity, text[span.start : span.end]) for span in self._known.find(text)}
        if scope:
            found |= set(in_scope(shown, scope, self._salt))
        return {hit for hit in found if _folded(hit.surface) not in self._allowed}

    def _declared(self, shown: str) -> Iterator[Hit]:
        for entity, pattern in self._patterns:
            yield from (Hit(DECLARED, entity, match[0]) for match in pattern.finditer(shown))
        for entity, pattern in self._values.items():
            yield from (Hit(DECLARED, entity, match[0]) for match in pattern.finditer(shown))


def literals(values: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of ``values`` as whole words, whatever their case and white space."""
    wanted = sorted({_folded(plain(value)) for value in values if value.strip()}, key=lambda value: (-len(value), value))
    alternatives = "|".join(r"\s+".join(map(re.escape, value.split(" "))) for value in wanted)
    return re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE)


def in_scope(shown: str, scope: Iterable[str], salt: str) -> Iterator[Hit]:
    """Runs of words in ``shown`` (as from `winnow.audit_patterns.plain`) that are one of the entities of ``scope``.

    Ids are hashes of whole forms, so a part of a name that stands alone is not seen here: that is for `winnow.known`.
    """
    wanted = frozenset(entry for entry in scope if entry.partition(":")[0] not in SOFT)
    entities = sorted({entry.partition(":")[0] for entry in wanted})
    if not entities:
        return
    for surface in set(_runs(shown)):
        numeric = any(sign.isdigit() for sign in surface)
        for entity in entities:
            if _may_be(entity, surface, numeric=numeric) and f"{entity}:{_id(salt, entity, surface)}" in wanted:
                yield Hit(SAME_SCOPE, entity, surface)


def _runs(shown: str) -> Iterator[str]:
    """Forms that may be entities: words with a digit or an ``@``, and runs of words that begin with a capital."""
    for match in _NUMBER.finditer(shown):
        yield match[0]
    found = [match.span() for match in _WORD.finditer(shown)]
    for at, (start, end) in enumerate(found):
        first = shown[start:end]
        telling = any(sign.isdigit() or sign == "@" for sign in first)
        if telling:
            yield first
        if not (telling or first[0].isupper()):
            continue
        for last in range(at if first[0].isupper() else at + 1, min(at + MOST_WORDS, len(found))):
            if last > at and not _GAP_BETWEEN.fullmatch(shown, found[last - 1][1], found[last][0]):
                break
            yield shown[start : found[last][1]]


def _may_be(entity: str, surface: str, *, numeric: bool) -> bool:
    """Whether the scrubber would look for ``surface`` as an ``entity`` elsewhere: short words and numbers mean other things."""
    if GAP in surface:
        return False
    words = surface.split()
    if entity == "PERSON":
        capitals = sum(word[0].isupper() for word in words)
        common = {word.strip(".,'’").casefold() for word in words} & names.NOT_NAMES
        return not numeric and capitals > 1 and words[-1][0].isupper() and not common and not names.is_role(surface)
    letters = sum(map(str.isalnum, surface))
    return letters >= MIN_FORM and (numeric or "@" in surface or len(words) > 1)


@lru_cache(maxsize=262_144)
def _id(salt: str, entity: str, surface: str) -> str:
    return entity_id(salt, entity, canonical(entity, surface))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def by_kind(found: Iterable[Mapping[str, object]]) -> dict[str, Counter[str]]:
    """Rows of `HIT_COUNT` as entity counts by kind, every kind present."""
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for row in found:
        counted[str(row["kind"])][str(row["entity"])] += int(str(row["count"]))
    return counted
