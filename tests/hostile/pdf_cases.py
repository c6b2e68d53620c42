"""Hostile PDFs: streams that unpack without end, objects that lead back to themselves, numbers that lie, text nobody sees."""

import zlib
from functools import partial

from tests.hostile.case import SECRET, Case, readable, refused
from tests.winnow.formats.samples import pdf, picture_pdf
from tests.winnow.formats.samples_pdf import HELVETICA, PROSE, built, form, image, objects, shown, stream

SAID = "The committee met in March and looked at the figures"

MIB = 1024 * 1024


def flate_chain(times: int, size: int) -> bytes:
    """A page whose content is packed ``times`` times over, and holds ``size`` spaces."""
    content = PROSE + b" " * size
    for _ in range(times):
        content = zlib.compress(content, 9)
    filters = b"/Filter [%s]" % b" ".join([b"/FlateDecode"] * times)
    return built(objects(PROSE, b"") | {1003: stream(content, filters)})


def laughs(depth: int, width: int) -> bytes:
    """Forms that each draw the next one ``width`` times."""
    forms = {f"L{at}": form(b"/L%d Do " % (at + 1) * width) for at in range(depth)}
    return built(objects(PROSE + b"/L0 Do\n", forms=forms | {f"L{depth}": form(PROSE)}))


def form_ring() -> bytes:
    """A form that draws itself, and two that draw each other."""
    ring = {"A": form(b"/A Do"), "B": form(b"/C Do"), "C": form(b"/B Do")}
    return built(objects(PROSE + b"/A Do /B Do\n", forms=ring))


def page_ring() -> bytes:
    """A page tree whose last child is its own root."""
    made = objects(PROSE)
    return built(
        made
        | {
            2: b"<< /Type /Pages /Kids [1000 0 R 2 0 R 3 0 R] /Count 3 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 9 >>",
        }
    )


def one_page_often(count: int) -> bytes:
    """A page tree that names its one page ``count`` times."""
    return built(objects(PROSE) | {2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"1000 0 R " * count, count)})


def many_pages(count: int) -> bytes:
    """So many pages, each an object of its own, of one content."""
    made = objects(PROSE)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 6 0 R /Contents 1001 0 R >>"
    made.update(dict.fromkeys(range(2000, 2000 + count), page))
    kids = b" ".join(b"%d 0 R" % number for number in range(2000, 2000 + count))
    return built(made | {2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)})


def deep_page_tree(depth: int) -> bytes:
    """A page under so many nodes with one child each."""
    made = objects(PROSE)
    for at in range(depth):
        below = 5001 + at if at < depth - 1 else 1000
        made[5000 + at] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % below
    return built(made | {2: b"<< /Type /Pages /Kids [5000 0 R] /Count 1 >>"})


def wide_picture() -> bytes:
    """A picture that says it is 60,000 pixels wide and high, and is packed zeros."""
    entries = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1"
    picture = stream(bytes(60_000 * 7500 // 8), entries, packed=True)
    return built(objects(PROSE + b"q 500 0 0 500 0 0 cm /A Do Q\n", forms={"A": picture}))


def many_pictures(count: int) -> bytes:
    """One picture drawn so many times."""
    return built(objects(PROSE + b"q 9 0 0 9 0 0 cm /A Do Q " * count, forms={"A": image(9)}, packed=True))


def reference_ring() -> bytes:
    """A file whose table of references names itself as the one before."""
    content = built(objects(PROSE))
    table = content.rindex(b"xref\n0")
    return content.replace(b"trailer\n<<", b"trailer\n<< /Prev %d " % table)


def wide_fonts() -> bytes:
    """A font whose table of characters maps everything a thousand times."""
    ranges = b"100 beginbfrange\n" + b"<0000> <FFFF> <0041>\n" * 100 + b"endbfrange\n"
    return built(objects(PROSE) | {4: HELVETICA.replace(b">>", b"/ToUnicode 8 0 R >>"), 8: stream(ranges * 200, packed=True)})


def type3_ring() -> bytes:
    """A font whose glyph shows text in the same font."""
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.01 0 0 .01 0 0] /FirstChar 65 /LastChar 65 /Widths [9] "
        b"/CharProcs << /A 9 0 R >> /Encoding << /Type /Encoding /Differences [65 /A] >> /Resources << /Font << /F3 8 0 R >> >> >>"
    )
    resources = b"<< /Font << /F1 4 0 R /F3 8 0 R >> >>"
    glyph = stream(b"9 0 d0 BT /F3 9 Tf (AAAA) Tj ET")
    return built(objects(PROSE + b"BT /F3 9 Tf 9 9 Td (A) Tj ET\n") | {6: resources, 8: font, 9: glyph})


