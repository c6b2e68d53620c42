"""A small company for the end-to-end tests: a landing zone of a few days and the catalog for it.

Belongs here: files that the line reads, each in a folder of its source and dated to its day, the same bytes at every call.
Does not belong here: the demo's company (`pipelines.demo`), which is larger and planted with the readers' hard cases.

Days are numbers from 0, the first of which is `START`. A day holds a report (Markdown, Word or plain text, in turn), a meeting
with its minutes and questions, a table of tickets and, on odd days, an article.
"""

import csv
import datetime as dt
import io
import json
import os
import random
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

START = dt.date(2026, 10, 5)

DAYS = 5

TICKETS = 9  # rows of a day, 45 in the five days; two of a day say nearly what two of the day before said

TOPICS = ("invoice", "delivery", "repair")

PEOPLE = ("Ingrid Bakke", "Oliver Whitcombe", "Thuy Pham", "Samira Khalil", "Paul Novak", "Naoko Hayashi")

_VOCABULARY = """\
boiler valve gasket pump grinder filter kettle basket spout lever hopper panel cable socket carton pallet depot carrier
driver ledger invoice refund voucher quarter budget margin order backlog roster shift trainer apprentice school workshop
bench scanner shelf aisle forklift crossing mirror ramp window ceiling lamp meter sensor gauge firmware release tablet
display menu button signal battery charger coating rubber copper steel glass ceramic cotton paper wrapper label barcode
survey customer baker roaster grower harvest sample tasting aroma crema foam milk sugar saucer counter terrace village
harbour railway bridge valley orchard meadow winter summer morning evening weekend holiday season forecast climate rain
supplier contract clause notice permit licence audit inspector report archive cabinet folder signature stamp desk
replaces carries measures repairs delays orders checks cleans records compares prepares empties tightens packs returns
sorts counts weighs heats cools drains fills labels moves opens closes paints prints polishes rents sells signs slowly
quickly carefully rarely often usually again later yesterday tomorrow together alone twice early late quietly green
narrow heavy spare broken local foreign cheap costly modern rusty clean empty careful steady loose tight second third
"""

_WORDS = tuple(_VOCABULARY.split())


def day(number: int) -> dt.date:
    """The day called ``number``."""
    return START + dt.timedelta(days=number)


def words(count: int, *names: object) -> str:
    """``count`` words of prose in sentences, drawn by ``names``: other names give text that shares no five words in a row."""
    dice = random.Random(repr(names))
    picked = [dice.choice(_WORDS) for _ in range(count)]
    sentences = [picked[start : start + 11] for start in range(0, count, 11)]
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


def write_landing(root: Path, days: int | Iterable[int] = DAYS) -> Path:
    """Write the files of ``days`` (a count from the first, or their numbers) below ``root``, and return it."""
    for number in range(days) if isinstance(days, int) else days:
        for key, content in day_files(number).items():
            put(root, key, content, number)
    for folder in ("reports", "meetings", "exports", "articles"):  # a source whose folder is missing cannot be listed
        (root / folder).mkdir(parents=True, exist_ok=True)
    return root


def put(root: Path, key: str, content: bytes | str, number: int) -> Path:
    """Write one file below ``root``, modified at noon of the day called ``number``."""
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    noon = dt.datetime.combine(day(number), dt.time(12), dt.UTC).timestamp()
    os.utime(path, (noon, noon))
    return path


def day_files(number: int) -> dict[str, bytes | str]:
    """Path → content of the files of one day."""
    render = (markdown_report, word_report, text_report)[number % 3]
    suffix = ("md", "docx", "txt")[number % 3]
    files: dict[str, bytes | str] = {
        f"reports/report-{number}.{suffix}": render(number),
        f"meetings/{meeting(number)}.vtt": transcript(number),
        f"meetings/{meeting(number)}.minutes.md": minutes(number),
        f"exports/tickets-{number}.csv": tickets(ticket_rows(number)),
        f"exports/questions-{number}.jsonl": questions(number),
    }
    if number % 2:
        files[f"articles/article-{number}.html"] = article(number)
    return files


def meeting(number: int) -> str:
    """Stem of the file with the transcript of a day; its minutes add ``.minutes``."""
    return f"{day(number)}-round"


