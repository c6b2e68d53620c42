"""Synthetic corporate text with marked entities, written on the fly for each epoch of the name model's training.

What belongs here: choosing documents by genre and handing them out. The frame language is in
:mod:`training.synthetic.grammar`, the slots' values in :mod:`training.synthetic.slots`, the frames in ``frames/*.txt``, damage to
the text in :mod:`training.noise`. Marked are persons without their title, places, organisations, dates, times and durations,
sums, shares and counts with a unit, nationality, profession, age, faith and health of a person, postal addresses, reference
numbers, and named events, laws and works. Nothing is marked in eponyms ("Gaussian noise"), product names, e-mail addresses
and telephone numbers.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from training.synthetic.grammar import Node, Parser, Scene, several
from training.synthetic.slots import slot

if TYPE_CHECKING:
    from training.name_pools import NamePools

FRAMES = Path(__file__).parent / "frames"

# Each genre's share of the words. Those in CLEAN hold (nearly) nothing to mark: the hard negatives.
GENRES = {
    "mail": 14.0,
    "minutes": 8.0,
    "chat": 8.0,
    "hr": 6.0,
    "letter": 6.0,
    "contract": 5.0,
    "table": 7.0,
    "form": 5.0,
    "transcript": 6.0,
    "report": 6.0,
    "legal": 7.0,
    "news": 6.0,
    "medical": 2.0,
    "technical": 18.0,
    "code": 8.0,
    "business": 8.0,
}
CLEAN = frozenset({"technical", "code", "business"})


@dataclass(frozen=True, slots=True)
class Annotated:
    """One document and what is marked in it.

    Attributes:
        text: the document.
        spans: (start, end, entity) in characters, sorted and disjoint, neither empty nor starting or ending with white space.
        genre: the genre it was written in.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    genre: str


@cache
def sections() -> dict[str, list[str]]:
    """The frames of every section, read from ``frames/*.txt``.

    Sections named ``document...`` hold frames of many lines, parted by lines of ``---``; in the others a line is a frame. A
    section belongs to its file: ``document`` of mail.txt is ``mail.document``; all others have one name across the files.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(FRAMES.glob("*.txt")):
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                name = line[3:].strip()
                name = f"{path.stem}.{name}" if name == "document" else name
                found.setdefault(name, [""] if name.endswith(".document") else [])
            elif name.endswith(".document"):
                if line == "---":
                    found[name].append("")
                else:
                    found[name][-1] += line + "\n"
            elif line and name:
                found[name].append(line)
    return {name: [frame.rstrip("\n") for frame in frames if frame.strip()] for name, frames in found.items()}


@cache
def compiled(name: str) -> tuple[Node, ...]:
    """The section's frames.

    Raises:
        ValueError: there is no such section, or a frame is faulty.
    """
    frames = sections().get(name)
    if not frames:
        raise ValueError(f"no such section: {name}")
    return tuple(Parser(frame, make_slot).parse() for frame in frames)


def one_of(name: str) -> Node:
    """One frame of a section; frames may hold their own section, so it is compiled when it is first needed."""

    def write(scene: Scene) -> None:
        frames = compiled(name)
        frames[int(scene.rng.random() * len(frames))](scene)

    return write


def make_slot(name: str, argument: str) -> Node:
    """The node of a slot: a section when it starts with @, else a value."""
    if not name.startswith("@"):
        return slot(name, argument)
    if argument:
        name = f"{name}:{argument}"
    section, star, rest = name[1:].partition("*")
    if section not in sections():
        raise ValueError(f"no such section: {section}")
    if not star:
        return one_of(section)
    count, stroke, joiner = rest.partition("/")
    low, _, high = count.partition("-")
    joiner = joiner.replace("\\n", "\n").replace("\\t", "\t") if stroke else " "
    return several(lambda: compiled(section), int(low), int(high or low), joiner)


def document(rng: random.Random, names: "NamePools", genre: str) -> Annotated:
    """One document of a genre."""
    scene = Scene(rng, names)
    one_of(f"{genre}.document")(scene)
    text = "".join(scene.parts)
    return Annotated(text, tidy(text, scene.spans), genre)


def tidy(text: str, spans: list[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    """``spans`` sorted, white space at their ends left out, empty ones dropped."""
    kept = []
    for first, last, entity in sorted(spans):
        start, end = first, last
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            kept.append((start, end, entity))
    return tuple(kept)


def generate(rng: random.Random, words: int, names: "NamePools") -> Iterator[Annotated]:
    """Documents of about ``words`` words together, the genres' words in the proportions of :data:`GENRES`.

    Args:
        rng: the source of all chance; the same state gives the same documents.
        words: how many words, counted at white space; the last document may run over.
        names: the names to write with.
    """
    written = dict.fromkeys(GENRES, 0.0)
    total = 0
    while total < words:
        # The genre furthest behind its share comes next, with a little chance so that the order varies.
        genre = min(written, key=lambda name: (written[name] + 40 * rng.random()) / GENRES[name])
        made = document(rng, names, genre)
        count = len(made.text.split())
        written[genre] += count
        total += count
        yield made
