"""A PDF's page as pixels, by pdfium: to see what is seen on it, and for text recognition.

Belongs here: bounded pictures of a page. Does not belong here: what is looked for on them.
"""

import ctypes
from typing import Any

import numpy as np
import pypdfium2_raw.bindings as raw

from winnow.formats import _ocr
from winnow.formats._lines import Line
from winnow.formats._pdf_pdfium import PdfiumPage

_POINTS = 72  # to the inch

_MAX_POINTS = 100_000.0  # of a side: the standard allows 14,400


class Place:
    """Where points of a page are on its picture, turned pages and crop boxes included.

    ``width`` and ``height`` are pixels; ``scale`` of them make a point, at most as many as given, and all of them at most ``pixels``.
    """

    _FINE = 1000  # pdfium gives whole pixels: asked for a page this much larger, it gives their thousandths

    def __init__(self, page: PdfiumPage, pixels: int, scale: float) -> None:
        wide = min(max(float(raw.FPDF_GetPageWidthF(page.raw)), 1.0), _MAX_POINTS)
        high = min(max(float(raw.FPDF_GetPageHeightF(page.raw)), 1.0), _MAX_POINTS)
        self.scale = min(scale, (pixels / (wide * high)) ** 0.5)
        self.width, self.height = max(1, round(wide * self.scale)), max(1, round(high * self.scale))
        self._page = page
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._pointers = [ctypes.byref(edge) for edge in self._edges]
        self._origin, across, up = (self._pixel(*point) for point in ((0.0, 0.0), (100.0, 0.0), (0.0, 100.0)))
        self._across = (across[0] - self._origin[0]) / 100, (across[1] - self._origin[1]) / 100
        self._up = (up[0] - self._origin[0]) / 100, (up[1] - self._origin[1]) / 100

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page.raw, 0, 0, self.width * self._FINE, self.height * self._FINE, 0, x, y, across, down)
        return across.value / self._FINE, down.value / self._FINE

    def of(self, index: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, in pixels, of the page's character at ``index``."""
        raw.FPDFText_GetCharBox(self._page.characters, index, *self._pointers)
        left, right, bottom, top = (edge.value for edge in self._edges)  # in pdfium's order
        across = [self._origin[0] + x * self._across[0] + y * self._up[0] for x, y in ((left, bottom), (right, top))]
        down = [self._origin[1] + x * self._across[1] + y * self._up[1] for x, y in ((left, bottom), (right, top))]
        return int(min(across)), int(min(down)), int(max(across)) + 1, int(max(down)) + 1


def colours(page: PdfiumPage, place: Place, frame: tuple[int, int, int, int]) -> Any | None:
    """The part of ``page`` in ``frame`` (left, top, right, bottom in pixels): rows of pixels of blue, green and red.

    None if there is nothing in the frame.
    """
    found = _rendered(page, place, frame, raw.FPDFBitmap_BGRx, 4)
    return None if found is None else found[:, :, :3]


def recognised_lines(page: PdfiumPage, languages: str) -> list[Line] | None:
    """The lines that text recognition finds on ``page``; None if it fails.

    Raises:
        OcrUnavailable: the program, or a language, is not installed.
    """
    place = Place(page, _ocr.MAX_PIXELS, _ocr.DPI / _POINTS)
    found = _rendered(page, place, (0, 0, place.width, place.height), raw.FPDFBitmap_Gray, 1)
    return None if found is None else _ocr.recognised(found.tobytes(), place.width, place.height, place.scale, languages)


def _rendered(page: PdfiumPage, place: Place, frame: tuple[int, int, int, int], kind: int, channels: int) -> Any | None:
    left, top, right, bottom = frame
    if right <= left or bottom <= top:
        return None
    picture = np.full((bottom - top, right - left, channels), 255, dtype=np.uint8)
    bitmap = raw.FPDFBitmap_CreateEx(right - left, bottom - top, kind, picture.ctypes.data, (right - left) * channels)
    if not bitmap:
        return None
    try:
        raw.FPDF_RenderPageBitmap(bitmap, page.raw, -left, -top, place.width, place.height, 0, raw.FPDF_ANNOT)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return picture
