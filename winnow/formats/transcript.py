"""Transcripts in JSON, as programs that recognise speech and meeting corpora write them: turns with speakers and times.

The tools' shapes are in `winnow.formats._recognition`. Spans count characters of the blocks joined by line ends, as JSON has no
running text.
"""

from collections import Counter
from collections.abc import Iterator

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, placed
from winnow.formats._export import obj, parse, sniffs, words
from winnow.formats._recognition import turns_of
from winnow.formats._transcript import MAX_TRANSCRIPT_BYTES, spoken


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document of ``turn`` blocks.

    Raises:
        UnreadableDocument: ``malformed``, ``truncated``, ``empty`` (nothing was said), ``too_large``.
    """
    if len(content) > MAX_TRANSCRIPT_BYTES:
        raise UnreadableDocument("too_large")
    root = parse(content)
    turns = turns_of(root)
    if turns is None:
        raise UnreadableDocument("malformed")
    notes: Counter[str] = Counter()
    blocks = placed(spoken(turns, notes, options.reading))
    if not blocks:
        raise UnreadableDocument("empty")
    yield Document(blocks=blocks, notes=dict(+notes), language=_language(root))


def _language(root: object) -> str | None:
    """The language that the tool names, if it is a code: Whisper's API writes it out, and nobody's list of names is complete."""
    found = obj(root)
    code = words(found.get("language")) or words(found.get("language_code")) or words(obj(found.get("result")).get("language"))
    code = code.replace("_", "-").split("-")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) == 2 else None


FORMAT = Format(
    name="transcript",
    suffixes=(".json",),
    read=read,
    sniff=sniffs(
        (b'"text"', b'"start"', b'"end"'),
        (b'"offsets"', b'"transcription"'),
        (b'"timestamp"', b'"text"'),
        (b'"results"', b'"alternatives"'),
        (b'"results"', b'"transcripts"'),
        (b'"audio_url"', b'"words"'),
        (b'"BeginOffsetMillis"',),
        (b'"monologues"',),
        (b'"nBest"',),
        (b'"offsetMilliseconds"',),
        (b'"speaker',),
        (b'"spoken_by"',),
        shape=lambda root: turns_of(root) is not None,
    ),
)
