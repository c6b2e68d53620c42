"""Hostile texts, transcripts, chats and posts: times that run backwards, names that are no names, runs without end, replies in rings."""

import json
from copy import deepcopy
from functools import partial
from typing import Any

from tests.hostile.case import WORDS, Case, readable, refused
from tests.hostile.markup_cases import nested, runs
from tests.winnow.formats.samples_json import DEEPGRAM, OUTBOX, SLACK_DAY, TEAMS_CHANNEL, WHISPER, note, slack, teams
from tests.winnow.formats.samples_talk import bluesky_post, listing

MIB = 1024 * 1024

SAID = f"{WORDS} and looked at the figures.\n"


def encoded(value: Any) -> bytes:
    """``value`` as JSON, with what JSON does not allow."""
    return json.dumps(value).encode()


def vtt(*cues: str) -> bytes:
    """A file with a good cue before ``cues``."""
    return ("WEBVTT\n\n" + "\n\n".join([f"00:01.000 --> 00:02.000\n<v Ann Lee>{WORDS}.</v>", *cues]) + "\n").encode()


def srt(*cues: str) -> bytes:
    """The same as SubRip."""
    return "\n\n".join([f"1\n00:00:01,000 --> 00:00:02,000\nAnn Lee: {WORDS}.", *cues, ""]).encode()


def whisper(**segment: Any) -> bytes:
    """A recogniser's file with a good segment and one more."""
    made = deepcopy(WHISPER)
    made["segments"] = [{"start": 0.0, "end": 2.0, "text": f"{WORDS}."}, {"start": 2.0, "end": 3.0, "text": "More.", **segment}]
    return encoded(made)


def channel(*more: dict[str, Any]) -> bytes:
    """A day of a channel with a good message."""
    return encoded([*SLACK_DAY, slack("1790000400.000600", f"{WORDS}."), *more])


def team(*more: dict[str, Any]) -> bytes:
    """Messages of a team with a good one."""
    made = deepcopy(TEAMS_CHANNEL)
    made["value"] += [teams("1609", f"<p>{WORDS}.</p>"), *more]
    return encoded(made)


def posts(*more: dict[str, Any]) -> bytes:
    """An archive of posts with a good one."""
    made = deepcopy(OUTBOX)
    made["orderedItems"] += [note("9", f"<p>{WORDS}.</p>"), *more]
    return encoded(made)


