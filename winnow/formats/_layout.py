"""Lines of a page, with where and how large they were set, to headings, paragraphs and list entries.

Belongs here: what page layout says about text, whichever library took the lines out of the file. Does not belong here: files.

The order of lines is the library's. A paragraph that runs over a page's end belongs to the page it begins on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from winnow.documents import Block
from winnow.formats._base import placed
from winnow.formats._characters import JOINER, clean_line, keeps_spaces
from winnow.formats._lines import Line, foot_notes, table_block, tables

MAX_HEADING_CHARS = 120  # about a line and a half; larger type that runs longer is a pull quote

HEADING_SIZE = 1.15  # times the body's: 12 points over 10.5 is a heading, 11 over 10.5 is another font

PARAGRAPH_GAP = 1.35  # times the usual distance between lines

SHORT_LINE = 0.75  # of the usual line's characters: a full stop on a shorter line ends the paragraph

TABULAR_LINE = 0.45  # of the usual line's characters: lines that are all shorter are a table or an address, and stay lines

INDENT = 0.8  # times the type size

MARGIN_LINES = 3  # at each end of a page: a running head or foot has no more

FURNITURE_SHARE = 0.1  # of a page's words: more of them than this are not taken for page numbers

RUNNING_PAGES = 3  # a line must repeat on this many pages before it counts as a running head

LEVEL_STEP = 0.92  # of the size of the heading level above; programs round sizes, and two that close are one level

COVERED_PAGES = 3  # a longer document may have a cover; a shorter one begins with its title and text

MAX_LEVEL = 6  # as in HTML; no report that was looked at used more

_NOTE_NUMBER = re.compile(r"(\d{1,2})(?!\d)")

_BULLET = re.compile(r"[•▪◦‣●○■□–·*➢✓\uf000-\uf8ff-]\s+(?=\S)")  # the private-use ones are Word's, in its symbol font

_ENUMERATED = re.compile(r"(?:\(?\d{1,2}[.)]|\([a-z]\)|[a-z]\))\s+\S")

_NUMBERED = re.compile(r"(?:\d{1,2}\.){1,3}\d{1,2}\.?\s+[A-Z]\D")

_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de)\s*\d{1,4})?\W*", re.IGNORECASE
)

_HYPHEN = re.compile(r"(\w*[^\W\d_])[-‐]$")

_LONGEST_WORD = 64  # characters looked at for a split word's first half

_CONTENTS_LINE = re.compile(r"(?:\. ?){4,}\s?(?:(\d{0,4})|[ivxlc]{1,7})$")

CONTENTS_LINES = 3  # with page numbers that do not fall: fewer dotted lines may be a form's, or a list of prices

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_THREE_LETTERS = re.compile(r"[^\W\d_][\W\d_]*[^\W\d_][\W\d_]*[^\W\d_]")

_ENDS = tuple(".!?:;。！？…”\"'’)")


@dataclass(slots=True)
class _Setting:
    """What is usual in the whole document."""

    size: float
    bold: bool
    leading: float
    length: float
    words: frozenset[str]
    sizes: list[float] = field(default_factory=list)  # of heading levels, largest first


def lay_out(pages: Sequence[Sequence[Line]], notes: Counter[str]) -> tuple[Block, ...]:
    """The blocks of ``pages``; what was dropped or repaired is added to ``notes``.

    ``start`` and ``end`` count characters of the page's blocks joined by line ends, ``page`` counts from 1.
    """
    spaced = keeps_spaces(pages)
    cleaned = [_rows([clean_line(line, notes, spaced=spaced) for line in page]) for page in pages]
    bodies = _without_running([[line for line in page if line.text] for page in cleaned], notes)
    bodies = [_without_contents(page, notes) for page in bodies]
    setting = _setting(bodies)
    found: list[Block] = []
    for number, page in enumerate(bodies, 1):
        at_foot = foot_notes(page, setting.size)
        apart = {line for note in at_foot for line in note}
        body = _without_marks([line for line in page if line not in apart], at_foot)
        blocks = [replace(block, page=number) for block in _blocks(body, setting, notes)]
        last = next((at for at in range(len(found) - 1, -1, -1) if found[at].kind != "footnote"), None)
        if last is not None and blocks and found[last].page == number - 1 and _continues(found[last], blocks[0]):
            text = _joined([found[last].text, blocks[0].text], setting, notes)
            found[last] = replace(found[last], text=text)
            blocks = blocks[1:]
        found.extend(blocks)
        texts = (_joined([line.text for line in note], setting, notes) for note in at_foot)
        found.extend(Block("footnote", text, page=number) for text in texts)
    return tuple(_placed(replace(block, text=block.text.replace(JOINER, "")) for block in found))


def _without_marks(page: Sequence[Line], notes: Sequence[Sequence[Line]]) -> list[Line]:
    """``page`` without the numbers of its ``notes`` where they hang on a word: "the Institute2 revealed"."""
    numbers = {found[1] for note in notes if (found := _NOTE_NUMBER.match(note[0].text))}
    if not numbers:
        return list(page)
    hanging = re.compile(rf"(?<=[^\W\d_]{{3}})(?:{'|'.join(sorted(numbers))})(?=[\s.,;:)]|$)")
    return [replace(line, text=hanging.sub("", line.text)) for line in page]


def _rows(page: Sequence[Line]) -> list[Line]:
    """``page`` with pieces set side by side on one baseline put together: cells of a row, a word in another font."""
    rows: list[Line] = []
    for line in page:
        last = rows[-1] if rows else None
        if last and line.text and last.text and last.y and abs(last.y - line.y) < 1 and line.x > last.x:
            initial = len(last.text) == 1 and last.text.isupper() and line.text[0].islower()  # a letter set in its own font
            text = f"{last.text}{'' if initial else ' '}{line.text}"
            cells = () if initial else (*(last.cells or ((last.x, last.text),)), (line.x, line.text))
            rows[-1] = replace(line if initial else last, text=text, x=last.x, bold=last.bold and line.bold, cells=cells)
        else:
            rows.append(line)
    return rows


def _without_contents(page: Sequence[Line], notes: Counter[str]) -> list[Line]:
    """``page`` without the lines of a table of contents, which are told by dot leaders and numbers of pages that do not fall."""
    dotted = {at: found for at, line in enumerate(page) if (found := _CONTENTS_LINE.search(line.text))}
    numbers = [int(found[1]) for found in dotted.values() if found[1]]
    if len(numbers) < CONTENTS_LINES or any(first > second for first, second in pairwise(numbers)):
        return list(page)
    notes["contents_lines"] += len(dotted)
    return [line for at, line in enumerate(page) if at not in dotted]


def _placed(blocks: Iterable[Block]) -> Iterator[Block]:
    pages: dict[int | None, list[Block]] = {}
    for block in blocks:
        pages.setdefault(block.page, []).append(block)
    for page in pages.values():
        yield from placed(page)


def _without_running(pages: list[list[Line]], notes: Counter[str]) -> list[list[Line]]:
    """``pages`` without the lines that repeat in their margins, and without bare page numbers there."""
    leading = _leading([line for page in pages for line in page])
    margins = [_margin(page, leading) for page in pages]
    repeats = Counter(key for page in margins for key in {_running_key(line) for line in page})
    kept = []
    for page, margin in zip(pages, margins, strict=True):
        running = {line for line in margin if repeats[_running_key(line)] >= RUNNING_PAGES}
        numbers = {line for line in margin - running if _PAGE_NUMBER.fullmatch(line.text)}
        if len(numbers) > FURNITURE_SHARE * sum(len(line.text.split()) for line in page):
            numbers = set()  # on a page of a few words a number is one of them
        body = [line for line in page if line not in running and line not in numbers]
        if not body:  # a page of which nothing would stay has no margin
            kept.append(list(page))
            continue
        notes.update({"running_lines": len(running)} if running else {})
        notes.update({"page_numbers": len(numbers)} if numbers else {})
        kept.append(body)
    return kept


def _running_key(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxlc]+$", "#", line.text.lower())


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance between two lines; 0 if nothing is known of where they stand."""
    gaps = [upper.y - lower.y for upper, lower in pairwise(lines)]
    gaps = [gap for (upper, _), gap in zip(pairwise(lines), gaps, strict=True) if 0 < gap < 4 * max(upper.size, 1)]
    return median(gaps) if gaps else 0.0


