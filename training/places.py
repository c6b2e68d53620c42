"""Places, organisations and postal addresses for synthetic text.

What belongs here: lists of Faker's address providers (MIT) and own lists, and how names of facilities, companies and addresses
are composed of them. What does not: persons (:mod:`training.persons`) and sentences (:mod:`training.synthetic`).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LISTS = Path(__file__).parent / "synthetic"
CITY_LOCALES = (
    *("fi_FI", "nl_NL", "nl_BE", "pl_PL", "ro_RO", "sk_SK", "sl_SI", "sv_SE", "pt_PT", "id_ID", "fr_DZ", "hr_HR", "it_IT"),
    *("ka_GE", "mk_MK", "ru_RU", "uk_UA", "hy_AM", "en_IN", "en_NZ", "zu_ZA"),
)
STREET_LOCALES = ("pl_PL", "sk_SK", "sl_SI", "hr_HR", "id_ID", "vi_VN", "fi_FI", "ru_RU", "mk_MK")
CITIES_PER_LOCALE = 250  # more would drown the well-known ones


def own_lists() -> dict[str, tuple[str, ...]]:
    """The own lists of ``places.txt`` by section."""
    lists: dict[str, tuple[str, ...]] = {}
    section = ""
    for line in (LISTS / "places.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            section = line[3:]
        elif section and line:
            lists[section] = tuple(entry.strip() for entry in line.split(";"))
    return lists


OWN = own_lists()
BRAND_HEADS = OWN["brand_heads"]
BRAND_TAILS = OWN["brand_tails"]
TRADES = OWN["trades"]
FORMS = OWN["legal_forms"]
FIELDS_OF_STUDY = OWN["fields_of_study"]
MINISTRIES = OWN["ministries"]
FACILITIES = OWN["facilities"]
ORGANISATIONS = OWN["organisations"]
ADJECTIVES = OWN["adjectives"]
ENGLISH_SUFFIXES = OWN["english_street_suffixes"]
AMERICAN_SUFFIXES = OWN["american_street_suffixes"]
STATES = OWN["states"]

Filter = Callable[[str], bool]


# Postal formats by country: "#" a digit, "1" a digit from 1, "?" a capital; {c} town, {s} street, {f} family name, {n} number.
ADDRESSES = (
    ("{n} {s} {sfx}", "{c}", "??1 1??"),
    ("{n} {s} {sfx}", "{c} ?? 1?? "),
    ("Flat {k}, {n} {s} {sfx}", "{c}", "?1# #??"),
    ("{n}{l} {s} {sfx}", "{c}", "{region}", "?1 #??"),
    ("{house}", "{n} {s} {sfx}", "{c}", "??1# #??"),
    ("Unit {k}, {c} Business Park", "{s} {sfx}", "{c2}", "??1 #??"),
    ("{n4} {s} {us}", "{c}, {st} 1####"),
    ("{n4} {f} {us}, Apt. {k}", "{c}, {st} 1####"),
    ("{n4} {s} {us}, Suite {n}00", "{c}, {st} 1####-####"),
    ("{n4} {dir} {s} {us}", "{c}, {st} 1####", "USA"),
    ("P.O. Box {n4}", "{c}, {st} 1####"),
    ("PO Box {n4}", "{c} {au} 1###"),
    ("{f}straße {n}", "1#### {c}"),
    ("{f}str. {n}{l}", "D-1#### {c}"),
    ("{c}er Straße {n}", "1#### {c2}", "Germany"),
    ("Am {f} {n}", "1#### {c}"),
    ("{f}weg {n}", "A-1### {c}", "Austria"),
    ("{f}gasse {n}/{k}", "1### {c}"),
    ("{f}strasse {n}", "CH-1### {c}"),
    ("{n} rue {g} {f}", "1#### {c}"),
    ("{n}, avenue de {c}", "1#### {c2}", "France"),
    ("{n} bis, boulevard {f}", "1#### {c} Cedex"),
    ("Calle {f} {n}, {k}º {l}", "1#### {c}"),
    ("C/ {f}, {n}", "1#### {c} ({region})"),
    ("Avenida {g} {f} {n}", "1#### {c}", "Spain"),
    ("Via {g} {f} {n}", "1#### {c} ({st})"),
    ("Piazza {f}, {n}", "1#### {c}", "Italy"),
    ("{f}straat {n}", "1### ?? {c}"),
    ("{f}laan {n}-{k}", "1### ?? {c}", "The Netherlands"),
    ("ul. {s2} {n}/{k}", "1#-### {c}"),
    ("{s2} {n}", "1## ## {c}"),
    ("{f}gatan {n}", "1## ## {c}", "Sweden"),
    ("{f}vej {n}, {k}. tv.", "1### {c}"),
    ("{f}katu {n} A {k}", "1#### {c}"),
    ("Rua {f}, {n}", "1###-### {c}"),
    ("Rua {g} {f}, {n} - {f2}", "{c} - {st}, 1####-###"),
    ("{n}/{k}, {f} Nagar", "{c} - 1#####"),
    ("No. {n}, {n2}th Cross, {f} Layout", "{c} 1#####", "India"),
    ("{f} Mah. {s2} Sok. No: {n}/{k}", "1#### {c}"),
    ("{n} {f} Crescent", "{c}, ON ?1? 1?1"),
    ("{n4} {s} {us}", "{c} QC ?#? #?#", "Canada"),
    ("{n} {f} {us}", "{c} {au} 1###", "Australia"),
    ("{k}-{n2}-{n} {f}-cho", "{c} 1##-####", "Japan"),
    ("{n} {f} Road #{n2}-{k}", "Singapore 1#####"),
    ("Plot {n}, {f} Close", "{c}", "Nigeria"),
    ("{n} {s} {sfx}", "{c}", "1###"),
    ("{n} {s} {sfx}, {c}",),
    ("{n4} {s} {us}, {c}",),
)
ENGLISH_STREETS = 60  # of the street names those with an English suffix come first
DIGITS, NONZERO, CAPITALS = "0123456789", "123456789", "ABCDEFGHIJKLMNOPRSTUVWXY"


def pattern(rng: random.Random, shape: str) -> str:
    """``shape`` with "#" as any digit, "1" as a digit from 1 and "?" as a capital."""
    out = []
    for letter in shape:
        if letter == "#":
            out.append(DIGITS[int(rng.random() * 10)])
        elif letter == "1":
            out.append(NONZERO[int(rng.random() * 9)])
        elif letter == "?":
            out.append(CAPITALS[int(rng.random() * 24)])
        else:
            out.append(letter)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Towns, regions, streets, families and known organisations of one part of the split."""

    cities: tuple[str, ...]
    known_cities: tuple[str, ...]
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    waters: tuple[str, ...]
    streets: tuple[str, ...]
    families: tuple[str, ...]
    givens: tuple[str, ...]
    companies: tuple[str, ...]
    bodies: tuple[str, ...]

    @classmethod
    def build(
        cls,
        keep: Filter,
        provided: Callable[..., list[str]],
        provider: Callable[[str, str], Any],
        families: tuple[str, ...],
        givens: tuple[str, ...] = (),
    ) -> "Gazetteer":
        """Read the lists and keep the towns and streets that the split wants."""
        own = OWN
        known = tuple(city for city in own["cities"] if keep(city))
        cities = list(known)
        for locale in CITY_LOCALES:
            found = [c for c in provided(provider("address", locale), "cities", "city_names") if keep(c) and len(c) > 3]
            cities += found[:: max(1, len(found) // CITIES_PER_LOCALE)]
        streets: list[str] = []
        for locale in STREET_LOCALES:
            source = provider("address", locale)
            streets += [s for s in provided(source, "streets", "street_titles", "street_prefixes") if keep(s)][:300]
        countries = provided(provider("address", "en"), "countries")
        companies = tuple(name for name in own["companies"] if keep(name))
        regions = own["regions"] + own["mountains"]
        return cls(
            tuple(dict.fromkeys(cities)), known, tuple(countries), regions, own["waters"],
            (*own["streets_english"], *streets), families, givens or families, companies, own["public_bodies"],
        )  # fmt: skip

    def city(self, rng: random.Random) -> str:
        """A town; half of them are well known."""
        towns = self.known_cities if rng.random() < 0.5 else self.cities
        return towns[int(rng.random() * len(towns))]

    def country(self, rng: random.Random) -> str:
        """A country by its English name."""
        return self.countries[int(rng.random() * len(self.countries))]

    def place(self, rng: random.Random) -> str:
        """A town (half), country, region, water or facility."""
        roll = rng.random()
        if roll < 0.5:
            return self.city(rng)
        if roll < 0.68:
            return self.country(rng)
        if roll < 0.8:
            return rng.choice(self.regions)
        if roll < 0.85:
            return rng.choice(self.waters)
        return rng.choice(FACILITIES).format(
            c=self.city(rng), f=rng.choice(self.families), s=rng.choice(self.streets[:ENGLISH_STREETS])
        )

    def brand(self, rng: random.Random) -> str:
        """An invented company word."""
        head, tail = rng.choice(BRAND_HEADS), rng.choice(BRAND_TAILS)
        return head + (tail.capitalize() if rng.random() < 0.2 else tail)

    def company(self, rng: random.Random) -> str:
        """A company with its legal form or without."""
        roll = rng.random()
        if roll < 0.25:
            return rng.choice(self.companies)
        form = rng.choice(FORMS)
        if roll < 0.5:
            return f"{rng.choice(self.families)} {form}"
        if roll < 0.7:
            return f"{self.brand(rng)} {form}"
        if roll < 0.85:
            return f"{self.brand(rng)} {rng.choice(TRADES)} {form}"
        return f"{rng.choice(self.families)} & {rng.choice(self.families)} {form}"

    def organisation(self, rng: random.Random) -> str:
        """A company, public body, school, club, newspaper or acronym, composed or well known."""
        shape = ORGANISATIONS[int(rng.random() * len(ORGANISATIONS))]
        if shape == "{well}":
            return rng.choice(self.companies)
        if shape == "{public}":
            return rng.choice(self.bodies)
        if shape == "{b}":
            return self.brand(rng)
        families = rng.choices(self.families, k=3)
        return shape.format(
            b=self.brand(rng), t=rng.choice(TRADES), form=rng.choice(FORMS), f=families[0], f2=families[1], f3=families[2],
            c=self.city(rng), study=rng.choice(FIELDS_OF_STUDY), m=rng.choice(MINISTRIES), country=self.country(rng),
            acronym=pattern(rng, "?" * (2 + int(rng.random() * 4))), a=rng.choice(ADJECTIVES), a2=rng.choice(TRADES),
            well=rng.choice(self.companies), g=rng.choice(self.givens),
        )  # fmt: skip

    def address(self, rng: random.Random, joiner: str = ", ") -> str:
        """A postal address of one of a dozen countries, its lines parted by ``joiner``."""
        shape = joiner.join(ADDRESSES[int(rng.random() * len(ADDRESSES))])
        head, *rest = shape.split("{")
        out = [pattern(rng, head) if head.strip() else head]
        for piece in rest:
            slot, text = piece.split("}", 1)
            out.append(self._part(rng, slot))
            out.append(pattern(rng, text) if any(mark in text for mark in "#1?") else text)
        return "".join(out).strip()

    def _part(self, rng: random.Random, slot: str) -> str:
        """What stands for one slot of a postal format; its digits tell two of a kind apart."""
        lists: dict[str, Sequence[str]] = {
            "c": self.cities,
            "f": self.families,
            "g": self.givens,
            "region": self.regions,
            "sfx": ENGLISH_SUFFIXES,
            "us": AMERICAN_SUFFIXES,
            "st": STATES,
            "au": ("NSW", "VIC", "QLD", "WA", "SA", "TAS"),
            "dir": ("N.", "S.", "E.", "W.", "North", "South"),
            "l": "abcdABC",
        }
        numbers = {
            "n": 1 + int(rng.random() ** 2 * 240),
            "n4": 100 + int(rng.random() ** 2 * 9800),
            "k": 1 + int(rng.random() * 30),
        }
        if slot in {"n", "n2", "n4", "k"}:
            return str(numbers["n" if slot == "n2" else slot])
        if slot in {"s", "s2"}:
            return rng.choice(self.streets[:ENGLISH_STREETS] if slot == "s" else self.streets[ENGLISH_STREETS:])
        if slot == "house":
            return f"{rng.choice(self.families)} {rng.choice(('House', 'Court', 'Cottage', 'Mill', 'Lodge'))}"
        kind = slot.rstrip("0123456789")
        return self.city(rng) if kind == "c" else rng.choice(lists[kind])
