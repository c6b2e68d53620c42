"""Hostile office documents: packages whose XML unpacks without end, parts that lead in circles, groups without end, foreign entities."""

import io
import zipfile
from collections.abc import Mapping

from tests.hostile.case import SECRET, WORDS, Case, readable, refused
from tests.winnow.formats.archives import Raw, raw_zip
from tests.winnow.formats.samples import paragraph, raw_docx, wordml
from tests.winnow.formats.samples_office import (
    ODF_NAMES,
    entities,
    fodt,
    group,
    odt,
    package,
    page,
    pptx,
    relations,
    shape,
    slide_xml,
)
from tests.winnow.formats.samples_workbooks import compound

GOOD = paragraph(f"{WORDS} and looked at the figures.")

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(ord("b") + n)} "{("&" + chr(ord("a") + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
"""Ten to the ninth entities in one."""

XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:9/x"><!ENTITY % c SYSTEM "file:///etc/hosts">]>'
"""Entities that stand in other files, and on another machine."""


def repacked(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package ``content`` with other ``parts``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return stream.getvalue()


def word(body: str, *, doctype: str = "", **parts: str) -> bytes:
    """A Word file of ``body``; with a ``doctype`` before its document."""
    made = raw_docx(body, **parts)
    if not doctype:
        return made
    return repacked(made, {"word/document.xml": f"{doctype}{wordml('document', f'<w:body>{body}</w:body>')}".encode()})


def word_bomb(unit: bytes, size: int) -> bytes:
    """A Word file whose document repeats ``unit`` up to about ``size`` bytes."""
    head, tail = wordml("document", "<w:body>|</w:body>").encode().split(b"|")
    return repacked(raw_docx(""), {"word/document.xml": head + unit * (size // len(unit)) + tail})


def nested_tables(depth: int) -> str:
    """Tables in each other's cells around a paragraph."""
    return "<w:tbl><w:tr><w:tc>" * depth + GOOD + "</w:tc></w:tr></w:tbl>" * depth


def lying_word() -> bytes:
    """A Word file whose directory says that its document has a hundred bytes."""
    with zipfile.ZipFile(io.BytesIO(word(GOOD + paragraph("x") * 10_000))) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    return raw_zip(
        [Raw(name.encode(), content, size=100 if name.endswith("document.xml") else None) for name, content in parts.items()]
    )


def self_embedding() -> bytes:
    """A Word file whose document embeds itself, whose header refers to itself, and whose links lead out of the package."""
    embeds = '<w:altChunk r:id="me"/><w:altChunk r:id="up"/><w:altChunk r:id="net"/>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="me" Type="{kind}/aFChunk" Target="document.xml"/>'
        f'<Relationship Id="up" Type="{kind}/aFChunk" Target="../../../../etc/passwd"/>'
        f'<Relationship Id="net" Type="{kind}/aFChunk" Target="http://127.0.0.1:9/" TargetMode="External"/></Relationships>'
    ).encode()
    return repacked(word(GOOD + embeds), {"word/_rels/document.xml.rels": links})


def cyclic_styles() -> bytes:
    """Styles that are based on each other."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in ("AB", "BA", "CC")
    )
    body = "".join(paragraph(f"{WORDS} again.", f'<w:pStyle w:val="{name}"/>') for name in "ABC")
    return word(body, styles=wordml("styles", styles))


def grouped(depth: int) -> bytes:
    """A slide of so many groups in each other around a shape."""
    inner = shape(WORDS, (0, 0, 900, 900))
    for _ in range(depth):
        inner = group(inner, (0, 0, 900, 900), (0, 0, 900, 900))
    return pptx([slide_xml(inner)])


def slide_ring() -> bytes:
    """Slides whose notes, layouts and masters refer to each other in circles."""
    ring = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            n="notesSlide:../slides/slide1.xml", y="slideLayout:../slideLayouts/a.xml"
        ),
        "ppt/slideLayouts/a.xml": slide_xml(shape("layout"), "sldLayout"),
        "ppt/slideLayouts/_rels/a.xml.rels": relations(
            m="slideMaster:../slideLayouts/a.xml", l="slideLayout:../slideLayouts/a.xml"
        ),
    }
    return pptx([slide_xml(shape(WORDS))], **ring)


def rtf(body: bytes) -> bytes:
    """An RTF file of ``body`` behind a good paragraph."""
    return rb"{\rtf1\ansi " + f"{WORDS}.".encode() + rb"\par " + body + b"}"


def sealed_odt() -> bytes:
    """An OpenDocument text whose manifest says that it is encrypted."""
    return odt(
        "<text:p>x</text:p>",
        manifest='<manifest:file-entry xmlns:manifest="m"><manifest:encryption-data/></manifest:file-entry>',
    )


def text_odt(inner: str) -> bytes:
    """An OpenDocument text with a good paragraph before ``inner``."""
    return odt(f"<text:p>{WORDS}.</text:p>{inner}")


def xml_odt(doctype: str, inner: str) -> bytes:
    """The same with a ``doctype``."""
    body = f"<office:body><office:text><text:p>{WORDS}.</text:p><text:p>{inner}</text:p></office:text></office:body>"
    made = f"{doctype}<office:document-content {ODF_NAMES}>{body}</office:document-content>"
    return repacked(text_odt(""), {"content.xml": made.encode()})


def wiki(*objects: str, doctype: str = "") -> bytes:
    """A wiki's export with a good page first."""
    made = entities(page(1, "Spring", f"<p>{WORDS}.</p>"), *objects)
    return made.replace(b"<hibernate", doctype.encode() + b"<hibernate", 1)


SEALED = compound(b"sealed" * 2000, "EncryptedPackage")
"""What office programs make of a document with a password: a compound file with that stream."""

BROKEN_XML = ("damaged", "malformed")

CASES: tuple[Case, ...] = (
    refused(
        "docx_text_bomb",
        "bomb",
        ".docx",
        lambda: word_bomb(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>", 140_000_000),
        "bomb",
        heavy=True,
    ),
    refused("docx_space_bomb", "bomb", ".docx", lambda: word_bomb(b" ", 60_000_000), "bomb"),
    refused("docx_element_bomb", "bomb", ".docx", lambda: word_bomb(b"<w:p/>", 20_000_000), "bomb"),
    refused("docx_attribute_bomb", "bomb", ".docx", lambda: word_bomb(b'<w:p w:a="" w:b="" w:c=""/>', 30_000_000), "bomb"),
    refused("docx_says_less_than_it_holds", "lie", ".docx", lying_word, "damaged", "bomb"),
    refused(
        "docx_overlapping",
        "bomb",
        ".docx",
        lambda: raw_zip(
            [
                Raw(b"word/document.xml", b"<a/>" * 9000),
                *(Raw(b"word/%d.xml" % n, b"<a/>" * 9000, same_bytes_as=0) for n in range(99)),
            ]
        ),
        "bomb",
    ),
    readable(
        "docx_billion_laughs",
        "entities",
        ".docx",
        lambda: word(GOOD + paragraph("&j;"), doctype=LAUGHS),
        reasons=BROKEN_XML,
        lacks=("lollol",),
    ),
    readable(
        "docx_foreign_entities",
        "entities",
        ".docx",
        lambda: word(GOOD + paragraph("&a;&b;"), doctype=XXE),
        reasons=BROKEN_XML,
        lacks=("root:", "localhost"),
    ),
    readable("docx_tables_40_deep", "depth", ".docx", lambda: word(nested_tables(40))),
    refused("docx_tables_10000_deep", "depth", ".docx", lambda: word(nested_tables(10_000)), *BROKEN_XML, "bomb"),
    readable("docx_styles_in_a_ring", "loop", ".docx", cyclic_styles),
    readable("docx_embeds_itself", "loop", ".docx", self_embedding, lacks=("root:",)),
    readable(
        "docx_notes_in_a_ring",
        "loop",
        ".docx",
        lambda: word(
            GOOD + '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
            footnotes=wordml(
                "footnotes",
                '<w:footnote w:id="1"><w:p><w:r><w:t>note</w:t><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>',
            ),
        ),
    ),
    readable(
        "docx_hidden_text",
        "hidden",
        ".docx",
        lambda: word(GOOD + f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{SECRET}</w:t></w:r></w:p>"),
        notes=("hidden_text",),
    ),
    readable(
        "docx_fields_never_closed",
        "lie",
        ".docx",
        lambda: word(GOOD + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 2000),
    ),
    refused("docx_without_a_word", "empty", ".docx", lambda: word("<w:p/>" * 5), "empty"),
    refused(
        "docx_without_its_document",
        "damage",
        ".docx",
        lambda: package({"[Content_Types].xml": "<Types/>", "_rels/.rels": relations(a="officeDocument:word/document.xml")}),
        "damaged",
    ),
    refused(
        "docx_broken_xml", "damage", ".docx", lambda: repacked(word(GOOD), {"word/document.xml": b"<w:document"}), "damaged"
    ),
    refused("docx_encrypted", "encrypted", ".docx", lambda: SEALED, "encrypted"),
    refused("pptx_encrypted", "encrypted", ".pptx", lambda: SEALED, "encrypted"),
    refused(
        "docx_encrypted_part", "encrypted", ".docx", lambda: raw_zip([Raw(b"word/document.xml", b"<x/>", flags=1)]), "encrypted"
    ),
    refused("doc_of_word_97", "unsupported", ".doc", lambda: compound(b"binary" * 2000, "WordDocument"), "unsupported"),
    refused(
        "ppt_of_powerpoint_97", "unsupported", ".ppt", lambda: compound(b"binary" * 2000, "PowerPoint Document"), "unsupported"
    ),
    refused(
        "pptx_slide_bomb",
        "bomb",
        ".pptx",
        lambda: repacked(pptx([slide_xml(shape("x"))]), {"ppt/slides/slide1.xml": b"<x>" + b"<a/>" * 15_000_000 + b"</x>"}),
        "bomb",
    ),
    readable("pptx_groups_50_deep", "depth", ".pptx", lambda: grouped(50)),
    refused("pptx_groups_10000_deep", "depth", ".pptx", lambda: grouped(10_000), *BROKEN_XML, "bomb"),
    readable(
        "pptx_one_slide_20000_times",
        "many",
        ".pptx",
        lambda: pptx([slide_xml(shape(WORDS))], [1] * 20_000),
        reasons={"bomb", "too_large"},
    ),
    readable("pptx_relations_in_a_ring", "loop", ".pptx", slide_ring),
    readable(
        "pptx_billion_laughs",
        "entities",
        ".pptx",
        lambda: pptx([LAUGHS + slide_xml(shape(WORDS) + shape("&j;"))]),
        reasons=BROKEN_XML,
        lacks=("lollol",),
    ),
    refused("pptx_without_slides", "empty", ".pptx", lambda: pptx([]), "empty"),
    readable(
        "odt_spaces_without_end",
        "bomb",
        ".odt",
        lambda: text_odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>' * 20),
        reasons={"bomb"},
    ),
    readable(
        "odt_cells_without_end",
        "bomb",
        ".odt",
        lambda: text_odt(
            '<table:table><table:table-row table:number-rows-repeated="1000000000">'
            '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>"
        ),
        reasons={"bomb", "too_large"},
    ),
    refused(
        "odt_sections_10000_deep",
        "depth",
        ".odt",
        lambda: text_odt("<text:section>" * 10_000 + "</text:section>" * 10_000),
        *BROKEN_XML,
        "bomb",
    ),
    readable(
        "odt_lists_80_deep",
        "depth",
        ".odt",
        lambda: text_odt("<text:list><text:list-item>" * 80 + "<text:p>x</text:p>" + "</text:list-item></text:list>" * 80),
    ),
    readable("odt_billion_laughs", "entities", ".odt", lambda: xml_odt(LAUGHS, "&j;"), reasons=BROKEN_XML, lacks=("lollol",)),
    readable("odt_foreign_entities", "entities", ".odt", lambda: xml_odt(XXE, "&a;&b;"), reasons=BROKEN_XML, lacks=("root:",)),
    readable(
        "fodt_foreign_entities",
        "entities",
        ".fodt",
        lambda: fodt(f"<text:p>{WORDS}.</text:p><text:p>&a;</text:p>").replace(
            b"<office:document ", XXE.encode() + b"<office:document ", 1
        ),
        reasons=BROKEN_XML,
        lacks=("root:",),
    ),
    refused("odt_encrypted", "encrypted", ".odt", sealed_odt, "encrypted"),
    refused("odt_without_a_word", "empty", ".odt", lambda: odt("<text:p/>"), "empty"),
    readable("rtf_groups_10000_deep", "depth", ".rtf", lambda: rtf(b"{" * 10_000 + b"}" * 10_000)),
    refused("rtf_groups_300000_deep", "depth", ".rtf", lambda: rtf(b"{" * 300_000 + b"}" * 300_000), "malformed", "bomb"),
    refused("rtf_never_closed", "cut", ".rtf", lambda: rtf(b"{" * 100)[:-1], "truncated"),
    refused("rtf_binary_without_end", "lie", ".rtf", lambda: rtf(rb"{\pict\bin999999999 abc}"), "truncated"),
    readable("rtf_negative_binary", "lie", ".rtf", lambda: rtf(rb"{\pict\bin-5 }")),
    readable(
        "rtf_numbers_without_end",
        "lie",
        ".rtf",
        lambda: rtf(rb"\uc99999999\u99999999999999999999 \fs" + b"9" * 5000 + rb" \u-1 ? \li" + b"9" * 400 + b" x"),
    ),
    readable("rtf_half_a_million_words", "many", ".rtf", lambda: rtf(rb"\b\i\plain\pard " * 130_000), heavy=True),
    readable("rtf_hidden_text", "hidden", ".rtf", lambda: rtf(rb"{\v " + SECRET.encode() + b"}"), notes=("hidden_text",)),
    refused("rtf_without_a_word", "empty", ".rtf", lambda: rb"{\rtf1\ansi\par}", "empty"),
    readable(
        "wiki_pages_in_a_ring",
        "loop",
        ".xml",
        lambda: wiki(
            page(2, "A", "<p>x</p>", parent=3), page(3, "B", "<p>y</p>", parent=2), page(4, "C", "<p>z</p>", parent=4)
        ),
    ),
    refused("wiki_billion_laughs", "entities", ".xml", lambda: wiki(page(2, "A", "&j;"), doctype=LAUGHS), *BROKEN_XML),
    readable(
        "wiki_macros_10000_deep",
        "depth",
        ".xml",
        lambda: wiki(page(2, "A", "<div>" * 10_000 + "x" + "</div>" * 10_000)),
        beside={"malformed"},
    ),
)
