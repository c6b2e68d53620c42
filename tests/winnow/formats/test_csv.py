import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, table
from winnow.formats.csv import CELL_CHARS, FORMAT

TEXT = table("text")


def test_only_allowed_columns_become_fields() -> None:
    """A column that the catalog does not name leaves no trace in any part of the document."""
    (row,) = documents(FORMAT, "id,secret,text\n7,hush,Hello\n", table("text", key=("id",)))
    assert dict(row.fields) == {"text": "Hello"}
    assert "hush" not in repr(row)


def test_key_link_and_customer_are_raw_values() -> None:
    """Key columns make the row key; the columns of link and customer need not be fields."""
    options = table("text", key=("shop", "id"), link="case", customer="mail")
    (row,) = documents(FORMAT, "shop,id,case,mail,text\nA,7,C1,x@example.com,Hello\n", options)
    assert (row.row_key, row.link, row.customer, dict(row.fields)) == ("A\x1f7", "C1", "x@example.com", {"text": "Hello"})


def test_identical_rows_without_a_key_are_numbered() -> None:
    """Rows that say the same have keys of their own, which other rows' order does not change."""
    first, second, other = documents(FORMAT, "text,when\nHi,1\nHi,2\nBye,3\n", TEXT)
    assert second.row_key == f"{first.row_key}\x1f#2"
    assert documents(FORMAT, "text\nBye\nHi\n", TEXT)[0].row_key == other.row_key


def test_a_key_given_twice_does_not_make_one_id() -> None:
    """Two rows with one key stay two documents."""
    keys = [row.row_key for row in documents(FORMAT, "id,text\n1,a\n1,b\n", table("text", key=("id",)))]
    assert keys == ["1", "1\x1f#2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected(delimiter: str) -> None:
    """Each of the four delimiters is found, though the text holds the others."""
    head, row = delimiter.join(["id", "text", "x"]), delimiter.join(["1", '"a, b; c|d\te"', "2"])
    (found,) = documents(FORMAT, f"{head}\n{row}\n", TEXT)
    assert dict(found.fields) == {"text": "a, b; c|d\te"}


def test_one_column_with_commas_is_one_column() -> None:
    """A list without delimiters is not cut at the commas of its sentences."""
    rows = documents(FORMAT, "text\nYes, sir\nNo\n", TEXT)
    assert [row.fields.get("text") for row in rows] == ["Yes, sir", "No"]


def test_a_separator_line_is_obeyed() -> None:
    """Excel's sep= line names the delimiter and is no row."""
    (row,) = documents(FORMAT, "\ufeffsep=;\nid;text\n1;a,b,c\n", TEXT)
    assert (row.row_number, row.fields["text"]) == (0, "a,b,c")


def test_ragged_rows_are_refused_alone() -> None:
    """A row too short or too long is refused with its number; its neighbours and empty extra cells are read."""
    rows = documents(FORMAT, "a,text\n1,x\n2\n3,y,z\n4,w,,\n", TEXT)
    assert [(row.row_number, row.reason, row.fields.get("text")) for row in rows] == [
        (0, None, "x"),
        (1, "ragged_rows", None),
        (2, "ragged_rows", None),
        (3, None, "w"),
    ]


def test_a_refused_row_holds_no_text() -> None:
    """What a refused row says stands nowhere in its document."""
    assert "hush" not in repr(documents(FORMAT, "a,text\n1\n2,hush,hush\n", TEXT)[1])


def test_a_broken_quote_is_refused_alone() -> None:
    """A quote that breaks on its own line costs that row only."""
    rows = documents(FORMAT, 'a,text\n1,"x" y\n2,z\n', TEXT)
    assert [row.reason for row in rows] == ["malformed", None]


@pytest.mark.parametrize("tail", ['"b\n2,c\n3,d\n', '"b\n2,"c"\n3,d\n'])
def test_a_quote_never_closed_refuses_the_table(tail: str) -> None:
    """A quote that swallows lines gives no row at all, not even those before it."""
    assert refusal(FORMAT, "a,text\n0,fine\n1," + tail, TEXT) == "malformed"


def test_a_cell_without_end_is_refused() -> None:
    """A cell over the limit is a broken row, not a field."""
    (row,) = documents(FORMAT, "a,text\n1," + "x" * (CELL_CHARS + 1) + "\n", TEXT)
    assert row.reason == "malformed"


def test_missing_columns_are_named_as_such() -> None:
    """No options, no such column or no such key column: nothing becomes text."""
    assert refusal(FORMAT, "a,b\n1,2\n") == "missing_columns"
    assert refusal(FORMAT, "a,b\n1,2\n", TEXT) == "missing_columns"
    assert refusal(FORMAT, "a,text\n1,2\n", table("text", key=("id",))) == "missing_columns"
    assert refusal(FORMAT, "a,text\n1,2\n", table("text", customer="mail")) == "missing_columns"


def test_a_needed_name_twice_is_malformed() -> None:
    """Of two columns with one name nobody knows which is meant."""
    assert refusal(FORMAT, "text,text\n1,2\n", TEXT) == "malformed"


@pytest.mark.parametrize("content", ["", "text\n", "text"])
def test_a_table_without_rows_is_empty(content: str) -> None:
    """A header alone is no document."""
    assert refusal(FORMAT, content, TEXT) == "empty"


def test_a_row_without_an_allowed_value_is_empty() -> None:
    """A blank row of cells is refused as empty; a blank line is no row."""
    rows = documents(FORMAT, "a,text\n1, \n\n2,x\n", TEXT)
    assert [(row.row_number, row.reason) for row in rows] == [(0, "empty"), (1, None)]


def test_header_names_are_stripped_and_found_further_down() -> None:
    """White space around a name does not hide it, and the header may stand below a preamble."""
    rows = documents(FORMAT, "Report of May\n\n id , text \n1, x \n", table("text", header_row=1))
    assert [dict(row.fields) for row in rows] == [{"text": " x "}]


def test_legacy_encodings_are_read() -> None:
    """UTF-16 with a mark, and the encoding that the catalog names, are decoded."""
    content = "id,text\n1,Größe\n"
    for encoded, options in ((content.encode("utf-16"), TEXT), (content.encode("cp1252"), table("text", encoding="cp1252"))):
        assert documents(FORMAT, encoded, options)[0].fields["text"] == "Größe"


@given(
    st.lists(st.tuples(*[st.text(alphabet="ab ,;|\t\"'\n=", max_size=8)] * 2), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
@settings(max_examples=200, deadline=None)
def test_what_a_writer_writes_is_read_back(cells: list[tuple[str, str]], delimiter: str) -> None:
    """Any quoted table comes back row for row and character for character."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("first", "text"), *cells])
    rows = documents(FORMAT, stream.getvalue(), table("first", "text", delimiter=delimiter))
    assert len(rows) == len(cells)
    for row, (first, text) in zip(rows, cells, strict=True):
        assert dict(row.fields) == {name: value for name, value in (("first", first), ("text", text)) if value.strip()}
    assert len({row.row_key for row in rows}) == len(rows)


@given(st.text(alphabet='ab",;\n\t', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    """No input makes the reader fail in another way than by its reasons."""
    assert refusal(FORMAT, "a,text\n" + text, TEXT) in {"", "malformed", "empty", "missing_columns"}