def _margin(page: Sequence[Line], leading: float) -> set[Line]:
    """The lines above and below the body: at most three at each end, set apart from the rest by a wider gap."""
    order = sorted(page, key=lambda line: -line.y)
    if not leading:
        return {*order[:1], *order[-1:]}
    margin: set[Line] = set()
    for lines in (order, order[::-1]):
        gaps = [abs(line.y - after.y) for line, after in pairwise(lines)]
        cut = next((i for i, gap in enumerate(gaps[:MARGIN_LINES], 1) if gap > PARAGRAPH_GAP * leading), 0)
        margin.update(lines[:cut])
    # Without a gap the outermost lines can still be bare page numbers.
    return margin | {line for line in (*order[:1], *order[-1:]) if _PAGE_NUMBER.fullmatch(line.text)}


def _setting(pages: Sequence[Sequence[Line]]) -> _Setting:
    lines = [line for page in pages for line in page]
    # A cover's many sizes would use the levels up; its lines count as the highest level.
    inner = [line for page in pages[1:] for line in page] if len(pages) > COVERED_PAGES else lines
    sizes: Counter[float] = Counter()
    bold = 0
    for line in lines:
        sizes[_rounded(line.size)] += len(line.text)
        bold += len(line.text) if line.bold else 0
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    body = [line for line in lines if _rounded(line.size) == size]
    lengths = sorted(len(line.text) for line in body)
    words = frozenset(word.lower() for line in lines for word in _WORD.findall(line.text))
    length = lengths[int(0.8 * len(lengths))] if lengths else 0  # most lines of prose are full, but lists and tables are not
    setting = _Setting(size, bold * 2 > sum(sizes.values()), _leading(body), length, words)
    for larger in sorted({line.size for line in inner if _is_heading(line, setting) and line.size > HEADING_SIZE * size})[::-1]:
        if not setting.sizes or larger < LEVEL_STEP * setting.sizes[-1]:
            setting.sizes.append(larger)
    return setting


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _is_heading(line: Line, setting: _Setting) -> bool:
    text = line.text
    if len(text) > MAX_HEADING_CHARS or text.endswith((".", ",", ";", "-")) or _THREE_LETTERS.search(text) is None:
        return False
    if _CONTENTS_LINE.search(text):
        return False
    if setting.size and line.size >= HEADING_SIZE * setting.size:
        return True
    marked = line.bold and not setting.bold and not text.endswith(":") and line.size >= setting.size
    return (marked and (text[0].isupper() or text[0].isdigit())) or _NUMBERED.match(text) is not None


