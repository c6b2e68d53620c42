"""Exports of recognisers, chats and networks, as values: the members and nesting that the tools write, the words made up."""

from typing import Any

WHISPER: dict[str, Any] = {
    "text": " We start. Good.",
    "segments": [
        {"id": 0, "seek": 0, "start": 0.0, "end": 2.5, "text": " We start.", "tokens": [50364, 492], "avg_logprob": -0.2},
        {"id": 1, "seek": 0, "start": 2.5, "end": 3.0, "text": " Good.", "tokens": [2205], "avg_logprob": -0.3},
    ],
    "language": "en",
}

WHISPERX: dict[str, Any] = {
    "segments": [
        {
            "start": 0.1,
            "end": 3.0,
            "text": " We start. Good.",
            "words": [
                {"word": "We", "start": 0.1, "end": 0.4, "score": 0.9, "speaker": "SPEAKER_00"},
                {"word": "start.", "start": 0.5, "end": 1.0, "score": 0.9, "speaker": "SPEAKER_00"},
                {"word": "Good.", "start": 2.5, "end": 3.0, "score": 0.9, "speaker": "SPEAKER_01"},
            ],
            "speaker": "SPEAKER_00",
        }
    ],
    "word_segments": [],
    "language": "en",
}

WHISPER_CPP: dict[str, Any] = {
    "systeminfo": "AVX = 1",
    "model": {"type": "base"},
    "result": {"language": "en"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:02,500"},
            "offsets": {"from": 0, "to": 2500},
            "text": " We start.",
        },
        {"timestamps": {"from": "00:00:02,500", "to": "00:00:03,000"}, "offsets": {"from": 2500, "to": 3000}, "text": " Good."},
    ],
}

CHUNKS: dict[str, Any] = {
    "speakers": [
        {"speaker": "SPEAKER_00", "text": "We start.", "timestamp": [0.0, 2.5]},
        {"speaker": "SPEAKER_01", "text": "Good.", "timestamp": [2.5, None]},
    ],
    "chunks": [{"timestamp": [0.0, 3.0], "text": "We start. Good."}],
    "text": "We start. Good.",
}


def _deepgram_word(word: str, start: float, speaker: int) -> dict[str, Any]:
    bare = word.lower().strip(".")
    return {"word": bare, "start": start, "end": start + 0.5, "confidence": 0.9, "punctuated_word": word, "speaker": speaker}


DEEPGRAM_WORDS = [_deepgram_word("We", 0.0, 0), _deepgram_word("start.", 0.5, 0), _deepgram_word("Good.", 2.5, 1)]

DEEPGRAM: dict[str, Any] = {
    "metadata": {"request_id": "r", "duration": 3.0, "channels": 1},
    "results": {
        "channels": [{"alternatives": [{"transcript": "We start. Good.", "confidence": 0.9, "words": DEEPGRAM_WORDS}]}],
        "utterances": [
            {"start": 0.0, "end": 1.0, "confidence": 0.9, "channel": 0, "transcript": "We start.", "speaker": 0, "id": "u0"},
            {"start": 2.5, "end": 3.0, "confidence": 0.9, "channel": 0, "transcript": "Good.", "speaker": 1, "id": "u1"},
        ],
    },
}

ASSEMBLYAI: dict[str, Any] = {
    "id": "t",
    "status": "completed",
    "audio_url": "https://example.com/a.mp3",
    "language_code": "en_us",
    "text": "We start. Good.",
    "words": [
        {"text": "We", "start": 0, "end": 400, "confidence": 0.9, "speaker": "A"},
        {"text": "start.", "start": 500, "end": 1000, "confidence": 0.9, "speaker": "A"},
        {"text": "Good.", "start": 2500, "end": 3000, "confidence": 0.9, "speaker": "B"},
    ],
    "utterances": [
        {"text": "We start.", "start": 0, "end": 1000, "confidence": 0.9, "speaker": "A", "words": []},
        {"text": "Good.", "start": 2500, "end": 3000, "confidence": 0.9, "speaker": "B", "words": []},
    ],
}


def _aws_item(content: str, start: str | None, end: str | None = None, **more: Any) -> dict[str, Any]:
    kind = "pronunciation" if start else "punctuation"
    times = {"start_time": start, "end_time": end} if start else {}
    return {"type": kind, "alternatives": [{"confidence": "0.9", "content": content}], **times, **more}


AWS_ITEMS = [
    _aws_item("We", "0.0", "0.4"),
    _aws_item("start", "0.5", "1.0"),
    _aws_item(".", None),
    _aws_item("Good", "2.5", "3.0"),
    _aws_item(".", None),
]

