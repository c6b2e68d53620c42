"""Small transcripts in JSON, chats and posts, made here in the shapes of the tools that export them; one sample a format."""

import json
from typing import Any

from tests.winnow.formats.samples_json import DEEPGRAM, OUTBOX, SLACK_DAY, TEAMS_CHANNEL


def encoded(value: Any) -> bytes:
    """``value`` as JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def bluesky_post(text: str, uri: str = "", **more: Any) -> dict[str, Any]:
    """One record as `listRecords` gives it."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-10-01T10:00:00Z", **more}
    return {"uri": uri, "cid": "bafy1", "value": record}


def listing(*things: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A listing of Reddit's API of ``(kind, data)``."""
    return {"kind": "Listing", "data": {"after": None, "children": [{"kind": kind, "data": thing} for kind, thing in things]}}


ZOOM = (
    "10:02:33\t From Ann Lee to Everyone:\n\tHello, is this on?\n10:02:40\t From Bo Ray to Ann Lee(Direct Message):\n\tyes\n"
    '10:03:01\t From Bo Ray to Everyone:\n\tReplying to "Hello, is this on?"\n\t\n\tYes, it is.\n'
    '10:03:05\t From Ann Lee to Everyone:\n\tReacted to "Yes, it is." with 👍\n'
)

SAMPLES: dict[str, bytes] = {
    "transcript": encoded(DEEPGRAM),
    "slack": encoded(SLACK_DAY),
    "teams": encoded(TEAMS_CHANNEL),
    "chat": ZOOM.encode(),
    "mastodon": encoded(OUTBOX),
    "bluesky": encoded({"records": [bluesky_post("Prices rose in spring.", "at://did:plc:a/app.bsky.feed.post/1")]}),
    "reddit": encoded(
        listing(("t3", {"name": "t3_a", "subreddit": "steel", "author": "b", "title": "Prices", "selftext": "They rose."}))
    ),
}
"""One small file a format."""
