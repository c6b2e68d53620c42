"""Finds examples that share text with evaluation files: the same, nearly the same, or a long run of words.

Belongs here: comparing. Does not belong here: reading the files (`winnow.evaluation`) and who of those found leaves
(`winnow.screen`).

Three questions, from the surest to the widest:

- exact: an input, or a long answer, is an evaluation text once case, compatibility forms and white space are folded;
- near: its Jaccard similarity with one, by word shingles, or by character shingles under 20 words, as between duplicates
  (`winnow.shingles`); every pair that shares enough is counted exactly, none is estimated;
- a run of 13 words, punctuation and case left out, stands in both (Brown et al. 2020, "Language Models are Few-Shot Learners",
  appendix C); a shorter evaluation text, from 8 words on, is one run as a whole. A run in more than ten texts is a common phrase,
  and ignored there and here.

An evaluation text is compared as it is in its file and as it looks when personal data is replaced in it, since examples have
placeholders where the file has names. Numbered placeholders are taken for their type.

What is found of an example depends on its text and the files alone, so it is kept beside the text's digest and not asked again
(`MATCHES`); thresholds are applied later, and may change.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.evaluation import EVALUATION_VERSION
from winnow.quality._layout import Hashes, Indexes, mixed, word_hashes
from winnow.shingles import SHINGLE_VERSION, SHORT_WORDS, Sets, distinct, expand, fold, offsets_of, overlaps, runs, shingle

DECONTAMINATE_VERSION = f"1/{EVALUATION_VERSION}/{SHINGLE_VERSION}"
"""Changes whenever the same texts would be found otherwise."""

LEAST_RUN_WORDS = 8
"""Of an evaluation text that is a run as a whole, and of an answer that is compared as a whole: Brown et al.'s shortest run. "Yes, it
does." stands in many files."""

_LEAST_SIMILARITY = 0.5  # of a pair that is remembered: no task's threshold may be lower
_ROWS = 1 << 14  # examples compared at once
_ELEMENTS = 1 << 22  # shared shingles gathered at once: 32 MiB a copy
_MARK_BITS = (16, 27)  # of the table that says of a run whether it may be in a file: 128 MiB at most
_FACTOR = np.uint64(0x5851F42D4C957F2D)  # Knuth's; odd
_DIGITS = 4

_WORD = re.compile(r"\w+")
_PLACEHOLDER = re.compile(r"<([a-z][a-z_]*)_[0-9]{1,6}>")

_SET, _RUNS = pa.large_list(pa.uint32()), pa.large_list(pa.uint64())

EVALUATION = pa.schema(
    [
        ("file", pa.string()),  # its name in the catalog
        ("exact", pa.binary(16)),  # BLAKE2b of the folded text
        ("word_count", pa.int32()),
        ("words", _SET),  # shingles of words, ascending
        ("characters", _SET),
        ("run_words", pa.int32()),  # words of one of its runs
        ("runs", _RUNS),  # hashes of its runs of words; none of a text under `LEAST_RUN_WORDS`
    ]
)
"""What is remembered of each evaluation text; nothing here is a text."""

MATCHES = pa.schema(
    [
        ("digest", pa.binary(16)),  # of the example, as in `winnow.quality.measures.MEASURES`
        ("exact", pa.string()),  # the file that has the same text; null if none has
        ("near", pa.string()),  # the file with the text that is nearest by words
        ("similarity", pa.float32()),  # with that text; null below 0.5
        ("short", pa.string()),  # the same by characters, where one of the two has under 20 words
        ("short_similarity", pa.float32()),
        ("shared", pa.string()),  # the first file with which a run of words is shared
        ("runs", pa.list_(pa.uint64())),  # hashes of the shared runs
    ]
)
"""What an example shares with the evaluation files."""


@dataclass(frozen=True, slots=True)
class Contamination:
    """Why an example must not be trained on: ``reason`` is of `winnow.reasons.SCREENED`, ``file`` the name of an evaluation file."""

    reason: str
    file: str
    similarity: float | None = None


