"""Files to extract for the benchmark: own texts in many formats, the same each time.

Belongs here: files and their options. Does not belong here: what they cost, and broken files, of which the tests have many.
"""

import csv
import io
import random
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path

from benchmarks.texts import mixed
from winnow.formats import ReadOptions, TableOptions

TEXT_KILOBYTES = 400  # of text that the files draw from; they say the same things often, which costs a reader no less

TABLE = ReadOptions(table=TableOptions(key=("id",), columns=("subject", "text")))

PARAGRAPHS = {
    ".pdf": 300,
    ".docx": 300,
    ".html": 150,
    ".md": 200,
    ".txt": 300,
    ".vtt": 900,
    ".eml": 60,
    ".csv": 900,
    ".xlsx": 600,
}
"""How many paragraphs, cues or rows a file has at most; a tenth at least."""


def options(path: Path) -> ReadOptions:
    """How the catalog would have ``path`` read."""
    return TABLE if path.suffix in {".csv", ".xlsx"} else ReadOptions()


def write_files(folder: Path, count: int) -> list[Path]:
    """``count`` files of all formats in turn below ``folder``, small and large ones."""
    texts = [paragraph for text in mixed(TEXT_KILOBYTES) for paragraph in text.split("\n\n") if paragraph.strip()]
    suffixes = sorted(PARAGRAPHS)
    paths = []
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        draw = random.Random(f"file {number}")  # noqa: S311 - seeded, no secret
        chosen = draw.choices(texts, k=draw.randint(PARAGRAPHS[suffix] // 10, PARAGRAPHS[suffix]))
        path = folder / f"{number:05d}{suffix}"
        path.write_bytes(_WRITERS[suffix](chosen))
        paths.append(path)
    return paths


def write_bulk(folder: Path, size_bytes: int) -> list[Path]:
    """Files of ``size_bytes`` together: two tables of an eighth each, texts of two megabytes, and the mixture of `write_files`."""
    paths = write_files(folder, 450)
    texts = [paragraph for text in mixed(TEXT_KILOBYTES) for paragraph in text.split("\n\n") if paragraph.strip()]
    for number in range(2):
        path = folder / f"bulk-{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer, row = csv.writer(file), 0
            writer.writerow(("id", "subject", "text"))
            while file.tell() < size_bytes // 8:
                writer.writerows((row + at, f"case {row + at}", texts[(row + at) % len(texts)]) for at in range(1000))
                row += 1000
        paths.append(path)
    written = sum(path.stat().st_size for path in paths)
    long = ("\n\n".join(texts * 6)).encode()[: 2 * 1024 * 1024]
    while written < size_bytes:
        path = folder / f"long-{len(paths):05d}.txt"
        path.write_bytes(f"Copy {len(paths)}.\n\n".encode() + long)
        written += path.stat().st_size
        paths.append(path)
    return paths


def _pdf(texts: Sequence[str]) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet  # noqa: PLC0415 - a quarter of a second
    from reportlab.platypus import Paragraph, SimpleDocTemplate  # noqa: PLC0415 - the same

    sheet, out = getSampleStyleSheet(), io.BytesIO()
    story = [Paragraph(escape(text), sheet["BodyText"]) for text in texts]
    SimpleDocTemplate(out, invariant=True).build([Paragraph("Report", sheet["Heading1"]), *story])
    return out.getvalue()


def _docx(texts: Sequence[str]) -> bytes:
    import docx  # noqa: PLC0415 - a tenth of a second

    document, out = docx.Document(), io.BytesIO()
    document.add_heading("Report", 1)
    for number, text in enumerate(texts):
        if number % 10 == 9:
            document.add_heading(f"Part {number // 10 + 1}", 2)
        document.add_paragraph("".join(character for character in text if character.isprintable() or character == "\n"))
    document.save(out)
    return out.getvalue()


def _xlsx(texts: Sequence[str]) -> bytes:
    import openpyxl  # noqa: PLC0415 - a quarter of a second

    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("cases")
    for row in _rows(texts):
        sheet.append(["".join(character for character in cell if character.isprintable()) for cell in row])
    book.save(out)
    return out.getvalue()


def _csv(texts: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_rows(texts))
    return out.getvalue().encode()


def _rows(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield "id", "subject", "text"
    yield from ((str(number), f"case {number}", text) for number, text in enumerate(texts))


def _html(texts: Sequence[str]) -> bytes:
    links = "".join(f'<li><a href="/{number}">Elsewhere {number}</a></li>' for number in range(30))
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    page = f"<html><head><title>A page</title></head><body><nav><ul>{links}</ul></nav><article><h1>A page</h1>{body}</article>"
    return f"<!doctype html>{page}<footer>Terms and privacy</footer></body></html>".encode()


def _md(texts: Sequence[str]) -> bytes:
    return "\n\n".join(f"## Part {at}\n\n{text}" if at % 8 == 0 else text for at, text in enumerate(texts)).encode()


def _vtt(texts: Sequence[str]) -> bytes:
    cues = (
        f"{at // 60:02d}:{at % 60:02d}:00.000 --> {at // 60:02d}:{at % 60:02d}:30.000\n"
        f"<v Speaker {at % 4}>{escape(' '.join(text.split()))}</v>"
        for at, text in enumerate(texts)
    )
    return ("WEBVTT\n\n" + "\n\n".join(cues)).encode()


def _eml(texts: Sequence[str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "office@example.com", "depot@example.com", "Report"
    mail["Date"] = "Mon, 05 Oct 2026 10:00:00 +0000"
    mail.set_content("\n\n".join(texts))
    return mail.as_bytes()


_WRITERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".html": _html,
    ".md": _md,
    ".txt": lambda texts: "\n\n".join(texts).encode(),
    ".vtt": _vtt,
    ".eml": _eml,
    ".csv": _csv,
    ".xlsx": _xlsx,
}
