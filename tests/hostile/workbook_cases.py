"""Hostile workbooks and Parquet files: far cells, shared texts without end, headers that lie, chains that lead back to themselves."""

import io
import struct

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import WORDS, Case, readable, refused
from tests.hostile.office_cases import LAUGHS, SEALED, XXE, repacked
from tests.winnow.formats.samples_office import package
from tests.winnow.formats.samples_tables import parquet, with_cells, workbook
from tests.winnow.formats.samples_workbooks import compound, ods, ods_row, xls, xls_record, xlsb

SHEET = "xl/worksheets/sheet1.xml"

ROWS = [["id", "text"], ["1", f"{WORDS}."]]

NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def inline(place: str, text: str) -> str:
    """A cell with its text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{inline("A1", "id")}{inline("B1", "text")}</row>'

GOOD = f'<row r="2">{inline("A2", "1")}{inline("B2", f"{WORDS}.")}</row>'


def shared_text_bomb() -> bytes:
    """A text of a megabyte that twenty thousand cells share."""
    shared = f"<sst {NAMES}><si><t>{'a' * 1_000_000}</t></si></sst>".encode()
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_000)
    )
    made = workbook(ROWS)
    return repacked(
        made, {"xl/sharedStrings.xml": shared, SHEET: f"<worksheet {NAMES}><sheetData>{cells}</sheetData></worksheet>".encode()}
    )


def sheet_bomb() -> bytes:
    """A sheet of fifteen million empty cells."""
    return repacked(
        workbook(ROWS), {SHEET: f"<worksheet {NAMES}><sheetData>".encode() + b"<c/>" * 20_000_000 + b"</sheetData></worksheet>"}
    )


def xml_sheet(doctype: str, entity: str) -> bytes:
    """A sheet with a ``doctype`` whose last cell names an ``entity``."""
    row = f'<row r="3">{inline("A3", "2")}{inline("B3", entity)}</row>'
    return repacked(
        workbook(ROWS), {SHEET: f"{doctype}<worksheet {NAMES}><sheetData>{HEAD}{GOOD}{row}</sheetData></worksheet>".encode()}
    )


def sheet_ring() -> bytes:
    """A workbook whose parts name themselves and each other."""
    made = workbook(ROWS)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}/worksheet" Target="sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{kind}/drawing" Target="../workbook.xml"/></Relationships>'
    ).encode()
    return repacked(made, {"xl/worksheets/_rels/sheet1.xml.rels": links})


def sector_ring() -> bytes:
    """A compound file whose stream's sectors follow each other in a ring."""
    content = bytearray(xls(ROWS))
    table = struct.unpack_from("<128I", content, 512)
    chain = list(table)
    last = next(at for at in range(2, 128) if chain[at] == 0xFFFFFFFE)
    chain[last] = 2
    struct.pack_into("<128I", content, 512, *chain)
    return bytes(content)


def wide_sheet(columns: int) -> bytes:
    """A sheet with so many named columns, more than any program has."""
    cells = "".join(f"<c><v>{n}</v></c>" for n in range(columns))
    return with_cells(f'<row r="1">{cells}</row>{GOOD}')


