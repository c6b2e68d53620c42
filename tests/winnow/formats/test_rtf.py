import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions, _rtf
from winnow.formats.rtf import FORMAT

KEEP = ReadOptions(reading=Reading(hidden_text="keep", comments="keep"))
COLOURS = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}"


def rtf(inner: str | bytes) -> bytes:
    """An RTF file of ``inner``."""
    return rb"{\rtf1\ansi\ansicpg1252 " + (inner if isinstance(inner, bytes) else inner.encode("ascii")) + b"}"


def read(inner: str | bytes, options: ReadOptions | None = None) -> Document:
    """The one document."""
    return documents(FORMAT, rtf(inner), options)[0]


def texts(inner: str | bytes, options: ReadOptions | None = None) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in read(inner, options).blocks]


def line(inner: str | bytes) -> str:
    """The text of the only block."""
    return read(inner).blocks[0].text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (r"caf\'e9 \'80", "café €"),
        (r"\u8217'x", "’x"),
        (r"\uc0\u233 t\u233", "été"),
        (r"\uc2\u233\'e9\'e9t", "ét"),
        (r"{\uc3\u233 abc}t", "ét"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\u55357?", "\ufffd"),
        (r"\lquote a\rquote\emdash b\~c\_d\-e\\\{\}", "‘a’—b c-de\\{}"),
        (b"caf\xe9", "café"),
        (r"one\line two\tab three", "one\ntwo three"),
        (r"{\fonttbl{\f0\fcharset204 A;}{\f1 B;}}\f0\'cf\'f0\f1\'e9", "Прé"),
        (r"{\fonttbl{\f0\fcharset128 A;}}\f0\'83\'65\'83X", "テス"),
        (r"{\fonttbl{\f0\fcharset2 Symbol;}}x\f0 a\'b3", "xα≥"),
        (r"{\upr{ansi}{\*\ud{\u233?}}}", "é"),
        (b"a{\\*\\x\\bin5 }}{\\\\}b", "ab"),
        (r"a{\pict ffd8ff}{\*\unknown b}{\field{\*\fldinst HYPERLINK}{\fldrslt c}}", "ac"),
        (r"{\object{\*\objdata 0105}{\result shown}}", "shown"),
        (r"\pc\'81", "ü"),
        (r"\ansicpg65001 " + r"\'c3\'a9", "é"),
    ],
)
def test_characters_are_decoded(inner: str | bytes, text: str) -> None:
    """Code pages, fonts' character sets, Unicode with its fallbacks, special characters, and what is no text at all."""
    assert line(inner) == text


@pytest.mark.parametrize("unseen", [r"{\v unseen}", r"{\fs2 unseen}", rf"{COLOURS}{{\cf1 unseen}}"])
def test_what_nobody_sees_is_left_out_and_can_be_kept(unseen: str) -> None:
    """Hidden text, type of one point, and white text where nothing lies behind it."""
    assert texts(f"seen{unseen}") == [("paragraph", "seen")]
    assert read(f"seen{unseen}").notes == {"hidden_text": len("unseen")}
    assert texts(f"seen{unseen}", KEEP) == [("paragraph", "seenunseen")]


@pytest.mark.parametrize(
    "seen", [r"{\v0 seen}", r"\v\plain seen", rf"{COLOURS}\cf1\highlight2 seen", rf"{COLOURS}\cf1\cbpat2 seen"]
)
def test_what_may_be_seen_stays(seen: str) -> None:
    """Properties that are off again, and white text on something dark."""
    assert line(seen) == "seen"


def test_deleted_text_is_counted() -> None:
    """A tracked document reads as if all its changes were accepted."""
    assert texts(r"We {\deleted always }{\revised never} agreed.") == [("paragraph", "We never agreed.")]
    assert read(r"x{\deleted gone}").notes == {"deleted_text": len("gone")}


def test_headings_lists_and_titles_come_from_styles() -> None:
    """Styles are known by their names and outline levels, list items by their number or the mark written before them."""
    sheet = r"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 Title;}{\s3 toc 1;}}"
    inner = sheet + (
        r"\pard\s2 Minutes\par\pard\s1 Costs\par\pard\outlinelevel1 Sub\par\pard\s3 Costs 3\par"
        r"\pard{\listtext 1.\tab}a\par\pard\ls1\ilvl1 b\par\pard c\par"
    )
    document = read(inner)
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("title", 0, "Minutes"),
        ("heading", 1, "Costs"),
        ("heading", 2, "Sub"),
        ("list_item", 0, "a"),
        ("list_item", 1, "b"),
        ("paragraph", 0, "c"),
    ]
    assert document.title == "Minutes"
    assert document.notes == {"contents_text": len("Costs3")}


