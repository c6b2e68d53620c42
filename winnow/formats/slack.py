"""Slack exports: the JSON file of a channel and a day, or of a channel as the Web API gives it.

A thread is a document (its ``thread_ts`` ties it to its replies of other days), and so are the messages of the file outside of
threads. Users are named by the profiles that messages carry, else by their ids, which are speakers and never words. The export's
lists of users and channels hold no messages and are ``unsupported``.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, squeeze, tidy
from winnow.formats._chat import Message, conversations
from winnow.formats._export import Json, length, obj, objs, parse, sniffs, words
from winnow.formats._slack_text import readable

_TS = re.compile(r"(\d{9,11})\.(\d{1,6})")

_ID = re.compile(r"[UWCGDBTS][A-Z0-9]{5,14}")

_WRITTEN = frozenset({"", "thread_broadcast", "me_message", "file_share", "file_comment"})  # subtypes that people write

_SLACKBOT = "USLACKBOT"

_DIRECTORY_KEYS = ({"profile", "team_id"}, {"members", "created"}, {"service_type", "date"}, {"creator", "created"})

_FILE_NAME = re.compile(r"[^/\n]{0,200}\.[A-Za-z0-9]{1,5}")


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a thread, and one for the rest of the file (of each day in UTC, where the file holds a channel).

    Raises:
        UnreadableDocument: ``empty`` (nobody wrote a word), ``unsupported`` (a list of users or channels), ``malformed``,
            ``truncated``, ``too_large``.
    """
    del options
    root = parse(content)
    found = _messages(root)
    if found is None:
        raise UnreadableDocument("unsupported" if _is_directory(root) else "malformed")
    notes: Counter[str] = Counter()
    written = _written(found, notes)
    names = _names(found)
    whole_channel = not isinstance(root, list)
    return conversations([_message(one, names, notes, whole_channel=whole_channel) for one in written], notes)


def _messages(root: Json) -> list[dict[str, Any]] | None:
    """The messages of a file, replies that stand in their parents among them; None if it is no file of Slack's messages."""
    listed = root if isinstance(root, list) else obj(root).get("messages")
    found = objs(listed)
    if not 0 < len(found) == length(listed) or not all("type" in one and _TS.fullmatch(words(one.get("ts"))) for one in found):
        return None
    return [each for one in found for each in (one, *objs(one.get("slackdump_thread_replies")))]


def _is_directory(root: Json) -> bool:
    found = objs(root)
    return bool(found) and all(
        any(keys <= one.keys() for keys in _DIRECTORY_KEYS)
        and ("service_type" in one or _ID.fullmatch(words(one.get("id"))) is not None)
        for one in found
    )


def _written(messages: list[dict[str, Any]], notes: Counter[str]) -> list[dict[str, Any]]:
    """What people wrote, each message in its last version and once."""
    latest: dict[str, dict[str, Any]] = {}
    for one in messages:
        subtype = words(one.get("subtype"))
        if subtype == "message_changed":
            notes["edited_messages"] += 1
            one = obj(one.get("message"))  # noqa: PLW2901 - the change carries the new version
            subtype = words(one.get("subtype"))
        elif subtype == "message_deleted":
            notes["deleted_messages"] += 1
            latest.pop(words(one.get("deleted_ts")), None)
            continue
        kind = _left_out(one, subtype)
        if kind:
            notes[kind] += 1
        elif _TS.fullmatch(words(one.get("ts"))):
            latest[words(one["ts"])] = one
    return list(latest.values())


def _left_out(one: Mapping[str, Any], subtype: str) -> str:
    """The note under which a message is left out; empty if a person wrote it."""
    if subtype == "tombstone" or one.get("hidden") is True:
        return "deleted_messages"
    if subtype == "bot_message" or one.get("bot_id") or one.get("user") == _SLACKBOT:
        return "bot_messages"
    return "" if subtype in _WRITTEN and one.get("type") == "message" else "system_messages"


def _names(messages: list[dict[str, Any]]) -> dict[str, str]:
    """User id → name, by the profiles in the file; a full name rather than a nickname, so that a person is one person."""
    names: dict[str, str] = {}
    for one in messages:
        profile = obj(one.get("user_profile"))
        name = next((name for key in ("real_name", "display_name", "name") if (name := squeeze(words(profile.get(key))))), "")
        if name and words(one.get("user")):
            names.setdefault(words(one["user"]), name)
    return names


def _message(one: Mapping[str, Any], names: Mapping[str, str], notes: Counter[str], *, whole_channel: bool) -> Message:
    seconds, fraction = (int(part) for part in _order(words(one["ts"])))
    thread = words(one.get("thread_ts")) or None
    day = dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    user = words(one.get("user"))
    notes["edited_messages"] += "edited" in one
    notes["attachments"] += len(objs(one.get("attachments")))
    return Message(
        order=(seconds, fraction),
        speaker=names.get(user) or user or None,
        text=tidy_lines("\n".join(filter(None, (readable(words(one.get("text")), names, notes), *_files(one, notes))))),
        group=thread or (day.isoformat() if whole_channel else "channel"),
        thread=thread,
        day=day,
    )


def _order(ts: str) -> tuple[str, str]:
    seconds, _, fraction = ts.partition(".")
    return seconds, fraction.ljust(6, "0")


def _files(one: Mapping[str, Any], notes: Counter[str]) -> Iterator[str]:
    """Titles that somebody gave to the files of a message; a file's name is none."""
    files = objs(one.get("files")) or ([obj(one["file"])] if isinstance(one.get("file"), dict) else [])
    notes["shared_files"] += len(files)
    for file in files:
        title = squeeze(words(file.get("title")))
        if title and title != words(file.get("name")) and not _FILE_NAME.fullmatch(title):
            yield title


def tidy_lines(text: str) -> str:
    """``text`` tidied line by line, but for code between fences."""
    parts = text.split("```")
    return "```".join(part.strip("\n") if number % 2 else tidy(part) + _ends(part) for number, part in enumerate(parts)).strip()


def _ends(part: str) -> str:
    return "\n" if part.endswith("\n") and part.strip() else ""


def _is_slack(root: Json) -> bool:
    return _messages(root) is not None or _is_directory(root)


FORMAT = Format(
    name="slack",
    suffixes=(".json",),
    read=read,
    sniff=sniffs(
        (b'"ts"', b'"type"'),
        (b'"profile"', b'"team_id"'),
        (b'"creator"', b'"created"'),
        (b'"members"', b'"created"'),
        shape=_is_slack,
    ),
)
