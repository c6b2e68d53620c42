"""The pages of a PDF as lines: which engine reads which page, and whether the other one confirms it.

Belongs here: the way of a page through both engines, within the bounds of `winnow.formats._pdf_work`. Does not belong here: how
either engine works, how two readings are compared, what lines mean.

pypdf reads every page that its budget allows, in Python, and so cannot crash. pdfium, a thirtieth of the cost, reads it again as a
witness: where the two agree, pypdf's lines stand, with words mended that it split. Where they do not, or pypdf fails, pdfium
stands in if it reads better. Which page was read how is counted:

- ``pages_by_pdfium``: pages whose text is pdfium's;
- ``pages_disputed``: the engines differ by more than a tenth, and nothing says that pdfium is right;
- ``pages_unwitnessed``: pages that only pypdf read, and ``pages_unchecked`` those not looked through for hidden text;
- ``pages_failed``: neither engine could read them; ``pages_left_out``: they are beyond the bounds;
- ``pages_without_text``, ``unreadable_pages`` (fonts that lead back to no characters), ``pages_by_ocr``, ``ocr_layers``.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from pypdf import PageObject, apply_configuration, get_configuration
from pypdf.errors import LimitReachedError

from winnow.errors import UnreadableDocument
from winnow.formats._base import Reading
from winnow.formats._lines import RIGHT_TO_LEFT, Line, solid
from winnow.formats._pdf_agreement import (
    FEWEST,
    SMALL,
    Mender,
    Words,
    agree,
    counted,
    junk_share,
    plain,
)
from winnow.formats._pdf_choice import Choice, choose
from winnow.formats._pdf_doubled import once
from winnow.formats._pdf_fields import field_lines, inserted
from winnow.formats._pdf_glyphs import MAX_REPAIRED
from winnow.formats._pdf_hidden import LEGIBLE_POINTS, Looks, hidden_characters
from winnow.formats._pdf_pdfium import PdfiumError, PdfiumFile, PdfiumPage, opened
from winnow.formats._pdf_picture import recognised_lines
from winnow.formats._pdf_pypdf import LIMITS, PypdfFile, PypdfRefusal, page_lines
from winnow.formats._pdf_work import (
    PAGE_COST,
    PDFIUM_FILE,
    PDFIUM_PAGE,
    PYPDF_FILE,
    PYPDF_PAGE,
    Work,
    unpacks_to_a_bomb,
)

MAX_PAGES = 10_000  # read of one file; a longer one is an archive, and each page costs some milliseconds

MAX_CHARS = 12_000_000  # of one file: three times the Bible's

MAX_RECOGNISED = 1_000  # pages of one file that text recognition reads, at some seconds each

_UNREADABLE_SHARE = 0.3  # of a page's characters: above it the page's fonts carry no way back to characters

_NUMBERED_SHARE = 0.1  # of a page's glyphs without a character: fewer are signs, and trouble nobody

_NUMBERS_SHOWN = 0.5  # of a page's glyphs without a character: a reading that has so many of their numbers reads them as text

_STAMP_CHARS = 60  # on the picture of a page: what a scanner or a mail room stamps onto it

_FORGET_EVERY = 100  # pages: pypdf keeps every unpacked stream, which is a gigabyte for some thousand pages

_TRAILER_BYTES = 2048  # a whole file says %%EOF in these; the standard says 1024, and uploads append line ends


@dataclass(slots=True)
class Pages:
    """The lines of each page, the title in the file's metadata, and whether any page shows a picture.

    ``witness`` counts the words of all pages as pdfium reads them, values of forms added; None where not all of them were.
    """

    lines: list[list[Line]] = field(default_factory=list)
    title: str = ""
    pictures: bool = False
    witness: Counter[str] | None = None


@dataclass(slots=True)
class _Page:
    """What the engines made of one page; ``witness`` is pdfium's text, ``stand_in`` its lines where they are needed."""

    lines: list[Line] | None = None
    witness: str | None = None
    stand_in: list[Line] | None = None
    lost: bool = False  # failed or left out, which is counted already
    settled: bool = False  # nothing is to be compared: hidden text was taken out, or one engine read it alone
    fields: list[Line] = field(default_factory=list)
    cells: dict[str, tuple[tuple[float, str], ...]] = field(default_factory=dict)  # see `PdfiumPage.cells`

    @property
    def text(self) -> str:
        return _text(self.lines or [])


