"""Which of two readings of a PDF's page is the better one.

Belongs here: the evidence, in order. Does not belong here: how readings are compared (`winnow.formats._pdf_agreement`).
"""

from collections import Counter
from enum import Enum

from winnow.formats._pdf_agreement import DISAGREEMENT, FEWEST, JUNK, Words, difference, unordered

_SAME_CHARACTERS = 0.03  # difference of characters under which words differ by their spaces alone

_CONTAINED = 0.97  # of the words of one reading are in the other, which then only has more

_DOUBLED = 0.9  # of what one reading has more are words of the other again: type set twice, to look bold or to cast a shadow

_JUNK_MARGIN = 0.02  # of the characters that only one reading has: one with so many more unreadable ones reads worse

_KNOWN_MARGIN = 0.15  # of the letters of the words that only one has: a reading with so many more in known words reads better

_FINALS = frozenset("ةىךםןףץ")  # letters of Arabic and Hebrew that end a word and never begin one


class Choice(Enum):
    """Which reading of a page is taken: the first engine's, its witness's, or the first's for want of a reason."""

    FIRST = "first"
    WITNESS = "witness"
    DISPUTED = "disputed"


def choose(first: str, witness: str, known: frozenset[str]) -> Choice:
    """Which of two readings that do not `agree` is the better one.

    In this order: one of them has no words; one has more unreadable characters; the words are the same but for the order of
    letters that run to the left, and one has more of them end as words end; one holds the other and more, which is text that the
    other missed, unless it is the same words again, of which pdfium takes some for shadows; pdfium leaves letters out within
    words; the characters are the same, so that only the spaces differ, and one makes more words of them that are ``known`` (both
    engines read them somewhere in the document); one has more letters in known words, as a garbled font has not. What the first
    engine alone reads stays disputed: the witness does not confirm it.
    """
    ours, theirs = Words(first), Words(witness)
    if not ours.counts or not theirs.counts:
        return Choice.WITNESS if theirs.counts else Choice.DISPUTED
    junk = _junk_among(ours.characters - theirs.characters) - _junk_among(theirs.characters - ours.characters)
    if abs(junk) > _JUNK_MARGIN:
        return Choice.WITNESS if junk > 0 else Choice.DISPUTED
    return _by_order(ours.counts, theirs.counts) or _by_number(ours.counts, theirs.counts) or _by_letters(ours, theirs, known)


def _by_order(one: Counter[str], other: Counter[str]) -> Choice | None:
    if difference(unordered(one), unordered(other)) > DISAGREEMENT or difference(one, other) <= DISAGREEMENT:
        return None
    return Choice.WITNESS if _ended(other) > _ended(one) else Choice.FIRST


def _by_number(one: Counter[str], other: Counter[str]) -> Choice | None:
    if one.total() == other.total() or (one & other).total() < _CONTAINED * min(one.total(), other.total()):
        return None
    less, more = sorted((one, other), key=Counter.total)
    again = sum(count for word, count in (more - less).items() if word in less)
    doubled = again >= _DOUBLED * (more - less).total() and more.total() > 1.5 * less.total()
    if more is one:
        return Choice.FIRST if doubled else Choice.DISPUTED
    return Choice.DISPUTED if doubled else Choice.WITNESS


def _by_letters(ours: Words, theirs: Words, known: frozenset[str]) -> Choice:
    lost, gained = (ours.characters - theirs.characters).total(), (theirs.characters - ours.characters).total()
    if lost >= FEWEST and not gained:
        return Choice.DISPUTED
    gain = _known_share(theirs.counts - ours.counts, known) - _known_share(ours.counts - theirs.counts, known)
    if difference(ours.characters, theirs.characters) <= _SAME_CHARACTERS:
        # pdfium has measured the gaps between the glyphs, pypdf estimated them
        return Choice.WITNESS if gain >= -_KNOWN_MARGIN else Choice.DISPUTED
    return Choice.WITNESS if gain > _KNOWN_MARGIN else Choice.DISPUTED


def _ended(found: Counter[str]) -> int:
    """How many words end with a letter that only ends words, less those that begin with one."""
    return sum(count * ((word[-1] in _FINALS) - (word[0] in _FINALS)) for word, count in found.items() if len(word) > 1)


def _known_share(found: Counter[str], known: frozenset[str]) -> float:
    letters = sum(len(word) * count for word, count in found.items())
    return sum(len(word) * count for word, count in found.items() if word in known) / letters if letters else 0.0


def _junk_among(characters: Counter[str]) -> float:
    total = characters.total()
    return sum(count for character, count in characters.items() if JUNK.match(character)) / total if total else 0.0
