"""The scrubbing stage: personal data in every text of a document becomes typed placeholders with internal ids.

What counts as text: title, file name, blocks, speakers, and the values of the fields. What is found in one place is replaced in
all of them. A column that the catalog declares personal, and a speaker who is not a role, are replaced whole.

**Guarantee.** Detection is repeated on the text with placeholders in place of what was found until nothing more is found.
Therefore scrubbing a scrubbed text changes nothing, and a search of it finds nothing.

Belongs here: documents in, documents out. Does not belong here: operations on a single text (`winnow.mentions`).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as change

import pyarrow as pa

from winnow.detect import Detect, DetectorConfig, Span, build_detector, detector_version, why
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.ids import keyed_hash
from winnow.mailnames import halves, spelt
from winnow.mentions import DECLARED, PROPAGATED, Edit, Forms, People, is_placeholder, mask, remap, replace, resolve
from winnow.names import is_role
from winnow.placeholders import neutralise, number

VERSION = 2  # raise it when the same document would be scrubbed differently
MAX_ROUNDS = 24  # each round covers more of the text; ordinary texts need two, so more than this is an attack
_GREETED = frozenset({"person:salutation", "person:introduction"})  # rules that take any capitalised word for a name
_WORD = re.compile(r"[^\W\d_]+")
_SPELT = "scope:address"  # what found a name that an address in the same scope spells
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


def scrubber(config: ScrubConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The stage as a function from `winnow.schemas.DOCUMENTS` to the same; call it once a worker.

    A document on which scrubbing fails, for whatever reason, comes back as a row with the reason ``scrub_failed`` and no text.
    """
    detect = build_detector(config.detector)

    def scrub(batch: pa.RecordBatch) -> pa.RecordBatch:
        documents = from_batch(batch)
        return to_batch(_documents(documents, config, detect))

    return scrub


