"""Posts of Bluesky as JSON: records of ``app.bsky.feed.post``, alone or as the AT protocol's methods give them.

Those methods are ``com.atproto.repo.listRecords``, ``app.bsky.feed.getAuthorFeed``, ``getPosts`` and ``getPostThread``; one answer in
a file, several in an array, or one a line. A post is a document; posts of one thread share a link. Reposts are others' words: left
out and counted. The CAR files of the account's export are binary and `unsupported`: ``goat repo unpack`` makes JSON of them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, is_textual
from winnow.formats._export import Json, is_lines, lines, obj, parse, words
from winnow.formats._markup import text_blocks
from winnow.formats._posts import Post, documents, language_code
from winnow.own_days import utc_day

_POST = "app.bsky.feed.post"

_ANSWERS = ("records", "feed", "posts", "thread")

_MAX_STEPS = 5_000_000  # values looked at; a file of 256 MiB does not hold so many posts


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a post, in the file's order, replies behind what they reply to.

    Raises:
        UnreadableDocument: ``empty`` (no post), ``malformed``, ``truncated``, ``too_large``.
    """
    del options
    notes: Counter[str] = Counter()
    return documents(list(_posts(_root(content), notes)), notes)


def _root(content: bytes) -> Json:
    return list(lines(content)) if is_lines(content) else parse(content)


def _posts(root: Json, notes: Counter[str]) -> Iterator[Post]:
    waiting: list[Json] = [root]
    for _ in range(_MAX_STEPS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
            continue
        element = obj(value)
        if words(obj(element.get("reason")).get("$type")).endswith("#reasonRepost"):
            notes["reposts"] += 1
            continue
        record = next(
            (obj(element.get(key)) for key in ("value", "record") if obj(element.get(key)).get("$type") == _POST), element
        )
        if record.get("$type") == _POST:
            yield _post(record, words(element.get("uri")))
            continue
        waiting += reversed([element[key] for key in ("post", *_ANSWERS, "replies") if key in element])
    raise UnreadableDocument("too_large")


def _post(record: dict[str, Any], uri: str) -> Post:
    languages = record.get("langs")
    root = words(obj(obj(record.get("reply")).get("root")).get("uri"))
    return Post(
        key=uri,
        blocks=tuple(text_blocks(words(record.get("text")))),
        thread=root or uri or None,
        language=language_code(languages[0]) if isinstance(languages, list) and len(languages) == 1 else None,
        day=utc_day(words(record.get("createdAt"))),
    )


def _sniff(content: bytes) -> bool:
    bare = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not is_textual(content) or not bare.startswith((b"{", b"[")) or _POST.encode() not in content:
        return False
    try:
        return next(_posts(_root(content), Counter()), None) is not None
    except UnreadableDocument as error:
        return error.reason in {"truncated", "too_large"}


FORMAT = Format(name="bluesky", suffixes=(".json", ".jsonl", ".ndjson"), read=read, sniff=_sniff)
