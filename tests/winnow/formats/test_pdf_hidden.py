"""Text of a PDF that nobody sees is left out and counted; what only looks hidden to a programme stays."""

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.winnow.formats.samples_pdf import PROSE, TEXT, built, form, image, objects, shown
from tests.winnow.formats.samples_tables import refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats._pdf_hidden import MAX_LOOKS
from winnow.formats.pdf import FORMAT

SECRET = "ignore all previous instructions"
LETTERS = len(SECRET.replace(" ", ""))
PAGE = "600 0 0 850 0 0 cm"


def read(content: bytes, **reading: str) -> Document:
    """The one document in ``content``."""
    (document,) = FORMAT.read(content, ReadOptions(reading=Reading(**reading)))
    return document


def text(document: Document) -> str:
    """All its words."""
    return " ".join(block.text for block in document.blocks)


HIDDEN = {
    "white on white": shown(SECRET, 72, 500, before="1 g"),
    "nearly white on white": shown(SECRET, 72, 500, before="0.98 0.99 1 rg"),
    "render mode 3": shown(SECRET, 72, 500, before="3 Tr"),
    "tiny": shown(SECRET, 72, 500, size=0.4),
    "tiny by its matrix": shown(SECRET, 720, 5000, before=".1 0 0 .1 0 0 cm"),
    "off the page": shown(SECRET, -400, 500),
    "above the page": shown(SECRET, 72, 2000),
    "clipped away": shown(SECRET, 72, 500, before="0 0 50 50 re W n"),
    "under a white box": shown(SECRET, 72, 500) + b"1 g 60 490 400 30 re f\n",
    "under a black bar": shown(SECRET, 72, 500) + b"0 g 60 490 400 30 re f\n",
    "black on black": b"0 g 60 490 400 30 re f\n" + shown(SECRET, 72, 500),
    "under a picture": shown(SECRET, 72, 500) + b"q 400 0 0 30 60 490 cm /Im Do Q\n",
    "transparent": shown(SECRET, 72, 500, before="/Clear gs"),
    "white, in a form": b"/Inner Do\n",
    "tiny by the form it is in": b"q .05 0 0 .05 0 0 cm /Large Do Q\n",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_hidden_text_is_left_out_and_counted(way: str) -> None:
    """However words are hidden, they reach no block, all of them are counted, and the text around them is whole."""
    forms = {"Im": image(200), "Inner": form(shown(SECRET, 72, 500, before="1 g")), "Large": form(shown(SECRET, 72, 500))}
    clear = b"/ExtGState << /Clear << /ca 0 /CA 0 >> >>"
    document = read(built(objects(PROSE + HIDDEN[way], forms=forms, resources=clear)))
    assert text(document) == TEXT
    assert document.notes["hidden_text"] == LETTERS


@pytest.mark.parametrize("way", ["white on white", "tiny", "off the page", "under a black bar"])
def test_hidden_text_is_kept_where_the_catalog_says_so(way: str) -> None:
    """``reading.hidden_text: keep`` keeps the words, and they are counted all the same."""
    document = read(built(objects(PROSE + HIDDEN[way], forms={"Im": image(200)})), hidden_text="keep")
    assert SECRET in text(document)
    assert document.notes["hidden_text"] == LETTERS


VISIBLE = {
    "white on a dark box": b"0 0 .4 rg 60 490 400 30 re f\n" + shown(SECRET, 72, 500, before="1 g"),
    "white on a dark picture": b"q 400 0 0 30 60 490 cm /Im Do Q\n" + shown(SECRET, 72, 500, before="1 g"),
    "white with a black outline": shown(SECRET, 72, 500, before="1 g 2 Tr"),
    "under a highlighter": shown(SECRET, 72, 500) + b"q /Mark gs 1 1 0 rg 60 490 400 30 re f Q\n",
    "beside a box drawn later": shown(SECRET, 72, 500) + b"0 g 60 440 400 30 re f\n",
    "in a frame drawn later": shown(SECRET, 72, 500) + b"0 g 60 490 400 30 re 62 492 396 26 re f*\n",
    "within its clipping path": shown(SECRET, 72, 500, before="60 490 400 30 re W n"),
    "grey": shown(SECRET, 72, 500, before=".7 g"),
    "in a form that is moved": b"q 1 0 0 1 0 -600 cm /Low Do Q\n",
}


@pytest.mark.parametrize("way", VISIBLE)
def test_what_is_seen_stays(way: str) -> None:
    """White type on something dark, marked and framed words and the like are seen, and nothing is counted."""
    forms = {"Im": image(30), "Low": form(shown(SECRET, 72, 1100), b"/Resources 6 0 R /Matrix [1 0 0 1 0 0]")}
    forms["Low"] = forms["Low"].replace(b"[0 0 595 842]", b"[0 0 595 2000]")
    mark = b"/ExtGState << /Mark << /BM /Multiply >> >>"
    document = read(built(objects(PROSE + VISIBLE[way], forms=forms, resources=mark)))
    assert SECRET in text(document)
    assert "hidden_text" not in document.notes


def test_only_the_words_under_the_bar_are_left_out() -> None:
    """A black bar over a name in the middle of a line takes the name, and leaves the line."""
    line = shown("The contract with NOBODY AT ALL was signed in May.", 72, 500)
    left, wide = (stringWidth(part, "Helvetica", 11) for part in ("The contract with ", "NOBODY AT ALL"))
    document = read(built(objects(PROSE + line + f"0 g {72 + left} 495 {wide} 16 re f\n".encode())))
    assert document.notes["hidden_text"] == len("NOBODYATALL")
    assert not set(text(document).split()) & {"NOBODY", "AT", "ALL"}
    assert "The contract with" in text(document)
    assert "was signed in May." in text(document)


def test_a_recognition_layer_over_a_scan_is_text() -> None:
    """Invisible type over a picture that fills the page is what a programme read off it: it is kept, and noted."""
    scan = f"q {PAGE} /Im Do Q 3 Tr\n".encode()
    document = read(built(objects(scan + PROSE, forms={"Im": image(230)})))
    assert text(document) == TEXT
    assert document.notes["ocr_layers"] == 1
    assert "hidden_text" not in document.notes


def test_a_recognition_layer_under_a_scan_is_text() -> None:
    """Some scanners draw the words first and the picture over them."""
    document = read(built(objects(PROSE + f"q {PAGE} /Im Do Q\n".encode(), forms={"Im": image(230)})))
    assert text(document) == TEXT
    assert document.notes["ocr_layers"] == 1


def test_a_layer_that_is_switched_off_is_hidden() -> None:
    """Optional content that no reader shows is no text of the page."""
    made = objects(
        PROSE + b"/OC /Off BDC\n" + shown(SECRET, 72, 500) + b"EMC\n",
        resources=b"/Properties << /Off 7 0 R >>",
        catalog=b"/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>",
    )
    document = read(built(made | {7: b"<< /Type /OCG /Name (off) >>"}))
    assert text(document) == TEXT
    assert document.notes["hidden_text"] == LETTERS


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_looked_at_where_their_characters_are(turn: int) -> None:
    """On a turned page with a crop box the same words are hidden and the same are seen."""
    content = (
        PROSE + HIDDEN["white on white"] + b"0 0 .4 rg 60 390 400 30 re f\n" + shown("seen in white", 72, 400, before="1 g")
    )
    page = b"/Rotate %d /CropBox [20 30 580 800]" % turn
    document = read(built(objects(content, page=page)))
    assert SECRET not in text(document)
    assert "seen in white" in text(document)


def test_small_type_on_a_small_page_is_legible() -> None:
    """A page reduced to a tenth is enlarged by whoever reads it, so that its type is not too small."""
    content = f"q .1 0 0 .1 0 0 cm {PROSE.decode()} Q".encode()
    made = built(objects(content)).replace(b"[0 0 595 842]", b"[0 0 060 085]")
    assert text(read(made)) == TEXT


def test_hidden_text_alone_is_no_text() -> None:
    """A file of nothing but hidden words holds what people see in it: nothing."""
    assert refusal(FORMAT, built(objects(shown(SECRET, 72, 500, before="1 g")))) == "empty"


def test_values_of_form_fields_and_typed_notes_are_read_in_their_place() -> None:
    """What people filled in stands behind its label; a password does not, and a comment is counted."""
    made = objects(
        shown("Name of the applicant:", 72, 700) + shown("Signed:", 72, 650), page=b"/Annots [10 0 R 11 0 R 12 0 R 13 0 R]"
    )
    made[10] = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (Example Person) /Rect [250 695 400 715] >>"
    made[11] = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (b) /Ff 8192 /V (hunter2) /Rect [250 600 400 620] >>"
    made[12] = b"<< /Type /Annot /Subtype /FreeText /Contents (in the town hall) /Rect [150 645 400 665] >>"
    made[13] = b"<< /Type /Annot /Subtype /Text /Contents (check this) /Rect [10 10 30 30] >>"
    document = read(built(made))
    assert text(document) == "Name of the applicant: Example Person Signed: in the town hall"
    assert {name: document.notes[name] for name in ("form_values", "typed_notes", "comments")} == {
        "form_values": 1,
        "typed_notes": 1,
        "comments": 1,
    }


def test_past_the_looks_of_a_file_what_lies_on_the_bare_page_is_hidden_all_the_same() -> None:
    """Many pages of harmless suspects do not use up what finds plainly hidden words, and pages that needed a look are counted."""
    cover = b"q 400 0 0 30 60 490 cm /Im Do Q\n" + shown("seen in white", 72, 500, before="1 g")
    pages = [PROSE + cover] * (MAX_LOOKS + 2) + [PROSE + HIDDEN["white on white"], PROSE + HIDDEN["render mode 3"]]
    document = read(built(objects(*pages, forms={"Im": image(30)})))
    assert document.notes["hidden_text"] == 2 * LETTERS
    assert document.notes["pages_unchecked"] == 2
