"""What meeting tools and caption writers do to VTT and SRT beyond the standard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, turns
from winnow.formats import Reading, ReadOptions, srt, vtt
from winnow.formats._speakers import find_speakers
from winnow.formats._transcript import MAX_TRANSCRIPT_BYTES

WEBVTT = "WEBVTT\n\n"


def cues(*payloads: str) -> str:
    """Cues of one second each, without a header."""
    return "\n".join(
        f"00:{number // 60:02}:{number % 60:02}.000 --> 00:{number // 60:02}:{number % 60:02}.900\n{payload}\n"
        for number, payload in enumerate(payloads)
    )


def test_records_of_teams_with_metadata() -> None:
    """A cue that is a JSON object gives its speaker and words; one without words gives none."""
    record = '{"startDateTime":"2026-10-01T10:00:00Z","speakerName":"Ann Lee","spokenText":"Note: we start.","spokenLanguage":"en-us"}'
    silent = '{"startDateTime":"2026-10-01T10:00:00Z","speakerName":"Bo Ray","spokenLanguage":"en-us"}'
    assert turns(documents(vtt.FORMAT, WEBVTT + cues(record, silent))[0]) == [("Ann Lee", "Note: we start.")]
    assert refusal(vtt.FORMAT, WEBVTT + cues(silent)) == "empty"


def test_names_in_the_ids_of_cues() -> None:
    """Webex names the speaker in a cue's id."""
    text = (
        '1 "Ann Lee" (123)\n00:00:01.000 --> 00:00:02.000\nWe start.\n\n2 "Bo Ray" (7)\n00:00:02.000 --> 00:00:03.000\nGood.\n'
    )
    assert turns(documents(vtt.FORMAT, WEBVTT + text)[0]) == [("Ann Lee", "We start."), ("Bo Ray", "Good.")]


def test_names_on_lines_of_their_own() -> None:
    """A name above the words of every cue is a speaker, as documents of Teams have it; a heading of one cue is not."""
    named = cues("Ann Lee\nWe start.", "Bo Ray\nGood.", "Ann Lee\nFine.")
    assert turns(documents(vtt.FORMAT, WEBVTT + named)[0]) == [
        ("Ann Lee", "We start."),
        ("Bo Ray", "Good."),
        ("Ann Lee", "Fine."),
    ]
    assert {who for who, _ in turns(documents(vtt.FORMAT, WEBVTT + cues("Part One\nWe start.", "Good.", "So\nit is."))[0])} == {
        None
    }


def test_automatic_captions_that_roll_are_read_once() -> None:
    """Each line that YouTube shows twice, first with times and then as it moves up, is said once."""
    text = (
        "WEBVTT\nKind: captions\nLanguage: en\n\n"
        "00:00:00.000 --> 00:00:02.000 align:start position:0%\n \nwe<00:00:00.500><c> start</c><00:00:01.000><c> now</c>\n\n"
        "00:00:02.000 --> 00:00:02.010 align:start position:0%\nwe start now\n \n\n"
        "00:00:02.010 --> 00:00:04.000 align:start position:0%\nwe start now\nand<00:00:03.000><c> go</c><c> on</c>\n\n"
        "00:00:04.000 --> 00:00:04.010 align:start position:0%\nand go on\n \n\n"
        "00:00:04.010 --> 00:00:06.000 align:start position:0%\nand go on\nto<00:00:05.000><c> the</c><c> end</c>\n\n"
    )
    (document,) = documents(vtt.FORMAT, text)
    assert turns(document) == [(None, "we start now and go on to the end")]
    assert document.notes == {"repeated_lines": 4}
    assert (document.blocks[0].start_ms, document.blocks[0].end_ms) == (0, 6000)


def test_captions_that_grow_are_read_once() -> None:
    """Live captions that show a sentence again with each new word give each word once."""
    document = documents(
        vtt.FORMAT, WEBVTT + cues("we", "we start", "we start now", "we start now and", "so be it", "so be it all")
    )[0]
    assert " ".join(text for _, text in turns(document)) == "we start now and so be it all"