def scrub_key(config: ScrubConfig) -> str:
    """The stage's key: SHA-256 over all that decides its output for the same documents."""
    parts = {
        "version": VERSION,
        "detector": detector_version(config.detector),
        "salt": keyed_hash(config.salt, "scrub"),
        "personal": {source: dict(columns) for source, columns in config.personal.items()},
        "spans": {source: dict(columns) for source, columns in config.spans.items()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def scrub_texts(texts: Sequence[str], detect: Detect, salt: str = "") -> list[tuple[str, list[Span]]]:
    """Each text with numbered placeholders, and the spans that were replaced, in the original's characters, in order.

    Each text is a scope of its own. Numbered placeholders that it already holds are kept, if renumbered, and are no spans.
    """
    scrubbed = []
    for text in map(neutralise, texts):
        spans = settle([text], [None], detect)[0]
        replaced, _ = replace(text, spans, salt)
        scrubbed.append((number([replaced])[0], spans))
    return scrubbed


def remaining(texts: Sequence[str], detect: Detect) -> list[list[Span]]:
    """What ``detect`` still finds in finished texts, overlaps resolved; placeholders are never found."""
    return [resolve(text, spans) for text, spans in zip(texts, detect(texts), strict=True)]


def explain(span: Span) -> str:
    """Why ``span`` was replaced, in a sentence without the text itself."""
    reasons = {
        PROPAGATED: "the same entity was found elsewhere in this text",
        DECLARED: "the catalog says that this is personal",
        _SPELT: "an e-mail address in this text spells the name",
    }
    reason = reasons.get(span.recognizer) or why(span) or "found by a recogniser of the catalog"
    return f"{span.entity} at {span.start}-{span.end} ({span.recognizer}, score {span.score:.2f}): {reason}"


def settle(
    texts: Sequence[str], declared: Sequence[str | None], detect: Detect, first: list[list[Span]] | None = None
) -> list[list[Span]]:
    """The spans to replace in each of the ``texts`` of one scope.

    ``declared``: the entity that a text is as a whole, or None for a text to be searched. ``first``: what ``detect`` found in
    them, where the caller has asked already.

    Raises:
        RuntimeError: the texts keep giving new spans round after round.
    """
    spans = [
        [Span(0, len(text), entity, 1.0, DECLARED)] if entity else [] for text, entity in zip(texts, declared, strict=True)
    ]
    searched = [at for at, entity in enumerate(declared) if entity is None]
    pending = searched
    for _ in range(MAX_ROUNDS):
        masked = [mask(texts[at], spans[at]) for at in pending]
        found = [first[at] for at in pending] if first is not None else detect([shown.text for shown in masked])
        first = None
        changed = set()
        for at, shown, new in zip(pending, masked, found, strict=True):
            if new:
                spans[at] = resolve(texts[at], [*spans[at], *map(shown.original, new)])
                changed.add(at)
        changed |= _propagate(texts, spans, searched)
        if not changed:
            return spans
        pending = sorted(changed)
    message = f"no end of personal data after {MAX_ROUNDS} rounds"
    raise RuntimeError(message)


def _propagate(texts: Sequence[str], spans: list[list[Span]], searched: Sequence[int]) -> set[int]:
    """Add to ``spans`` every other mention of what they hold; the places in ``texts`` where one was found."""
    forms = Forms()
    weak = any(span.recognizer in _GREETED for found in spans for span in found)
    common = {word for at in searched for word in _WORD.findall(texts[at]) if word.islower()} if weak else set()
    for text, found in zip(texts, spans, strict=True):
        for span in found:
            greeted = common if span.recognizer in _GREETED else ()
            forms.add(span.entity, text[span.start : span.end], declared=span.recognizer == DECLARED, common=greeted)
    mailed = halves(
        text[span.start : span.end]
        for text, found in zip(texts, spans, strict=True)
        for span in found
        if span.entity == "EMAIL_ADDRESS"
    )
    changed = set()
    for at in searched:
        shown = mask(texts[at], spans[at])
        new = forms.find(shown.text) + [Span(*place, "PERSON", 0.7, _SPELT) for place in spelt(shown.text, mailed)]
        if new:
            spans[at] = resolve(texts[at], [*spans[at], *map(shown.original, new)])
            changed.add(at)
    return changed


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


def _documents(documents: Sequence[Document], config: ScrubConfig, detect: Detect) -> Iterator[Document]:
    """Each of ``documents`` scrubbed; the first search runs over the texts of all of them, as models like it."""
    prepared = [_texts(document, config) for document in documents]
    try:
        found = iter(detect([text for texts in prepared for text in texts.texts]))
        firsts: list[list[list[Span]] | None] = [[next(found) for _ in texts.texts] for texts in prepared]
    except Exception:  # noqa: BLE001 - one document spoilt the batch: each is searched alone below
        firsts = [None] * len(documents)
    for document, texts, first in zip(documents, prepared, firsts, strict=True):
        try:
            yield _document(document, texts, first, config, detect)
        except Exception:  # noqa: BLE001 - whatever went wrong, this text must not go on, and its message may quote it
            yield _held_back(document)


def _document(
    document: Document, texts: _Texts, first: list[list[Span]] | None, config: ScrubConfig, detect: Detect
) -> Document:
    spans = settle(texts.texts, texts.declared, detect, first)
    people = People(
        text[span.start : span.end]
        for text, found in zip(texts.texts, spans, strict=True)
        for span in found
        if span.entity == "PERSON"
    )
    scope = document.link or document.document_id  # documents of one meeting or thread share their placeholders
    replaced = [replace(text, found, config.salt, people, scope) for text, found in zip(texts.texts, spans, strict=True)]
    blocks = _blocks(
        document.blocks, texts.texts[2], spans[2], lambda text, own: replace(text, own, config.salt, people, scope)[0]
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
    return change(document, title="", name="", blocks=(), fields={}, pii={}, reason="scrub_failed")