def replies(depth: int) -> bytes:
    """A thread of comments, each the reply to the one before."""
    inner: Any = ""
    for at in range(depth):
        comment = {
            "name": f"t1_{at}",
            "author": "b",
            "body": f"{WORDS}, {at}.",
            "replies": inner,
            "subreddit": "s",
            "link_id": "t3_a",
        }
        inner = {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": comment}]}}
    post = {"kind": "t3", "data": {"name": "t3_a", "subreddit": "s", "author": "b", "title": "Prices", "selftext": f"{WORDS}."}}
    return encoded([{"kind": "Listing", "data": {"children": [post]}}, inner])


def sky_ring() -> bytes:
    """Posts that reply to each other."""
    first, second = (f"at://did:plc:a/app.bsky.feed.post/{n}" for n in "12")
    made = [
        bluesky_post(f"{WORDS}.", first, reply={"root": {"uri": second}, "parent": {"uri": second}}),
        bluesky_post("Another.", second, reply={"root": {"uri": first}, "parent": {"uri": first}}),
    ]
    return encoded({"records": made})


CASES: tuple[Case, ...] = (
    readable(
        "vtt_times_run_backwards",
        "times",
        ".vtt",
        lambda: vtt(
            "00:09.000 --> 00:03.000\nback",
            "-00:05.000 --> -00:01.000\nminus",
            "00:00.500 --> 00:09.000\nover",
            "9999:59:59.999 --> 9999:59:59.999\nlate",
        ),
    ),
    readable("vtt_voices_never_closed", "regex", ".vtt", lambda: vtt("00:02.000 --> 00:03.000\n" + "<v A" * 50_000)),
    readable("vtt_arrows", "regex", ".vtt", lambda: vtt("00:02.000 --> 00:03.000\n" + "--> " * 100_000)),
    refused("vtt_clock_that_is_none", "times", ".vtt", lambda: vtt("00:99:99.000 --> 00:xx\nlost"), "malformed"),
    readable(
        "vtt_runs",
        "regex",
        ".vtt",
        lambda: vtt(*[f"00:0{n % 10}.000 --> 00:0{n % 10}.500\n{line}" for n, line in enumerate(runs(20_000).split("\n\n"))]),
    ),
    readable("vtt_equal_cues", "lie", ".vtt", lambda: vtt(*["00:02.000 --> 00:03.000\n<v Bo Ray>Again.</v>"] * 20_000)),
    readable("vtt_nuls", "encoding", ".vtt", lambda: vtt("00:02.000 --> 00:03.000\na\0b")),
    readable("vtt_utf16_without_a_mark", "encoding", ".vtt", lambda: vtt().decode().encode("utf-16-le")),
    refused("vtt_head_alone", "empty", ".vtt", lambda: b"WEBVTT\n\n", "empty", "malformed"),
    refused(
        "vtt_cues_without_words",
        "empty",
        ".vtt",
        lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\n \n",
        "empty",
    ),
    readable(
        "srt_times_run_backwards",
        "times",
        ".srt",
        lambda: srt("2\n00:00:09,000 --> 00:00:03,000\nback", "3\n-00:00:05,000 --> 00:00:01,000\nminus"),
    ),
    readable(
        "srt_colons",
        "regex",
        ".srt",
        lambda: srt(*[f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\n" + "a: " * 20_000 for n in range(2, 9)]),
    ),
    readable(
        "srt_names_without_end",
        "regex",
        ".srt",
        lambda: srt("2\n00:00:02,000 --> 00:00:03,000\n" + "Ann " * 50_000 + ": hello"),
    ),
    refused("srt_without_cues", "damage", ".srt", SAID.encode, "malformed"),
    readable("txt_runs", "regex", ".txt", (SAID + "\n" + runs(50_000)).encode),
    readable(
        "txt_lines_of_marks",
        "regex",
        ".txt",
        (SAID + "\n" + "\n".join(mark * 300 for mark in ":-=>*#~_.'\" " for _ in range(300))).encode,
    ),
    readable(
        "txt_name_and_clock_runs",
        "regex",
        ".txt",
        (SAID + "\n" + "\n".join(["Ann Lee 00:00:0" * 300, "[" * 5000, "10:00 " * 3000, "A: " * 9000] * 20)).encode,
    ),
    readable("txt_line_of_20_megabytes", "long line", ".txt", lambda: SAID.encode() + b"a" * (20 * MIB), reasons={"too_large"}),
    refused("txt_line_of_200_megabytes", "long line", ".txt", lambda: b"a" * (200 * MIB), "too_large", heavy=True),
    readable("txt_spaces_of_20_megabytes", "long line", ".txt", lambda: SAID.encode() + b" " * (20 * MIB)),
    readable(
        "txt_3_million_lines", "many", ".txt", lambda: SAID.encode() + b"a\n" * 3_000_000, reasons={"too_large"}, heavy=True
    ),
    readable("txt_nuls", "encoding", ".txt", lambda: SAID.encode() * 50 + b"a\0b"),
    readable("txt_utf16_without_a_mark", "encoding", ".txt", lambda: (SAID * 3).encode("utf-16-le")),
    readable("txt_utf16_big_end_first", "encoding", ".txt", lambda: (SAID * 3).encode("utf-16-be")),
    readable(
        "txt_utf16_lone_surrogates",
        "encoding",
        ".txt",
        lambda: b"\xff\xfe" + SAID.encode("utf-16-le") + b"\x00\xd8a\x00\xff\xdf",
    ),
    readable("txt_utf7", "encoding", ".txt", (SAID + "+AGEAYgBj-").encode, WORDS, "+AGE"),
    readable("txt_broken_characters", "encoding", ".txt", lambda: ("Größe, Höhe, Länge. " * 200 + SAID).encode() + b"\xff\xc3"),
    readable("txt_placeholders", "lie", ".txt", (SAID + "\u27e6PERSON_1\u27e7 \ue000x\ue001 \u2063\u200b").encode),
    refused("txt_rubbish", "damage", ".txt", lambda: bytes(range(256)) * 300, "encoding_unknown", "wrong_type"),
    refused("txt_blank", "empty", ".txt", lambda: b" \t\r\n\x0c\xc2\xa0" * 2000, "empty"),
    refused("txt_mark_alone", "empty", ".txt", lambda: b"\xef\xbb\xbf", "empty"),
    refused("txt_nuls_alone", "empty", ".txt", lambda: bytes(100_000), "empty", "encoding_unknown"),
    readable("json_times_run_backwards", "times", ".json", lambda: whisper(start=-9.0, end=-12.0)),
    readable("json_times_without_end", "times", ".json", lambda: whisper(start=1e308, end=float("inf"))),
    readable("json_times_that_are_none", "times", ".json", lambda: whisper(start="soon", end=None)),
    readable("json_turns_overlap", "times", ".json", lambda: whisper(start=0.0, end=2.0)),
    readable("json_turn_lone_surrogates", "encoding", ".json", lambda: whisper(text="a\ud800b")),
    readable("json_turn_speaker_of_a_megabyte", "lie", ".json", lambda: whisper(speaker="S" * MIB)),
    refused(
        "json_turns_100000_deep",
        "depth",
        ".json",
        lambda: encoded(DEEPGRAM)[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "malformed",
        "bomb",
    ),
    refused("json_turns_cut", "cut", ".json", lambda: encoded(DEEPGRAM)[:300], "truncated"),
    readable(
        "slack_threads_in_a_ring",
        "loop",
        ".json",
        lambda: channel(
            slack("1790000500.000700", "One.", thread_ts="1790000600.000800"),
            slack("1790000600.000800", "Two.", thread_ts="1790000500.000700"),
            slack("1790000700.000900", "Me.", thread_ts="1790000700.000900"),
        ),
    ),
    readable(
        "slack_marks_without_end",
        "regex",
        ".json",
        lambda: channel(slack("1790000500.000700", "<@U0ANN" * 20_000 + "<http://a|" * 20_000 + "*_~`" * 20_000)),
    ),
    readable(
        "slack_times_beyond_the_calendar",
        "times",
        ".json",
        lambda: channel(slack("99999999999.000700", "Late.")),
        WORDS,
        "Late.",
    ),
    readable(
        "teams_replies_in_a_ring",
        "loop",
        ".json",
        lambda: team(
            teams("1611", "<p>a</p>", replyToId="1612"),
            teams("1612", "<p>b</p>", replyToId="1611"),
            teams("1613", "<p>c</p>", replyToId="1613"),
        ),
    ),
    readable("teams_message_10000_deep", "depth", ".json", lambda: team(teams("1611", nested("div", 10_000)))),
    readable("mastodon_post_10000_deep", "depth", ".json", lambda: posts(note("10", nested("span", 10_000)))),
    readable("reddit_replies_80_deep", "depth", ".json", partial(replies, 80)),
    refused("reddit_replies_400_deep", "depth", ".json", lambda: _raised(replies, 400), "malformed", "bomb"),
    readable(
        "reddit_listing_of_anything",
        "lie",
        ".json",
        lambda: encoded(
            listing(
                ("t3", {"name": "t3_a", "subreddit": "s", "author": "b", "title": WORDS, "selftext": None}),
                ("t9", {"name": 5}),
                ("t3", {"title": ["x"], "name": {}}),
            )
        ),
        beside={"empty"},
    ),
    readable("bluesky_replies_in_a_ring", "loop", ".json", sky_ring),
    readable(
        "chat_names_without_end",
        "regex",
        ".txt",
        f"10:02:33\t From Ann Lee to Everyone:\n\t{WORDS}.\n10:02:40\t From {'A ' * 50_000}\n".encode,
    ),
)


def _raised(make: Any, depth: int) -> bytes:
    """A value deeper than `json` writes, put together as text."""
    shallow = make(1).decode()
    head, tail = shallow.split('"replies": ""')
    inner = '{"kind": "Listing", "data": {"children": [{"kind": "t1", "data": {"name": "t1_x", "author": "b", "body": "x", "replies": '
    return (head + '"replies": ' + inner * depth * 200 + '""' + "}}]}}" * depth * 200 + tail).encode()
