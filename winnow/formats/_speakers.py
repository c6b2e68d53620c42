"""Who speaks, where a transcript says it only by a name before a colon.

Belongs here: the shape of such names, and what evidence a file gives that they are names. Does not belong here: voice tags, fields
of JSON and lines that hold a name and a clock time, which say it themselves.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from winnow.formats._base import squeeze

# "Name: words", perhaps behind a caption's change-of-speaker sign (">>" or a dash), or in brackets as WhisperX writes it. The
# colon is followed by white space, so that 10:30 and https://… are none.
_PREFIX = re.compile(
    r"[ \t]{0,8}(?:>{1,3}[ \t]{0,4}|[-–—][ \t]{1,4})?(?:\[([^\n\[\]:：]{1,170})\](?:[:：](?=\s|$)|(?=[ \t]))"
    r"|([^\n:：]{1,170})[:：](?=\s|$))"
)

_REMARK = re.compile(r"\([^()]{0,120}\)")  # "The Chair (Hon. A. B. (Riding, Party))": a remark about the name, not part of it

_NAME_WORD = re.compile(r"(?:[^\W\d_][\w.'’\-]{0,40}|\d{1,3}|&),?")

_LABEL = re.compile(r"(?:speaker|spk|sprecher(?:in)?|channel|unknown)[ _-]?\w{1,3}", re.IGNORECASE)  # what diarization writes

_PARTICLES = frozenset(
    (
        *("al", "and", "bin", "da", "de", "del", "della", "den", "der", "di", "du"),
        *("el", "for", "ibn", "la", "le", "of", "the", "van", "von", "y"),
    )
)

_NAME_WORDS = 5  # the longest names of 200 real speakers in public meetings have five words without their remark

# Words that people say before a colon. They open a sentence far more often than they name a speaker.
_LEAD_INS = frozenset(
    (
        *("a", "again", "also", "answer", "basically", "but", "caution", "conclusion", "correction", "example", "finally"),
        *("first", "fourth", "hint", "however", "i", "idea", "important", "listen", "look", "meaning", "mistake", "namely"),
        *(
            "next",
            "no",
            "note",
            "now",
            "ok",
            "okay",
            "please",
            "problem",
            "ps",
            "q",
            "question",
            "quote",
            "remember",
            "reminder",
        ),
        *("result", "right", "second", "see", "so", "solution", "spoiler", "still", "summary", "then", "third", "tip", "today"),
        *("tomorrow", "update", "warning", "well", "yes", "yesterday"),
    )
)

# "Slide 3:", "Step 2:": a counted thing, not a person; "Speaker 1:" and "Grad 2:" are not among them.
_COUNTED = re.compile(
    r"(?:agenda|answer|appendix|article|case|chapter|clause|day|example|exercise|figure|item|lesson|level|line|number|option|page"
    r"|part|phase|point|problem|question|reason|rule|section|slide|stage|step|table|task|tip|topic|version|week)s?[ #]{1,2}\w{1,4}",
    re.IGNORECASE,
)


def name_prefix(line: str) -> tuple[str, int] | None:
    """The name that ``line`` may begin with and where its words start, or None: the shape alone.

    A name has one to five words; each begins with a capital or a letter of a script without case, is a number, or is a particle
    such as "van"; what stands in brackets does not count. A name in square brackets needs no colon if it is a label that
    diarization writes.
    """
    match = _PREFIX.match(line)
    if match is None:
        return None
    name = squeeze(match[1] or match[2] or "")
    bare = _REMARK.sub("", _REMARK.sub("", name)) if "(" in name else name
    if _LABEL.fullmatch(bare):
        return name, match.end()
    words = bare.split()
    shaped = 1 <= len(words) <= _NAME_WORDS and not words[0][0].isdigit() and all(map(_is_name_word, words))
    leads = len(words) > 1 or (bool(words) and words[0].lower() not in _PARTICLES)
    if not (shaped and leads) or (match[1] and line[match.end() - 1] not in ":："):
        return None
    return name, match.end()


def _is_name_word(word: str) -> bool:
    if not _NAME_WORD.fullmatch(word):
        return False
    capital = not word[0].islower() or any(character.isupper() for character in word[1:4])  # d'Entremont, O'Regan, McKay
    return capital or word.lower() in _PARTICLES


_NAME_CHARS = 40


def is_lone_name(line: str) -> bool:
    """Whether ``line`` has the shape of a name and nothing else: no mark at its end, no more words."""
    line = line.strip()
    found = name_prefix(f"{line}: ") if len(line) <= _NAME_CHARS and line[-1:].isalnum() else None
    return found is not None and found[1] == len(line) + 1


_EVERY_CUE_SHARE = 0.5  # of the cues: from here on the file's maker labels cues as a rule

_RARE_SHARE = 0.002  # of the cues: where two neighbours in five hundred change the speaker, a word before a colon is speech

_PREFIX_CHARS = 172  # a prefix with its signs and a remark is no longer


@dataclass(frozen=True, slots=True)
class Speakers:
    """Which prefixes are names in one file, and whether a cue without one goes on with the speaker before it."""

    opening: frozenset[str]
    anywhere: frozenset[str]
    carries: bool

    def split(self, line: str, *, first: bool) -> tuple[str | None, str]:
        """The speaker named at the start of ``line`` (``first``: the cue's first line) and the words that follow."""
        if not self.opening or not _may_name(line):
            return None, line
        found = name_prefix(line)
        if found is None or found[0] not in (self.opening if first else self.anywhere):
            return None, line
        return found[0], line[found[1] :]


def _may_name(line: str) -> bool:
    head = line[:_PREFIX_CHARS]
    return ":" in head or "：" in head or head.lstrip()[:1] == "["


def find_speakers(cues: Iterable[Sequence[str]]) -> Speakers:
    """The speakers of a file whose ``cues`` (each a list of lines) may begin with names.

    A colon in speech is not a speaker. A prefix of the right shape is taken for a name if the file gives evidence: half of its
    cues begin with one, or this one comes back, or others come back and this one has two words ("Note:" once has none of it).
    Words that open sentences, such as "Look", never are, but for the labels of interviews where every cue has one; a lone word
    that comes back but twice needs another that does. Inside a cue a name must come back or open another cue.

    A cue without a name goes on with the last speaker where names mark a change of speaker. Where a tool puts a name on every
    cue, seen by the same name on neighbouring cues, a cue without one is somebody unknown.
    """
    openings, counts = _candidates(cues)
    named = sum(name is not None for name in openings)
    labelled = named >= max(2, _EVERY_CUE_SHARE * len(openings))
    recurring = {name for name, count in counts.items() if count > 1 and not _is_lead_in(name)}
    if not labelled and not _convincing(recurring, counts, len(openings)):
        recurring = set()
    if labelled:
        opening = {name for name in openings if name is not None and (not _is_lead_in(name) or _is_letter(name, counts))}
    else:
        opening = {name for name in openings if name is not None and (name in recurring or (recurring and _full(name)))}
    order = [name for name in openings if name in opening]
    repeats = sum(first == second for first, second in pairwise(openings) if first in opening)
    return Speakers(
        opening=frozenset(opening | recurring), anywhere=frozenset(recurring), carries=repeats * 10 <= max(len(order) - 1, 0)
    )


def _is_letter(name: str, counts: Counter[str]) -> bool:
    """Whether ``name`` is what interviews are labelled with, and comes back."""
    return name.lower() in {"q", "a", "i", "question", "answer"} and counts[name] > 1


def _candidates(cues: Iterable[Sequence[str]]) -> tuple[list[str | None], Counter[str]]:
    """What each cue may begin with, and how often each such name stands at the start of a line."""
    openings: list[str | None] = []
    counts: Counter[str] = Counter()
    for lines in cues:
        for number, line in enumerate(lines):
            found = name_prefix(line) if _may_name(line) else None
            if found:
                counts[found[0]] += 1
            if number == 0:
                openings.append(found[0] if found else None)
    return openings, counts


def _convincing(recurring: set[str], counts: Counter[str], cues: int) -> bool:
    """Whether names that come back are enough of the file: two of them, or one often or of several words."""
    often = sum(counts[name] for name in recurring)
    return often >= _RARE_SHARE * cues and (
        len(recurring) > 1 or any(counts[name] > 2 or _full(name) or _LABEL.fullmatch(name) for name in recurring)
    )


def _is_lead_in(name: str) -> bool:
    return name.lower() in _LEAD_INS or _COUNTED.fullmatch(name) is not None


def _full(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and words[0].lower() not in _LEAD_INS and "," not in name and not _COUNTED.fullmatch(name)
