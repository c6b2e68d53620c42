"""The heading structure of a document: which text stands under which heading.

Belongs here: sections, and the names of sections that hold nothing to learn from. Headings are taken as the readers give them;
nothing here guesses one from how a paragraph looks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.documents import Block, Document
from winnow.recipes._text import one_line

_NUMBERING = re.compile(
    r"^\s*(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[ivxlc]{1,6}|[a-z])[.):]?\s+", re.IGNORECASE
)
_PLAIN_NUMBERING = re.compile(r"^\s*\d{1,3}(?:\.\d{1,3}){0,5}[.):]?\s+")

BOILERPLATE = frozenset(
    {
        "about the author",
        "about the authors",
        "about us",
        "abbreviations",
        "acknowledgement",
        "acknowledgements",
        "acknowledgment",
        "acknowledgments",
        "additional files",
        "additional information",
        "author contributions",
        "author information",
        "authors' contributions",
        "bibliography",
        "changelog",
        "comments",
        "competing interest",
        "competing interests",
        "conflict of interest",
        "conflicts of interest",
        "contact",
        "contact us",
        "contents",
        "copyright",
        "cookie policy",
        "cookies",
        "data availability",
        "decision letter",
        "declaration of interests",
        "disclaimer",
        "disclosures",
        "ethics",
        "ethics statement",
        "external links",
        "footnotes",
        "funding",
        "funding information",
        "further reading",
        "imprint",
        "index",
        "leave a comment",
        "leave a reply",
        "legal notice",
        "licence",
        "license",
        "list of figures",
        "list of tables",
        "literature cited",
        "major datasets",
        "navigation",
        "navigation menu",
        "notes",
        "privacy policy",
        "reference",
        "references",
        "related articles",
        "related posts",
        "revision history",
        "see also",
        "share this",
        "sources",
        "subscribe",
        "supplementary material",
        "supporting information",
        "table of contents",
        "tags",
        "terms of use",
        "works cited",
        # the same in German, French, Spanish, Italian and Portuguese
        "abbildungsverzeichnis",
        "abkürzungsverzeichnis",
        "agradecimientos",
        "bibliografia",
        "bibliografía",
        "bibliographie",
        "danksagung",
        "fußnoten",
        "impressum",
        "indice",
        "inhalt",
        "inhaltsverzeichnis",
        "kontakt",
        "literatur",
        "literaturverzeichnis",
        "quellen",
        "quellenverzeichnis",
        "referencias",
        "referências",
        "remerciements",
        "ringraziamenti",
        "références",
        "sommaire",
        "stichwortverzeichnis",
        "symbolverzeichnis",
        "tabellenverzeichnis",
        "table des matières",
        "índice",
    }
)
"""Section names in lower case whose text is a list, a notice or a formality; no model should be taught to invent it."""


@dataclass(frozen=True, slots=True)
class Section:
    """The text between one heading and the next; ``path`` runs from the outermost heading down to it."""

    path: tuple[str, ...]
    heading: Block | None
    blocks: tuple[Block, ...]

    def under(self, other: "Section") -> bool:
        """Whether this is ``other`` or stands below it; meaningful where `sections` gave both in order."""
        return self.path[: len(other.path)] == other.path


def sections(document: Document) -> list[Section]:
    """The sections of ``document`` in order, the text before the first heading among them if there is any."""
    found: list[Section] = []
    stack: list[tuple[int, str]] = []
    heading: Block | None = None
    blocks: list[Block] = []

    def close() -> None:
        if heading is not None or blocks:
            found.append(Section(tuple(text for _, text in stack), heading, tuple(blocks)))
        blocks.clear()

    for block in document.blocks:
        if block.kind == "heading" and block.text.strip():
            close()
            level = max(block.level, 1)
            while stack and stack[-1][0] >= level:
                stack.pop()
            stack.append((level, one_line(block.text)))
            heading = block
        else:
            blocks.append(block)
    close()
    return found


def section_name(heading: str) -> str:
    """``heading`` in lower case without numbering and marks at its ends: ``7.2 References:`` is ``references``."""
    name = _NUMBERING.sub("", one_line(heading), count=1)
    letters = [at for at, character in enumerate(name) if character.isalnum()]
    return name[letters[0] : letters[-1] + 1].casefold().replace("’", "'") if letters else ""


def without_number(heading: str) -> str:
    """``heading`` as written, without a section number before it."""
    return _PLAIN_NUMBERING.sub("", one_line(heading), count=1) or one_line(heading)


def is_boilerplate(path: Sequence[str]) -> bool:
    """Whether a section of this heading path, or one above it, is boilerplate."""
    return any(section_name(heading) in BOILERPLATE for heading in path)
