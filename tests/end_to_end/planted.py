"""Marks planted in every kind of source and place, and the search for them.

Belongs here: what is planted where, and reading every byte of a folder, databases and compressed values included. Does not belong
here: where a mark may stand (`test_no_text.py`).
"""

import contextlib
import io
import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pyarrow.parquet as pq

from tests.end_to_end.landing import WITH_MODEL, catalog_text, put, words

HELD = (
    *("title", "heading", "body", "cell", "header", "footer", "file", "folder", "speaker", "turn", "minutes"),
    *("ticket", "question", "answer", "article", "entry", "study", "sheetcell"),
)
"""Places whose words are text that the line reads and keeps for its owner."""

SCRUBBED = ("mailbox", "surname", "customer", "host")
"""Parts of personal data: they must not stand in a release."""

UNREAD = ("column", "hidden", "unnamed", "note", "feed", "damaged", "badheader")
"""Places that are never read as text: columns that no one named, comments, a channel's name, and files that go to quarantine."""

LABEL = "label"
"""A class taken from a column as it is: its name belongs in the release and nowhere else."""


def mark(place: str) -> str:
    """The mark of ``place``: letters only, so that no escaping, tokenizer or pattern takes it apart."""
    return f"zq{place}qz"


def plant(root: Path, number: int) -> None:
    """Write the planted files below ``root``, dated to the day called ``number``."""
    person = f"Ingrid {mark('surname').capitalize()}"
    addresses = f"{mark('mailbox')}@example.org or {mark('host')}@mail.example.com"
    body = f"{words(70, 'planted')} {mark('body')}. Write to {person}, {addresses}."
    report = (
        f"# {mark('title')} report\n\n## Executive summary\n\n{words(30, 'planted summary')}\n\n"
        f"## {mark('heading')} of the quarter\n\n{body}\n"
    )
    put(root, f"planted/reports/{mark('folder')}/{mark('file')}.md", report, number)
    put(root, "planted/reports/word.docx", word_report(), number)
    put(root, "planted/reports/damaged.pdf", f"%PDF-1.4\n{mark('damaged')} nothing follows".encode(), number)
    put(root, "planted/reports/header.pdf", f"{mark('badheader')}%PDF-1.7 nothing follows".encode(), number)
    put(root, f"meetings/{mark('file')}-talk.vtt", transcript(), number)
    put(root, f"meetings/{mark('file')}-talk.minutes.md", f"# Minutes\n\n{words(30, 'note')} {mark('minutes')}.\n", number)
    put(root, "planted/tables/kinds.csv", table(person), number)
    put(root, "planted/tables/sheet.xlsx", sheet(), number)
    question = {
        "question": f"What of the {mark('question')}?",
        "answer": f"{words(25, 'reply')} {mark('answer')}",
        "support": "none",
    }
    put(root, "exports/questions-planted.jsonl", json.dumps({"meeting": "none", **question}) + "\n", number)
    put(root, "planted/public/page.html", page(), number)
    put(root, "planted/public/news.rss", feed(), number)
    put(root, "planted/public/study.xml", study(), number)


def word_report() -> bytes:
    """A Word document with a table, a header and a footer."""
    document, target = docx.Document(), io.BytesIO()
    document.add_heading("A quarter in numbers", 1)
    document.add_paragraph(words(70, "word body"))
    document.add_table(1, 1).cell(0, 0).text = mark("cell")
    document.sections[0].header.paragraphs[0].text = mark("header")
    document.sections[0].footer.paragraphs[0].text = mark("footer")
    document.save(target)
    return target.getvalue()


def transcript() -> str:
    """Two turns of a person whose name is a mark."""
    cues = [f"{words(20, 'talk', turn)} {mark('turn')}" for turn in range(2)]
    times = ("00:00:01.000 --> 00:00:05.000", "00:00:06.000 --> 00:00:09.000")
    lines = [f"{time}\n<v {mark('speaker').capitalize()}>{cue}</v>" for time, cue in zip(times, cues, strict=True)]
    return f"WEBVTT\n\nNOTE {mark('note')}\n\n" + "\n\n".join(lines) + "\n"


def table(person: str) -> str:
    """Tickets with a label, a customer, a column that no one names, and one without a name."""
    rows = [f"id,text,topic,customer_name,{mark('column')},"]
    for place in range(8):
        name = f"{mark('customer').capitalize()} {person}" if place == 0 else f"Customer {place}"
        text = f"{words(12, 'kinds', place)} {mark('ticket')} from {name}"
        rows.append(f"K{place},{text},{mark(LABEL)},{name},{mark('hidden')},{mark('unnamed')}")
    return "\n".join(rows) + "\n"


