"""The dictionary of known people: what documents teach, what is found by it, and that nothing readable is in it."""

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.detect import Span
from winnow.detector_config import DetectorConfig
from winnow.documents import Block, Document, KnownForm, from_batch, to_batch
from winnow.known import Known
from winnow.known_forms import form_ids, forms_of, learn
from winnow.mentions import DECLARED, canonical, entity_id
from winnow.placeholders import entities, internal, number
from winnow.schemas import SCRUBBED
from winnow.scrub import ScrubConfig, scrubber

SALT = "salt"
PEOPLE = (
    "Dr. Maria Keller",
    "Tom Barlow",
    "Janet Finch-Saunders",
    "Jürgen Müller",
    "Anna de la Cruz",
    "Patrick O'Brien",
    "Li Na",
)
PLAIN_WORDS = ("Mark Will", "Rose Field", "Will Young")
VALUES = (
    ("EMAIL_ADDRESS", "maria.keller@corp.example"),
    ("PHONE_NUMBER", "+44 20 7946 0958"),
    ("ADDRESS", "12 Rose Lane, Leeds LS1 4AP"),
    ("ADDRESS", "Rosenstraße 12\n10115 Berlin"),
    ("EMPLOYEE_ID", "EMP-10432"),
)


def known(*people: str, values: tuple[tuple[str, str], ...] = ()) -> Known:
    """A dictionary of ``people`` and ``values``."""
    taught = [*(("PERSON", name) for name in people), *values]
    forms = [form for entity, surface in taught for form in forms_of(entity, surface, SALT)]
    return Known([(form.entity, form.form_id, form.words) for form in forms], SALT)


EVERYBODY = known(*PEOPLE, *PLAIN_WORDS, values=VALUES)


def found(text: str, dictionary: Known = EVERYBODY) -> list[str]:
    """What ``dictionary`` finds in ``text``."""
    return [text[span.start : span.end] for span in dictionary.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Then Maria Keller left.", ["Maria Keller"]),
        ("Keller, Maria (HR)", ["Keller, Maria"]),
        ("Keller Maria, 2nd floor", ["Keller Maria"]),
        ("MARIA KELLER AND TOM BARLOW", ["MARIA KELLER", "TOM BARLOW"]),
        ("Tom\nBarlow left", ["Tom\nBarlow"]),
        ("Tom Barlow's plan and Janet Finch-Saunders’s", ["Tom Barlow", "Janet Finch-Saunders"]),
        ("Jurgen Muller, Juergen Mueller, JÜRGEN MÜLLER", ["Jurgen Muller", "Juergen Mueller", "JÜRGEN MÜLLER"]),
        ("by Anna de la Cruz", ["Anna de la Cruz"]),
        ("Patrick O’Brien and Patrick OBrien", ["Patrick O’Brien", "Patrick OBrien"]),
        ("Maria\u200b K\u00adeller", ["Maria\u200b K\u00adeller"]),
        ("Maria J. Keller", ["Maria J. Keller"]),
        ("Li Na wrote", ["Li Na"]),
        ("Ask Managing Director Maria Keller about it", ["Maria Keller"]),
    ],
)
def test_a_full_name_is_found_in_any_usual_writing(text: str, names: list[str]) -> None:
    """Order, capitals, accents, genitives, line ends and invisible characters do not hide somebody who is known."""
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Maria came, and so did Keller and Barlow.",
        "maria keller",
        "They met Maria. Keller said nothing.",
        "Maria's Keller",
        "Tom Keller and Maria Barlow",
        "THE LI NA ratio",
        "in 2024 the Rose Lane festival began at 12",
        "order 10432 of 20 7946 parts",
    ],
)
def test_a_part_of_what_is_known_is_nobody(text: str) -> None:
    """Single names, halves of two people, small letters and pieces of numbers are left alone where no full form stands."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We met Rose Field there.", ["Rose Field"]),
        ("Mark Will joined us, and mark will tell.", ["Mark Will"]),
        ("I asked Will Young.", ["Will Young"]),
        ("Will Young people come?", []),
        ("The Rose Field Festival", []),
        ("ROSE FIELD", []),
        ("the will of the young; a rose field", []),
    ],
)
def test_a_name_of_ordinary_words_needs_to_stand_like_a_name(text: str, names: list[str]) -> None:
    """Two capitalised words in the middle of small ones; neither a heading, nor a longer title, nor a sentence that begins so."""
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("write to Maria.Keller@CORP.example now", ["Maria.Keller@CORP.example"]),
        ("call 020 7946 0958 or 00442079460958", ["020 7946 0958", "00442079460958"]),
        ("lives at 12 Rose Lane in Leeds", ["12 Rose Lane"]),
        ("Rosenstraße 12, Hinterhaus", ["Rosenstraße 12"]),
        ("EMP-10432, emp_10432 and EMP10432", ["EMP-10432", "emp_10432", "EMP10432"]),
    ],
)
def test_a_value_is_found_by_its_letters_and_digits(text: str, values: list[str]) -> None:
    """Addresses and numbers are the same with other separators, capitals or without the country's code."""
    assert found(text) == values


