"""Which language a text is in, and how many of that language's commonest words it has.

Belongs here: telling the language of whole examples, and stop words. Does not belong here: holding text back for its language
(`winnow.languages`).

Gopher asks for two of eight English words. Asked of a German text that is no question: it is answered by the list of the text's own
language, and not at all where there is no such list or the language could not be told.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from winnow.languages import UNKNOWN, VERSION, language_of, plainly_english, reads_as_english
from winnow.quality._layout import plain

TONGUES_VERSION = f"1/{VERSION}"

TOLD_BY_CHARS = 400
"""Of a text, its first: 60 words tell a language as well as 1,000 do, in a tenth of the time."""

STOP_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "cs": "a se v na je že o s",
        "da": "og i at det er en til af",
        "de": "der die und in zu den das nicht",
        "el": "και το η να του ο της με",
        "en": "the be to of and that have with",  # Gopher's own
        "es": "de la que el en y los se",
        "fi": "ja on ei se että oli hän mutta",
        "fr": "de la le et les des en un",
        "hu": "a az és hogy nem is ez egy",
        "it": "di e il la che in un per",
        "nl": "de van een het en in is dat",
        "no": "og i det er på som en til",
        "pl": "w i na z się do nie że",
        "pt": "de a o que e do da em",
        "ro": "de și în a la cu pe nu",
        "ru": "и в не на что я с он",
        "sv": "och i att det som en på är",
        "tr": "ve bir bu da de için ile ne",
        "uk": "і в не на що я з до",
    }.items()
}
"""Eight of the commonest words of each language: articles, prepositions, conjunctions, negations. Those of English are published; the
others are ours, by the same measure: no page of prose is without two of them."""


def tell(text: str) -> tuple[str | None, int | None]:
    """The ISO 639 code of the language of ``text``, and how many different stop words of it there are.

    None where too little is there to tell by; no number where the language has no list.
    """
    words = plain(text).lower().split()
    code = _by_small_words(words[:_LOOKED_AT])
    if code is None and not (text.isascii() and _is_of_few_words(words)):
        code = _model(text[:TOLD_BY_CHARS])
    if code is None or code not in _FORMS:
        return code, None
    seen = frozenset(words)  # of the whole text, for a page may begin with a table
    return code, sum(not forms.isdisjoint(seen) for forms in _FORMS[code])


def _by_small_words(words: Sequence[str]) -> str | None:
    """The language that ``words``, in lower case, are in beyond doubt; asking the model would take fifty times as long."""
    seen = frozenset(words)
    plain_words, small_words = plainly_english(seen), len(STOP_WORDS["en"] & seen)
    if (plain_words >= _AHEAD and small_words >= _SURE) or reads_as_english(words):
        return "en"
    ranked = sorted(((len(small & seen), code) for code, small in STOP_WORDS.items()), reverse=True)
    (most, code), (next_most, _) = ranked[:2]
    if plain_words >= _SURE and (code == "en" or most < _AHEAD):
        return "en"
    return code if most >= _SURE and most - next_most >= _AHEAD else None


def _is_of_few_words(words: Sequence[str]) -> bool:
    """Whether no more than a few different ones of ``words`` are made of letters: a log or a list of codes is in no language."""
    return len({word for word in words if word.strip(_TOUCHING).isalpha()}) < _LEAST_DIFFERENT


_TOUCHING = ".,;:!?\"'()[]"
_LEAST_DIFFERENT = 3  # "ok ok ok failed" could be of any

_LOOKED_AT = 120  # words, about what `TOLD_BY_CHARS` are
_SURE = 4  # of the eight words of a language, and …
_AHEAD = 3  # … so many more than of any other: of Danish and Norwegian, which share six, the model is asked
_FORMS = {
    code: tuple(
        frozenset({word, *(word + mark for mark in ".,;:!?"), *(mark + word for mark in "\"'(“„«¿¡")}) for word in sorted(words)
    )
    for code, words in STOP_WORDS.items()
}
"""Each stop word with the marks that may touch it."""


@lru_cache(maxsize=4096)  # short texts come again; an answer depends on nothing else
def _model(text: str) -> str | None:
    code, _ = language_of(text)
    return None if code == UNKNOWN else code
