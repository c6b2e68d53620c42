"""Reads annotated corpora: lines of plain text with spans, and which entities the annotators looked for.

Corpora disagree on what they mark, and what a corpus did not look for is not "nothing": a year in a corpus without dates may be
a date. So each corpus says which entities were annotated, and the loss (`training.network`) leaves the others open.

Belongs here: files → `Corpus`. Does not belong here: changing text (`training.swaps`, `training.noise`), making it
(`training.synthetic`), cutting it to the model's length (`training.passages`).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENTITIES = (
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "DATE_TIME",
    "DEMOGRAPHIC",
    "QUANTITY",
    "ADDRESS",
    "REFERENCE_NUMBER",
    "MISC",
    "PUBLIC",
)
"""What the model tells apart, as `winnow.detect` names it. PUBLIC is what court annotators marked as an entity that identifies
nobody (a state's government, a code of law): kept apart, it costs no precision when organisations are removed."""

UNSURE = "UNSURE"
"""A span that the corpora mark differently, such as the title before a name: the loss leaves it open."""

Spans = tuple[tuple[int, int, str], ...]
"""Start and end in characters of the text, and an entity or `UNSURE`; sorted, disjoint."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, a paragraph or a message."""

    text: str
    spans: Spans
    tokenised: "Line | None" = None  # the same with a space between any two tokens, where the corpus knows its tokens


@dataclass(frozen=True, slots=True)
class Corpus:
    """Lines in the order in which they stand in the corpus."""

    name: str
    lines: tuple[Line, ...]
    annotated: frozenset[str]  # the entities that the annotators looked for
    separator: str  # what stands between two lines of one passage
    weight: float  # how often a line is seen in an epoch


def read_corpora(folder: Path) -> list[Corpus]:
    """The corpora to learn from in ``folder``.

    ``tab_dev``, ``ewt_dev`` and ``emerging.dev`` are not among them: they choose between models and are never learnt from.

    Raises:
        FileNotFoundError: one of the files is missing.
    """
    return [read(folder) for read in _READERS]


_NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS", "REFERENCE_NUMBER", "PUBLIC"})
"""What name corpora mark, and what hardly ever stands in them: better taken for absent than left open."""

_TITLE = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Judge|Lady|Lord|Hon|Mme|Rev)\b\.?\s+)+(?=\w)", re.IGNORECASE)

_ROLES = frozenset(
    [
        "borrower",
        "lender",
        "borrowers",
        "lenders",
        "guarantor",
        "agent",
        "company",
        "bank",
        "holder",
        "landlord",
        "tenant",
        "employee",
        "executive",
        "corre",
        "property",
        "permitted",
        "percentage",
        "person",
        "persons",
        "party",
        "parties",
        "trustee",
        "purchaser",
        "seller",
        "buyer",
    ]
)
"""What FIN5 marks as a person although it is a part that someone plays in a contract."""

_NO_SPACE_BEFORE = re.compile(r"^(?:[.,;:!?%)\]}’”]|'s|'S|’s|n't|n’t|'re|'ve|'ll|'d|'m|''|…)$")
_NO_SPACE_AFTER = frozenset(["(", "[", "{", "$", "£", "€", "“", "‘", "#", "``"])


def _sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """The sentences of a CoNLL file as (token, tag): first and last column, a blank line between two sentences."""
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) >= 2 and not columns[0].startswith("-DOCSTART-"):
            sentence.append((columns[0], columns[-1]))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _entities(sentence: Sequence[tuple[str, str]], entity_of: Callable[[str, str], str | None]) -> list[tuple[int, int, str]]:
    """Spans over tokens (start, end, entity) of a sentence tagged IO, IOB or BIO."""
    spans: list[tuple[int, int, str]] = []
    previous = "O"
    for at, (token, tag) in enumerate(sentence):
        prefix, _, kind = tag.partition("-")
        entity = entity_of(kind, token) if kind else None
        if entity is not None:
            joined = spans and spans[-1][1] == at and prefix != "B" and previous.partition("-")[2] == kind
            if joined and spans[-1][2] == entity:
                spans[-1] = (spans[-1][0], at + 1, entity)
            else:
                spans.append((at, at + 1, entity))
        previous = tag
    return spans


