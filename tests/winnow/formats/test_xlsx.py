import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from tests.winnow.formats.samples_tables import SAMPLES, SHEET, documents, refusal, table, with_cells, with_part, workbook
from tests.winnow.formats.samples_workbooks import ods, ods_row, xls, xls_record, xlsb
from winnow.errors import UnreadableDocument
from winnow.formats._base import Reading, ReadOptions
from winnow.formats.xlsx import FORMAT

TEXT = table("text")


def test_values_as_text() -> None:
    """Whole numbers have no fraction, dates are ISO, words that look like nothing stay words."""
    day, moment = dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - a cell knows no zone
    names = tuple("abcdefghij")
    row = [3, 2.5, day, moment, dt.time(9, 30), dt.timedelta(hours=30), True, "NA", "007", None]
    (found,) = documents(FORMAT, workbook([names, row]), table(*names))
    assert list(found.fields.values()) == [
        *("3", "2.5", "2026-03-01", "2026-03-01T09:30:00", "09:30:00", "30:00:00", "true", "NA", "007")
    ]


def test_only_allowed_columns_become_fields() -> None:
    """A column that the catalog does not name leaves no trace; key, link and customer are raw."""
    content = workbook([["id", " text ", "mail", "secret"], [7, "Hello", "x@example.com", "hush"]])
    (row,) = documents(FORMAT, content, table("text", key=("id",), customer="mail"))
    assert (row.row_key, row.customer, dict(row.fields)) == ("7", "x@example.com", {"text": "Hello"})
    assert "hush" not in repr(row)


def test_sheet_and_header_row_are_chosen() -> None:
    """The catalog may name a sheet and a header below a title."""
    content = workbook([["text"], ["first"]], Second=[["A title"], [], ["text"], ["second"]])
    assert documents(FORMAT, content, TEXT)[0].fields["text"] == "first"
    assert documents(FORMAT, content, table("text", sheet="Second", header_row=2))[0].fields["text"] == "second"
    assert refusal(FORMAT, content, table("text", sheet="Third")) == "missing_columns"


def test_blank_rows_are_no_rows_and_rows_without_text_are_empty() -> None:
    """A blank line is skipped but counted in the numbers; a row with other values only is refused as empty."""
    rows = documents(FORMAT, workbook([["text", "n"], ["a", 1], [None, None], [None, 2]]), TEXT)
    assert [(row.row_number, row.reason) for row in rows] == [(0, None), (2, "empty")]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r = "XFD1"><v>1</v></c></row><row r="900000"><c><v>1</v></c></row>',
        '<row><c r="AAAA1"><v>1</v></c><c r="xfd1048576"><is><t>x</t></is></c></row>',
    ],
)
def test_a_far_cell_is_refused_before_it_is_laid_out(cells: str) -> None:
    """A cell at the end of the sheet, however its place is written, is a bomb."""
    assert refusal(FORMAT, with_cells(cells), TEXT) == "bomb"


def test_a_far_cell_without_a_value_does_no_harm() -> None:
    """Formatting down to the last row, which people leave behind, is not a table's size."""
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert [dict(row.fields) for row in documents(FORMAT, with_cells(cells), TEXT)] == [{"text": "a"}]


def test_a_sheet_that_inflates_is_a_bomb() -> None:
    """A package that unpacks to a thousand times its size is refused unread."""
    assert refusal(FORMAT, with_part(SAMPLES["xlsx"], SHEET, b" " * 50_000_000), TEXT) == "bomb"