def repeated(count: int, text: str) -> bytes:
    """A Parquet file of so many rows that all say ``text``."""
    stream = io.BytesIO()
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), [text])
    table = pa.table({"id": pa.array(["1"] * 1000).dictionary_encode(), "text": values})
    with pq.ParquetWriter(stream, table.schema, compression="zstd") as writer:
        writer.write_table(pa.concat_tables([table] * (count // 1000)), row_group_size=count)
    return stream.getvalue()


def footer_of(content: bytes) -> tuple[bytes, bytes]:
    """What stands before the footer, and the footer."""
    length = int.from_bytes(content[-8:-4], "little")
    return content[: -8 - length], content[-8 - length : -8]


def with_footer(footer: bytes, length: int | None = None) -> bytes:
    """A Parquet file with this ``footer``."""
    body, _ = footer_of(parquet(id=["1"], text=[WORDS]))
    return body + footer + (len(footer) if length is None else length).to_bytes(4, "little") + b"PAR1"


def flipped(step: int) -> bytes:
    """A Parquet file in whose footer every so many-th byte is another."""
    body, footer = footer_of(parquet(id=["1"], text=[WORDS]))
    broken = bytearray(footer)
    for at in range(1, len(broken), step):
        broken[at] ^= 0x55
    return with_footer(bytes(broken)) if body else b""


BROKEN_XML = ("damaged", "malformed")

CASES: tuple[Case, ...] = (
    refused(
        "xlsx_far_cell",
        "far cell",
        ".xlsx",
        lambda: with_cells(f'{HEAD}{GOOD}<row r="1048576">{inline("XFD1048576", "x")}</row>'),
        "bomb",
        table=True,
    ),
    refused(
        "xlsx_cell_beyond_the_sheet",
        "far cell",
        ".xlsx",
        lambda: with_cells(f'{HEAD}{GOOD}<row r="999999999">{inline("ZZZ999999999", "x")}</row>'),
        "bomb",
        "damaged",
        table=True,
    ),
    refused(
        "xlsx_far_cell_in_a_document",
        "far cell",
        ".xlsx",
        lambda: with_cells(f'{HEAD}{GOOD}<row r="1048576">{inline("XFD1048576", "x")}</row>'),
        "bomb",
    ),
    refused("xlsx_shared_text_bomb", "bomb", ".xlsx", shared_text_bomb, "bomb", "too_large", table=True),
    refused("xlsx_sheet_bomb", "bomb", ".xlsx", sheet_bomb, "bomb", table=True),
    readable(
        "xlsx_billion_laughs",
        "entities",
        ".xlsx",
        lambda: xml_sheet(LAUGHS, "&j;"),
        reasons=BROKEN_XML,
        lacks=("lollol",),
        table=True,
    ),
    readable(
        "xlsx_foreign_entities",
        "entities",
        ".xlsx",
        lambda: xml_sheet(XXE, "&a;"),
        reasons=BROKEN_XML,
        lacks=("root:",),
        table=True,
    ),
    readable("xlsx_relations_in_a_ring", "loop", ".xlsx", sheet_ring, table=True),
    refused(
        "xlsx_100000_columns",
        "many",
        ".xlsx",
        lambda: wide_sheet(100_000),
        "damaged",
        "bomb",
        "missing_columns",
        "too_large",
        table=True,
    ),
    readable(
        "xlsx_elements_10000_deep",
        "depth",
        ".xlsx",
        lambda: with_cells(HEAD + GOOD + "<row>" * 10_000 + "</row>" * 10_000),
        reasons={*BROKEN_XML, "bomb"},
        table=True,
    ),
    refused("xlsx_header_alone", "empty", ".xlsx", lambda: workbook([["id", "text"]]), "empty", table=True),
    refused("xlsx_without_a_cell", "empty", ".xlsx", lambda: workbook([]), "empty"),
    refused("xlsx_other_columns", "columns", ".xlsx", lambda: workbook([["a", "b"], [1, 2]]), "missing_columns", table=True),
    refused(
        "xlsx_equal_columns",
        "columns",
        ".xlsx",
        lambda: workbook([["id", "text", "text"], [1, "a", "b"]]),
        "malformed",
        table=True,
    ),
    refused(
        "xlsx_broken_sheet",
        "damage",
        ".xlsx",
        lambda: repacked(workbook(ROWS), {SHEET: b"<worksheet><sheetData"}),
        "damaged",
        table=True,
    ),
    refused(
        "xlsx_without_its_workbook",
        "damage",
        ".xlsx",
        lambda: package({"[Content_Types].xml": "<Types/>"}),
        "damaged",
        table=True,
    ),
    refused("xlsx_encrypted", "encrypted", ".xlsx", lambda: SEALED, "encrypted", table=True),
    refused(
        "xls_far_cell",
        "far cell",
        ".xls",
        lambda: xls(ROWS, more=xls_record(0x0203, "<HHHd", 65_535, 255, 0, 1.0)),
        "bomb",
        table=True,
    ),
    refused("xls_sectors_in_a_ring", "loop", ".xls", sector_ring, "damaged", "truncated", table=True),
    refused("xls_encrypted", "encrypted", ".xls", lambda: _sealed_xls(), "encrypted", table=True),  # noqa: PLW0108 - defined below
    refused(
        "xls_records_that_lie",
        "lie",
        ".xls",
        lambda: xls(ROWS, more=struct.pack("<HH", 0x0203, 60_000)),
        "damaged",
        "truncated",
        table=True,
    ),
    refused("xls_header_alone", "cut", ".xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "truncated", "damaged", table=True),
    refused("xlsb_far_cell", "far cell", ".xlsb", lambda: xlsb(ROWS, last=(1_048_575, 16_383)), "bomb", table=True),
    refused(
        "ods_rows_without_end",
        "bomb",
        ".ods",
        lambda: ods(ods_row("id", "text") + ods_row("1", "x", more='table:number-rows-repeated="1000000000"')),
        "bomb",
        "too_large",
        table=True,
    ),
    refused(
        "ods_far_cell",
        "far cell",
        ".ods",
        lambda: ods(
            ods_row("id", "text")
            + ods_row("", more='table:number-rows-repeated="1048000"')
            + "<table:table-row><table:table-cell table:number-columns-repeated='16383'/>"
            + "<table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell></table:table-row>"
        ),
        "bomb",
        table=True,
    ),
    readable(
        "ods_blank_rows_without_end",
        "lie",
        ".ods",
        lambda: ods(
            ods_row("id", "text")
            + ods_row("1", f"{WORDS}.")
            + '<table:table-row table:number-rows-repeated="1048574">'
            + '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        ),
        table=True,
    ),
    refused("parquet_text_repeated", "bomb", ".parquet", lambda: repeated(2_000_000, "a" * 10_000), "bomb", table=True),
    refused("parquet_packed_text", "bomb", ".parquet", lambda: _packed_parquet(), "bomb", "too_large", table=True, heavy=True),  # noqa: PLW0108 - defined below
    refused(
        "parquet_footer_longer_than_the_file",
        "lie",
        ".parquet",
        lambda: with_footer(b"\x15\x02", 2_000_000_000),
        "damaged",
        "truncated",
        table=True,
    ),
    refused(
        "parquet_list_of_a_billion",
        "lie",
        ".parquet",
        lambda: with_footer(b"\x15\x02\x19\xfc\xff\xff\xff\xff\x07"),
        "damaged",
        table=True,
    ),
    refused("parquet_structs_10000_deep", "depth", ".parquet", lambda: with_footer(b"\x1c" * 10_000), "damaged", table=True),
    refused("parquet_flipped_bytes", "damage", ".parquet", lambda: flipped(7), "damaged", table=True),
    refused("parquet_no_rows", "empty", ".parquet", lambda: _no_rows(), "empty", table=True),  # noqa: PLW0108 - defined below
    refused(
        "parquet_encrypted_footer",
        "encrypted",
        ".parquet",
        lambda: b"PARE" + bytes(100) + (50).to_bytes(4, "little") + b"PARE",
        "encrypted",
        table=True,
    ),
    refused("parquet_marks_alone", "cut", ".parquet", lambda: b"PAR1PAR1", "truncated", "damaged", table=True),
)


def _sealed_xls() -> bytes:
    return compound(xls_record(0x0809, "<HHHHII", 0x0600, 5, 0, 0, 0, 6) + xls_record(0x2F, "<HHH", 1, 1, 1))


def _no_rows() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())}), stream)
    return stream.getvalue()


def _packed_parquet() -> bytes:
    stream = io.BytesIO()
    schema = pa.schema({"id": pa.string(), "text": pa.string()})
    with pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=False, write_statistics=False) as writer:
        for number in range(200):
            writer.write_table(pa.table({"id": ["1"], "text": [f"{number}{'a' * 5_000_000}"]}))
    return stream.getvalue()
