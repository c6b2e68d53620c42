"""Names that an e-mail address spells: where ``despina.georgiou@…`` stands, "Despina Georgiou" beside it is a person.

Belongs here: comparing addresses with capitalised words. Does not belong here: finding addresses (`winnow.recognizers.email`)
and replacing what is found (`winnow.scrub`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from winnow.names import NOT_NAMES, ROLES

MOST_WORDS = 4  # of a name: given name, particles, family names
_LEAST_LETTERS = 2  # of each half of a local part; "j.doe" would fit too many names

_HALVES = re.compile(r"([^\W\d_]+)[._-]([^\W\d_]+)[\d._-]{0,4}@")
_CAPITALISED = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_RUN = re.compile(rf"(?<!\w){_CAPITALISED}(?:[ \n](?:[a-z]{{1,4}} ){{0,2}}{_CAPITALISED})+")
_WORD = re.compile(r"\S+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def halves(addresses: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The pairs of names that ``addresses`` spell in their local parts, in both orders; none for ``sales.team@``."""
    pairs: set[tuple[str, str]] = set()
    for address in addresses:
        match = _HALVES.match(address)
        if match:
            first, second = match[1].casefold(), match[2].casefold()
            if min(len(first), len(second)) >= _LEAST_LETTERS and not {first, second} & (NOT_NAMES | ROLES):
                pairs |= {(first, second), (second, first)}
    return frozenset(pairs)


def spelt(text: str, pairs: frozenset[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Where capitalised words of ``text`` are one of ``pairs``: start and end of the name."""
    for run in _RUN.finditer(text) if pairs else ():
        words = [word.span() for word in _WORD.finditer(text, *run.span())]
        for at, (start, first) in enumerate(words[:-1]):
            for last in range(at + 1, min(at + MOST_WORDS, len(words))):
                end = words[last][1]
                if any((given, family) in pairs for given in _plain(text[start:first]) for family in _plain(text[first:end])):
                    yield start, end


@lru_cache(maxsize=16_384)
def _plain(name: str) -> frozenset[str]:
    """``name`` as addresses write it: small letters without marks, both ways of writing an umlaut."""
    folded = "".join(letter for letter in name.casefold() if letter.isalpha())
    spellings = (folded, folded.translate(_UMLAUTS))
    return frozenset(
        "".join(letter for letter in unicodedata.normalize("NFKD", spelling.translate(_LETTERS)) if letter.isalpha())
        for spelling in spellings
    )
