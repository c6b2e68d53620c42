from tests.winnow.formats.samples_tables import SAMPLES, documents, refusal, turns
from winnow.formats.srt import FORMAT


def test_names_times_and_spans() -> None:
    """A numbered cue with a name becomes a turn with its times and its place in the text."""
    text = SAMPLES["srt"].decode()
    first, second = documents(FORMAT, text)[0].blocks
    assert (first.speaker, first.text, first.start_ms, first.end_ms) == ("Ann Lee", "We start.", 0, 2000)
    assert text[second.start : second.end] == "Bo Ray: Good."


def test_missing_blank_lines_between_cues() -> None:
    """A cue ends where the next one's number and time begin, even without a blank line."""
    text = "1\n00:00:00,000 --> 00:00:01,000\nAnn: One.\n2\n00:00:01,000 --> 00:00:02,000\nBo: Two.\n"
    assert turns(documents(FORMAT, text)[0]) == [("Ann", "One."), ("Bo", "Two.")]


def test_fonts_and_positions_are_removed() -> None:
    """SubRip's font tags and SubStation's positions are styling."""
    text = '1\n00:00:00,000 --> 00:00:01,000\n{\\an8}<font color="red">Hello</font> <i>there</i>.\n'
    assert turns(documents(FORMAT, text)[0]) == [(None, "Hello there.")]


def test_windows_line_ends_and_a_mark() -> None:
    """A byte-order mark and CR LF change nothing."""
    plain = SAMPLES["srt"]
    assert documents(FORMAT, b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")) == documents(FORMAT, plain)


def test_a_number_alone_is_no_text() -> None:
    """A cue's number that a blank line parts from its time is not spoken."""
    text = "1\n\n00:00:00,000 --> 00:00:01,000\nOne.\n\n2\n\n00:00:01,000 --> 00:00:02,000\nTwo.\n"
    assert turns(documents(FORMAT, text)[0]) == [(None, "One."), (None, "Two.")]


def test_an_arrow_in_speech_is_text() -> None:
    """An arrow that no clock time precedes is part of the words."""
    assert turns(documents(FORMAT, "1\n00:00:00,000 --> 00:00:01,000\nmenu --> save.\n")[0]) == [(None, "menu --> save.")]


def test_a_cue_that_ends_before_its_start_is_counted() -> None:
    """Reversed times are kept as a point in time, and noted."""
    document = documents(FORMAT, "1\n00:00:05,000 --> 00:00:01,000\nHello.\n")[0]
    assert (document.blocks[0].start_ms, document.blocks[0].end_ms) == (5000, 5000)
    assert document.notes == {"cues_ending_before_their_start": 1}


def test_prose_is_malformed() -> None:
    """A file without a single cue is no transcript."""
    assert refusal(FORMAT, "Dear all,\nthe meeting is off.\n") == "malformed"
    assert refusal(FORMAT, "1\n00:00:05,000 -> 00:00:01,000\nHello.\n") == "malformed"
