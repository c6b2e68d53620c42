"""Numbers and codes of labels."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.codebook import CODE_TOKENIZERS, Codebook, extended, is_one_token, label_codes
from winnow.tokens import count_tokens

SALT = "a salt of sixteen characters"
LABEL = st.sampled_from(
    ["order", "very late", "invoice", "very positive", "apple", "river", "größter Kunde", "A/B test", "x y z"]
)


def _book(*versions: list[str]) -> Codebook:
    book = Codebook()
    for labels in versions:
        book = Codebook.parsed(json.loads(json.dumps(extended(book, labels, SALT, "task").document())))
    return book


@pytest.mark.parametrize("tokenizer", ["cl100k_base", "o200k_base", "bert-base-uncased"])
def test_every_shipped_code_is_one_token(tokenizer: str) -> None:
    """Each code is one token after a space in GPT's vocabularies, and one piece in BERT's; none stands twice."""
    codes = label_codes()
    assert count_tokens([f" {code}" for code in codes], tokenizer) == [1] * len(codes)
    assert len(set(codes)) == len(codes) > 300


def test_a_code_and_its_stop_are_two_tokens() -> None:
    """The line break behind a code does not merge with it."""
    for tokenizer in CODE_TOKENIZERS:
        assert set(count_tokens([f" {code}\n" for code in label_codes()], tokenizer)) == {2}


def test_a_label_of_one_token_keeps_its_name() -> None:
    """Short labels are their own code; others get the first words of the list."""
    assert _book(["positive", "very positive", "neutral", "very negative"]).codes == {
        "positive": "positive",
        "neutral": "neutral",
        "very negative": label_codes()[0],
        "very positive": label_codes()[1],
    }


@given(versions=st.lists(st.lists(LABEL, unique=True, max_size=6), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_codebook_is_only_appended_to(versions: list[list[str]]) -> None:
    """Whatever labels come, go and come back, a label keeps its number and code, and no two ever share one."""
    seen: dict[str, tuple[int, str]] = {}
    book = Codebook()
    for labels in versions:
        book = Codebook.parsed(extended(book, labels, SALT, "task").document())
        assert set(book.codes) == set(labels)
        for label in labels:
            place = (book.numbers[label], book.codes[label])
            assert seen.setdefault(label, place) == place
    assert len({number for number, _ in seen.values()}) == len({code for _, code in seen.values()}) == len(seen)


def test_a_label_that_is_gone_leaves_no_name() -> None:
    """A retired label's number stays taken, and its name stands nowhere in the document."""
    book = _book(["order", "a person's name"], ["order"])
    assert "person" not in json.dumps(book.document())
    assert book.names == ["retired_0", "order"]
    assert _book(["order", "a person's name"], ["order"], ["new one", "order"]).numbers == {"order": 1, "new one": 2}


def test_a_label_that_is_called_like_a_code_gets_another() -> None:
    """A name that is another label's code already is not given a second time."""
    code = label_codes()[0]
    book = _book(["very late"], ["very late", code])
    assert book.codes["very late"] == code
    assert book.codes[code] == label_codes()[1]


def test_past_the_end_of_the_list_labels_keep_their_names() -> None:
    """More labels than there are codes are written by name, each still different from all others."""
    labels = [f"long label {number}" for number in range(len(label_codes()) + 3)]
    codes = _book(labels).codes
    assert len(set(codes.values())) == len(labels)
    assert sum(not is_one_token(code) for code in codes.values()) == 3


def test_the_first_codebook_does_not_depend_on_the_order_of_labels() -> None:
    """Labels are numbered by name, not by when they were met."""
    assert _book(["b", "a", "c"]) == _book(["c", "b", "a"])


@pytest.mark.parametrize(
    "change", [{"number": 5}, {"label": "b"}, {"code": "b"}, {"label_id": None}], ids=["gap", "label twice", "code twice", "id"]
)
def test_a_broken_codebook_is_refused(change: dict[str, object]) -> None:
    """Gaps and repetitions in a released codebook are found, not worked with."""
    rows = _book(["a", "b"]).document()
    rows[0] = {**rows[0], **change}
    if change == {"label_id": None}:
        rows[0]["label_id"] = rows[1]["label_id"]
    with pytest.raises(ValueError, match="codebook"):
        Codebook.parsed(rows)