def evaluation_rows(file: str, texts: Sequence[str], ngram_words: int) -> pa.Table:
    """`EVALUATION` of the ``texts`` of the file called ``file``, each once."""
    own = sorted({text for text in texts if text.strip()})
    shingled = shingle(own)
    words = Words(own)
    lengths = np.minimum(words.counts, ngram_words)
    found = [words.runs(length, lengths == length) for length in range(LEAST_RUN_WORDS, ngram_words + 1)]
    hashes, of_text = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(of_text, kind="stable")
    offsets = offsets_of(np.bincount(of_text, minlength=len(own)).astype(np.int64))
    columns = {
        "file": pa.array([file] * len(own), pa.string()),
        "exact": pa.array([_digest(text) for text in own], pa.binary(16)),
        "word_count": pa.array(shingled.word_counts.astype(np.int32), pa.int32()),
        "words": pa.LargeListArray.from_arrays(shingled.words.offsets, shingled.words.values),
        "characters": pa.LargeListArray.from_arrays(shingled.characters.offsets, shingled.characters.values),
        "run_words": pa.array(lengths.astype(np.int32), pa.int32()),
        "runs": pa.LargeListArray.from_arrays(offsets, hashes[order]),
    }
    return pa.Table.from_arrays([columns[name] for name in EVALUATION.names], schema=EVALUATION)


class Index:
    """Evaluation texts laid out for comparison."""

    def __init__(self, rows: pa.Table) -> None:
        """``rows`` are `EVALUATION` of all files; of a text that stands in several, the file of the first name counts."""
        rows = rows.sort_by("file")
        self.files = rows["file"].to_pylist()
        self._word_counts = rows["word_count"].to_numpy().astype(np.int64)
        self._exact: dict[bytes, int] = {}
        for number, digest in enumerate(rows["exact"].to_pylist()):
            self._exact.setdefault(digest, number)
        self._sets = {name: _Inverted(rows[name]) for name in ("words", "characters")}
        flat, sizes = _flat(rows["runs"])
        self._lengths = np.unique(rows["run_words"].to_numpy()[sizes > 0]).tolist()
        self._runs, firsts = np.unique(flat.astype(np.uint64), return_index=True)
        self._run_owner = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)[firsts]
        bits = min(max(int(len(self._runs) * 8).bit_length(), _MARK_BITS[0]), _MARK_BITS[1])
        self._mask = np.uint64((1 << bits) - 1)
        self._marks = np.zeros(1 << bits, dtype=np.bool_)
        self._marks[self._runs & self._mask] = True

    def exact(self, text: str) -> int | None:
        """The number of the evaluation text that is ``text``."""
        return self._exact.get(_digest(text))

    def near(self, texts: Sequence[str]) -> dict[str, tuple[Indexes, npt.NDArray[np.float64]]]:
        """By ``words`` and by ``characters``, for each of ``texts`` the nearest evaluation text (-1: none) and their similarity."""
        shingled = shingle(texts)
        found = {}
        for name, sets in (("words", shingled.words), ("characters", shingled.characters)):
            found[name] = self._best(self._sets[name].pairs(sets), shingled.word_counts, by_characters=name == "characters")
        return found

    def _best(
        self, pairs: Iterable[tuple[Indexes, Indexes, npt.NDArray[np.float64]]], word_counts: Indexes, *, by_characters: bool
    ) -> tuple[Indexes, npt.NDArray[np.float64]]:
        nearest, similarity = np.full(len(word_counts), -1, dtype=np.int64), np.zeros(len(word_counts))
        for rows, owners, values in pairs:
            kept = values >= _LEAST_SIMILARITY - 1e-9
            if by_characters:  # two texts of 20 words or more are compared by words
                kept &= np.minimum(word_counts[rows], self._word_counts[owners]) < SHORT_WORDS
            for row, owner, value in zip(rows[kept].tolist(), owners[kept].tolist(), values[kept].tolist(), strict=True):
                if value > similarity[row] or (value == similarity[row] and owner < nearest[row]):
                    nearest[row], similarity[row] = owner, value
        return nearest, similarity

    def shared_runs(self, texts: Sequence[str]) -> tuple[Hashes, Indexes, Indexes]:
        """Hashes of runs of words in ``texts`` that stand in an evaluation text, which of ``texts`` has each, and in which it stands."""
        words = Words(texts)
        found = [(np.zeros(0, dtype=np.uint64), *[np.zeros(0, dtype=np.int64)] * 2)]
        for length in self._lengths:
            hashes, of_text = words.runs(length)
            maybe = self._marks[hashes & self._mask]
            hashes, of_text = hashes[maybe], of_text[maybe]
            places = np.minimum(np.searchsorted(self._runs, hashes), len(self._runs) - 1)
            there = self._runs[places] == hashes
            found.append((hashes[there], of_text[there], self._run_owner[places[there]]))
        hashes, of_text, owners = (np.concatenate(part) for part in zip(*found, strict=True))
        return hashes, of_text, owners


