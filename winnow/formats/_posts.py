"""Posts of one export: each a document with a key of its own; what was left out of the file is counted on the first.

Belongs here: what the exports of social networks share. Does not belong here: any one network's fields.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import placed
from winnow.formats._table import content_key, unique_key


@dataclass(frozen=True, slots=True)
class Post:
    """One post; ``key`` is its id or address, ``thread`` that of the conversation it belongs to; ``reason`` if it cannot be read."""

    key: str
    blocks: tuple[Block, ...]
    thread: str | None = None
    title: str = ""
    language: str | None = None
    day: dt.date | None = None
    reason: str | None = None


def documents(posts: Iterable[Post], notes: Counter[str]) -> Iterator[Document]:
    """A document for each of ``posts``, in their order; one without a word, such as a picture, is refused as ``empty``.

    Raises:
        UnreadableDocument: ``empty``: there is none.
    """
    given: Counter[str] = Counter()
    made = []
    for number, post in enumerate(posts):
        # What is read is the body; a post that is nothing but its headline has that for one.
        blocks = post.blocks or ((Block("title", post.title),) if post.title else ())
        made.append(
            Document(
                title=post.title,
                blocks=placed(blocks),
                row_key=unique_key(post.key or content_key([post.title, *(block.text for block in blocks)]), given),
                row_number=number,
                link=post.thread or None,
                language=post.language,
                stated=post.day,
                reason=post.reason or (None if blocks else "empty"),
            )
        )
    if not made:
        raise UnreadableDocument("empty")
    yield replace(made[0], notes=dict(+notes))
    yield from made[1:]


def language_code(value: object) -> str | None:
    """``value`` if it is a tag of BCP 47 that begins with a language of two or three letters, else None."""
    if not isinstance(value, str) or len(value) > 35:
        return None
    language = value.replace("_", "-").split("-")[0].lower()
    return language if language.isascii() and language.isalpha() and len(language) in {2, 3} else None
