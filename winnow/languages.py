"""Which language a text is in, and holding back what is in a language that the name model does not know.

A name model finds nobody in a language it was not trained on, and says so to no one. Therefore text in such a language goes no
further, unless the catalog names a model that knows it. The languages are told apart by py3langid (naive Bayes over byte
n-grams, 139 languages, its model in the package; Lui and Baldwin, ACL 2012, retrained by Barbaresi), which needs no network and
has no random part.

Text is judged by passages: lines and sentences, the shorter ones joined until they have `PASSAGE_CHARS` characters. A passage
counts as foreign when some language the model does not know is `TIMES_LIKELIER` than those it knows, all of them together; a
block or field with one such passage is held back whole. A text cannot be told when it has too few letters or no words in lower
case (lists of names, addresses, figures), and then it goes with what stands beside it.

Belongs here: telling languages, and removing text for its language. Does not belong here: which languages are known (the name
model's card and the catalog say so).
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from winnow.documents import Document
from winnow.placeholders import OPEN

VERSION = 1  # raise it when other text would be held back

LIBRARY = "py3langid"
"""Whose version changes what is held back."""

UNSUPPORTED = "language_unsupported"
"""The reason, and the name of the note that counts what was removed from a document."""

UNKNOWN = "und"
"""ISO 639-2's code for a language that could not be told."""

PASSAGE_CHARS = 50  # a sentence of eight words; 10,003 English bank tickets, most about as long, gave no false alarm
LONGEST_PASSAGE_CHARS = 400  # a stretch without a line's or a sentence's end is cut, so that nothing hides in it
TIMES_LIKELIER = 10.0  # worst of those tickets 2.3; sentences of five words in German, French and Polish 30 to 500,000
MOST_WORDS_FOR_ONE = 3  # one such word among more says little: "Quality office, Paweł Kamiński" is English
SHORT_FACTOR = 5.0  # a shorter passage beside others has to be as much clearer: "Keller et al." begins and ends many paragraphs
LEAST_SHARE = 0.15  # of a likelier language among all 139: below it the text is no language in particular
LEAST_LETTERS = 10  # two or three words
LEAST_WORDS = 2  # a single one is a name, a heading or a line of a key
IDEOGRAPH_LETTERS = 3  # a Chinese, Japanese or Korean sign says as much as about three letters
FEW_WORDS = 2  # in lower case, of which names, addresses and headings of tables have none or one
TIMES_FOR_FEW = 20.0  # with a single such word: 1 of 873 such pieces of English documents is taken for another language

# The commonest words of English. A passage that is full of them, with one that no other language with Latin letters has, is
# English, and the model need not be asked, which takes ten times as long.
_PLAIN = """the and that with this from have been will would which you your they their there what when how why where who could
should these those than because about does don't doesn't didn't can't i'm i've it's"""
_SHARED = """of to in is it its for not but can if we be are was were on or by as at an a i my me do did has had he she his her our
us so no any some all into then just get got need want"""
_PLAIN_ENGLISH = frozenset(_PLAIN.split())
_ENGLISH = _PLAIN_ENGLISH | frozenset(_SHARED.split())
_ENGLISH_LEAST = 3  # such words; two may be a name and a preposition
_ENGLISH_SHARE = 0.4  # of a passage's words; half of English prose, at most a quarter elsewhere by words that are shared

_PARTICLES = frozenset(
    {"van", "der", "den", "de", "von", "zu", "da", "di", "del", "la", "le", "du", "dos", "el", "al", "bin", "ter", "y", "e"}
)
# Parts of names in lower case: "Author: Joost van der Linden" is English.

_BREAK = re.compile(r"\n+|(?<=[.!?…。！？])\s+")
_PLACEHOLDER = re.compile("\ue000[^\ue000\ue001]{0,200}\ue001|<[A-Z_]{1,40}_[0-9]{1,6}>")
_NO_WORD = re.compile(r"\S*[\d@/\\_=<>{}$%^+]\S*")  # figures, addresses, paths, code
_MARKUP = re.compile(r"[*~|#\[\]\"“”„«»()]+")  # Markdown and quotation marks, which hide no word
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # hyphenation of PDFs, and disguises
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_SAME = {"pcm": "en", "nb": "no", "nn": "no", "wuu": "zh", "yue": "zh", "lzh": "zh", "ary": "ar", "arz": "ar"}
# Written close to a standard language, which its name model reads: Nigerian Pidgin, Norwegian's two forms, Chinese, Arabic.
_NO_LANGUAGE = frozenset({"zxx", "la"})
# "No linguistic content", a class of the model; and Latin, which names species and fills layouts, but no living person.