def read_pages(content: bytes, reading: Reading, notes: Counter[str]) -> Pages:
    """The pages of the PDF ``content``; what happened to them is added to ``notes``.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``bomb``.
    """
    with ExitStack() as stack:
        stack.enter_context(apply_configuration(get_configuration().with_overwrites(**LIMITS)))
        first: PypdfFile | None = None
        try:
            first = PypdfFile(content)
        except PypdfRefusal as refusal:
            if refusal.reason:
                raise UnreadableDocument(refusal.reason) from None
        second: PdfiumFile | None = None
        if not unpacks_to_a_bomb(content):
            try:
                second = stack.enter_context(opened(content))
            except PdfiumError as error:
                if first is None:
                    raise UnreadableDocument("encrypted" if error.locked else broken(content)) from None
        elif first is None:
            raise UnreadableDocument("bomb")
        return _Reader(first, second, reading, notes).pages()


def broken(content: bytes) -> str:
    """``truncated`` for a file without an end, else ``damaged``."""
    return "damaged" if b"%%EOF" in content[-_TRAILER_BYTES:] else "truncated"


class _Reader:
    """One file, read page by page."""

    def __init__(self, first: PypdfFile | None, second: PdfiumFile | None, reading: Reading, notes: Counter[str]) -> None:
        self._first, self._second, self._reading, self._notes = first, second, reading, notes
        self._work, self._looks = Work(), Looks()
        self._first_left, self._second_left, self._chars_left = PYPDF_FILE, PDFIUM_FILE, MAX_CHARS
        self._layers_off = first is not None and first.switches_layers_off()
        self._recognitions_left, self._repairs_left = MAX_RECOGNISED, MAX_REPAIRED
        self._known: set[str] = set()
        self._pictures = False
        self._fewest = FEWEST

    def pages(self) -> Pages:
        count = max(held.page_count for held in (self._first, self._second) if held is not None)
        read = []
        for index in range(min(count, MAX_PAGES)):
            if self._chars_left <= 0:
                break
            read.append(self._page(index))
            if self._first is not None and index % _FORGET_EVERY == _FORGET_EVERY - 1:
                self._first.forget()
        if count > len(read):
            self._notes["pages_left_out"] += count - len(read)
        known = frozenset(self._known)
        self._fewest = 1 if sum(len(page.text.split()) for page in read) < SMALL else FEWEST
        lines = [inserted(self._settled(page, known), page.fields) for page in read]
        title = self._first.title() if self._first is not None else ""
        return Pages(lines, title, self._pictures, self._witness_words(read))

    def _witness_words(self, read: list[_Page]) -> Counter[str] | None:
        if self._notes["pages_by_ocr"] or any(page.witness is None for page in read):
            return None
        words: Counter[str] = Counter()
        for page in read:
            words.update(counted("\n".join([page.witness or "", *(line.text for line in page.fields)])))
        return words

    def _page(self, index: int) -> _Page:
        found = _Page()
        page, cost = self._weighed(index)
        if cost > PDFIUM_PAGE:
            self._notes["pages_left_out"] += 1
            found.lost = True
            return found
        if page is not None:
            found.fields = field_lines(page, self._notes)
            if cost <= min(PYPDF_PAGE, self._first_left):
                self._first_left -= cost
                try:
                    found.lines = page_lines(page)
                except PypdfRefusal:
                    found.lines = None
        if self._second is not None and index < self._second.page_count and cost <= self._second_left:
            self._second_left -= cost
            try:
                with self._second.page(index, numbered=self._work.numbered, repairs=self._repairs_left) as witness:
                    self._repairs_left -= witness.count
                    self._witnessed(found, witness)
            except PdfiumError:
                pass
        if found.lines is None and found.stand_in is None:
            found.lost = True
            self._notes["pages_failed"] += 1
        elif found.witness is None:
            self._notes["pages_unwitnessed"] += 1
            found.lines = self._legible(found.lines or [])
        self._chars_left -= len(found.witness or "") or len(found.text)
        return found

    def _weighed(self, index: int) -> tuple[PageObject | None, int]:
        """The page as pypdf has it, if it has, and what drawing it takes in bytes of content."""
        if self._first is None or index >= self._first.page_count:
            return None, PAGE_COST
        try:
            page = self._first.page(index)
            self._pictures = self._pictures or bool((page.get("/Resources") or {}).get("/XObject"))
            return page, self._work.of(page)
        except LimitReachedError:
            return None, PDFIUM_PAGE + 1
        except PypdfRefusal as refusal:
            return None, PDFIUM_PAGE + 1 if refusal.reason else PAGE_COST
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a broken page makes pypdf raise whatever its code meets first; pdfium may read it
            return None, PAGE_COST

    def _witnessed(self, found: _Page, page: PdfiumPage) -> None:
        """Add to ``found`` what pdfium makes of ``page``."""
        found.witness = page.plain
        hidden = hidden_characters(page, self._looks, layers_off=self._layers_off)
        counted = {"hidden_text": len(hidden.hidden), "ocr_layers": hidden.layer, "pages_unchecked": hidden.unchecked}
        self._notes.update({name: int(count) for name, count in counted.items() if count})
        self._pictures = self._pictures or hidden.picture
        if hidden.hidden and self._reading.hidden_text == "drop":
            found.stand_in, found.settled = page.lines(hidden.hidden), True
        elif found.lines is None:
            found.stand_in, found.settled = page.lines(), True
        else:
            found.lines, found.settled = once(found.lines)
            self._notes.update({"doubled_pages": 1} if found.settled else {})
            one, other = Words(found.text), Words(page.plain)
            self._known |= one.counts.keys() & other.counts.keys()
            if page.unmapped.total() > _NUMBERED_SHARE * page.count and _shows(
                one.characters - other.characters, page.unmapped
            ):
                found.stand_in, found.settled = page.lines(), True
            elif not found.settled and not agree(one, other, fewest=1):
                found.stand_in = page.lines()
            else:
                found.cells = page.cells()
        if self._reading.ocr == "auto" and self._needs_recognition(found, page, hidden.picture):
            recognised = recognised_lines(page, self._reading.ocr_languages) if self._recognitions_left > 0 else None
            self._recognitions_left -= 1
            if recognised:
                found.stand_in, found.settled, found.lines = None, True, recognised
                self._notes["pages_by_ocr"] += 1

    def _needs_recognition(self, found: _Page, page: PdfiumPage, picture: bool) -> bool:
        """Whether ``page`` shows something and holds no text, or next to none beside a picture of a page."""
        readings = [text for text in (found.text, page.plain) if text.strip()]
        if not readings:
            return bool(page.object_count)
        if min(map(junk_share, readings)) > _UNREADABLE_SHARE:
            return True
        return picture and max(len(text.strip()) for text in readings) < _STAMP_CHARS

    def _settled(self, page: _Page, known: frozenset[str]) -> list[Line]:
        """The lines of ``page`` by the engine that reads it better, with the words mended that it split."""
        lines, witness = page.lines, page.witness
        if page.lost:
            return []
        if lines is None or page.settled:
            chosen = lines if page.stand_in is None else page.stand_in
            self._notes.update({"pages_by_pdfium": 1} if page.stand_in is not None else {})
            return self._readable(chosen or [])
        if witness is None:
            return self._readable(lines)
        lines = self._mended(lines, witness, known)
        if page.stand_in is not None and not agree(Words(_text(lines)), Words(witness), fewest=self._fewest):
            choice = choose(_text(lines), witness, known)
            if choice is Choice.WITNESS:
                self._notes["pages_by_pdfium"] += 1
                lines = page.stand_in
            elif choice is Choice.DISPUTED:
                self._notes["pages_disputed"] += 1
        return self._readable([_in_cells(line, page.cells) for line in lines] if page.cells else lines)

    def _mended(self, lines: list[Line], witness: str, known: frozenset[str]) -> list[Line]:
        mender = Mender(_text(lines), witness, known)
        if not mender:
            return lines
        mended = [mender.mended(line) for line in lines]
        count = sum(number for _, number in mended)
        self._notes.update({"mended_words": count} if count else {})
        return [line for line, _ in mended]

    def _readable(self, lines: list[Line]) -> list[Line]:
        """``lines``, or none where they hold glyphs' names instead of characters; both are counted."""
        text = _text(lines)
        if not text.strip():
            self._notes["pages_without_text"] += 1
        elif junk_share(text) > _UNREADABLE_SHARE:
            self._notes["unreadable_pages"] += 1
            return []
        return lines

    def _legible(self, lines: list[Line]) -> list[Line]:
        """``lines`` without type too small to read: all that can be told of hidden text by pypdf alone."""
        if self._reading.hidden_text == "keep":
            return lines
        tiny = [line for line in lines if 0 < line.size < LEGIBLE_POINTS]
        self._notes.update({"hidden_text": sum(len(line.text) for line in tiny)} if tiny else {})
        return [line for line in lines if not 0 < line.size < LEGIBLE_POINTS]


def _shows(surplus: Counter[str], unmapped: Counter[str]) -> bool:
    """Whether a reading with ``surplus`` characters shows the glyphs' numbers as characters too, as pdfium does."""
    numbers = Counter(plain("".join(unmapped.elements())))
    return (surplus & numbers).total() > _NUMBERS_SHOWN * numbers.total()


def _in_cells(line: Line, cells: dict[str, tuple[tuple[float, str], ...]]) -> Line:
    """``line`` with the pieces that pdfium has measured to stand apart in it, if they are its characters."""
    pieces = cells.get(solid(line.text))
    if pieces is None or RIGHT_TO_LEFT.search(line.text):
        return line
    return replace(line, text=" ".join(text for _, text in pieces), cells=pieces)


def _text(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)
