from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal, turns
from winnow.documents import Block
from winnow.formats._speakers import name_prefix
from winnow.formats._spoken import clean_turn
from winnow.formats._transcript import merge_turns
from winnow.formats.vtt import FORMAT


def vtt(*payloads: str) -> str:
    """Cues of one second each."""
    cues = (f"00:{number:02}.000 --> 00:{number + 1:02}.000\n{payload}\n" for number, payload in enumerate(payloads))
    return "WEBVTT\n\n" + "\n".join(cues)


def said(*payloads: str) -> list[tuple[str | None, str]]:
    """The turns of cues with these payloads."""
    return turns(documents(FORMAT, vtt(*payloads))[0])


def test_several_voices_in_one_cue_are_several_turns() -> None:
    """Every voice tag of a cue begins a turn, and what stands outside all voices has no speaker."""
    assert said("<v Ann>Hello.</v> <v.loud Bo Ray>Hi!</v> <i>laughter</i>") == [
        ("Ann", "Hello."),
        ("Bo Ray", "Hi!"),
        (None, "laughter"),
    ]


def test_consecutive_cues_of_a_speaker_merge_with_times_and_span() -> None:
    """A merged turn runs from the first cue's start to the last one's end, in time and in characters."""
    text = vtt("<v Ann>One", "<v Ann>two.", "<v Bo>Three.")
    first, second = documents(FORMAT, text)[0].blocks
    assert (first.text, first.start_ms, first.end_ms) == ("One two.", 0, 2000)
    assert text[first.start : first.end].startswith("One\n")
    assert text[first.start : first.end].endswith("two.")
    assert (second.speaker, second.start_ms) == ("Bo", 2000)


def test_a_turn_without_words_does_not_part_its_neighbours() -> None:
    """A cue that holds only a marker vanishes, is counted, and leaves one turn around it."""
    document = documents(FORMAT, vtt("<v Ann>So", "<v Bo>{vocalsound}", "<v Ann>yes."))[0]
    assert turns(document) == [("Ann", "So yes.")]
    assert document.notes == {"marker_vocalsound": 1, "turns_without_words": 1}


def test_a_prefix_that_comes_back_names_the_speaker() -> None:
    """Names before a colon become speakers, with a title and a remark in brackets too."""
    chair = "The Chair (Ms. A. Example (North, Ind.))"
    assert said("Ann Lee: Hi.", f"{chair}: Order.", "Ann Lee: Sorry.") == [
        ("Ann Lee", "Hi."),
        (chair, "Order."),
        ("Ann Lee", "Sorry."),
    ]


def test_a_colon_in_speech_is_no_speaker() -> None:
    """A word before a colon in running speech stays speech."""
    words = ["We looked at it.", "Note: it was late.", "The problem is this: money.", "At 10:30 we left.", "Then home."]
    assert said(*words) == [(None, word) for word in words]


def test_a_colon_after_a_voice_is_speech() -> None:
    """Where voice tags name the speakers, prefixes are not looked for."""
    assert said("<v Ann>Bo: said no.", "<v Ann>Bo: again.") == [("Ann", "Bo: said no. Bo: again.")]


def test_names_at_changes_carry_to_the_cues_after_them() -> None:
    """Where names mark a change of speaker, a cue without one goes on with the last."""
    cues = ["Ann: One.", "Two.", "Bo: Three.", "Four.", "Ann: Five.", "Bo: Six."]
    assert said(*cues) == [("Ann", "One. Two."), ("Bo", "Three. Four."), ("Ann", "Five."), ("Bo", "Six.")]


def test_where_every_cue_is_labelled_one_without_a_name_is_unknown() -> None:
    """A tool that names neighbouring cues alike names all it knows, so the others belong to nobody."""
    assert said("Ann: One.", "Ann: Two.", "Noise.", "Ann: Three.")[1] == (None, "Noise.")


def test_two_people_in_one_cue_are_told_apart_by_line() -> None:
    """A name that comes back begins a turn inside a cue as well."""
    assert said("- Ann: Ready?\n- Bo: Yes.", "Bo: Go.")[:2] == [("Ann", "Ready?"), ("Bo", "Yes. Go.")]


@pytest.mark.parametrize(
    "line",
    [
        "https://example.com",
        "10:30 we met",
        "the name: x",
        "One Two Three Four Five Six: x",
        "Hello, you: x",
        "12: x",
        ": x",
        "a",
    ],
)
def test_what_has_not_the_shape_of_a_name(line: str) -> None:
    """Addresses, clock times, lower-case words and long phrases are no names."""
    assert name_prefix(line) is None


@pytest.mark.parametrize(
    "name",
    ["Ann", "Dr Ann van der Berg", "Chris d'Entremont", "PhD B", "speaker_01", "田中", "SPEAKER 2", "Huw Irranca-Davies AM"],
)
def test_what_has_the_shape_of_a_name(name: str) -> None:
    """Names with particles, apostrophes, numbers and in scripts without case are names."""
    assert name_prefix(f"{name}: yes") == (name, len(name) + 1)


def test_cue_ids_notes_styles_and_header_are_not_text() -> None:
    """Nothing but the cues' payload becomes text."""
    text = (
        "\ufeffWEBVTT - Weekly\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnot spoken\n\n"
        "62357a1d-d250-41d5-a1cf-6cc0eeceffcc/15-0\n00:00:01.000 --> 00:00:02.000 align:left\n<v Ann>Hello.</v>\n\n"
        "7\n00:00:02.000 --> 00:00:03.000\n<v Bo>Hi.</v>\n"
    )
    assert turns(documents(FORMAT, text)[0]) == [("Ann", "Hello."), ("Bo", "Hi.")]


