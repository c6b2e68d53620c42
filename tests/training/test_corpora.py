"""Reading annotated corpora: spans stay on their words whatever the file's layout."""

import json
from pathlib import Path

import pytest

from training.corpora import UNSURE, Corpus, Line, read_corpora

EMPTY = ("wnut17train.conll", *(f"btc_{section}.conll" for section in "abefgh"), "FIN5.txt", "gum_ccby.conll")
CROSS = tuple(f"crossner_{field}_{part}.txt" for field in ("politics", "science", "ai") for part in ("train", "dev", "test"))


def corpora(folder: Path, **contents: str) -> dict[str, Corpus]:
    """The corpora of ``folder`` by name, whose files hold ``contents`` (by the start of the file's name) or nothing."""
    names = [*EMPTY, *CROSS, "wikigold.conll.txt", "litbank_names.jsonl", "tab_train.jsonl"]
    for name in names:
        text = next((text for start, text in contents.items() if name.startswith(start)), "")
        (folder / name).write_text(text, encoding="utf-8")
    return {corpus.name: corpus for corpus in read_corpora(folder)}


def surfaces(line: Line) -> list[tuple[str, str]]:
    """What the spans of ``line`` cover."""
    return [(line.text[start:end], entity) for start, end, entity in line.spans]


def conll(*pairs: str) -> str:
    """Lines of a CoNLL file from ``token/TAG`` pairs."""
    return "\n".join(pair.replace("/", " ") for pair in pairs) + "\n\n"


def test_tokens_are_joined_as_a_writer_would(tmp_path: Path) -> None:
    """Punctuation, brackets and genitives stand where a writer puts them, and the spans still cover the names alone."""
    text = conll("(/O", "Maria/I-PER", "Keller/I-PER", ")/O", "'s/O", "plan/O", ",/O", "Leeds/I-LOC", "./O")
    (line,) = corpora(tmp_path, wikigold=text)["wikigold"].lines
    assert line.text == "(Maria Keller)'s plan, Leeds."
    assert surfaces(line) == [("Maria Keller", "PERSON"), ("Leeds", "LOCATION")]


def test_the_tokenised_form_is_kept_beside(tmp_path: Path) -> None:
    """Each line is also there with a space between any two tokens, with the same spans."""
    (line,) = corpora(tmp_path, wikigold=conll("Maria/I-PER", ",/O", "Leeds/I-LOC"))["wikigold"].lines
    assert line.tokenised is not None
    assert (line.tokenised.text, surfaces(line.tokenised)) == ("Maria , Leeds", surfaces(line))


def test_two_entities_side_by_side_stay_two(tmp_path: Path) -> None:
    """A B- tag begins a new entity although the one before it has the same kind."""
    (line,) = corpora(tmp_path, gum=conll("Ann/B-PER", "Bob/B-PER", "Cole/I-PER"))["gum"].lines
    assert surfaces(line) == [("Ann", "PERSON"), ("Bob Cole", "PERSON")]


def test_parts_in_a_contract_are_no_persons(tmp_path: Path) -> None:
    """The loan agreements' Lender and Borrower, which their annotators call persons, are nothing."""
    (line,) = corpora(tmp_path, FIN5=conll("Borrower/I-PER", "pays/O", "Ann/I-PER"))["sec_loans"].lines
    assert surfaces(line) == [("Ann", "PERSON")]


def test_user_names_and_hashtags_are_left_open(tmp_path: Path) -> None:
    """What an @ or # marks is found by its sign, so the loss does not ask for it."""
    (line,) = corpora(tmp_path, btc_a=conll("@/B-PER", "kib/I-PER", "met/O", "Ann/B-PER"))["broad_twitter"].lines
    assert [entity for _, entity in surfaces(line)] == [UNSURE, "PERSON"]


def test_titles_of_court_decisions_are_left_open(tmp_path: Path) -> None:
    """A title that court annotators count as part of a name becomes an open span of its own; what identifies nobody is PUBLIC."""
    text = "Mr Jan Kowalski lives in Poland."
    entities = [
        {"start_offset": 0, "end_offset": 15, "entity_type": "PERSON", "identifier_type": "DIRECT"},
        {"start_offset": 25, "end_offset": 31, "entity_type": "LOC", "identifier_type": "NO_MASK"},
    ]
    (line,) = corpora(tmp_path, tab_train=json.dumps({"text": text, "entities": entities}))["tab"].lines
    assert surfaces(line) == [("Mr", UNSURE), ("Jan Kowalski", "PERSON"), ("Poland", "PUBLIC")]


def test_paragraphs_keep_their_own_spans(tmp_path: Path) -> None:
    """A decision is cut at blank lines, and each paragraph's spans count from its own start."""
    text = "One.\n\nAnn sued."
    entities = [{"start_offset": 6, "end_offset": 9, "entity_type": "PERSON", "identifier_type": "DIRECT"}]
    lines = corpora(tmp_path, tab_train=json.dumps({"text": text, "entities": entities}))["tab"].lines
    assert [surfaces(line) for line in lines] == [[], [("Ann", "PERSON")]]


def test_novels_lose_the_spaces_of_their_tokens(tmp_path: Path) -> None:
    """The novels' spaced punctuation is closed up, and the spans move with the words."""
    novel = {"text": "“ Ann , ” said Bob .", "entities": [[2, 5, "PER"], [15, 18, "PER"]]}
    (line,) = corpora(tmp_path, litbank=json.dumps(novel))["litbank"].lines
    assert (line.text, surfaces(line)) == ("“Ann,” said Bob.", [("Ann", "PERSON"), ("Bob", "PERSON")])


def test_a_missing_corpus_is_said(tmp_path: Path) -> None:
    """Training does not begin without all of its corpora."""
    with pytest.raises(FileNotFoundError):
        read_corpora(tmp_path)
