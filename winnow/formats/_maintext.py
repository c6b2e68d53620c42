"""Which pieces of a web page are its main text.

Belongs here: comparing what trafilatura found with the page's own pieces, and mending where it stops too early. Does not belong
here: reading pieces (`winnow.formats._dom`), and lines that only furnish a page (`winnow.formats._furniture`).

The comparison is by position: a teaser of the article that also stands beside it, or a heading that is also a menu's entry, is
in the text once, so it is kept once, where it follows what stands before it in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from winnow.formats._dom import HEADS, Piece
from winnow.formats._tally import weight

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+")  # ideographs, kana and Hangul one by one

_GRAM = 4  # words: what two texts share of this length they share by no accident

_SHARE = 0.5  # of a piece's grams: trafilatura cleans within paragraphs, so not all are in its text to the last word

_PLACES = 64  # of one gram that are looked at; what stands more often in a text is no landmark

_MOST_PLACES = 150_000  # of all pieces together: a page that says one thing over and over takes no longer than another

_WHOLE_WORDS = 25  # a piece as long as this that is in the text was meant, in whatever order

_PARAGRAPH_WORDS = 10  # of a piece that shows where the text stands on a page; shorter ones are captions and links

_NEXT_LEVEL = 2  # of a heading behind the text: the next story's, not a part of this one's

_LINKED_SHARE = 0.4  # of a piece's weight in links: more is a pointer to other pages


@dataclass(slots=True)
class _Text:
    """The words of trafilatura's text, and where each gram and each short line of it stands."""

    length: int
    grams: dict[tuple[str, ...], list[int]]
    lines: dict[tuple[str, ...], list[int]]

    @classmethod
    def of(cls, text: str) -> "_Text":
        words: list[str] = []
        lines: dict[tuple[str, ...], list[int]] = {}
        for line in text.split("\n"):
            own = _tokens(line)
            if own and len(own) < _GRAM:
                lines.setdefault(tuple(own), []).append(len(words))
            words += own
        grams: dict[tuple[str, ...], list[int]] = {}
        for at, gram in enumerate(_grams(words)):
            grams.setdefault(gram, []).append(at)
        return cls(len(words), grams, lines)

    def places(self, words: Sequence[str], most: int) -> list[int]:
        """Where a piece of these ``words`` may begin, ``most`` places; none if it is not there."""
        if len(words) < _GRAM:
            return self.lines.get(tuple(words), [])[:most] if words else []
        found = [(at, self.grams[gram]) for at, gram in enumerate(_grams(words)) if gram in self.grams]
        if len(found) < _SHARE * (len(words) - _GRAM + 1):
            return []
        offset, rarest = min(found, key=lambda entry: len(entry[1]))
        return [max(place - offset, 0) for place in rarest[:most]]


def main_text(pieces: Sequence[Piece], found: str) -> list[bool]:
    """Of each of ``pieces`` whether it is in ``found``, the text that trafilatura takes for the main one, or goes on with it."""
    text = _Text.of(found)
    best = _Prefixes(text.length + 1)
    links: list[tuple[int, int]] = []  # each step of a chain of pieces in the order of both: the piece, the step before
    long: set[int] = set()
    most = max(1, min(_PLACES, _MOST_PLACES // max(len(pieces), 1)))
    for at, piece in enumerate(pieces):
        words = _tokens(piece.block.text)
        for place in sorted(text.places(words, most), reverse=True):
            weight, before = best.most_before(place + 1)
            links.append((at, before))
            best.raise_to(place + min(len(words) - 1, text.length - place), weight + len(words), len(links) - 1)
            if len(words) >= _WHOLE_WORDS:
                long.add(at)
    kept = [False] * len(pieces)
    _, step = best.most_before(text.length + 1)
    while step >= 0:
        at, step = links[step]
        kept[at] = True
    said = {piece.block.text for piece, here in zip(pieces, kept, strict=True) if here}
    for at in sorted(long):
        if pieces[at].block.text not in said:
            said.add(pieces[at].block.text)
            kept[at] = True
    return _continued(pieces, kept)


def _continued(pieces: Sequence[Piece], kept: list[bool]) -> list[bool]:
    """``kept`` with pieces in places like those of the text: sites cut it up to put advertisements and posts between."""
    places = {
        _place(piece)
        for piece, here in zip(pieces, kept, strict=True)
        if here and len(piece.block.text.split()) >= _PARAGRAPH_WORDS
    }
    shape = {(article, name) for article, parent, name in places if name}
    parents = {parent for _, parent, _ in places}
    first = kept.index(True) if True in kept else len(kept)
    last = max((at for at, here in enumerate(kept) if here), default=-1)
    found = list(kept)
    linked: dict[_Element, int] = {}
    for at, piece in enumerate(pieces[first:], first):
        if kept[at]:
            continue
        if at > last and piece.block.kind == "heading" and piece.block.level <= _NEXT_LEVEL:
            break  # from here on it is another text
        if piece.element not in linked:  # many pieces may stand in one element
            linked[piece.element] = sum(weight("".join(link.itertext())) for link in piece.element.iter("a"))
        if linked[piece.element] > _LINKED_SHARE * piece.weight:
            continue
        article, parent, name = _place(piece)
        words = len(piece.block.text.split())
        between = at < last and piece.block.kind in {"quote", "heading"}
        alike = (article, name) in shape and words >= _PARAGRAPH_WORDS and piece.element.tag == "p"
        found[at] = alike or (between and (parent in parents or _outer(piece, parents)))
    return found


def _place(piece: Piece) -> tuple[_Element | None, _Element | None, str]:
    """The article that a piece stands in, the element around it, and what the two are called."""
    parent = piece.element.getparent() if piece.element.tag in {"p", "blockquote", *HEADS} else piece.element
    article = next(parent.iterancestors("article"), None) if parent is not None else None
    named = parent is not None and parent.get("class")
    return article, parent, f"{parent.tag}.{parent.get('class')} {piece.element.get('class')}" if named else ""


def _outer(piece: Piece, parents: set[_Element | None]) -> bool:
    """Whether a quote stands in one of ``parents``, an element or two between."""
    return piece.block.kind == "quote" and any(around in parents for around in islice(piece.element.iterancestors(), 4))


class _Prefixes:
    """The heaviest chain that ends at or before each place (a Fenwick tree of maxima)."""

    def __init__(self, size: int) -> None:
        self._best = [(0, -1)] * (size + 1)

    def most_before(self, end: int) -> tuple[int, int]:
        found = (0, -1)
        at = min(end, len(self._best) - 1)
        while at > 0:
            found = max(found, self._best[at])
            at -= at & -at
        return found

    def raise_to(self, place: int, weight: int, step: int) -> None:
        at = place + 1
        while at < len(self._best):
            self._best[at] = max(self._best[at], (weight, step))
            at += at & -at


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())


def _grams(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1))