def test_people_may_repeat_each_other() -> None:
    """A line that is said again here and there is no caption that rolls."""
    payloads = ["Ann: Yes.", "Bo: Yes.", "Yes.", "Ann: Right then.", "Bo: Off we go.", "Ann: To work.", "Bo: Bye."]
    assert sum(text.count("Yes.") for _, text in turns(documents(vtt.FORMAT, WEBVTT + cues(*payloads))[0])) == 3


def test_segments_put_together_are_one_file() -> None:
    """Headers of a stream's segments inside the file are no text, and a cue that stands in two segments is said once."""
    cue = "00:00:01.000 --> 00:00:02.000\nWe start.\n\n"
    header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n"
    assert turns(documents(vtt.FORMAT, header + cue + header + cue)[0]) == [(None, "We start.")]


def test_cues_that_are_a_little_out_of_order_are_put_in_order() -> None:
    """Speakers transcribed apart are put together by time; two recordings in one file are not mixed, but counted."""
    apart = "00:00:04.000 --> 00:00:05.000\n<v Ann>Second.\n\n00:00:01.000 --> 00:00:02.000\n<v Bo>First.\n\n"
    (document,) = documents(vtt.FORMAT, WEBVTT + apart)
    assert turns(document) == [("Bo", "First."), ("Ann", "Second.")]
    assert document.notes == {"cues_reordered": 1}
    two = apart.replace("00:00:04", "01:30:04").replace("00:00:05", "01:30:05")
    (document,) = documents(vtt.FORMAT, WEBVTT + two)
    assert turns(document) == [("Ann", "Second."), ("Bo", "First.")]
    assert document.notes == {"turns_out_of_order": 1}


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        ("00:00:59.000 --> 00:00:60.000", (59_000, 60_000)),
        ("00:00:01:500 --> 00:00:02:500", (1500, 2500)),
        ("00:00:01.123456 --> 00:00:02,5", (1123, 2500)),
        ("0:0:1.0 --> 0:0:2.40", (1000, 2400)),
        ("00:00:01, 500 --> 00:00:02, 500", (1500, 2500)),
        ("-00:00:01.000 --> 00:00:02.000", (0, 2000)),
    ],
)
def test_clock_times_that_tools_get_wrong(clocks: str, expected: tuple[int, int]) -> None:
    """A sixtieth second, a colon for a point, microseconds and a time before the start are read."""
    (document,) = documents(vtt.FORMAT, f"{WEBVTT}{clocks}\nHello.\n")
    assert (document.blocks[0].start_ms, document.blocks[0].end_ms) == expected
    assert document.notes == ({"negative_times": 1} if clocks.startswith("-") else {})


def test_subviewer_files_are_read() -> None:
    """The captions of YouTube and the chats of Google Meet have both times on a line with a comma."""
    text = "0:00:01.000,0:00:04.000\nAnn Lee: We start.\n\n0:00:05.000,0:00:06.000\nBo Ray: Good.\n"
    (document,) = documents(srt.FORMAT, text)
    assert turns(document) == [("Ann Lee", "We start."), ("Bo Ray", "Good.")]
    assert (document.blocks[1].start_ms, document.blocks[1].end_ms) == (5000, 6000)


def test_labels_in_brackets_are_speakers() -> None:
    """WhisperX writes a label in brackets before the words."""
    text = WEBVTT + cues("[SPEAKER_00]: We start.", "[SPEAKER_01]: Good.", "[SPEAKER_00] [laughs] Fine.")
    assert turns(documents(vtt.FORMAT, text)[0]) == [
        ("SPEAKER_00", "We start."),
        ("SPEAKER_01", "Good."),
        ("SPEAKER_00", "Fine."),
    ]


