"""Where a full name, an e-mail address, a number or a street address could stand in a text, and the form by which it is compared.

A dictionary of known people (`winnow.known`) holds hashes alone, so nothing in it can be searched for. Instead everything in a
text that has the shape of an entry is brought into the form that entries have, and its hash is looked up.

Belongs here: shapes and forms; every pattern is bounded, so a text of any kind is gone through in linear time. Does not belong
here: whether a candidate is anybody (`winnow.known`, `winnow.linked`).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from winnow.names import AMBIGUOUS_PIECES, NOT_NAMES
from winnow.normalise import view

MOST_WORDS = 6  # of a name with its particles ("Maria del Carmen de la Cruz"); a longer one is a name with an office
LEAST_LETTERS = 4  # of a full name; "Al B" would be found in every second list
LEAST_CAPITALS = 6  # of one in capitals; shorter ones are abbreviations ("AI ML")
LEAST_DIGITS = 6  # of a number without letters; five digits are an amount as often as a customer
LEAST_CODE = 5  # letters and digits of a code with both
PHONE_DIGITS = 9  # by which two spellings of a phone number are the same: with a country's code, a zero, or neither
MOST_STREET_WORDS = 5  # of a street address: "12 Upper St Martin's Lane"

_SMALL = r"a-zß-öø-ÿ"
_REST = r"[^\W_]{0,30}(?:['’-][^\W\d_]{1,30}){0,3}"  # of a word; bounded, since "A'A'A'…" would be read again from each letter
_CAPITAL = rf"[^\W\d_{_SMALL}]"  # a letter that is not known to be a small one
_CAPITALISED = _CAPITAL + _REST
_PARTICLE = r"(?:van|von|vom|zu|zum|der|den|de|del|della|di|da|dos|das|du|la|le|el|al|bin|ibn|ben|ap|ter|ten|af|av|y|e)"
_GAP = r"(?:,?[^\S\n]{1,2}|\.[^\S\n]{0,2}|,?[^\S\n]?\n[^\S\n]{0,2})"  # a space, "Keller, Maria", an initial's dot, a line end
_RUN = re.compile(rf"{_CAPITAL}(?<!\w.){_REST}(?:{_GAP}(?:{_PARTICLE}{_GAP}){{0,3}}{_CAPITALISED})+(?!\w)")
_WORD = re.compile(rf"[^\W_]{_REST}")
_POSSESSIVE = re.compile(r"['’][sS]\Z")
_SENTENCE = re.compile(r"(?:\A|[.!?:;•*#>|\"“„-]|\n)[^\S\n]*\Z")  # what a sentence, a line or a cell begins after
_COMMON = AMBIGUOUS_PIECES | NOT_NAMES

_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[^\W_](?:[\w-]{0,62}\.){1,5}[^\W_]{1,24}")
_CODE = re.compile(  # possessive, so that a word without a digit is read once
    r"(?<![^\W_])(?:[^\W\d_]{1,12}+[-./_]){0,2}+[^\W\d_]{0,12}+\d[^\W_]{0,24}+(?:[-./_][^\W_]{1,24}+){0,5}+(?![^\W_])"
)
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"(?<![^\W_])\d{1,14}(?:[ ./()-]{1,3}\d{1,14}){0,7}(?![^\W_])")
_HOUSE = re.compile(r"(?<![^\W_])\d{1,5}[a-zA-Z]?(?![^\W_])")
_STREET_WORD = r"[^\W\d_]{1,30}(?:['’-][^\W\d_]{1,30}){0,2}\.?"
_AFTER_HOUSE = re.compile(rf"(?:[ ,]{{1,2}}{_STREET_WORD}){{1,{MOST_STREET_WORDS - 1}}}")
_BEFORE_HOUSE = re.compile(rf"(?:{_STREET_WORD} ){{1,{MOST_STREET_WORDS - 1}}}\Z")
_STREET_REACH = 70  # characters before a house number in which its street may begin
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be an entry, at ``[start, end)`` of the text's own characters; ``form`` is what entries are compared by.

    ``words`` are those of a name, in the order given name, family name; empty for anything else.
    """

    start: int
    end: int
    form: str
    words: tuple[str, ...] = ()


def candidates(text: str) -> Iterator[Candidate]:
    """Every candidate in ``text``, placeholders of either spelling left out; one place may have several."""
    shown = view(text)
    for start, end, form, words in (*_names(shown.text), *_values(shown.text)):
        yield Candidate(*shown.original(start, end), form, words)


def names_in(text: str) -> Iterator[Candidate]:
    """The `candidates` that could be full names."""
    shown = view(text)
    for start, end, form, words in _names(shown.text):
        yield Candidate(*shown.original(start, end), form, words)


def name_form(words: Sequence[str]) -> str:
    """The form of a name of ``words``: small letters without marks, apostrophes and hyphens."""
    return " ".join(map(folded, words))


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """``word`` in small letters, without marks, apostrophes, hyphens and the mark of the genitive."""
    letters = "".join(letter for letter in _POSSESSIVE.sub("", word).casefold().translate(_LETTERS) if letter.isalnum())
    if letters.isascii():
        return letters
    return "".join(letter for letter in unicodedata.normalize("NFKD", letters) if letter.isalnum())


def plain(value: str) -> str:
    """``value`` as numbers and codes are compared: its letters and digits, small."""
    return "".join(character for character in value if character.isalnum()).casefold()


_Found = tuple[int, int, str, tuple[str, ...]]


