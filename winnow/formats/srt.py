"""SubRip transcripts (.srt): numbered cues with comma times and, in most exports of meetings, ``Name: `` prefixes.

Spans count characters of the decoded text, from the first cue's payload of a turn to the end of its last one's.
"""

from collections.abc import Iterator

from winnow.documents import Document
from winnow.formats._base import Format, ReadOptions, decode, is_textual
from winnow.formats._captions import read_captions
from winnow.formats._transcript import check_size


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document of ``turn`` blocks.

    Raises:
        UnreadableDocument: ``malformed``, ``empty``, ``encoding_unknown``, ``too_large``.
    """
    check_size(content)
    return read_captions(decode(content), lambda _: False, options)


FORMAT = Format(name="srt", suffixes=(".srt", ".sbv"), read=read, sniff=is_textual)
