"""The persons of one scope: which mentions mean the same person, and what a keyed id is made of.

Belongs here: linking variants of a name. Does not belong here: where else a name stands (`winnow.forms`), what can be said of a
single name (`winnow.names`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from winnow import names
from winnow.ids import keyed_hash
from winnow.normalise import view
from winnow.surrogate_names import genders

ID_DIGITS = 16  # hexadecimal: 64 bits tell the entities of a corpus apart, and keep the text short

_NUMBER = re.compile(
    r"(?!IP_)[A-Z]{2}_[A-Z_]+|BALTIC_PERSONAL_CODE|BANK_ACCOUNT|CREDIT_CARD|DRIVER_LICENSE|IBAN_CODE|ID_CARD|LICENSE_PLATE|"
    r"MAC_ADDRESS|MEDICAL_LICENSE|PASSPORT|SWIFT_CODE"
)
"""Entities whose spaces and punctuation mean nothing: numbers of papers and accounts, those of a country (``US_SSN``) or of several.

A reference number is none: 12/2019 and 1/22019 are two cases.
"""

_DIGITS_ALONE = frozenset({"PHONE_NUMBER", "CREDIT_CARD"})
_MOST_INITIALS = 6  # characters of initials with their dots
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=16_384)
def canonical(entity: str, surface: str) -> str:
    """The form by which two mentions are the same entity: normalised, case-folded, numbers without separators."""
    folded = " ".join(view(surface).text.split())
    if entity == "PERSON":
        return names.canonical(folded)
    if entity in _DIGITS_ALONE:
        return "".join(character for character in folded if character.isdigit()) or folded.casefold()
    if _NUMBER.fullmatch(entity):
        return "".join(character for character in folded if character.isalnum()).casefold()
    return folded.casefold()


@lru_cache(maxsize=16_384)
def entity_id(salt: str, entity: str, form: str) -> str:
    """The internal id of the ``entity`` with the canonical ``form``: 16 hexadecimal digits, the same in every document."""
    return keyed_hash(salt, "entity", entity, form)[:ID_DIGITS]


class People:
    """The persons of one scope: links every variant of a name to the one person whom it can mean.

    Variants: a part of the name, an initial and the family name, the family name first, initials, a common short form of the
    given name (``Bob`` for Robert), a middle name left out, the user name made of it (``mkeller``).
    """

    def __init__(self, mentioned: Iterable[str]) -> None:
        """Learn the full names among ``mentioned`` (as they stand in the text, best with their titles)."""
        self._full: dict[str, str] = {}  # canonical form → that of the person
        self._variants: dict[str, set[str]] = defaultdict(set)
        self._genders: dict[str, set[str]] = defaultdict(set)
        surfaces = sorted(set(mentioned))
        for name in surfaces:
            form = canonical("PERSON", name)
            parts = names.pieces(form)
            if parts is not None and len(parts[0].strip(".")) > 1:
                self._full[form] = form
        self._merge()
        for form, person in self._full.items():
            for variant in _variants(form):
                self._variants[variant].add(person)
        for name in surfaces:
            gender = names.title_gender(name)
            if gender:
                self._genders[self.known_as(name)].add(gender)

    def _merge(self) -> None:
        """Give forms of one person one canonical form: a short given name, a middle name left out."""
        by_ends: dict[tuple[str, str], list[str]] = defaultdict(list)
        for form in sorted(self._full):
            given, family = names.pieces(form) or ("", "")
            long = names.LONG_FORMS.get(given, given)
            other = f"{long} {family}"
            if long != given and other in self._full:
                self._full[form] = other
            by_ends[given, family].append(form)
        for (given, family), forms in by_ends.items():
            short = f"{given} {family}"
            if len(forms) == 2 and short in forms:
                longer = next(form for form in forms if form != short)
                self._full[longer] = self._full[short]

    def known_as(self, name: str) -> str:
        """The canonical form of the person that ``name`` means in this scope; its own where that is open."""
        form = canonical("PERSON", name)
        if form in self._full:
            return self._full[form]
        parts = form.split()
        if len(parts) > 1:
            turned = " ".join([*parts[1:], parts[0]])
            if turned in self._full:
                return self._full[turned]
        owners = self._variants.get(form, set())
        if not owners and len(name) <= _MOST_INITIALS and sum(map(str.isupper, name)) > 1:
            owners = self._variants.get(_initials_key(form), set())
        if not owners:
            owners = {self.by_user_name(name) or form}
        return next(iter(owners)) if len(owners) == 1 else form

    def is_known(self, form: str) -> bool:
        """Whether the canonical ``form`` is that of a person known by a full name."""
        return form in self._full

    def gender(self, form: str) -> str:
        """``f`` or ``m`` of the person with the canonical ``form``, by title or else by given name; ``x`` if open."""
        said = self._genders.get(form, set())
        if len(said) == 1:
            return next(iter(said))
        given = form.split(maxsplit=1)[0].strip(".") if form and not said else ""
        return genders().get(names.LONG_FORMS.get(given, given), "x")

    def by_user_name(self, user_name: str) -> str | None:
        """The canonical form of the person whose ``mkeller``, ``maria.keller`` or ``keller_m`` this is; None if nobody's."""
        key = _user_key(names.letters(user_name))
        owners = self._variants.get(key, set())
        return next(iter(owners)) if len(owners) == 1 else None


def user_names(given: str, family: str) -> Iterable[str]:
    """The user names that systems make of a name, without separators: ``mariakeller``, ``kellermaria``, ``mkeller``, ``kellerm``."""
    first, last = names.letters(given), names.letters(family)
    return (first + last, last + first, first[:1] + last, last + first[:1]) if first and last else ()


def _initials_key(form: str) -> str:
    return "\x00" + "".join(_LETTERS.findall(form))  # no name holds the sign, so initials never meet a short name


def _user_key(user_name: str) -> str:
    return "\x01" + user_name  # as above


@lru_cache(maxsize=16_384)
def _variants(form: str) -> frozenset[str]:
    """Every canonical form under which the person with the full canonical ``form`` may be mentioned too."""
    given, family = names.pieces(form) or (form, form)
    last = family.split()[-1]
    short = {given, *names.SHORT_FORMS.get(given, ()), *([names.LONG_FORMS[given]] if given in names.LONG_FORMS else [])}
    variants = {*short, family, last}
    for end in {family, last}:
        variants |= {f"{name} {end}" for name in short}
        variants |= {f"{given[0]} {end}", f"{given[0]}. {end}", f"{end} {given[0]}", f"{end} {given[0]}."}
        variants |= {_user_key(user_name) for name in short for user_name in user_names(name, end)}
    letters = [word[0] for word in re.split(r"[ -]", form) if word]
    variants |= {_initials_key("".join(letters)), _initials_key(letters[0] + letters[-1]), _initials_key(letters[0] + last[0])}
    return frozenset(variants - {form})
