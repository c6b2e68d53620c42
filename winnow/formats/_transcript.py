"""What several turns say together: cleaned, checked, merged; the end of every reader of transcripts.

Belongs here: everything that needs a turn's neighbours, whatever the transcript was written in. Does not belong here: the words
of one turn (`winnow.formats._spoken`), who speaks (`winnow.formats._speakers`), and any one format's syntax.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Reading
from winnow.formats._spoken import clean_turn, fillers_in

MAX_TRANSCRIPT_BYTES = 64 * MEBIBYTE
"""Ten hours of talk with a time for each word are 10 MiB; what is over this is no transcript, and would take a gigabyte."""

_MAX_LINES = 1_000_000  # a cue takes four: this is a cue a second for seventy hours

_MAX_SIGNS = 2_000_000  # of tags, brackets and references; captions with a time for each word have twice as many as words

MAX_MS = 1000 * 3600 * 10_000
"""A clock time over ten thousand hours is none; it would not even fit the column."""


def check_size(content: bytes) -> None:
    """Refuse what is too large for a transcript.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    lines = max(content.count(b"\n"), content.count(b"\r"))
    signs = sum(map(content.count, (b"<", b"[", b"{", b"(", b"&")))
    if len(content) > MAX_TRANSCRIPT_BYTES or lines > _MAX_LINES or signs > _MAX_SIGNS:
        raise UnreadableDocument("too_large")


def spoken(turns: Iterable[Block], notes: Counter[str], reading: Reading) -> tuple[Block, ...]:
    """``turns`` as they were written, one a cue, as the blocks of a document; what happens to them is counted in ``notes``.

    Words are cleaned (`clean_turn`), loops of a recogniser cut, neighbours of one speaker merged. Times stay as they are:
    ``turns_out_of_order`` counts turns that begin before the one before them.
    """
    fillers = None
    if reading.fillers == "drop":
        turns = list(turns)
        fillers = fillers_in(turn.text for turn in turns)
    return tuple(merge_turns(_in_sight(_unlooped(_cleaned(turns, fillers, notes), notes), notes)))


def _cleaned(turns: Iterable[Block], fillers: frozenset[str] | None, notes: Counter[str]) -> Iterator[Block]:
    for turn in turns:
        words, counts = clean_turn(turn.text, fillers)
        if counts:
            notes.update(counts)
            notes["turns_without_words"] += not words
        if words:
            yield replace(turn, text=words) if words != turn.text else turn


def _in_sight(turns: Iterable[Block], notes: Counter[str]) -> Iterator[Block]:
    latest = 0
    for turn in turns:
        if turn.start_ms is not None:
            notes["turns_out_of_order"] += turn.start_ms < latest
            latest = turn.start_ms
        yield turn


_LOOP = 4  # the same sentence so many times in a row is a recogniser caught in a loop; people repeat themselves three times

_LOOP_CHARS = 12  # shorter ones are "no no no" and "yeah", which people do say many times


def _unlooped(turns: Iterable[Block], notes: Counter[str]) -> Iterator[Block]:
    """``turns`` without what a recogniser repeats: of four equal ones in a row or more, the first stays."""
    for (text, _), group in groupby(turns, key=lambda turn: (turn.text, turn.speaker)):
        equal = list(group)
        if len(equal) >= _LOOP and len(text) >= _LOOP_CHARS:
            notes["looped_turns"] += len(equal) - 1
            equal = equal[:1]
        yield from equal


_SENTENCE_END = (".", "?", "!", "…", '."', '?"', '!"', "。", "？", "！")

_NAMELESS_CHARS = 1_000  # a block of unnamed cues ends here even without a full stop: automatic captions have none


def merge_turns(turns: Iterable[Block]) -> Iterator[Block]:
    """``turns`` without the empty ones, consecutive ones of one speaker merged into one.

    A merged turn spans from the first one's start to the last one's end. Where no speaker is named nobody knows that two turns
    are one person's, so they are joined only to complete a sentence.
    """
    group: list[Block] = []
    length_chars = 0
    for turn in turns:
        if not turn.text:
            continue
        last = group[-1] if group else None
        complete = last is not None and (last.text.endswith(_SENTENCE_END) or length_chars >= _NAMELESS_CHARS)
        if last and (last.speaker != turn.speaker or (turn.speaker is None and complete) or _earlier(turn, last)):
            yield _joined(group)
            group, length_chars = [], 0
        group.append(turn)
        length_chars += len(turn.text)
    if group:
        yield _joined(group)


def _earlier(turn: Block, last: Block) -> bool:
    """Whether ``turn`` begins before ``last`` in time or in the file: one span over both would hold others, or be none."""
    if turn.start_ms is not None and last.start_ms is not None and turn.start_ms < last.start_ms:
        return True
    return turn.start is not None and last.start is not None and turn.start < last.start


def _joined(turns: Sequence[Block]) -> Block:
    if len(turns) == 1:
        return turns[0]
    ends_ms = [turn.end_ms for turn in turns if turn.end_ms is not None]
    return replace(
        turns[0],
        text=" ".join(turn.text for turn in turns),
        end=turns[-1].end,
        end_ms=max(ends_ms, default=None),  # cues may overlap
    )
