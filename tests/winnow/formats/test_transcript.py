import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats import samples_json
from tests.winnow.formats.samples_tables import documents, refusal, turns
from tests.winnow.formats.samples_talk import encoded
from winnow.formats import Reading, ReadOptions, TableOptions, detect
from winnow.formats._spoken_json import milliseconds, speaker
from winnow.formats._transcript import MAX_MS
from winnow.formats.transcript import FORMAT

TIMES = [(0, 1000), (2500, 3000)]
"""When ``We start.`` and ``Good.`` were said, where words have times; segments of Whisper end where the next begins."""

EXPECTED = [
    ("WHISPER", [None, None], [(0, 2500), (2500, 3000)]),
    ("WHISPERX", ["SPEAKER_00", "SPEAKER_01"], [(100, 1000), (2500, 3000)]),
    ("WHISPER_CPP", [None, None], [(0, 2500), (2500, 3000)]),
    ("CHUNKS", ["SPEAKER_00", "SPEAKER_01"], [(0, 2500), (2500, None)]),
    ("DEEPGRAM", ["Speaker 0", "Speaker 1"], TIMES),
    ("ASSEMBLYAI", ["Speaker A", "Speaker B"], TIMES),
    ("AWS", ["Speaker 0", "Speaker 1"], TIMES),
    ("AWS_SEGMENTS", ["Speaker 0", "Speaker 1"], TIMES),
    ("AWS_CALL", ["Agent", "Customer"], TIMES),
    ("REV", ["Speaker 0", "Speaker 1"], TIMES),
    ("GOOGLE", ["Speaker 1", "Speaker 2"], TIMES),
    ("AZURE_BATCH", ["Speaker 1", "Speaker 2"], TIMES),
    ("AZURE_FAST", ["Speaker 1", "Speaker 2"], TIMES),
    ("SCRIBE", ["speaker_0", "speaker_1"], TIMES),
]


@pytest.mark.parametrize(("tool", "who", "when"), EXPECTED)
def test_what_tools_write(tool: str, who: list[str | None], when: list[tuple[int, int | None]]) -> None:
    """Words, speakers and times of every tool's export come out alike."""
    content = encoded(getattr(samples_json, tool))
    (document,) = documents(FORMAT, content)
    assert detect(content, "a.json").name == "transcript"
    assert turns(document) == list(zip(who, ["We start.", "Good."], strict=True))
    assert [(block.start_ms, block.end_ms) for block in document.blocks] == when


def test_a_corpus_of_meetings_is_turns() -> None:
    """Objects with a speaker and words under a telling name are turns without times, cleaned of their marks."""
    (document,) = documents(FORMAT, encoded(samples_json.CORPUS))
    assert turns(document) == [("Grad C", "Well, we start."), ("PhD D", "Good.")]
    assert {block.start_ms for block in document.blocks} == {None}
    assert document.notes == {"marker_disfmarker": 1}


def test_words_make_turns_where_utterances_are_missing() -> None:
    """Without utterances the words of Deepgram and AssemblyAI, with their marks, are put together by speaker."""
    deepgram = json.loads(encoded(samples_json.DEEPGRAM))
    del deepgram["results"]["utterances"]
    assemblyai = {**samples_json.ASSEMBLYAI, "utterances": None}
    for value, labels in ((deepgram, "01"), (assemblyai, "AB")):
        (document,) = documents(FORMAT, encoded(value))
        assert turns(document) == [(f"Speaker {labels[0]}", "We start."), (f"Speaker {labels[1]}", "Good.")]