AWS: dict[str, Any] = {
    "jobName": "j",
    "accountId": "1",
    "results": {
        "transcripts": [{"transcript": "We start. Good."}],
        "speaker_labels": {
            "speakers": 2,
            "segments": [
                {
                    "start_time": "0.0",
                    "end_time": "1.0",
                    "speaker_label": "spk_0",
                    "items": [
                        {"start_time": "0.0", "speaker_label": "spk_0", "end_time": "0.4"},
                        {"start_time": "0.5", "speaker_label": "spk_0", "end_time": "1.0"},
                    ],
                },
                {
                    "start_time": "2.5",
                    "end_time": "3.0",
                    "speaker_label": "spk_1",
                    "items": [{"start_time": "2.5", "speaker_label": "spk_1", "end_time": "3.0"}],
                },
            ],
        },
        "items": AWS_ITEMS,
    },
    "status": "COMPLETED",
}

AWS_SEGMENTS: dict[str, Any] = {
    "results": {
        "transcripts": [{"transcript": "We start. Good."}],
        "items": [],
        "audio_segments": [
            {
                "id": 0,
                "transcript": "We start.",
                "start_time": "0.0",
                "end_time": "1.0",
                "speaker_label": "spk_0",
                "items": [0],
            },
            {"id": 1, "transcript": "Good.", "start_time": "2.5", "end_time": "3.0", "speaker_label": "spk_1", "items": [1]},
        ],
    },
    "status": "COMPLETED",
}

AWS_CALL: dict[str, Any] = {
    "JobStatus": "COMPLETED",
    "LanguageCode": "en-US",
    "Transcript": [
        {"Content": "We start.", "BeginOffsetMillis": 0, "EndOffsetMillis": 1000, "ParticipantRole": "AGENT", "Items": []},
        {"Content": "Good.", "BeginOffsetMillis": 2500, "EndOffsetMillis": 3000, "ParticipantRole": "CUSTOMER", "Items": []},
    ],
}

REV: dict[str, Any] = {
    "monologues": [
        {
            "speaker": 0,
            "elements": [
                {"type": "text", "value": "We", "ts": 0.0, "end_ts": 0.4, "confidence": 1.0},
                {"type": "punct", "value": " "},
                {"type": "text", "value": "start", "ts": 0.5, "end_ts": 1.0, "confidence": 1.0},
                {"type": "punct", "value": "."},
            ],
        },
        {
            "speaker": 1,
            "elements": [{"type": "text", "value": "Good", "ts": 2.5, "end_ts": 3.0}, {"type": "punct", "value": "."}],
        },
    ]
}


def _google_word(word: str, start: str, end: str, tag: int) -> dict[str, Any]:
    return {"startTime": start, "endTime": end, "word": word, "speakerTag": tag}


GOOGLE: dict[str, Any] = {
    "name": "1",
    "done": True,
    "response": {
        "results": [
            {"alternatives": [{"transcript": "We start. Good.", "confidence": 0.9}], "languageCode": "en-us"},
            {
                "alternatives": [
                    {
                        "words": [
                            _google_word("We", "0s", "0.400s", 1),
                            _google_word("start.", "0.500s", "1s", 1),
                            _google_word("Good.", "2.500s", "3s", 2),
                        ]
                    }
                ]
            },
        ]
    },
}

AZURE_BATCH: dict[str, Any] = {
    "source": "https://example.com/a.wav",
    "combinedRecognizedPhrases": [{"channel": 0, "display": "We start. Good."}],
    "recognizedPhrases": [
        {
            "recognitionStatus": "Success",
            "channel": 0,
            "speaker": 1,
            "offsetInTicks": 0.0,
            "durationInTicks": 10000000.0,
            "nBest": [{"confidence": 0.9, "lexical": "we start", "display": "We start."}],
        },
        {
            "recognitionStatus": "Success",
            "channel": 0,
            "speaker": 2,
            "offsetInTicks": 25000000.0,
            "durationInTicks": 5000000.0,
            "nBest": [{"confidence": 0.9, "lexical": "good", "display": "Good."}],
        },
    ],
}

AZURE_FAST: dict[str, Any] = {
    "durationMilliseconds": 3000,
    "combinedPhrases": [{"text": "We start. Good."}],
    "phrases": [
        {"speaker": 1, "offsetMilliseconds": 0, "durationMilliseconds": 1000, "text": "We start.", "locale": "en-US"},
        {"speaker": 2, "offsetMilliseconds": 2500, "durationMilliseconds": 500, "text": "Good.", "locale": "en-US"},
    ],
}

