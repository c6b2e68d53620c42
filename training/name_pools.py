"""Names to write synthetic text with and to swap into real text: persons of many cultures, places, organisations, addresses.

What belongs here: where the names come from (Faker's providers, MIT, and the own lists in ``training/synthetic``), how they are
split into a training and a held-out part, and the forms in which a person is written. What does not: sentences
(:mod:`training.synthetic`) and damage to them (:mod:`training.noise`).

The split is by single word: a word is held out when a keyed hash of its folded spelling says so, so that no given name, family
name or town that recall is measured on was ever seen in training, not even as a part of a longer name. Countries, regions, rivers
and well-known public bodies are closed lists which both parts share.
"""

import hashlib
import importlib
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from training import places
from training.persons import Person, choose_person

LISTS = Path(__file__).parent / "synthetic"
SPLIT_KEY = b"winnow name split 1"
HELD_OUT_PARTS = 5  # one word in five is held out

# Words inside names that are grammar, not names; they are on both sides of the split.
PARTICLE_WORDS = (
    "de da do dos das del della delle di du des la le les van von der den het ter ten te zu zum zur vom af av bin"
    " ibn bint al el ben abu mac mc o d l st san santa saint y e i und and of the 's a lo degli dei op tot 't ap ab"
    " ni nic ui mhic tsithigh"
)
PARTICLES = frozenset(PARTICLE_WORDS.split())

