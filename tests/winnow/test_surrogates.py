"""Made-up values in place of personal data."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.detect import build_detector
from winnow.detector_config import DetectorConfig
from winnow.mentions import canonical, entity_id
from winnow.people import People
from winnow.placeholders import entities, internal, render
from winnow.scrub import remaining
from winnow.shapes import placeholder
from winnow.surrogate_names import COMPANIES, PLACES, SCRIPTS, STREETS
from winnow.surrogates import hide, is_surrogate, surrogate_values

SALT = "salt"
DETECT = build_detector(DetectorConfig())
GIVEN = st.sampled_from(["Maria", "Robert", "Wilhelmina", "Jörg", "Anna", "Ximena", "Oluwaseun", "Michael"])
FAMILY = st.sampled_from(["Keller", "Smith", "van der Berg", "Vogt", "Nguyen", "O'Brien", "Huber", "Ahlers"])
PEOPLE = st.lists(st.tuples(GIVEN, FAMILY), min_size=1, max_size=6, unique=True)
WRITTEN = [
    ("EMAIL_ADDRESS", "j.doe99@corp.internal"),
    ("EMAIL_ADDRESS", "support@corp.internal"),
    ("PHONE_NUMBER", "+49 30 1234567"),
    ("PHONE_NUMBER", "+44 20 7123 4567"),
    ("PHONE_NUMBER", "(212) 736-5000"),
    ("PHONE_NUMBER", "+48 22 694 73 00"),
    ("PHONE_NUMBER", "0049 (0)30 1234567"),
    ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
    ("IBAN_CODE", "GB29NWBK60161331926819"),
    ("CREDIT_CARD", "4111-1111-1111-1112"),
    ("IP_ADDRESS", "10.20.30.40"),
    ("IP_ADDRESS", "fe80::1"),
    ("MAC_ADDRESS", "00:1A:2B:3C:4D:5E"),
    ("URL", "https://intranet.corp.internal/u/4711"),
    ("US_SSN", "078-05-1120"),
    ("UK_NINO", "AB 12 34 56 C"),
    ("UK_NHS", "943 476 5919"),
]


def _mention(entity: str, surface: str, people: People | None = None) -> str:
    people = people or People([surface] if entity == "PERSON" else [])
    form = people.known_as(surface) if entity == "PERSON" else canonical(entity, surface)
    return placeholder(entity, entity_id(SALT, entity, form), surface, SALT, people)


def _shown(*texts: str) -> list[str]:
    return render(texts, "surrogate", SALT)


@settings(max_examples=30, deadline=None)
@given(PEOPLE)
def test_nobody_gets_a_name_of_the_example_and_no_two_the_same(people: list[tuple[str, str]]) -> None:
    """No surrogate is a given or family name of anyone in the example, and different people are called differently."""
    full = [f"{given} {family}" for given, family in people]
    shown = [_shown_name.split(maxsplit=1) for _shown_name in _shown(*[_mention("PERSON", name) for name in full])]
    real = {part.casefold() for name in full for part in name.split()}
    assert not {part.casefold() for name in shown for part in name} & real
    assert len({tuple(name) for name in shown}) == len(people)
    assert len({family for _, family in shown}) == len(people)


@settings(max_examples=20, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_surrogates_do_not_depend_on_order(people: list[tuple[str, str]], random_: object) -> None:
    """The same person gets the same surrogate whatever the order of mentions, and on both sides of an example."""
    mentions = [_mention("PERSON", f"{given} {family}") for given, family in people]
    shown = dict(zip(mentions, _shown(*mentions), strict=True))
    shuffled = [*mentions]
    random_.shuffle(shuffled)  # type: ignore[attr-defined]
    assert dict(zip(shuffled, _shown(*shuffled), strict=True)) == shown
    both = _shown(" ".join(mentions), " ".join(shuffled))
    assert both == [" ".join(shown[m] for m in mentions), " ".join(shown[m] for m in shuffled)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Maria Keller", "{g} {f}"),
        ("Keller", "{f}"),
        ("Maria", "{g}"),
        ("Dr. Maria Keller", "Dr. {g} {f}"),
        ("M. Keller", "{i}. {f}"),
        ("Keller, Maria", "{f}, {g}"),
        ("MARIA KELLER", "{G} {F}"),
        ("maria keller", "{gl} {fl}"),
        ("MK", "{i}{j}"),
        ("keller-maria", "{fl}-{gl}"),
        ("MariaKeller", "{g}{f}"),
        ("mkeller", "{il}{fl}"),
        ("Frau Dr. Keller", "Frau Dr. {f}"),
    ],
)
def test_a_mention_keeps_its_form(written: str, expected: str) -> None:
    """Full name, part, initials, title, capitals and order of a mention are those of the original."""
    people = People(["Maria Keller"])
    full, shown = _shown(_mention("PERSON", "Maria Keller", people), _mention("PERSON", written, people))
    given, family = full.split()
    parts = {"g": given, "f": family, "G": given.upper(), "F": family.upper(), "gl": given.lower(), "fl": family.lower()}
    assert shown == expected.format(**parts, i=given[0], j=family[0], il=given[0].lower())


@pytest.mark.parametrize(
    ("title", "list_of"), [("Ms Xy Keller", SCRIPTS["l"].feminine), ("Herr Xy Keller", SCRIPTS["l"].masculine)]
)
def test_gender_follows_the_title(title: str, list_of: tuple[str, ...]) -> None:
    """A person with a title gets a given name of that gender."""
    people = People([title])
    [shown] = _shown(_mention("PERSON", "Xy Keller", people))
    assert shown.split()[0] in list_of


@pytest.mark.parametrize(
    ("name", "script"), [("Мария Иванова", "c"), ("Μαρία Παππά", "g"), ("فاطمة حسن", "a"), ("王小明", "z"), ("Zoë Quist", "l")]
)
def test_script_is_kept(name: str, script: str) -> None:
    """A surrogate is written in the script of the original."""
    listed = SCRIPTS[script]
    [shown] = _shown(_mention("PERSON", name))
    letters = {
        letter for names in (listed.feminine, listed.masculine, listed.either, listed.family) for letter in "".join(names)
    }
    assert set(shown) - {" "} <= letters


def test_a_script_without_names_stays_a_placeholder() -> None:
    """Where no list of names in a script exists the person is numbered as ever."""
    assert _shown(_mention("PERSON", "ვახტანგ")) == ["<PERSON_1>"]


def test_an_address_follows_its_owner() -> None:
    """An e-mail address and a handle made of a person's name are made of the surrogate's."""
    people = People(["Maria Keller"])
    mentions = [
        _mention(*written, people)
        for written in [
            ("PERSON", "Maria Keller"),
            ("EMAIL_ADDRESS", "maria.keller@corp.internal"),
            ("EMAIL_ADDRESS", "mkeller@corp.internal"),
            ("HANDLE", "@mkeller"),
        ]
    ]
    name, address, short, handle = _shown(*mentions)
    given, family = name.lower().split()
    host = address.partition("@")[2]
    assert (address, short, handle) == (f"{given}.{family}@{host}", f"{given[0]}{family}@{host}", f"@{given[0]}{family}")


@pytest.mark.parametrize(("entity", "written"), WRITTEN)
def test_numbers_and_addresses_belong_to_nobody(entity: str, written: str) -> None:
    """What stands for a number or an address is another one, out of a range that is known to be nobody's."""
    [shown] = _shown(_mention(entity, written))
    assert shown != written
    assert is_surrogate(entity, shown)
    assert not is_surrogate(entity, written)