def test_paragraphs_and_channels_of_deepgram() -> None:
    """Paragraphs are turns; where each party has a channel, the channel is the speaker and time sets the order."""
    paragraphs = {"paragraphs": [{"sentences": [{"text": "Good."}], "speaker": 1, "start": 2.5, "end": 3.0}]}
    later = {"alternatives": [{"transcript": "Good.", "words": [], "paragraphs": paragraphs}]}
    earlier = {"alternatives": [{"transcript": "We start.", "words": samples_json.DEEPGRAM_WORDS[:2]}]}
    (one,) = documents(FORMAT, encoded({"results": {"channels": [later]}}))
    (two,) = documents(FORMAT, encoded({"results": {"channels": [later, earlier]}}))
    assert turns(one) == [("Speaker 1", "Good.")]
    assert turns(two) == [("Speaker 1", "We start."), ("Speaker 0", "Good.")]


def test_aws_channels_and_plain_transcripts() -> None:
    """Channels of Amazon Transcribe are speakers; without any item its transcript is one turn."""
    items = samples_json.AWS_ITEMS
    channels = [{"channel_label": "ch_0", "items": items[3:]}, {"channel_label": "ch_1", "items": items[:3]}]
    transcripts = [{"transcript": "We start. Good."}]
    (two,) = documents(
        FORMAT, encoded({"results": {"transcripts": transcripts, "items": items, "channel_labels": {"channels": channels}}})
    )
    (bare,) = documents(FORMAT, encoded({"results": {"transcripts": transcripts, "items": []}}))
    assert turns(two) == [("Speaker 1", "We start."), ("Speaker 0", "Good.")]
    assert turns(bare) == [(None, "We start. Good.")]


@pytest.mark.parametrize(("unit", "said"), [(1, 4), (1000, 4000)])
def test_times_without_a_unit_are_told_by_how_fast_people_talk(unit: int, said: int) -> None:
    """A corpus that counts in milliseconds is told from one that counts in seconds by its words."""
    value = [
        {"speaker": "Ann", "text": "one two three four five six", "start": 0, "end": 3 * unit},
        {"speaker": "Bo", "text": "yes that is right", "start": 3 * unit, "end": said},
    ]
    (document,) = documents(FORMAT, encoded(value))
    assert [(block.start_ms, block.end_ms) for block in document.blocks] == [(0, 3000), (3000, 4000)]


def test_a_recogniser_in_a_loop_is_cut() -> None:
    """A sentence that comes four times in a row stays once; a short word may come as often as it likes."""
    segments = [{"start": n, "end": n + 1, "text": " Thanks for watching!"} for n in range(9)]
    short = [{"start": n, "end": n + 1, "text": " No."} for n in range(9, 14)]
    (document,) = documents(FORMAT, encoded({"segments": segments + short, "language": "en"}))
    assert " ".join(block.text for block in document.blocks) == "Thanks for watching! No. No. No. No. No."
    assert document.notes == {"looped_turns": 8}


def test_spans_count_the_blocks_joined_by_line_ends() -> None:
    """A block's span cuts it out of the blocks joined by line ends."""
    (document,) = documents(FORMAT, encoded(samples_json.WHISPER))
    joined = "\n".join(block.text for block in document.blocks)
    assert [joined[block.start : block.end] for block in document.blocks] == ["We start.", "Good."]