def test_the_sign_for_another_speaker() -> None:
    """Two arrows end the turn of a named speaker and are no words."""
    text = WEBVTT + cues(">> Ann Lee: We start.", "Now.", ">> Who is that?", ">> Ann Lee: Bo.", "&gt;&gt; Oh.")
    assert turns(documents(vtt.FORMAT, text)[0]) == [
        ("Ann Lee", "We start. Now."),
        (None, "Who is that?"),
        ("Ann Lee", "Bo."),
        (None, "Oh."),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["Slide 3: the costs.", "They rose.", "Slide 3: again.", "So.", "It is.", "Fine."],
        ["Look: it works.", "Yes.", "Look: it stops.", "Right: it stopped.", "Right: so.", "No."],
        ["The point is: money.", "The point is: time.", "The point is: both."],
        ["Well: yes.", "https://example.com: no.", "10:30: maybe.", "At 5:00: then.", "We: all."],
        ["Remember: one.", "Remember: two.", "Remember: three.", "Step 1: go.", "Step 2: stop.", "End."],
    ],
)
def test_colons_in_speech_name_nobody(lines: list[str]) -> None:
    """Words before a colon that come back are no names if people open sentences with them or count with them."""
    assert find_speakers([[line] for line in lines]).opening == frozenset()


def test_a_lone_word_that_comes_back_in_a_long_talk_is_no_speaker() -> None:
    """Two colons in a thousand cues are speech."""
    lines = [["and so it goes on"] for _ in range(1200)]
    lines[10] = lines[700] = ["Money: that is what counts."]
    assert find_speakers(lines).opening == frozenset()


def test_sounds_are_taken_out_in_several_languages() -> None:
    """Automatic captions name sounds in their own language; other words in brackets stay."""
    text = cues("[Musik] Guten Tag.", "[Applaus]", "♪ [Gelächter] Ja.", "[音楽] はい。", "Das [neue] Haus (sic).", "<unk> So.")
    (document,) = documents(vtt.FORMAT, WEBVTT + text)
    assert " ".join(said for _, said in turns(document)) == "Guten Tag. Ja. はい。 Das [neue] Haus (sic). So."
    assert document.notes == {
        "marker_music": 3,
        "marker_applause": 1,
        "marker_laughter": 1,
        "marker_unintelligible": 1,
        "turns_without_words": 1,
    }


def test_fillers_are_dropped_by_catalog() -> None:
    """Captions lose their hesitations only where the source says so."""
    text = WEBVTT + cues("<v Ann>Um, so, uh, we start with the plan.", "<v Bo>Uh-huh.", "<v Ann>Erm.")
    assert turns(documents(vtt.FORMAT, text)[0])[0] == ("Ann", "Um, so, uh, we start with the plan.")
    (document,) = documents(vtt.FORMAT, text, ReadOptions(reading=Reading(fillers="drop")))
    assert turns(document) == [("Ann", "So we start with the plan."), ("Bo", "Uh-huh.")]
    assert document.notes == {"fillers": 3, "turns_without_words": 1}


def test_what_is_no_transcript_by_its_size_is_refused() -> None:
    """A file over the bound, or of more lines than anybody says in a day, is too large before any of it is read."""
    assert refusal(vtt.FORMAT, b"x" * (MAX_TRANSCRIPT_BYTES + 1)) == "too_large"
    assert refusal(srt.FORMAT, b"1\n" * 1_100_000) == "too_large"


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet='ab:>-. \n<v|A10,{}"[]', max_size=150))
def test_times_are_whole_and_in_their_turn(text: str) -> None:
    """Whatever stands in a file, a turn that is read has words, a start, and an end that is not before it."""
    content = f"{WEBVTT}00:00:01.000 --> 00:00:02.000\nAnn: yes\n{text}\n\n00:00:03.000 --> 00:00:01.000\nb\n"
    if refusal(vtt.FORMAT, content):
        return
    for block in documents(vtt.FORMAT, content)[0].blocks:
        assert block.text
        assert 0 <= (block.start_ms or 0) <= (block.end_ms or 0)
        assert 0 <= (block.start or 0) < (block.end or 0) <= len(content)
