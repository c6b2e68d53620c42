"""Texts as the name model reads them: word pieces, the place of each in the text, and the shape of the word it belongs to.

The vocabulary is lower-cased, so that the shape of a word (*Maria*, *NATO*, *iPhone*) is given to the model beside its pieces.
Training encodes by this module too: what the model learns from and what it reads later are the same.

Belongs here: encoding. Does not belong here: cutting a text (`winnow.passages`), and reading the model's answer
(`winnow.tagging`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow.normalise import FILLER

Ids = npt.NDArray[np.int64]

SHAPES = (
    "special",
    "lower",
    "capitalised",
    "capitals",
    "capital letter",
    "mixed",
    "digits",
    "signs",
)
"""What the eight case ids mean, by number; see `shape`."""

NOTHING, LOWER, CAPITALISED, CAPITALS, LETTER, MIXED, DIGITS, SIGNS = range(len(SHAPES))

LONGEST_WORD = 100  # characters; a longer word is one unknown piece, as in BERT's own tokenizer

_STAND_IN = "\u4e00"  # one character that the pre-tokenizer makes a word of its own, wherever it stands
_SURROGATE = re.compile("[\ud800-\udfff]")  # the Rust library takes well-formed strings only; one character for another
_VOCABULARY = "bert-base-uncased.txt"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of one text, without special tokens; all arrays have one entry a piece."""

    ids: Ids  # numbers in the vocabulary
    case_ids: Ids  # the `shape` of the word that the piece belongs to
    starts: Ids  # where it begins in the text, in characters …
    ends: Ids  # … and ends
    words: Ids  # the number of its word, from 0 on; a word is a run of letters and digits, or one sign

    def __len__(self) -> int:
        """How many pieces there are."""
        return len(self.ids)


@lru_cache(maxsize=65_536)
def shape(word: str) -> int:
    """The case id of a ``word``: which of `SHAPES` it has.

    A word without any capital is lower, whatever its script; one letter alone is a capital letter or lower.
    """
    if any(character.isdigit() for character in word):
        return DIGITS
    letters = [character for character in word if character.isalpha()]
    if not letters:
        return SIGNS
    capitals = sum(character.isupper() or character.istitle() for character in letters)
    if not capitals:
        return LOWER
    if len(letters) == 1:
        return LETTER
    if capitals == len(letters):
        return CAPITALS
    return CAPITALISED if capitals == 1 and (letters[0].isupper() or letters[0].istitle()) else MIXED


class WordPieces:
    """The encoder for one vocabulary."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """``vocabulary``: the pieces in the order of their numbers, as the lines of a BERT ``vocab.txt``.

        Raises:
            ValueError: it lacks one of BERT's special tokens.
        """
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: PLC0415 - only a model needs it

        numbers = {piece: number for number, piece in enumerate(vocabulary)}
        missing = [token for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if token not in numbers]
        if missing:
            raise ValueError(f"the vocabulary lacks {', '.join(missing)}; give the vocab.txt of a BERT model")
        self.padding, self.opening, self.closing = numbers["[PAD]"], numbers["[CLS]"], numbers["[SEP]"]
        self.mask = numbers["[MASK]"]
        # Without registered special tokens, so that "[MASK]" in an untrusted text is three pieces and not one.
        model = models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=LONGEST_WORD)  # noqa: S106 - BERT's name
        self._tokenizer: Any = Tokenizer(model)
        self._tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text; a whole placeholder (`winnow.normalise.FILLER`) is one neutral piece without a shape."""
        encodings = self._tokenizer.encode_batch([_well_formed(text) for text in texts], add_special_tokens=False)
        return [self._pieces(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]

    def _pieces(self, text: str, encoding: Any) -> Pieces:
        ids = np.array(encoding.ids, np.int64)
        words = np.array(encoding.word_ids, np.int64)
        offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)
        starts, ends = offsets[:, 0].copy(), offsets[:, 1].copy()
        if not len(ids):
            return Pieces(ids, ids, starts, ends, words)
        first = np.flatnonzero(np.diff(words, prepend=-1))  # the piece that each word begins with
        last = np.append(first[1:], len(ids)) - 1
        bounds = zip(starts[first].tolist(), ends[last].tolist(), strict=True)
        surfaces = [text[start:end] for start, end in bounds]
        shapes = np.array([NOTHING if surface == FILLER else shape(surface) for surface in surfaces], np.int64)
        case_ids = np.repeat(shapes, last - first + 1)
        if FILLER in text:
            ids[case_ids == NOTHING] = self.mask
        return Pieces(ids, case_ids, starts, ends, np.repeat(np.arange(len(first)), last - first + 1))


def encode(texts: Sequence[str]) -> list[Pieces]:
    """The pieces of each of ``texts`` under the vocabulary that comes with winnow, which the shipped model has too.

    The model is shown `winnow.normalise.view` of a text, never the text itself: give that.
    """
    return default().encode(texts)


@lru_cache(maxsize=1)
def default() -> WordPieces:
    """The encoder for winnow's own vocabulary."""
    return WordPieces(files("winnow").joinpath("vocabularies", _VOCABULARY).read_text(encoding="utf-8").splitlines())


def _well_formed(text: str) -> str:
    """``text``, character for character, as the tokenizer can take it."""
    if text.isascii():
        return text
    return _SURROGATE.sub("\ufffd", text.replace(FILLER, _STAND_IN))
