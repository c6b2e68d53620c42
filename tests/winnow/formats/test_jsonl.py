import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, table
from winnow.formats.jsonl import FORMAT

TEXT = table("text")


def test_an_object_is_a_row() -> None:
    """Allowed keys become fields in the catalog's order; link and customer are raw."""
    line = '{"who": "x@example.com", "text": "Hi", "label": "a", "case": 7, "secret": "hush"}\n'
    (row,) = documents(FORMAT, line, table("label", "text", link="case", customer="who"))
    assert (list(row.fields.items()), row.link, row.customer) == ([("label", "a"), ("text", "Hi")], "7", "x@example.com")
    assert "hush" not in repr(row)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('{"b": [1, null], "a": "ä"}', '{"a":"ä","b":[1,null]}'),
        ("5.0", "5"),
        ("0.25", "0.25"),
        ("true", "true"),
        ("12345678901234567890", "12345678901234567890"),
        ('"  as is\\n"', "  as is\n"),
    ],
)
def test_values_as_text(value: str, text: str) -> None:
    """Nested values are compact JSON with sorted keys, whole numbers have no fraction, strings stay as they are."""
    assert documents(FORMAT, f'{{"text": {value}}}', TEXT)[0].fields["text"] == text


def test_null_is_no_value() -> None:
    """A null or absent key is no field, and a row of nothing else is empty."""
    first, second = documents(FORMAT, '{"text": null, "a": "b"}\n{"text": null}\n', table("text", "a"))
    assert (dict(first.fields), first.reason, second.reason) == ({"a": "b"}, None, "empty")


@pytest.mark.parametrize(
    "line", ["{", "[1]", "3", '{"text": NaN}', '{"text": ' + "[" * 100_000, '{"text": ' + "9" * 5000 + "}"]
)
def test_a_bad_line_is_refused_alone(line: str) -> None:
    """A line that is no JSON object costs that row only, and leaves no text behind."""
    rows = documents(FORMAT, f'{{"text": "a"}}\n{line}\n\n{{"text": "b"}}\n', TEXT)
    assert [(row.row_number, row.reason, dict(row.fields)) for row in rows] == [
        (0, None, {"text": "a"}),
        (1, "malformed", {}),
        (2, None, {"text": "b"}),
    ]


def test_an_array_of_objects_is_read_like_lines() -> None:
    """A JSON array gives the documents that its objects on lines would give."""
    rows = [{"text": "a"}, {"text": "b"}]
    assert documents(FORMAT, json.dumps(rows, indent=1), TEXT) == documents(FORMAT, "\n".join(map(json.dumps, rows)), TEXT)


def test_an_element_that_is_no_object_is_refused_alone() -> None:
    """In an array, too, a bad element costs that row only."""
    assert [row.reason for row in documents(FORMAT, '[{"text": "a"}, 3]', TEXT)] == [None, "malformed"]


def test_what_refuses_the_whole_file() -> None:
    """No options, a key that no object has, no object at all, and nothing at all are told apart."""
    assert refusal(FORMAT, '{"text": "a"}') == "missing_columns"
    assert refusal(FORMAT, '{"a": 1}\n{"b": 2}', TEXT) == "missing_columns"
    assert refusal(FORMAT, "prose\nand prose", TEXT) == "malformed"
    assert refusal(FORMAT, '[{"text": "a"}', TEXT) == "malformed"
    assert refusal(FORMAT, "\n \n", TEXT) == "empty"


@given(st.lists(st.dictionaries(st.sampled_from(["text", "b"]), st.text(max_size=5) | st.integers() | st.none()), max_size=6))
@settings(max_examples=100, deadline=None)
def test_every_object_is_a_row_with_a_key_of_its_own(objects: list[dict[str, str | int | None]]) -> None:
    """Rows come out one for one, numbered in order, and no two share a key."""
    lines = "\n".join(map(json.dumps, [{"text": "first"}, *objects]))
    rows = documents(FORMAT, lines, TEXT)
    assert [row.row_number for row in rows] == list(range(len(objects) + 1))
    assert len({row.row_key for row in rows}) == len(rows)
