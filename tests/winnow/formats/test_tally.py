import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import SAMPLES, paragraph, raw_docx
from winnow.documents import Block
from winnow.formats import Reading, ReadOptions, docx, odt, pptx
from winnow.formats._tally import Tally, weight

RUNS = st.recursive(
    st.sampled_from(
        [
            *(
                "<w:r><w:t>a b</w:t></w:r>",
                "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hid</w:t></w:r>",
                "<w:r><w:noBreakHyphen/></w:r>",
            ),
            *('<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>white</w:t></w:r>', "<w:r><w:t>x\u00ady\u200b</w:t></w:r>"),
            *('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "<w:r><w:delText>odd</w:delText></w:r>"),
            *('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
            *('<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "<w:r><w:instrText>PAGE</w:instrText></w:r>"),
        ]
    ),
    lambda inner: st.builds(
        lambda wrap, parts: wrap.format("".join(parts)),
        st.sampled_from(
            [
                *("<w:ins>{}</w:ins>", "<w:del>{}</w:del>", "<w:hyperlink>{}</w:hyperlink>"),
                *(
                    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
                    "<m:oMath>{}</m:oMath>",
                ),
                "<w:r><w:pict><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></w:pict></w:r>",
                "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback><w:r><w:t>again</w:t></w:r></mc:Fallback></mc:AlternateContent>",
            ]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)

BLOCKS = st.recursive(
    st.lists(RUNS, max_size=4).map(lambda runs: f"<w:p>{''.join(runs)}</w:p>"),
    lambda inner: st.builds(
        lambda wrap, parts: wrap.format("".join(parts)),
        st.sampled_from(
            [
                *(
                    "<w:tbl><w:tr><w:tc>{0}</w:tc><w:tc>{0}</w:tc></w:tr></w:tbl>",
                    "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
                ),
                "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{}</w:tc></w:tr></w:tbl>",
                '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>{}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>',
                "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>joined </w:t></w:r></w:p>{}",
            ]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(body=BLOCKS, keep=st.booleans())
def test_no_character_of_a_word_document_is_lost_in_silence(body: str, keep: bool) -> None:
    """Whatever is nested in what, every character is in a block or counted under a reason."""
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    content = raw_docx(f"<w:sect {math}>{body}</w:sect>{paragraph('End.')}")
    options = ReadOptions(reading=Reading(hidden_text="keep" if keep else "drop"))
    document = next(docx.read(content, options))
    assert "unaccounted_characters" not in document.notes
    assert document.blocks[-1].text.endswith("End.")


@pytest.mark.parametrize(("name", "form"), [("docx", docx), ("pptx", pptx), ("odt", odt)])
def test_samples_add_up(name: str, form: object) -> None:
    """The small files that all tests share are read without a remainder."""
    document = next(form.read(SAMPLES[name], ReadOptions()))  # type: ignore[attr-defined] - a module is no type
    assert "unaccounted_characters" not in document.notes


def test_a_character_that_is_lost_is_noted() -> None:
    """The equation finds what a reader forgets, reads twice or writes without saying so."""
    for blocks, difference in (([], 3), ([Block("paragraph", "abc")], 0), ([Block("paragraph", "a b c abc")], 3)):
        tally = Tally()
        tally.held("a bc")
        assert tally.settled(blocks) == ({"unaccounted_characters": difference} if difference else {})


def test_dropped_and_added_characters_are_part_of_the_equation() -> None:
    """What is left out counts under its reason, and what the reader wrote itself is not taken for the file's."""
    tally = Tally()
    tally.held("kept and hidden")
    tally.dropped("hidden_text", "hidden")
    text = f"kept {tally.added('|')} and"
    assert tally.settled([Block("table", text)]) == {"hidden_text": 6}


@given(text=st.text())
def test_weight_is_that_of_what_is_seen(text: str) -> None:
    """White space and invisible characters weigh nothing, so folding them changes no sum."""
    assert weight(text) == weight(f" {text}\u00ad\n") == sum(weight(character) for character in text)
