"""Small workbooks in the kinds that no library here writes: old Excel files, binary ones, and OpenDocument spreadsheets."""

import io
import struct
import zipfile
from collections.abc import Sequence

Cell = str | float | None


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff(rows: Sequence[Sequence[Cell]], more: bytes, name: str) -> bytes:
    """The stream of a BIFF 8 workbook with one sheet; ``more`` are records put into it."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6)) + more
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet += _record(0xFD, struct.pack("<HHHI", at, column, 0, texts.index(cell)))
            elif cell is not None:
                sheet += _record(0x0203, struct.pack("<HHHd", at, column, 0, cell))
    sheet += _record(0x0A)
    shared = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    sst = _record(0xFC, struct.pack("<II", len(texts), len(texts)) + shared)
    place = len(bof) + len(_record(0x85, bytes(8 + len(name)))) + len(sst) + len(_record(0x0A))
    bound = _record(0x85, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name.encode("latin-1"))
    return bof + bound + sst + _record(0x0A) + sheet


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file (MS-CFB) with one stream, which is padded so that it needs no small sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = [fat, end, *range(3, sectors + 2), end]
    table += [free] * (128 - len(table))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        wide = title.encode("utf-16-le").ljust(64, b"\0")
        return (
            wide
            + struct.pack("<HBBIII", 2 * len(title) + 2, kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream)) + bytes(256)
    return header + struct.pack("<128I", *table) + directory + stream


def xls(rows: Sequence[Sequence[Cell]], *, more: bytes = b"", name: str = "Sheet1") -> bytes:
    """An Excel 97 workbook; ``more`` are BIFF records of its sheet."""
    return compound(_biff(rows, more, name))


def xls_record(kind: int, layout: str, *values: float) -> bytes:
    """One BIFF record, its body packed as ``layout`` says."""
    return _record(kind, struct.pack(layout, *values))


def _binary(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 127 | (128 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Sequence[Sequence[Cell]], *, last: tuple[int, int] | None = None) -> bytes:
    """A binary workbook; ``last`` is a row and a column with one more number."""
    cells = b""
    places = [(at, column, cell) for at, row in enumerate(rows) for column, cell in enumerate(row) if cell is not None]
    current = -1
    for at, column, cell in [*places, *([(*last, 1.0)] if last else [])]:
        if at != current:
            cells += _binary(0, struct.pack("<IIHBB", at, 0, 300, 0, 0) + bytes(5))
            current = at
        place = struct.pack("<II", column, 0)
        cells += _binary(6, place + _wide(cell)) if isinstance(cell, str) else _binary(5, place + struct.pack("<d", cell))
    extent = struct.pack("<IIII", 0, len(rows) - 1, 0, 1)
    sheet = _binary(129) + _binary(148, extent) + _binary(145) + cells + _binary(146) + _binary(130)
    book = _binary(131) + _binary(143) + _binary(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1"))
    book += _binary(144) + _binary(132)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{kinds}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
    return stream.getvalue()


def ods(body: str) -> bytes:
    """An OpenDocument spreadsheet with ``body``, the XML of its tables, in the sheet called S."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "drawing")
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        package.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def ods_row(*cells: str, more: str = "") -> str:
    """A row of texts; ``more`` are attributes of the row."""
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row {more}>{inner}</table:table-row>"
