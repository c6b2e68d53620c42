"""Whisper's descendants, and JSON that says plainly who said what: small pure parsers, one a shape.

Belongs here: openai-whisper, its API, faster-whisper, WhisperX, whisper.cpp, Hugging Face pipelines; corpora and scripts. Does not
belong here: recognition services (`winnow.formats._recognition`, which says what a parser is).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from winnow.formats._export import Json, length, obj, objs, words
from winnow.formats._spoken_json import MILLISECONDS, SECONDS, Turns, milliseconds, runs, speaker, times, turn


def whisper(root: Json) -> Turns | None:
    """``segments`` of {start, end, text, speaker?, words?}, in seconds, alone or in an object."""
    if isinstance(root, list):
        segments = objs(root)
        if len(segments) != len(root) or not all("avg_logprob" in segment for segment in segments):
            return None
    else:
        segments = objs(obj(root).get("segments"))
    if not segments or not all({"start", "end", "text"} <= segment.keys() for segment in segments):
        return None
    return [said for segment in segments for said in _segment(segment)]


def _segment(segment: Mapping[str, Any]) -> Turns:
    """The segment, or where its words have speakers of their own (WhisperX) a turn for each run of them."""
    who = speaker(segment.get("speaker"))
    said = objs(segment.get("words"))
    if len({word.get("speaker") for word in said if isinstance(word.get("speaker"), str)}) > 1:
        spoken = (
            (f"{words(word.get('word')).strip()} ", speaker(word.get("speaker")) or who, *times(word, "start", "end"))
            for word in said
        )
        return runs(spoken)
    return [turn(segment["text"], who, *times(segment, "start", "end"))]


def whisper_cpp(root: Json) -> Turns | None:
    """``transcription`` of {timestamps, offsets, text, speaker?}; offsets in milliseconds."""
    segments = objs(obj(root).get("transcription"))
    if not segments or not all("offsets" in segment and "text" in segment for segment in segments):
        return None
    return [
        turn(
            segment["text"],
            speaker(segment.get("speaker")),
            *times(obj(segment["offsets"]), "from", "to", MILLISECONDS),
        )
        for segment in segments
    ]


def chunks(root: Json) -> Turns | None:
    """``speakers`` (insanely-fast-whisper) or ``chunks`` (Hugging Face) of {timestamp: [from, to], text, speaker?}."""
    for key in ("speakers", "chunks"):
        segments = objs(obj(root).get(key))
        if segments and all(isinstance(segment.get("timestamp"), list) and "text" in segment for segment in segments):
            return [
                turn(
                    segment["text"],
                    speaker(segment.get("speaker")),
                    *map(milliseconds, [*segment["timestamp"], None, None][:2]),
                )
                for segment in segments
            ]
    return None


_LISTS = (
    "meeting_transcripts",
    "transcript",
    "transcripts",
    "utterances",
    "turns",
    "segments",
    "sentences",
    "dialogue",
    "monologues",
)
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel", "spoken_by")
_TEXTS = ("text", "content", "sentence", "transcript", "utterance", "words", "spokenText")
_STARTS = ("start", "start_time", "startTime", "begin", "start_ms")
_ENDS = ("end", "end_time", "endTime", "end_ms")

_WORDS_PER_SECOND = 0.1  # of speech at least, were the times in seconds; in milliseconds they would be a hundredth of it


def plain(root: Json) -> Turns | None:
    """An array of {speaker, text}, alone or under a telling name, as corpora and scripts write it: each has both, as strings."""
    for found in [root] if isinstance(root, list) else [obj(root).get(name) for name in _LISTS]:
        turns = objs(found)
        if not 0 < len(turns) == length(found):
            continue
        who, said = (_common(turns, names) for names in (_SPEAKERS, _TEXTS))
        if who is None or said is None or not all(isinstance(one[said], str) for one in turns):
            continue
        starts, ends = _common(turns, _STARTS), _common(turns, _ENDS)
        unit = _unit(turns, said, starts, ends)
        return [
            turn(
                one[said],
                speaker(one[who]),
                milliseconds(one[starts], unit) if starts else None,
                milliseconds(one[ends], unit) if ends else None,
            )
            for one in turns
        ]
    return None


def _common(turns: list[dict[str, Any]], names: Iterable[str]) -> str | None:
    """The one of ``names`` that every turn has."""
    return next((name for name in names if all(name in one for one in turns)), None)


def _unit(turns: list[dict[str, Any]], said: str, starts: str | None, ends: str | None) -> float:
    """Seconds or milliseconds, told by how fast people would have talked; a clock time in a string needs no unit."""
    if starts is None or ends is None:
        return MILLISECONDS if starts == "start_ms" else SECONDS
    lasted = sum(((milliseconds(one[ends]) or 0) - (milliseconds(one[starts]) or 0)) / 1000 for one in turns)
    spoken = sum(len(one[said].split()) for one in turns)
    return MILLISECONDS if lasted > 0 and spoken / lasted < _WORDS_PER_SECOND else SECONDS
