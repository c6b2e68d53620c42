"""JSON of any layout as rows, and every kind of damage with its place."""

import io
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from winnow.checking.lines import DEEPEST, VALUE_BYTES, Row, Source, json_rows
from winnow.errors import UnreadableDocument


def rows_of(content: bytes) -> tuple[list[Row], Source]:
    """Rows and what is known of the file."""
    source = Source()
    return list(json_rows(io.BytesIO(content), source)), source


GOOD = b'{"text": "one"}\n'


@pytest.mark.parametrize(
    ("line", "fault", "column"),
    [
        (b'{"text": "a" "b"}', "malformed", 14),
        (b'{"text": "ab', "malformed", 10),
        (b'{"text": "a\xff"}', "invalid_utf8", 12),
        ('{"text": "ä'.encode() + b'\xff"}', "invalid_utf8", 12),
        (b'{"text": "a", "text": "b"}', "duplicate_keys", 0),
        (b'{"text": NaN}', "not_finite", 0),
        (b'{"text": 1e999}', "not_finite", 0),
        (b'{"text": -Infinity}', "not_finite", 0),
        (b"[" * 100_000, "too_deep", 0),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "too_deep", 0),
        (b'{"text": ' + b"1" * 5_000 + b"}", "malformed", 0),
        (b'{"text": "a\x00b"}', "malformed", 12),
    ],
)
def test_a_damaged_line_is_told_with_its_place(line: bytes, fault: str, column: int) -> None:
    """Whatever is wrong with a line, its kind and column are told, and the lines around it are read."""
    rows, source = rows_of(GOOD + line + b"\n" + GOOD)
    assert [(row.number, row.fault) for row in rows] == [(1, ""), (2, fault), (3, "")]
    assert rows[1].column == column
    assert rows[1].raw == line + b"\n"
    assert source.kind == "lines"


def test_a_huge_line_is_passed_over() -> None:
    """A line over the limit is told and not held, and the next one is read."""
    rows, _ = rows_of(GOOD + b'{"text": "' + b"a" * (VALUE_BYTES + 10) + b'"}\n' + GOOD)
    assert [(row.number, row.fault) for row in rows] == [(1, ""), (2, "too_long_line"), (3, "")]
    assert rows[1].raw is None


def test_blank_lines_are_counted() -> None:
    """A blank line is no row, and no line's number shifts for it."""
    rows, source = rows_of(b"\n" + GOOD + b"  \n\r\n" + GOOD)
    assert [row.number for row in rows] == [2, 5]
    assert (source.blank_count, source.blank_first) == (3, [1, 3, 4])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_other_encodings_are_read_and_told(encoding: str) -> None:
    """A file in another encoding gives the same rows, and is told to be in it."""
    texts = [{"text": "Größe und Straße, täglich über die Brücke"}, {"text": "café à la crème"}]
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in texts).encode(encoding)
    rows, source = rows_of(content)
    assert [row.value for row in rows] == texts
    assert source.facts


LAYOUTS = [
    json.dumps,
    lambda rows: json.dumps(rows, indent=2),
    lambda rows: "\n\n  " + json.dumps(rows, indent=1) + "\n\n",
    lambda rows: "".join(json.dumps(row) + "\n" for row in rows),
    lambda rows: "".join(json.dumps(row, indent=4) + "\n" for row in rows),
    lambda rows: json.dumps({"version": "1", "data": rows}),
    lambda rows: json.dumps({"data": rows}, indent=2),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    rows=st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers(), min_size=1), min_size=2, max_size=6)
)
@settings(max_examples=15, deadline=None)
def test_every_layout_gives_the_same_rows(layout: Any, rows: list[dict[str, Any]]) -> None:
    """Lines, one array, values printed over many lines and an object around them all hold the same rows."""
    found, _ = rows_of(layout(rows).encode())
    assert [row.value for row in found] == rows


def test_large_elements_are_read_over_the_ends_of_pieces() -> None:
    """Elements longer than what is read at once come whole, with the lines that they begin at."""
    rows = [{"text": "ä" * 300_000}, {"text": "b" * 700_000}, {"n": 12345}]
    found, _ = rows_of(json.dumps(rows, indent=1, ensure_ascii=False).encode())
    assert [row.value for row in found] == rows
    assert [row.number for row in found] == [2, 5, 8]


@pytest.mark.parametrize(
    ("content", "place", "before"),
    [
        (b'[{"a": 1},\n {"a": 2},\n {"a": oops}]', (3, 8), 2),
        (b'[{"a": 1}\n {"a": 2}]', (2, 2), 1),
        (b'[{"a": 1}', (1, 10), 1),
        (b'[{"a": 1}] {"b": 2}', (1, 12), 1),
    ],
)
def test_a_broken_array_is_told_where(content: bytes, place: tuple[int, int], before: int) -> None:
    """Behind the first broken element nobody knows where the next one begins: its line and column are told."""
    rows, source = rows_of(content)
    assert source.facts["broken_tail"] == place
    assert len(rows) == before


def test_odd_elements_of_an_array_do_not_end_it() -> None:
    """A key named twice or NaN refuses one element, and the ones behind it are read."""
    rows, source = rows_of(b'[{"a": 1}, {"a": 1, "a": 2}, {"a": NaN}, {"a": 3}]')
    assert [row.fault for row in rows] == ["", "duplicate_keys", "not_finite", ""]
    assert source.facts == {}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"\xef\xbb\xbf")
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_rows_or_no_text(content: bytes) -> None:
    """No bytes end in an exception but the one for what is no text."""
    try:
        rows, source = rows_of(content)
    except UnreadableDocument:
        return
    assert all(row.fault or row.value is not None or row.raw == b"" for row in rows)
    if source.kind == "lines" and source.encoding == "utf-8":
        lines = content.removeprefix(b"\xef\xbb\xbf")  # a byte-order mark alone is no line
        assert len(rows) + source.blank_count == lines.count(b"\n") + (not lines.endswith(b"\n") and lines != b"")