class _Inverted:
    """Sets of shingles by shingle: who has it.

    Pairs are found by prefix filtering (Chaudhuri, Ganti, Kaushik 2006): of two sets that are half alike, the smaller half of either,
    in an order common to all, holds a shingle of both. The order is from the rarest on, so that a phrase which every evaluation text
    begins with makes no pairs.
    """

    def __init__(self, column: pa.ChunkedArray) -> None:
        flat, sizes = _flat(column)
        self._sets = Sets(flat.astype(np.uint32), offsets_of(sizes))
        order = np.argsort(flat, kind="stable")
        self._owners = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)[order]
        self._values, starts = np.unique(flat[order], return_index=True)
        self._offsets = np.append(starts, len(flat)).astype(np.int64)

    def pairs(self, sets: Sets) -> Iterator[tuple[Indexes, Indexes, npt.NDArray[np.float64]]]:
        """Rows of ``sets``, numbers of own texts, and their exact Jaccard similarity; every pair from 0.5 on is among them."""
        if not len(self._values) or not len(sets.values):
            return
        rows, places, counts = self._rarest(sets, *self._owned(sets))
        ends = np.flatnonzero(np.diff(rows, append=-1) != 0)  # a row's shingles stay together
        starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
        totals = np.concatenate([[0], np.cumsum(counts)])
        both = Sets.joined([self._sets, sets])
        for part in runs(totals[ends + 1] - totals[starts], _ELEMENTS, len(ends)):
            chosen = slice(int(starts[part.start]), int(ends[part.stop - 1]) + 1)
            owners = self._owners[expand(self._offsets[places[chosen]], counts[chosen])]
            keys = (np.repeat(rows[chosen], counts[chosen]).astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64)
            pairs = distinct(keys)
            left, right = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
            shared = overlaps(both, left + len(self._sets.sizes), right)
            yield left, right, shared / (sets.sizes[left] + self._sets.sizes[right] - shared)

    def _owned(self, sets: Sets) -> tuple[Indexes, Indexes]:
        """For each shingle of ``sets`` its place among the own ones, and how many own texts have it."""
        places = np.minimum(np.searchsorted(self._values, sets.values), len(self._values) - 1)
        counts = np.where(self._values[places] == sets.values, self._offsets[places + 1] - self._offsets[places], 0)
        return places, counts

    def _rarest(self, sets: Sets, places: Indexes, counts: Indexes) -> tuple[Indexes, Indexes, Indexes]:
        """Row, place and owners of those shingles of which a set that is half like another has one with it, by row."""
        rows = np.repeat(np.arange(len(sets.sizes), dtype=np.int64), sets.sizes)
        order = np.lexsort((counts, rows))
        rank = np.arange(len(rows)) - np.repeat(sets.offsets[:-1], sets.sizes)
        prefix = sets.sizes - np.ceil(_LEAST_SIMILARITY * sets.sizes).astype(np.int64) + 1
        chosen = order[(rank < prefix[rows]) & (counts[order] > 0)]
        return rows[chosen], places[chosen], counts[chosen]


def matches(index: Index, digests: Sequence[bytes], inputs: Sequence[str], answers: Sequence[str]) -> pa.Table:
    """`MATCHES` of examples: their ``inputs``, and their ``answers`` (empty for labels), in order."""
    parts = [
        _matched(index, digests[part], inputs[part], answers[part])
        for part in runs(np.ones(len(digests), dtype=np.int64), _ROWS, _ROWS)
    ]
    return pa.Table.from_batches(parts, schema=MATCHES)


def _matched(index: Index, digests: Sequence[bytes], inputs: Sequence[str], answers: Sequence[str]) -> pa.RecordBatch:
    whole = [answer if len(answer.split(None, LEAST_RUN_WORDS)) >= LEAST_RUN_WORDS else "" for answer in answers]
    size = len(digests)
    exact: list[str | None] = []
    for text, answer in zip(inputs, whole, strict=True):
        found = [number for part in (text, answer) if part and (number := index.exact(part)) is not None]
        exact.append(index.files[min(found)] if found else None)
    columns: dict[str, pa.Array] = {"digest": pa.array(digests, pa.binary(16)), "exact": pa.array(exact, pa.string())}
    near = index.near([*inputs, *whole])
    for name, file, value in (("words", "near", "similarity"), ("characters", "short", "short_similarity")):
        both, values = near[name]
        better = values[size:] > values[:size]
        owners = np.where(better, both[size:], both[:size])
        similarity = np.round(np.where(better, values[size:], values[:size]), _DIGITS)
        columns[file] = pa.array([index.files[owner] if owner >= 0 else None for owner in owners.tolist()], pa.string())
        columns[value] = pa.array(similarity.astype(np.float32), pa.float32(), mask=owners < 0)
    columns |= _shared_columns(index, [*inputs, *answers], size)
    return pa.RecordBatch.from_arrays([columns[name] for name in MATCHES.names], schema=MATCHES)


