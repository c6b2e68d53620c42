import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, table
from winnow.errors import UnreadableDocument
from winnow.formats._dialect import CELL_CHARS, LINE_CHARS, Dialect, count_records, records
from winnow.formats.csv import FORMAT

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
    assert "hush" not in repr(documents(FORMAT, "a,text\n1,x\n2,hush,hush\n", TEXT)[1])


def test_a_broken_quote_is_refused_alone() -> None:
    """A quote that breaks on its own line costs that row only."""
    rows = documents(FORMAT, 'a,text\n1,"x" y\n2,z\n', TEXT)
    assert [row.reason for row in rows] == ["malformed", None]


@pytest.mark.parametrize("tail", ['"b\n2,c\n3,d\n', '"b\n2,"c"\n3,d\n'])
def test_a_quote_never_closed_refuses_the_table(tail: str) -> None:
    """A quote that swallows lines gives no row at all, not even those before it."""
    assert refusal(FORMAT, "a,text\n0,fine\n1," + tail, TEXT) == "malformed"


def test_a_cell_without_end_is_refused() -> None:
    """A cell over the limit is a broken row, not a field, and costs that row only."""
    rows = documents(FORMAT, "a,text\n1," + "x" * (CELL_CHARS + 1) + "\n2,y\n", TEXT)
    assert [row.reason for row in rows] == ["malformed", None]


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
    options = table("first", "text", delimiter=delimiter, footer_rows=0, header_row=0, numbers="as_is", dates="as_is")
    if not any(cell.strip() for row in cells for cell in row):
        assert refusal(FORMAT, stream.getvalue(), options) == "empty"
        return
    rows = documents(FORMAT, stream.getvalue(), options)
    assert len(rows) == len(cells)
    for row, (first, text) in zip(rows, cells, strict=True):
        assert dict(row.fields) == {name: value for name, value in (("first", first), ("text", text)) if value.strip()}
    assert len({row.row_key for row in rows}) == len(rows)


