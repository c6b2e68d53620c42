"""What an RTF document says while it is being read: stories, their paragraphs and tables, and the state of a group.

Belongs here: from collected text to blocks. Does not belong here: tokens and control words (`winnow.formats._rtf`).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow.documents import Block
from winnow.formats._base import squeeze, tidy
from winnow.formats._tally import weight

MAX_LIST_DEPTH = 8  # Word has nine levels

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)

_CONTENTS_STYLES = ("toc ", "table of figures", "index ")

_LEVELS = range(9)  # of outlines; 9 is body text

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Story:
    """A body, header, note, comment or text box being collected."""

    kind: str
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)  # notes and boxes that hang on the current paragraph or table
    cell: list[str] = field(default_factory=list)  # paragraphs of the current cell
    row: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    listed: bool = False

    def end_paragraph(self, state: "State", styles: Mapping[int, tuple[str, int]], notes: Counter[str]) -> None:
        """The text collected so far is a paragraph, in a cell or as a block."""
        if state.in_table:
            self.end_cell_paragraph()
            return
        text = whole(self.text)
        self.text.clear()
        if text.strip() or self.after:
            self.end_table()
        kind, level = _kind(state, styles, listed=self.listed)
        self.listed = False
        if kind == "contents":
            notes["contents_text"] += weight(text)
        elif tidy(text):
            self.blocks.append(Block(kind, squeeze(text) if kind in {"heading", "title"} else tidy(text), level))
        self.blocks += self.after
        self.after.clear()

    def end_cell_paragraph(self) -> None:
        """The text collected so far belongs to the current cell."""
        text = squeeze(whole(self.text))
        self.text.clear()
        self.listed = False
        if text:
            self.cell.append(text)

    def end_cell(self, *, nested: bool) -> None:
        """A cell ends; one of a table in the cell is a part of that cell's text."""
        self.end_cell_paragraph()
        if not nested:
            self.row.append(" ".join(self.cell))
            self.cell.clear()

    def end_row(self) -> None:
        """A row ends."""
        if any(self.row):
            self.rows.append(" | ".join(self.row).strip())
        self.row.clear()

    def end_table(self) -> None:
        """The rows collected so far are a table; cells whose row never ended are a row too."""
        if self.row or self.cell:
            self.row.append(" ".join(self.cell))
            self.cell.clear()
            self.end_row()
        if self.rows:
            self.blocks.append(Block("table", "\n".join(self.rows)))
        self.rows.clear()


@dataclass
class State:
    """What a group inherits and gives back at its end."""

    story: Story | None  # where text goes; None: nowhere
    why: str = ""  # the note that counts text which goes nowhere
    silent: bool = False  # nothing in the group is text, whatever it says
    table: str = ""  # which of the file's tables is being read: fonts, colours, styles, title
    fallback: int = 1  # bytes after \u that older readers show instead
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    wrapped: bool = False  # in \htmlrtf: RTF's own copy of what a mail says in HTML
    colour: int = 0
    behind: int = 0
    shading: int = 0
    half_points: int = 24
    style: int = 0
    outline: int = -1
    list_number: int = 0
    depth: int = 0
    in_table: bool = False

    def inner(self) -> "State":
        """The state of a group inside of this one; five times as fast as `copy.copy`, and there is one for every brace."""
        state = object.__new__(State)
        state.__dict__.update(self.__dict__)
        return state


def _kind(state: State, styles: Mapping[int, tuple[str, int]], *, listed: bool) -> tuple[str, int]:
    """What a paragraph is, and its heading level or its depth in a list."""
    name, outline = styles.get(state.style, ("", -1)) if state.style else ("", -1)
    low = name.lower()
    heading = _HEADING.fullmatch(name)
    own = state.outline if state.outline >= 0 else int(heading[1]) - 1 if heading else outline
    if low == "title" or low.startswith(_CONTENTS_STYLES):
        return ("title" if low == "title" else "contents"), 0
    if own in _LEVELS:
        return "heading", own + 1
    if low in {"quote", "intense quote"}:
        return "quote", 0
    return ("list_item", state.depth) if state.list_number > 0 or listed else ("paragraph", 0)


def whole(pieces: list[str]) -> str:
    r"""The text of a paragraph, with the surrogate pairs that ``\u`` writes as two characters put together."""
    text = "".join(pieces)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _SURROGATE.search(text) else text
