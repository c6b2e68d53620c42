"""PDFs that would take hours or gigabytes: each is read in part or refused with its reason, at a bounded cost."""

import resource
import time
import zlib
from collections.abc import Callable

import pytest

from tests.winnow.formats.samples_pdf import HELVETICA, PROSE, TEXT, built, form, objects, stream
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats._pdf_work import MAX_UNPACKED, PDFIUM_PAGE, unpacks_to_a_bomb
from winnow.formats.pdf import FORMAT

CPU_SECONDS = 10.0  # a third of what one file may take, since the machine of a test is not known


def read(content: bytes) -> Document:
    """The one document, read within the bounds of a file."""
    began, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (document,) = documents(FORMAT, content)
    assert time.process_time() - began < CPU_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 600_000  # kilobytes
    return document


def text(document: Document) -> str:
    """All its words."""
    return " ".join(block.text for block in document.blocks)


def laughs(depth: int, width: int) -> bytes:
    """Forms that each draw the next one ``width`` times."""
    forms = {f"L{at}": form(f"/L{at + 1} Do ".encode() * width) for at in range(depth)}
    return built(objects(PROSE + b"/L0 Do\n", forms=forms | {f"L{depth}": form(PROSE)}))


def clique(count: int) -> bytes:
    """Forms that each draw all of them."""
    calls = b" ".join(b"/L%d Do" % at for at in range(count))
    return built(objects(PROSE + b"/L0 Do\n", forms={f"L{at}": form(PROSE + calls) for at in range(count)}))


BOMBS: dict[str, Callable[[], bytes]] = {
    "a stream of a hundred megabytes": lambda: built(objects(PROSE + b" " * 100_000_000, packed=True)),
    "a stream that is packed twice": lambda: built(
        objects(b"")
        | {1001: stream(zlib.compress(PROSE + b" " * 100_000_000, 9), packed=True).replace(b"/Fl", b"[/FlateDecode /Fl")}
    ).replace(b"[/FlateDecode /FlateDecode >>", b"[/FlateDecode /FlateDecode] >>"),
    "drawing without end": lambda: built(objects(PROSE + b"q Q " * (PDFIUM_PAGE // 4), packed=True)),
    "a billion laughs": lambda: laughs(9, 10),
    "forms that all draw each other": lambda: clique(12),
    "a large form drawn often": lambda: built(
        objects(PROSE + b"/A Do " * 3000, forms={"A": form(PROSE + b" " * 1_000_000, packed=True)})
    ),
    "a table of characters without end": lambda: built(
        objects(PROSE)
        | {
            4: HELVETICA.replace(b">>", b"/ToUnicode 8 0 R >>"),
            8: stream(b"1 beginbfrange " + b"<0000> <ffff> <0000>\n" * 600_000, packed=True),
        }
    ),
    "more pages than a tree may have": lambda: built(
        objects(PROSE) | {2: b"<< /Type /Pages /Kids [%s] /Count 150000 >>" % (b"1000 0 R " * 150_000)}
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_as_one(kind: str) -> None:
    """What unpacks or draws far more than it holds is a bomb, told by counting bytes, before an engine draws it."""
    content = BOMBS[kind]()
    assert len(content) < 2_000_000
    began = time.process_time()
    assert refusal(FORMAT, content) == "bomb"
    assert time.process_time() - began < CPU_SECONDS


def test_a_bomb_among_pages_costs_only_its_page() -> None:
    """The other pages are read, and the one that was left out is counted."""
    document = read(built(objects(PROSE, PROSE + b"q Q " * (PDFIUM_PAGE // 4), PROSE, packed=True)))
    assert text(document) == f"{TEXT} {TEXT}"
    assert document.notes["pages_left_out"] == 1


def test_a_form_that_draws_itself_is_drawn_once() -> None:
    """A loop is no bomb."""
    assert TEXT in text(read(built(objects(PROSE, forms={"A": form(PROSE + b"/A Do")}))))


def test_a_page_tree_that_holds_itself_is_read() -> None:
    """The page beside the loop is found, and the loop counted as a page that could not be read."""
    document = read(built(objects(PROSE) | {2: b"<< /Type /Pages /Kids [2 0 R 1000 0 R] /Count 2 >>"}))
    assert text(document) == TEXT


def test_a_deep_page_tree_is_no_recursion() -> None:
    """Five thousand levels are refused or read, and raise nothing else."""
    made = objects(PROSE)
    made[2] = b"<< /Type /Pages /Kids [3000 0 R] /Count 1 >>"
    for at in range(3000, 8000):
        made[at] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (at + 1)
    assert refusal(FORMAT, built(made | {8000: made[1000]})) in {"", "bomb", "damaged"}


def test_a_long_file_is_read_to_its_bound() -> None:
    """Of a hundred thousand pages the first ones are read, and how many were not is counted."""
    document = read(
        built(
            objects(b"BT /F1 9 Tf 72 700 Td (some words) Tj ET")
            | {2: b"<< /Type /Pages /Kids [%s] /Count 12000 >>" % (b"1000 0 R " * 12_000)}
        )
    )
    assert document.notes["pages_left_out"] == 2000


def test_past_its_budget_pypdf_leaves_pages_to_pdfium() -> None:
    """A page of much content is read by the faster engine, and so are the pages past what the slower one may read."""
    heavy = PROSE + b"% drawn by hand\n" * 150_000
    document = read(built(objects(heavy, PROSE, packed=True)))
    assert text(document) == f"{TEXT} {TEXT}"
    assert document.notes["pages_by_pdfium"] == 1


def test_one_endless_line_is_read() -> None:
    """A line of two megabytes is no trouble for a regular expression."""
    content = built(objects(b"BT /F1 5 Tf 10 10 Td (" + b"word " * 30_000 + b") Tj ET", packed=True))
    assert text(read(content)).startswith("word word")


def test_a_thousand_paths_by_thousand_are_not_looked_through() -> None:
    """A page of very many objects is read, and noted as not looked through for hidden text."""
    content = built(objects(PROSE + b"1 1 m 9 9 l S " * 60_000, packed=True))
    document = read(content)
    assert text(document) == TEXT
    assert document.notes["pages_unchecked"] == 1


@pytest.mark.parametrize(("size", "bomb"), [(MAX_UNPACKED + 1, True), (1_000_000, False)])
def test_streams_are_measured_by_their_bytes_alone(size: int, bomb: bool) -> None:
    """Where no table of references can be trusted, streams are found by their keyword, and pictures are passed over."""
    packed = zlib.compress(b" " * size, 9)
    assert unpacks_to_a_bomb(b"<< >>\nstream\r\n" + packed + b"\nendstream") is bomb
    assert not unpacks_to_a_bomb(b"1 0 obj << /Subtype /Image >>\nstream\n" + packed + b"\nendstream")