def sheet() -> bytes:
    """A workbook with one cell of text."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("id", "text", "topic", "customer_name"), ("S1", f"{words(12, 'sheet')} {mark('sheetcell')}", "other", "Ann")):
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def page() -> str:
    """A web page."""
    prose = f"<h1>{mark('article')} is here</h1><h2>What it does</h2><p>{words(80, 'page')}</p>"
    return f"<!doctype html><html lang=en><head><title>{mark('article')}</title></head><body><article>{prose}</article></body></html>"


def feed() -> str:
    """A feed with one entry."""
    entry = f"<item><title>{mark('entry')} title</title><guid>1</guid><description>{words(40, 'entry')}</description></item>"
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{mark("feed")}</title><link>https://example.org</link>'
        f"<description>news</description>{entry}</channel></rss>"
    )


def study() -> str:
    """A study with an abstract."""
    return (
        '<?xml version="1.0"?><article article-type="research-article"><front><article-meta><title-group><article-title>'
        f"{mark('study')}</article-title></title-group><abstract><p>{words(40, 'abstract')}</p></abstract></article-meta></front>"
        f"<body><sec><title>Methods</title><p>{words(80, 'methods')}</p></sec></body></article>"
    )


SOURCES = """\
  - {{name: planted_reports, asset: internal_reports, kind: folder, url: {landing}/planted/reports, licence: proprietary}}
  - name: kinds
    asset: departmental_exports
    kind: folder
    url: {landing}/planted/tables
    licence: proprietary
    table: {{key: [id], columns: [text, topic, customer_name], personal: {{customer_name: PERSON}}}}
  - {{name: public, asset: public_industry_sources, kind: folder, url: {landing}/planted/public, licence: CC-BY-4.0}}
"""

TASKS = """\
  - {name: kind_topics, kind: classification, sources: [kinds], text: text, label: topic, balance: {minimum: 1}}
  - {name: planted_sections, kind: generation, sources: [planted_reports, public], min_words: 40}
"""


def planted_catalog(path: Path, landing: Path, *, workers: int, more: str = "", sources: str = "") -> Path:
    """Write the catalog over the planted landing zone to ``path``, and return it."""
    text = catalog_text(str(landing), workers=workers, pii=WITH_MODEL)
    head, tail = text.split("tasks:\n")
    path.write_text(f"{head}{SOURCES.format(landing=landing)}{sources}tasks:\n{tail}{TASKS}{more}", encoding="utf-8")
    return path


def marks_in(*parts: Path | str | bytes) -> set[str]:
    """Every mark in the given texts, and in names and bytes of the files at or below the given paths; case does not count."""
    found: set[bytes] = set()
    for part in parts:
        pieces = _pieces(part) if isinstance(part, Path) else [part if isinstance(part, bytes) else part.encode()]
        for piece in pieces:
            lowered = piece.lower()
            found |= {place.encode() for place in ALL if mark(place).encode() in lowered}
    return {place.decode() for place in found}


ALL = (*HELD, *SCRUBBED, *UNREAD, LABEL, "poison", "unlisted")


def _pieces(path: Path) -> Iterator[bytes]:
    paths = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in paths:
        yield file.name.encode()
        if file.is_file():
            content = file.read_bytes()
            yield content
            yield from _inflated(content)
            if content.startswith(b"SQLite format 3"):
                yield from _cells(file)
            if content.startswith(b"PAR1"):
                yield json.dumps(pq.read_table(file).to_pylist(), default=str, ensure_ascii=False).encode()


def _cells(path: Path) -> Iterator[bytes]:
    """Every value of every table of a database, with its write-ahead log, and what compressed values hold."""
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in base.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    if isinstance(value, str | bytes):
                        content = value.encode() if isinstance(value, str) else value
                        yield content
                        yield from _inflated(content)
    base.close()


def _inflated(content: bytes) -> Iterator[bytes]:
    """What ``content`` holds if it is compressed, or is the hexadecimal form of something compressed."""
    candidates = [content]
    if len(content) % 2 == 0:
        with contextlib.suppress(ValueError):
            candidates.append(bytes.fromhex(content.decode("ascii")))
    for candidate in candidates:
        for window in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
            try:
                yield zlib.decompress(candidate, window)
            except zlib.error:
                continue
