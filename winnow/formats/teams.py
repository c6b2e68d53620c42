"""Chats and channels of Microsoft Teams: messages as Microsoft Graph gives them, and the export of one's own data.

Graph: `chatMessage` resources (https://learn.microsoft.com/graph/api/resources/chatmessage) in ``value``, in an array, or with their
replies. Own data: conversations with a ``MessageList``, which Skype's export shares. A post of a channel and its replies are a
document; messages of a chat are, by day.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, tidy
from winnow.formats._chat import Message, conversations
from winnow.formats._export import Json, length, obj, objs, parse, sniffs, words
from winnow.formats._markup import SILENT, markup_blocks
from winnow.own_days import utc_day

_DAY_CHARS = len("2026-10-01")

_QUOTED = ("schema.skype.com/Reply", "schema.skype.com/Forward")

_UNSPOKEN = SILENT | {"attachment", "systemeventmessage", "quote", "legacyquote", "e_m", "uriobject"}


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a thread of a channel, and one for each chat and day.

    Raises:
        UnreadableDocument: ``empty`` (nobody wrote a word), ``malformed``, ``truncated``, ``too_large``.
    """
    del options
    root = parse(content)
    notes: Counter[str] = Counter()
    if (messages := _graph(root)) is not None:
        return conversations([said for one in messages if (said := _of_graph(one, notes)) is not None], notes)
    if (chats := _own(root)) is not None:
        listed = ((chat, one) for chat in chats for one in objs(chat.get("MessageList")))
        return conversations([said for chat, one in listed if (said := _of_own(chat, one, notes)) is not None], notes)
    raise UnreadableDocument("malformed")


def _graph(root: Json) -> list[dict[str, Any]] | None:
    """The messages of Graph in ``root`` with their replies; None if it holds none."""
    for listed in (root, obj(root).get("value"), obj(root).get("messages"), [root]):
        found = objs(listed)
        if len(found) == length(listed) > 0 and all({"messageType", "body", "createdDateTime"} <= one.keys() for one in found):
            return [each for one in found for each in (one, *objs(one.get("replies")))]
    return None


def _of_graph(one: Mapping[str, Any], notes: Counter[str]) -> Message | None:
    kind = _left_out(one)
    if kind:
        notes[kind] += 1
        return None
    notes["edited_messages"] += bool(one.get("lastEditedDateTime"))
    notes["attachments"] += len(objs(one.get("attachments")))
    user = obj(obj(one["from"]).get("user"))
    body = obj(one["body"])
    html = words(body.get("contentType")).lower() == "html"
    created = words(one["createdDateTime"])
    thread = words(one.get("replyToId")) or (words(one.get("id")) if one.get("channelIdentity") else "") or None
    return Message(
        order=(created,),
        speaker=words(user.get("displayName")) or words(user.get("id")) or None,
        text=_words_of(words(body.get("content")), notes, html=html),
        group=thread or f"{words(one.get('chatId'))}/{created[:_DAY_CHARS]}",
        thread=thread,
        title=words(one.get("subject")),
        day=utc_day(created),
    )


def _left_out(one: Mapping[str, Any]) -> str:
    """The note under which a message is left out; empty if a person wrote it."""
    if one.get("messageType") != "message":
        return "system_messages"
    if one.get("deletedDateTime"):
        return "deleted_messages"
    sender = obj(one.get("from"))
    if sender.get("application"):
        return "bot_messages"
    return "" if sender.get("user") else "system_messages"


def _own(root: Json) -> list[dict[str, Any]] | None:
    """The conversations of an export of one's own data; None if it is none."""
    chats = objs(obj(root).get("conversations"))
    return chats if chats and all("MessageList" in chat and "id" in chat for chat in chats) else None


def _of_own(chat: Mapping[str, Any], one: Mapping[str, Any], notes: Counter[str]) -> Message | None:
    kind = words(one.get("messagetype"))
    if kind not in {"Text", "RichText", "RichText/Html"}:
        notes["media_messages" if kind.startswith("RichText/") else "system_messages"] += 1
        return None
    if obj(one.get("properties")).get("deletetime"):
        notes["deleted_messages"] += 1
        return None
    arrived = words(one.get("originalarrivaltime"))
    where = words(chat["id"])
    thread = where if ";messageid=" in where else None
    return Message(
        order=(arrived, words(one.get("id"))),
        speaker=words(one.get("displayName")) or words(one.get("from")).rpartition("/")[2] or None,
        text=_words_of(words(one.get("content")), notes, html=kind != "Text"),
        group=thread or f"{where}/{arrived[:_DAY_CHARS]}",
        thread=thread,
        day=utc_day(arrived),
    )


def _words_of(content: str, notes: Counter[str], *, html: bool) -> str:
    """The words of a message's body; quoted messages, which are documents' words already, go."""
    if not html:
        return tidy(content)
    quotes = any(mark in content for mark in _QUOTED)
    notes["quoted_messages"] += quotes or "<quote " in content
    return "\n".join(block.text for block in markup_blocks(content, _UNSPOKEN | {"blockquote"} if quotes else _UNSPOKEN))


FORMAT = Format(
    name="teams",
    suffixes=(".json",),
    read=read,
    sniff=sniffs(
        (b'"messageType"', b'"createdDateTime"'),
        (b'"MessageList"',),
        shape=lambda root: (_graph(root) or _own(root)) is not None,
    ),
    versions=library_versions("lxml"),
)
