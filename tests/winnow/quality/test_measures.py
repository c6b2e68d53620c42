"""Which figure applies to which text, and that none depends on its company."""

from typing import Any

import pyarrow as pa
import pytest

from winnow.quality.measures import LEAST_LINES, LEAST_WORDS, MEASURES, PART, SUMMARY_KINDS, measure
from winnow.quality.signals import FAMILIES, SIGNALS
from winnow.reasons import QUALITY
from winnow.schemas import EXAMPLES

PROSE = "The board met on Monday. It spoke about the budget of the next year, and agreed to have another look with care. " * 3
JAPANESE = "今日の会議では来年の予算について話し合いました。\n" * 8


def measured(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """`MEASURES` of examples as dicts; each has an input, and what is not given is a ticket's."""
    defaults = {"kind": "classification", "label": "a", "target": "a"}
    full = [{**dict.fromkeys(EXAMPLES.names), **defaults, "example_id": str(n), **row} for n, row in enumerate(rows)]
    return measure(pa.Table.from_pylist(full, schema=EXAMPLES)).to_pylist()


def answer(text: str, target: str, kind: str = "question_answering") -> dict[str, Any]:
    """A row of an example with a written answer."""
    return {"input": text, "target": target, "label": None, "kind": kind}


def test_a_ticket_of_five_words_fails_nothing() -> None:
    """Of a short ticket only its size and language are known; no share, no least length."""
    (row,) = measured({"input": "where is my new card"})
    assert {name for name, value in row["input"].items() if value is not None} == {"characters", "words", "repeats_itself"}
    assert row["gopher_word_count"] is None
    assert row["c4_sentences"] is None


def test_shares_are_of_texts_of_fifty_words() -> None:
    """One word under Gopher's least length there is no share, from it on there is."""
    short, long = measured({"input": "word " * (LEAST_WORDS - 1)}, {"input": "word " * LEAST_WORDS})
    assert short["input"]["gopher_top_2_gram"] is None
    assert long["input"]["gopher_top_2_gram"] == 1.0


def test_shares_of_lines_ask_for_some_lines() -> None:
    """A long text of fewer lines than that has no shares of lines, but its copies are counted."""
    row, laid_out = measured({"input": f"{PROSE}\n{PROSE}"}, {"input": "\n".join([PROSE] * LEAST_LINES)})
    assert row["input"]["fineweb_lines_with_end_mark"] is None
    assert row["input"]["gopher_duplicate_lines"] == 0.5
    assert laid_out["input"]["fineweb_lines_with_end_mark"] == 1.0


def test_words_are_not_asked_of_scripts_without_spaces() -> None:
    """A Japanese text has no figure of words, but those of its lines, and its sentences end as they do."""
    (row,) = measured(answer(JAPANESE, "短い答え"))
    assert row["language"] == "ja"
    assert row["input"]["words"] is None
    assert row["input"]["gopher_mean_word_length"] is None
    assert row["input"]["fineweb_short_lines"] is None
    assert row["gopher_word_count"] is None
    assert row["input"]["gopher_duplicate_lines"] == pytest.approx(7 / 8)
    assert row["input"]["fineweb_lines_with_end_mark"] == 1.0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", PROSE),
        ("de", "Der Vorstand hat am Montag getagt und das Budget in den Abteilungen nicht zu hoch angesetzt. " * 6),
        ("fr", "Le conseil a parlé de la situation et des comptes de la filiale en France, un peu tard. " * 6),
    ],
)
def test_stop_words_are_those_of_the_texts_own_language(code: str, text: str) -> None:
    """Prose has several of the commonest words of its language, whichever it is."""
    (row,) = measured({"input": text})
    assert row["language"] == code
    assert row["input"]["gopher_stop_words"] >= 4


def test_a_language_without_a_list_has_no_stop_words() -> None:
    """A text in a language for which no list is known is not asked for any."""
    (row,) = measured(
        {"input": "Katika mkutano wa leo tulizungumza kuhusu bajeti ya mwaka ujao na kazi za kila mmoja wetu. " * 6}
    )
    assert row["language"] == "sw"
    assert row["input"]["gopher_stop_words"] is None


def test_a_label_and_a_json_target_are_no_prose() -> None:
    """Targets that nobody wrote as text have no figures: labels, spans, JSON."""
    rows = measured(
        {"input": PROSE}, answer(PROSE, '[{"text": "x"}]', "spans"), answer(PROSE, '{"a": 1}', "pairs"), answer(PROSE, PROSE)
    )
    assert [row["target"] is None for row in rows] == [True, True, True, False]
    assert [row["answer_repeats_prompt"] is None for row in rows] == [True, True, True, False]


def test_summaries_alone_are_compared_with_their_source() -> None:
    """Compression, coverage, density and new words are of summaries."""
    other, own = measured(answer(PROSE, "The board met."), answer(PROSE, "The board met.", *SUMMARY_KINDS))
    assert other["summary_coverage"] is None
    assert own["summary_coverage"] == 1.0
    assert own["summary_density"] == 3.0


def test_sentences_and_words_are_of_prompt_and_answer_together() -> None:
    """A good answer may be one sentence: a document is the whole example."""
    (row,) = measured(answer(PROSE, "It agreed to have another look."))
    assert row["gopher_word_count"] == len(PROSE.split()) + 6
    assert row["c4_sentences"] == 7


def test_a_text_that_is_one_piece_twice_is_told() -> None:
    """A subject that is the body too is one half repetition; a text that only begins alike is none, nor are a few words."""
    rows = measured(
        {"input": "My card is lost\nMy card is lost"}, {"input": "My card is lost and my card is old"}, {"input": "no no no"}
    )
    assert [row["input"]["repeats_itself"] for row in rows] == [0.5, 0.0, None]


def test_what_is_measured_does_not_depend_on_the_batch() -> None:
    """A table measured row by row gives the same figures as at once."""
    rows = [{"input": PROSE}, answer(PROSE, "It met."), {"input": JAPANESE}, {"input": ""}, answer("Hi?", PROSE, "generation")]
    together = measured(*rows)
    assert together == [{**measured(row)[0], "example_id": str(number)} for number, row in enumerate(rows)]


def test_no_rows_are_measured() -> None:
    """An empty table gives an empty table of the same schema."""
    assert measure(EXAMPLES.empty_table()).schema == MEASURES


def test_every_signal_reads_a_column_that_is_there() -> None:
    """Each signal's column is one of the parts' or the example's, as its scope says."""
    parts = {field.name for field in PART}
    for signal in SIGNALS.values():
        assert signal.measured in (parts if signal.scope == "part" else MEASURES.names), signal.name


def test_every_signal_is_a_reason_with_advice() -> None:
    """The closed list of reasons has exactly the signals, and no signal has a family's name."""
    assert set(QUALITY) == set(SIGNALS)
    assert not set(FAMILIES) & set(SIGNALS)
