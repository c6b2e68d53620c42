"""Damage to annotated text as real corporate text bears it; spans stay exactly true.

What belongs here: changes of case, typing, scanning, PDF extraction, mark-up and tokenisation. What does not: the sentences
(:mod:`training.synthetic`). Each kind of noise proposes edits; :func:`apply` makes them and moves the spans along. An edit never
crosses the edge of a span, and what is put in at an edge stays outside it.
"""

import random
import re
from collections.abc import Callable

from training.synthetic import Annotated
from training.synthetic.edits import Edit, apply
from training.synthetic.letter_noise import (
    BREAK,
    LINE,
    WORD,
    capitals,
    case_of_names,
    lower,
    plain_letters,
    scanning,
    title_case,
    typing,
)

__all__ = ["PROPOSERS", "Edit", "apply", "noisy"]

Propose = Callable[[Annotated, random.Random], list[Edit]]

LONG_WORD = re.compile(r"[^\W\d_]{6,}")
SPACE = re.compile(r"(?<=\S) (?=\S)")
PUNCTUATION = re.compile(r"[.,;:!?()\"'“”‘’/]")

FURNITURE = (
    *(
        "Page {n} of {m}",
        "{n}",
        "- {n} -",
        "CONFIDENTIAL",
        "Confidential - internal use only",
        "DRAFT",
        "{n}/{m}",
        "Printed copies are uncontrolled",
    ),
    *(
        "Version {n}.{m}",
        "Annual Report",
        "Minutes",
        "www.example.com",
        "Rev. {n}",
        "[continued on next page]",
        "_____",
        "* * *",
        "Status: final",
    ),
)
EMOJI = ("🙂", "😂", "👍", "🙏", "🎉", ":)", ":-)", ";)", "😅", "❤️", "🚀", "✅", "😊", "🔥", "👀")
ENTITIES = {
    "&": "&amp;",
    "'": "&#39;",
    '"': "&quot;",
    "é": "&eacute;",
    "ü": "&uuml;",
    "ö": "&ouml;",
    "ä": "&auml;",
    "ß": "&szlig;",
    "-": "&ndash;",
}


