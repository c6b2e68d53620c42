"""What services that recognise speech write as JSON: one small pure parser a service.

Belongs here: where each service puts words, times and speakers. Does not belong here: parsing JSON (`winnow.formats._export`), and
what happens to turns (`winnow.formats._transcript`).

A parser takes the parsed value and gives its turns, one an utterance, segment or run of words, in the order of the file; or None
if the value is not of its tool. Times become whole milliseconds from the recording's start.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from winnow.documents import Block
from winnow.formats._export import Json, first, obj, objs, words
from winnow.formats._spoken_json import (
    MILLISECONDS,
    TICKS,
    Turns,
    Word,
    lasting,
    merged,
    milliseconds,
    runs,
    speaker,
    times,
    turn,
)
from winnow.formats._whisper import chunks, plain, whisper, whisper_cpp


def deepgram(root: Json) -> Turns | None:
    """``results``: utterances; else paragraphs; else words of each channel. Seconds."""
    results = obj(obj(root).get("results"))
    channels = objs(results.get("channels"))
    if not channels or not all("alternatives" in channel for channel in channels):
        return None
    several = len(channels) > 1
    utterances = objs(results.get("utterances"))
    if utterances:
        return merged(_deepgram_utterance(utterance, several=several) for utterance in utterances)
    return merged(
        *(
            _deepgram_channel(first(channel["alternatives"]), number if several else None)
            for number, channel in enumerate(channels)
        )
    )


def _deepgram_utterance(utterance: Mapping[str, Any], *, several: bool) -> Block:
    who = speaker(utterance.get("channel")) if several else speaker(utterance.get("speaker"))
    return turn(utterance.get("transcript"), who, *times(utterance, "start", "end"))


def _deepgram_channel(alternative: Mapping[str, Any], channel: int | None) -> Turns:
    paragraphs = objs(obj(alternative.get("paragraphs")).get("paragraphs"))
    said = objs(alternative.get("words"))
    if paragraphs:
        return [
            turn(
                " ".join(words(sentence.get("text")) for sentence in objs(paragraph.get("sentences"))),
                speaker(paragraph.get("speaker")) if channel is None else speaker(channel),
                *times(paragraph, "start", "end"),
            )
            for paragraph in paragraphs
        ]
    if said:
        return runs(
            (
                f"{words(word.get('punctuated_word')) or words(word.get('word'))} ",
                speaker(word.get("speaker")) if channel is None else speaker(channel),
                *times(word, "start", "end"),
            )
            for word in said
        )
    return [turn(alternative.get("transcript"), speaker(channel), None, None)]


def assemblyai(root: Json) -> Turns | None:
    """``utterances``, else ``words``, else ``text``. Milliseconds."""
    root = obj(root)
    if not ({"audio_url", "acoustic_model", "audio_duration"} & root.keys() and "text" in root and "words" in root):
        return None
    utterances, said = objs(root.get("utterances")), objs(root["words"])
    if utterances:
        return [
            turn(one.get("text"), speaker(one.get("speaker")), *times(one, "start", "end", MILLISECONDS)) for one in utterances
        ]
    if said:
        return runs(
            (f"{words(word.get('text'))} ", speaker(word.get("speaker")), *times(word, "start", "end", MILLISECONDS))
            for word in said
        )
    return [turn(root["text"], None, None, None)]


def aws(root: Json) -> Turns | None:
    """Amazon Transcribe: ``results`` with audio_segments; else items, whose speakers stand beside them or in speaker_labels."""
    results = obj(obj(root).get("results"))
    if "transcripts" not in results or not ({"items", "audio_segments"} & results.keys()):
        return None
    segments = objs(results.get("audio_segments"))
    if segments:
        return [
            turn(one.get("transcript"), speaker(one.get("speaker_label")), *times(one, "start_time", "end_time"))
            for one in segments
        ]
    channels = objs(obj(results.get("channel_labels")).get("channels"))
    if len(channels) > 1:
        return merged(*(_aws_words(objs(channel.get("items")), {}, speaker(number)) for number, channel in enumerate(channels)))
    labels = {
        words(item.get("start_time")): words(item.get("speaker_label")) or words(segment.get("speaker_label"))
        for segment in objs(obj(results.get("speaker_labels")).get("segments"))
        for item in objs(segment.get("items"))
    }
    return _aws_words(objs(results.get("items")), labels, None) or [
        turn(one.get("transcript"), None, None, None) for one in objs(results["transcripts"])
    ]


def _aws_words(items: list[dict[str, Any]], labels: Mapping[str, str], channel: str | None) -> Turns:
    def spoken() -> Iterator[Word]:
        who = channel
        for item in items:
            content = words(first(item.get("alternatives")).get("content"))
            if item.get("type") == "punctuation":  # it has no time, and belongs to the word before
                yield content, who, None, None
                continue
            label = words(item.get("speaker_label")) or labels.get(words(item.get("start_time")), "")
            who = channel or speaker(label or None)
            yield f" {content}", who, *times(item, "start_time", "end_time")

    return runs(spoken())


def aws_calls(root: Json) -> Turns | None:
    """Amazon Transcribe Call Analytics: ``Transcript`` of {Content, BeginOffsetMillis, EndOffsetMillis, ParticipantRole}."""
    turns = objs(obj(root).get("Transcript"))
    if not turns or not all("Content" in one and "BeginOffsetMillis" in one for one in turns):
        return None
    return [
        turn(
            one["Content"],
            speaker(words(one.get("ParticipantRole")).title() or one.get("ParticipantId")),
            *times(one, "BeginOffsetMillis", "EndOffsetMillis", MILLISECONDS),
        )
        for one in turns
    ]


def rev(root: Json) -> Turns | None:
    """Rev and Rev AI: ``monologues`` of elements, text (with times), punctuation or tag."""
    root = obj(root)
    monologues = objs(root.get("monologues"))
    if not monologues or not all("elements" in monologue for monologue in monologues):
        return None
    names = {one.get("id"): one.get("name") for one in objs(root.get("speakers")) if isinstance(one.get("id"), int | str)}
    return [_monologue(monologue, names) for monologue in monologues]


def _monologue(monologue: Mapping[str, Any], names: Mapping[Any, Any]) -> Block:
    elements = objs(monologue["elements"])
    label = monologue.get("speaker")
    who = speaker(obj(monologue.get("speaker_info")).get("display_name")) or (
        speaker(names.get(label)) if isinstance(label, int | str) else None
    )
    starts = [time for element in elements if (time := _either(element, "ts", "timestamp")) is not None]
    ends = [time for element in elements if (time := _either(element, "end_ts", "end_timestamp")) is not None]
    said = (words(one.get("value")) if one.get("type") != "tag" else f"[{words(one.get('name'))}]" for one in elements)
    return turn("".join(said), who or speaker(label), min(starts, default=None), max(ends, default=None))


def _either(element: Mapping[str, Any], *keys: str) -> int | None:
    return next((milliseconds(element[key]) for key in keys if key in element), None)


def google(root: Json) -> Turns | None:
    """Google Speech-to-Text: ``results`` of alternatives with a transcript; with diarization the last result has all words."""
    root = obj(root)
    results = objs((obj(root["response"]) if "response" in root else root).get("results"))
    found = [(result, first(result.get("alternatives"))) for result in results]
    if (
        not found
        or not all("alternatives" in result for result in results)
        or not any("transcript" in best for _, best in found)
    ):
        return None
    tagged = [word for word in objs(found[-1][1].get("words")) if _google_speaker(word) is not None]
    if tagged:
        return runs(
            (f"{words(word.get('word'))} ", _google_speaker(word), _google_time(word, "start"), _google_time(word, "end"))
            for word in tagged
        )
    turns, until = [], None
    several = len({result.get("channelTag") for result in results if isinstance(result.get("channelTag"), int)}) > 1
    for result, best in found:
        said = objs(best.get("words"))
        start = _google_time(said[0], "start") if said else until
        until = milliseconds(
            next((result[key] for key in ("resultEndTime", "resultEndOffset", "result_end_time") if key in result), None)
        )
        turns.append(turn(best.get("transcript"), speaker(result.get("channelTag")) if several else None, start, until))
    return merged(turns) if several else turns


def _google_speaker(word: Mapping[str, Any]) -> str | None:
    return speaker(
        next((word[key] for key in ("speakerLabel", "speakerTag", "speaker_label", "speaker_tag") if word.get(key)), None)
    )


def _google_time(word: Mapping[str, Any], end: str) -> int | None:
    keys = (f"{end}Time", f"{end}Offset", f"{end}_time", f"{end}_offset")
    return milliseconds(next((word[key] for key in keys if key in word), 0 if end == "start" else None))


def azure(root: Json) -> Turns | None:
    """Azure: ``recognizedPhrases`` of batches, in ticks of 100 ns; or ``phrases`` of fast transcription, in milliseconds."""
    root = obj(root)
    batch, fast = objs(root.get("recognizedPhrases")), objs(root.get("phrases"))
    if batch and all("nBest" in phrase for phrase in batch):
        several = len({phrase.get("channel") for phrase in batch if isinstance(phrase.get("channel"), int)}) > 1
        return merged(_azure_phrase(phrase, several=several) for phrase in batch)
    if fast and all("offsetMilliseconds" in phrase and "text" in phrase for phrase in fast):
        return [
            turn(
                one["text"],
                speaker(one.get("speaker")),
                *lasting(one, "offsetMilliseconds", "durationMilliseconds", MILLISECONDS),
            )
            for one in fast
        ]
    return None


def _azure_phrase(phrase: Mapping[str, Any], *, several: bool) -> Block:
    best = first(phrase["nBest"])
    who = speaker(phrase.get("speaker")) or (speaker(phrase.get("channel")) if several else None)
    return turn(best.get("display") or best.get("lexical"), who, *lasting(phrase, "offsetInTicks", "durationInTicks", TICKS))


def elevenlabs(root: Json) -> Turns | None:
    """ElevenLabs Scribe: ``words`` of type word, spacing or audio_event with a speaker_id. Seconds."""
    root = obj(root)
    said = objs(root.get("words"))
    if "language_code" not in root or not said or not all("type" in word and "text" in word for word in said):
        return None
    return runs((words(word["text"]), speaker(word.get("speaker_id")), *times(word, "start", "end")) for word in said)


PARSERS: tuple[Callable[[Json], Turns | None], ...] = (
    *(deepgram, aws, aws_calls, assemblyai, elevenlabs, rev, azure, google, whisper_cpp, whisper, chunks, plain),
)
"""Every parser, the particular ones first: the first that knows a value has read it."""


def turns_of(root: Json) -> Turns | None:
    """The turns in ``root`` by the first parser that knows its shape; None if none does."""
    return next((found for parser in PARSERS if (found := parser(root)) is not None), None)
