"""A person and the forms in which texts write one: full, inverted, initials, nickname, capitals, lower case.

What belongs here: one person's forms. What does not: the lists of names (:mod:`training.name_pools`).
"""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.name_pools import Culture, CultureNames

# Everyday short forms; used only where the long form is the given name.
NICKNAMES = {
    line.split()[0]: line.split()[1:]
    for line in (
        "Robert Bob Rob Bobby",
        "William Will Bill Billy",
        "Richard Rich Dick Rick",
        "James Jim Jimmy Jamie",
        "Thomas Tom Tommy",
        "Elizabeth Liz Beth Betty Lizzie",
        "Katherine Kate Kathy Katie",
        "Catherine Cathy Kate",
        "Margaret Maggie Meg Peggy",
        "Michael Mike Mick",
        "Christopher Chris Kit",
        "Christine Chris Chrissy",
        "Alexander Alex Sasha Sandy",
        "Alexandra Alex Sandra",
        "Anthony Tony",
        "Andrew Andy Drew",
        "Benjamin Ben",
        "Daniel Dan Danny",
        "David Dave Davy",
        "Edward Ed Eddie Ted Ned",
        "Frederick Fred Freddie",
        "Gregory Greg",
        "Jonathan Jon Jonny",
        "Joseph Joe Joey",
        "Joshua Josh",
        "Kenneth Ken Kenny",
        "Matthew Matt",
        "Nicholas Nick Nicky",
        "Patrick Pat Paddy",
        "Patricia Pat Patty Trish",
        "Peter Pete",
        "Philip Phil",
        "Rebecca Becky Becca",
        "Samuel Sam Sammy",
        "Samantha Sam",
        "Stephen Steve",
        "Steven Steve",
        "Susan Sue Susie",
        "Timothy Tim",
        "Victoria Vicky Tori",
        "Jennifer Jen Jenny",
        "Jessica Jess",
        "Deborah Debbie Deb",
        "Barbara Barb",
        "Francisco Paco Pancho",
        "José Pepe",
        "Giuseppe Beppe Peppe",
        "Johannes Hannes Jo",
        "Friedrich Fritz",
        "Heinrich Heinz",
        "Jacqueline Jackie",
        "Maximilian Max",
        "Elisabeth Lisa Sissi",
        "Katarzyna Kasia",
        "Małgorzata Gosia",
        "Aleksandra Ola",
        "Mehmet Memo",
        "Venkatesh Venky",
        "Subramanian Subbu",
        "Dmitriy Dima",
        "Aleksandr Sasha",
        "Mikhail Misha",
        "Vladimir Vova",
        "Ekaterina Katya",
        "Anastasiya Nastya",
    )
}