def test_tables_keep_rows_and_cells() -> None:
    """Rows are lines, paragraphs and nested tables of a cell are its text, and what follows is no part of the table."""
    row = r"\trowd\intbl {}\cell {}\cell\row"
    inner = row.format("a", r"b\par c") + row.format("", r"d\nestcell e\nestcell\nestrow") + r"\pard After.\par"
    assert texts(inner) == [("table", "a | b c\n| d e"), ("paragraph", "After.")]


def test_notes_boxes_headers_and_comments() -> None:
    """Notes and text boxes follow their paragraph, headers stand before the body, comments only if they are kept."""
    inner = (
        r"{\header Example Ltd\par}{\footer {\field{\fldrslt 7}}}Costs{\footnote See annex.}{\*\annotation Really?} rose."
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt Box.\par}}{\shprslt z}}\par End."
    )
    expected = [("header", "Example Ltd"), ("paragraph", "Costs rose."), ("footnote", "See annex."), ("paragraph", "Box.")]
    assert texts(inner) == [*expected, ("paragraph", "End.")]
    assert read(inner).notes == {"comments": len("Really?")}
    assert ("footnote", "Really?") in texts(inner, KEEP)


def test_the_title_is_that_of_the_properties_where_no_other_is() -> None:
    """The document's own title, and nobody's name."""
    assert read(r"{\info{\title My report}{\author Someone}}x").title == "My report"
    assert [block.text for block in read(r"{\info{\title T}{\author Someone}}x").blocks] == ["x"]


def test_the_copy_of_a_mail_is_read_once() -> None:
    """Outlook writes a mail's HTML and, marked as such, RTF's own words for the same."""
    assert line(r"{\*\htmltag64 <p>}\htmlrtf twice \htmlrtf0 once") == "once"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (rb"{\rtf1 open", "truncated"),
        (rb"{\rtf1 {\b open}", "truncated"),
        (rb"{\rtf1 {\pict ffff}}", "empty"),
        (rb"{\rtf1 " + b"{" * 200_000, "malformed"),
        (b"{\\rtf1 \\bin99999999 }", "truncated"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: str) -> None:
    """Cut, empty and endless files are told apart, in bounded work."""
    assert refusal(FORMAT, content) == reason


def test_work_is_bounded_by_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of nothing but control words is refused at a count, never at a time."""
    monkeypatch.setattr(_rtf, "MAX_TOKENS", 1000)
    assert refusal(FORMAT, rtf("{}" * 1000)) == "too_large"
    assert refusal(FORMAT, rtf("word " * 10_000)) == ""


def test_ten_thousand_groups_are_read() -> None:
    """Groups are kept on a list, so their depth overflows no stack."""
    assert line("{" * 10_000 + "deep" + "}" * 10_000) == "deep"


def test_only_rtf_is_taken() -> None:
    """A file of another kind is a wrong type."""
    assert FORMAT.sniff(b"\xef\xbb\xbf\r\n{\\rtf1 x}")
    assert not FORMAT.sniff(b"plain words")
    assert not FORMAT.sniff(b"PK\x03\x04")


WORDS = re.split(
    " ",
    r"par cell row intbl v bin3 pard footnote header *\x uc9 f99999 cf7 info title shp *\shpinst shptxt trowd nestcell stylesheet "
    r"s1 colortbl",
)

MARKS = ["{", "}", "\\", "\\'", "\\'e9", "\\u233?", "\\u-1", "{\\upr", "{\\*\\ud", "text ", ";", "{\\fonttbl"]

PIECES = st.sampled_from(MARKS) | st.builds("{}\\{} ".format, st.sampled_from(["", "{"]), st.sampled_from(WORDS))


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_tokens_give_text_or_a_reason(pieces: list[str]) -> None:
    """Whatever stands in the file, the reader ends with a document or one of its reasons."""
    assert refusal(FORMAT, rtf("".join(pieces))) in {"", "truncated", "empty"}
