"""Lines written many at once are those that are written one by one."""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.exports.made import LABELS, file_of, kind_of, row_of, rules_of, task_of
from winnow.exports import Frame, Mark, Texts, exports, frame_of, laid_out, layout_of
from winnow.exports._marks import MEDIA
from winnow.exports._views import interleaved
from winnow.jsonl import encode
from winnow.tasks import Task

FRAMED = ["alpaca", "bedrock", "chat", "completion", "llamafactory", "mistral", "sharegpt", "text", "vertex"]

SIGNS = ["</s>", "[INST]", "<|im_end|>", "<image>", "[EOS]", "User:", "USER:", "ASSISTANT:", " END", "\n\n###", "\n\n###\n\n"]
SIGNS += [
    "### Input:",
    "<unk>",
    "[SEP]",
    "\u0085",
    "\u2028",
    "\u2029",
    '"',
    "\\",
    "\t",
    "\x00",
    "\x7f",
    "é",
    "🦀",
    "<PERSON_1>",
]

texts = st.lists(st.sampled_from(SIGNS) | st.text(max_size=12), max_size=5).map("".join)


def lines_of(frame: Frame, rules: dict[str, Any], rows: list[dict[str, Any]]) -> bytes:
    """The file of ``rows``, all of them plain."""
    (lines,) = frame.lines(*columns_of(rows), np.ones(len(rows), dtype=np.bool_)) or []
    return b"".join(piece for piece, _ in laid_out(((piece, 0) for piece in lines), layout_of(f"x{rules['suffix']}")))


def columns_of(rows: list[dict[str, Any]]) -> tuple[Texts, Texts]:
    """Inputs and targets."""
    inputs, targets = (Texts.of(pa.array([row[name] for row in rows], pa.string())) for name in ("input", "target"))
    return inputs, targets


def plain_of(frame: Frame, rows: list[dict[str, Any]]) -> list[bool]:
    """Which of ``rows`` are plain."""
    return [bool(one) for one in frame.plain(*columns_of(rows))]


def tasks() -> list[Task]:
    """With and without a system message, with words around the input."""
    around = {"template": 'Read "this":\n{input}\n\nThen answer.'}
    return [task_of(), task_of(system="Be brief.", **around), task_of(**around)]


@pytest.mark.parametrize("name", FRAMED)
@settings(deadline=None, max_examples=12)
@given(pairs=st.lists(st.tuples(texts, texts), min_size=1, max_size=6), which=st.integers(0, 2))
def test_a_frame_writes_the_bytes_of_single_lines(name: str, pairs: list[tuple[str, str]], which: int) -> None:
    """Every plain row gets the line that its record has by itself, whatever stands in its texts."""
    rules = rules_of(name, tasks()[which])
    frame = frame_of(exports()[name], rules)
    assert frame is not None
    rows = [row_of(text, target, name) for text, target in pairs]
    rows = [row for row, plain in zip(rows, plain_of(frame, rows), strict=True) if plain]
    assert lines_of(frame, rules, rows) == file_of(name, rows, rules)


@pytest.mark.parametrize("kind", ["summarization", "classification"])
@pytest.mark.parametrize("name", FRAMED)
@settings(deadline=None, max_examples=8)
@given(pairs=st.lists(st.tuples(texts, texts, st.booleans()), min_size=1, max_size=8), which=st.integers(0, 2))
def test_lines_stand_between_the_rows_that_are_written_alone(
    name: str, kind: str, pairs: list[tuple[str, str, bool]], which: int
) -> None:
    """The lines of plain rows, with those of each other row at its place, are the file of all rows."""
    labels = LABELS if kind == "classification" else None
    rules = rules_of(name, task_of(kind), LABELS) if labels else rules_of(name, tasks()[which])
    frame, export = frame_of(exports()[name], rules), exports()[name]
    assert frame is not None
    rows = [row_of(text, LABELS[len(target) % 2] if labels else target, name) for text, target, _ in pairs]
    plain = np.array(plain_of(frame, rows)) & np.array([kept for _, _, kept in pairs])
    lines = frame.lines(*columns_of(rows), plain)
    assert lines is not None
    found = [b"".join(lines[0])]
    for row, behind in zip([row for row, one in zip(rows, plain, strict=True) if not one], lines[1:], strict=True):
        found += [encode(export.record(row, rules)), b"".join(behind)]
    assert b"".join(found) == b"".join(encode(export.record(row, rules)) for row in rows)