def _joined(tokens: Sequence[str], spans: Iterable[tuple[int, int, str]], *, natural: bool) -> Line:
    """A line of ``tokens``, with the spaces that a writer would put or one between any two."""
    starts: list[int] = []
    text = ""
    quoted = False
    for at, raw in enumerate(tokens):
        written = '"' if raw in {"``", "''"} and natural else raw
        tight = not text or (natural and (_NO_SPACE_BEFORE.match(written) or tokens[at - 1] in _NO_SPACE_AFTER))
        if natural and written == '"':
            tight = tight or quoted
            quoted = not quoted
        elif natural and tokens[at - 1] in {'"', "``"} and quoted:
            tight = True
        text += written if tight else " " + written
        starts.append(len(text) - len(written))
    lengths = [1 if natural and token in {"``", "''"} else len(token) for token in tokens]
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    return Line(text, tuple((starts[first], ends[last - 1], entity) for first, last, entity in spans))


def _conll(folder: Path, files: Iterable[str], entity_of: Callable[[str, str], str | None]) -> Iterator[Line]:
    for file in files:
        for sentence in _sentences(folder / file):
            tokens = [token for token, _ in sentence]
            spans = _entities(sentence, entity_of)
            natural = _joined(tokens, spans, natural=True)
            yield Line(natural.text, natural.spans, _joined(tokens, spans, natural=False))


def _mapped(table: Mapping[str, str]) -> Callable[[str, str], str | None]:
    return lambda kind, _token: table.get(kind)


_USUAL = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}


def _wikigold(folder: Path) -> Corpus:
    lines = tuple(_conll(folder, ["wikigold.conll.txt"], _mapped(_USUAL | {"MISC": UNSURE})))
    return Corpus("wikigold", lines, _NAMES, " ", 1.0)


def _wnut(folder: Path) -> Corpus:
    table = {
        "person": "PERSON",
        "location": "LOCATION",
        "corporation": "ORGANIZATION",
        "group": "ORGANIZATION",
        "product": UNSURE,
        "creative-work": UNSURE,
    }
    return Corpus("wnut17", tuple(_conll(folder, ["wnut17train.conll"], _mapped(table))), _NAMES, "\n", 1.0)


def _twitter(folder: Path) -> Corpus:
    files = [f"btc_{section}.conll" for section in "abefgh"]
    lines = [
        Line(line.text, _handles_open(line), line.tokenised and Line(line.tokenised.text, _handles_open(line.tokenised)))
        for line in _conll(folder, files, _mapped(_USUAL))
    ]
    return Corpus("broad_twitter", tuple(lines), _NAMES, "\n", 0.6)


def _handles_open(line: Line) -> Spans:
    """The spans of ``line``, user names and hashtags `UNSURE`: they are found by their sign, not by what they say."""
    return tuple(
        (start, end, UNSURE if line.text[start] in "@#" or line.text[:start].rstrip().endswith(("@", "#")) else entity)
        for start, end, entity in line.spans
    )


def _loans(folder: Path) -> Corpus:
    def entity_of(kind: str, token: str) -> str | None:
        return None if kind == "PER" and token.casefold() in _ROLES else (_USUAL | {"MISC": UNSURE}).get(kind)

    return Corpus("sec_loans", tuple(_conll(folder, ["FIN5.txt"], entity_of)), _NAMES, " ", 0.6)


def _gum(folder: Path) -> Corpus:
    lines = tuple(_conll(folder, ["gum_ccby.conll"], _mapped(_USUAL | {"DATE": "DATE_TIME"})))
    return Corpus("gum", lines, _NAMES | {"DATE_TIME"}, " ", 1.0)


