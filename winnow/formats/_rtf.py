"""The pass over the tokens of an RTF file: groups, destinations, characters and their properties.

Belongs here: what control words do. Does not belong here: their lists (`winnow.formats._rtf_words`), and what becomes of collected
text (`winnow.formats._rtf_story`).
"""

from collections import Counter
from dataclasses import dataclass, field

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import Reading, squeeze
from winnow.formats._rtf_story import MAX_LIST_DEPTH, State, Story
from winnow.formats._rtf_words import (
    CELL_COLOURS,
    CHARACTERS,
    CHARSETS,
    CODE_PAGES,
    ENTERED,
    FOOTERS,
    HEADERS,
    LIST_MARKS,
    NUMBERS,
    PARAGRAPH_ENDS,
    SILENT,
    SWITCHES,
    SYMBOL_CHARSET,
    SYMBOLS,
    TABLE_WORDS,
    TOKEN,
)
from winnow.formats._symbols import is_symbol_font, respelled, symbol
from winnow.formats._tally import weight

MAX_GROUPS = 50_000  # nested; Word writes a dozen, and each takes 300 bytes while it is open

MAX_TOKENS = 6_000_000  # about 60 MB as Word writes it, pictures not counted; 20 seconds of work

_MAX_FALLBACK = 16  # bytes for one character that older readers show; real ones are one to four

_USUAL_SIZE = 24  # half points, where nothing is said

_HALF_POINTS = 3  # smaller type is not read by anybody

_WHITE = (255, 255, 255)