@pytest.mark.parametrize("name", FRAMED)
@settings(deadline=None, max_examples=8)
@given(pairs=st.lists(st.tuples(texts, st.sampled_from([*LABELS, "no label", ""])), min_size=1, max_size=6))
def test_a_frame_writes_each_label_as_its_record_has_it(name: str, pairs: list[tuple[str, str]]) -> None:
    """Names and codes of labels stand where the record has them; a target that is no label is not plain."""
    rules = rules_of(name, task_of("classification"), LABELS)
    frame = frame_of(exports()[name], rules)
    assert frame is not None
    rows = [{**row_of(text, label), "label": label} for text, label in pairs]
    plain = plain_of(frame, rows)
    assert not any(one and row["target"] not in LABELS for one, row in zip(plain, rows, strict=True))
    rows = [row for row, one in zip(rows, plain, strict=True) if one]
    assert lines_of(frame, rules, rows) == file_of(name, rows, rules)


@settings(deadline=None, max_examples=200)
@given(text=texts)
def test_a_plain_text_holds_no_mark(text: str) -> None:
    """Wherever a mark's pattern is found in a text, so is its sign, in both tongues of expressions."""
    marks: set[Mark] = {MEDIA, *(mark for export in exports().values() for mark in export.marks)}
    for mark in marks:
        if mark.pattern.search(text):
            assert pl.Series([text]).str.contains(mark.sign).to_list() == [True]


@pytest.mark.parametrize("sign", ["</s>", "\u0085", "\u2028", "\u2029", "<|eot_id|>", "[/INST]"])
def test_what_is_changed_or_escaped_otherwise_is_not_plain(sign: str) -> None:
    """A control token and a line end outside ASCII are left to those who write line by line, in input and target alike."""
    frame = frame_of(exports()["chat"], rules_of("chat"))
    assert frame is not None
    rows = [row_of("words", "words"), row_of(f"a{sign}b", "words"), row_of("words", f"a{sign}b"), row_of("words", "")]
    assert plain_of(frame, rows) == [True, False, False, False]


def test_ordinary_prose_is_plain() -> None:
    """Placeholders, quotation marks, brackets and letters of any script are nothing special: most examples are written at once."""
    frame = frame_of(exports()["chat"], rules_of("chat"))
    assert frame is not None
    row = row_of('“Quoted”, "quoted", <PERSON_1>, [1] {a} \\ \t \n ümlaut 漢字 🦀 a < b > c', "fine")
    assert plain_of(frame, [row]) == [True]


def test_where_a_record_is_more_than_a_frame_there_is_none() -> None:
    """Weights, limits, numbers of labels, ranked answers and Parquet are written row by row."""
    assert frame_of(exports()["chat"], rules_of("chat", weight=True)) is None
    assert frame_of(exports()["chat"], rules_of("chat", token_limit=100)) is None
    for name in ("classification", "parquet", "preference"):
        assert frame_of(exports()[name], rules_of(name)) is None
    assert frame_of(exports()["llamafactory"], rules_of("llamafactory", task_of("preference"))) is None


def test_every_other_format_has_a_frame() -> None:
    """A new format either says that its records are frames, and is tested here, or is one of those that cannot be."""
    assert [name for name, export in exports().items() if export.framed] == FRAMED
    assert all(frame_of(exports()[name], rules_of(name, task_of(kind_of(name)))) for name in FRAMED)


@settings(deadline=None, max_examples=50)
@given(
    chunks=st.lists(st.lists(st.none() | st.text(max_size=30), max_size=5), min_size=1, max_size=4),
    seed=st.integers(0, 1000),
)
def test_views_are_taken_and_interleaved_as_lists_are(chunks: list[list[str | None]], seed: int) -> None:
    """Whatever the chunks and the lengths of texts, a null is an empty text and every other is itself."""
    column = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())
    plain = [text or "" for chunk in chunks for text in chunk]
    found = Texts.of(column)
    assert found.series().to_list() == plain
    assert found.lengths.tolist() == [len(text.encode()) for text in plain]
    places = np.random.default_rng(seed).permutation(len(plain))
    taken = found.taken(places)
    assert taken.series().to_list() == [plain[place] for place in places]
    both = interleaved([found, taken, Texts.repeated("said in over twelve bytes", len(found))]).series().to_list()
    expected = [(text, plain[place], "said in over twelve bytes") for text, place in zip(plain, places, strict=True)]
    assert both == [text for row in expected for text in row]
