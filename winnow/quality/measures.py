"""Every figure of every example, as columns beside it.

Belongs here: which figure applies to which text, and the stage that measures. Does not belong here: the figures themselves (the
modules beside this one), and what follows from them (`winnow.screen`).

A figure that does not apply is null, never zero and never a failed test:

- Shares of words, lines and characters are of texts of `LEAST_WORDS` words or more. The papers' thresholds were set on documents
  that had passed Gopher's least length, which is the same number; in a ticket of five words one word is a fifth of it.
- Shares of lines ask for `LEAST_LINES` lines: one line that ends without a full stop is no layout.
- Figures of words are null where most letters are of a script without spaces between words (Chinese, Japanese, Thai, Lao, Khmer,
  Burmese); figures of lines are there, with `LEAST_LETTERS` letters for words, but for the short line of thirty characters.
- Stop words are asked for in the text's own language, where there is a list of them.
- How many words and sentences a document has is asked of an example as a whole, prompt and answer. Words are asked of texts that
  are written: not of the input of a label, which is a ticket, a review or a line.
- Whether a whole text is one piece said again is asked from `LEAST_REPEATED_CHARS` characters on, in any script.
- What a summary has of its source is asked of summaries; whether an answer says its prompt again, of answers in prose.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.quality._answers import prompt_share, summary, words_of
from winnow.quality._layout import Layout, lay_out
from winnow.quality._marks import marks
from winnow.quality._repetition import repetition
from winnow.quality._tongues import TONGUES_VERSION, tell
from winnow.quality.signals import DUPLICATE, TOP

QUALITY_VERSION = f"1/{TONGUES_VERSION}"
"""Changes whenever the same text would get another figure; stands beside every stored one."""

LEAST_WORDS = 50
"""Words from which a share of a text says something: Gopher's least length of a document."""

LEAST_LETTERS = 100
"""The same in scripts without spaces: a Chinese word has between one and two signs."""

LEAST_REPEATED_CHARS = 20
"""Characters from which it says something that a text is one piece several times: "no no no" is an answer."""

LEAST_LINES = 3
"""Lines from which a share of them says something."""

_CHUNK_CHARS = 1 << 18  # measured at once: the arrays of 8 bytes a character stay in the cache
_DIGITS = 6  # of a share: as many as a 32-bit number holds

_OF_LINES = ("gopher_bullet_lines", "gopher_ellipsis_lines", "c4_kept_lines", "fineweb_lines_with_end_mark")
_OF_WORDS = ("gopher_mean_word_length", "gopher_hash_to_word", "gopher_ellipsis_to_word", "gopher_alphabetic_words")
_OF_COPIES = (
    "gopher_duplicate_lines",
    "gopher_duplicate_paragraphs",
    "gopher_duplicate_line_characters",
    "gopher_duplicate_paragraph_characters",
)
_OF_RUNS = (
    *(f"gopher_top_{words}_gram" for words in TOP),
    *(f"gopher_duplicate_{words}_grams" for words in DUPLICATE),
)
_OF_MARKS = ("c4_lorem_ipsum", "c4_curly_bracket")

PART = pa.struct(
    [
        ("characters", pa.int32()),  # as released, with white space
        ("words", pa.int32()),  # between white space; null in scripts without spaces
        *((name, pa.float32()) for name in _OF_WORDS),
        ("gopher_stop_words", pa.float32()),  # how many different ones of the eight of its language
        *((name, pa.float32()) for name in (*_OF_LINES, "fineweb_short_lines")),
        *((name, pa.float32()) for name in (*_OF_COPIES, *_OF_RUNS)),
        *((name, pa.float32()) for name in _OF_MARKS),  # 1 if there is one, else 0
        ("repeats_itself", pa.float32()),  # share that is left when a text that is one piece again and again is said once
    ]
)
"""Figures of one text; each is null where it does not apply."""

MEASURES = pa.schema(
    [
        ("example_id", pa.string()),
        ("digest", pa.binary(16)),  # of what was measured: the same text need not be measured again
        ("language", pa.string()),  # identified, not declared: ISO 639; null if it could not be told
        ("input", PART),
        ("target", PART),  # null where the target is a label or JSON
        ("gopher_word_count", pa.float32()),  # of both; null for labels and in scripts without spaces
        (
            "c4_sentences",
            pa.float32(),
        ),  # of both, in the lines that C4 keeps; null under 50 words and in scripts without spaces
        ("answer_repeats_prompt", pa.float32()),  # how much of the prompt the answer is, word for word
        ("summary_compression", pa.float32()),  # words of the source to one of the summary
        ("summary_coverage", pa.float32()),  # share of the summary's words in extractive fragments
        ("summary_density", pa.float32()),  # mean length of the fragment that a word is in
        ("summary_new_words", pa.float32()),  # share of the summary's words that are not in the source
    ]
)
"""What is measured of an example; nothing here is a text."""

