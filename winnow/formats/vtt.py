"""WebVTT transcripts (W3C, https://www.w3.org/TR/webvtt1/), as Teams, Zoom and caption editors export them.

Speakers come from voice tags (``<v Name>``, several in a cue) or, in a file without any, from ``Name: `` prefixes. Spans count
characters of the decoded text, from the first cue's payload of a turn to the end of its last one's.
"""

import re
from collections.abc import Iterator

from winnow.documents import Document
from winnow.formats._base import Format, ReadOptions, decode, is_textual
from winnow.formats._captions import read_captions
from winnow.formats._transcript import check_size

_HEADER = re.compile(r"WEBVTT(?:[ \t][^\n]*)?(?:\n(?![^\n]*-->)[^\n]+)*(?:\n|$)")

# Segments of a stream, put together to one file, have their header again.
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)|X-TIMESTAMP-MAP=")


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document of ``turn`` blocks.

    A file without the WEBVTT line is read as well: some exports lack it, and their cues are the same.

    Raises:
        UnreadableDocument: ``malformed``, ``empty``, ``encoding_unknown``, ``too_large``.
    """
    check_size(content)
    text = decode(content)
    header = _HEADER.match(text)
    if header:
        text = _blanked(text, header.end())
    return read_captions(text, lambda line: _NO_CUE.match(line) is not None, options)


def _blanked(text: str, end: int) -> str:
    """``text`` with its first ``end`` characters blank, so that every span stays."""
    return "\n" * end + text[end:]


FORMAT = Format(name="vtt", suffixes=(".vtt",), read=read, sniff=is_textual)
