"""Where the shapes of a slide stand, and in which order a person reads them.

Belongs here: positions through nested groups and layouts, reading order. Does not belong here: what a shape says.

The order is a recursive cut of the page along its white space (Nagy and Seth 1984, "XY cut"): into rows from top to bottom where a
horizontal gap runs through, else into columns from left to right. A group is one shape for what stands around it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from winnow.formats._ooxml import attribute, child, number

_SLACK = 0.1  # of a shape's height or width that may reach into its neighbour: text boxes are drawn larger than their text

_MAX_CUTS = 16  # nested; real slides need three


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the slide, in English Metric Units (914,400 an inch)."""

    left: float
    top: float
    right: float
    bottom: float

    def outside(self, width: float, height: float) -> bool:
        """Whether no part of it is on a slide of this size."""
        return self.right <= 0 or self.bottom <= 0 or self.left >= width or self.top >= height


@dataclass(frozen=True, slots=True)
class Frame:
    """How coordinates inside of a group become those of the slide: ``offset + scale × coordinate``."""

    x: float = 0
    y: float = 0
    across: float = 1
    down: float = 1

    def box(self, transform: etree._Element | None) -> Box | None:
        """Where a shape with this a:xfrm stands; None if it says nothing."""
        offset, extent = child(transform, "off"), child(transform, "ext")
        if offset is None or extent is None:
            return None
        left, top = self.x + self.across * number(offset, "x"), self.y + self.down * number(offset, "y")
        return Box(left, top, left + self.across * number(extent, "cx"), top + self.down * number(extent, "cy"))

    def inside(self, transform: etree._Element | None) -> "Frame":
        """The frame of what stands in a group with this a:xfrm (ECMA-376 part 1, 20.1.7.5)."""
        box, start, extent = self.box(transform), child(transform, "chOff"), child(transform, "chExt")
        if box is None or start is None or extent is None:
            return self
        across = (box.right - box.left) / (number(extent, "cx") or 1)
        down = (box.bottom - box.top) / (number(extent, "cy") or 1)
        return Frame(box.left - across * number(start, "x"), box.top - down * number(start, "y"), across, down)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a layout or master says about a placeholder: where it stands and how its paragraphs are set."""

    kind: str
    index: str
    transform: etree._Element | None
    lists: etree._Element | None


def placeholders(root: etree._Element) -> list[Placeholder]:
    """The placeholders of a layout or master."""
    found = []
    for shape in root.iter("{*}sp"):
        mark = child(shape, "nvSpPr", "nvPr", "ph")
        if mark is not None:
            found.append(
                Placeholder(
                    attribute(mark, "type") or "obj",
                    attribute(mark, "idx"),
                    child(shape, "spPr", "xfrm"),
                    child(shape, "txBody", "lstStyle"),
                )
            )
    return found


def inherited(kind: str, index: str, layers: Sequence[Sequence[Placeholder]]) -> Iterator[Placeholder]:
    """What the placeholder of this kind and index takes over from layout and master, nearest first."""
    for layer in layers:
        same = [one for one in layer if index and one.index == index] or [one for one in layer if one.kind == kind]
        if same:
            yield same[0]
            kind = same[0].kind


def reading_order(boxes: Sequence[Box | None]) -> list[int]:
    """The numbers of ``boxes`` in the order of reading; those that stand nowhere come last."""
    ordered = _cut([(number, box) for number, box in enumerate(boxes) if box is not None], _MAX_CUTS)
    return ordered + [number for number, box in enumerate(boxes) if box is None]


def _cut(shapes: list[tuple[int, Box]], depth: int) -> list[int]:
    if len(shapes) < 2:
        return [number for number, _ in shapes]
    if depth:
        for parts in (
            _split(shapes, [(box.top, box.bottom) for _, box in shapes]),
            _split(shapes, [(box.left, box.right) for _, box in shapes]),
        ):
            if len(parts) > 1:
                return [number for part in parts for number in _cut(part, depth - 1)]
    return [number for number, box in sorted(shapes, key=lambda shape: (shape[1].top, shape[1].left))]


def _split(shapes: list[tuple[int, Box]], spans: list[tuple[float, float]]) -> list[list[tuple[int, Box]]]:
    """``shapes`` in the runs that gaps between their ``spans`` leave."""
    parts: list[list[tuple[int, Box]]] = []
    reach = 0.0
    for at in sorted(range(len(shapes)), key=lambda at: spans[at]):
        start, end = spans[at]
        slack = _SLACK * (end - start)
        if parts and start + slack < reach:
            parts[-1].append(shapes[at])
            reach = max(reach, end - slack)
        else:
            parts.append([shapes[at]])
            reach = end - slack
    return parts
