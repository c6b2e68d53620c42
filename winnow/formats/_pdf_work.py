"""What reading a PDF's page will cost, counted in bytes before anything is read.

Belongs here: how many bytes of content a page unpacks to, forms drawn again counted again, and the bounds on it. Does not belong
here: time, which would make the same file another document on another machine.

A byte of a content stream costs pypdf up to a microsecond and pdfium a thirtieth of that, and pdfium some tens of bytes of
memory. Both draw a form each time it is called for, so a file of a few kilobytes can hold years of work ("billion laughs"):
the calls are followed here, without drawing, up to a bound.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

KILOBYTE = 1000

PAGE_COST = 8 * KILOBYTE  # of a page without content, in bytes of content: what its fonts and its tree cost

PYPDF_PAGE = 2_000 * KILOBYTE  # of one page; drawings and maps have more, and hardly any text

PYPDF_FILE = 6_000 * KILOBYTE  # of all pages: some 400 pages of prose, seven seconds; pdfium reads the others

PDFIUM_PAGE = 16_000 * KILOBYTE  # of one page: 300 MB of objects

PDFIUM_FILE = 200_000 * KILOBYTE  # of all pages

MAX_CALLS = 5_000  # of forms on one page

MAX_DEPTH = 30  # of forms in forms; pdfium stops there as well, at 40

MAX_UNPACKED = 64_000 * KILOBYTE  # of one stream that is no picture

MAX_LOOKED_AT = 512_000 * KILOBYTE  # of all large streams of a file: two seconds; such a file is not given to pdfium

_CMAP_COST = 2  # times its bytes: pypdf reads a font's table of characters again on every page

_WIDTH_COST = 20  # bytes for each entry of a font's widths

_CALL = re.compile(rb"/([^\s/<>\[\](){}%]{1,127})\s{1,8}Do(?![^\s/<>\[\](){}%])")

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")

_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")  # where a zlib stream can begin

_PICTURE = re.compile(rb"/Subtype\s{0,8}/Image")

_BOMB_RATIO = 1040  # no zlib stream is packed closer (1032): a smaller one cannot pass `MAX_UNPACKED`

_DICTIONARY = 512  # bytes before a stream in which its dictionary says that it is a picture

_PIECE = 256 * 1024  # bytes unpacked at once


@dataclass(slots=True)
class _Form:
    """A stream of content: its own cost, and the forms it calls, one for each call."""

    cost: int
    calls: list["_Form"] = field(default_factory=list)


class Work:
    """The cost of the pages of one file; a form that pages share is looked at once.

    ``numbered`` is whether a font seen so far is coded by the numbers of its glyphs, and does not say what they are.
    """

    def __init__(self) -> None:
        self.numbered = False
        self._forms: dict[tuple[int, int], _Form] = {}
        self._fonts: dict[tuple[int, int], int] = {}

    def of(self, page: PageObject) -> int:
        """Bytes of content that drawing ``page`` takes, `PAGE_COST` included; above `PDFIUM_PAGE` it is just that: above.

        Raises:
            LimitReachedError: a stream of it unpacks to more than pypdf allows.
            Exception: whatever pypdf raises on a broken page.
        """
        resources = page.get("/Resources")
        form = _Form(PAGE_COST + self._fonts_cost(resources))
        contents = page.get("/Contents")
        contents = contents.get_object() if contents is not None else None
        parts = [part.get_object() for part in contents] if isinstance(contents, ArrayObject) else [contents]
        stream = b"\n".join(part.get_data() for part in parts if isinstance(part, StreamObject))
        form.cost += len(stream)
        self._follow(form, stream, resources, 0)
        return _drawn(form)

    def _follow(self, form: _Form, stream: bytes, resources: Any, depth: int) -> None:
        if b"Do" not in stream or depth > MAX_DEPTH:
            return
        resources = resources.get_object() if resources is not None else {}
        pictures = resources.get("/XObject") if isinstance(resources, DictionaryObject) else None
        pictures = pictures.get_object() if pictures is not None else {}
        known: dict[str, _Form | None] = {}
        for match in _CALL.finditer(stream):
            name = "/" + _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), match[1]).decode("latin-1")
            if name not in known:
                known[name] = self._form(pictures, name, resources, depth)
            called = known[name]
            if called is not None:
                form.calls.append(called)
                if len(form.calls) > MAX_CALLS:
                    return

    def _form(self, pictures: Any, name: str, inherited: Any, depth: int) -> _Form | None:
        pointer = pictures.raw_get(name) if name in pictures else None
        key = (pointer.idnum, pointer.generation) if isinstance(pointer, IndirectObject) else None
        if key in self._forms:
            return self._forms[key]
        drawn = pointer.get_object() if pointer is not None else None
        if not isinstance(drawn, StreamObject) or drawn.get("/Subtype") != "/Form":
            return None
        resources = drawn.get("/Resources", inherited)
        stream = drawn.get_data()
        form = _Form(len(stream) + self._fonts_cost(resources))
        if key is not None:
            self._forms[key] = form  # before it is followed: a form may call itself
        self._follow(form, stream, resources, depth + 1)
        return form

    def _fonts_cost(self, resources: Any) -> int:
        resources = resources.get_object() if resources is not None else None
        fonts = resources.get("/Font") if isinstance(resources, DictionaryObject) else None
        fonts = fonts.get_object() if fonts is not None else None
        if not isinstance(fonts, DictionaryObject):
            return 0
        return sum(self._font_cost(fonts.raw_get(name)) for name in fonts)

    def _font_cost(self, pointer: Any) -> int:
        if not isinstance(pointer, IndirectObject):
            self.numbered = self.numbered or _is_numbered(pointer)
            return _font_cost(pointer)
        key = (pointer.idnum, pointer.generation)
        if key not in self._fonts:
            self._fonts[key] = _font_cost(pointer)
            self.numbered = self.numbered or _is_numbered(pointer)
        return self._fonts[key]


def _drawn(form: _Form) -> int:
    """What ``form`` and all that it calls cost; following stops where it is too much. A form that is being drawn is not again."""
    cost, calls = 0, 0
    pending: list[tuple[_Form, Iterator[_Form]]] = [(form, iter(form.calls))]
    cost += form.cost
    drawing = {id(form)}
    while pending:
        current, rest = pending[-1]
        called = next(rest, None)
        if called is None:
            pending.pop()
            drawing.discard(id(current))
        elif id(called) not in drawing:
            calls += 1
            cost += called.cost
            if cost > PDFIUM_PAGE or calls > MAX_CALLS or len(pending) > MAX_DEPTH:
                return PDFIUM_PAGE + 1
            drawing.add(id(called))
            pending.append((called, iter(called.calls)))
    return cost


def _font_cost(font: Any) -> int:
    font = font.get_object()
    if not isinstance(font, DictionaryObject):
        return 0
    table = font.get("/ToUnicode")
    table = table.get_object() if table is not None else None
    cost = _CMAP_COST * len(table.get_data()) if isinstance(table, StreamObject) else 0
    below = font.get("/DescendantFonts")
    below = below.get_object() if below is not None else ()
    for holder in (font, *(part.get_object() for part in (below if isinstance(below, ArrayObject) else ()))):
        widths = holder.get("/W", holder.get("/Widths")) if isinstance(holder, DictionaryObject) else None
        widths = widths.get_object() if widths is not None else None
        cost += _WIDTH_COST * _entries(widths)
    return cost


def _is_numbered(font: Any) -> bool:
    """Whether codes of ``font`` are numbers of its own glyphs, without a table of their characters."""
    font = font.get_object()
    if not isinstance(font, DictionaryObject) or font.get("/Subtype") != "/Type0" or "/ToUnicode" in font:
        return False
    below = font.get("/DescendantFonts")
    below = below.get_object() if below is not None else None
    first = below[0].get_object() if isinstance(below, ArrayObject) and below else None
    system = first.get("/CIDSystemInfo") if isinstance(first, DictionaryObject) else None
    system = system.get_object() if system is not None else None
    return (
        font.get("/Encoding") in {"/Identity-H", "/Identity-V"}
        and isinstance(system, DictionaryObject)
        and str(system.get("/Ordering")) == "Identity"
    )


def _entries(widths: Any) -> int:
    if not isinstance(widths, ArrayObject):
        return 0
    return sum(1 + (len(entry) if isinstance(entry, ArrayObject) else 0) for entry in widths)


def unpacks_to_a_bomb(content: bytes) -> bool:
    """Whether a stream of the file unpacks to more than `MAX_UNPACKED`, or all large ones to more than `MAX_LOOKED_AT`.

    For pdfium, whose own bound is a gigabyte: it runs before pdfium opens a file, whatever pypdf makes of it, and finds streams
    by their bytes alone. Streams of an encrypted file cannot be looked into. Pictures are left alone: no text needs them.
    """
    left = MAX_LOOKED_AT
    at = 0
    while (found := _STREAM.search(content, at)) is not None:
        start = found.end()
        end = content.find(b"endstream", start)
        at = end = len(content) if end < 0 else end
        packed = memoryview(content)[start:end]
        if not _can_be_a_bomb(packed) or _is_picture(content[max(0, found.start() - _DICTIONARY) : found.start()]):
            continue
        unpacked = _unpacked(packed)
        left -= unpacked
        if unpacked > MAX_UNPACKED or left < 0:
            return True
    return False


def _can_be_a_bomb(packed: memoryview) -> bool:
    """Whether ``packed`` is long enough, or begins like a stream that was packed twice."""
    if len(packed) * _BOMB_RATIO >= MAX_UNPACKED:
        return True
    try:
        return zlib.decompressobj().decompress(packed, 1) == b"\x78"
    except zlib.error:
        return False


def _is_picture(before: bytes) -> bool:
    return _PICTURE.search(before, before.rfind(b"obj") + 1) is not None


def _unpacked(packed: memoryview) -> int:
    """How many bytes ``packed`` unpacks to, and if it is packed twice, the inner stream too; counting stops past the bound."""
    total, twice = 0, False
    outer, inner = zlib.decompressobj(), zlib.decompressobj()
    tail: Any = packed
    try:
        while total <= MAX_UNPACKED and (piece := outer.decompress(tail, _PIECE)):
            twice = twice or (total == 0 and piece[:1] == b"\x78")
            total += len(piece)
            while twice and piece and total <= MAX_UNPACKED:
                total += len(inner.decompress(piece, _PIECE))
                piece = inner.unconsumed_tail
            tail = outer.unconsumed_tail
    except zlib.error:
        pass  # a broken end, or an inner stream that only looked like one
    return total
