"""Mastodon's archive: ``outbox.json``, an ActivityStreams collection of what one account has done.

A post (a ``Create`` of a ``Note``) is a document with the language it names; its content warning is its title, and posts of one
conversation share a link. Boosts are others' words, and posts that were not for everybody are nobody's business: both are left out
and counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, squeeze
from winnow.formats._export import Json, obj, objs, parse, sniffs, words
from winnow.formats._markup import markup_blocks
from winnow.formats._posts import Post, documents, language_code
from winnow.own_days import utc_day

_PUBLIC = frozenset(
    {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
)  # the three spellings of the standard


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a post, in the file's order.

    Raises:
        UnreadableDocument: ``empty`` (no post), ``malformed``, ``truncated``, ``too_large``.
    """
    del options
    root = parse(content)
    if not _is_outbox(root):
        raise UnreadableDocument("malformed")
    notes: Counter[str] = Counter()
    return documents(list(_posts(root, notes)), notes)


def _posts(root: Mapping[str, Any], notes: Counter[str]) -> Iterator[Post]:
    for activity in objs(root["orderedItems"]):
        note = obj(activity.get("object"))
        kind = _left_out(activity, note)
        if kind:
            notes[kind] += 1
            continue
        value, language = _content(note)
        yield Post(
            key=words(note.get("id")),
            blocks=tuple(markup_blocks(value)),
            thread=next((found for key in _THREAD if (found := words(note.get(key)))), None),
            title=squeeze(words(note.get("summary"))),
            language=language,
            day=utc_day(words(note.get("published")) or words(activity.get("published"))),
        )


_THREAD = ("conversation", "context", "inReplyTo", "id")


def _left_out(activity: Mapping[str, Any], note: Mapping[str, Any]) -> str:
    """The note under which an activity is left out; empty if it is a post of the account for everybody."""
    if activity.get("type") == "Announce":
        return "boosts"
    author = words(note.get("attributedTo"))
    if activity.get("type") != "Create" or note.get("type") != "Note" or (author and author != words(activity.get("actor"))):
        return "other_activities"
    audience = {address for key in ("to", "cc") for address in _addresses(note.get(key, activity.get(key)))}
    return "" if audience & _PUBLIC else "private_posts"


def _addresses(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else [address for address in value or () if isinstance(address, str)]


def _content(note: Mapping[str, Any]) -> tuple[str, str | None]:
    """The HTML of a post and its language: that under which ``contentMap`` has it."""
    by_language = {code: value for code, value in obj(note.get("contentMap")).items() if isinstance(value, str)}
    value = words(note.get("content")) or next(iter(by_language.values()), "")
    return value, language_code(next((code for code, text in by_language.items() if text == value), None))


def _is_outbox(root: Json) -> bool:
    activities = objs(obj(root).get("orderedItems"))
    return bool(activities) and all("type" in one and "actor" in one for one in activities)


FORMAT = Format(
    name="mastodon",
    suffixes=(".json",),
    read=read,
    sniff=sniffs((b'"orderedItems"', b'"actor"'), shape=_is_outbox),
    versions=library_versions("lxml"),
)