@dataclass(slots=True)
class Reader:
    """One RTF file being read; `run` fills ``body`` and ``margins``."""

    content: bytes
    reading: Reading
    body: Story = field(default_factory=lambda: Story("body"))
    margins: dict[str, dict[str, None]] = field(default_factory=lambda: {"header": {}, "footer": {}})
    notes: Counter[str] = field(default_factory=Counter)
    encoding: str = "cp1252"
    fonts: dict[int, tuple[str, str]] = field(default_factory=dict)  # encoding ("symbol" for such) and name
    colours: list[tuple[int, int, int] | None] = field(default_factory=list)
    mixture: list[int | None] = field(default_factory=lambda: [None, None, None])
    styles: dict[int, tuple[str, int]] = field(default_factory=dict)  # name and outline level
    title: str = ""
    name: list[str] = field(default_factory=list)  # of the font or style being read
    raw: bytearray = field(default_factory=bytearray)
    skip: int = 0
    shaded_cells: bool = False
    state: State = field(init=False)
    stack: list[State] = field(default_factory=list)
    optional: bool = False

    def run(self) -> None:
        """Read everything up to the end of the first group.

        Raises:
            UnreadableDocument: ``truncated`` (a group is open at the end), ``malformed`` (too deep), ``too_large``.
        """
        self.state = State(self.body)
        at, content, match = 0, self.content, TOKEN.match
        tokens = 0
        while at < len(content):
            tokens += 1
            if tokens > MAX_TOKENS:
                raise UnreadableDocument("too_large")
            token = match(content, at)
            if token is None:  # a backslash at the very end
                break
            at = token.end()
            word, digits, byte, sign, brace, text = token.groups()
            if text is not None:
                self._bytes(text)
            elif byte is not None:
                self._byte(int(byte, 16))
            elif word is not None:
                number = int(digits) if digits else None
                if word == b"bin" and number:
                    at += max(number, 0)
                else:
                    self._word(word.decode("ascii"), number)
            elif sign is not None:
                self._sign(sign)
            elif brace == b"{":
                self._open()
            elif not self._close():
                break
        if self.stack:
            raise UnreadableDocument("truncated")
        self._finish(self.body)

    def _open(self) -> None:
        self._flush()
        self.skip, self.optional = 0, False
        if len(self.stack) >= MAX_GROUPS:
            raise UnreadableDocument("malformed")
        self.stack.append(self.state)
        self.state = self.state.inner()

    def _close(self) -> bool:
        """End a group; False at the end of the document."""
        self._flush()
        self.skip = 0
        if not self.stack:
            return False
        ended, self.state = self.state, self.stack.pop()
        if ended.story is not self.state.story and ended.story is not None and ended.story is not self.body:
            self._leave(ended.story, self.state.story)
        return bool(self.stack)

    def _leave(self, story: Story, parent: Story | None) -> None:
        """Hand on what a header, note, comment or box said."""
        self._finish(story)
        if story.kind in self.margins:
            for block in story.blocks:
                if any(map(str.isalpha, block.text)):
                    self.margins[story.kind][block.text] = None
        elif story.kind == "box":
            (parent or self.body).after += story.blocks
        else:
            words = " ".join(block.text for block in story.blocks)
            if words:
                (parent or self.body).after.append(Block("footnote", words))

    def _bytes(self, text: bytes) -> None:
        text = text.translate(None, b"\r\n\x00")
        if self.skip:
            cut = min(self.skip, len(text))
            self.skip -= cut
            text = text[cut:]
        if self.state.story is not None or self.state.table or self.state.why:
            self.raw += text

    def _byte(self, code: int) -> None:
        if self.skip:
            self.skip -= 1
        else:
            self.raw.append(code)

    def _flush(self) -> None:
        """Decode the bytes collected since the last control word: a character may take two of them."""
        if not self.raw:
            return
        raw, self.raw = bytes(self.raw), bytearray()
        encoding, font = self.fonts.get(self.state.font, (self.encoding, ""))
        if encoding == "symbol":
            self._say("".join(symbol(code, font) if is_symbol_font(font) else chr(code) for code in raw))
        else:
            self._say(raw.decode(encoding, "replace"))

    def _say(self, text: str) -> None:
        state = self.state
        if state.table:
            self._tabled(text)
        elif state.story is None or state.wrapped:
            if state.why:
                self.notes[state.why] += weight(text)
        elif state.deleted:
            self.notes["deleted_text"] += weight(text)
        elif self._unseen() and text.strip() and self.reading.hidden_text == "drop":
            self.notes["hidden_text"] += weight(text)
        else:
            state.story.text.append(text)

    def _unseen(self) -> bool:
        """Whether nobody sees text now: hidden, tiny, or white where nothing lies behind it."""
        state = self.state
        if state.hidden or state.half_points < _HALF_POINTS:
            return True
        if self._colour(state.colour) != _WHITE or (state.in_table and self.shaded_cells):
            return False
        return all(self._colour(number) in {None, _WHITE} for number in (state.behind, state.shading))

    def _colour(self, number: int) -> tuple[int, int, int] | None:
        return self.colours[number] if 0 < number < len(self.colours) else None

    def _tabled(self, text: str) -> None:
        """Text inside of the tables at the file's beginning, whose entries end with a semicolon."""
        if self.state.table == "title":
            self.title += text
        elif self.state.table == "colortbl":
            for _ in range(text.count(";")):
                red, green, blue = self.mixture
                self.colours.append(
                    None if red is None and green is None and blue is None else (red or 0, green or 0, blue or 0)
                )
                self.mixture = [None, None, None]
        else:
            self.name.append(text)
            if ";" in text:
                name = squeeze("".join(self.name)).rstrip(";")
                self.name.clear()
                if self.state.table == "fonttbl":
                    self.fonts[self.state.font] = (self.fonts.get(self.state.font, (self.encoding, ""))[0], name)
                else:
                    self.styles[self.state.style] = (name, self.state.outline)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.optional = True
        elif self.skip:
            self.skip -= 1
        elif sign in {b"\r", b"\n"}:
            self._flush()
            self._end_paragraph()
        elif SYMBOLS.get(sign):
            self._flush()
            self._say(SYMBOLS[sign])

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._flush()
            code = number & 0xFFFF
            name = self.fonts.get(self.state.font, ("", ""))[1]
            self._say(respelled(chr(code), name))
            self.skip = self.state.fallback
            return
        if self.skip:
            self.skip -= 1
            return
        self._flush()
        if self.state.silent and word != "ud":
            return
        if word in CHARACTERS:
            self._say(CHARACTERS[word])
        elif word in PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in TABLE_WORDS:
            self._table_word(word)
        elif not self._destination(word):
            self._property(word, number)
        self.optional = False

    def _destination(self, word: str) -> bool:  # noqa: PLR0912 - one branch a kind of destination
        """Whether ``word`` says what the group it begins is for; then it is."""
        state = self.state
        if word in {"fonttbl", "colortbl", "stylesheet"}:
            state.story, state.table = None, word
            self.name.clear()
        elif word == "info":
            state.story, state.why, state.table = None, "", ""
        elif word == "title" and self.stack and self.stack[-1].story is None:
            state.table = "title"
        elif word in HEADERS or word in FOOTERS:
            self._begin("header" if word in HEADERS else "footer")
        elif word == "footnote":
            self._begin("footnote")
        elif word == "shptxt":
            self._begin("box")
        elif word == "annotation":
            if self.reading.comments == "keep":
                self._begin("comment")
            else:
                state.story, state.why = None, "comments"
        elif word in {"fldinst", "mmath", "moMath", "moMathPara"}:
            state.story, state.why = None, "field_codes" if word == "fldinst" else "formulas"
        elif word == "ud":
            self.state = self.stack[-2].inner() if len(self.stack) > 1 else state  # what stands around the group with \\upr
        elif word == "shpinst":
            state.story = None
        elif word in SILENT:
            if word in LIST_MARKS and state.story is not None:
                state.story.listed = True
            state.story, state.why, state.table, state.silent = None, "", "", True
        elif self.optional and word not in ENTERED:
            state.story, state.why, state.table, state.silent = None, "", "", True
        else:
            return False
        return True

    def _begin(self, kind: str) -> None:
        self.state = State(Story(kind))

    def _property(self, word: str, number: int | None) -> None:
        state = self.state
        if word in SWITCHES:
            setattr(state, SWITCHES[word], number != 0)
        elif word in NUMBERS:
            setattr(state, NUMBERS[word], number or 0)
        elif word == "uc":
            state.fallback = min(max(number or 0, 0), _MAX_FALLBACK)
        elif word == "fs":
            state.half_points = _USUAL_SIZE if number is None else number
        elif word == "ilvl":
            state.depth = min(max(number or 0, 0), MAX_LIST_DEPTH)
        elif word == "outlinelevel":
            state.outline = -1 if number is None else number
        elif word == "plain":
            state.hidden = state.deleted = False
            state.colour = state.behind = 0
            state.half_points, state.font = _USUAL_SIZE, -1
        elif word == "pard":
            state.style = state.list_number = state.depth = state.shading = 0
            state.outline, state.in_table = -1, False
        elif word in CELL_COLOURS:
            self.shaded_cells = True
        else:
            self._set_characters(word, number)

    def _set_characters(self, word: str, number: int | None) -> None:
        """What bytes mean, and the colours of the colour table."""
        if word in {"mac", "pc", "pca"}:
            self.encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "ansicpg" and number:
            self.encoding = _code_page(number) or self.encoding
        elif word in {"fcharset", "cpg"} and self.state.table == "fonttbl" and number is not None:
            name = self.fonts.get(self.state.font, ("", ""))[1]
            known = CHARSETS.get(number) if word == "fcharset" else _code_page(number)
            encoding = "symbol" if word == "fcharset" and number == SYMBOL_CHARSET else known or self.encoding
            self.fonts[self.state.font] = (encoding, name)
        elif word in {"red", "green", "blue"} and self.state.table == "colortbl":
            self.mixture[("red", "green", "blue").index(word)] = min(max(number or 0, 0), 255)

    def _table_word(self, word: str) -> None:
        story = self.state.story
        if word == "trowd":
            self.shaded_cells = False
        elif story is not None and word in {"cell", "nestcell"}:
            story.end_cell(nested=word == "nestcell")
        elif story is not None and word == "row":
            story.end_row()

    def _end_paragraph(self) -> None:
        if self.state.story is not None:
            self.state.story.end_paragraph(self.state, self.styles, self.notes)

    def _finish(self, story: Story) -> None:
        """The story ends, whatever group it ends in."""
        state = self.state.inner()
        state.in_table = False
        story.end_paragraph(state, self.styles, self.notes)
        story.end_table()
        story.blocks += story.after
        story.after.clear()


def _code_page(number: int) -> str | None:
    name = CODE_PAGES.get(number, f"cp{number}")
    try:
        b"".decode(name)
    except LookupError:
        return None
    return name
