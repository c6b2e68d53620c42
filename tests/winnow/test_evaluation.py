"""Which strings of an evaluation file are texts."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.errors import UnreadableDocument
from winnow.evaluation import SUFFIXES, EvaluationReading, check, evaluation_reader

ROWS = [
    {"id": "q-1", "question": "Where is my card now?", "choices": ["in the post", "lost"], "label": "card_arrival"},
    {"id": "q-2", "question": "Can I change my PIN?", "choices": ["yes you can", "no"], "label": "pin"},
]
TEXTS = ["Where is my card now?", "in the post", "Can I change my PIN?", "yes you can"]


def texts(content: bytes, suffix: str, *columns: str) -> list[str]:
    """The texts of one file."""
    read = evaluation_reader(EvaluationReading({"bank": columns}))
    batches = list(read({"name": "bank", "suffix": suffix}, content))
    for batch in batches:
        check(batch)
    found: list[str] = pa.Table.from_batches(batches)["text"].to_pylist()
    return found


def parquet(rows: list[dict[str, Any]]) -> bytes:
    """``rows`` as a Parquet file."""
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".jsonl", "\n".join(map(json.dumps, ROWS)).encode()),
        (".json", json.dumps(ROWS).encode()),
        (".json", json.dumps({"version": "1", "data": [{"rows": ROWS}]}).encode()),
        (".ndjson", "\ufeff".encode() + b"\r\n".join(json.dumps(row).encode() for row in ROWS)),
        (".parquet", parquet(ROWS)),
    ],
)
def test_every_string_of_three_words_is_a_text(suffix: str, content: bytes) -> None:
    """However rows are nested, sentences are found, and labels, ids and single words are none."""
    assert texts(content, suffix) == TEXTS


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_with_its_own_delimiter(delimiter: str) -> None:
    """The header tells the delimiter, and quoted cells may hold it."""
    content = f'text{delimiter}label\n"one, two; three\tand | four"{delimiter}a\n'.encode()
    assert texts(content, ".csv") == ["one, two; three\tand | four"]


def test_named_columns_alone_count_however_short() -> None:
    """With columns named, every string below such a key is a text, and no other is."""
    content = json.dumps(ROWS).encode()
    assert texts(content, ".json", "choices") == ["in the post", "lost", "yes you can", "no"]


def test_paragraphs_of_a_text_file_are_texts() -> None:
    """Empty lines part them, and a heading of two words is none."""
    assert texts(b"The Title\n\nOne line\nand another.\n \nThe end is here.", ".txt") == [
        "One line\nand another.",
        "The end is here.",
    ]


def test_a_sentence_without_spaces_is_a_text() -> None:
    """Chinese and Japanese sentences have no three words between spaces."""
    assert texts(json.dumps({"q": "我的银行卡什么时候能寄到我家里来？", "a": "明天"}).encode(), ".json") == [
        "我的银行卡什么时候能寄到我家里来？"
    ]


@pytest.mark.parametrize(
    ("suffix", "content", "columns", "reason"),
    [
        (".docx", b"PK", (), "unsupported"),
        (".json", b'{"a": ', (), "malformed"),
        (".jsonl", b'{"a": "one two three"}\n{"b"', (), "malformed"),
        (".csv", b'text\n"never closed', (), "malformed"),
        (".parquet", b"PAR1 but no more", (), "damaged"),
        (".txt", b"one two", (), "empty"),
        (".json", b'{"a": "one two three"}', ("question",), "missing_columns"),
        (".txt", bytes(range(32)) * 9, (), "encoding_unknown"),
    ],
)
def test_a_file_that_cannot_be_read_whole_has_a_reason(
    suffix: str, content: bytes, columns: tuple[str, ...], reason: str
) -> None:
    """A broken, foreign or empty file is refused whole: half of a benchmark would protect half of it."""
    with pytest.raises(UnreadableDocument) as error:
        texts(content, suffix, *columns)
    assert error.value.reason == reason


def test_deep_nesting_breaks_nothing() -> None:
    """Brackets beyond what the parser follows refuse the file."""
    with pytest.raises(UnreadableDocument):
        texts(b"[" * 200_000, ".json")


def test_text_cannot_smuggle_in_placeholders() -> None:
    """The private characters that mark placeholders between stages are taken out, as of every stranger's text."""
    (text,) = texts(json.dumps({"q": "one \ue000PERSON:ab\ue001 two three"}).encode(), ".json")
    assert "\ue000" not in text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_has_a_reader(suffix: str) -> None:
    """No suffix that a catalog may name is unsupported."""
    with pytest.raises(UnreadableDocument) as error:
        texts(b"", suffix)
    assert error.value.reason != "unsupported"
