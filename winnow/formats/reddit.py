"""Posts and comments of Reddit: the export of one's own data, the API's listings, and dumps with one object a line.

Own data: ``posts.csv`` and ``comments.csv``. Listings: ``{"kind": "Listing"}``, alone, or a thread with its comments in their parents.
Dumps: submissions and comments as Pushshift writes them. Each is a document, known by its full name (``t3_…``, ``t1_…``), and a post
and its comments share a link. What was deleted or removed is left out and counted, and so is what AutoModerator says.
"""

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, squeeze
from winnow.formats._export import Json, is_lines, lines, obj, objs, parse, words
from winnow.formats._posts import Post, documents
from winnow.formats._reddit_text import markdown_blocks, unescaped
from winnow.formats._table import content_key
from winnow.own_days import epoch_day, utc_day

_CSV_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?"?id"?,"?permalink"?,"?date"?,[^\n]{0,200}"?subreddit"?,[^\n]{0,200}"?body"?')

_GONE = frozenset(
    {"[deleted]", "[removed]", "[deleted by user]", "[removed by reddit]", "[ removed by reddit ]", "[removed by moderator]"}
)

_BOTS = frozenset({"automoderator"})

_SECONDS = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,6})?")

_PERMALINK = re.compile(r"/comments/([a-z0-9]{1,12})(?:/|$)", re.IGNORECASE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a post or comment, in the file's order; a line that is no object is refused as ``malformed``.

    Raises:
        UnreadableDocument: ``empty`` (all were deleted, or there is none), ``malformed``, ``truncated``, ``too_large``,
            ``encoding_unknown``.
    """
    del options
    notes: Counter[str] = Counter()
    if _CSV_HEAD.match(content):
        return documents(list(_of_rows(decode(content), notes)), notes)
    return documents([post for thing in _things(content) if (post := _of_thing(thing, notes)) is not None], notes)


def _of_rows(text: str, notes: Counter[str]) -> Iterator[Post]:
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in rows:
            body, title = words(row.get("body")), words(row.get("title"))
            if _is_gone(body, title, ""):
                notes["deleted_posts"] += 1
                continue
            post = _PERMALINK.search(words(row.get("permalink")) or words(row.get("link")))
            kind = "t1" if "parent" in row else "t3"
            yield Post(
                key=f"{kind}_{words(row.get('id'))}",
                blocks=tuple(markdown_blocks(body)),
                thread=f"t3_{post[1]}" if post else None,
                title=squeeze(title),
                day=utc_day(words(row.get("date"))),
            )
    except csv.Error:
        raise UnreadableDocument("malformed") from None


def _things(content: bytes) -> Iterator[Json]:
    """Every submission and comment in ``content``, a thread's comments in the order they are read; None for a broken line."""
    if is_lines(content):
        yield from lines(content)
        return
    waiting: list[Json] = [parse(content)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
            continue
        thing = obj(value)
        content_of = obj(thing.get("data"))
        if thing.get("kind") == "Listing":
            waiting += reversed(objs(content_of.get("children")))
        elif thing.get("kind") in {"t1", "t3"}:
            yield content_of
            waiting.append(content_of.get("replies"))
        elif thing and "kind" not in thing:
            yield thing


def _of_thing(thing: Json, notes: Counter[str]) -> Post | None:
    if not isinstance(thing, dict):
        return Post(key=content_key([repr(thing)]), blocks=(), reason="malformed")
    comment = "body" in thing
    body, title = words(thing.get("body" if comment else "selftext")), words(thing.get("title"))
    if _is_gone(body, title, thing.get("removed_by_category")):
        notes["deleted_posts"] += 1
        return None
    if words(thing.get("author")).lower() in _BOTS:
        notes["bot_posts"] += 1
        return None
    identity = words(thing.get("id")).removeprefix("t1_").removeprefix("t3_")
    name = words(thing.get("name")) or (f"{'t1' if comment else 't3'}_{identity}" if identity else "")
    return Post(
        key=name,
        blocks=tuple(markdown_blocks(unescaped(body))),
        thread=_thread(thing, name),
        title="" if comment else squeeze(unescaped(title)),
        day=_day(thing.get("created_utc")),
    )


def _day(created: Json) -> dt.date | None:
    """The day of a time in seconds, which some dumps write as text."""
    if isinstance(created, str) and _SECONDS.fullmatch(created):
        created = float(created)
    return epoch_day(created) if isinstance(created, int | float) and not isinstance(created, bool) else None


def _thread(thing: Mapping[str, Any], name: str) -> str | None:
    if "body" not in thing:
        return name or None
    post = _PERMALINK.search(words(thing.get("permalink")))
    link = words(thing.get("link_id"))
    return (link if link.startswith("t3_") or not link else f"t3_{link}") or (f"t3_{post[1]}" if post else None)


def _is_gone(body: str, title: str, removed: Json) -> bool:
    return body.strip().lower() in _GONE or title.strip().lower() in _GONE or bool(removed)


def _is_thing(thing: Json) -> bool:
    keys = obj(thing).keys()
    return {"body", "author", "subreddit"} <= keys or {"selftext", "title", "subreddit"} <= keys


def _is_listing(root: Json) -> bool:
    listings = objs(root) if isinstance(root, list) else [obj(root)]
    if listings and all(one.get("kind") == "Listing" for one in listings):
        return any(
            child.get("kind") in {"t1", "t3"} for one in listings for child in objs(obj(one.get("data")).get("children"))
        )
    found = objs(root)
    return bool(found) and len(found) == len(root) and all(map(_is_thing, found))


def _sniff(content: bytes) -> bool:
    if not is_textual(content):
        return False
    if _CSV_HEAD.match(content):
        return True
    if b'"subreddit"' not in content or not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    try:
        return _is_thing(next(lines(content), None)) if is_lines(content) else _is_listing(parse(content))
    except UnreadableDocument as error:
        return error.reason in {"truncated", "too_large"} or (error.reason == "malformed" and not is_lines(content))


FORMAT = Format(
    name="reddit",
    suffixes=(".csv", ".json", ".jsonl", ".ndjson"),
    read=read,
    sniff=_sniff,
    versions=library_versions("charset-normalizer"),
)