def outline_ring() -> bytes:
    """Bookmarks that follow themselves."""
    made = objects(PROSE, catalog=b"/Outlines 8 0 R")
    return built(made | {8: b"<< /First 9 0 R /Last 9 0 R >>", 9: b"<< /Title (x) /Parent 8 0 R /Next 9 0 R /First 8 0 R >>"})


def field_ring() -> bytes:
    """Form fields that are their own parents and children."""
    made = objects(PROSE, page=b"/Annots [9 0 R 9 0 R]", catalog=b"/AcroForm << /Fields [8 0 R] >>")
    field = b"<< /FT /Tx /T (x) /Kids [9 0 R 8 0 R] /Parent 9 0 R >>"
    return built(
        made | {8: field, 9: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (y) /Parent 8 0 R /Kids [8 0 R] /Rect [0 0 9 9] >>"}
    )


def object_stream_ring() -> bytes:
    """An object stream that extends itself and says it holds a million objects."""
    entries = b"/Type /ObjStm /N 1000000 /First 10 /Extends 9 0 R"
    return built(objects(PROSE) | {9: stream(b"8 0 << >>", entries)})


def lengths_lie() -> bytes:
    """Streams that say they are empty, or longer than the file."""
    content = built(objects(PROSE, PROSE))
    length = b"/Length %d " % len(PROSE)
    first = content.index(length)
    return (
        content[:first]
        + b"/Length 0 ".ljust(len(length))
        + content[first + len(length) :].replace(length, b"/Length 9" + b"9" * (len(length) - 9))
    )


def predictor_lie() -> bytes:
    """A stream whose rows are said to be two billion bytes."""
    packed = zlib.compress(PROSE)
    entries = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2000000000 >>"
    return built(objects(PROSE, b"") | {1003: stream(packed, entries)})


def nested_arrays(depth: int) -> bytes:
    """An object of so many arrays in each other, which the page refers to."""
    return built(objects(PROSE, page=b"/PieceInfo 9 0 R /Annots 9 0 R") | {9: b"[" * depth + b"]" * depth})


def unseen() -> bytes:
    """White, invisible, tiny and far-off text beside ordinary text."""
    hidden = [
        shown(SECRET, 72, 600, before="1 1 1 rg"),
        shown(SECRET, 72, 580, before="3 Tr"),
        shown(SECRET, 72, 560, size=0.1),
        shown(SECRET, 4000, 560),
    ]
    return built(objects(PROSE + b"".join(hidden)))


def odd_pages() -> bytes:
    """Pages whose paper has no size, a negative one, or one without end."""
    boxes = (b"[0 0 0 0]", b"[0 0 -5 -5]", b"[0 0 1e30 1e30]", b"[a b]", b"9 0 R")
    content = built(objects(*[PROSE] * (len(boxes) + 1)))
    for box in boxes:
        content = content.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox " + box, 1)
    return content


LIMITED = ("pages_left_out", "pages_failed", "pages_unwitnessed", "pages_unchecked", "pages_by_pdfium", "pages_disputed")
"""Notes that say that a page was not read, or not in the ordinary way."""

CASES: tuple[Case, ...] = (
    readable("pdf_flate_chain", "bomb", ".pdf", partial(flate_chain, 4, 100 * MIB), SAID, notes=LIMITED),
    refused("pdf_content_bomb", "bomb", ".pdf", lambda: built(objects(b"q Q " * 30 * MIB, packed=True)), "bomb", "too_large"),
    readable("pdf_billion_laughs", "bomb", ".pdf", partial(laughs, 9, 10), reasons={"bomb"}, notes=LIMITED, lacks=("PROSE",)),
    readable("pdf_form_ring", "loop", ".pdf", form_ring, SAID),
    readable("pdf_page_tree_ring", "loop", ".pdf", page_ring, SAID),
    readable("pdf_page_tree_5000_deep", "depth", ".pdf", partial(deep_page_tree, 5000), SAID, reasons={"damaged", "bomb"}),
    readable(
        "pdf_one_page_100000_times", "many", ".pdf", partial(one_page_often, 100_000), SAID, reasons={"damaged"}, heavy=True
    ),
    readable("pdf_100000_pages", "many", ".pdf", partial(many_pages, 100_000), SAID, notes=("pages_left_out",), heavy=True),
    readable("pdf_2000_pages", "many", ".pdf", partial(many_pages, 2000), SAID, heavy=True),
    readable("pdf_count_lies", "lie", ".pdf", lambda: built(objects(PROSE)).replace(b"/Count 1", b"/Count 9"), SAID),
    readable(
        "pdf_vast_count",
        "lie",
        ".pdf",
        lambda: built(objects(PROSE) | {2: b"<< /Type /Pages /Kids [1000 0 R] /Count 2000000000 >>"}),
        SAID,
    ),
    readable("pdf_wide_picture", "bomb", ".pdf", wide_picture, SAID),
    readable("pdf_picture_drawn_often", "bomb", ".pdf", partial(many_pictures, 100_000), SAID, heavy=True),
    readable("pdf_reference_ring", "loop", ".pdf", reference_ring, SAID),
    readable("pdf_wide_character_table", "bomb", ".pdf", wide_fonts, "", reasons={"bomb"}),
    readable("pdf_glyph_ring", "loop", ".pdf", type3_ring, SAID),
    readable("pdf_bookmark_ring", "loop", ".pdf", outline_ring, SAID),
    readable("pdf_field_ring", "loop", ".pdf", field_ring, SAID),
    readable("pdf_object_stream_ring", "loop", ".pdf", object_stream_ring, SAID),
    readable("pdf_stream_lengths_lie", "lie", ".pdf", lengths_lie, SAID),
    readable("pdf_predictor_lies", "lie", ".pdf", predictor_lie, SAID),
    readable("pdf_arrays_100000_deep", "depth", ".pdf", partial(nested_arrays, 100_000), SAID, reasons={"damaged"}),
    readable(
        "pdf_strings_open_100000_deep",
        "depth",
        ".pdf",
        lambda: built(objects(PROSE, b"BT /F1 9 Tf " + b"(" * 100_000 + b" Tj ET")),
        SAID,
    ),
    readable("pdf_unseen_text", "hidden", ".pdf", unseen, SAID, notes=("hidden_text",)),
    readable("pdf_odd_paper", "lie", ".pdf", odd_pages, SAID),
    readable(
        "pdf_numbers_overflow", "lie", ".pdf", lambda: built(objects(PROSE + b"9" * 5000 + b" 0 0 1e999 0 0 cm\n", PROSE)), SAID
    ),
    readable(
        "pdf_long_text_in_one_string",
        "regex",
        ".pdf",
        lambda: built(objects(PROSE, b"BT /F1 9 Tf 9 9 Td (" + b"a " * 500_000 + b") Tj ET", packed=True)),
        SAID,
        heavy=True,
    ),
    refused("pdf_picture_only", "pictures", ".pdf", picture_pdf, "no_text_layer"),
    refused("pdf_blank_page", "empty", ".pdf", lambda: built(objects(b"")), "empty"),
    refused("pdf_no_page", "empty", ".pdf", lambda: built(objects()), "empty", "damaged"),
    refused("pdf_encrypted", "encrypted", ".pdf", lambda: pdf([["A secret."]], password="sesame"), "encrypted"),
    refused("pdf_header_alone", "cut", ".pdf", lambda: b"%PDF-1.7\n", "truncated"),
    refused(
        "pdf_rubbish_inside", "damage", ".pdf", lambda: b"%PDF-1.7\n" + b"\x00\xff rubbish " * 5000 + b"\n%%EOF\n", "damaged"
    ),
    readable(
        "pdf_without_references",
        "damage",
        ".pdf",
        lambda: built(objects(PROSE)).replace(b"xref\n0", b"xxxx\n0").replace(b"startxref", b"startxxxx"),
        SAID,
    ),
    readable("pdf_behind_rubbish", "damage", ".pdf", lambda: b"rubbish\r\n" * 50 + built(objects(PROSE)), SAID),
)
