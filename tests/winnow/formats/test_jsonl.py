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
    "line", ["{", "[1]", "3", '{"text": 1, "text": 2}', '{"text": ' + "[" * 100_000, '{"text": ' + "9" * 5000 + "}"]
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


def test_a_dotted_path_leads_into_an_object() -> None:
    """author.name is the name in the author, unless a key is spelt like that; tags.0 is the first tag."""
    line = '{"author": {"name": "Ann"}, "a.b": "flat", "a": {"b": "deep"}, "tags": ["x", "y"]}\n'
    (row,) = documents(FORMAT, line, table("author.name", "a.b", "tags.1"))
    assert dict(row.fields) == {"author.name": "Ann", "a.b": "flat", "tags.1": "y"}


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ('{"total": 2, "data": [{"text": "a"}, {"text": "b"}]}', {}),
        ('{"page": {"items": [{"text": "a"}, {"text": "b"}]}}', {"records": "page.items"}),
        ('{"data": [{"text": "a"}]}\n{"data": [{"text": "b"}]}\n', {"records": "data"}),
        ('{"text": "a"}{"text": "b"}', {}),
        ('{\n  "text": "a"\n}\n{\n  "text": "b"\n}', {}),
        ('\ufeff[\n{"text": "a"},\n{"text": "b"}\n]', {}),
    ],
)
def test_where_rows_may_lie(content: str, options: dict[str, str]) -> None:
    """In an array inside of an object, in pages, one behind the other, printed over several lines, behind a mark."""
    assert [row.fields["text"] for row in documents(FORMAT, content, table("text", **options))] == ["a", "b"]


def test_rows_inside_of_an_object_too_large_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """An array inside of a large object is read as a stream, with and without a path to it."""
    monkeypatch.setattr("winnow.formats._json.VALUE_CHARS", 300_000)
    monkeypatch.setattr("winnow.formats.jsonl.VALUE_CHARS", 300_000)
    rows = [{"text": f"{at} " + "x" * 100} for at in range(5000)]
    content = json.dumps({"meta": {"n": [1, 2]}, "empty": [], "out": {"data": rows}, "more": [{"text": "z"}]})
    assert len(documents(FORMAT, content, table("text", records="out.data"))) == 5000
    assert len(documents(FORMAT, json.dumps({"meta": [1], "data": rows}), TEXT)) == 5000
    assert refusal(FORMAT, json.dumps({"data": rows})[:-9], TEXT) == "malformed"
    assert refusal(FORMAT, json.dumps([{"text": "x" * 400_000}] * 2), TEXT) in {"too_large", "malformed"}


def test_what_is_no_json_but_common_is_read_and_counted() -> None:
    """NaN and Infinity are no values; the row stays."""
    first, second = documents(FORMAT, '{"text": "a", "n": NaN}\n{"text": "b", "n": 1e999}\n', table("text", "n"))
    assert [dict(row.fields) for row in (first, second)] == [{"text": "a"}, {"text": "b"}]
    assert [dict(row.notes) for row in (first, second)] == [{"not_finite_numbers": 1}] * 2


def test_a_name_given_twice_is_refused_only_where_it_matters() -> None:
    """Two different values of one name refuse the row; the same value twice does not."""
    rows = documents(FORMAT, '{"text": "a", "text": "a"}\n{"x": {"y": 1, "y": 2}, "text": "b"}\n', TEXT)
    assert [row.reason for row in rows] == [None, "malformed"]


def test_a_damaged_first_line_costs_that_line_only() -> None:
    """The lines behind it say that the file is one of lines."""
    rows = documents(FORMAT, '{"text": "cut\n{"text": "a"}\n{"text": "b"}\n', TEXT)
    assert [row.reason for row in rows] == ["malformed", None, None]