SCRIBE: dict[str, Any] = {
    "language_code": "eng",
    "text": "We start. Good.",
    "words": [
        {"text": "We", "start": 0.0, "end": 0.4, "type": "word", "speaker_id": "speaker_0"},
        {"text": " ", "start": 0.4, "end": 0.5, "type": "spacing", "speaker_id": "speaker_0"},
        {"text": "start.", "start": 0.5, "end": 1.0, "type": "word", "speaker_id": "speaker_0"},
        {"text": "(laughter)", "start": 1.0, "end": 1.0, "type": "audio_event", "speaker_id": "speaker_0"},
        {"text": "Good.", "start": 2.5, "end": 3.0, "type": "word", "speaker_id": "speaker_1"},
    ],
}

CORPUS: dict[str, Any] = {
    "topic_list": [],
    "meeting_transcripts": [
        {"speaker": "Grad C", "content": "Well , {disfmarker} we start ."},
        {"speaker": "PhD D", "content": "Good ."},
    ],
}


def slack(ts: str, text: str, user: str | None = "U0ANN", **more: Any) -> dict[str, Any]:
    """A message of a Slack export, with the profile of its user."""
    names = {"U0ANN": "Ann Lee", "U00BO": "Bo Ray"}
    profile = {"user_profile": {"real_name": names[user], "display_name": user.lower(), "name": "x"}} if user in names else {}
    return {
        "type": "message",
        "ts": ts,
        "text": text,
        "client_msg_id": f"c{ts}",
        **({"user": user} if user else {}),
        **profile,
        **more,
    }


SLACK_DAY: list[dict[str, Any]] = [
    slack("1790000000.000100", "The build is red.", thread_ts="1790000000.000100", reply_count=1),
    slack("1790000050.000200", "Good morning."),
    slack("1790000100.000300", "I'll look, <@U0ANN>.", "U00BO", thread_ts="1790000000.000100", parent_user_id="U0ANN"),
    slack("1790000200.000400", "<@U0NEW> has joined the channel", "U0NEW", subtype="channel_join"),
    slack("1790000300.000500", "Deployed.", None, subtype="bot_message", bot_id="B01"),
]


def teams(identity: str, html: str, name: str | None = "Ann Lee", **more: Any) -> dict[str, Any]:
    """A chatMessage of Microsoft Graph."""
    sender = {"user": {"id": f"guid-{name}", "displayName": name}, "application": None} if name else None
    return {
        "id": identity,
        "replyToId": None,
        "messageType": "message",
        "createdDateTime": f"2026-10-01T10:00:{identity[-2:]}Z",
        "deletedDateTime": None,
        "subject": None,
        "chatId": None,
        "from": sender,
        "body": {"contentType": "html", "content": html},
        "channelIdentity": {"teamId": "t", "channelId": "19:c@thread.tacv2"},
        "attachments": [],
        "mentions": [],
        "reactions": [],
        **more,
    }


TEAMS_CHANNEL: dict[str, Any] = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#chatMessages",
    "value": [
        teams("1601", "<p>The build is <b>red</b>.</p>", subject="Build"),
        teams("1602", '<p><at id="0">Ann Lee</at>&nbsp;I&apos;ll look.</p>', "Bo Ray", replyToId="1601"),
        teams("1603", "<systemEventMessage/>", None, messageType="systemEventMessage"),
    ],
}


def note(identity: str, html: str, language: str = "en", **more: Any) -> dict[str, Any]:
    """A post of a Mastodon archive."""
    public = "https://www.w3.org/ns/activitystreams#Public"
    actor = "https://example.social/users/ann"
    return {
        "id": f"{actor}/statuses/{identity}/activity",
        "type": "Create",
        "actor": actor,
        "to": [public],
        "cc": [],
        "object": {
            "id": f"{actor}/statuses/{identity}",
            "type": "Note",
            "summary": None,
            "inReplyTo": None,
            "attributedTo": actor,
            "to": [public],
            "cc": [],
            "conversation": "tag:example.social,2026-10-01:objectId=1:objectType=Conversation",
            "content": html,
            "contentMap": {language: html},
            **more,
        },
    }


OUTBOX: dict[str, Any] = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "outbox.json",
    "type": "OrderedCollection",
    "totalItems": 2,
    "orderedItems": [
        note("1", "<p>Prices rose<br />in spring.</p><p>Why?</p>"),
        {"type": "Announce", "actor": "https://example.social/users/ann", "object": "https://other.example/1", "id": "b"},
    ],
}