def split_words(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Spaces inside words, in a few words or spaced out letter by letter."""
    edits = []
    for word in WORD.finditer(annotated.text):
        roll = rng.random()
        if roll < 0.04 and len(word[0]) > 3:
            at = word.start() + 1 + int(rng.random() * (len(word[0]) - 1))
            edits.append((at, at, " "))
        elif roll > 0.99:
            edits += [(at, at, " ") for at in range(word.start() + 1, word.end())]
    return edits


def missing_spaces(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Spaces lost between words or inside names; never at the edge of a span, where it would hide the edge."""
    edges = {edge for start, end, _ in annotated.spans for edge in (start, end)}
    return [
        (space.start(), space.end(), "")
        for space in SPACE.finditer(annotated.text)
        if rng.random() < 0.08 and space.start() not in edges and space.end() not in edges
    ]


def hard_wraps(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Line ends at a fixed width, in the middle of sentences and names."""
    width = 28 + int(rng.random() * 65)
    edits, line_start = [], 0
    text = annotated.text
    for match in re.finditer(r"[ \n]", text):
        if match[0] == "\n":
            line_start = match.end()
        elif match.start() - line_start >= width:
            edits.append((match.start(), match.end(), "\n"))
            line_start = match.end()
    return edits


def hyphenation(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Words broken over the line end with a hyphen."""
    edits = []
    for word in LONG_WORD.finditer(annotated.text):
        if rng.random() < 0.08:
            at = word.start() + 2 + int(rng.random() * (len(word[0]) - 4))
            edits.append((at, at, "-\n" if rng.random() < 0.85 else "\u00ad"))
    return edits


def furniture(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Page headers and footers between the lines."""
    line = FURNITURE[int(rng.random() * len(FURNITURE))].format(n=1 + int(rng.random() * 40), m=40 + int(rng.random() * 100))
    inside = [(start, end) for start, end, _ in annotated.spans]
    return [
        (match.start(), match.end(), f"\n{line}\n")
        for match in BREAK.finditer(annotated.text)
        if rng.random() < 0.15 and not any(start < match.start() < end for start, end in inside)
    ]


def wide_spaces(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Double and non-breaking spaces; tabs and columns run together."""
    roll = rng.random()
    new = "  " if roll < 0.5 else ("\u00a0" if roll < 0.7 else "   ")
    edits = [(space.start(), space.end(), new) for space in SPACE.finditer(annotated.text) if rng.random() < 0.2]
    edits += [(tab.start(), tab.end(), " ") for tab in re.finditer(r"\t", annotated.text)]
    return edits


def missing_punctuation(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Most stops and commas left out."""
    return [(mark.start(), mark.end(), "") for mark in re.finditer(r"[.,;:!?](?=\s|$)", annotated.text) if rng.random() < 0.8]


def html(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """HTML entities for marks and accented letters, and line breaks as tags."""
    edits = [(m.start(), m.end(), ENTITIES[m[0]]) for m in re.finditer(r"[&'\"éüöäß]", annotated.text)]
    if rng.random() < 0.3:
        edges = [(start, end) for start, end, _ in annotated.spans]
        edits += [
            (m.start(), m.start(), "<br>")
            for m in BREAK.finditer(annotated.text)
            if not any(a < m.start() < b for a, b in edges)
        ]
    return edits


def quoted(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Every line behind ``> `` or a bullet."""
    prefix = ("> ", "> ", ">> ", ">", "- ", "* ", "• ", "    ", "| ")[int(rng.random() * 9)]
    return [(line.start(), line.start(), prefix) for line in LINE.finditer(annotated.text)]


def markdown(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Names in bold, italics, code or links; the marks are outside."""
    before, after = (
        *(
            ("**", "**"),
            ("*", "*"),
            ("_", "_"),
            ("`", "`"),
            ("[", "](#)"),
            ("<b>", "</b>"),
            ("“", "”"),
            ("(", ")"),
            ("~", "~"),
            ('"', '"'),
        ),
    )[int(rng.random() * 10)]
    edits = []
    for start, end, _ in annotated.spans:
        if rng.random() < 0.6 and "\n" not in annotated.text[start:end]:
            edits += [(start, start, before), (end, end, after)]
    return edits


def tokenised(annotated: Annotated, _: random.Random) -> list[Edit]:
    """Spaces around punctuation, as in corpora of tokens."""
    edits = []
    text = annotated.text
    for mark in PUNCTUATION.finditer(text):
        # The stop of an initial or title stays with it, as tokenisers leave it.
        if (
            mark[0] == "."
            and mark.start()
            and text[mark.start() - 1].isalpha()
            and (mark.start() < 2 or not text[mark.start() - 2].isalpha())
        ):
            continue
        if mark.start() and not text[mark.start() - 1].isspace():
            edits.append((mark.start(), mark.start(), " "))
        if mark.end() < len(text) and not text[mark.end()].isspace():
            edits.append((mark.end(), mark.end(), " "))
    return edits


def emoji(annotated: Annotated, rng: random.Random) -> list[Edit]:
    """Emoji at the ends of sentences."""
    return [
        (stop.end(), stop.end(), " " + EMOJI[int(rng.random() * len(EMOJI))])
        for stop in re.finditer(r"[.!?](?=\s|$)", annotated.text)
        if rng.random() < 0.25
    ]


# (noise, weight among prose); code and tables bear only some of them.
NOISES: tuple[tuple[Propose, float], ...] = (
    (capitals, 7),
    (lower, 12),
    (case_of_names, 9),
    (title_case, 4),
    (scanning, 8),
    (split_words, 4),
    (missing_spaces, 4),
    (hard_wraps, 12),
    (hyphenation, 7),
    (furniture, 4),
    (wide_spaces, 5),
    (missing_punctuation, 8),
    (typing, 8),
    (plain_letters, 5),
    (html, 3),
    (quoted, 5),
    (markdown, 6),
    (tokenised, 10),
    (emoji, 3),
)
PROPOSERS = [noise for noise, _ in NOISES]
WEIGHTS = [weight for _, weight in NOISES]
CLEAN_SHARE = 0.45  # of documents left as they are


def noisy(annotated: Annotated, rng: random.Random) -> Annotated:
    """The document as it is (nearly half of them) or with one to three kinds of noise.

    Args:
        annotated: the document; not changed.
        rng: the source of all chance.

    Returns:
        The damaged document; each span covers what has become of what it covered.
    """
    roll = rng.random()
    if roll < CLEAN_SHARE:
        return annotated
    count = 1 if roll < 0.75 else (2 if roll < 0.93 else 3)
    for noise in rng.choices(PROPOSERS, WEIGHTS, k=count):
        annotated = apply(annotated, noise(annotated, rng))
    return annotated
