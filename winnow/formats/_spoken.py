"""The words of one turn, whoever wrote them down: transcribers' marks taken out, spaced punctuation rejoined, fillers dropped.

Belongs here: everything that looks at one turn's words alone. Does not belong here: who speaks (`winnow.formats._speakers`), and
what several turns say together (`winnow.formats._transcript`).
"""

import re
from collections import Counter
from collections.abc import Iterable

from winnow.formats._base import squeeze

# What transcribers write in brackets for a sound or a gap, and the name of its count, in the languages that captions are made in
# most. A closed list: other brackets hold words ("[the] company"), and no free text may stand in the name of a count.
_EVENTS = {
    "applause": (
        "applause",
        "applauding",
        "clapping",
        "cheering",
        "cheers",
        "applaus",
        "beifall",
        "applaudissements",
        "aplausos",
    ),
    "background_noise": ("background noise", "background chatter", "background conversation"),
    "blank_audio": ("blank_audio", "no audio", "blank audio", "no speech"),
    "comment": ("comment",),
    "cough": ("cough", "coughing", "coughs", "clears throat", "throat clearing", "sneezes", "sneezing"),
    "crosstalk": ("crosstalk", "cross talk", "cross-talk", "overlapping speech", "overlapping", "speaking simultaneously"),
    "disfmarker": ("disfmarker",),
    "foreign": ("foreign", "foreign language", "speaking foreign language", "speaking in foreign language"),
    "gap": ("gap",),
    "interruption": ("interruption", "objection"),
    "laughter": (
        *("laugh", "laughing", "laughs", "laughter", "chuckle", "chuckles", "chuckling", "giggles", "giggling"),
        *("audience laughing", "audience laughs", "everyone laughs", "both laugh", "all laugh", "gelächter", "lachen", "lacht"),
        *("rires", "rire", "risas", "ríe", "risos", "risate", "笑", "笑い"),
    ),
    "music": (
        "music",
        "music playing",
        "upbeat music",
        "musik",
        "musique",
        "música",
        "musica",
        "音楽",
        "音乐",
        "음악",
        "музыка",
    ),
    "noise": (
        "noise",
        "noises",
        "beep",
        "phone rings",
        "phone ringing",
        "sound",
        "static",
        "typing",
        "door closes",
        "door opens",
    ),
    "nonvocalsound": ("nonvocalsound",),
    "pause": ("pause", "pauses", "long pause", "silence", "stille"),
    "sigh": ("sigh", "sighs", "sighing", "breath", "breathing", "inhales", "exhales", "breathes"),
    "unintelligible": (
        *("inaudible", "indiscernible", "unclear", "unintelligible", "audio cuts out", "audio drops", "unverständlich"),
        *("inaudibles", "incompréhensible", "ininteligible", "inintelligible"),
    ),
    "vocalsound": ("vocalsound",),
}

_NAMES = {written: name for name, forms in _EVENTS.items() for written in forms}

_KNOWN = "|".join(sorted(map(re.escape, _NAMES), key=lambda form: (-len(form), form)))

# In braces any short run of letters is a marker (the convention of the ICSI and AMI meeting corpora); in square or round
# brackets only a known event, perhaps with a clock time: "[inaudible 00:12:03]". Every repetition is bounded.
_MARKER = re.compile(
    r"\{ ?([a-z]{1,24}(?:[ _-][a-z]{1,24}){0,2}) ?\}"
    rf"|[\[(（【*♪] ?({_KNOWN}|_{{2,8}})(?: \d{{1,2}}(?::\d\d){{1,2}})? ?[.!…]? ?[\])）】*♪]"
    r"|<(inaudible|unintelligible|unk|silence|noise|laughter|crosstalk)>"
    r"|(?<!\S)@ ?@(?!\S)"  # the same corpora's sign for words nobody could make out
    r"|[♪♫]{1,4}",
    re.IGNORECASE,
)

_OPENERS = "{[(（【@*♪♫<"  # one of them stands in every marker

_SPACED = re.compile(r" ([,.;:?!…]{1,4})(?=[\s\"')\]]|$)")

_LOOSE = re.compile(r" [,.;:?!…']| n't|,,|^[,;:] ", re.IGNORECASE)  # what any of the repairs below needs

_GLUED = re.compile(r"\w[,.?!](?:\s|$)")

_CONTRACTION = re.compile(r"(?<=\w) ('(?:s|re|m|ll|ve|d)|n't)(?=[\s.,;:?!\"]|$)", re.IGNORECASE)