@pytest.mark.parametrize(
    ("entity", "surface"),
    [
        ("PERSON", "Sean"),
        ("PERSON", "J. Smith"),
        ("PERSON", "Project Manager"),
        ("PERSON", "Customer Support"),
        ("PERSON", "Northwind Trading Ltd"),
        ("PERSON", "Test User"),
        ("PERSON", "Al B"),
        ("PERSON", "Meeting Room 12"),
        ("PERSON", ""),
        ("PHONE_NUMBER", "112"),
        ("ADDRESS", "Building 12"),
        ("ADDRESS", "Leeds"),
        ("EMPLOYEE_ID", "10432"),
        ("DATE_OF_BIRTH", "1984-03-12"),
        ("LOCATION", "Leeds Central"),
        ("AGE", "1234567"),
    ],
)
def test_what_could_be_anybody_s_is_not_learnt(entity: str, surface: str) -> None:
    """Single names, initials, roles, organisations, short numbers and traits that many share make no entry."""
    assert list(forms_of(entity, surface, SALT)) == []


def test_several_people_in_one_cell_are_all_learnt() -> None:
    """A declared column may list people."""
    assert found("Tom Barlow asked Maria Keller", known("Maria Keller; Tom Barlow")) == ["Tom Barlow", "Maria Keller"]


@pytest.mark.parametrize(
    ("recognizer", "taught"),
    [
        (DECLARED, True),
        ("person:header", True),
        ("person:title", True),
        ("name_model:PERSON", False),
        ("scope:propagated", False),
    ],
)
def test_only_strong_evidence_teaches(recognizer: str, taught: bool) -> None:
    """A declared value and a name in its own place are learnt; what a model or a repetition takes for a name is not."""
    assert bool(learn(["Maria Keller"], [[Span(0, 12, "PERSON", 0.9, recognizer)]], SALT)) is taught


def test_a_document_teaches_speakers_columns_and_headers() -> None:
    """Scrubbing a document writes down whom it gives away, and nobody else."""
    scrub = scrubber(ScrubConfig(SALT, DetectorConfig(), personal={"hr": {"employee": "PERSON"}}))
    document = Document(
        document_id="d",
        source="hr",
        blocks=(
            Block("turn", "I saw Tim Cook there.", speaker="Ann Sommer"),
            Block("paragraph", "From: Jonas Weber <j.weber@corp.example>"),
        ),
        fields={"employee": "Maria Keller", "team": "Group Finance"},
    )
    (scrubbed,) = from_batch(scrub(to_batch([document])))
    taught = Known([dataclasses.astuple(form) for form in scrubbed.known], SALT)
    text = "Ann Sommer, Jonas Weber, Maria Keller, j.weber@corp.example; then Group Finance and Tim Cook"
    assert found(text, taught) == ["Ann Sommer", "Jonas Weber", "Maria Keller", "j.weber@corp.example"]


def test_a_scrubbed_document_keeps_what_it_taught() -> None:
    """Scrubbing again does not forget."""
    scrub = scrubber(ScrubConfig(SALT, DetectorConfig()))
    document = Document(document_id="d", blocks=(Block("turn", "Hello.", speaker="Ann Sommer"),))
    (once,) = from_batch(scrub(to_batch([document])))
    (twice,) = from_batch(scrub(to_batch([once], SCRUBBED)))
    assert twice.known == once.known != ()