CYRILLIC_LATIN = (
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch * y * e yu ya yo i yi ye g dj j lj nj c dz gj dz kj"
)
CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђјљњћџѓѕќ", CYRILLIC_LATIN.split(), strict=True))
GREEK_LATIN = "a v g d e z i th i k l m n x o p r s t y f ch ps o s"
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψως", GREEK_LATIN.split(), strict=True))
GEORGIAN_LATIN = "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h"
GEORGIAN = dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", GEORGIAN_LATIN.split(), strict=True))
ARMENIAN_LATIN = "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev"
ARMENIAN = dict(zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև", ARMENIAN_LATIN.split(), strict=True))
LETTERS = {**CYRILLIC, **GREEK, **GEORGIAN, **ARMENIAN}


@dataclass(frozen=True, slots=True)
class Culture:
    """One culture's names and how it writes them.

    ``weight`` is its share of the persons; ``order`` is western (given family), eastern (family given) or single (one word);
    ``patronymic`` names the suffixes from which a father's name is built.
    """

    name: str
    weight: float
    locales: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    order: str = "western"
    patronymic: str = ""


CULTURES = (
    Culture("english", 20, ("en", "en_US", "en_GB", "en_NZ")),
    Culture("irish", 3, ("en_IE", "ga_IE")),
    Culture("ambiguous", 5, sections=("ambiguous",)),
    Culture("german", 6, ("de_DE", "de_AT", "de_CH", "de_LI", "de_LU")),
    Culture("french", 5, ("fr_FR", "fr_CH", "fr_CA", "fr_BE")),
    Culture("spanish", 5, ("es_ES", "es_AR", "es_CL", "es_CO", "es_MX", "es_CA")),
    Culture("italian", 4, ("it_IT",)),
    Culture("portuguese", 3, ("pt_PT", "pt_BR"), ("portuguese",)),
    Culture("dutch", 4, ("nl_NL", "nl_BE")),
    Culture("polish", 4, ("pl_PL",)),
    Culture("czech", 3, ("cs_CZ", "sk_SK")),
    Culture("scandinavian", 4, ("sv_SE", "no_NO", "da_DK")),
    Culture("icelandic", 1, ("is_IS",)),
    Culture("finnish", 2, ("fi_FI", "et_EE")),
    Culture("baltic", 1.5, ("lt_LT", "lv_LV")),
    Culture("hungarian", 2, ("hu_HU",), ("hungarian",)),
    Culture("romanian", 2, ("ro_RO",), ("romanian",)),
    Culture("south_slavic", 3, ("hr_HR", "sl_SI", "mk_MK", "bg_BG")),
    Culture("east_slavic", 4, ("ru_RU", "uk_UA"), patronymic="russian"),
    Culture("caucasian", 2, ("ka_GE", "hy_AM", "az_AZ")),
    Culture("greek", 3, ("el_GR",)),
    Culture("turkish", 4, ("tr_TR",), ("turkish",)),
    Culture("arabic", 4, ("fr_DZ",), ("arabic",), patronymic="arabic"),
    Culture("persian", 2, sections=("persian",)),
    Culture("pakistani", 2, ("en_PK",), ("pakistani",)),
    Culture("indian", 5, ("en_IN",)),
    Culture("south_indian", 1.5, sections=("south_indian",)),
    Culture("bengali", 1.5, sections=("bengali",)),
    Culture("chinese", 5, sections=("chinese",), order="eastern"),
    Culture("korean", 2.5, sections=("korean",), order="eastern"),
    Culture("japanese", 3, ("ja_JP",), ("japanese",), order="eastern"),
    Culture("vietnamese", 2.5, ("vi_VN",), ("vietnamese",), order="eastern"),
    Culture("thai", 1.5, ("en_TH",), ("thai",)),
    Culture("indonesian", 2, ("id_ID",), ("indonesian",)),
    Culture("filipino", 1.5, sections=("filipino",)),
    Culture("nigerian", 3, ("en_NG", "ha_NG", "ig_NG", "yo_NG"), ("nigerian",)),
    Culture("ghanaian", 1.5, ("tw_GH",), ("ghanaian",)),
    Culture("east_african", 2, ("en_KE", "sw"), ("east_african",)),
    Culture("ethiopian", 1.5, sections=("ethiopian",)),
    Culture("southern_african", 2, ("zu_ZA",), ("southern_african",)),
    Culture("francophone_african", 2, sections=("francophone_african",)),
    Culture("hebrew", 2, sections=("hebrew",)),
    Culture("central_asian", 1, ("uz_UZ",), ("central_asian",)),
    Culture("single", 0.7, sections=("burmese_single",), order="single"),
)


def fold(word: str) -> str:
    """``word`` without case, accents and marks: the spelling by which the split is made."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


@cache
def held_out_word(word: str) -> bool:
    """Whether a single name word belongs to the held-out part, by a keyed hash of its folded spelling."""
    digest = hashlib.blake2b(fold(word).encode(), key=SPLIT_KEY, digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_PARTS == 0


def name_words(name: str) -> list[str]:
    """The words of ``name`` that carry it: parted at spaces, hyphens and apostrophes, without particles."""
    return [word for word in re.split(r"[\s\-'’.]+", name) if word and fold(word) and fold(word) not in PARTICLES]


def in_part(name: str, held_out: bool) -> bool:
    """Whether every word of ``name`` is in the wanted part (a name of mixed words is in neither)."""
    words = name_words(name)
    return bool(words) and all(held_out_word(word) == held_out for word in words)


def romanised(name: str) -> str:
    """``name`` in Latin letters, or "" where its script has no plain transliteration here."""
    out = []
    for letter in unicodedata.normalize("NFC", name).replace("ου", "ou").replace("ού", "ou").replace("Ου", "Ou"):
        bare = unicodedata.normalize("NFD", letter.lower())[0] if letter.lower() not in LETTERS else letter.lower()
        if bare in LETTERS:
            latin = LETTERS[bare].replace("*", "")
            out.append(latin.capitalize() if letter.isupper() else latin)
        else:
            out.append(letter)
    text = "".join(out)
    return text if all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 or letter in "’‘" for letter in text) else ""


def read_sections(path: Path) -> dict[str, list[str]]:
    """The lines of each ``== section`` of an own list; lines that start with ``#`` say something about the list."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current = sections.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("# "):
            current.append(line)
    return sections


@cache
def own_names() -> dict[str, dict[str, list[str]]]:
    """The own name lists: culture, then male, female, family or single."""
    return {
        section: {kind: words.split() for kind, words in (line.split(": ", 1) for line in lines)}
        for section, lines in read_sections(LISTS / "names.txt").items()
    }


def provider(kind: str, locale: str) -> Any:
    """Faker's provider class of a kind (person, address) and locale."""
    return importlib.import_module(f"faker.providers.{kind}.{locale}").Provider


def provided(source: Any, *attributes: str) -> list[str]:
    """The romanised strings of a provider's lists, in order, without repeats; own lists of the locale only."""
    found: dict[str, None] = {}
    for attribute in attributes:
        for entry in vars(source).get(attribute) or ():
            word = entry if isinstance(entry, str) else (entry[-1] if isinstance(entry, tuple) else "")
            latin = romanised(word.strip())
            if latin and 1 < len(latin) < 30 and "(" not in latin and any(letter.isalpha() for letter in latin):
                found[latin[0].upper() + latin[1:] if latin[0].islower() and " " not in latin else latin] = None
    return list(found)


@dataclass(frozen=True, slots=True)
class CultureNames:
    """One culture's names after the split; families may differ by gender (Slavic endings)."""

    culture: Culture
    male: tuple[str, ...]
    female: tuple[str, ...]
    family_male: tuple[str, ...]
    family_female: tuple[str, ...]


def _culture_names(culture: Culture, held_out: bool) -> CultureNames:
    """The names of one culture that are in the wanted part."""
    male, female, family_m, family_f = [], [], [], []
    for section in culture.sections:
        own = own_names()[section]
        male += own.get("male", []) + own.get("single", [])
        female += own.get("female", []) + own.get("single", [])
        family_m += own.get("family", [])
        family_f += own.get("family", [])
    for locale in culture.locales:
        source = provider("person", locale)
        male += provided(source, "first_names_male", "first_romanized_names_male") or provided(source, "first_names")
        female += provided(source, "first_names_female", "first_romanized_names_female") or provided(source, "first_names")
        both = provided(source, "last_romanized_names", "last_names_unisex", "unisex_last_names", "last_names_without_suffix")
        by_gender = [provided(source, "last_names_male", "male_last_names"), provided(source, "last_names_female")]
        if not both and not any(by_gender):
            both = provided(source, "last_names", "last_names_est")
        family_m += both + by_gender[0]
        family_f += both + (by_gender[1] or by_gender[0])

    def part(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in names if in_part(name, held_out) and name not in {"John", "Jane", "Doe"}))

    return CultureNames(culture, part(male), part(female), part(family_m), part(family_f))