@given(st.text(alphabet='ab",;\n\t', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    """No input makes the reader fail in another way than by its reasons."""
    assert refusal(FORMAT, "a,text\n" + text, TEXT) in {"", "malformed", "empty", "missing_columns", "ragged_rows"}


def read(content: str | bytes, *columns: str, **options: object) -> tuple[list[dict[str, str] | str], dict[str, int]]:
    """The fields of each row, or why it was refused; and the notes of the table."""
    rows = documents(FORMAT, content, table(*(columns or ("id", "text")), **options))
    return [row.reason or dict(row.fields) for row in rows], dict(rows[0].notes)


def test_a_preamble_and_a_footer_are_no_rows() -> None:
    """A title, a date and blank lines above the header, a total and a remark below: left out and counted."""
    content = "Tickets of May\n\nAs of;2026-05-31\nid;text;n\n1;Late.;2\n2;Thanks.;3\n\nTotal;;5\nGenerated by Desk 4; page 1\n"
    assert read(content) == (
        [{"id": "1", "text": "Late."}, {"id": "2", "text": "Thanks."}],
        {"preamble_lines": 2, "footer_lines": 2},
    )


@pytest.mark.parametrize("last", ["3;cut", "3", "Total cost;of;it", "7;;"])
def test_a_row_is_no_footer_because_it_is_short(last: str) -> None:
    """A last row that was cut off is refused, and one that begins like a total is read: nothing goes without a word."""
    rows, notes = read(f"id;text;n\n1;a;2\n{last}\n")
    assert len(rows) == 2
    assert "footer_lines" not in notes


def test_stated_footer_rows_are_left_out() -> None:
    """The catalog may say how many rows at the end are none."""
    assert read("id,text\n1,a\n2,b\n3,c\n", footer_rows=2) == ([{"id": "1", "text": "a"}], {"footer_lines": 2})


def test_a_header_that_comes_again_is_no_row() -> None:
    """Files joined one behind the other keep their headers; they are left out and counted."""
    assert read("id,text\n1,a\nid,text\n2,b\n") == (
        [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}],
        {"repeated_headers": 1},
    )


def test_names_differ_in_case_and_marks_but_not_twice() -> None:
    """ID is id, a mark in front hides nothing; the exact name wins, and of two others nobody knows which."""
    assert read('\ufeff"ID",Text \n1,a\n', encoding="utf-8")[0] == [{"id": "1", "text": "a"}]
    assert read("Text,text,id\n1,a,2\n")[0] == [{"id": "2", "text": "a"}]
    assert refusal(FORMAT, "Text,TEXT\n1,a\n", TEXT) == "malformed"


def test_delimiters_at_the_end_shift_nothing() -> None:
    """An unnamed last column may be empty, absent or filled; a cell beyond it makes the row a ragged one."""
    kept = [{"id": number, "text": text} for number, text in zip("123", "abc", strict=True)]
    assert read("id,text,\n1,a\n2,b,\n3,c,d\n4,e,f,g\n")[0] == [*kept, "ragged_rows"]


def test_rows_that_all_are_wider_than_the_header_refuse_the_table() -> None:
    """Row names without a name of their own would shift every column; no row is guessed at."""
    assert refusal(FORMAT, "id,text\nr1,1,a\nr2,2,b\n", TEXT) == "ragged_rows"


def test_quotes_behind_backslashes() -> None:
    r"""\" is a quote where the file is written like that; other backslashes are characters."""
    content = 'id,text,n\n1,"say \\"hi\\", C:\\temp",x\n2,a\\\\b,y\n'
    assert read(content)[0] == [{"id": "1", "text": 'say "hi", C:\\temp'}, {"id": "2", "text": "a\\b"}]
    assert read('id,text\n1,"C:\\"\n2,b\n')[0] == [{"id": "1", "text": "C:\\"}, {"id": "2", "text": "b"}]


def test_other_quotes_and_spaces_and_delimiters() -> None:
    """Apostrophes around every cell and spaces before quotes are detected; any one character may be named as delimiter."""
    assert read("'id','text'\n'1','a, b'\n")[0] == [{"id": "1", "text": "a, b"}]
    assert read('id, text\n1, "a, b"\n')[0] == [{"id": "1", "text": "a, b"}]
    assert read("id~text\n1~a,b\n", delimiter="~")[0] == [{"id": "1", "text": "a,b"}]
    assert read('id,text\n1,"a\n2,b"\n', quote="")[0] == [{"id": "1", "text": '"a'}, {"id": "2", "text": 'b"'}]


def test_rows_that_a_quote_may_have_swallowed_are_noted() -> None:
    """Lines inside of a cell that look like whole rows are counted on its row."""
    rows = documents(FORMAT, 'a,b,text\n1,2,"Big\n2,3,x\n3,4,y\n5,6,z"\n7,8,fine\n', TEXT)
    assert [dict(row.notes) for row in rows] == [{"rows_in_cells": 2}, {}]


def test_a_long_line_is_passed_over() -> None:
    """A line over the limit is refused as a row while it is read in pieces; as the only line it refuses the file."""
    long = "x," * (LINE_CHARS // 2 + 10)
    assert read(f"id,text\n1,a\n{long}\n2,b\n")[0] == [{"id": "1", "text": "a"}, "too_large", {"id": "2", "text": "b"}]
    assert refusal(FORMAT, "y" * (LINE_CHARS + 10), TEXT) in {"missing_columns", "malformed"}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16-le", "Größe"),
        ("utf-16", "Größe €"),
        ("utf-8-sig", "名前"),
        ("cp1252", "Größe – „gut“"),
        ("cp1250", "Zażółć gęślą jaźń"),
    ],
)
def test_encodings_are_detected(encoding: str, text: str) -> None:
    """Marks, UTF-16 without one, and the code pages of Western and Central Europe are told from the bytes."""
    content = f"id;text;note\r\n1;{text};a plain remark of some length\r\n".encode(encoding)
    assert read(content)[0] == [{"id": "1", "text": text}]


def test_damaged_bytes_are_counted() -> None:
    """A few broken bytes in UTF-8 are marked in place and noted."""
    content = ("id;text\n" + "1;Größe und Höhe der Türen\n" * 40).encode() + b"2;kaputt \xff\n"
    assert read(content)[1] == {"repaired_characters": 1}


@given(st.text(alphabet='ab",;\n \\', max_size=80), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_two_counts_of_the_records_agree(text: str, backslash: bool, spaced: bool) -> None:
    """Where every quote is in its place, the machine that counts and the library that reads find as many records."""
    dialect = Dialect(",", '"', backslash, spaced)
    try:
        found = [cells for cells, _ in records(iter(text.splitlines(keepends=True)), dialect) if cells is None or cells]
    except UnreadableDocument:
        return
    if None not in found:
        assert count_records(iter(text.splitlines(keepends=True)), dialect) == len(found)


def test_of_a_large_table_few_rows_are_held() -> None:
    """Reading many megabytes takes a few more than the bytes themselves, whatever the table's length."""
    line = b",The parcel is late again today, and nobody at the desk knows where it is." * 9
    content = b"id,text,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n" + b"".join(b"%d%b\n" % (at, line) for at in range(30_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in FORMAT.read(content, TEXT))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000
    assert peak < len(content) // 2
