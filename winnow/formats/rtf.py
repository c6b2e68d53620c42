r"""Rich Text Format (Microsoft's specification 1.9.1), by one pass over its tokens.

Belongs here: what an RTF file is as a document. Does not belong here: the pass itself (`winnow.formats._rtf`).

An own reader, since the libraries there are give plain text only: they know no hidden or deleted text, no headings, and lose
footnotes and the results of embedded objects. The pass is linear in the bytes, keeps its groups on a list and not on the call
stack, and jumps over binary data (``\bin``). Spans count characters of the blocks joined by line ends.
"""

from collections.abc import Iterator

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, placed, squeeze
from winnow.formats._rtf import Reader


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``truncated``, ``malformed``, ``empty``.
    """
    reader = Reader(content[content.index(b"{") :] if b"{" in content else content, options.reading)
    reader.run()
    inner = reader.body.blocks
    if not inner:
        raise UnreadableDocument("empty")
    heads, feet = ([Block(kind, text) for text in texts] for kind, texts in reader.margins.items())
    title = next((block.text for block in inner if block.kind == "title"), "")
    first = next((block.text for block in inner[:3] if block.kind == "heading" and block.level == 1), "")
    notes = {name: count for name, count in sorted(reader.notes.items()) if count}
    yield Document(title=title or first or squeeze(reader.title), blocks=placed([*heads, *inner, *feet]), notes=notes)


def is_rtf(content: bytes) -> bool:
    """Whether ``content`` begins as RTF does."""
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{\\rtf")


FORMAT = Format(name="rtf", suffixes=(".rtf",), read=read, sniff=is_rtf)