def test_what_is_no_workbook() -> None:
    """Text, another package, an encrypted file, a cut one and a broken sheet are told apart."""
    sample = SAMPLES["xlsx"]
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    found = [refusal(FORMAT, content, TEXT) for content in (other.getvalue(), ole, sample[: len(sample) // 2])]
    assert found == ["wrong_type", "encrypted", "truncated"]
    assert refusal(FORMAT, with_part(sample, SHEET, b"<worksheet><sheetData>"), TEXT) == "damaged"
    assert refusal(FORMAT, with_part(sample, "xl/workbook.xml", b"<workbook/>"), TEXT) in {"damaged", "missing_columns"}


def test_entities_in_a_sheet_are_refused() -> None:
    """A document type, which no program writes into a sheet, is not expanded."""
    sheet = b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>'
    assert refusal(FORMAT, with_part(SAMPLES["xlsx"], SHEET, sheet), TEXT) == "damaged"


def test_missing_columns_and_missing_rows() -> None:
    """No column named, an absent one, and a header without rows are told apart."""
    assert refusal(FORMAT, SAMPLES["xlsx"], table()) == "missing_columns"
    assert refusal(FORMAT, SAMPLES["xlsx"], table("other")) == "missing_columns"
    assert refusal(FORMAT, workbook([["text"]]), TEXT) == "empty"


ROWS = [["id", "text"], [1.0, "Late."], [2.0, "Thänks."]]


def saved(book: Workbook) -> bytes:
    """The bytes of ``book``."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content", [xls(ROWS), xlsb(ROWS), ods(ods_row("id", "text") + ods_row("1", "Late.") + ods_row("2", "Thänks."))]
)
def test_every_kind_of_workbook_gives_the_same_rows(content: bytes) -> None:
    """Old, binary and OpenDocument workbooks are read like XLSX."""
    assert [dict(row.fields) for row in documents(FORMAT, content, table("id", "text"))] == [
        {"id": "1", "text": "Late."},
        {"id": "2", "text": "Thänks."},
    ]


@pytest.mark.parametrize(
    "content",
    [
        xlsb(ROWS, last=(1_048_575, 16_383)),
        xls(ROWS, more=xls_record(0x0203, "<HHHd", 65_535, 255, 0, 1.0)),
        ods(ods_row("id", "text") + ods_row(*"abcdefgh", more='table:number-rows-repeated="1048575"')),
    ],
    ids=["xlsb", "xls", "ods"],
)
def test_a_small_file_that_would_become_large_is_a_bomb(content: bytes) -> None:
    """Far cells and repeated rows are found before anything is laid out, in every kind of workbook."""
    assert refusal(FORMAT, content, TEXT) == "bomb"


def test_a_long_text_shared_by_many_cells_is_a_bomb() -> None:
    """Each cell would get its own copy of the text."""
    stream = io.BytesIO(with_cells("".join(f'<row r="{row}"><c t="s"><v>0</v></c></row>' for row in range(1, 400))))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", f"<sst><si><t>{'ab' * 500_000}</t></si></sst>")
    assert refusal(FORMAT, stream.getvalue(), TEXT) == "bomb"


def test_what_macos_keeps_beside_a_part_is_no_part() -> None:
    """A workbook packed again on a Mac holds an AppleDouble file beside each part; it is read as if they were not there."""
    stream = io.BytesIO(workbook([["text"], ["a"]]))
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("__MACOSX/xl/worksheets/._sheet1.xml", b"\x00\x05\x16\x07\x00\x02")
    assert [row.fields["text"] for row in documents(FORMAT, stream.getvalue(), TEXT)] == ["a"]


def test_an_old_workbook_with_a_password_or_a_loop() -> None:
    """A protected workbook is encrypted; a chain of sectors that leads into itself ends."""
    assert refusal(FORMAT, xls(ROWS, name="S").replace(b"\x85\x00", b"\x2f\x00", 1), TEXT) == "encrypted"
    looped = bytearray(xls([*ROWS, ["x" * 3000, "y" * 3000]]))
    looped[512 + 4 * 3 : 512 + 4 * 4] = (2).to_bytes(4, "little")
    assert refusal(FORMAT, bytes(looped), TEXT) in {"damaged", "truncated"}
    assert refusal(FORMAT, xls(ROWS)[:900], TEXT) == "truncated"


def test_a_departments_workbook_needs_its_columns_named() -> None:
    """Where a workbook is an export, forgetting to name its columns makes none of them text."""
    with pytest.raises(UnreadableDocument, match="missing_columns"):
        list(FORMAT.read(SAMPLES["xlsx"], ReadOptions(bare_workbooks=False)))


def test_a_workbook_without_table_options_is_a_document() -> None:
    """Each sheet is a heading, its rows tables, single cells paragraphs; nothing hidden is among them."""
    book = Workbook()
    book.active.title = "Figures"
    for row in (["Sales of May"], ["region", "amount"], ["north", 3], ["south", 4], [None], ["A remark"]):
        book.active.append(row)
    book.active.row_dimensions[4].hidden = True
    secret = book.create_sheet("Secret")
    secret.append(["hush"])
    secret.sheet_state = "hidden"
    (document,) = documents(FORMAT, saved(book))
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "Figures"),
        ("paragraph", "Sales of May"),
        ("table", "region | amount\nnorth | 3"),
        ("paragraph", "A remark"),
    ]
    assert dict(document.notes) == {"hidden_rows": 1, "hidden_sheets": 1, "hidden_text": 10}
    (kept,) = documents(FORMAT, saved(book), ReadOptions(reading=Reading(hidden_text="keep")))
    assert "south | 4" in kept.blocks[2].text
    assert kept.blocks[-1].text == "hush"


def test_a_filter_hides_rows_from_view_only() -> None:
    """Rows behind an active filter are rows of the table; rows hidden by hand are left out and counted."""
    for filtered in (True, False):
        book = Workbook()
        for row in (["text"], ["a"], ["b"]):
            book.active.append(row)
        book.active.row_dimensions[3].hidden = True
        if filtered:
            book.active.auto_filter.ref = "A1:A3"
            book.active.auto_filter.add_filter_column(0, ["a"])
        rows = documents(FORMAT, saved(book), TEXT)
        assert [row.fields["text"] for row in rows] == (["a", "b"] if filtered else ["a"])
        assert dict(rows[0].notes) == ({"filtered_rows": 1} if filtered else {"hidden_rows": 1})


def test_several_sheets_are_read_one_behind_the_other() -> None:
    """A list or * names sheets; * passes over those without the columns, and says so; numbers go on."""
    content = workbook([["text"], ["a"], ["b"]], Other=[["note"], ["x"]], More=[["Title"], ["text"], ["c"]])
    rows = documents(FORMAT, content, table("text", sheet="*"))
    assert [(row.row_number, row.fields["text"]) for row in rows] == [(0, "a"), (1, "b"), (2, "c")]
    assert dict(rows[0].notes) == {"sheets_without_columns": 1, "preamble_lines": 1}
    assert [row.fields["text"] for row in documents(FORMAT, content, table("text", sheet=("More", "Sheet")))] == ["c", "a", "b"]
    assert refusal(FORMAT, content, table("nowhere", sheet="*")) == "missing_columns"


def test_cells_merged_downwards_stand_in_every_row() -> None:
    """A value over several rows belongs to each of them."""
    book = Workbook()
    for row in (["group", "text"], ["G", "a"], [None, "b"], [None, "c"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    rows = documents(FORMAT, saved(book), table("group", "text"))
    assert [row.fields.get("group") for row in rows] == ["G", "G", None]
    assert rows[0].notes["merged_cells"] == 1


def test_a_header_of_two_rows() -> None:
    """Headings over several columns join the names below them."""
    content = workbook([["Who", "2026", None], [None, "Q1", "Q2"], ["Ann", 1, 2]])
    (row,) = documents(FORMAT, content, table("Who", "2026 Q1", "2026 Q2", header_row=(0, 1)))
    assert dict(row.fields) == {"Who": "Ann", "2026 Q1": "1", "2026 Q2": "2"}


def test_failed_and_uncomputed_formulas_are_counted() -> None:
    """An error is no value, nor is a formula that no program has computed; both are said."""
    book = Workbook()
    for row in (["text", "n"], ["a", "=1+1"], ["b", "#N/A"]):
        book.active.append(row)
    rows = documents(FORMAT, saved(book), table("text", "n"))
    assert [dict(row.fields) for row in rows] == [{"text": "a"}, {"text": "b"}]
    assert dict(rows[0].notes) == {"error_cells": 1, "uncomputed_formulas": 1}


def test_pronunciation_is_no_text_and_runs_are_joined() -> None:
    """Rich text is one text; phonetic runs beside it are not read."""
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is>'
        "<r><t>To</t></r><r><t>kyo</t></r></is></c></row>"
    )
    assert documents(FORMAT, with_cells(cells), TEXT)[0].fields["text"] == "Tokyo"


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    """The day that Excel shows is read in both of its calendars."""
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a cell knows no zone
    book.active.append(["text"])
    book.active.append([dt.date(2026, 3, 1)])
    assert documents(FORMAT, saved(book), TEXT)[0].fields["text"] == "2026-03-01"


def test_decimals_are_as_spreadsheets_show_them() -> None:
    """Binary fractions are written with the fifteen digits that a spreadsheet keeps."""
    assert documents(FORMAT, workbook([["text"], [0.1 + 0.2]]), TEXT)[0].fields["text"] == "0.3"
