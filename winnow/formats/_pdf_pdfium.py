"""PDF by pdfium, through its C interface: the characters of a page, and its lines with where and how large they were set.

Belongs here: opening a file and a page, and closing them whatever happens. Does not belong here: which engine is believed
(`winnow.formats._pdf_agreement`), what is hidden (`winnow.formats._pdf_hidden`), what lines mean (`winnow.formats._layout`).

The library is written in C++ and trusted with nothing: a file comes here only after `winnow.formats._pdf_work` has counted what
it unpacks to. It is not thread-safe, so one file is open at a time. It is told to look for no fonts on the host: the same bytes
give the same text everywhere. Lengths are points.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import Lock
from typing import Any, NamedTuple

import pypdfium2_raw.bindings as raw

from winnow.formats._lines import BULLET, MARK_SIZE, MARKED, RAISED, RIGHT_TO_LEFT, Line, has_signs, is_bold, solid, upright
from winnow.formats._pdf_glyphs import MAX_REPAIRED, UNMAPPED, turned_back, without_numbers

_PIECE_GAP = 1.5  # times the type size: words further apart on one baseline are cells or columns, not neighbours

_BESIDE = 0.5  # of its height: a run of type that shares so much of it with the one before stands beside it

_FEWEST_APART = 4  # gaps in lines of one page; a head and a foot have one each

_MOST_RUNS = 3_000  # of type that are looked at on one page

_OVERLAP = -3.0  # times the type size: a word that begins this far back on its line begins a piece of its own

_NOTE_MARK = re.compile(r"(?:\d{1,3}|[*†‡§])\Z")

_NOTE_ENDS = frozenset("0123456789*†‡§")

_LINE_END_HYPHEN = "\x02"  # instead of hyphen and line break; U+FFFE in some versions

_ROW = re.compile(f"[^\n{_LINE_END_HYPHEN}]+{_LINE_END_HYPHEN}?|{_LINE_END_HYPHEN}")

_WORD = re.compile(r"\S+")

_FONT_NAME_BYTES = 256  # longer PostScript names do not occur; the rest is cut off

_USE = Lock()

_NO_FONTS = (ctypes.POINTER(ctypes.c_char) * 1)()  # the list of font folders, empty: None would mean the host's

raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=_NO_FONTS))


class PdfiumError(Exception):
    """What pdfium cannot open; ``locked`` if it wants a password or does not know the encryption."""

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__("encrypted" if locked else "unreadable")
        self.locked = locked


class _Style(NamedTuple):
    """How characters are set: size in points, whether bold, where they run (see `upright`), whether in a font of signs."""

    size: float
    bold: bool
    turn: int
    signs: bool


class _Word(NamedTuple):
    """A word as pdfium delimits it, in the frame of its own direction."""

    text: str
    x: float
    right: float
    y: float
    style: _Style


@contextmanager
def opened(content: bytes) -> Iterator["PdfiumFile"]:
    """The file, open for as long as the context lasts.

    Raises:
        PdfiumError: pdfium cannot open it.
    """
    with _USE:
        document = raw.FPDF_LoadMemDocument64(content, len(content), None)
        if not document:
            raise PdfiumError(locked=raw.FPDF_GetLastError() in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})
        try:
            yield PdfiumFile(document)
        finally:
            raw.FPDF_CloseDocument(document)


class PdfiumFile:
    """An open file; `opened` makes it."""

    def __init__(self, document: Any) -> None:
        self.raw = document
        self.page_count = max(int(raw.FPDF_GetPageCount(document)), 0)

    @contextmanager
    def page(self, index: int, *, numbered: bool = False, repairs: int = MAX_REPAIRED) -> Iterator["PdfiumPage"]:
        """The page at ``index`` from 0, loaded for as long as the context lasts; ``numbered`` and ``repairs``: see `PdfiumPage`.

        Raises:
            PdfiumError: the page cannot be loaded.
        """
        page = raw.FPDF_LoadPage(self.raw, index)
        if not page:
            raise PdfiumError
        try:
            characters = raw.FPDFText_LoadPage(page)
            if not characters:
                raise PdfiumError
            try:
                yield PdfiumPage(page, characters, numbered=numbered, repairs=repairs)
            finally:
                raw.FPDFText_ClosePage(characters)
        finally:
            raw.FPDF_ClosePage(page)


class PdfiumPage:
    """A loaded page.

    ``text`` is what pdfium reads, with two repairs. Where a font leads back to no characters, pdfium gives the numbers of glyphs
    as if they were characters: they are U+FFFD, and ``unmapped`` counts what pdfium gave. Where one glyph of a script that runs to
    the left stands for several letters (lam-alef), pdfium turns their order round with that of the line: it is turned back.
    ``numbered`` says that the file has fonts whose codes are glyphs' numbers throughout, ``repairs`` how many characters may be
    looked at: a page of more stays as it is.
    """

    def __init__(self, page: Any, characters: Any, *, numbered: bool = False, repairs: int = MAX_REPAIRED) -> None:
        self.raw, self.characters = page, characters
        self.count = max(int(raw.FPDFText_CountChars(characters)), 0)
        buffer = (ctypes.c_ushort * (2 * self.count + 2))()  # a character past the basic plane takes two units
        units = raw.FPDFText_GetText(characters, 0, self.count, buffer) if self.count else 1
        text = bytes(memoryview(buffer)[: max(units - 1, 0)]).decode("utf-16-le", "surrogatepass")
        self.text = text.replace("\ufffe", _LINE_END_HYPHEN)
        self._straight = len(self.text) == self.count
        self.unmapped: Counter[str] = Counter()
        if self.count <= repairs:
            self.text, self.unmapped = without_numbers(self.text, self._is_unmapped, numbered=numbered)
            if RIGHT_TO_LEFT.search(self.text):
                self.text = turned_back(self.text, self._origin)
        self._fonts: dict[int | None, str] = {}
        self._apart: bool | None = None

    @property
    def plain(self) -> str:
        """``text`` with its line-end hyphens as hyphens and line breaks, without what leads back to no characters."""
        return self.text.replace(_LINE_END_HYPHEN, "-\n").replace(UNMAPPED, "")

    def _is_unmapped(self, at: int) -> bool:
        return bool(raw.FPDFText_HasUnicodeMapError(self.characters, self.index(at)) == 1)

    def _origin(self, at: int) -> tuple[float, float] | None:
        x, y = ctypes.c_double(), ctypes.c_double()
        return (x.value, y.value) if raw.FPDFText_GetCharOrigin(self.characters, self.index(at), x, y) else None

    @property
    def object_count(self) -> int:
        """How many objects are painted on the page, forms counted as one."""
        return int(raw.FPDFPage_CountObjects(self.raw))

    def index(self, at: int) -> int:
        """The index among pdfium's characters of the character of ``text`` at ``at``."""
        return at if self._straight else int(raw.FPDFText_GetCharIndexFromTextIndex(self.characters, at))

    def lines(self, hidden: frozenset[int] = frozenset()) -> list[Line]:
        """The lines of the page in the order of its content, without the characters at ``hidden`` indexes."""
        text = self.text
        if hidden:
            text = "".join(" " if self.index(at) in hidden and not c.isspace() else c for at, c in enumerate(text))
        return [line for row in self._rows(text) for line in row]

    def cells(self) -> dict[str, tuple[tuple[float, str], ...]]:
        """The lines that are several pieces set apart: their text without spaces → left edge and text of each piece.

        Empty for a page of prose, which is told without looking at its words.
        """
        if not self._is_set_apart():
            return {}
        found = {}
        for row in self._rows(self.text):
            if len(row) > 1 and all(before.x < after.x for before, after in pairwise(row)):
                found["".join(solid(line.text) for line in row)] = tuple((line.x, line.text) for line in row)
        return found

    def _is_set_apart(self) -> bool:
        """Whether pieces stand side by side on several lines of the page, by the boxes of its runs of type."""
        if self._apart is None:
            self._apart = self._measured_apart()
        return self._apart

    def _measured_apart(self) -> bool:
        count = raw.FPDFText_CountRects(self.characters, 0, -1)
        edges = [ctypes.c_double() for _ in range(4)]
        pointers = [ctypes.byref(edge) for edge in edges]
        apart, right, low, high = 0, 0.0, 0.0, 0.0
        for at in range(min(count, _MOST_RUNS)):
            raw.FPDFText_GetRect(self.characters, at, *pointers)
            left, top, end, bottom = (edge.value for edge in edges)  # in pdfium's order
            beside = min(top, high) - max(bottom, low) > _BESIDE * (top - bottom)
            apart += beside and left - right > _PIECE_GAP * (top - bottom)
            if apart >= _FEWEST_APART:
                return True
            right, low, high = end, bottom, top
        return False

    def _rows(self, text: str) -> Iterator[list[Line]]:
        """The pieces of each line of ``text``, which is this page's but for characters left out."""
        apart = self._is_set_apart()
        for row in _ROW.finditer(text):
            words = list(_WORD.finditer(text, *row.span()))
            trailing = row[0].endswith((" ", " \r"))
            line = None if apart or not words else self._plain_line(words, trailing=trailing)
            if line is not None:
                yield [line]
            else:
                placed = [self._word(match[0], match.start()) for match in words]
                yield list(_pieces([word for word in placed if word is not None], trailing=trailing))

    def _plain_line(self, words: list[re.Match[str]], *, trailing: bool) -> Line | None:
        """The line of ``words`` if its first, middle and last one are set alike: then all are, and need no look each."""
        first = self._word(words[0][0], words[0].start())
        others = (self._style(self.index(word.start())) for word in {words[len(words) // 2], words[-1]})
        if first is None or any(style != first.style for style in others):
            return None
        texts = [first.text, *(self._without_mark(word[0], word.start(), first.y, first.style) for word in words[1:])]
        text = " ".join(filter(None, texts)) + (" " if trailing else "")
        return Line(text, round(first.x, 1), round(first.y, 1), first.style.size, first.style.bold)

    def _word(self, text: str, at: int) -> _Word | None:
        first, last = self.index(at), self.index(at + len(text) - 1)
        x, y = ctypes.c_double(), ctypes.c_double()
        if not raw.FPDFText_GetCharOrigin(self.characters, first, x, y):
            return None
        style = self._style(first)
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self.characters, last, box)
        left, base = upright(x.value, y.value, style.turn)
        right = max(upright(box.left, box.bottom, style.turn)[0], upright(box.right, box.top, style.turn)[0])
        shown = BULLET if style.signs and len(text) == 1 else self._without_mark(text, at, base, style)
        return _Word(shown, left, right, base, style)

    def _style(self, index: int) -> _Style:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self.characters, index, matrix)
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
        size = float(raw.FPDFText_GetFontSize(self.characters, index)) * scale
        if abs(matrix.a) + abs(matrix.d) >= abs(matrix.b) + abs(matrix.c):
            turn = 0 if matrix.a >= 0 or matrix.d > 0 else 180  # a mirrored axis alone does not turn a line round
        else:
            turn = 90 if matrix.b > 0 else 270
        font = self._font(index)
        return _Style(round(size, 1), is_bold(font), turn, has_signs(font))

    def _font(self, index: int) -> str:
        held = raw.FPDFText_GetTextObject(self.characters, index)
        font = raw.FPDFTextObj_GetFont(held) if held else None
        if not font:
            return ""
        address = ctypes.cast(font, ctypes.c_void_p).value
        if address not in self._fonts:
            name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
            raw.FPDFFont_GetBaseFontName(font, name, _FONT_NAME_BYTES)
            self._fonts[address] = name.value.decode("latin-1")
        return self._fonts[address]

    def _without_mark(self, text: str, at: int, base: float, style: _Style) -> str:
        """``text`` without the small raised number at its end that points at a note."""
        mark = _NOTE_MARK.search(text) if text[-1] in _NOTE_ENDS else None
        if mark is None or not MARKED.search(text[: mark.start()]):
            return text
        index = self.index(at + mark.start())
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.characters, index, x, y)
        raised = upright(x.value, y.value, style.turn)[1] - base >= RAISED * style.size
        return text[: mark.start()] if raised and self._style(index).size <= MARK_SIZE * style.size else text


def _pieces(words: list[_Word], *, trailing: bool) -> Iterator[Line]:
    """The words of one of pdfium's lines, cut where they stand apart; ``trailing``: whether a space followed the last one."""
    starts = [0]
    joined = any(RIGHT_TO_LEFT.search(word.text) for word in words)  # there the next word stands to the left
    for number, (before, word) in enumerate(() if joined else pairwise(words), 1):
        size = max(before.style.size, word.style.size, 1.0)
        gap = word.x - before.right
        if gap > _PIECE_GAP * size or gap < _OVERLAP * size or before.style.turn != word.style.turn:
            starts.append(number)
    for start, end in pairwise([*starts, len(words)]):
        piece = words[start:end]
        if piece:
            yield _line(piece, " " if trailing and end == len(words) else "")


def _line(words: list[_Word], ending: str) -> Line:
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.style.size] += len(word.text)
    return Line(
        text=" ".join(word.text for word in words) + ending,
        x=round(words[0].x, 1),
        y=round(words[0].y, 1),
        size=sizes.most_common(1)[0][0],
        bold=all(word.style.bold for word in words),
    )
