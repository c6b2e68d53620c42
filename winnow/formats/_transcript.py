"""What spoken words need, whoever wrote them down: cleaned turns, merged turns, and who speaks.

Belongs here: everything that a VTT, an SRT and a plain-text transcript share. Does not belong here: timed cues
(`winnow.formats._cues`) and any one format's syntax.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from winnow.documents import Block
from winnow.formats._base import squeeze

# What transcribers write in brackets for a sound or a gap. A closed list: other brackets hold words ("[the] company"), and a
# marker's name becomes the name of a count, where no free text may stand.
_EVENTS = (
    *(
        "applause",
        "background noise",
        "beep",
        "blank_audio",
        "comment",
        "cough",
        "coughing",
        "coughs",
        "cross talk",
        "crosstalk",
    ),
    *("disfmarker", "foreign", "gap", "inaudible", "indiscernible", "interruption", "laugh", "laughing", "laughs", "laughter"),
    *(
        "music",
        "music playing",
        "no audio",
        "noise",
        "nonvocalsound",
        "objection",
        "overlapping speech",
        "pause",
        "phone rings",
    ),
    *("sigh", "sighs", "silence", "sound", "unclear", "unintelligible", "vocalsound"),
)

# In braces any short run of letters is a marker (the convention of the ICSI and AMI meeting corpora); in square or round
# brackets only a known event, perhaps with a clock time: "[inaudible 00:12:03]". Every repetition is bounded.
_MARKER = re.compile(
    r"\{ ?([a-z]{1,24}(?:[ _-][a-z]{1,24}){0,2}) ?\}"
    rf"|[\[(] ?({'|'.join(map(re.escape, _EVENTS))}|_{{2,8}})(?: \d{{1,2}}(?::\d\d){{1,2}})? ?[.!]? ?[\])]"
    r"|(?<!\S)@ ?@(?!\S)",  # the same corpora's sign for words nobody could make out
    re.IGNORECASE,
)

_SPACED = re.compile(r" ([,.;:?!…]{1,4})(?=[\s\"')\]]|$)")

_GLUED = re.compile(r"\w[,.?!](?:\s|$)")

_CONTRACTION = re.compile(r"(?<=\w) ('(?:s|re|m|ll|ve|d)|n't)(?=[\s.,;:?!\"]|$)", re.IGNORECASE)

_GLUED_TITLE = re.compile(r"\b(Mrs?|Ms|Dr)\.(?=[A-Z][a-z])")  # "Thank you, Mr.Chair"

_LOOSE_APOSTROPHE = re.compile(r"(?<=\w) ' (?=[a-z]{1,5}\b)|(?<=s) '(?= \w)")  # "o ' clock", "the speakers ' channels"

_HYPHEN = re.compile(r"(?<=\w) - (?=\w)")

# The AMI corpus writes an underscore behind each letter that is spelt: "T_V_s", "L_C_D_ screen", "function F_ eight".
_SPELT = re.compile(r"(?<![^\W_])(?:[A-Z]_){1,12}(?![^\W_]{2})")

_REPEATED_COMMA = re.compile(r",(?: ?,)+")

_LEADING = re.compile(r"^(?:[,;:] )+")


def clean_turn(text: str) -> tuple[str, dict[str, int]]:
    """``text`` of a turn without transcribers' markers and with spaced punctuation rejoined; and what was removed, by name.

    ``Well , {disfmarker} a T_V_ .`` becomes ``Well, a TV.`` with ``{"marker_disfmarker": 1}``. In text where every mark is
    spaced, a sign that a tokenizer wrote it, spaced hyphens and double quotes are rejoined as well; elsewhere ``a - b`` is a
    dash and stays. Text without a letter or digit left is no speech and becomes empty.
    """
    counts: Counter[str] = Counter()

    def remove(match: re.Match[str]) -> str:
        name = squeeze(match[1] or match[2] or "unintelligible").lower()
        counts[f"marker_{name.replace(' ', '_')}" if name in _EVENTS else "marker_other"] += 1
        return " "

    text = squeeze(text)
    if any(sign in text for sign in "{[(@"):
        text = squeeze(_MARKER.sub(remove, text))
    if "_" in text:
        text = _SPELT.sub(lambda match: match[0].replace("_", ""), text)
    text = _GLUED_TITLE.sub(r"\1. ", _rejoin(text))
    return (text if any(character.isalnum() for character in text) else ""), dict(counts)


def _rejoin(text: str) -> str:
    tokenized = _SPACED.search(text) is not None and _GLUED.search(text) is None
    text = _CONTRACTION.sub(r"\1", _SPACED.sub(r"\1", text))
    if tokenized:
        text = _quotes(_LOOSE_APOSTROPHE.sub("'", _HYPHEN.sub("-", text)))
    return _LEADING.sub("", _REPEATED_COMMA.sub(",", text))


def _quotes(text: str) -> str:
    """``say " no " now`` as ``say "no" now``, if the double quotes come in pairs."""
    parts = text.split('"')
    if len(parts) % 2 == 0:
        return text
    return _SPACED.sub(r"\1", '"'.join(part.strip() if number % 2 else part for number, part in enumerate(parts)))


_SENTENCE_END = (".", "?", "!", "…", '."', '?"', '!"')

_NAMELESS_CHARS = 1_000  # a block of unnamed cues ends here even without a full stop: automatic captions have none


def merge_turns(turns: Iterable[Block]) -> list[Block]:
    """``turns`` without the empty ones, consecutive ones of one speaker merged into one.

    A merged turn spans from the first one's start to the last one's end. Where no speaker is named nobody knows that two turns
    are one person's, so they are joined only to complete a sentence.
    """
    groups: list[list[Block]] = []
    length_chars = 0  # of the last group
    for turn in turns:
        if not turn.text:
            continue
        last = groups[-1][-1] if groups else None
        complete = last is not None and (last.text.endswith(_SENTENCE_END) or length_chars >= _NAMELESS_CHARS)
        if last is None or last.speaker != turn.speaker or (turn.speaker is None and complete):
            groups.append([])
            length_chars = 0
        groups[-1].append(turn)
        length_chars += len(turn.text)
    return [_joined(group) for group in groups]


def _joined(turns: Sequence[Block]) -> Block:
    ends_ms = [turn.end_ms for turn in turns if turn.end_ms is not None]
    return replace(
        turns[0],
        text=" ".join(turn.text for turn in turns),
        end=turns[-1].end,
        end_ms=max(ends_ms, default=None),  # cues may overlap
    )


# "Name: words", perhaps behind a caption's change-of-speaker sign (">>" or a dash). The colon is followed by white space, so
# that 10:30 and https://… are none.
_PREFIX = re.compile(r"[ \t]{0,8}(?:>{1,3}[ \t]{0,4}|[-–—][ \t]{1,4})?([^\n:：]{1,90})[:：](?=\s|$)")

_REMARK = re.compile(r"\([^()]{0,80}\)")  # "The Chair (Hon. A. B. (Riding, Party))": a remark about the name, not part of it

_NAME_WORD = re.compile(r"(?:[^\W\d_][\w.'’\-]{0,40}|\d{1,3}|&),?")

_LABEL = re.compile(r"speaker[ _-]?\w{1,3}", re.IGNORECASE)  # what diarization writes

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
        *("a", "again", "also", "answer", "but", "caution", "conclusion", "correction", "example", "finally", "first"),
        *("fourth", "hint", "however", "i", "important", "meaning", "namely", "next", "no", "note", "now"),
        *("ok", "okay", "ps", "q", "question", "quote", "remember", "result", "second", "so", "step"),
        *("still", "summary", "third", "tip", "today", "tomorrow", "warning", "well", "yes", "yesterday"),
    )
)


def name_prefix(line: str) -> tuple[str, int] | None:
    """The name that ``line`` may begin with and where its words start, or None: the shape alone.

    A name has one to five words; each begins with a capital or a letter of a script without case, is a number, or is a particle
    such as "van"; what stands in brackets does not count.
    """
    match = _PREFIX.match(line)
    if match is None:
        return None
    name = squeeze(match[1])
    bare = _REMARK.sub("", _REMARK.sub("", name))
    words = bare.split()
    shaped = 1 <= len(words) <= _NAME_WORDS and not words[0][0].isdigit() and all(map(_is_name_word, words))
    leads = len(words) > 1 or (bool(words) and words[0].lower() not in _PARTICLES)
    if not (shaped and leads) and not _LABEL.fullmatch(bare):
        return None
    return name, match.end()


def _is_name_word(word: str) -> bool:
    if not _NAME_WORD.fullmatch(word):
        return False
    capital = not word[0].islower() or any(character.isupper() for character in word[1:4])  # d'Entremont, O'Regan, McKay
    return capital or word.lower() in _PARTICLES


_EVERY_CUE_SHARE = 0.5  # of the cues: from here on the file's maker labels cues as a rule


@dataclass(frozen=True, slots=True)
class Speakers:
    """Which prefixes are names in one file, and whether a cue without one goes on with the speaker before it."""

    opening: frozenset[str]
    anywhere: frozenset[str]
    carries: bool

    def split(self, line: str, *, first: bool) -> tuple[str | None, str]:
        """The speaker named at the start of ``line`` (``first``: the cue's first line) and the words that follow."""
        found = name_prefix(line)
        if found is None or found[0] not in (self.opening if first else self.anywhere):
            return None, line
        return found[0], line[found[1] :]


def find_speakers(cues: Sequence[Sequence[str]]) -> Speakers:
    """The speakers of a file whose ``cues`` (each a list of lines) may begin with names.

    A colon in speech is not a speaker. A prefix of the right shape is taken for a name if the file gives evidence: half of its
    cues begin with one, or this one comes back, or others come back and this one has two words ("Note:" once has none of it).
    Words that open sentences, such as "Question", need the first kind. Inside a cue a name must come back or open another cue.

    A cue without a name goes on with the last speaker where names mark a change of speaker. Where a tool puts a name on every
    cue, seen by the same name on neighbouring cues, a cue without one is somebody unknown.
    """
    openings = [found[0] if (found := name_prefix(lines[0])) else None for lines in cues if lines]
    counts = Counter(name for lines in cues for line in lines if (found := name_prefix(line)) for name in found[:1])
    labelled = sum(name is not None for name in openings) >= max(2, _EVERY_CUE_SHARE * len(openings))
    recurring = {name for name, count in counts.items() if count > 1 and name.lower() not in _LEAD_INS}
    opening = {name for name in openings if name is not None and (labelled or name in recurring or (recurring and _full(name)))}
    order = [name for name in openings if name in opening]
    repeats = sum(first == second for first, second in pairwise(order))
    return Speakers(
        opening=frozenset(opening | recurring), anywhere=frozenset(recurring), carries=repeats * 10 <= max(len(order) - 1, 0)
    )


def _full(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and words[0].lower() not in _LEAD_INS and "," not in name