def _shared_columns(index: Index, texts: Sequence[str], size: int) -> dict[str, pa.Array]:
    hashes, of_text, owners = index.shared_runs(texts)
    found: dict[int, tuple[int, set[int]]] = {}
    for value, text, owner in zip(hashes.tolist(), of_text.tolist(), owners.tolist(), strict=True):
        first, values = found.get(text % size, (owner, set()))
        found[text % size] = min(first, owner), {*values, value}
    return {
        "shared": pa.array([index.files[found[row][0]] if row in found else None for row in range(size)], pa.string()),
        "runs": pa.array([sorted(found[row][1]) if row in found else [] for row in range(size)], pa.list_(pa.uint64())),
    }


def common_runs(found: pa.Table, limit: int | None) -> frozenset[int]:
    """Runs that more than ``limit`` of the texts ``found`` (`MATCHES`, each digest once) share: phrases, and no sign of anything."""
    if limit is None:
        return frozenset()
    counted = pc.value_counts(pc.list_flatten(found["runs"].combine_chunks()))
    return frozenset(pair["values"] for pair in counted.to_pylist() if pair["counts"] > limit)


def contaminations(
    found: pa.Table, tasks: Sequence[str], thresholds: Mapping[str, float], common: frozenset[int]
) -> list[Contamination | None]:
    """What speaks against each example.

    Args:
        found: `MATCHES`, a row an example.
        tasks: the example's task.
        thresholds: similarity from which two texts are near, by task.
        common: of `common_runs`.
    """
    result: list[Contamination | None] = [None] * len(tasks)
    any_ = pc.or_(pc.is_valid(found["exact"]), pc.or_(pc.is_valid(found["near"]), pc.is_valid(found["short"])))
    places = np.flatnonzero(np.asarray(pc.or_(any_, pc.is_valid(found["shared"])).to_numpy()))
    for place, row in zip(places.tolist(), found.take(pa.array(places)).to_pylist(), strict=True):
        result[place] = _contamination(row, thresholds.get(tasks[place], DEFAULT_THRESHOLD), common)
    return result


def _contamination(row: Mapping[str, object], threshold: float, common: frozenset[int]) -> Contamination | None:
    if row["exact"] is not None:
        return Contamination("contaminated_exact", str(row["exact"]), 1.0)
    for file, value, limit in (
        ("near", "similarity", threshold),
        ("short", "short_similarity", max(threshold, SHORT_THRESHOLD)),
    ):
        similarity = row[value]
        if isinstance(similarity, float) and similarity >= limit - 10**-_DIGITS / 2:
            return Contamination("contaminated_near", str(row[file]), similarity)
    own = row["runs"]
    if isinstance(own, list) and any(run not in common for run in own):
        return Contamination("contaminated_ngram", str(row["shared"]))
    return None


class Words:
    """The words of a list of texts, without punctuation and case."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read ``texts``."""
        self._hashes, self._of_text = word_hashes([_words_only(text) for text in texts])
        self.counts = np.bincount(self._of_text, minlength=len(texts)).astype(np.int64)

    def runs(self, length: int, among: npt.NDArray[np.bool_] | None = None) -> tuple[Hashes, Indexes]:
        """A hash of every run of ``length`` words, and which text it is of; only of those texts that ``among`` says, if it is given."""
        hashes, of_text = self._hashes, self._of_text
        size = len(hashes) - length + 1
        if size <= 0:
            return hashes[:0], of_text[:0]
        total = hashes[:size].copy()
        for place in range(1, length):
            total *= _FACTOR
            total += hashes[place : place + size]
        inside = of_text[:size] == of_text[length - 1 :]
        if among is not None:
            inside &= among[of_text[:size]]
        return mixed(total[inside]), of_text[:size][inside]


def _words_only(text: str) -> str:
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(_PLACEHOLDER.sub(r" \1 ", folded) if "<" in folded else folded))


def _flat(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.unsignedinteger[Any]], Indexes]:
    """All values of a column of lists, one list behind the other, and how many each has."""
    lists = column.combine_chunks()
    sizes = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False)).astype(np.int64)
    return np.asarray(pc.list_flatten(lists).to_numpy(zero_copy_only=False)), sizes


def _digest(text: str) -> bytes:
    return hashlib.blake2b(fold(text).encode("utf-8", "replace"), digest_size=16).digest()
