"""What is painted on a PDF's page, in its order: type, and what can lie over it or under it.

Belongs here: the walk over the objects of a page and of its forms, and their boxes in the page's points. Does not belong here: what
is hidden (`winnow.formats._pdf_hidden`).
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2_raw.bindings as raw

from winnow.formats._pdf_pdfium import PdfiumPage

MAX_OBJECTS = 20_000  # of one page: a map or drawing has more, and is not looked through

_MAX_DEPTH = 12  # of forms in forms

_OPAQUE = 200  # alpha from which a filling can hide what is under it

_COVER_POINTS = 3.0  # a thinner filling is a rule, and hides no type

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the page's lower left."""

_Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Cover(NamedTuple):
    """Something painted over an area: when in the page's order, where, and its colour, None if it has many."""

    order: int
    box: Box
    colour: tuple[int, int, int] | None


@dataclass(slots=True)
class Type:
    """A text object: the pointer to it, when it is painted, where, its render mode, and its colour with alpha."""

    pointer: Any
    order: int
    box: Box
    mode: int
    colour: tuple[int, int, int, int] | None
    clip: Box | None
    scale: float  # of the forms it is in


@dataclass(slots=True)
class Painted:
    """What is painted on a page, in order."""

    page: Box
    types: list[Type] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    image_points: float = 0.0  # area on the page that pictures cover, each counted
    image_pixels: int = 0
    count: int = 0


def painted_on(page: PdfiumPage) -> Painted:
    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, bounds)
    painted = Painted((bounds.left, bounds.bottom, bounds.right, bounds.top))
    objects = (raw.FPDFPage_GetObject(page.raw, at) for at in range(raw.FPDFPage_CountObjects(page.raw)))
    _Walk(painted).over(objects, _IDENTITY, 0)
    return painted


class _Walk:
    """A walk over the objects of a page and of its forms; its buffers are used again for each."""

    def __init__(self, painted: Painted) -> None:
        self._painted = painted
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._edge_pointers = [ctypes.byref(edge) for edge in self._edges]
        self._channels = [ctypes.c_uint() for _ in range(4)]
        self._channel_pointers = [ctypes.byref(channel) for channel in self._channels]

    def over(self, objects: Iterator[Any], matrix: _Matrix, depth: int) -> None:
        painted = self._painted
        for held in objects:
            painted.count += 1
            if painted.count > MAX_OBJECTS:
                return
            kind = raw.FPDFPageObj_GetType(held)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._type(held, matrix)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(held, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                own = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(held, own)
                inner = (raw.FPDFFormObj_GetObject(held, at) for at in range(max(raw.FPDFFormObj_CountObjects(held), 0)))
                self.over(inner, _multiplied((own.a, own.b, own.c, own.d, own.e, own.f), matrix), depth + 1)
            elif kind in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING}:
                self._picture(held, matrix, image=kind == raw.FPDF_PAGEOBJ_IMAGE)

    def _box(self, held: Any, matrix: _Matrix) -> Box:
        if not raw.FPDFPageObj_GetBounds(held, *self._edge_pointers):
            return (0.0, 0.0, 0.0, 0.0)
        left, bottom, right, top = (edge.value for edge in self._edges)
        return (left, bottom, right, top) if matrix is _IDENTITY else _moved((left, bottom, right, top), matrix)

    def _colour(self, ask: Any, held: Any) -> tuple[int, int, int, int] | None:
        if not ask(held, *self._channel_pointers):
            return None
        red, green, blue, alpha = (channel.value for channel in self._channels)
        return red, green, blue, alpha

    def _type(self, held: Any, matrix: _Matrix) -> None:
        box = self._box(held, matrix)
        if box[0] >= box[2] or box[1] >= box[3]:
            return  # spaces
        mode = raw.FPDFTextObj_GetTextRenderMode(held)
        stroked = mode in {raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_STROKE_CLIP}
        colour = self._colour(raw.FPDFPageObj_GetStrokeColor if stroked else raw.FPDFPageObj_GetFillColor, held)
        if mode in {raw.FPDF_TEXTRENDERMODE_FILL_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP}:
            colour = None  # an outline in one colour and a filling in another: seen in at least one of them
        path = raw.FPDFPageObj_GetClipPath(held)
        count = raw.FPDFClipPath_CountPaths(path)
        clip = self._clip(path, count, matrix) if count > 0 else None
        scale = 1.0 if matrix is _IDENTITY else abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
        self._painted.types.append(Type(held, self._painted.count, box, mode, colour, clip, scale))

    def _clip(self, path: Any, count: int, matrix: _Matrix) -> Box | None:
        """The box of the clipping paths together, as far as they are rectangles."""
        found: Box | None = None
        for at in range(count):
            box = self._path_box(path, at)
            if box is not None:
                found = box if found is None else common(found, box)
        return found if found is None or matrix is _IDENTITY else _moved(found, matrix)

    def _path_box(self, path: Any, at: int) -> Box | None:
        """The box of a clipping path that is a rectangle; of another nothing is said."""
        if not 4 <= raw.FPDFClipPath_CountPathSegments(path, at) <= 5:
            return None
        corners = []
        for segment in (0, 2):  # opposite each other
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, at, segment), *self._edge_pointers[:2])
            corners.append((self._edges[0].value, self._edges[1].value))
        (one, low), (other, high) = corners
        return min(one, other), min(low, high), max(one, other), max(low, high)

    def _path(self, held: Any, matrix: _Matrix) -> None:
        box = self._box(held, matrix)
        if box[2] - box[0] < _COVER_POINTS or box[3] - box[1] < _COVER_POINTS:
            return
        mode, stroked = ctypes.c_int(), raw.FPDF_BOOL()
        if not raw.FPDFPath_GetDrawMode(held, mode, stroked) or mode.value == raw.FPDF_FILLMODE_NONE:
            return
        colour = self._colour(raw.FPDFPageObj_GetFillColor, held)
        if colour is None:
            self._painted.covers.append(Cover(self._painted.count, box, None))
        elif colour[3] >= _OPAQUE:
            self._painted.covers.append(Cover(self._painted.count, box, colour[:3]))

    def _picture(self, held: Any, matrix: _Matrix, *, image: bool) -> None:
        box = self._box(held, matrix)
        self._painted.covers.append(Cover(self._painted.count, box, None))
        if image:
            width, height = ctypes.c_uint(), ctypes.c_uint()
            raw.FPDFImageObj_GetImagePixelSize(held, width, height)
            self._painted.image_pixels += width.value * height.value
            self._painted.image_points += area(common(box, self._painted.page))


def _multiplied(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    m, n, o, p, q, r = then
    return a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r


def _moved(box: Box, matrix: _Matrix) -> Box:
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return min(across), min(up), max(across), max(up)


def common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
