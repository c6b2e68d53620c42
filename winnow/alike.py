"""Rows that say too much about one person: which columns are sensitive, bands for their values, and what makes rows alike.

Two ordinary facts can be one person: in the United States 87 % of people are alone with their birth date, sex and postcode
(Sweeney, Simple Demographics Often Identify People Uniquely, 2000). Therefore a row whose text holds two sensitive attributes or
more is released only if at least k people of its source have the same values in all of them (k-anonymity, Samarati and Sweeney,
1998); one alone is no combination. Bands (`band`) make rows alike by making what is released less exact.

Belongs here: names of columns, values, and hashes. Does not belong here: which rows are there now (`assets.alike`).
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from winnow.ids import keyed_hash

LEAST_COMBINED = 2  # sensitive attributes in one row; one value alone says no more than that somebody has it

TOO_FEW_ALIKE = "too_few_alike"
"""Why an example is refused: fewer than k people of its source share the sensitive attributes of one of its rows."""

ADVICE = (
    "fewer rows than `limits.k_anonymity` have these sensitive attributes in common; leave columns out of `table.columns`, make "
    "values wider with `table.bands`, or correct `table.sensitive`"
)


@dataclass(frozen=True)
class Attribute:
    """A sensitive attribute: words of which one in a column's name is enough, and phrases of words that all have to be there."""

    name: str
    why: str
    words: frozenset[str]
    phrases: tuple[frozenset[str], ...] = ()


def _attribute(name: str, why: str, words: str, phrases: Sequence[str] = ()) -> Attribute:
    return Attribute(name, why, frozenset(words.split()), tuple(frozenset(phrase.split()) for phrase in phrases))


_QUASI = "known to colleagues and neighbours, so that it singles people out"
_SPECIAL = "a special category of the GDPR's article 9"

ATTRIBUTES: tuple[Attribute, ...] = (
    _attribute("age", _QUASI, "age ages alter wiek", ("over 18",)),
    _attribute("birth", _QUASI, "birth born birthday birthdate birthplace dob birthyear geburtsdatum geburtstag naissance"),
    _attribute("gender", _QUASI, "gender sex pronoun pronouns salutation geschlecht sexe plec"),
    _attribute(
        "marital status",
        _QUASI,
        "marital married spouse divorced children dependents dependants familienstand",
        ("family status",),
    ),
    _attribute(
        "income",
        "known to few, and looked for",
        "income salary salaries wage wages compensation earnings bonus payroll gehalt salaire",
        ("hourly rate", "daily rate", "monthly rate", "annual rate", "pay grade", "pay rate", "stock option"),
    ),
    _attribute(
        "residence",
        _QUASI,
        "postcode postal zip zipcode plz city town village hometown residence district neighbourhood wohnort",
        ("distance home", "home address"),
    ),
    _attribute(
        "origin",
        _SPECIAL,
        "nationality citizenship ethnicity ethnic race racial migrant staatsangehorigkeit nationalite",
        ("country origin", "native language"),
    ),
    _attribute("religion", _SPECIAL, "religion religious denomination faith church konfession"),
    _attribute("politics", _SPECIAL, "political", ("trade union", "union member", "union membership", "party membership")),
    _attribute(
        "health",
        _SPECIAL,
        "health diagnosis diagnoses disease illness disability disabled medical medication pregnancy pregnant icd blood allergies",
        ("sick days", "sick leave"),
    ),
    _attribute("sexual orientation", _SPECIAL, "lgbt", ("sexual orientation",)),
    _attribute("education", _QUASI, "education degree diploma university qualification qualifications"),
    _attribute("department", _QUASI, "department division abteilung", ("business unit", "cost centre", "cost center")),
    _attribute(
        "post",
        _QUASI,
        "occupation profession jobtitle jobrole seniority",
        (
            "job title",
            "job role",
            "job level",
            "job grade",
            "employee title",
            "employee role",
            "employee level",
            "employee grade",
        ),
    ),
    _attribute(
        "service",
        _QUASI,
        "tenure hired hiredate",
        ("hire date", "entry date", "years company", "working years", "years role", "years service", "years manager"),
    ),
)
"""What counts as sensitive where the catalog does not say."""

