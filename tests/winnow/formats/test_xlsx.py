import datetime as dt
import io
import zipfile

import pytest

from tests.winnow.formats.samples_tables import SAMPLES, SHEET, documents, refusal, table, with_cells, with_part, workbook
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
    assert found == ["not_a_package", "encrypted", "truncated"]
    assert refusal(FORMAT, with_part(sample, SHEET, b"<worksheet><sheetData>"), TEXT) == "damaged"
    assert refusal(FORMAT, with_part(sample, "xl/workbook.xml", b"<workbook/>"), TEXT) in {"damaged", "missing_columns"}


def test_entities_in_a_sheet_are_refused() -> None:
    """A document type, which no program writes into a sheet, is not expanded."""
    sheet = b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>'
    assert refusal(FORMAT, with_part(SAMPLES["xlsx"], SHEET, sheet), TEXT) == "damaged"


def test_missing_columns_and_missing_rows() -> None:
    """No options, an absent column, and a header without rows are told apart."""
    assert refusal(FORMAT, SAMPLES["xlsx"]) == "missing_columns"
    assert refusal(FORMAT, SAMPLES["xlsx"], table("other")) == "missing_columns"
    assert refusal(FORMAT, workbook([["text"]]), TEXT) == "empty"