TITLES_MALE = (
    "Mr",
    "Mr",
    "Mr",
    "Mr.",
    "Mr.",
    "Dr",
    "Dr.",
    "Prof.",
    "Professor",
    "Sir",
    "Herr",
    "M.",
    "Sig.",
    "Señor",
    "Judge",
    "Rev.",
)
TITLES_FEMALE = (
    *(
        "Ms",
        "Ms",
        "Ms.",
        "Mrs",
        "Mrs",
        "Mrs.",
        "Miss",
        "Dr",
        "Dr.",
        "Prof.",
        "Professor",
        "Dame",
        "Frau",
        "Mme",
        "Sig.ra",
        "Señora",
    ),
    *("Judge", "Sister"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One person; every form keeps to these parts.

    Attributes:
        given: the given name, or the only one; may hold a space or a hyphen.
        family: the family name with its particles, "" for those who bear a single name.
        middle: a second given name or patronymic, "" if none.
        title: as written before the name ("Dr."); never part of a span.
        gender: "male" or "female".
        culture: the culture's name in :data:`training.name_pools.CULTURES`.
        nickname: an everyday form, often the given name itself.
        eastern: whether the family name is written first.
    """

    given: str
    family: str
    middle: str
    title: str
    gender: str
    culture: str
    nickname: str
    eastern: bool = False

    @property
    def full(self) -> str:
        """Given and family name in the person's own order."""
        if not self.family:
            return self.given
        return f"{self.family} {self.given}" if self.eastern else f"{self.given} {self.family}"

    @property
    def last(self) -> str:
        """The family name, or the only name."""
        return self.family or self.given

    @property
    def inverted(self) -> str:
        """``Family, Given``."""
        return f"{self.family}, {self.given}" if self.family else self.given

    @property
    def long(self) -> str:
        """With the middle name in full, where there is one."""
        return f"{self.given} {self.middle} {self.family}" if self.middle and self.family and not self.eastern else self.full

    @property
    def middle_initial(self) -> str:
        """``Given M. Family``."""
        return (
            f"{self.given} {self.middle[0]}. {self.family}" if self.middle and self.family and not self.eastern else self.full
        )

    @property
    def initial(self) -> str:
        """``G. Family``; a double given name keeps both letters."""
        if not self.family:
            return self.given
        return f"{'-'.join(f'{part[0]}.' for part in self.given.split('-') if part)} {self.family}"

    @property
    def trailing_initial(self) -> str:
        """``Given F.``, as chats write it."""
        return f"{self.given} {re.split(r'[ ]', self.last)[-1][0].upper()}." if self.family else self.given

    @property
    def initials(self) -> str:
        """``GF``: the letters that stand for a person in minutes."""
        if not self.family:
            return self.given[:2].upper()
        return "".join(part[0] for part in re.split(r"[ \-]", f"{self.given} {self.family}") if part[:1].isalpha())[:4].upper()

    @property
    def capitals(self) -> str:
        """The full name in capitals."""
        return self.full.upper()

    @property
    def loud_family(self) -> str:
        """``Given FAMILY``, as French and international forms write it."""
        return f"{self.given} {self.family.upper()}" if self.family else self.given.upper()

    @property
    def loud_inverted(self) -> str:
        """``FAMILY, Given``."""
        return f"{self.family.upper()}, {self.given}" if self.family else self.given.upper()

    @property
    def login(self) -> str:
        """``gfamily``: a user name."""
        given, family = ascii_letters(self.given), ascii_letters(self.last)
        return (given[:1] + family) if self.family else given

    @property
    def dotted(self) -> str:
        """``given.family``: an address's local part or a handle."""
        given = ascii_letters(self.given)
        return f"{given}.{ascii_letters(self.family)}" if self.family else given


def ascii_letters(name: str) -> str:
    """The name's letters as an e-mail address holds them; "x" when none is left."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", plain) or "x"


def russian_patronymic(rng: random.Random, names: "CultureNames", gender: str) -> str:
    """A father's name with its Slavic ending."""
    father = rng.choice(names.male).split()[0]
    stem = father[:-1] if father[-1] in "aeioyu" else father
    soft = father[-1] in "yiu"
    return stem + (("evich" if soft else "ovich") if gender == "male" else ("evna" if soft else "ovna"))


def choose_person(rng: random.Random, names: "CultureNames") -> Person:
    """A person of one culture, with the compounds and particles that its people bear."""
    roll = rng.random()
    gender = "female" if roll < 0.5 else "male"
    given_list = names.female if gender == "female" else names.male
    families = names.family_female if gender == "female" else names.family_male
    given = given_list[int(rng.random() * len(given_list))]
    title = (TITLES_FEMALE if gender == "female" else TITLES_MALE)[int(rng.random() * 16)]
    culture = names.culture
    if culture.order == "single" or not families:
        return Person(given, "", "", title, gender, culture.name, given)
    family = families[int(rng.random() * len(families))]
    roll = rng.random()
    middle = ""
    eastern = culture.order == "eastern" and roll < 0.55
    if roll > 0.6 and culture.order == "western":
        middle = given_list[int(rng.random() * len(given_list))]
        if culture.patronymic == "russian":
            middle = russian_patronymic(rng, names, gender)
    family, given = compound_family(rng, culture, family, families), compound_given(rng, culture.name, given, given_list)
    short = NICKNAMES.get(given)
    nickname = short[int(rng.random() * len(short))] if short and rng.random() < 0.7 else given.split()[0]
    return Person(given, family, middle, title, gender, culture.name, nickname, eastern)


# The share of people of a culture who bear a particle, and the particles.
PARTICLES_BY_CULTURE: dict[str, tuple[float, tuple[str, ...]]] = {
    "german": (0.06, ("von", "von der", "zu", "vom")),
    "dutch": (0.12, ("van", "van der", "van den", "de", "van de", "ter", "ten")),
    "french": (0.06, ("de", "de la", "du", "Le", "d'")),
    "portuguese": (0.15, ("da", "dos", "de", "do")),
    "italian": (0.07, ("Di", "De", "Della", "D'", "Lo", "La")),
    "spanish": (0.05, ("de", "de la", "del")),
    "arabic": (0.1, ("bin", "ibn", "Abu", "Al")),
    "irish": (0.08, ("O'", "Mac ", "Ní ")),
    "english": (0.04, ("O'", "St. ")),
}


def compound_family(rng: random.Random, culture: "Culture", family: str, families: Sequence[str]) -> str:
    """The family name, doubled, hyphenated or with a particle as the culture does."""
    roll = rng.random()
    other = families[int(rng.random() * len(families))]
    if culture.name in {"spanish", "filipino"} and roll < 0.35:
        return f"{family}{' y ' if roll < 0.02 else ' '}{other}"
    if culture.name == "portuguese" and roll < 0.35:
        return f"{other} {family}"
    if roll < 0.05 and culture.order == "western":
        return f"{family}-{other}"
    share, particles = PARTICLES_BY_CULTURE.get(culture.name, (0.0, ("",)))
    if roll > 1 - share and " " not in family:
        particle = particles[int(rng.random() * len(particles))]
        return f"{particle}{family}" if particle[-1] in "' " else f"{particle} {family}"
    return family


def compound_given(rng: random.Random, culture: str, given: str, givens: Sequence[str]) -> str:
    """The given name, hyphenated or doubled as the culture does."""
    roll = rng.random()
    other = givens[int(rng.random() * len(givens))]
    if roll < 0.04 and culture in {"french", "german", "scandinavian", "polish", "korean"} and "-" not in given:
        return f"{given}-{other}"
    if roll < 0.12 and culture in {"spanish", "portuguese", "italian", "english"} and " " not in given:
        return f"{given} {other}"
    return given