@pytest.mark.parametrize(
    ("entity", "written", "shape"),
    [
        ("DATE_OF_BIRTH", "12.03.1985", r"\d\d\.\d\d\.19\d\d"),
        ("DATE_OF_BIRTH", "March 12, 1985", r"[A-Z][a-z]+ \d\d, 19\d\d"),
        ("DATE_OF_BIRTH", "1985-03-12", r"19\d\d-\d\d-\d\d"),
        ("DATE_OF_BIRTH", "1. Mai 1970", r"\d\. [A-ZÄ][a-zä]+ 19\d\d"),
        ("DATE_TIME", "3rd of May 1970", r"\dth of [A-Z][a-z]+ 19\d\d"),
        ("REFERENCE_NUMBER", "AB-12345/x", r"[A-Z]{2}-\d{5}/[a-z]"),
        ("EMPLOYEE_ID", "E 4711", r"[A-Z] \d{4}"),
        ("FR_NIR", "1 84 12 76 451 089 46", r"0 \d\d \d\d \d\d \d{3} \d{3} \d\d"),
        ("ADDRESS", "221B Baker Street, London NW1 6XE", r"\d+ [\w ]+, \w+ ZZ\d \d[A-Z]{2}"),
        ("ADDRESS", "Lindenstraße 12, 10115 Berlin", r"\w+(?:straße|gasse|allee) \d+, 00\d{3} \w+"),
        ("ADDRESS", "12 rue de la Paix, 75002 Paris", r"\d+ rue [\w ]+, 00\d{3} \w+"),
        ("LOCATION", "BERLIN", r"[A-Z]+"),
        ("ORGANIZATION", "Siemens AG", r"\w+ AG"),
    ],
)
def test_a_value_keeps_its_format(entity: str, written: str, shape: str) -> None:
    """A made-up value is written as the original was."""
    assert re.fullmatch(shape, _shown(_mention(entity, written))[0])