def language_of(text: str) -> tuple[str, float]:
    """The ISO 639 code of the language that ``text`` is most likely in, and how likely, in 0..1.

    Judged by at most the first 2,000 characters. `UNKNOWN` and 0.0 where there is too little to tell by.
    """
    told = _words(text[:2000])
    if told is None:
        return UNKNOWN, 0.0
    shares = _shares(told[0])
    code = max(sorted(shares), key=shares.__getitem__)
    return (UNKNOWN, 0.0) if code in _NO_LANGUAGE else (code, shares[code])


def reads_as_english(words: Sequence[str]) -> bool:
    """Whether ``words``, in lower case, are English for sure: full of its commonest ones, one of them in no other language."""
    hits = sum(map(_ENGLISH.__contains__, words))
    return hits >= _ENGLISH_LEAST and hits >= _ENGLISH_SHARE * len(words) and not _PLAIN_ENGLISH.isdisjoint(words)


def plainly_english(words: Iterable[str]) -> int:
    """How many different ones of ``words``, in lower case, are common in English and in no other language with Latin letters."""
    return len(_PLAIN_ENGLISH.intersection(words))


def is_foreign(text: str, known: frozenset[str]) -> bool | None:
    """Whether a passage of ``text`` is in none of the ``known`` languages (ISO 639 codes); None where that cannot be told."""
    found: bool | None = None
    for passage in passages(text):
        verdict = _is_foreign(passage, known, SHORT_FACTOR if len(passage) < PASSAGE_CHARS < len(text) else 1.0)
        if verdict:
            return True
        found = found if verdict is None else verdict
    return found


def passages(text: str) -> Iterator[str]:
    """``text`` in pieces: each line and sentence of `PASSAGE_CHARS` characters or more, and shorter ones joined until they are."""
    waiting = ""
    for piece in _pieces(text):
        if len(piece) >= PASSAGE_CHARS and waiting:
            yield waiting
            waiting = ""
        waiting += piece
        if len(waiting) >= PASSAGE_CHARS:
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def hold_back(
    document: Document,
    known: frozenset[str],
    spans: Mapping[str, str] | None = None,
    declared: frozenset[str] = frozenset(),
) -> Document:
    """``document`` without its texts in other languages than the ``known`` ones (ISO 639 codes).

    Blocks, fields, title and file name that are in such a language are removed and counted in ``notes``. A text that cannot be
    told goes if a neighbour that can be told goes; a document in which nothing can be told goes if it is declared to be in such
    a language. A document with nothing else left is a row with the reason `UNSUPPORTED` and no text. ``spans``: columns whose
    values count the characters of another one, and so go with it. ``declared``: columns that are replaced whole, and so stay.
    A document that holds internal placeholders was judged before they were put in: it stays as it is.
    """
    if document.reason is not None or _is_judged(document):
        return document
    sequence = [is_foreign(document.title, known), *(is_foreign(block.text, known) for block in document.blocks)]
    of_spans = spans or {}
    fields = {
        name: is_foreign(value, known)
        for name, value in document.fields.items()
        if name not in of_spans and name not in declared
    }
    told = {verdict for verdict in (*sequence, *fields.values()) if verdict is not None}
    if told == {True} or (not told and not _declared_known(document, known)):
        return _refused(document)
    misnamed = bool(is_foreign(_spaced(document.name), known))
    if True not in told and not misnamed:
        return document
    title, *gone = _with_neighbours(sequence)
    lost = {name for name, verdict in fields.items() if verdict}
    lost |= {name for name, text in of_spans.items() if text in lost and name in document.fields}
    blocks = tuple(block for block, out in zip(document.blocks, gone, strict=True) if not out)
    untitled = title and bool(document.title)
    return replace(
        document,
        title="" if title else document.title,
        name="" if misnamed else document.name,
        blocks=blocks,
        fields={name: value for name, value in document.fields.items() if name not in lost},
        notes={**document.notes, UNSUPPORTED: len(document.blocks) - len(blocks) + len(lost) + untitled + misnamed},
    )


def _is_judged(document: Document) -> bool:
    texts = (document.title, document.name, *(block.text for block in document.blocks), *document.fields.values())
    return any(OPEN in text for text in texts if text)