NEEDED = ("example_id", "kind", "label", "input", "target")
"""What is read of `winnow.schemas.EXAMPLES`."""

SUMMARY_KINDS = frozenset({"summarization"})
_NO_PROSE = frozenset({"spans"})
_MAYBE_JSON = frozenset({"pairs"})


def unmeasured(row: pa.RecordBatch, _reason: str) -> pa.RecordBatch:
    """What stands for an example on which measuring died: no figure at all, so that no rule drops it."""
    columns = {"example_id": row["example_id"], "digest": pa.array([bytes(16)] * len(row), pa.binary(16))}
    arrays = [columns.get(field.name, pa.nulls(len(row), field.type)) for field in MEASURES]
    return pa.RecordBatch.from_arrays(arrays, schema=MEASURES)


@dataclass(frozen=True)
class MeasureConfig:
    """What the stage needs to know: nothing, since a figure depends on its text alone."""


def measurer(_config: MeasureConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The map stage: a function from the columns `NEEDED` to `MEASURES`, row by row."""
    return measure


def measure(batch: pa.RecordBatch | pa.Table) -> pa.RecordBatch:
    """`MEASURES` of the examples in ``batch`` (with the columns `NEEDED`, none of them refused), in their order."""
    ids, kinds, labels, inputs, targets = (batch[name].to_pylist() for name in NEEDED)
    prose = [_is_prose(*row) for row in zip(kinds, labels, targets, strict=True)]
    told = [tell(text) for text in inputs]
    written = answers(batch)
    before = _parts(inputs, [number for _, number in told])
    told_written = [tell(text) if text else (None, None) for text in written]
    after = _parts(written, [number for _, number in told_written])
    rows = zip(kinds, inputs, targets, prose, strict=True)
    columns: dict[str, Any] = {
        "example_id": pa.array(ids, pa.string()),
        "digest": pa.array(digests(batch), pa.binary(16)),
        "language": pa.array([code or other for (code, _), (other, _) in zip(told, told_written, strict=True)], pa.string()),
        "input": _struct(before, None),
        "target": _struct(after, ~np.array(prose, dtype=np.bool_)),
        "gopher_word_count": _word_counts(before, after, np.array([label is None for label in labels], dtype=np.bool_)),
        "c4_sentences": _sentences(before, after),
        **_comparisons([_compared(*row) for row in rows]),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in MEASURES.names], schema=MEASURES)


def digests(batch: pa.RecordBatch | pa.Table) -> list[bytes]:
    """What is measured of each example of ``batch``, as 16 bytes: equal for equal texts, whatever label they have."""
    _, kinds, labels, inputs, targets = (batch[name].to_pylist() for name in NEEDED)
    answers = [f"\x1f{target}" if label is None else "" for label, target in zip(labels, targets, strict=True)]
    return [
        hashlib.blake2b(f"{kind}\x1f{text}{answer}".encode("utf-8", "replace"), digest_size=16).digest()
        for kind, text, answer in zip(kinds, inputs, answers, strict=True)
    ]


def answers(batch: pa.RecordBatch | pa.Table) -> list[str]:
    """The targets of the examples of ``batch`` that are written texts; empty for labels and JSON."""
    _, kinds, labels, _, targets = (batch[name].to_pylist() for name in NEEDED)
    rows = zip(kinds, labels, targets, strict=True)
    return [target if _is_prose(kind, label, target) else "" for kind, label, target in rows]


def _is_prose(kind: str, label: str | None, target: str) -> bool:
    """Whether ``target`` is a text somebody wrote."""
    return label is None and kind not in _NO_PROSE and not (kind in _MAYBE_JSON and target[:1] in {"{", "["})


Figures = dict[str, npt.NDArray[np.float64]]


def _parts(texts: Sequence[str], stop_words: Sequence[int | None]) -> Figures:
    """The figures of ``texts``, not a number where they do not apply."""
    pieces = [_part(texts[chunk], stop_words[chunk]) for chunk in _chunks(texts)]
    names = [*(field.name for field in PART), "c4_sentences"]
    return {name: np.concatenate([np.zeros(0), *(piece[name] for piece in pieces)]) for name in names}


def _part(texts: Sequence[str], stop_words: Sequence[int | None]) -> Figures:
    layout = lay_out(texts)
    found = {**marks(layout, texts), **repetition(layout)}
    spaced, long = _spaced(layout), _long(layout, found["words"])
    laid_out = long & (found["lines"] >= LEAST_LINES)
    applies = {
        **dict.fromkeys((*_OF_WORDS, *_OF_RUNS), long & spaced),
        **dict.fromkeys(_OF_LINES, laid_out),
        **dict.fromkeys(_OF_COPIES, long),
        **dict.fromkeys(_OF_MARKS, long),
        "c4_kept_lines": laid_out & spaced,
        "c4_sentences": spaced,
        "fineweb_short_lines": laid_out & spaced,
        "words": spaced,
        "characters": np.ones(layout.texts, dtype=np.bool_),
    }
    found["characters"] = layout.sizes.astype(np.float64)
    figures = {name: np.where(where, found[name], np.nan) for name, where in applies.items()}
    asked = np.array([np.nan if number is None else number for number in stop_words], dtype=np.float64)
    again = np.fromiter(map(_again, texts), dtype=np.float64, count=len(texts))
    return {**figures, "gopher_stop_words": np.where(long & spaced, asked, np.nan), "repeats_itself": again}


def _again(text: str) -> float:
    """The share of ``text`` behind its first piece, where all of it is that piece again and again; not a number for a few words."""
    line = f"{' '.join(text.split())} "
    if len(line) <= LEAST_REPEATED_CHARS:
        return np.nan
    return 1 - (line + line).index(line, 1) / len(line)


def _spaced(layout: Layout) -> npt.NDArray[np.bool_]:
    """Which texts are written with spaces between words, for the most part."""
    return np.asarray(layout.unspaced * 2 <= layout.letters)


def _long(layout: Layout, words: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which texts are long enough for shares."""
    return np.asarray(np.where(_spaced(layout), words >= LEAST_WORDS, layout.letters >= LEAST_LETTERS))


def _chunks(texts: Sequence[str]) -> Iterator[slice]:
    start = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 2
        if size >= _CHUNK_CHARS:
            yield slice(start, number + 1)
            start, size = number + 1, 0
    if start < len(texts):
        yield slice(start, len(texts))


def _word_counts(before: Figures, after: Figures, written: npt.NDArray[np.bool_]) -> pa.Array:
    """Words of both parts, where the target is no label."""
    total = before["words"] + after["words"]
    return _numbers(np.where(written, total, np.nan), pa.float32())


def _sentences(before: Figures, after: Figures) -> pa.Array:
    """Sentences of both parts together: a page is the whole, and a good answer may be two of them."""
    long = before["words"] + after["words"] >= LEAST_WORDS
    return _numbers(np.where(long, before["c4_sentences"] + after["c4_sentences"], np.nan), pa.float32())


def _numbers(values: npt.NDArray[np.float64], kind: pa.DataType) -> pa.Array:
    lacking = np.isnan(values)
    if pa.types.is_integer(kind):
        return pa.array(np.where(lacking, 0, values).astype(np.int32), kind, mask=lacking)
    return pa.array(np.round(values, _DIGITS).astype(np.float32), kind, mask=lacking)


def _struct(figures: Figures, absent: npt.NDArray[np.bool_] | None) -> pa.Array:
    arrays = [_numbers(figures[field.name], field.type) for field in PART]
    return pa.StructArray.from_arrays(arrays, fields=list(PART), mask=None if absent is None else pa.array(absent))


_COMPARED = ("answer_repeats_prompt", "summary_compression", "summary_coverage", "summary_density", "summary_new_words")


def _compared(kind: str, text: str, target: str, prose: bool) -> tuple[float | None, ...]:
    """What an answer has of its prompt, in the order of `_COMPARED`."""
    if not prose:
        return (None,) * len(_COMPARED)
    prompt, answer = words_of(text), words_of(target)
    figures = summary(prompt, answer) if kind in SUMMARY_KINDS else None
    share = prompt_share(prompt, answer) if prompt and answer else None
    if figures is None:
        return share, None, None, None, None
    return share, figures.compression, figures.coverage, figures.density, figures.new_words


def _comparisons(rows: Sequence[tuple[float | None, ...]]) -> dict[str, pa.Array]:
    columns = zip(*rows, strict=True) if rows else [()] * len(_COMPARED)
    return {name: pa.array(column, pa.float32()) for name, column in zip(_COMPARED, columns, strict=True)}
