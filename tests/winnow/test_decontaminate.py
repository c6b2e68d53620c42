"""Examples that share text with evaluation files."""

import itertools
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.decontaminate import EVALUATION, Contamination, Index, common_runs, contaminations, evaluation_rows, matches
from winnow.shingles import shingle

QUESTION = "How do I change the PIN of my debit card while I am travelling in another country without my phone?"
STORY = (
    "the small harbour town had slept for years before the railway came and changed the way that people lived and traded there"
)


def index(*texts: str, name: str = "bank", ngram_words: int = 13) -> Index:
    """The index of one evaluation file."""
    return Index(evaluation_rows(name, texts, ngram_words))


def found(
    where: Index, *inputs: str, answers: tuple[str, ...] = (), threshold: float = 0.8, limit: int | None = 10
) -> list[Contamination | None]:
    """What speaks against each of ``inputs``."""
    digests = [bytes([number]) * 16 for number in range(len(inputs))]
    table = matches(where, digests, inputs, answers or [""] * len(inputs))
    return contaminations(table, ["task"] * len(inputs), {"task": threshold}, common_runs(table, limit))


def reasons(*args: object, **kwargs: object) -> list[str | None]:
    """The reasons of `found`."""
    return [one.reason if one else None for one in found(*args, **kwargs)]  # type: ignore[arg-type]


def test_the_same_text_is_exact() -> None:
    """Case, width and white space make no other text."""
    assert found(index(QUESTION), QUESTION.upper() + "\n")[0] == Contamination("contaminated_exact", "bank", 1.0)


def test_an_edited_copy_is_near_down_to_the_tasks_threshold() -> None:
    """One word more at the end leaves a similarity that a threshold lets pass or not."""
    edited = QUESTION.replace("?", " please?")
    (one,) = found(index(QUESTION), edited)
    assert one is not None
    assert (one.reason, one.file) == ("contaminated_near", "bank")
    assert one.similarity is not None
    assert 0.85 < one.similarity < 1
    assert reasons(index(QUESTION), edited, threshold=0.99) == ["contaminated_ngram"]


def test_thirteen_words_in_a_row_are_a_hit_and_twelve_are_none() -> None:
    """Brown et al.'s run, whatever marks and capitals stand between; one word less shares no run."""
    words = STORY.split()
    inside = (
        "Before that: " + ", ".join(words[:13]).upper() + ". " + "Nothing of the kind was ever said again in these halls. " * 3
    )
    fewer = (
        "Before that: " + ", ".join(words[:12]).upper() + ". " + "Nothing of the kind was ever said again in these halls. " * 3
    )
    assert reasons(index(STORY), inside, fewer) == ["contaminated_ngram", None]


def test_a_short_evaluation_text_is_one_run() -> None:
    """From eight words on a text that is shorter than a run is looked for whole; seven words stand anywhere."""
    eight, seven = "where can I see my old card statements", "where can I see my card statements"
    around = "Good morning, a colleague asked me this on the phone today: {} - and I had no idea what I was to say."
    assert reasons(index(eight, seven), around.format(eight), around.format(seven)) == ["contaminated_ngram", None]


def test_a_common_phrase_is_no_hit() -> None:
    """A run in more texts than the limit is ignored in all of them, and no run is without a limit."""
    texts = [f"{STORY} as it is told in version {number} of the chronicle by a monk of the valley" for number in range(5)]
    assert reasons(index(STORY), *texts, threshold=1.0, limit=5) == ["contaminated_ngram"] * 5
    assert reasons(index(STORY), *texts, threshold=1.0, limit=4) == [None] * 5
    assert reasons(index(STORY), *texts, threshold=1.0, limit=None) == ["contaminated_ngram"] * 5


def test_numbered_placeholders_are_taken_for_their_type() -> None:
    """A name that has another number in the file hides no run."""
    there = STORY.replace("railway", "<PERSON_3>")
    here = (
        "A friend wrote this down for me: "
        + STORY.replace("railway", "<PERSON_1>")
        + " and so on, until nobody was left who knew."
    )
    assert reasons(index(there), here, threshold=1.0) == ["contaminated_ngram"]


def test_a_long_answer_counts_and_a_short_one_does_not() -> None:
    """An answer that is an evaluation text is found; "Yes, it does." stands in many files."""
    inputs = ("What was it like before the war?", "Does it?")
    assert reasons(index(STORY, "Yes, it does."), *inputs, answers=(STORY, "Yes, it does.")) == ["contaminated_exact", None]


def test_the_surest_reason_and_the_first_file_are_named() -> None:
    """A text that several files have is said to be of the first by name, by the surest way in which it was found."""
    rows = pa.concat_tables([evaluation_rows("late", [QUESTION], 13), evaluation_rows("early", [QUESTION], 13)])
    assert found(Index(rows), QUESTION) == [Contamination("contaminated_exact", "early", 1.0)]


def test_nothing_is_found_in_no_file() -> None:
    """An empty index speaks against nobody."""
    assert found(Index(EVALUATION.empty_table()), QUESTION, "") == [None, None]


WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(12)]), min_size=1, max_size=45).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6, unique=True), st.lists(WORDS, min_size=1, max_size=6))
def test_the_nearest_text_is_that_of_all_pairs(there: list[str], here: list[str]) -> None:
    """The search by shingles finds the best similarity that comparing every pair exactly gives, from one half on."""
    table = matches(index(*there), [bytes([number]) * 16 for number in range(len(here))], here, [""] * len(here))
    own = shingle([*here, *sorted(there)])
    for row, found_row in enumerate(table.to_pylist()):
        left = np.full(len(there), row)
        values, short = own.similarity(left, np.arange(len(here), len(here) + len(there)))
        for column, chosen in (("similarity", values[~short]), ("short_similarity", values[short])):
            best = max((value for value in chosen.tolist() if value >= 0.5), default=None)
            assert found_row[column] == (None if best is None else pytest.approx(best, abs=1e-4))


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=4))
def test_runs_are_those_of_comparing_word_by_word(there: list[str], here: list[str]) -> None:
    """A run is shared exactly where thirteen words in a row, or a whole text of eight to twelve, are the same."""
    table = matches(index(*there), [bytes([number]) * 16 for number in range(len(here))], here, [""] * len(here))
    wanted = set()
    for text in there:
        words = re.findall(r"\w+", text)
        size = min(13, len(words))
        if size >= 8:
            wanted |= {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}
    for text, row in zip(here, table.to_pylist(), strict=True):
        words = re.findall(r"\w+", text)
        runs = {
            tuple(words[at : at + size])
            for size, at in itertools.product(range(8, 14), range(len(words)))
            if at + size <= len(words)
        }
        assert len(row["runs"]) == len(runs & wanted)
        assert (row["shared"] is not None) == bool(runs & wanted)
