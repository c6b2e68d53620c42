import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import SAMPLES
from tests.winnow.formats.samples_tables import SAMPLES as TABLES
from tests.winnow.formats.samples_talk import SAMPLES as TALK
from winnow.errors import UnreadableDocument
from winnow.formats import ReadOptions, TableOptions, detect, formats, suffixes
from winnow.formats._base import decode


def reason(content: bytes, name: str) -> str:
    """Why this object has no format."""
    with pytest.raises(UnreadableDocument) as caught:
        detect(content, name)
    return caught.value.reason


def test_every_format_has_a_sample() -> None:
    """A format without a sample among the tests is not finished."""
    assert set(formats()) == set(SAMPLES) | set(TABLES) | set(TALK)


@pytest.mark.parametrize("name", sorted(formats()))
def test_a_sample_is_detected_by_its_suffixes(name: str) -> None:
    """Every suffix of a format, in either case, leads to it when the content is its own."""
    content = (SAMPLES | TABLES | TALK)[name]
    for suffix in formats()[name].suffixes:
        assert detect(content, f"folder.d/a.b{suffix}").name == name
        assert detect(content, f"A{suffix.upper()}").name == name


def test_no_sample_is_taken_for_another_format() -> None:
    """Among the formats that share a suffix, only one takes each sample before the fallback does."""
    for name, content in (SAMPLES | TABLES | TALK).items():
        for suffix in formats()[name].suffixes:
            takers = [kind.name for kind in suffixes()[suffix] if not kind.fallback and kind.sniff(content)]
            assert takers in ([name], [])


def test_every_format_names_its_libraries_with_versions() -> None:
    """The libraries that a stage key depends on are installed ones, under their real versions."""
    for kind in formats().values():
        assert all(version[0].isdigit() for version in kind.versions().values())


def test_suffixes_are_lower_case_with_a_dot() -> None:
    """Detection lowers the name's suffix, so a declared one in another shape could never match."""
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes())


def test_a_named_table_is_read_as_one() -> None:
    """Where the catalog names columns, an export of posts in CSV or JSON is a table like any other."""
    table = ReadOptions(table=TableOptions(columns=("body",)))
    export = b"id,permalink,date,ip,subreddit,gildings,title,url,body\na,/r/x/comments/a/b/,d,,x,0,T,,Words.\n"
    assert detect(export, "posts.csv").name == "reddit"
    assert detect(export, "posts.csv", table).name == "csv"
    assert detect(TALK["slack"], "2026-10-01.json", table).name == "jsonl"
    assert detect(SAMPLES["pdf"], "a.pdf", table).name == "pdf"


def test_an_unknown_suffix_is_unsupported() -> None:
    """What no reader claims is said to be unsupported, whatever it holds."""
    assert reason(b"text", "a.ppt") == "unsupported"
    assert reason(b"text", "README") == "unsupported"


def test_no_bytes_are_empty() -> None:
    """A file of no bytes is empty, not damaged."""
    assert reason(b"", "a.pdf") == "empty"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SAMPLES["pdf"], "a.txt"),
        (SAMPLES["docx"], "a.md"),
        (b"plain words", "a.pdf"),
        (SAMPLES["pdf"], "a.docx"),
        (b"<x/>", "a.jats"),
    ],
)
def test_content_of_another_kind_is_a_wrong_type(content: bytes, name: str) -> None:
    """A file whose first bytes contradict its suffix is not read as what it is not."""
    assert reason(content, name) == "wrong_type"


def test_line_ends_and_marks_are_normalised() -> None:
    """The decoded text has neither a byte-order mark nor carriage returns."""
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n") == "a\nb\nc\n"


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r\ufeff\x00", exclude_categories=["Cc"]), min_size=1))
def test_marked_and_utf8_text_decodes_to_itself(text: str) -> None:
    """Text in UTF-8, or in UTF-16 and UTF-32 with a mark, is decoded without loss."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unmarked_utf16_is_told_by_its_nuls(encoding: str) -> None:
    """UTF-16 without a mark is read in the byte order its NULs show."""
    text = "Dear Ms Müller, the café's terms — as agreed — stand."
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        "The café’s “naïve” résumé — 5 € per person, as agreed in Zürich.",
        "Grüße aus München: die Lösung für übermäßige Kosten heißt Sparen.",
        "Señor Muñoz pidió más información sobre el año próximo.",
    ],
)
def test_cp1252_is_recognised(text: str) -> None:
    """Western text from an old Windows program keeps its accents, quotation marks and currency signs."""
    assert decode(text.encode("cp1252")) == text


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """UTF-8 with one damaged character stays UTF-8: the damage is marked and every other character survives."""
    text = "Größe, Höhe, Länge, Süden, Türen, Bäume. " * 20
    assert decode(text.encode() + b"\xff") == text + "\ufffd"


def test_binary_rubbish_has_no_encoding() -> None:
    """Bytes full of control characters are refused rather than turned into mojibake."""
    with pytest.raises(UnreadableDocument, match="encoding_unknown"):
        decode(bytes(range(1, 32)) * 20)


def test_a_named_encoding_that_does_not_fit_is_refused() -> None:
    """An encoding from the catalog is a promise: where it breaks, the file is refused, not guessed at."""
    for wrong in ("ascii", "no-such-encoding"):
        with pytest.raises(UnreadableDocument, match="encoding_unknown"):
            decode("é".encode(), wrong)
