"""What a document gives away about people, for all others: keyed hashes of the names, addresses and numbers that are sure in it.

An HR table, a speaker's label, a mail header and a ticket say who is who. Learnt are values of declared columns, speakers, names
that a header, an address, a list of those present, a signature or a title gives away, and e-mail addresses with the names they
spell. Not what a model takes for a name in prose: one mistake there would be repeated in every document. Nor anything that could
be anybody: single names, initials, roles, organisations, short numbers, dates.

Nothing readable is kept, and without the salt nobody can test whether a name is among the hashes.

Belongs here: from documents and texts to hashes. Does not belong here: shapes and forms (`winnow.candidates`), finding people by
these hashes (`winnow.known`).
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from winnow import names
from winnow.candidates import (
    LEAST_LETTERS,
    MOST_STREET_WORDS,
    MOST_WORDS,
    candidates,
    is_code,
    name_form,
    phone_form,
    plain,
    street_form,
)
from winnow.detect import Span
from winnow.documents import KnownForm
from winnow.forms import DECLARED
from winnow.ids import keyed_hash
from winnow.normalise import FILLER, view
from winnow.recognizers._base import words
from winnow.scope import SPELT

VERSION = 1  # raise it when the same documents would teach something else, or the same texts have other candidates

_STRONG = frozenset({DECLARED, SPELT, "person:header", "person:address", "person:roster", "person:signature", "person:title"})
_EMAIL, _PHONE, _ADDRESS = "EMAIL_ADDRESS", "PHONE_NUMBER", "ADDRESS"

# Declared, these are removed where they are declared; elsewhere the same words are anybody's.
_NOBODY_S = words(
    "DATE_OF_BIRTH DATE_TIME AGE LOCATION ORGANIZATION NRP DEMOGRAPHIC QUANTITY MISC POSTCODE URL IP_ADDRESS MAC_ADDRESS TITLE "
)
_ORGANISATIONS = words(
    "inc ltd llc gmbh ag corp corporation company co group plc bv sa bank department office university institute school hospital "
    "centre center agency ministry committee council association foundation society union team teams helpdesk desk service "
    "services system systems software solutions solution technologies technology platform cloud data web online digital network "
    "networks media press news project program programme product products operations support sales marketing engineering "
    "times journal tribune post magazine daily weekly international national global federal royal of the and for "
    "security management unknown test demo dummy example sample user various multiple anonymous undisclosed n/a none "
)  # a "name" with one of these words is an organisation, a team or a filler
_PLACES = words(
    "building floor room suite box level unit office block flat apartment house page section chapter gate pier zone"
)
_SEVERAL = re.compile(r"[;|\n\t/&]| and ")  # between the people in one cell


def hasher(salt: str) -> Callable[[str], int]:
    """The keyed hash of a form (of `winnow.candidates`): 64 bits of BLAKE2b (RFC 7693) under a key made of ``salt``."""
    return partial(_hash, bytes.fromhex(keyed_hash(salt, "known people")))


@lru_cache(maxsize=65_536)
def _hash(key: bytes, form: str) -> int:
    digest = hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8, key=key)
    return int.from_bytes(digest.digest(), "big")


def learn(texts: Sequence[str], spans: Sequence[Sequence[Span]], salt: str) -> tuple[KnownForm, ...]:
    """What a document gives away for others, in order: forms of those of its ``spans`` that are sure to be somebody's.

    Args:
        texts: every text of the document, as it was before scrubbing.
        spans: those that are replaced in each of ``texts``.
        salt: the dataset's.
    """
    surfaces = {
        (span.entity, text[span.start : span.end])
        for text, found in zip(texts, spans, strict=True)
        for span in found
        if span.recognizer in _STRONG or span.entity == _EMAIL
    }
    return together(form for entity, surface in surfaces for form in forms_of(entity, surface, salt))


def together(*forms: Iterable[KnownForm]) -> tuple[KnownForm, ...]:
    """All of ``forms``, each once, in order."""
    return tuple(sorted({form for some in forms for form in some}, key=lambda form: (form.entity, form.form_id)))


def forms_of(entity: str, surface: str, salt: str) -> Iterator[KnownForm]:
    """The forms under which the ``entity`` at ``surface`` is looked for elsewhere; none if it could be anybody or anything."""
    if entity in _NOBODY_S:
        return
    shown, hashed = view(surface).text.replace(FILLER, " "), hasher(salt)
    if entity == "PERSON":
        for name in _SEVERAL.split(shown):
            for parts in _names(name):
                yield KnownForm(entity, hashed(name_form(parts)), len(parts))
        return
    for form in _value_forms(entity, shown):
        yield KnownForm(entity, hashed(form), 1)


def _names(name: str) -> Iterator[tuple[str, ...]]:
    """The words of ``name`` as it is, and of its given and family name alone; nothing if that is no full name of a person."""
    full = names.bare(name)
    parts = tuple(word for word in re.split(r"[ .]+", full) if word)
    folded = {part.casefold() for part in parts}
    if (
        not 2 <= len(parts) <= MOST_WORDS
        or any(character.isdigit() or character == "@" for character in full)
        or min(len(parts[0]), len(parts[-1])) < 2
        or sum(character.isalpha() for character in full) < LEAST_LETTERS
        or folded & _ORGANISATIONS
        or folded <= names.NOT_NAMES | names.ROLES
        or names.is_role(full)
    ):
        return
    yield from {parts, *_spellings(parts)}
    short = names.pieces(full)
    if short and len(parts) > 2:
        yield from _spellings((short[0], *short[1].split()))


def _spellings(parts: tuple[str, ...]) -> set[tuple[str, ...]]:
    """``parts`` and the same with umlauts written out: "Müller" is also "Mueller"."""
    out = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
    return {parts, tuple(part.casefold().translate(out) for part in parts)}


def _value_forms(entity: str, shown: str) -> Iterator[str]:
    if entity == _EMAIL:
        if "@" in shown:
            yield "@" + shown.strip().casefold()
        return
    if entity == _PHONE:
        form = phone_form("".join(character for character in shown if character.isdigit()))
        if form:
            yield form
        return
    if entity == _ADDRESS:
        for line in re.split(r"[,;\n]", shown):
            found = line.split()
            named = [word for word in found if sum(map(str.isalpha, word)) > 2 and word.casefold().strip(".") not in _PLACES]
            if named and any(map(str.isdigit, line)) and len(found) <= MOST_STREET_WORDS:
                yield street_form(line)
        return
    form = plain(shown)
    if is_code(form) and len(shown.split()) <= 2:
        yield form


def form_ids(texts: Iterable[str | None], salt: str) -> list[int]:
    """The hashes of all candidates in ``texts``, sorted: with them a dictionary is looked up without reading the texts again."""
    hashed = hasher(salt)
    return sorted({hashed(candidate.form) for text in texts if text for candidate in candidates(text)})
