"""Pages that are pictures, read by text recognition where the catalog asks for it; needs tesseract (Debian: tesseract-ocr)."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import ValidationError
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.winnow.formats.samples_tables import refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats._ocr import OcrUnavailable, ocr_available, ocr_versions
from winnow.formats.pdf import FORMAT

LINES = ["The committee met in March and looked at", "the figures of the first quarter. Revenue", "was higher than planned."]

needs_tesseract = pytest.mark.skipif(not ocr_versions(), reason="install tesseract (Debian: apt-get install tesseract-ocr)")


def scanned(*, caption: str = "", pages: int = 1) -> bytes:
    """A file whose pages are pictures of `LINES`, with ``caption`` as their only type."""
    picture = Image.new("L", (1240, 1754), 255)  # A4 at 150 dots an inch
    drawing = ImageDraw.Draw(picture)
    for at, line in enumerate(LINES):
        drawing.text((150, 200 + 50 * at), line, fill=0, font=ImageFont.load_default(size=36))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for _ in range(pages):
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.drawString(400, 820, caption)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def read(content: bytes) -> Document:
    """The one document, with text recognition."""
    (document,) = FORMAT.read(content, ReadOptions(reading=Reading(ocr="auto")))
    return document


def test_without_being_asked_for_nothing_is_recognised() -> None:
    """By default a file of pictures has no text layer."""
    assert refusal(FORMAT, scanned()) == "no_text_layer"


@needs_tesseract
def test_a_page_that_is_a_picture_is_recognised() -> None:
    """The words on it become a paragraph, and the page is counted."""
    document = read(scanned())
    assert " ".join(block.text for block in document.blocks) == " ".join(LINES)
    assert document.notes["pages_by_ocr"] == 1
    assert "pages_without_text" not in document.notes


@needs_tesseract
def test_a_stamp_on_a_scan_is_no_text_layer() -> None:
    """A page with nothing but a number stamped onto its picture is recognised too."""
    document = read(scanned(caption="EX-000123"))
    assert " ".join(LINES) in " ".join(block.text for block in document.blocks)
    assert document.notes["pages_by_ocr"] == 1


@needs_tesseract
def test_recognition_is_the_same_every_time() -> None:
    """The same picture gives the same words."""
    assert read(scanned()) == read(scanned())


@needs_tesseract
def test_a_language_that_is_not_installed_is_an_error() -> None:
    """Nothing is skipped in silence: the message says what to install."""
    with pytest.raises(OcrUnavailable, match="tlh"):
        ocr_available("eng+tlh")


def test_without_the_program_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalog that asks for recognition on a host without the program fails, and is told which program."""
    monkeypatch.setattr("winnow.formats._ocr._program", lambda: None)
    with pytest.raises(OcrUnavailable, match="tesseract"):
        ocr_available("eng")


@pytest.mark.parametrize("languages", ["", "eng deu", "-l", "../eng", "eng+", "eng;ls"])
def test_languages_are_names_and_nothing_else(languages: str) -> None:
    """What becomes an argument of a program is checked where the catalog is read."""
    with pytest.raises(ValidationError):
        Reading(ocr_languages=languages)
