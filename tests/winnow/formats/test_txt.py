from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, turns
from winnow.documents import Document
from winnow.formats.txt import FORMAT

WORDS = st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,12}\.", fullmatch=True)


def read(text: str) -> Document:
    """The one document."""
    return documents(FORMAT, text)[0]


def texts(text: str) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in read(text).blocks]


@settings(max_examples=50, deadline=None)
@given(paragraphs=st.lists(WORDS, min_size=1, max_size=8), gap=st.sampled_from(["\n\n", "\n \n", "\n\n\n", "\r\n\r\n"]))
def test_blank_lines_part_paragraphs(paragraphs: list[str], gap: str) -> None:
    """Every run of lines between blank ones is a paragraph, and its span cuts it out of the decoded text."""
    source = gap.join(paragraphs)
    found = read(source).blocks
    assert [block.text for block in found] == paragraphs
    decoded = source.replace("\r\n", "\n")
    assert [decoded[block.start : block.end].strip() for block in found] == paragraphs


def test_wrapped_lines_are_joined_and_short_ones_kept() -> None:
    """Lines that a margin broke make one; an address keeps its lines."""
    wrapped = "The quick brown fox jumps over the lazy dog and\nruns away."
    assert texts(f"{wrapped}\n\nJane Doe\n1 High Street\nLeeds") == [
        ("paragraph", wrapped.replace("\n", " ")),
        ("paragraph", "Jane Doe\n1 High Street\nLeeds"),
    ]


def test_underlined_lines_are_headings() -> None:
    """A line with a rule of equals signs or dashes below it is a heading, and the first-level one is the title."""
    document = read("Report\n======\n\nCosts\n-----\nThey rose.\n")
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("heading", 1, "Report"),
        ("heading", 2, "Costs"),
        ("paragraph", 0, "They rose."),
    ]
    assert document.title == "Report"


def test_bulleted_lines_are_list_items() -> None:
    """Bullets begin entries, lines without one go on with theirs, and numbers stay."""
    assert texts("- one\n  more\n* two\n2) three") == [
        ("list_item", "one more"),
        ("list_item", "two"),
        ("list_item", "2) three"),
    ]


def test_long_lines_without_blank_ones_are_paragraphs() -> None:
    """A file with a paragraph a line and no blank lines is not one paragraph."""
    line = "This is a sentence that an editor has written on one line without any break, and it goes on for quite a while."
    assert texts(f"{line}\n{line}\n{line}") == [("paragraph", line)] * 3


def test_a_transcript_with_header_lines_is_turns() -> None:
    """`Speaker  HH:MM:SS` over text gives turns with speaker, start, and the next one's start as end."""
    document = read("Ann Lee  00:00:00\nWe start.\n\nBo Ray  00:00:04\nGood.\nVery good.\n\nAnn Lee  01:02:03\nDone.\n")
    assert [(turn.speaker, turn.text, turn.start_ms, turn.end_ms) for turn in document.blocks] == [
        ("Ann Lee", "We start.", 0, 4_000),
        ("Bo Ray", "Good. Very good.", 4_000, 3_723_000),
        ("Ann Lee", "Done.", 3_723_000, None),
    ]


def test_other_shapes_of_transcript_are_turns() -> None:
    """Times before the speaker, in brackets, and text on the same line are the same transcript."""
    expected = [("Ann", "We start."), ("Bo", "Good."), ("Ann", "Done.")]
    for shape in (
        "[00:01] Ann: We start.\n[00:02] Bo: Good.\n[00:03] Ann: Done.",
        "Ann (00:01): We start.\nBo (00:02): Good.\nAnn (00:03): Done.",
        "00:01 Ann\nWe start.\n\n00:02 Bo\nGood.\n\n00:03 Ann\nDone.",
        "Ann\t00:00:01.500\nWe start.\nBo\t00:00:02,000\nGood.\nAnn\t00:00:03\nDone.",
    ):
        assert turns(read(shape)) == expected


def test_a_preamble_stands_before_the_turns() -> None:
    """A meeting's title and date are paragraphs, not a part of the first turn."""
    kinds = [block.kind for block in read("Weekly call\n3 May\n\nAnn 00:01\nHi.\n\nBo 00:02\nHello.\n").blocks]
    assert kinds == ["paragraph", "turn", "turn"]


def test_transcribers_marks_are_taken_out_and_counted() -> None:
    """A turn of nothing but a marker is no turn, and the notes say how many there were."""
    document = read("Ann  00:00:01\n{gap}\n\nBo  00:00:02\nWell {vocalsound} yes.\n\nAnn  00:00:05\nGood.\n")
    assert turns(document) == [("Bo", "Well yes."), ("Ann", "Good.")]
    assert document.notes == {"marker_gap": 1, "marker_vocalsound": 1, "turns_without_words": 1}


def test_text_with_times_is_no_transcript() -> None:
    """A timetable, and prose whose times run backwards, are paragraphs."""
    for text in (
        "Opening 09:00\nHall A\n\nKeynote 10:00\nHall B\n\nLunch 12:00\nCanteen\n",
        "Train 14:00\nfrom York\n\nBus 09:30\nfrom Hull\n\nTrain 08:00\nfrom Leeds\n",
    ):
        assert {block.kind for block in read(text).blocks} == {"paragraph"}


def test_white_space_is_empty() -> None:
    """A file without a letter or digit holds no text."""
    assert refusal(FORMAT, " \n\n --- \n") == "empty"


def test_speakers_with_a_remark_in_brackets_are_speakers() -> None:
    """A line that names an office, its holder and his party in nested brackets begins a turn, as one without does."""
    said = (
        "The Chair (Hon. Jo Moss (North Vale, Ind.))  00:00:00\nWelcome.\n\nMr. Al Ray (Upper Lea, Lab.)  00:00:10\nThanks.\n"
    )
    document = read(
        f"{said}\nThe Chair (Hon. Jo Moss)  00:00:20\nNext, please.\n\nMr. Al Ray (Upper Lea, Lab.)  00:00:30\nYes.\n"
    )
    assert turns(document) == [
        ("The Chair (Hon. Jo Moss (North Vale, Ind.))", "Welcome."),
        ("Mr. Al Ray (Upper Lea, Lab.)", "Thanks."),
        ("The Chair (Hon. Jo Moss)", "Next, please."),
        ("Mr. Al Ray (Upper Lea, Lab.)", "Yes."),
    ]
