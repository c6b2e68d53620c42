"""The scrubbing stage: personal data in every text of a document becomes typed placeholders with internal ids.

What counts as text: title, file name, blocks, speakers, and the values of the fields. What is found in one place is replaced in
all of them. A column that the catalog declares personal, and a speaker who is not a role, are replaced whole.

**Guarantee** (`winnow.scope`). Scrubbing a scrubbed document changes nothing, and a search of it by patterns finds nothing. Whoever
scrubs a text that holds numbered placeholders, an already released one, may have the name model find one more name in it.

Belongs here: documents in, documents out. Does not belong here: the search itself (`winnow.scope`), operations on a single text
(`winnow.mentions`).
"""

import hashlib
import importlib.metadata
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as change

import pyarrow as pa

from winnow.detect import Detect, ModelFactory, Span, build_detector, detector_version, is_guess, under_policy, why
from winnow.detector_config import DetectorConfig, effective
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.forms import PROPAGATED
from winnow.ids import keyed_hash
from winnow.known_forms import VERSION as KNOWN_VERSION
from winnow.known_forms import learn, together
from winnow.languages import LIBRARY as LANGUAGE_LIBRARY
from winnow.languages import VERSION as LANGUAGES_VERSION
from winnow.languages import hold_back
from winnow.mentions import DECLARED, Edit, is_placeholder, remap, replace, resolve
from winnow.names import is_role
from winnow.placeholders import neutralise, number
from winnow.schemas import SCRUBBED
from winnow.scope import SPELT, people_of, settle

VERSION = 4  # raise it when the same document would be scrubbed differently
NAME, BODY = 1, 2  # the places of a file's name and of all blocks among a document's texts
KNOWN_TO_PATTERNS = frozenset({"en"})  # without a name model, names are found by English titles, greetings and headers
BETWEEN_BLOCKS = "\n\n"  # what recognisers see between two blocks: signatures reach over it, numbers do not


@dataclass(frozen=True)
class ScrubConfig:
    """What the stage needs to know; picklable, so that each worker builds its own detector."""

    salt: str
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    personal: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # source → column → entity
    spans: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # source → column of spans → column whose characters count
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # source → columns of labels and scores
    languages: frozenset[str] = KNOWN_TO_PATTERNS  # of the name model; text in others goes no further
    model: ModelFactory | None = None  # what finds names in prose; None: patterns alone


