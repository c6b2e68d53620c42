"""The proof's own reading of texts: sets of runs of five words, or of five characters.

Belongs here: what the proof that nothing leaks compares. Does not belong here: finding pairs (`winnow.leak_search`). It shares no
code with `winnow.shingles`, on purpose: a mistake in the reading there would hide a leak from both. Only what "near" means is the
same (five of each, the border at 20 words, numbered placeholders taken for their type).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

LEAST_WORDS = 20  # below it a text is compared by characters
MOST_WORDS_BY_CHARACTERS = 34  # 20 / 0.6: a longer one reaches no similarity of interest with a text under 20 words

HASH_BITS = 48
"""Of a run of five. Two runs of one text of 1,000 words are taken for one with a chance of 2e-9; the rest of 64 bits holds the row."""

MOST_ROWS = 1 << (64 - HASH_BITS)
"""Texts that can be read at once."""

_RUN = 5
_FACTORS = tuple(pow(0x9FB21C651E98DF25, power, 1 << 64) for power in range(1, _RUN + 1))  # odd, so that no bit is lost
_SPREAD = np.uint64(0xD6E8FEB86659FD93)  # odd; its high product bits depend on all of a hash

Hashes = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]


def each_once(values: Hashes) -> Hashes:
    """``values`` ascending, each once; they are sorted in place. `numpy.unique` would hash them, at many times the cost of a sort."""
    values.sort()
    once: Hashes = values[np.append(True, values[1:] != values[:-1])[: len(values)]]
    return once


@dataclass(frozen=True, slots=True)
class Grams:
    """Distinct runs of some texts, by text and then by hash: ``hashes[i]`` is one of text ``rows[i]``."""

    rows: Integers
    hashes: Hashes

    def sizes(self, texts: int) -> Integers:
        """How many runs each of ``texts`` texts has."""
        return np.bincount(self.rows, minlength=texts)


class Words:
    """A list of texts as words: letters, digits and underscores, compatibility forms and case folded."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read ``texts``, `MOST_ROWS` at most."""
        folded = pl.Series([unicodedata.normalize("NFKC", text).casefold() for text in texts], dtype=pl.String)
        self._words = folded.str.replace_all(r"<([a-z][a-z_]*)_[0-9]{1,6}>", " ${1} ").str.extract_all(r"\w+")
        self.counts: Integers = self._words.list.len().to_numpy().astype(np.int64)

    def by_words(self) -> Grams:
        """Runs of five words of the texts of `LEAST_WORDS` or more."""
        chosen = np.flatnonzero(self.counts >= LEAST_WORDS)
        if not len(chosen):
            return _no_grams()
        units = self._words.gather(chosen).explode().hash().to_numpy()
        return _runs(np.repeat(chosen, self.counts[chosen]), units)

    def by_characters(self) -> Grams:
        """Runs of five characters of the texts under `MOST_WORDS_BY_CHARACTERS` words; a text of fewer characters is one run."""
        chosen = np.flatnonzero((self.counts > 0) & (self.counts < MOST_WORDS_BY_CHARACTERS))
        texts = self._words.gather(chosen).list.join(" ").to_list()
        padded = [text.ljust(_RUN, "\x00") for text in texts]
        points = np.frombuffer("".join(padded).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
        lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
        return _runs(np.repeat(chosen, lengths), points + np.uint64(1))


def _no_grams() -> Grams:
    return Grams(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))


def _runs(rows: Integers, units: Hashes) -> Grams:
    """Every run of five of ``units`` that stands in one of ``rows``, each once a row."""
    count = len(units) - _RUN + 1
    if count <= 0:
        return _no_grams()
    total = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        total += units[place : place + count] * np.uint64(factor)
    total ^= total >> np.uint64(32)
    total *= _SPREAD
    inside = rows[:count] == rows[_RUN - 1 :]
    keys = (rows[:count][inside].astype(np.uint64) << np.uint64(HASH_BITS)) | (total[inside] >> np.uint64(64 - HASH_BITS))
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    mask = np.uint64((1 << HASH_BITS) - 1)
    return Grams((keys >> np.uint64(HASH_BITS)).astype(np.int64), keys & mask)
