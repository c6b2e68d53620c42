"""Passages: what the model sees at once."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.passages import PASSAGE_CHARS, passages

LONG = "The committee met again and found nothing of note in the accounts. "
MAIL = f"{LONG * 2}\nMaria Keller\n\n{LONG * 3}"


def _texts(text: str) -> list[str]:
    return [passage.text for passage in passages(text)]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab. \n>|\t!é\ue002"), max_size=400).map(lambda text: text * 7))
def test_nothing_is_lost_and_places_are_true(text: str) -> None:
    """Every letter is in a passage, and each character of a passage but line ends maps to the same one of the text."""
    seen = set()
    for passage in passages(text):
        for at, character in enumerate(passage.text):
            if character != "\n":
                start, end = passage.original(at, at + 1)
                assert text[start:end] == character
                seen.add(start)
    assert seen.issuperset(at for at, character in enumerate(text) if character.isalpha())


def test_a_quoted_mail_is_the_mail_itself() -> None:
    """Marks of quotation, at any depth and with any line end, leave the passages what they were."""
    quoted = "\n".join(f"> > {line}".rstrip() for line in MAIL.split("\n"))
    assert _texts(quoted) == _texts(MAIL)
    assert _texts(MAIL.replace("\n", " \n")) == _texts(MAIL)


def test_what_stands_around_changes_nothing() -> None:
    """A paragraph's passages are the same whatever long paragraphs stand before and behind it."""
    assert set(_texts(MAIL)) <= set(_texts(f"{LONG * 4}\n\n{MAIL}\n\n{LONG * 5}"))


def test_a_long_paragraph_is_cut_behind_sentences() -> None:
    """No passage of prose ends amid a sentence, nor at the dot of a title or an initial."""
    text = "We asked Dr. Keller and J. Smith about the audit of the year. " * 60
    found = _texts(text)
    assert len(found) > 3
    assert all(passage.endswith("year.") and len(passage) <= PASSAGE_CHARS + 100 for passage in found)


def test_a_table_s_header_is_repeated() -> None:
    """Every passage of a long table begins with the names of its columns."""
    table = "Name | Town\n" + "".join(f"Person {number} | Town {number}\n" for number in range(200))
    found = _texts(table)
    assert len(found) > 3
    assert all(passage.startswith("Name | Town\nPerson") for passage in found)


def test_short_paragraphs_stand_together() -> None:
    """The turns of a chat are seen together, and apart from a long paragraph."""
    assert _texts(f"Maria?\n\nYes, Tom.\n\nGood.\n\n{LONG * 2}") == ["Maria?\n\nYes, Tom.\n\nGood.", (LONG * 2).strip()]


@pytest.mark.parametrize("unit", ["a", "a ", "a\n", "\n", ">", "> a\n", "a. ", "aaaa. ", "a | b\n", "\t", ">\n>>\n"])
def test_cutting_takes_time_by_length_alone(unit: str) -> None:
    """A megabyte of one unit repeated is cut in two seconds."""
    started = time.process_time()
    for _ in passages(unit * (1_000_000 // len(unit))):
        pass
    assert time.process_time() - started < 4