def test_fillers_are_dropped_where_the_catalog_says_so() -> None:
    """Sounds of hesitation go with their commas, and only words of the language that has them are words."""
    drop = ReadOptions(reading=Reading(fillers="drop"))
    english = {"segments": [{"start": 0, "end": 1, "text": "Um, I want, uh, the er one of it, uh-huh, and that is, um."}]}
    german = {"segments": [{"start": 0, "end": 1, "text": "Äh, er geht um acht Uhr ähm nach Hause."}]}
    (dropped,), (other,) = documents(FORMAT, encoded(english), drop), documents(FORMAT, encoded(german), drop)
    assert dropped.blocks[0].text == "I want the one of it, uh-huh, and that is."
    assert dropped.notes == {"fillers": 4}
    assert other.blocks[0].text == "Er geht um acht Uhr nach Hause."
    assert documents(FORMAT, encoded(german))[0].blocks[0].text == "Äh, er geht um acht Uhr ähm nach Hause."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.345", 12345),
        (12.3456, 12346),
        ("00:01:02,500", 62_500),
        ("1.400s", 1400),
        ({"seconds": "2", "nanos": 500_000_000}, 2500),
        (-4, 0),
        (1e300, MAX_MS),
        ("", None),
        (None, None),
        (True, None),
        ([1], None),
        ({"seconds": {"seconds": 1}}, None),
    ],
)
def test_times_in_every_notation(value: Any, expected: int | None) -> None:
    """Times are whole milliseconds, none before the start and none that could not be stored."""
    assert milliseconds(value) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (0, "Speaker 0"),
        ("spk_1", "Speaker 1"),
        ("B", "Speaker B"),
        ("Ann  Lee", "Ann Lee"),
        ("", None),
        (None, None),
        (1.5, None),
    ],
)
def test_labels_of_speakers(label: Any, expected: str | None) -> None:
    """A number or letter becomes a label that is nobody's name."""
    assert speaker(label) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"segments": []}', "malformed"),
        (b'{"segments": [{"start": 0, "end": 1, "text": "[Music]"}]}', "empty"),
        (b'{"text": "a", "segments": [{"start": 0, "end": 1, "text": "We st', "truncated"),
        (b'{"segments": [{"start": 0, "end": 1,, "text": "We start."}]}', "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"a":' * 100_000, "malformed"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    """Broken, cut and bottomless JSON each has its reason."""
    assert refusal(FORMAT, content) == reason


def test_numbers_that_are_none_are_no_times() -> None:
    """NaN, infinities and numbers of a thousand digits leave a turn without a time, not a file without a transcript."""
    content = b'{"segments": [{"start": NaN, "end": 1e999, "text": "We start."}, {"start": %s, "end": 3, "text": "Good."}]}'
    (document,) = documents(FORMAT, content % (b"9" * 1000))
    assert [(block.start_ms, block.end_ms) for block in document.blocks] == [(None, None), (None, 3000)]


def test_json_of_another_kind_is_left_to_the_table_reader() -> None:
    """A list of rows, a configuration and a text about speech are no transcripts, and with named columns nothing is."""
    table = ReadOptions(table=TableOptions(columns=("text",)))
    for value in (
        [{"id": 1, "text": "a", "start": 1, "end": 2}],
        {"speaker": "JBL", "text": "loud"},
        {"segments": {"text": 1}},
    ):
        assert detect(encoded(value), "a.json").name == "jsonl"
    assert detect(encoded(samples_json.CORPUS), "a.json", table).name == "jsonl"


def test_a_file_that_would_fill_the_memory_is_too_large() -> None:
    """Millions of empty objects are counted before they are made."""
    assert refusal(FORMAT, b'{"segments": [' + b"{}," * 4_000_000 + b"{}]}") == "too_large"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    tool=st.sampled_from([name for name, _, _ in EXPECTED]),
    path=st.lists(st.integers(0, 5), min_size=1, max_size=6),
    value=VALUES,
)
def test_any_value_anywhere_is_read_or_refused(tool: str, path: list[int], value: Any) -> None:
    """An export with anything in the place of anything gives turns or a reason, and times that can be stored."""
    root = json.loads(encoded(getattr(samples_json, tool)))
    at = root
    for number, step in enumerate(path):
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            break
        key = keys[step % len(keys)]
        if number == len(path) - 1 or not isinstance(at[key], dict | list):
            at[key] = value
            break
        at = at[key]
    content = encoded(root)
    assert refusal(FORMAT, content) in {"", "malformed", "empty"}
    if not refusal(FORMAT, content):
        for block in documents(FORMAT, content)[0].blocks:
            assert block.start_ms is None or 0 <= block.start_ms <= MAX_MS
            assert block.end_ms is None or block.end_ms >= (block.start_ms or 0)
