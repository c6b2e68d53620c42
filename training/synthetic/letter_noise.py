"""Noise in the letters of annotated text: case, scanning, typing, accents.

What belongs here: changes of single letters. What does not: spaces, lines and mark-up (:mod:`training.noise`).
"""

import random
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from training.synthetic import Annotated
from training.synthetic.edits import Edit

WORD = re.compile(r"[^\W\d_]{2,}")
LINE = re.compile(r"(?m)^(?=.)")
BREAK = re.compile(r"\n")
OCR = (
    *(
        ("l", "1"),
        ("1", "l"),
        ("I", "l"),
        ("l", "I"),
        ("O", "0"),
        ("0", "O"),
        ("o", "0"),
        ("m", "rn"),
        ("rn", "m"),
        ("S", "5"),
        ("5", "S"),
    ),
    *(
        ("B", "8"),
        ("cl", "d"),
        ("d", "cl"),
        ("e", "c"),
        ("c", "e"),
        ("vv", "w"),
        ("w", "vv"),
        ("h", "b"),
        ("i", "j"),
        ("n", "u"),
        ("u", "n"),
    ),
    *(
        ("fi", "ﬁ"),
        ("fl", "ﬂ"),
        ("ii", "ü"),
        ("li", "h"),
        ("a", "o"),
        ("t", "f"),
        ("E", "F"),
        ("é", "6"),
        (".", ","),
        (",", "."),
    ),
)


def _same_length(text: str, change: Callable[[str], str]) -> str:
    """``change`` of every letter, save those whose length it would change."""
    changed = change(text)
    if len(changed) == len(text):
        return changed
    return "".join(new if len(new := change(letter)) == 1 else letter for letter in text)


def _by_pieces(annotated: Annotated, change: Callable[[str], str]) -> list[Edit]:
    """Edits that change every stretch between the edges of spans and line ends, letter for letter."""
    text = annotated.text
    cuts = {0, len(text)} | {edge for start, end, _ in annotated.spans for edge in (start, end)}
    cuts |= {match.start() for match in BREAK.finditer(text)}
    ordered = sorted(cuts)
    return [(a, b, _same_length(text[a:b], change)) for a, b in pairwise(ordered)]


def capitals(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Everything, or a few lines, in capitals."""
    text = annotated.text
    if rng.random() < 0.5:
        return [(0, len(text), _same_length(text, str.upper))] if not annotated.spans else _by_pieces(annotated, str.upper)
    lines = [(match.start(), (text.find("\n", match.start()) + 1 or len(text) + 1) - 1) for match in LINE.finditer(text)]
    chosen = [line for line in lines if rng.random() < 0.3]
    return [
        edit for edit in _by_pieces(annotated, str.upper) if any(start <= edit[0] and edit[1] <= end for start, end in chosen)
    ]


def lower(annotated: Annotated, _: random.Random) -> list[Edit]:
    """Everything in lower case, as chats are typed."""
    return _by_pieces(annotated, str.lower)


def case_of_names(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Names alone in lower case or in capitals."""
    change = str.lower if rng.random() < 0.55 else str.upper
    return [
        (start, end, _same_length(annotated.text[start:end], change))
        for start, end, name in annotated.spans
        if name in {"PERSON", "LOCATION", "ORGANIZATION"} and rng.random() < 0.8
    ]


def title_case(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Every Word With a Capital, over one stretch of the text."""
    words = list(WORD.finditer(annotated.text))
    if not words:
        return []
    start = int(rng.random() * len(words))
    chosen = words[start : start + 5 + int(rng.random() * 30)]
    return [(word.start(), word.start() + 1, _same_length(word[0][0], str.upper)) for word in chosen]


def scanning(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Letters that optical character recognition mistakes; in about one word in eight."""
    edits = []
    for word in WORD.finditer(annotated.text):
        if rng.random() < 0.12:
            wrong, right = OCR[int(rng.random() * len(OCR))]
            at = word[0].find(wrong)
            if at < 0:
                wrong, right = OCR[int(rng.random() * len(OCR))]
                at = word[0].find(wrong)
            if at >= 0:
                edits.append((word.start() + at, word.start() + at + len(wrong), right))
    return edits


def typing(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Letters swapped, dropped, doubled or replaced by a neighbour, in about one word in twelve."""
    edits = []
    for word in WORD.finditer(annotated.text):
        if rng.random() >= 0.08 or len(word[0]) < 3:
            continue
        at = word.start() + int(rng.random() * (len(word[0]) - 1))
        one, two = annotated.text[at], annotated.text[at + 1]
        roll = rng.random()
        if roll < 0.3:
            edits.append((at, at + 2, two + one))
        elif roll < 0.6:
            edits.append((at + 1, at + 2, ""))
        elif roll < 0.8:
            edits.append((at, at + 1, one + one))
        else:
            edits.append((at, at + 1, "abcdefghijklmnopqrstuvwxyz"[int(rng.random() * 26)]))
    return edits


def plain_letters(annotated: Annotated, _: random.Random) -> list[Edit]:
    """Accents dropped."""
    edits = []
    for match in re.finditer(r"[^\x00-\x7f]", annotated.text):
        bare = {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "đ": "d"}.get(
            match[0], unicodedata.normalize("NFD", match[0])[0]
        )
        if bare != match[0] and bare.isascii():
            edits.append((match.start(), match.end(), bare))
    return edits