def _level(line: Line, setting: _Setting) -> int:
    """1 for the largest type; a heading in the body's size is one deeper than the smallest larger one."""
    level = next((n for n, size in enumerate(setting.sizes, 1) if line.size >= LEVEL_STEP * size), len(setting.sizes) + 1)
    return min(level, MAX_LEVEL)


def _blocks(page: Sequence[Line], setting: _Setting, notes: Counter[str]) -> Iterator[Block]:
    at = 0
    for start, end in [*tables(page), (len(page), len(page))]:
        yield from _prose(page[at:start], setting, notes)
        if end > start:
            yield table_block(page[start:end])
        at = end


def _prose(page: Sequence[Line], setting: _Setting, notes: Counter[str]) -> Iterator[Block]:
    runs: list[list[Line]] = []
    for line in page:
        if runs and not _breaks(runs[-1], line, setting):
            runs[-1].append(line)
        else:
            runs.append([line])
    for run in runs:
        texts = [line.text for line in run]
        if _is_heading(run[0], setting) and len(" ".join(texts)) <= 2 * MAX_HEADING_CHARS:
            yield Block("heading", _joined(texts, setting, notes), _level(run[0], setting))
            continue
        if _BULLET.match(texts[0]) or _ENUMERATED.match(texts[0]):
            texts[0] = _BULLET.sub("", texts[0], count=1)  # a number stays: the text may refer to it
            yield Block("list_item", _joined(texts, setting, notes))
        elif len(run) > 2 and all(len(text) < TABULAR_LINE * setting.length for text in texts):
            yield Block("paragraph", "\n".join(texts))
        else:
            yield Block("paragraph", _joined(texts, setting, notes))


def _breaks(run: Sequence[Line], line: Line, setting: _Setting) -> bool:
    """Whether ``line`` begins something new rather than going on with ``run``."""
    last = run[-1]
    heading, was = _is_heading(line, setting), _is_heading(run[0], setting)
    if heading or was:
        same = heading and was and _rounded(line.size) == _rounded(last.size) and line.bold == last.bold
        return not same or last.y - line.y > 1.6 * max(line.size, 1) or bool(_NUMBERED.match(line.text))
    if _BULLET.match(line.text) or _ENUMERATED.match(line.text):
        return True
    if last.bold and not line.bold and _rounded(last.size) > _rounded(line.size):  # a title set into the text
        return True
    gap = last.y - line.y
    if gap < 0:  # a new column, or a box set beside the text
        return last.text.endswith(_ENDS) or not line.text[0].islower()
    if setting.leading and gap > PARAGRAPH_GAP * setting.leading * max(1.0, line.size / (setting.size or 1)):
        return True
    ended = last.text.endswith(_ENDS)
    return ended and (len(last.text) < SHORT_LINE * setting.length or line.x > last.x + INDENT * max(line.size, 1))


def _joined(texts: Sequence[str], setting: _Setting, notes: Counter[str]) -> str:
    """``texts`` on one line, words that a line end split put together again."""
    whole = texts[0]
    for text in texts[1:]:
        if whole.endswith(JOINER):
            whole = whole[:-1] + text
            notes["joined_lines"] += 1
            continue
        left, right = _HYPHEN.search(whole[-_LONGEST_WORD:]), _WORD.match(text)
        if left is None or right is None or not text[0].islower():
            whole = f"{whole} {text}"
            continue
        first, second = left[1].lower(), right[0].lower()
        notes["joined_hyphens"] += 1
        # A compound keeps its hyphen if the document spells it so elsewhere, and never without.
        compound = f"{first}-{second}" in setting.words and first + second not in setting.words
        whole = f"{whole}{text}" if compound else f"{whole[:-1]}{text}"
    return whole


def _continues(last: Block, first: Block) -> bool:
    return (
        last.kind in {"paragraph", "list_item"}
        and first.kind == "paragraph"
        and not last.text.endswith(_ENDS)
        and first.text[0].islower()
    )
