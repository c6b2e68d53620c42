"""Workbooks of every kind, opened so that a small file cannot become a large one, and the rows of their sheets.

Belongs here: which kind of workbook bytes are, and the seam to calamine. Does not belong here: what a sheet is before it is laid
out (`_sheets` and the modules of each kind), and what rows become (`xlsx`).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE
from winnow.formats._ods import ods_facts
from winnow.formats._package import Package
from winnow.formats._sheets import MAX_FILLED, Facts, NotASheet, SharedTexts, Worksheet
from winnow.formats._xls import OLE2, xls_facts
from winnow.formats._xlsb import xlsb_facts

MAX_INFLATED_BYTES = 256 * MEBIBYTE  # of all XML parts: a sheet with as many cells as allowed is about this large

_WORKBOOK, _BINARY_WORKBOOK, _ODS_CONTENT = "xl/workbook.xml", "xl/workbook.bin", "content.xml"  # where calamine looks

_OTHER_PROGRAMS = ("word/document.xml", "ppt/presentation.xml")  # a text or slides under the name of a workbook

_SHARED = "xl/sharedstrings.xml"

_PANIC = "PanicException"  # how a failed assertion in a Rust library arrives; not an Exception, and of no importable class

_DIGITS = 15  # significant ones that spreadsheets keep and show: 0.1 + 0.2 is 0.3 there


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name, whether it is shown, and its facts."""

    name: str
    visible: bool
    facts: Facts


class Workbook:
    """The worksheets of one workbook."""

    def __init__(self, content: bytes) -> None:
        """Look at every sheet of ``content`` before calamine opens it.

        Raises:
            UnreadableDocument: ``encrypted``, ``not_a_package``, ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``wrong_type``.
        """
        facts = _facts(content)
        self._held: tuple[str, Any] | None = None
        self._book = _guarded(lambda: _opened(content))
        if not self._book.sheets_metadata:
            raise UnreadableDocument("damaged")
        worksheets = [about for about in self._book.sheets_metadata if _last_word(about.typ) == "WorkSheet"]
        named = [facts.get(about.name) for about in worksheets]
        if None in named and len(facts) == len(worksheets):  # an old code page may spell the names in another way
            named = list(facts.values())
        self.sheets = [
            Sheet(about.name, _last_word(about.visible) == "Visible", known)
            for about, known in zip(worksheets, named, strict=True)
            if known is not None
        ]
        if len(self.sheets) < len(worksheets):
            raise UnreadableDocument("damaged")  # calamine knows of a sheet that nobody has looked at

    def rows(self, sheet: Sheet) -> Iterator[list[Any]]:
        """The rows of ``sheet`` from A1 on, as Python values; an empty cell is ``""``. Cells at the end may be missing.

        Raises:
            UnreadableDocument: ``damaged``.
        """
        found = self._laid_out(sheet)
        if found.start is None:
            return
        left = [""] * found.start[1]
        rows = _guarded(lambda: iter(found.iter_rows()))
        while (row := _guarded(lambda: next(rows, None))) is not None:
            yield left + [_shown(value) for value in row]

    def _laid_out(self, sheet: Sheet) -> Any:
        """``sheet`` as calamine holds it; of all sheets one at a time."""
        if self._held is None or self._held[0] != sheet.name:
            self._held = None
            self._held = (sheet.name, _guarded(lambda: self._book.get_sheet_by_name(sheet.name)))
        return self._held[1]

    def merged_down(self, sheet: Sheet, columns: set[int]) -> dict[int, list[tuple[int, int]]]:
        """In each of ``columns`` the first and last rows of cells that are one cell over several rows, in ascending order."""
        found = _guarded(lambda: self._laid_out(sheet).merged_cell_ranges) or ()
        merged: dict[int, list[tuple[int, int]]] = {}
        for (first, left), (last, right) in sorted(found):
            if left == right and left in columns and last > first:
                merged.setdefault(left, []).append((first, last))
        return merged


def _last_word(member: Any) -> str:
    return str(member).rpartition(".")[2]


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return value


def _guarded(call: Any) -> Any:
    """What ``call`` gives; a library's message may quote a cell or a sheet, so nothing of it is kept.

    Raises:
        UnreadableDocument: ``damaged``, ``encrypted``.
    """
    try:
        return call()
    except (UnreadableDocument, MemoryError):
        raise
    except BaseException as error:
        if type(error).__name__ == "PasswordError":
            raise UnreadableDocument("encrypted") from None
        if isinstance(error, Exception) or type(error).__name__ == _PANIC:
            raise UnreadableDocument("damaged") from None
        raise


def _opened(content: bytes) -> Any:
    import python_calamine  # noqa: PLC0415 - only workbooks need it

    return python_calamine.load_workbook(io.BytesIO(content))


def _facts(content: bytes) -> dict[str, Facts]:
    """The facts of every sheet by its name, of whichever kind of workbook."""
    if content.startswith(OLE2):
        return xls_facts(content)
    package = Package(content, MAX_INFLATED_BYTES)
    if _WORKBOOK in package:
        return _xlsx_facts(package)
    if _BINARY_WORKBOOK in package:
        return xlsb_facts(package, MAX_INFLATED_BYTES)
    if _ODS_CONTENT in package:
        return ods_facts(package)
    if any(part in package for part in _OTHER_PROGRAMS):
        raise UnreadableDocument("wrong_type")
    package.require(_WORKBOOK)
    raise UnreadableDocument("not_a_package")


def _xlsx_facts(package: Package) -> dict[str, Facts]:
    shared = SharedTexts()
    if _SHARED in package:
        shared.feed(package.stream(_SHARED))
    links = {identifier: part for identifier, _, part in package.related(_WORKBOOK)}
    by_part = {}
    for part in dict.fromkeys([*(name for name in package.names if _is_markup(name)), *(p.lower() for p in links.values())]):
        facts = _worksheet(package, part, shared.lengths)
        if facts is not None:
            by_part[part] = facts
            if sum(sheet.filled for sheet in by_part.values()) > MAX_FILLED:
                raise UnreadableDocument("too_large")
    root = package.xml(_WORKBOOK)
    found = {}
    for sheet in root.iterfind("{*}sheets/{*}sheet") if root is not None else ():
        part = links.get(_relation(sheet), "").lower()
        if part in by_part:
            found[sheet.get("name", "")] = by_part[part]
    return found


def _is_markup(part: str) -> bool:
    """Whether ``part`` ends as XML does and is not what macOS keeps about a file beside it (AppleDouble, ``._sheet1.xml``)."""
    return part.endswith(".xml") and not part.rpartition("/")[2].startswith("._")


def _relation(sheet: etree._Element) -> str:
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


def _worksheet(package: Package, part: str, shared: Sequence[int]) -> Facts | None:
    if part == _SHARED or part not in package:
        return None
    parser = Worksheet(shared)
    try:
        parser.feed(package.stream(part))
    except NotASheet:
        return None
    parser.facts.check()
    return parser.facts
