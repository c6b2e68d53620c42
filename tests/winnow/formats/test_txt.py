import pytest
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


SCRIPTS = {
    "rev": "Ann Lee: (00:03)\nWe start now.\n\nBo Ray: (00:10)\nGood, [crosstalk 00:12] then.\n\nAnn Lee: (00:15)\nDone.\n",
    "rev labels": "Ann Lee (00:03):\nWe start now.\n\nBo Ray (00:10):\nGood, then.\n\nAnn Lee (00:15):\nDone.\n",
    "otter": "Ann Lee  0:03  \nWe start now.\n\nBo Ray  0:10  \nGood, then.\n\nAnn Lee  0:15  \nDone.\n\nTranscribed by https://otter.ai\n",
    "otter without times": (
        "Ann Lee\nWe start now.\n\nBo Ray\nGood, then.\n\nAnn Lee\nDone.\n\nBo Ray\nYes.\n\nTranscribed by https://otter.ai\n"
    ),
    "teams": (
        "Weekly-20261001-Meeting Recording\nOctober 1, 2026, 2:05PM\n30m 2s\n\nAnn Lee started transcription\n\n"
        "Ann Lee\u00a0\u00a0\u00a00:03\nWe start now.\n\nBo Ray\u00a0\u00a0\u00a00:10\nGood, then.\n\n"
        "Ann Lee\u00a0\u00a0\u00a00:15\nDone.\nAnn Lee stopped transcription\n"
    ),
    "teams before": (
        "0:0:3.0 --> 0:0:9.440\nAnn Lee\nWe start now.\n\n0:0:10.440 --> 0:0:14.40\nBo Ray\nGood, then.\n\n"
        "0:0:15.0 --> 0:0:17.440\nAnn Lee\nDone.\n"
    ),
    "zoom captions": "[Ann Lee] 10:02:33\nWe start now.\n\n[Bo Ray] 10:02:40\nGood, then.\n\n[Ann Lee] 10:02:45\nDone.\n",
    "zoom recording": "00:00:03\tAnn Lee:\tWe start now.\n00:00:10\tBo Ray:\tGood, then.\n00:00:15\tAnn Lee:\tDone.\n",
    "meet": (
        "Weekly (2026-10-01 14:02 GMT+2) - Transcript\nAttendees\nAnn Lee, Bo Ray\nTranscript\n00:00:00\n \n"
        "Ann Lee: We start now.\nBo Ray: Good, then.\n00:05:00\n \nAnn Lee: Done.\nBo Ray: Yes, until the next time then.\n"
        "Ann Lee: So be it, my good friend.\nMeeting ended after 00:07:03 👋\n"
    ),
    "subtitles": "1\n00:00:03,000 --> 00:00:09,000\nAnn Lee: We start now.\n\n2\n00:00:10,000 --> 00:00:12,000\nBo Ray: Good, then.\n",
}
"""What tools write as plain text, with the same words."""


@pytest.mark.parametrize("tool", SCRIPTS)
def test_what_meeting_tools_save_as_text(tool: str) -> None:
    """Speakers and words of every tool's text come out alike, and what the tool says about itself is no speech."""
    found = [(who, said) for who, said in turns(read(SCRIPTS[tool])) if who is not None]
    assert found[:2] == [("Ann Lee", "We start now."), ("Bo Ray", "Good, then.")]
    assert not any("otter" in said or "transcription" in said or "ended" in said for _, said in found)


def test_clock_times_on_lines_of_their_own_bound_what_was_said() -> None:
    """Under a time of Google Meet a turn begins there or later, and ends before the next such time."""
    spoken = [block for block in read(SCRIPTS["meet"]).blocks if block.kind == "turn"]
    assert [(block.start_ms, block.end_ms) for block in spoken][:3] == [(0, 300_000), (0, 300_000), (300_000, None)]


def test_times_of_whispers_command_line() -> None:
    """Lines of two times in brackets are turns of nobody known, each with its own end."""
    document = read("[00:00.000 --> 00:04.000]  We start: now.\n[00:05.000 --> 00:06.500]  Good.\n")
    assert turns(document) == [(None, "We start: now."), (None, "Good.")]
    assert [(block.start_ms, block.end_ms) for block in document.blocks] == [(0, 4000), (5000, 6500)]


def test_an_interview_of_questions_and_answers_is_turns() -> None:
    """Labels that come back before sentences make an interview of a text without times."""
    text = "Q: How did you come to the firm?\nA: I joined it after school.\n\nQ: What was it like then?\nA: It was small, you know.\n"
    assert [who for who, _ in turns(read(text))] == ["Q", "A", "Q", "A"]


@pytest.mark.parametrize(
    "text",
    [
        "Name: Ann Lee\nCity: York, in the north.\nPhone: 1\n\nName: Bo\nCity: Hull is by the sea.\nPhone: 2\n",
        "From: Ann\nTo: Bo\nSubject: x\n\nDear Bo,\nthis is it.\n\nFrom: Bo\nTo: Ann\nSubject: y\n\nFine. I agree.\n",
        "Agenda:\n- one\n\nDecision: we buy it all now.\nAction: Bo buys.\n\nDecision: we sell it.\nAction: Ann sells it today.\n",
        "Red: stop at once, please.\nAmber: get ready to go on.\nGreen: go on with some care.\n" * 3,
        "Note: this is a remark on it.\n\nThe text goes on here.\n\nNote: another remark on this.\n\nAnd on, and on.\n",
        "Introduction\nIt begins here.\n\nMethods Used\nWe did it.\n\nResults Found\nIt worked.\n\nLast Words\nThe end.\n",
    ],
)
def test_forms_letters_and_lists_are_no_talk(text: str) -> None:
    """Labels before a colon, headings over paragraphs and lists that come round name nobody."""
    assert "turn" not in {block.kind for block in read(text).blocks}


def test_a_text_without_end_comes_in_pieces_of_whole_lines() -> None:
    """A log without blank lines is blocks of bounded length that lose no line, and a line without end is cut."""
    log = "".join(f"2026-10-01 10:00:01 INFO started {number}\n" for number in range(5000))
    pieces = read(log).blocks
    assert len(pieces) > 1
    assert "\n".join(block.text for block in pieces).split("\n") == log.rstrip("\n").split("\n")
    assert max(len(block.text) for block in read("x" * 100_000).blocks) <= 20_000
    assert refusal(FORMAT, b"x" * (64 * 1024 * 1024 + 1)) == "too_large"