def test_entities_are_resolved_and_styling_is_removed() -> None:
    """References become characters, tags go, and what only looks like either stays."""
    cue = "<v A&amp;B><c.yellow>R&amp;D</c> <00:00:01.500><i>is</i> &lt;b&gt; <3 &notit;</v>"
    assert said(cue) == [("A&B", "R&D is <b> <3 &notit;")]


@pytest.mark.parametrize("clock", ["00:01,500", "00:00:01.500", "0:00:01,5"])
def test_clock_times_are_read_as_they_are_written(clock: str) -> None:
    """A comma, a missing hour and short fractions are read, never skipped."""
    (block,) = documents(FORMAT, f"WEBVTT\n\n{clock} --> 01:00.000\nHello.\n")[0].blocks
    assert (block.start_ms, block.end_ms) == (1500, 60_000)


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\nwords without a time\n",
        "some prose",
        "WEBVTT\n\n00:01.000 --> 00:\nHello.\n",
        "WEBVTT\n\n00:61.000 --> 00:62.000\nA\n",
    ],
)
def test_a_file_whose_cues_cannot_be_read_is_malformed(text: str) -> None:
    """A clock time that cannot be read refuses the file, as cues would be lost."""
    assert refusal(FORMAT, text) == "malformed"


@pytest.mark.parametrize("text", ["WEBVTT\n", "", " \n", "WEBVTT\n\n00:01.000 --> 00:02.000\n{vocalsound}\n"])
def test_a_file_without_words_is_empty(text: str) -> None:
    """A header alone, or cues of nothing but markers, hold no text."""
    assert refusal(FORMAT, text) == "empty"


def test_a_blank_line_inside_a_cue_loses_nothing() -> None:
    """Lines without a time go on with the cue before them and are counted."""
    document = documents(FORMAT, "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\ntwo.\n\n00:03.000 --> 00:04.000\nThree.\n")[0]
    assert turns(document) == [(None, "One two."), (None, "Three.")]
    assert document.notes == {"lines_without_a_time": 1}


def test_nameless_cues_join_only_to_complete_a_sentence() -> None:
    """Where nobody is named, a block ends with its sentence, or after a thousand characters."""
    assert said("We met", "in May.", "Then June.") == [(None, "We met in May."), (None, "Then June.")]
    assert len(said(*(f"word{number} " * 30 for number in range(20)))) > 1


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Well , I 'm in . You did n't ?", "Well, I'm in. You didn't?"),
        ('it \'s {disfmarker} uh , {pause} , so - called " x node " .', 'it\'s uh, so-called "x node".'),
        ("Fine - really. Good , yes", "Fine - really. Good, yes"),
        ("[inaudible 00:12:03] the [old] plan (laughter)", "the [old] plan"),
        ("see .NET , and 'cause of .5", "see .NET, and 'cause of .5"),
        ("{vocalsound} .", ""),
        ("the T_V_s , an L_C_D_ screen , F_ eight .", "the TVs, an LCD screen, F eight."),
        ("MAX_LEN and X_TRAIN", "MAX_LEN and X_TRAIN"),
        ("we ' r at five o ' clock , the speakers ' channels .", "we'r at five o'clock, the speakers' channels."),
        ("Thank you, Mr.Chair.", "Thank you, Mr. Chair."),
    ],
)
def test_turns_are_cleaned(raw: str, clean: str) -> None:
    """Markers go, spaced marks and spelt letters are rejoined, and a dash, a bracketed word or a program's name stays."""
    assert clean_turn(raw)[0] == clean


def test_the_name_of_an_unknown_marker_is_not_kept() -> None:
    """Counts carry names from a closed list only, so no text can reach a note."""
    assert clean_turn("a {john smith} b {gap}") == ("a b", {"marker_other": 1, "marker_gap": 1})


@given(st.text(alphabet="ab .,?'\"{}[]()-:@\n", max_size=60))
@settings(max_examples=200, deadline=None)
def test_cleaning_keeps_every_letter_outside_brackets(text: str) -> None:
    """Cleaning moves white space and removes markers; it never adds a letter, nor white space at the ends."""
    clean, _ = clean_turn(text)
    letters = [character for character in text if character.isalnum()]
    kept = [character for character in clean if character.isalnum()]
    assert clean == clean.strip()
    assert len(kept) <= len(letters)
    if not set(text) & set("{[("):
        assert kept == letters


@given(st.lists(st.tuples(st.sampled_from(["Ann", "Bo", None]), st.sampled_from(["", "one", "two."])), max_size=20))
@settings(max_examples=100, deadline=None)
def test_merging_keeps_words_and_order(pairs: list[tuple[str | None, str]]) -> None:
    """Merged turns say the same words in the same order, and no named speaker follows himself."""
    merged = list(merge_turns(Block("turn", text, speaker=speaker) for speaker, text in pairs))
    assert " ".join(block.text for block in merged) == " ".join(text for _, text in pairs if text)
    names = [block.speaker for block in merged]
    assert all(name is None or name != after for name, after in pairwise(names))


@given(st.text(alphabet="W:0123.,->\n <v>A&;{}", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    """No input makes the reader fail in another way than by its reasons."""
    assert refusal(FORMAT, "WEBVTT\n\n00:01.000 --> 00:02.000\n" + text) in {"", "malformed", "empty"}


def test_a_long_cue_of_tag_openers_takes_linear_time() -> None:
    """Ten thousand unclosed tags and braces are read at once, not by backtracking."""
    assert documents(FORMAT, vtt("<v <i {\\a [ " * 10_000 + "end."))