_GLUED_TITLE = re.compile(r"\b(Mrs?|Ms|Dr)\.(?=[A-Z][a-z])")  # "Thank you, Mr.Chair"

_LOOSE_APOSTROPHE = re.compile(r"(?<=\w) ' (?=[a-z]{1,5}\b)|(?<=s) '(?= \w)")  # "o ' clock", "the speakers ' channels"

_HYPHEN = re.compile(r"(?<=\w) - (?=\w)")

# The AMI corpus writes an underscore behind each letter that is spelt: "T_V_s", "L_C_D_ screen", "function F_ eight".
_SPELT = re.compile(r"(?<![^\W_])(?:[A-Z]_){1,12}(?![^\W_]{2})")

_REPEATED_COMMA = re.compile(r",(?: ?,)+")

_LEADING = re.compile(r"^(?:[,;:] )+")

# Sounds of hesitation, as they are written down. "uh-huh" and "mm-hmm" are answers, and no word of these equals them.
_ANY_FILLERS = frozenset(["uh", "uhh", "uhm", "uhmm", "umm", "erm", "ehm", "ahm", "äh", "ähm", "öh", "öhm", "euh", "heu"])

_ENGLISH_FILLERS = _ANY_FILLERS | {"um", "er"}  # "um" is a word of German and Portuguese, "er" one of German

_ENGLISH = frozenset({"the", "and", "of", "to", "is", "that", "it", "you", "we", "in"})

_ENGLISH_SHARE = 0.1  # of the words: these ten are a quarter of spoken English, and under a twentieth of any other language


def clean_turn(text: str, fillers: frozenset[str] | None = None) -> tuple[str, dict[str, int]]:
    """``text`` of a turn without transcribers' markers and with spaced punctuation rejoined; and what was removed, by name.

    ``Well , {disfmarker} a T_V_ .`` becomes ``Well, a TV.`` with ``{"marker_disfmarker": 1}``. In text where every mark is
    spaced, a sign that a tokenizer wrote it, spaced hyphens and double quotes are rejoined as well; elsewhere ``a - b`` is a
    dash and stays. Text without a letter or digit left is no speech and becomes empty.

    Args:
        text: the words as they were written down.
        fillers: what `fillers_in` gives, to drop them; None keeps them.
    """
    counts: Counter[str] = Counter()

    def remove(match: re.Match[str]) -> str:
        name = squeeze(match[1] or match[2] or match[3] or ("music" if match[0][0] in "♪♫" else "unintelligible")).lower()
        counts[f"marker_{_NAMES.get(name, 'unintelligible' if not match[1] else 'other')}"] += 1
        return " "

    text = squeeze(text)
    if any(sign in text for sign in _OPENERS):
        text = squeeze(_MARKER.sub(remove, text))
    if "_" in text:
        text = _SPELT.sub(lambda match: match[0].replace("_", ""), text)
    text = _GLUED_TITLE.sub(r"\1. ", _rejoin(text))
    if fillers is not None:
        text, counts["fillers"] = _without(text, fillers)
    return (text if any(character.isalnum() for character in text) else ""), +counts


def fillers_in(texts: Iterable[str]) -> frozenset[str]:
    """What counts as a filler in ``texts``, which are one transcript's: what is one in every language, in English "um" too."""
    words = english = 0
    for text in texts:
        said = text.lower().split()
        words += len(said)
        english += sum(word in _ENGLISH for word in said)
    return _ENGLISH_FILLERS if english >= _ENGLISH_SHARE * words else _ANY_FILLERS


def _without(text: str, fillers: frozenset[str]) -> tuple[str, int]:
    """``text`` without ``fillers`` and the commas around them, and how many there were."""
    kept: list[str] = []
    dropped, capital = 0, False
    for word in text.split(" "):
        bare = word.rstrip(",.…")
        opens = not kept or kept[-1].endswith(_SENTENCE_END)
        if bare.lower() not in fillers:
            kept.append(word[:1].upper() + word[1:] if capital else word)
            capital = False
            continue
        dropped += 1
        capital = capital or (opens and word[:1].isupper())
        mark = word[len(bare) :]
        if mark and not opens:  # "I want, uh, that" is "I want that", and "we should, uh." is "we should."
            kept[-1] = kept[-1].rstrip(",") + mark.replace(",", "")
    return " ".join(kept), dropped


_SENTENCE_END = (".", "?", "!", "…")


def _rejoin(text: str) -> str:
    if _LOOSE.search(text) is None:  # nearly every text: one search instead of six
        return text
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