def sections(name: object) -> list[tuple[str, str]]:
    """Heading and prose of a report's sections; the first is its executive summary."""
    body = [(f"{words(3, name, part, 'heading')[:-1]}", words(75, name, part)) for part in range(2)]
    return [("Executive summary", words(30, name, "summary")), *body]


def markdown_report(number: int, name: object = "report") -> str:
    """A report with headings, a person and an address to scrub."""
    author = PEOPLE[number % len(PEOPLE)]
    parts = [f"## {heading}\n\n{prose}" for heading, prose in sections((name, number))]
    contact = f"Questions go to {author.split()[0].lower()}.{number}@tarnvale.example.com or +44 7700 9003{number:02}."
    return "\n\n".join([f"# Report {words(2, name, number)[:-1]}", *parts, contact]) + "\n"


def text_report(number: int) -> str:
    """A report without structure, which no recipe here can use."""
    return words(90, "text", number) + "\n"


def word_report(number: int) -> bytes:
    """A Word document of the same shape as the Markdown report."""
    paragraphs = [_paragraph(f"Report {words(2, 'word', number)[:-1]}", 0)]
    for heading, prose in sections(("word", number)):
        paragraphs += [_paragraph(heading, 1), _paragraph(prose)]
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    package = "http://schemas.openxmlformats.org/package/2006"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/'
            f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{"".join(paragraphs)}</w:body></w:document>',
        }
    )


def _paragraph(text: str, level: int | None = None) -> str:
    outline = "" if level is None else f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>'
    return f"<w:p>{outline}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _zipped(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)  # the same bytes at every hour
    return target.getvalue()


def transcript(number: int, turns: int = 14) -> str:
    """A meeting of ``turns`` turns of ten seconds each."""
    cues = ["WEBVTT"]
    for turn in range(turns):
        speaker = PEOPLE[(number + turn) % 3]
        cues.append(f"{_clock(10 * turn)} --> {_clock(10 * turn + 9)}\n<v {speaker}>{words(24, 'turn', number, turn)}</v>")
    return "\n\n".join(cues) + "\n"


def minutes(number: int, note: str = "") -> str:
    """The minutes of a day's meeting, with a decision that its third and fourth turn support."""
    present = ", ".join(PEOPLE[(number + turn) % 3] for turn in range(3))
    decision = words(12, "decision", number)
    return (
        f"# Minutes: round, {day(number)}\n\nPresent: {present}\n\n{words(30, 'minutes', number)} {note}\n\n"
        f"## Decisions\n\n- Decision: {decision} [00:00:20–00:00:39]\n"
    )


def questions(number: int) -> str:
    """Two questions about a day's meeting with the times of their support."""
    rows = [
        {
            "meeting": meeting(number),
            "question": f"What was said about the {_WORDS[number + place]} and the {_WORDS[number + 40 + place]}?",
            "answer": words(18, "answer", number, place),
            "support": [[_clock(10 * place), _clock(10 * place + 29)]],
        }
        for place in range(2)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def ticket_rows(number: int, count: int = TICKETS) -> list[dict[str, str]]:
    """The tickets of one day; the last but one is a near duplicate from the day before, the last says so under other labels."""
    rows = [_ticket(number, place) for place in range(count)]
    if number:
        for place, row in enumerate(rows[-2:]):
            row["text"] = _ticket(number - 1, place)["text"] + " Thanks."
            row["customer_name"] = _ticket(number - 1, place)["customer_name"]
        rows[-2] |= {name: _ticket(number - 1, 0)[name] for name in ("category", "stars")}
    return rows


def _ticket(number: int, place: int) -> dict[str, str]:
    person = PEOPLE[(number * TICKETS + place) % len(PEOPLE)]
    return {
        "id": f"T{number}{place:03}",
        "customer_name": person,
        "customer_email": f"{person.split()[0].lower()}{place}.{number}@example.org",
        "text": f"{words(33, 'ticket', number, place)} Write to {person} at {person.split()[-1].lower()}{place}@example.org.",
        "category": TOPICS[(number + place) % len(TOPICS)],
        "stars": str(1 + (number + place) % 5),
    }


def tickets(rows: Sequence[dict[str, str]]) -> str:
    """``rows`` as a CSV table."""
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


def article(number: int) -> str:
    """A web page with two sections of prose."""
    parts = [f"<h2>{heading}</h2><p>{prose}</p>" for heading, prose in sections(("article", number))[1:]]
    title = words(4, "title", number)[:-1]
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1><p>{words(40, 'lead', number)}</p>{''.join(parts)}</article></body></html>\n"
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}.000"


