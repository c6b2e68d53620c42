"""Text of a PDF's page that nobody sees on it: which characters those are.

Belongs here: what makes text a suspect, and the look at the rendered page that decides. Does not belong here: what is done about
it.

Two kinds need no look: text outside of the page's box, and type too small to read. All others are suspects first: type in render
mode 3 (invisible) or 7 (it only clips), transparent type, type in the colour of what was drawn under it, type that something
opaque was drawn over, type outside of its clipping path. Whether a suspect is seen is then decided by rendering the page twice,
with the suspects and without: a character is hidden if its box looks the same. So white type on a dark box, a highlighter's
stroke and a letter that cuts out a picture are seen, and the words under a black bar are not.

Invisible type over a picture that fills the page is what a text recognition programme wrote about the picture: it is kept.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pypdfium2_raw.bindings as raw

from winnow.formats._pdf_painted import MAX_OBJECTS, Box, Cover, Painted, Type, area, common, painted_on
from winnow.formats._pdf_pdfium import PdfiumPage
from winnow.formats._pdf_picture import Place, colours

LEGIBLE_POINTS = 1.5  # smaller type is not meant to be read; on a page smaller than A4 less, in proportion

_A4_POINTS = 842.0  # the longer side

FILE_OBJECTS = 1_000_000  # of all pages; an object takes some microseconds

MAX_LOOKS = 40  # pages of one file that are rendered; past that only what needs no look is hidden

_LOOK_PIXELS = 1_000_000  # of a rendered page: about 100 dots per inch on A4

_LOOK_SCALE = 2.0  # pixels a point at most

FILE_IMAGE_PIXELS = 100_000_000  # of the pictures on all pages that are rendered: unpacking them takes seconds

_VISIBLE_STEP = 14  # of 255: a smaller difference of brightness in every channel is not seen (a contrast ratio of about 1.1)

_SEEN_SHARE = 0.01  # of the pixels of a character's box

_NEAR_COLOUR = 48  # of 255 in every channel: closer to the colour under it than this makes type a suspect

_FAINT = 40  # alpha below which type is a suspect

_PAGE_FILLING = 0.6  # of the page: pictures that cover so much of it are the page

_LAYER_SHARE = 0.5  # of the page's characters: more of them invisible is a text recognition's layer

_CLIPPED_SHARE = 0.5  # of its box: type of which less is within its clipping path is a suspect

_WHITE = (255, 255, 255)


class _Suspect(NamedTuple):
    """Type that may not be seen; ``plainly``: where no look is left, it counts as hidden."""

    kind: Type
    plainly: bool


@dataclass(slots=True)
class Looks:
    """How much looking is left for one file."""

    pages: int = MAX_LOOKS
    objects: int = FILE_OBJECTS
    image_pixels: int = FILE_IMAGE_PIXELS


class Found(NamedTuple):
    """What is hidden on a page.

    Attributes:
        hidden: indexes of pdfium's characters.
        layer: whether invisible text was kept as a text recognition's layer.
        picture: whether pictures fill the page.
        unchecked: whether the page has too much on it, or suspects that could not be looked at.
    """

    hidden: frozenset[int] = frozenset()
    layer: bool = False
    picture: bool = False
    unchecked: bool = False


def hidden_characters(page: PdfiumPage, looks: Looks, *, layers_off: bool) -> Found:
    """Which characters of ``page`` nobody sees; ``layers_off``: the file has optional content that is switched off."""
    if page.object_count > min(MAX_OBJECTS, looks.objects):
        return Found(unchecked=page.count > 0)
    painted = painted_on(page)
    looks.objects -= painted.count
    filled = _is_filled(painted)
    if painted.count > MAX_OBJECTS or page.count == 0:
        return Found(picture=filled, unchecked=page.count > 0)
    sure = [kind for kind in painted.types if _is_off(kind.box, painted.page) or _is_tiny(kind, painted.page)]
    gone = set(map(id, sure))
    suspects = [suspect for suspect in _suspects(painted, everything=layers_off) if id(suspect.kind) not in gone]
    return _decided(page, painted, sure, suspects, looks) if sure or suspects else Found(picture=filled)


def _decided(page: PdfiumPage, painted: Painted, sure: list[Type], suspects: list[_Suspect], looks: Looks) -> Found:
    filled = _is_filled(painted)
    owners = _owners(page)

    def characters(kinds: Iterable[Type]) -> list[int]:
        return [at for kind in kinds for at in owners.get(_address(kind.pointer), ())]

    hidden, doubtful = frozenset(characters(sure)), characters(suspect.kind for suspect in suspects)
    if not doubtful:
        return Found(hidden, picture=filled)
    if filled and len(doubtful) > _LAYER_SHARE * sum(map(len, owners.values())):
        return Found(hidden, layer=True, picture=True)
    if looks.pages <= 0 or painted.image_pixels > looks.image_pixels:  # what lies on the bare page needs no look either
        plain = frozenset(characters(suspect.kind for suspect in suspects if suspect.plainly))
        return Found(hidden | plain, picture=filled, unchecked=len(plain) < len(doubtful))
    looks.pages -= 1
    looks.image_pixels -= painted.image_pixels
    return Found(hidden | frozenset(_unseen(page, [suspect.kind for suspect in suspects], doubtful)), picture=filled)


def _is_filled(painted: Painted) -> bool:
    return painted.image_points >= _PAGE_FILLING * area(painted.page)


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _owners(page: PdfiumPage) -> dict[int, list[int]]:
    """The indexes of the characters of each text object, by its address; characters that pdfium made up have none."""
    owners: dict[int, list[int]] = {}
    for at in range(page.count):
        held = raw.FPDFText_GetTextObject(page.characters, at)
        if held and raw.FPDFText_GetUnicode(page.characters, at) not in {0, 0x20, 0x0D, 0x0A, 0xA0}:
            owners.setdefault(_address(held), []).append(at)
    return owners


# Who is suspect


def _is_off(box: Box, page: Box) -> bool:
    return box[2] <= page[0] or box[0] >= page[2] or box[3] <= page[1] or box[1] >= page[3]


def _is_tiny(kind: Type, page: Box) -> bool:
    legible = LEGIBLE_POINTS * min(1.0, max(page[2] - page[0], page[3] - page[1]) / _A4_POINTS)
    if min(kind.box[2] - kind.box[0], kind.box[3] - kind.box[1]) >= legible:  # a full stop is small, but not its font
        return False
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    raw.FPDFTextObj_GetFontSize(kind.pointer, size)
    raw.FPDFPageObj_GetMatrix(kind.pointer, matrix)
    points: float = abs(size.value) * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 * kind.scale
    return 0 < points < legible


def _suspects(painted: Painted, *, everything: bool) -> list[_Suspect]:
    if everything:
        return [_Suspect(kind, plainly=False) for kind in painted.types]
    over, under = _covering(painted.types, painted.covers)
    found = []
    for kind, above, below in zip(painted.types, over, under, strict=True):
        invisible = kind.mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        ground = painted.covers[below].colour if below >= 0 else _WHITE
        faint = kind.colour is not None and kind.colour[3] < _FAINT
        near = kind.colour is not None and _is_near(kind.colour, ground)
        clipped = kind.clip is not None and area(common(kind.box, kind.clip)) < _CLIPPED_SHARE * area(kind.box)
        if invisible or faint or near or clipped or above or kind.mode == raw.FPDF_TEXTRENDERMODE_CLIP:
            found.append(_Suspect(kind, plainly=invisible or faint or (near and below < 0)))
    return found


def _is_near(colour: Sequence[int], ground: tuple[int, int, int] | None) -> bool:
    """Whether type of ``colour`` may not show on ``ground``; on a picture, light type may not, since most pictures are of paper."""
    if ground is None:
        return min(colour[:3]) >= 255 - _NEAR_COLOUR
    return all(abs(one - other) < _NEAR_COLOUR for one, other in zip(colour[:3], ground, strict=True))


def _covering(types: Sequence[Type], covers: Sequence[Cover]) -> tuple[Sequence[bool], Sequence[int]]:
    """For each of ``types``: whether something was painted over a part of it later, and what was painted under it last (or -1)."""
    if not covers:
        return [False] * len(types), [-1] * len(types)
    boxes = np.array([kind.box for kind in types], dtype=np.float32)
    orders = np.array([kind.order for kind in types], dtype=np.int32)
    areas = np.array([cover.box for cover in covers], dtype=np.float32)
    painted = np.array([cover.order for cover in covers], dtype=np.int32)
    over: list[bool] = []
    under: list[int] = []
    step = max(1, 1_000_000 // len(covers))  # pairs looked at once: memory
    for start in range(0, len(types), step):
        box, order = boxes[start : start + step, None, :], orders[start : start + step, None]
        width = np.minimum(box[..., 2], areas[:, 2]) - np.maximum(box[..., 0], areas[:, 0])
        height = np.minimum(box[..., 3], areas[:, 3]) - np.maximum(box[..., 1], areas[:, 1])
        tall = np.maximum(box[..., 3] - box[..., 1], 0.1)
        wide = np.maximum(box[..., 2] - box[..., 0], 0.1)
        short = np.minimum(tall, wide)
        # One character's width of it, over most of its height; or the other way round for turned type.
        hides = (height > 0.5 * tall) & (width > 0.5 * short) | (width > 0.5 * wide) & (height > 0.5 * short) & (tall > wide)
        over.extend((hides & (painted > order)).any(axis=1).tolist())
        middle = (box[..., 0] + box[..., 2]) / 2, (box[..., 1] + box[..., 3]) / 2
        holds = (
            (areas[:, 0] <= middle[0]) & (middle[0] <= areas[:, 2]) & (areas[:, 1] <= middle[1]) & (middle[1] <= areas[:, 3])
        )
        below = holds & (painted < order)
        last = len(covers) - 1 - np.argmax(below[:, ::-1], axis=1)
        under.extend(np.where(below.any(axis=1), last, -1).tolist())
    return over, under


# Looking


def _unseen(page: PdfiumPage, suspects: Sequence[Type], characters: Sequence[int]) -> Iterator[int]:
    """Those of ``characters`` whose place on the page looks the same without ``suspects``."""
    place = Place(page, _LOOK_PIXELS, _LOOK_SCALE)
    boxes = [place.of(at) for at in characters]
    frame = (
        max(min(box[0] for box in boxes), 0),
        max(min(box[1] for box in boxes), 0),
        min(max(box[2] for box in boxes), place.width),
        min(max(box[3] for box in boxes), place.height),
    )
    before = colours(page, place, frame)
    for kind in suspects:
        raw.FPDFPageObj_SetIsActive(kind.pointer, 0)
    try:
        after = colours(page, place, frame)
    finally:
        for kind in suspects:
            raw.FPDFPageObj_SetIsActive(kind.pointer, 1)
    if before is None or after is None:  # the frame is empty: all of them lie outside of the page
        yield from characters
        return
    apart = np.maximum(before, after) - np.minimum(before, after) > _VISIBLE_STEP
    changed = apart[:, :, 0] | apart[:, :, 1] | apart[:, :, 2]
    for at, (left, top, right, bottom) in zip(characters, boxes, strict=True):
        seen = changed[max(top - frame[1], 0) : max(bottom - frame[1], 0), max(left - frame[0], 0) : max(right - frame[0], 0)]
        if np.count_nonzero(seen) <= _SEEN_SHARE * seen.size:
            yield at