@pytest.mark.parametrize("entity", ["SECRET", "PASSWORD", "CRYPTO", "QUANTITY", "DEMOGRAPHIC"])
def test_nothing_is_made_up_for_secrets(entity: str) -> None:
    """Secrets, and what has no sensible surrogate, are placeholders in this mode too, and remember nothing of the original."""
    mention = _mention(entity, "hunter2 AKIAIOSFODNN7EXAMPLE")
    assert mention == internal(entity, entities(mention)[0][1])
    assert _shown(mention) == [f"<{entity}_1>"]


@settings(max_examples=20, deadline=None)
@given(PEOPLE, st.lists(st.sampled_from(WRITTEN), max_size=4, unique=True))
def test_hidden_surrogates_leave_nothing_to_find(people: list[tuple[str, str]], written: list[tuple[str, str]]) -> None:
    """With the surrogates of an example out of the way a search of its text finds nothing, and what is real is still found."""
    mentions = [_mention("PERSON", f"{given} {family}") for given, family in people]
    mentions += [_mention(*value) for value in written]
    text = "Dear Ms " + ", call ".join(mentions) + "."
    [shown] = _shown(text)
    values = surrogate_values([text], SALT)
    assert remaining([hide(shown, values)], DETECT) == [[]]
    assert remaining([hide(f"{shown} Mail j.doe@corp.internal", values)], DETECT) != [[]]


def test_the_salt_decides() -> None:
    """Under another salt somebody gets another surrogate."""
    mentions = [_mention("PERSON", f"Maria Keller{letter}") for letter in "abcdefgh"]
    assert render(mentions, "surrogate", "one") != render(mentions, "surrogate", "two")


def test_the_lists_are_long_and_hold_no_name_twice() -> None:
    """Each list of names has sixty entries at least, each once; only streets have fewer."""
    lists = [names for script in SCRIPTS.values() for names in (script.feminine, script.masculine, script.family)]
    for names in [*lists, PLACES, COMPANIES]:
        assert len(names) >= 60
        assert len(set(names)) == len(names)
    assert all(len(set(streets)) == len(streets) >= 20 for streets in STREETS.values())