def primary(tag: str) -> str:
    """The language of a BCP 47 ``tag`` such as ``de-AT``, as `is_foreign` writes it."""
    code = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    return _SAME.get(code, code)


def _refused(document: Document) -> Document:
    count = len(document.blocks) + len(document.fields)
    notes = {**document.notes, UNSUPPORTED: count}
    return replace(document, title="", name="", blocks=(), fields={}, pii={}, notes=notes, reason=UNSUPPORTED)


def _declared_known(document: Document, known: frozenset[str]) -> bool:
    """Whether what ``document`` is declared to be in, if anything, is known; nothing in it says otherwise."""
    return not document.language or primary(document.language) in known


def _with_neighbours(verdicts: Sequence[bool | None]) -> list[bool]:
    """``verdicts`` with each None decided by the nearest told ones before and behind it: if either is foreign, so is this."""
    gone = [bool(verdict) for verdict in verdicts]
    for step in (1, -1):
        last = False
        for at in range(len(verdicts))[::step]:
            verdict = verdicts[at]
            last = last if verdict is None else verdict
            gone[at] = gone[at] or last
    return gone


def _spaced(name: str) -> str:
    return re.sub(r"[-_.+]+", " ", name)


def _pieces(text: str) -> Iterator[str]:
    """``text`` cut behind lines and sentences, and where these are longer than `LONGEST_PASSAGE_CHARS`; nothing is lost."""
    at = 0
    for match in _BREAK.finditer(text):
        yield from _short(text[at : match.end()])
        at = match.end()
    yield from _short(text[at:])


def _short(piece: str) -> Iterator[str]:
    for at in range(0, len(piece), LONGEST_PASSAGE_CHARS):
        yield piece[at : at + LONGEST_PASSAGE_CHARS]


def _is_foreign(passage: str, known: frozenset[str], factor: float = 1.0) -> bool | None:
    """The verdict on one passage; English, by far the commonest, is seen by its small words. ``factor``: see `SHORT_FACTOR`."""
    if "en" in known and reads_as_english(passage.lower().split()):
        return False
    told = _words(passage)
    return None if told is None else _judged(told[0], factor * told[1], known)


@lru_cache(maxsize=4096)  # headings, signatures and boilerplate come again; a verdict depends on nothing else
def _judged(words: str, times: float, known: frozenset[str]) -> bool | None:
    code, share = _model().classify(words)
    if share >= LEAST_SHARE and _SAME.get(code, code) in known:  # most text by far: the other languages need not be ranked
        return False
    shares = _shares(words)
    ours = sum(shares.get(code, 0.0) for code in known)
    other = max((share for code, share in shares.items() if code not in known and code not in _NO_LANGUAGE), default=0.0)
    if other >= LEAST_SHARE and other >= times * ours:
        return True
    return False if ours > other and ours >= LEAST_SHARE else None


def _words(text: str) -> tuple[str, float] | None:
    """The words of ``text`` without placeholders, figures, addresses and code, and how much likelier another language must be.

    None if there are too few to tell by.
    """
    shown = text if text.isascii() else _INVISIBLE.sub("", text)
    bare = _MARKUP.sub(" ", _NO_WORD.sub(" ", _PLACEHOLDER.sub(" ", shown)))
    letters = sum(map(str.isalpha, bare))
    signs = len(_IDEOGRAPHS.findall(bare)) if not bare.isascii() else 0
    if letters + (IDEOGRAPH_LETTERS - 1) * signs < LEAST_LETTERS:
        return None
    if sum(map(str.isupper, bare)) * 2 > letters:
        bare = bare.lower()  # text in capitals says as much as any other, to a model that has seen hardly any
    words = bare.split()
    if len(words) < LEAST_WORDS and not signs:
        return None
    lower = sum(any(map(str.isalpha, word)) for word in words if not word[0].isupper() and word not in _PARTICLES)
    if not lower or (lower < FEW_WORDS and lower * MOST_WORDS_FOR_ONE < len(words)):
        return None
    return " ".join(words), TIMES_LIKELIER if lower >= FEW_WORDS or signs else TIMES_FOR_FEW


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - half a second, and not every command tells

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _shares(words: str) -> dict[str, float]:
    """How likely each language is, by code; they add up to 1. Rounded, so that no processor's last digit decides."""
    shares: dict[str, float] = {}
    for code, share in _model().rank(words):
        own = _SAME.get(code, code)
        shares[own] = shares.get(own, 0.0) + float(share)
    return {code: round(share, 6) for code, share in shares.items() if math.isfinite(share)}
