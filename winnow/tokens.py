"""Counts tokens exactly and offline, for the limits that base models set.

Belongs here: which tokenizers there are and how each counts. Does not belong here: what happens to a text over its limit (see
`winnow.examples`).

Two GPT byte-level BPE vocabularies come with the package ``bpe_openai``, the vocabulary of ``bert-base-uncased`` with winnow itself.
GPT-2's and GPT-3's (``r50k_base``, ``p50k_base``) are counted where tiktoken has them in its cache, which nobody here fills.
``utf8_bytes`` is an upper bound for every byte-level BPE (a token covers at least one byte), for base models whose vocabulary is not at
hand; it stands in for the cache's, too.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from winnow import tiktoken_cache
from winnow.errors import UsageError

_BPE = ("cl100k_base", "o200k_base")
_WORD_PIECE = "bert-base-uncased"
_BOUND = "utf8_bytes"

TOKENIZERS: tuple[str, ...] = (*_BPE, _WORD_PIECE, *tiktoken_cache.PUBLISHED, _BOUND)
"""The names that `count_tokens` knows."""


def count_tokens(texts: Sequence[str], tokenizer: str) -> list[int]:
    """The number of tokens of each of ``texts`` under ``tokenizer``, one of `TOKENIZERS`.

    A special token's spelling (``<|endoftext|>``, ``[MASK]``) is counted as the plain text that it is in a document, and none
    is added around a text. There is no longest text. A lone surrogate counts as U+FFFD, which is what any UTF-8 writer makes of
    it.

    Raises:
        UsageError: nobody knows a tokenizer of this name.
    """
    count = _counter(tokenizer)
    return [count(text) for text in texts]


def is_exact(tokenizer: str) -> bool:
    """Whether the counts of ``tokenizer`` are those of its model, and not an upper bound.

    Raises:
        UsageError: nobody knows a tokenizer of this name.
    """
    _check(tokenizer)
    return tokenizer != _BOUND and (tokenizer not in tiktoken_cache.PUBLISHED or _cached(tokenizer) is not None)


def fits_by_bytes(texts: Sequence[str], tokenizer: str, limit_tokens: int) -> bool:
    """Whether ``texts`` together surely stay within ``limit_tokens``, told from their UTF-8 length alone.

    True is certain for every tokenizer here: a byte-level BPE token covers a byte or more, and so does a word piece (the
    unknown-word piece stands for a whole word). False says nothing.
    """
    _check(tokenizer)
    return sum(_utf8_bytes(text) for text in texts) <= limit_tokens


def cut(text: str, tokenizer: str, limit_tokens: int) -> str:
    """The longest beginning of ``text`` that has at most ``limit_tokens`` tokens, ending where a token ends.

    Byte-level BPE is asked by halves: a longer beginning very nearly always has as many tokens or more, and where it has not, the
    result is a little shorter than it might be, and never too long.

    Raises:
        UsageError: nobody knows a tokenizer of this name.
    """
    if fits_by_bytes([text], tokenizer, limit_tokens):
        return text
    if tokenizer == _WORD_PIECE:
        pieces = _word_pieces(text)
        return text if len(pieces) <= limit_tokens else text[: pieces.offsets[limit_tokens - 1][1] if limit_tokens > 0 else 0]
    count = _counter(tokenizer)
    if count(text) <= limit_tokens:
        return text
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        if count(text[:middle]) <= limit_tokens:
            fits = middle
        else:
            over = middle
    return text[:fits]


def tokenizer_version(tokenizer: str) -> str:
    """What a stage key must name about ``tokenizer``: its library and that library's version.

    Raises:
        UsageError: nobody knows a tokenizer of this name.
    """
    _check(tokenizer)
    if tokenizer in tiktoken_cache.PUBLISHED:
        return f"{tokenizer} {tiktoken_cache.library()}" if is_exact(tokenizer) else f"{tokenizer} {_BOUND}"
    library = {_WORD_PIECE: "tokenizers", _BOUND: ""}.get(tokenizer, "bpe-openai")
    return f"{tokenizer} {library} {version(library)}" if library else tokenizer


def _check(tokenizer: str) -> None:
    if tokenizer not in TOKENIZERS:
        raise UsageError(f"no tokenizer is called {tokenizer!r}; there are {', '.join(TOKENIZERS)}")


@lru_cache(maxsize=len(TOKENIZERS))
def _counter(tokenizer: str) -> Callable[[str], int]:
    _check(tokenizer)
    if tokenizer == _BOUND:
        return _utf8_bytes
    if tokenizer in tiktoken_cache.PUBLISHED:
        return _cached(tokenizer) or _utf8_bytes
    return _word_piece() if tokenizer == _WORD_PIECE else _byte_pair(tokenizer)


@cache
def _cached(tokenizer: str) -> Callable[[str], int] | None:
    count = tiktoken_cache.counter(tokenizer)
    return None if count is None else lambda text: count(_well_formed(text))


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace")) if text.isascii() else len(_well_formed(text).encode("utf-8"))


def _well_formed(text: str) -> str:
    """``text`` with every lone surrogate as U+FFFD; the Rust libraries take no other string."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _byte_pair(name: str) -> Callable[[str], int]:
    # The package's own `Encoding` refuses texts over a million characters or 200,000 tokens, and builds a list of ids only to
    # be counted. Its Rust tokenizer counts any length at 15 MB/s; a test holds the two equal.
    from bpe_openai import _bindings  # noqa: PLC0415 - half a second of vocabulary that only counting needs

    backend: Any = _bindings.tokenizer_for_encoding(name)
    return lambda text: int(backend.count(_well_formed(text)))


def _word_piece() -> Callable[[str], int]:
    return lambda text: len(_word_pieces(text))


@lru_cache(maxsize=1)  # a text that was not cut is counted next
def _word_pieces(text: str) -> Any:
    return _word_piece_backend().encode(_well_formed(text), add_special_tokens=False)


@cache
def _word_piece_backend() -> Any:
    # Built without registered special tokens, so that "[MASK]" in a text is three pieces and not one.
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: PLC0415 - as above

    lines = files("winnow").joinpath("vocabularies", f"{_WORD_PIECE}.txt").read_text(encoding="utf-8").splitlines()
    vocabulary = {piece: number for number, piece in enumerate(lines)}
    model = models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)  # noqa: S106 - BERT's name for it
    backend = Tokenizer(model)
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return backend