@dataclass(frozen=True, slots=True)
class NamePools:
    """All names of one part of the split.

    Attributes:
        held_out: whether this is the part that training never sees.
        cultures: the names by culture, in a fixed order.
        gazetteer: towns, regions, streets and organisations' parts.
    """

    held_out: bool
    cultures: tuple[CultureNames, ...]
    gazetteer: "places.Gazetteer"
    _cumulative: tuple[float, ...] = field(repr=False)

    @classmethod
    def load(cls, held_out: bool) -> "NamePools":
        """Read Faker's providers and the own lists (about a second); the two parts share no name word.

        Raises:
            ModuleNotFoundError: the ``faker`` package (extra ``train-ner``) is missing.
        """
        cultures = tuple(_culture_names(culture, held_out) for culture in CULTURES)
        total = 0.0
        cumulative = []
        for names in cultures:
            total += names.culture.weight
            cumulative.append(total)
        families = tuple(name for names in cultures for name in names.family_male[:400] if " " not in name)
        givens = tuple(name for names in cultures for name in (*names.male[:100], *names.female[:100]))
        gazetteer = places.Gazetteer.build(lambda name: in_part(name, held_out), provided, provider, families, givens)
        return cls(held_out, cultures, gazetteer, tuple(cumulative))

    def person(self, rng: random.Random) -> Person:
        """A new person of a culture drawn by its weight."""
        return choose_person(rng, rng.choices(self.cultures, cum_weights=self._cumulative)[0])

    def given(self, rng: random.Random) -> str:
        """A given name alone."""
        return self.person(rng).given

    def family(self, rng: random.Random) -> str:
        """A family name alone (a single name for those who bear no other)."""
        person = self.person(rng)
        return person.family or person.given

    def place(self, rng: random.Random) -> str:
        """A town, country, region, river or facility."""
        return self.gazetteer.place(rng)

    def city(self, rng: random.Random) -> str:
        """A town."""
        return self.gazetteer.city(rng)

    def organisation(self, rng: random.Random) -> str:
        """A company, public body, school, club, newspaper or acronym."""
        return self.gazetteer.organisation(rng)

    def address(self, rng: random.Random, joiner: str = ", ") -> str:
        """A postal address in the format of one of a dozen countries; ``joiner`` parts its lines."""
        return self.gazetteer.address(rng, joiner)

    def all_words(self) -> frozenset[str]:
        """Every folded name word of persons and towns in this part."""
        lists: list[Sequence[str]] = [
            part for names in self.cultures for part in (names.male, names.female, names.family_male, names.family_female)
        ]
        lists.append(self.gazetteer.cities)
        return frozenset(fold(word) for part in lists for name in part for word in name_words(name))