def _crossner(folder: Path) -> Corpus:
    table = dict.fromkeys(("person", "politician", "scientist", "researcher", "writer", "musicalartist"), "PERSON")
    table |= dict.fromkeys(("organisation", "politicalparty", "university"), "ORGANIZATION")
    table |= dict.fromkeys(("country", "location"), "LOCATION")
    known = {"O": None, **table}
    files = [f"crossner_{field}_{part}.txt" for field in ("politics", "science", "ai") for part in ("train", "dev", "test")]
    lines = tuple(_conll(folder, files, lambda kind, _token: known.get(kind, UNSURE)))
    return Corpus("crossner", lines, _NAMES, "\n", 1.0)


def _novels(folder: Path) -> Corpus:
    lines: list[Line] = []
    for row in (folder / "litbank_names.jsonl").read_text(encoding="utf-8").splitlines():
        novel = json.loads(row)
        spans = [(start, end, _USUAL.get(kind, UNSURE)) for start, end, kind in novel["entities"]]
        lines += _split(novel["text"], _without_titles(novel["text"], _disjoint(spans)), "\n")
    return Corpus("litbank", tuple(_naturally_spaced(line) for line in lines), _NAMES, " ", 0.4)


def _court(folder: Path) -> Corpus:
    table = {
        "PERSON": "PERSON",
        "LOC": "LOCATION",
        "ORG": "ORGANIZATION",
        "DATETIME": "DATE_TIME",
        "DEM": "DEMOGRAPHIC",
        "QUANTITY": "QUANTITY",
        "CODE": "REFERENCE_NUMBER",
        "MISC": "MISC",
    }
    lines: list[Line] = []
    for row in (folder / "tab_train.jsonl").read_text(encoding="utf-8").splitlines():
        decision = json.loads(row)
        spans = [
            (e["start_offset"], e["end_offset"], "PUBLIC" if e["identifier_type"] == "NO_MASK" else table[e["entity_type"]])
            for e in decision["entities"]
        ]
        lines += _split(decision["text"], _without_titles(decision["text"], _disjoint(spans)), "\n\n")
    # Small, and the only one that marks all: seen three times an epoch, each time with other names.
    return Corpus("tab", tuple(lines), frozenset(ENTITIES), "\n", 3.0)


_READERS: tuple[Callable[[Path], Corpus], ...] = (_wikigold, _wnut, _twitter, _loans, _gum, _crossner, _novels, _court)


def _disjoint(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """``spans`` in order; of two that overlap the longer stays."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return sorted(kept)


def _without_titles(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """``spans`` with the title of a person as an `UNSURE` span of its own."""
    parted: list[tuple[int, int, str]] = []
    for start, end, entity in spans:
        title = _TITLE.match(text, start, end) if entity == "PERSON" else None
        if title and title.end() < end:
            parted += [(start, title.end() - 1, UNSURE), (title.end(), end, entity)]
        else:
            parted.append((start, end, entity))
    return parted


def _split(text: str, spans: Sequence[tuple[int, int, str]], separator: str) -> Iterator[Line]:
    """The parts of ``text`` between separators, each with its own spans; a span over a separator is cut there."""
    at = 0
    for part in text.split(separator):
        end = at + len(part)
        own = [(max(s, at) - at, min(e, end) - at, entity) for s, e, entity in spans if s < end and e > at]
        if part.strip():
            yield Line(part, tuple(own))
        at = end + len(separator)


_LOOSE = re.compile(r" (?=(?:[.,;:!?)\]’”]|'s\b|n't\b|'ll\b|'re\b|'ve\b))|(?<=[(\[“]) ")


def _naturally_spaced(line: Line) -> Line:
    """``line`` without the spaces that tokenisation put, and the line as it was beside it."""
    removed = [match.start() for match in _LOOSE.finditer(line.text)]
    if not removed:
        return line
    gone = set(removed)
    kept_before = [0] * (len(line.text) + 1)
    for at in range(len(line.text)):
        kept_before[at + 1] = kept_before[at] + (at not in gone)
    text = "".join(character for at, character in enumerate(line.text) if at not in gone)
    spans = tuple((kept_before[start], kept_before[end], entity) for start, end, entity in line.spans)
    return Line(text, spans, line)