def test_a_known_person_has_the_id_that_scrubbing_gives() -> None:
    """The dictionary's placeholder and the scrubber's are the same, so one person is one number in an example."""
    scrubbed = internal("PERSON", entity_id(SALT, "PERSON", canonical("PERSON", "Dr. Maria Keller")))
    texts, counted = EVERYBODY.replace(
        [f"{scrubbed} spoke; then Keller, Maria left with MARIA KELLER.", "Maria Keller agreed."]
    )
    assert number(texts) == ["<PERSON_1> spoke; then <PERSON_1> left with <PERSON_1>.", "<PERSON_1> agreed."]
    assert counted == {"PERSON": 3}


def test_parts_of_a_name_follow_the_full_name_within_an_example() -> None:
    """After a full name has been found its parts are the person, in the target too, and not in an example without it."""
    texts, _ = EVERYBODY.replace(["Tom Barlow asked. Barlow waited.", "BARLOW and Tom"])
    assert number(texts) == ["<PERSON_1> asked. <PERSON_1> waited.", "<PERSON_1> and <PERSON_1>"]
    assert EVERYBODY.replace(["Barlow waited for Tom."])[0] == ["Barlow waited for Tom."]


def test_a_part_that_two_people_share_stays() -> None:
    """Where a part could mean two people nobody is named, and an ordinary word is no part."""
    both = known("Tom Barlow", "Maria Barlow", "Rose Keller")
    texts, _ = both.replace(["Tom Barlow met Maria Barlow and Rose Keller. Barlow left. The Rose faded. Keller came."])
    assert number(texts) == ["<PERSON_1> met <PERSON_2> and <PERSON_3>. Barlow left. The Rose faded. <PERSON_3> came."]


def test_a_placeholder_is_never_looked_into() -> None:
    """The words of a placeholder are no part of anybody's name."""
    texts, _ = known("Maria Person").replace([f"Maria Person met {internal('PERSON', 'ab' * 8)} PERSON"])
    assert number(texts) == ["<PERSON_1> met <PERSON_2> <PERSON_1>"]


WORDS = st.lists(
    st.sampled_from(
        [
            "Maria",
            "Keller",
            "Tom",
            "Barlow",
            "Keller,",
            "Rose",
            "Field",
            "Will",
            "Young",
            "and",
            "de",
            "\n",
            ".",
            "12",
            "Lane",
            "<PERSON_1>",
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_nothing_known_is_left_after_replacing(source: str, target: str) -> None:
    """Over any example, a second search finds no full name, and nothing but names has gone."""
    texts, counted = EVERYBODY.replace([source, target])
    assert [EVERYBODY.find(text) for text in texts] == [[], []]
    assert sum(counted.values()) == sum(len(entities(text)) for text in texts)
    assert EVERYBODY.replace(texts)[0] == texts


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_a_text_without_a_known_hash_needs_no_search(text: str) -> None:
    """What is found in a text is announced by its hashes, so that texts without one need not be read."""
    announced = set(form_ids([text], SALT)) & set(EVERYBODY.ids())
    assert bool(announced) == bool(EVERYBODY.find(text))


@settings(max_examples=50, deadline=None)
@given(st.permutations([*PEOPLE, *PLAIN_WORDS]), WORDS)
def test_the_order_in_which_people_come_changes_nothing(people: list[str], text: str) -> None:
    """A dictionary is a set."""
    assert known(*people, *people).replace([text]) == known(*sorted(people)).replace([text])


def test_nothing_readable_is_stored_and_another_salt_knows_nobody() -> None:
    """A form is a number that depends on the salt."""
    form, *_ = forms_of("PERSON", "Maria Keller", SALT)
    other, *_ = forms_of("PERSON", "Maria Keller", "another")
    assert isinstance(form, KnownForm)
    assert (form.entity, form.words) == ("PERSON", 2)
    assert form.form_id != other.form_id
    assert found("Maria Keller", Known([dataclasses.astuple(other)], SALT)) == []


@pytest.mark.parametrize(
    "unit", ["A'", "A ", "Ab ", "Ab, ", "Ab de ", "A.", "1 ", "1 Ab ", "a1-", "a-", "a.b@", "@", "Ab 1 ", "AAAAAAAA", "Maria "]
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    """Four times the text takes about four times as long, not sixteen."""

    def seconds(repeats: int) -> float:
        text = unit * repeats
        before = time.process_time()
        EVERYBODY.find(text)
        return time.process_time() - before

    seconds(1_000)
    short, long = (min(seconds(repeats) for _ in range(2)) for repeats in (4_000, 16_000))
    assert long < 8 * short + 0.1