_NUMBER = re.compile(r"[^\d\s.,-]{0,3}\s?(-?\d{1,12}(?:\.\d{1,9})?|-?\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,9})?)\s?[^\d.,-]{0,12}")
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}(?:[T ].{0,32})?")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def sensitive_attribute(column: str) -> Attribute | None:
    """The attribute that the name of ``column`` speaks of (``MaritalStatus``, ``date_of_birth``), if any."""
    plain = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode()
    spelt = [word.lower() for word in _WORD.findall(plain)]
    words = {*spelt, *(first + second for first, second in pairwise(spelt))}  # PostCode is a postcode
    return next(
        (
            attribute
            for attribute in ATTRIBUTES
            if attribute.words & words or any(phrase <= words for phrase in attribute.phrases)
        ),
        None,
    )


def sensitive_columns(columns: Iterable[str], stated: Sequence[str] | None = None) -> tuple[str, ...]:
    """Those of ``columns`` that are sensitive: the ``stated`` ones, or where none are stated (None) those whose names say so."""
    return tuple(column for column in columns if (sensitive_attribute(column) if stated is None else column in stated))


def band(value: str, width: float) -> str:
    """The band of ``width`` that a number lies in, from 0 on: 43 by 10 is ``40-49``; of a day (ISO 8601) the band of its year.

    Empty for a value that is neither: whoever asks for bands does not want it as it stands.
    """
    value = value.strip()
    day, number = _DAY.fullmatch(value), _NUMBER.fullmatch(value)
    if day is None and number is None:
        return ""
    shown = day[1] if day is not None else number[1].replace(",", "") if number is not None else ""
    low = math.floor(float(shown) / width) * width
    if float(width).is_integer() and "." not in shown:
        first, last = f"{int(low)}", f"{int(low + width) - 1}"
    else:
        first, last = f"{low:g}", f"under {low + width:g}"
    if first == last:
        return first
    return f"{first}-{last}" if low >= 0 and not last.startswith("under") else f"{first} to {last}"


def in_bands(fields: Mapping[str, str], bands: Mapping[str, float]) -> dict[str, str]:
    """``fields`` with the columns of ``bands`` made less exact; one whose value has no band is left out."""
    made = {name: band(value, bands[name]) if name in bands else value for name, value in fields.items()}
    return {name: value for name, value in made.items() if value or name not in bands}


def combination(fields: Mapping[str, str], sensitive: Iterable[str], salt: str, source: str) -> str | None:
    """A keyed hash that rows of ``source`` share whose ``sensitive`` columns say the same; None if fewer than two say anything.

    Case and white space do not count; which columns are filled in does.
    """
    said = [
        (name, " ".join(fields[name].split()).casefold()) for name in sorted(set(sensitive)) if fields.get(name, "").strip()
    ]
    if len(said) < LEAST_COMBINED:
        return None
    return keyed_hash(salt, "alike", source, *(part for pair in said for part in pair))


def people_alike(pairs: Iterable[tuple[str | None, str | None]]) -> Counter[str]:
    """How many individuals each combination has, of ``pairs`` of a row's combination and individual; rows without one are left out.

    A person who stands in several exports, or in several rows under one ``customer``, counts once.
    """
    people: defaultdict[str, set[str | None]] = defaultdict(set)
    for alike, individual in pairs:
        if alike is not None:
            people[alike].add(individual)
    return Counter({alike: len(members) for alike, members in people.items()})


def is_rare(combinations: Iterable[str] | None, people: Mapping[str, int], least: int) -> bool:
    """Whether one of ``combinations`` has fewer than ``least`` individuals in ``people``."""
    return any(people.get(alike, 0) < least for alike in combinations or ())
