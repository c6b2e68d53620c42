"""Token counts against the encoders themselves."""

import bpe_openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.errors import UsageError
from winnow.tiktoken_cache import PUBLISHED
from winnow.tokens import TOKENIZERS, count_tokens, cut, fits_by_bytes, is_exact, tokenizer_version

EXACT = tuple(name for name in TOKENIZERS if is_exact(name))
TEXTS = st.text(max_size=200)


@pytest.mark.parametrize("name", ["cl100k_base", "o200k_base"])
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_a_bpe_count_is_the_number_of_ids_that_the_encoder_gives(name: str, text: str) -> None:
    """Counting without ids gives the length of the id list of the package's public encoder."""
    assert count_tokens([text], name) == [len(bpe_openai.get_encoding(name).encode_ordinary(text))]


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("o200k_base", "hello world", 2),
        ("cl100k_base", "hello world", 2),
        ("cl100k_base", " positive", 1),
        ("bert-base-uncased", "The unaffable meeting", 5),  # the una ##ffa ##ble meeting
        ("bert-base-uncased", "Ünïcode", 1),  # accents and case go before the vocabulary is asked for "unicode"
        ("utf8_bytes", "é€", 5),
    ],
)
def test_known_counts_hold(name: str, text: str, tokens: int) -> None:
    """Counts that stand in the models' own documentation or follow from their vocabulary come out."""
    assert count_tokens([text], name) == [tokens]


@pytest.mark.parametrize(("name", "special"), [("o200k_base", "<|endoftext|>"), ("cl100k_base", "<|endofprompt|>")])
def test_a_special_token_in_a_text_is_text(name: str, special: str) -> None:
    """A document that spells a special token is counted as the several tokens of its characters."""
    assert count_tokens([special], name)[0] > 1


def test_a_special_word_piece_in_a_text_is_text() -> None:
    """``[MASK]`` in a document is a bracket, a word and a bracket."""
    assert count_tokens(["[MASK]"], "bert-base-uncased") == [3]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_there_is_no_longest_text(name: str) -> None:
    """A text of over a million characters and 200,000 tokens is counted, and as the sum of its words."""
    words = 250_000
    (count,) = count_tokens(["word " * words], name)
    assert words <= count <= 5 * words


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(codec=None), max_size=80))
def test_bytes_are_an_upper_bound(name: str, text: str) -> None:
    """No tokenizer counts more tokens than the text has UTF-8 bytes, lone surrogates included."""
    assert count_tokens([text], name)[0] <= count_tokens([text], "utf8_bytes")[0]


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, max_size=3), limit=st.integers(0, 300))
def test_what_fits_by_bytes_fits(name: str, texts: list[str], limit: int) -> None:
    """Whenever the cheap check says that texts fit, their counts do."""
    if fits_by_bytes(texts, name, limit):
        assert sum(count_tokens(texts, name)) <= limit


@pytest.mark.parametrize("name", TOKENIZERS)
def test_counts_come_in_the_order_of_the_texts(name: str) -> None:
    """Each text has its own count, in order, an empty one zero."""
    assert count_tokens(["", "alpha beta gamma", ""], name)[::2] == [0, 0]


def test_an_unknown_tokenizer_is_refused_with_those_there_are() -> None:
    """The error names every tokenizer that could have been meant."""
    with pytest.raises(UsageError, match=r"no-such") as caught:
        count_tokens(["x"], "no-such")
    assert all(name in str(caught.value) for name in TOKENIZERS)
    with pytest.raises(UsageError):
        is_exact("no-such")


def test_only_bytes_are_a_bound() -> None:
    """Every tokenizer whose vocabulary is here says that it is exact; one of tiktoken's cache may be either."""
    assert set(TOKENIZERS) - set(EXACT) - set(PUBLISHED) == {"utf8_bytes"}


def test_a_version_names_tokenizer_and_library() -> None:
    """The stage key changes with the tokenizer's library."""
    assert tokenizer_version("o200k_base").startswith("o200k_base bpe-openai ")
    assert len({tokenizer_version(name) for name in TOKENIZERS}) == len(TOKENIZERS)


@pytest.mark.parametrize("tokenizer", ["o200k_base", "bert-base-uncased", "utf8_bytes"])
@given(text=st.text(st.characters(exclude_categories=["Cs"])), limit=st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_a_text_is_cut_to_what_fits(tokenizer: str, text: str, limit: int) -> None:
    """What is cut is a beginning of the text that keeps the limit; a text that fits is left whole."""
    kept = cut(text, tokenizer, limit)
    assert text.startswith(kept)
    assert count_tokens([kept], tokenizer)[0] <= limit
    assert (kept == text) == (count_tokens([text], tokenizer)[0] <= limit)
