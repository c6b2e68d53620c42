"""Taking personal data out of a text."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.placeholders import CLOSE, OPEN, internal, render
from winnow.removal import removed

P, M = internal("PERSON", "a" * 16), internal("EMAIL_ADDRESS", "b" * 16)
PIECES = st.lists(
    st.one_of(
        st.sampled_from([P, M, f"({P})", f"[{M}]", f"{P} <{M}>", f"{P}, {P} and {M}", f"{P}'s", f'"{P}"']),
        st.sampled_from(
            ["the", "plan", "said", "see (below)", "12", "Ms", "ok,", "now;", "done.", "why?", "a:b", "\n", "\n\n", "-"]
        ),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Dear {P},\nthanks.", "thanks."),
        (f"Dear {P}, thanks.", "Dear, thanks."),
        (f"Call {P} at {M}.", "Call."),
        (f"From: {P} <{M}>\nTo: {P}; {P}\nSubject: Rent", "Subject: Rent"),
        (f"Present: {P}, {P}, {P} (chair)", "Present: (chair)"),
        (f"Write to {P} at {M}.", "Write."),
        (f"Call me at {M} or write to {M} (before noon).", "Call me or write (before noon)."),
        (f"We spoke with {P} about it.", "We spoke with about it."),
        (f"We met {P}, {P} and {P} there.", "We met there."),
        (f"{P}: Good morning.\n{P}: Hello.", "Good morning.\nHello."),
        (f"The plan ({P}) holds ({M}, today).", "The plan holds (today)."),
        (f"{P}'s laptop and Dr. {P}'s phone", "laptop and phone"),
        (f"Ask Ms {P} or {P}, by Friday.", "Ask, by Friday."),
        (f"| {P} | 12 | {M} |", "| | 12 | |"),
        (f"see {P}-2024 and {P}_review.docx", "see 2024 and review.docx"),
        (f"It is on file. Password: {M}", "It is on file."),
        (f"Kind regards,\n\n{P}\n", "Kind regards,\n"),
        (f"    indented  code {M}\n        more", "    indented  code\n        more"),
        (f"{P}", ""),
        ("no  data ,here ( )", "no  data ,here ( )"),
    ],
)
def test_what_is_left_reads(text: str, left: str) -> None:
    """A text is mended where something was taken out, and nowhere else."""
    assert removed(text) == left


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_nothing_ugly_is_left(pieces: list[str]) -> None:
    """No placeholder, doubled space, space before a comma, lone comma or empty bracket comes of a removal."""
    left = removed(" ".join(pieces).replace(" \n", "\n").replace("\n ", "\n"))
    assert OPEN not in left
    assert CLOSE not in left
    assert not re.search(r"\S  +\S|\S ,|,[^\S\n]*,|\([^\S\n]*\)|\[[^\S\n]*\]|<[^\S\n]*>|(?m:^,)", left)


def test_removal_is_a_mode() -> None:
    """Each text of an example is mended by itself."""
    assert render([f"Hi {P}, go.", P], "removal") == ["Hi, go.", ""]


@pytest.mark.parametrize("unit", [f"{P} ", f"({P}", f"{P},", f" {P} and", "a: " + P, " " * 50 + P, "word " * 3 + P, "(" * 5])
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    """A megabyte of any repeated piece is mended in seconds."""
    started = time.perf_counter()
    removed((unit * (1_000_000 // len(unit))) + P)
    assert time.perf_counter() - started < 10