def scrubber(config: ScrubConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The stage as a function from `winnow.schemas.DOCUMENTS` to `winnow.schemas.SCRUBBED`; call it once a worker.

    A document on which scrubbing fails, for whatever reason, comes back as a row with the reason ``scrub_failed`` and no text.
    """
    detectors = _Detectors(config)

    def scrub(batch: pa.RecordBatch) -> pa.RecordBatch:
        documents = from_batch(batch)
        return to_batch(_documents(documents, config, detectors), SCRUBBED)

    return scrub


class _Detectors:
    """The detector of each source: one for all, except where the catalog has rules for a source."""

    def __init__(self, config: ScrubConfig) -> None:
        """Build the detector that holds for every source without rules of its own."""
        self._config = config
        self._common = build_detector(config.detector, config.model)
        self._own: dict[str, Detect] = {}

    def of(self, source: str) -> Detect:
        """The detector for the texts of ``source``; built when it is first asked for."""
        if source not in self._config.detector.sources:
            return self._common
        if source not in self._own:
            rules = effective(self._config.detector, source)
            model = under_policy(self._config.model, rules.policy)
            self._own[source] = build_detector(rules, model)
        return self._own[source]


def scrub_key(config: ScrubConfig) -> str:
    """The stage's key: SHA-256 over all that decides its output for the same documents."""
    parts = {
        "version": VERSION,
        "known": KNOWN_VERSION,
        "languages": [LANGUAGES_VERSION, importlib.metadata.version(LANGUAGE_LIBRARY), *sorted(config.languages)],
        "detector": detector_version(config.detector, config.model),
        "sources": {
            source: detector_version(effective(config.detector, source), config.model) for source in config.detector.sources
        },
        "salt": keyed_hash(config.salt, "scrub"),
        "personal": {source: dict(columns) for source, columns in config.personal.items()},
        "spans": {source: dict(columns) for source, columns in config.spans.items()},
        "classes": {source: sorted(columns) for source, columns in config.classes.items()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def scrub_texts(texts: Sequence[str], detect: Detect, salt: str = "") -> list[tuple[str, list[Span]]]:
    """Each text with numbered placeholders, and the spans that were replaced, in the original's characters, in order.

    Each text is a scope of its own. Numbered placeholders that it already holds are kept, if renumbered, and are no spans.
    """
    scrubbed = []
    originals = [neutralise(text) for text in texts]
    for text, found in zip(originals, detect(originals), strict=True):  # all at once, as models like it
        spans = settle([text], [None], detect, [found])[0]
        replaced, _ = replace(text, spans, salt)
        scrubbed.append((number([replaced])[0], spans))
    return scrubbed


def remaining(texts: Sequence[str], detect: Detect) -> list[list[Span]]:
    """What ``detect`` still finds in finished texts, overlaps resolved; placeholders are never found."""
    return [resolve(text, spans) for text, spans in zip(texts, detect(texts), strict=True)]


def explain(span: Span) -> str:
    """What ``span`` is, where, and why it was replaced, in a sentence without the text itself."""
    return f"{span.entity} at {span.start}-{span.end} ({span.recognizer}, score {span.score:.2f}): {reason(span)}"


def reason(span: Span) -> str:
    """Why ``span`` was replaced, without the text itself."""
    reasons = {
        PROPAGATED: "the same entity was found elsewhere in this text",
        DECLARED: "the catalog says that this is personal",
        SPELT: "an e-mail address in this text spells the name",
    }
    return reasons.get(span.recognizer) or why(span) or "found by a recogniser of the catalog"


@dataclass(frozen=True)
class _Texts:
    """The texts of one document in one list: title, name, body, then each speaker and each field."""

    texts: list[str]
    declared: list[str | None]
    speakers: dict[str, int]  # label → place in texts
    fields: dict[str, int]


def _texts(document: Document, config: ScrubConfig) -> _Texts:
    texts = [document.title or "", document.name or "", BETWEEN_BLOCKS.join(block.text or "" for block in document.blocks)]
    declared: list[str | None] = [None] * len(texts)
    speakers: dict[str, int] = {}
    for block in document.blocks:
        if block.speaker and block.speaker not in speakers:
            speakers[block.speaker] = len(texts)
            texts.append(block.speaker)
            declared.append(None if is_role(block.speaker) or is_placeholder(block.speaker) else "PERSON")
    personal = config.personal.get(document.source, {})
    counted = config.spans.get(document.source, {})
    fields: dict[str, int] = {}
    for name, value in document.fields.items():
        if name not in counted and value:
            fields[name] = len(texts)
            texts.append(value)
            declared.append(personal.get(name) if value.strip() and not is_placeholder(value) else None)
    return _Texts(texts, declared, speakers, fields)


def _documents(documents: Sequence[Document], config: ScrubConfig, detectors: _Detectors) -> Iterator[Document]:
    """Each of ``documents`` scrubbed; the first search runs over the texts of all of them, as models like it."""
    documents = [_understood(document, config) for document in documents]
    prepared = [_texts(document, config) for document in documents]
    firsts = _first_searches(prepared, [detectors.of(document.source) for document in documents])
    for document, texts, first in zip(documents, prepared, firsts, strict=True):
        if document.reason is not None:
            yield document
            continue
        try:
            yield _document(document, texts, first, config, detectors.of(document.source))
        except Exception:  # noqa: BLE001 - whatever went wrong, this text must not go on, and its message may quote it
            yield _held_back(document)


def _first_searches(prepared: Sequence[_Texts], detectors: Sequence[Detect]) -> list[list[list[Span]] | None]:
    """What each document's detector finds in its texts, asked about all of them at once; None where that failed."""
    firsts: list[list[list[Span]] | None] = [None] * len(prepared)
    for detect in dict.fromkeys(detectors):
        mine = [at for at, other in enumerate(detectors) if other is detect]
        try:
            found = iter(detect([text for at in mine for text in prepared[at].texts]))
            for at in mine:
                firsts[at] = [next(found) for _ in prepared[at].texts]
        except Exception:  # noqa: BLE001, S112 - one document spoilt the batch: each is searched alone by the caller
            continue
    return firsts


def _understood(document: Document, config: ScrubConfig) -> Document:
    """``document`` without what is in a language that the detector does not know; whom it declares to be a person stays known."""
    try:
        spans, personal = config.spans.get(document.source, {}), config.personal.get(document.source, {})
        left = hold_back(document, config.languages, spans, frozenset(personal))
        if left is document:
            return document
        texts = _texts(document, config)
        declared = [
            [Span(0, len(text), entity, 1.0, DECLARED)] if entity else []
            for text, entity in zip(texts.texts, texts.declared, strict=True)
        ]
        return change(left, known=together(left.known, learn(texts.texts, declared, config.salt)))
    except Exception:  # noqa: BLE001 - as below: what could not be looked at must not go on
        return _held_back(document)


def _document(
    document: Document, texts: _Texts, first: list[list[Span]] | None, config: ScrubConfig, detect: Detect
) -> Document:
    first = detect(texts.texts) if first is None else first
    for column in config.classes.get(document.source, ()):
        if column in texts.fields:  # one word that the model takes for a name would cost the dataset a whole class
            at = texts.fields[column]
            first[at] = [span for span in first[at] if not is_guess(span)]
    spans = settle(texts.texts, texts.declared, detect, first, file_names=(NAME,))
    people = people_of(texts.texts, spans)
    scope = document.link or document.document_id  # documents of one meeting or thread share their placeholders
    replaced = [
        ("", []) if at == BODY else replace(text, found, config.salt, people, scope)  # the body goes block by block
        for at, (text, found) in enumerate(zip(texts.texts, spans, strict=True))
    ]
    blocks = _blocks(
        document.blocks, texts.texts[BODY], spans[BODY], lambda text, own: replace(text, own, config.salt, people, scope)[0]
    )
    counts = Counter(document.pii)
    for at, found in enumerate(spans):
        turns = sum(block.speaker is not None and texts.speakers.get(block.speaker) == at for block in document.blocks)
        counts.update({entity: n * max(turns, 1) for entity, n in Counter(span.entity for span in found).items()})
    return change(
        document,
        title=replaced[0][0],
        name=replaced[1][0],
        blocks=tuple(
            change(block, text=text, speaker=replaced[texts.speakers[block.speaker]][0] if block.speaker else block.speaker)
            for block, text in zip(document.blocks, blocks, strict=True)
        ),
        fields=_fields(document, texts, replaced, config),
        pii=dict(counts),
        known=together(document.known, *(learn(texts.texts, found, config.salt) for found in (spans, first) if found)),
    )


def _blocks(blocks: Sequence[Block], body: str, found: Sequence[Span], put: Callable[[str, list[Span]], str]) -> Iterator[str]:
    """The text of each block with the spans of the joined body replaced; a span over a boundary is replaced in both blocks."""
    at = first = 0
    for block in blocks:
        end = at + len(block.text or "")
        while first < len(found) and found[first].end <= at:
            first += 1
        own = []
        for span in found[first:]:
            if span.start >= end:
                break
            own.append(change(span, start=max(span.start, at) - at, end=min(span.end, end) - at))
        yield put(body[at:end], own) if own or "<" in body[at:end] else body[at:end]
        at = end + len(BETWEEN_BLOCKS)


def _fields(
    document: Document, texts: _Texts, replaced: Sequence[tuple[str, list[Edit]]], config: ScrubConfig
) -> dict[str, str]:
    counted = config.spans.get(document.source, {})
    fields = {}
    for name, value in document.fields.items():
        if name in counted and value:
            at = texts.fields.get(counted[name])  # none: an empty value
            fields[name] = _moved(value, document.fields[counted[name]], [] if at is None else replaced[at][1])
        else:
            fields[name] = replaced[texts.fields[name]][0] if name in texts.fields else value
    return fields


def _moved(value: str, text: str, edits: Sequence[Edit]) -> str:
    """A JSON list of ``{start, end, label}`` over ``text``, with the offsets that hold after ``edits``; other keys go.

    Raises:
        ValueError: ``value`` is no such list, or a span lies outside the text.
    """
    moved = []
    for entry in json.loads(value):
        start, end = int(entry["start"]), int(entry["end"])
        if not 0 <= start <= end <= len(text):
            raise ValueError("a span lies outside its text")
        new_start, new_end = remap(start, end, edits)
        moved.append({"start": new_start, "end": new_end, "label": str(entry["label"])})
    return json.dumps(moved, ensure_ascii=False)


def _held_back(document: Document) -> Document:
    return change(document, title="", name="", blocks=(), fields={}, pii={}, known=(), reason="scrub_failed")
