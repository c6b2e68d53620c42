"""What a placeholder remembers of the original."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.name_shapes import PersonShape, relink
from winnow.people import People
from winnow.placeholders import entities, internal, mentions, number
from winnow.shapes import attributes, pattern, placeholder, read_pattern

KINDS = st.sampled_from(
    [
        *("PERSON", "EMAIL_ADDRESS", "HANDLE", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ADDRESS", "DATE_OF_BIRTH", "URL"),
        *("IP_ADDRESS", "MAC_ADDRESS", "REFERENCE_NUMBER", "LOCATION", "ORGANIZATION", "SECRET", "PASSWORD"),
    ]
)
VALUES = st.one_of(
    st.text(st.sampled_from(string.ascii_letters + string.digits + " .-_/@:+(),'"), min_size=1, max_size=40),
    st.text(min_size=1, max_size=20),
    st.sampled_from(["Dr. Maria Keller", "maria.keller@corp.internal", "+44 20 7946 0958", "12 March 1985", "Keller, Maria"]),
)


@settings(max_examples=200, deadline=None)
@given(KINDS, VALUES)
def test_attributes_hold_no_two_letters_or_digits_in_a_row(entity: str, value: str) -> None:
    """No run of letters or of digits of any value can stand in the attributes, since they have none of two; nor a delimiter."""
    said = attributes(entity, value, "salt")
    assert re.fullmatch(r"[a-z0-9.-]*", said)
    assert not re.search(r"[a-z]{2}|[0-9]{2}", said)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["US_SSN", "CREDIT_CARD", "REFERENCE_NUMBER", "FR_NIR", "CUSTOMER"]), VALUES, st.integers(1, 25))
def test_values_of_one_pattern_have_the_same_attributes(entity: str, value: str, shift: int) -> None:
    """Other letters and digits of the same kinds give the same attributes: they say nothing of the value itself."""
    turned = str.maketrans(
        {character: chr((ord(character) - base + shift) % size + base) for base, size, kind in
         ((ord("a"), 26, string.ascii_lowercase), (ord("A"), 26, string.ascii_uppercase), (ord("0"), 10, string.digits))
         for character in kind}
    )  # fmt: skip
    assert attributes(entity, value.translate(turned), "salt") == attributes(entity, value, "salt")


def test_hashes_of_names_need_the_salt() -> None:
    """The part hashes of a name change with the salt, and not with the way it is written."""
    one, other, capitals = (PersonShape.read(attributes("PERSON", *said)) for said in
                            [("Maria Keller", "a"), ("Maria Keller", "b"), ("MARIA KELLER", "a")])  # fmt: skip
    assert {one.given, one.family}.isdisjoint({other.given, other.family})
    assert (one.given, one.family) == (capitals.given, capitals.family)


def test_shapes_survive_being_written() -> None:
    """Reading what was written gives the same shape; no attributes give that of a full name."""
    shape = PersonShape("u", "f", "c", "k", ("1b", "g", "f"), "1a2b", "", "3c")
    assert PersonShape.read(shape.written()) == shape
    assert PersonShape.read("") == PersonShape()


def test_patterns_are_read_back() -> None:
    """A pattern gives the classes and lengths of the runs."""
    assert pattern("AB-1234") == "u2h1d4"
    assert read_pattern("u2h1d4") == [("u", 2), ("h", 1), ("d", 4)]
    assert pattern("a b " * 50) == ""


def test_the_rest_of_the_line_ignores_attributes() -> None:
    """Numbers and ids are the same with attributes and without."""
    with_shape = placeholder("PERSON", "0" * 16, "Maria Keller", "salt")
    plain = internal("PERSON", "0" * 16)
    assert mentions(with_shape)[0].attributes
    assert entities(with_shape) == entities(plain)
    assert number([with_shape, plain]) == ["<PERSON_1>", "<PERSON_1>"]


@pytest.mark.parametrize(
    ("others", "linked"), [(["Maria Keller"], True), (["Maria Keller", "Hans Keller"], False), (["Jonas Weiß"], False)]
)
def test_a_part_of_a_name_is_relinked_over_documents(others: list[str], linked: bool) -> None:
    """The "Keller" of one document is the one full name with that part in another, and nobody if there are two."""
    part = placeholder("PERSON", "f" * 16, "Keller", "salt", People(["Keller"]))
    full = [placeholder("PERSON", f"{at:016x}", name, "salt") for at, name in enumerate(others)]
    assert relink([part, *full]) == ({"f" * 16: f"{0:016x}"} if linked else {})
