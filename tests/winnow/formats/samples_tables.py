"""Small transcripts, tables and feeds, made here: what the tests of these formats share, and one sample a format."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions

SHEET = "xl/worksheets/sheet1.xml"


def table(*columns: str, **more: Any) -> ReadOptions:
    """Options that allow ``columns``."""
    return ReadOptions(table=TableOptions(columns=columns, **more))


def documents(form: Format, content: str | bytes, options: ReadOptions | None = None) -> list[Document]:
    """What the reader of ``form`` makes of ``content``."""
    return list(form.read(content.encode() if isinstance(content, str) else content, options or ReadOptions()))


def refusal(form: Format, content: str | bytes, options: ReadOptions | None = None) -> str:
    """The reason for which the reader of ``form`` refuses all of ``content``; empty if it does not."""
    try:
        documents(form, content, options)
    except UnreadableDocument as error:
        return error.reason
    return ""


def turns(document: Document) -> list[tuple[str | None, str]]:
    """Who says what."""
    return [(block.speaker, block.text) for block in document.blocks]


def workbook(rows: Iterable[Sequence[Any]], **other_sheets: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX file whose first sheet holds ``rows``."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for name, more in other_sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(**columns: Sequence[Any]) -> bytes:
    """A Parquet file of ``columns``."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def with_part(package: bytes, part: str, content: bytes) -> bytes:
    """``package`` with another ``content`` of ``part``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return stream.getvalue()


def with_cells(cells: str) -> bytes:
    """A workbook whose only sheet has the rows ``cells``, as XML."""
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    return with_part(workbook([["a"]]), SHEET, sheet.encode())


def rss(*entries: str) -> str:
    """An RSS feed of ``entries`` (the XML inside each)."""
    body = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{body}</channel></rss>'


SAMPLES: dict[str, bytes] = {
    "vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann Lee>We start.</v>\n\n00:02.000 --> 00:03.000\n<v Bo Ray>Good.</v>\n",
    "srt": b"1\n00:00:00,000 --> 00:00:02,000\nAnn Lee: We start.\n\n2\n00:00:02,000 --> 00:00:03,000\nBo Ray: Good.\n",
    "csv": b"id,text\n1,The parcel is late.\n2,Thanks.\n",
    "jsonl": b'{"id": 1, "text": "The parcel is late."}\n{"id": 2, "text": "Thanks."}\n',
    "xlsx": workbook([["id", "text"], [1, "The parcel is late."], [2, "Thanks."]]),
    "parquet": parquet(id=["1", "2"], text=["The parcel is late.", "Thanks."]),
    "feed": rss("<title>Steel</title><guid>g1</guid><description>Prices rose.</description>").encode(),
}
"""One small file a format; the tables have the columns ``id`` and ``text``."""