PATTERNS_ALONE = "{model: {kind: none}}"
"""The catalog's ``pii`` without a name model: what most tests ask about hangs on no name in prose, and the model costs most of a run."""

WITH_MODEL = "{model: {kind: shipped}}"
"""With the model, for tests about personal data, and for those about the same bytes on every way."""


def catalog_text(landing: str = "${env:LANDING}", *, workers: int = 0, more: str = "", pii: str = PATTERNS_ALONE) -> str:
    """The catalog of this company over the folder ``landing``; ``more`` is appended as further top-level keys."""
    return _CATALOG.format(landing=landing, start=START, workers=workers, pii=pii) + more


def write_catalog(
    path: Path, landing: str | Path = "${env:LANDING}", *, workers: int = 0, more: str = "", pii: str = PATTERNS_ALONE
) -> Path:
    """Write `catalog_text` to ``path``, and return it."""
    path.write_text(catalog_text(str(landing), workers=workers, more=more, pii=pii), encoding="utf-8")
    return path


_CATALOG = """\
version: 1
start: {start}
dataset:
  name: small
  salt: a salt that only the tests know
  shares: {{train: 0.6, validation: 0.2, test: 0.2}}
  formats: [chat, completion]
  audiences: [internal, public]
engine: {{workers: {workers}}}
pii: {pii}
sources:
  - name: reports
    asset: internal_reports
    kind: folder
    url: {landing}/reports
    include: ["*.md", "*.docx", "*.txt"]
    licence: proprietary
  - name: meetings
    asset: meeting_transcripts
    kind: folder
    url: {landing}/meetings
    include: ["*.vtt"]
    licence: proprietary
    link_pattern: ^(?P<link>.+)$
    day: {{pattern: '(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})'}}
  - name: minutes
    asset: meeting_transcripts
    kind: folder
    url: {landing}/meetings
    include: ["*.minutes.md"]
    licence: proprietary
    link_pattern: ^(?P<link>.+)\\.minutes$
  - name: tickets
    asset: departmental_exports
    kind: folder
    url: {landing}/exports
    include: ["tickets-*.csv"]
    licence: proprietary
    table:
      key: [id]
      columns: [text, category, stars, customer_name]
      personal: {{customer_name: PERSON}}
      customer: customer_email
  - name: questions
    asset: departmental_exports
    kind: folder
    url: {landing}/exports
    include: ["questions-*.jsonl"]
    licence: proprietary
    table: {{key: [meeting, question], columns: [question, answer, support], link: meeting}}
  - name: articles
    asset: public_industry_sources
    kind: folder
    url: {landing}/articles
    include: ["*.html"]
    licence: CC-BY-4.0
    audience: public
tasks:
  - name: topics
    kind: classification
    sources: [tickets]
    text: text
    label: category
    labels: {{invoice: invoice, delivery: delivery, repair: repair}}
    balance: {{cap: 6, minimum: 2}}
  - name: satisfaction
    kind: sentiment
    sources: [tickets]
    text: text
    score: stars
    scale: {{minimum: 1, maximum: 5}}
    balance: {{minimum: 2}}
  - name: summaries
    kind: summarization
    mode: minutes
    sources: [meetings, minutes]
    summary: {{source: minutes}}
  - name: decisions
    kind: summarization
    mode: minutes
    items: true
    sources: [meetings, minutes]
    summary: {{source: minutes}}
  - name: answers
    kind: question_answering
    mode: pairs
    sources: [questions, meetings]
    question: question
    answer: answer
    support: support
  - name: report_summaries
    kind: summarization
    mode: executive_summary
    sources: [reports]
  - name: sections
    kind: generation
    sources: [reports, articles]
    min_words: 40
"""