def _names(text: str) -> Iterator[_Found]:
    for run in _RUN.finditer(text):
        words = _words(text, *run.span())
        for first in range(len(words) - 1):
            if words[first].capital:
                yield from _windows(text, words, first)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a run of capitalised words, without the mark of the genitive, and whether a comma stands before it."""

    start: int
    end: int
    shown: str
    capital: bool
    comma: bool


def _words(text: str, start: int, end: int) -> list[_Word]:
    found: list[_Word] = []
    at = start
    for match in _WORD.finditer(text, start, end):
        shown = _POSSESSIVE.sub("", match[0])
        found.append(
            _Word(match.start(), match.start() + len(shown), shown, not match[0][0].islower(), "," in text[at : match.start()])
        )
        at = match.end()
    return found


def _windows(text: str, words: Sequence[_Word], first: int) -> Iterator[_Found]:
    """The candidates that begin with the word at ``first``: as written, with a comma turned round, and with the family first."""
    comma = 0
    for last in range(first + 1, min(first + MOST_WORDS, len(words))):
        word, before = words[last], words[last - 1]
        if word.comma:
            if comma:
                return
            comma = last
        elif len(before.shown) > 1 and "." in text[before.end : word.start]:
            return
        if text[before.end] in "'’":
            return  # a genitive inside: "Maria's Keller" is nobody
        if not word.capital:
            continue
        window = words[first : last + 1]
        if not _plausible(text, words, first, last):
            continue
        shown = tuple(part.shown for part in window)
        orders = [shown[comma - first :] + shown[: comma - first]] if comma else [shown, (shown[-1], *shown[:-1])]
        if not comma and len(shown) == 3 and len(shown[1]) == 1:
            orders.append((shown[0], shown[2]))  # with and without a middle initial
        for order in orders:
            yield words[first].start, word.end, name_form(order), order


def _plausible(text: str, words: Sequence[_Word], first: int, last: int) -> bool:
    """Whether the words from ``first`` to ``last`` may be a name of somebody: long enough, and not ordinary words alone."""
    window = [word.shown for word in words[first : last + 1]]
    letters = sum(map(len, window))
    if letters < LEAST_LETTERS or min(len(window[0]), len(window[-1])) < 2:
        return False
    capitals = all(word.isupper() for word in window)
    if capitals and letters < LEAST_CAPITALS:
        return False
    if any(word.casefold() not in _COMMON for word in window):
        return True
    if capitals or (first and not words[first].comma) or (last + 1 < len(words) and not words[last + 1].comma):
        return False  # "Rose Field Festival" is no person, although somebody may be called Rose Field
    opening = window[0].casefold() in NOT_NAMES
    return not (opening and _SENTENCE.search(text, max(0, words[first].start - 4), words[first].start))


def _values(text: str) -> Iterator[_Found]:
    """E-mail addresses, phone numbers, codes and street addresses."""
    if "@" in text:
        for match in _MAIL.finditer(text):
            yield *match.span(), "@" + match[0].casefold(), ()
    if not _DIGIT.search(text):
        return
    for match in _CODE.finditer(text):
        if match.end() - match.start() > LEAST_CODE - 1 and is_code(form := plain(match[0])):
            yield *match.span(), form, ()
    for match in _DIGITS.finditer(text):
        if match.end() - match.start() > LEAST_DIGITS:
            yield from _numbers(match)
    for match in _HOUSE.finditer(text):
        if text[match.end() : match.end() + 3].strip(" ,")[:1].isalpha():
            yield from _before_street(text, match)
        if text[max(0, match.start() - 3) : match.start()].strip(" .")[-1:].isalpha():
            yield from _behind_street(text, match)


def is_code(form: str) -> bool:
    """Whether a value with the `plain` ``form`` can be told from other words and numbers."""
    digits = sum(character.isdigit() for character in form)
    return digits >= LEAST_DIGITS if digits == len(form) else digits >= 3 and len(form) >= LEAST_CODE


def phone_form(digits: str) -> str:
    """The form of a phone number of ``digits``; empty for one that is too short to be known again."""
    return "+" + digits[-PHONE_DIGITS:] if len(digits) > LEAST_DIGITS else ""


def _numbers(match: re.Match[str]) -> Iterator[_Found]:
    digits = plain(match[0])
    if len(digits) > LEAST_DIGITS:
        yield *match.span(), phone_form(digits), ()
        if len(digits) < len(match[0]):
            yield *match.span(), digits, ()


def _before_street(text: str, house: re.Match[str]) -> Iterator[_Found]:
    """Street addresses that begin with the number ``house``."""
    match = _AFTER_HOUSE.match(text, house.end())
    named = False
    for word in _WORD.finditer(text, *match.span()) if match else ():
        named = named or word[0][0].isupper()
        if named:
            yield house.start(), word.end(), street_form(text[house.start() : word.end()]), ()


def _behind_street(text: str, house: re.Match[str]) -> Iterator[_Found]:
    """Street addresses that end with the number ``house``."""
    start = max(0, house.start() - _STREET_REACH)
    match = _BEFORE_HOUSE.search(text[start : house.start()])
    for word in _WORD.finditer(match[0]) if match else ():
        if word[0][0].isupper():
            begin = start + match.start() + word.start() if match else start
            yield begin, house.end(), street_form(text[begin : house.end()]), ()


def street_form(address: str) -> str:
    """The form of a street with its number."""
    return "#" + "".join(folded(word) for word in _WORD.findall(address))
