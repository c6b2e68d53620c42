"""Messages that people write to each other: which belong together, and how they become documents of turns.

Belongs here: threads, days, order, and what is counted over a whole file. Does not belong here: any one tool's export.

A thread is a document, and so is what stands outside of threads, by day. A message is a turn with its speaker, without clock
times: a chat is no recording. A document's own day is that of its last message. Spans count characters of its blocks joined by line
ends.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import placed, squeeze
from winnow.own_days import latest_of


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a person wrote.

    Attributes:
        order: sorts messages by time as the export gives it; equal ones stay in the file's order.
        speaker: a name, or the user's id where the export has no name.
        text: its words, lines parted by line ends.
        group: what identifies its document in the file: a thread, or a channel and a day.
        thread: id that the thread's messages share over all files; None outside of threads.
        title: what the thread is headed with; mostly nothing.
        day: on which it was written; None if the export does not say.
    """

    order: tuple[int | str, ...]
    speaker: str | None
    text: str
    group: str
    thread: str | None = None
    title: str = ""
    day: dt.date | None = None


def conversations(messages: Iterable[Message], notes: Counter[str]) -> Iterator[Document]:
    """One document for each group of ``messages``, in the order of their first messages; ``notes`` stand with the first.

    Raises:
        UnreadableDocument: ``empty``: nobody wrote a word.
    """
    groups: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda message: message.order):
        if any(character.isalnum() for character in message.text):
            groups.setdefault(message.group, []).append(message)
        else:
            notes["messages_without_words"] += 1
    if not groups:
        raise UnreadableDocument("empty")
    for number, (group, said) in enumerate(groups.items()):
        yield Document(
            title=squeeze(next((message.title for message in said if message.title), "")),
            blocks=placed(turns(said)),
            row_key=group,
            row_number=number,
            link=next((message.thread for message in said if message.thread), None),
            notes=dict(+notes) if number == 0 else {},
            stated=latest_of([message.day for message in said]),
        )


def turns(messages: Iterable[Message]) -> Iterator[Block]:
    """A turn for each of ``messages``."""
    for message in messages:
        yield Block("turn", message.text, speaker=squeeze(message.speaker or "") or None)


def in_one(messages: Iterable[Message], notes: Counter[str]) -> Document:
    """All ``messages`` as one document that stands for the whole file.

    Raises:
        UnreadableDocument: ``empty``.
    """
    (document,) = conversations((replace(message, group="") for message in messages), notes)
    return replace(document, row_key=None, row_number=None)
