"""The names that synthetic text is written with."""

import random

import pytest

from training.name_pools import NamePools, fold, held_out_word, in_part, name_words, romanised
from training.persons import Person

pytest.importorskip("faker", reason="needs the extra train-ner")


@pytest.fixture(scope="module")
def pools() -> tuple[NamePools, NamePools]:
    """The training and the held-out part."""
    return NamePools.load(held_out=False), NamePools.load(held_out=True)


def test_parts_share_no_word(pools: tuple[NamePools, NamePools]) -> None:
    """No word of a held-out given name, family name or town is in the training part."""
    train, held_out = pools
    assert not train.all_words() & held_out.all_words()
    assert len(train.all_words()) > 20_000
    assert len(held_out.all_words()) > 5_000


@pytest.mark.parametrize("held_out", [False, True])
def test_people_keep_to_their_part(pools: tuple[NamePools, NamePools], held_out: bool) -> None:
    """Every word of a person's forms, compounds and particles included, is in the person's own part."""
    names, rng = pools[held_out], random.Random(3)
    for _ in range(3000):
        person = names.person(rng)
        assert all(held_out_word(word) == held_out for word in name_words(f"{person.given} {person.family}"))


def test_every_culture_has_names_in_both_parts(pools: tuple[NamePools, NamePools]) -> None:
    """No culture is left without names of either gender by the split."""
    for part in pools:
        for names in part.cultures:
            assert names.male, names.culture.name
            assert names.female, names.culture.name
            assert names.family_male or names.culture.order == "single", names.culture.name


def test_same_seed_same_names(pools: tuple[NamePools, NamePools]) -> None:
    """Names, places, organisations and addresses depend on the generator's state alone."""

    def drawn() -> list[object]:
        rng = random.Random(11)
        train = pools[0]
        return [make(rng) for make in (train.person, train.place, train.organisation, train.address) for _ in range(50)]

    assert drawn() == drawn()


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("full", "Anna Maria van der Berg"),
        ("inverted", "van der Berg, Anna Maria"),
        ("initial", "A. van der Berg"),
        ("middle_initial", "Anna Maria J. van der Berg"),
        ("trailing_initial", "Anna Maria B."),
        ("initials", "AMVD"),
        ("loud_family", "Anna Maria VAN DER BERG"),
        ("dotted", "annamaria.vanderberg"),
        ("login", "avanderberg"),
    ],
)
def test_forms_of_a_person(form: str, written: str) -> None:
    """Each form is written from the person's parts."""
    person = Person("Anna Maria", "van der Berg", "Johanna", "Dr.", "female", "dutch", "Anna")
    assert getattr(person, form) == written


def test_a_single_name_has_every_form() -> None:
    """Who bears one name is written by it, never with an empty part."""
    person = Person("Suharto", "", "", "Mr", "male", "single", "Suharto")
    for form in ("full", "inverted", "initial", "middle_initial", "long", "last", "trailing_initial", "dotted", "login"):
        assert getattr(person, form).lower() == "suharto"


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Юлия", "Yuliya"),
        ("Παπαδόπουλος", "Papadopoulos"),
        ("Müller", "Müller"),
        ("გიორგი", "giorgi"),
        ("محمد", ""),
        ("王", ""),
    ],
)
def test_romanised(name: str, latin: str) -> None:
    """Scripts with a plain transliteration become Latin, the others are left out."""
    assert romanised(name) == latin


def test_the_split_ignores_case_and_accents() -> None:
    """One name has one side however it is spelt."""
    assert fold("Müller") == fold("MULLER")
    assert in_part("José", held_out=held_out_word("jose"))


def test_addresses_have_a_number_and_lines(pools: tuple[NamePools, NamePools]) -> None:
    """An address holds a digit, ends in no white space and uses the joiner asked for."""
    rng = random.Random(5)
    made = [pools[0].address(rng, "\n") for _ in range(300)]
    assert all(any(letter.isdigit() for letter in address) and address == address.strip() for address in made)
    assert sum("\n" in address for address in made) > 200
