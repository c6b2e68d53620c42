"""The annotated sets by name, whatever they are written in.

Belongs here: a name and a folder in, documents out. Does not belong here: the project's own texts themselves
(`evaluation.corporate`, `evaluation.technical`), and any text of others: their folder is an argument.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evaluation.gold import Gold, Identifier, Mention

_TAB_TYPES = {
    "PERSON": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION", "DATETIME": "DATE_TIME", "DEM": "DEMOGRAPHIC",
    "QUANTITY": "QUANTITY", "CODE": "REFERENCE_NUMBER", "MISC": "MISC",
}  # fmt: skip
_CONLL_TYPES: dict[str, tuple[str, Identifier]] = {
    "person": ("PERSON", "QUASI"),
    "PER": ("PERSON", "QUASI"),
    "location": ("LOCATION", "QUASI"),
    "LOC": ("LOCATION", "QUASI"),
    "corporation": ("ORGANIZATION", "QUASI"),
    "group": ("ORGANIZATION", "QUASI"),
    "ORG": ("ORGANIZATION", "QUASI"),
    "creative-work": ("MISC", "NO_MASK"),
    "product": ("MISC", "NO_MASK"),
    "MISC": ("MISC", "NO_MASK"),
}  # fmt: skip - a film or a product identifies nobody


def documents(name: str, folder: Path | None = None) -> list[Gold]:
    """The documents of the set ``name``, in the order of its file; own sets need no ``folder``.

    Raises:
        ValueError: there is no set of that name, it needs a folder, or its file is not in the format that it should be in.
        FileNotFoundError: the set's file is not in ``folder``.
    """
    if name in OWN:
        return OWN[name]()
    if name not in FILES:
        raise ValueError(f"no set is called {name!r}; there are {', '.join(sorted([*FILES, *OWN]))}")
    if folder is None:
        raise ValueError(f"the set {name!r} is read from a folder; say which")
    file, read = FILES[name]
    return read((folder / file).read_text(encoding="utf-8"))


def read_tab(text: str) -> list[Gold]:
    """Documents of the Text Anonymization Benchmark as JSON lines: ``doc_id``, ``text``, ``entities`` with offsets.

    Raises:
        ValueError: a line is no such record, or a mention lies outside its text.
    """
    found = []
    for number, line in enumerate(filter(None, map(str.strip, text.split("\n"))), start=1):
        try:
            record = json.loads(line)
            mentions = sorted(
                (
                    Mention(
                        entity["start_offset"],
                        entity["end_offset"],
                        _TAB_TYPES[entity["entity_type"]],
                        entity["entity_id"],
                        entity["identifier_type"],
                    )
                    for entity in record["entities"]
                ),
                key=lambda mention: (mention.start, mention.end),
            )
            gold = Gold(record["doc_id"], record["text"], tuple(mentions))
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"record {number} is not one of the benchmark's: {type(error).__name__}") from None
        if any(not 0 <= mention.start < mention.end <= len(gold.text) for mention in mentions):
            raise ValueError(f"record {number} has a mention outside its text")
        found.append(gold)
    return found


def read_conll(text: str) -> list[Gold]:
    """Documents of ``token<tab>BIO-tag`` lines; an empty line ends one. Its text is its tokens with a space between them."""
    found = []
    for number, lines in enumerate(_paragraphs(text), start=1):
        rows = [line.split("\t") for line in lines]
        tokens = [row[0] for row in rows]
        places, at = [], 0
        for token in tokens:
            places.append((at, at + len(token)))
            at += len(token) + 1
        mentions = _mentions(" ".join(tokens), places, [row[-1].strip() for row in rows], 0)
        found.append(Gold(str(number), " ".join(tokens), tuple(mentions)))
    return found


def read_universal_ner(text: str) -> list[Gold]:
    """Documents of Universal NER's IOB2 files (Mayhew et al. 2024): ``# newdoc id``, ``# text``, then number, token, tag.

    Sentences of one document are lines of its text, so that what is known of a person in one counts in all.

    Raises:
        ValueError: a token does not stand in the text of its sentence.
    """
    found: list[Gold] = []
    document_id, body = "", ""
    mentions: list[Mention] = []
    for lines in _paragraphs(text):
        comments = [line[2:] for line in lines if line.startswith("# ")]
        new = next((line.partition("=")[2].strip() for line in comments if line.startswith("newdoc id")), None)
        if new is not None and body:
            found.append(Gold(document_id, body, tuple(mentions)))
            body, mentions = "", []
        document_id = new or document_id
        sentence = next((line.partition("=")[2].strip() for line in comments if line.startswith("text =")), "")
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        places = _aligned(sentence, [row[1] for row in rows])
        start = len(body) + 1 if body else 0
        body = f"{body}\n{sentence}" if body else sentence
        mentions += _mentions(sentence, places, [row[2] for row in rows], start)
    return [*found, Gold(document_id, body, tuple(mentions))] if body else found


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Runs of lines that are not empty. Lines end at a line feed alone: tokens of web text hold other separators."""
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip("\r"):
            lines.append(line.strip("\r"))
        elif lines:
            yield lines
            lines = []


def _aligned(sentence: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    places, at = [], 0
    for number, token in enumerate(tokens, start=1):
        start = sentence.find(token, at)
        if start < 0 or sentence[at:start].strip():
            raise ValueError(f"token {number} does not stand in the text of its sentence")
        at = start + len(token)
        places.append((start, at))
    return places


def _mentions(text: str, places: Sequence[tuple[int, int]], tags: Sequence[str], shift: int) -> list[Mention]:
    """The mentions that BIO ``tags`` make of the tokens at ``places``; those that read alike are one entity."""
    runs: list[tuple[int, int, str]] = []
    last = ""
    for (start, end), tag in zip(places, tags, strict=True):
        if tag == "O":
            last = ""
            continue
        prefix, _, kind = tag.partition("-")
        if prefix == "I" and kind == last:
            runs[-1] = (runs[-1][0], end, kind)
        else:
            runs.append((start, end, kind))
        last = kind
    mentions = []
    for start, end, kind in runs:
        entity, identifier = _CONLL_TYPES.get(kind, ("MISC", "NO_MASK"))
        same = " ".join(text[start:end].casefold().split())
        mentions.append(Mention(start + shift, end + shift, entity, f"{entity} {same}", identifier))
    return mentions


def _corporate() -> list[Gold]:
    from evaluation.corporate import generate  # noqa: PLC0415 - public sets are read without it

    return generate()


def _technical() -> list[Gold]:
    from evaluation.technical import generate  # noqa: PLC0415 - the same

    return generate()


FILES: dict[str, tuple[str, Callable[[str], list[Gold]]]] = {
    "tab_dev": ("tab_dev.jsonl", read_tab),
    "emerging": ("emerging.dev.conll", read_conll),
    "ewt_dev": ("ewt_dev.iob2", read_universal_ner),
}
"""Sets that are read from a folder: name → file, reader."""

OWN: dict[str, Callable[[], list[Gold]]] = {"corporate": _corporate, "technical": _technical}
"""Sets that are made by the project's own code."""
