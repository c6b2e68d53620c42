"""What Word's style sheet and a run's own properties say: heading, list, code, and whether anybody sees the run.

Belongs here: properties and their inheritance (ECMA-376 part 1, 17.7). Does not belong here: walking a document.

Hidden is what is marked so, what is smaller than one and a half points, and what has the colour of its own background. The
background is told only where the file tells it: shading of the run, paragraph, cell or table, else the page. White text on a
dark cell is seen; where a table style or a shape may have painted something, nothing is concluded.
"""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from winnow.formats._ooxml import attribute, child, enabled, local, number

_BODY_LEVEL = 9  # w:outlineLvl of text that is no heading

_STYLE_DEPTH = 12  # based-on links followed; real style sheets have at most five, and a damaged one may go round in circles

_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)

_LIST_STYLE = re.compile(r"list (?:bullet|number|continue)(?: (\d))?", re.IGNORECASE)

_HALF_POINTS = 3  # type this small (1.5 points) is not read by anybody; Word's smallest is one point, 2

_NEAR = 6  # of 255, in each of red, green and blue: the eye does not tell colours this close apart; light grey is 242

_HEX = re.compile(r"[0-9A-Fa-f]{6}")

_HIGHLIGHTS = dict(  # ST_HighlightColor
    pair.split("=")
    for pair in [
        "black=000000",
        "white=FFFFFF",
        "red=FF0000",
        "yellow=FFFF00",
        "green=00FF00",
        "blue=0000FF",
        "cyan=00FFFF",
        "magenta=FF00FF",
        "lightGray=C0C0C0",
        "darkGray=808080",
        "darkBlue=000080",
        "darkCyan=008080",
        "darkGreen=008000",
        "darkMagenta=800080",
        "darkRed=800000",
        "darkYellow=808000",
    ]
)

PAGE = "FFFFFF"  # paper

UNKNOWN = "?"  # a background that cannot be told from here


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks, as far as anybody says: None where nothing is said."""

    hidden: bool | None = None
    colour: str | None = None  # six hexadecimal digits; empty for automatic, which is always seen
    half_points: int | None = None
    fill: str | None = None  # behind it: six hexadecimal digits or `UNKNOWN`
    font: str | None = None

    def over(self, below: "Look") -> "Look":
        """This look where it says something, else that ``below`` it."""
        if self == _NOTHING:
            return below
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            below.colour if self.colour is None else self.colour,
            below.half_points if self.half_points is None else self.half_points,
            below.fill if self.fill is None else self.fill,
            below.font if self.font is None else self.font,
        )

    def unseen(self, background: str) -> bool:
        """Whether nobody sees text that looks so on ``background``."""
        if self.hidden or (self.half_points is not None and self.half_points < _HALF_POINTS):
            return True
        fill = background if self.fill is None else self.fill
        return bool(self.colour) and fill != UNKNOWN and _near(self.colour or "", fill)


_NOTHING = Look()


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits."""

    name: str = ""
    level: int | None = None  # heading level from 1; 0 says that it is no heading
    numbered: bool = False
    depth: int = 0  # of a list item, from 0
    look: Look = _NOTHING
    fill: str | None = None  # behind the paragraph
    shaded: bool = False  # of a table: it paints cells


@dataclass(slots=True)
class Styles:
    """The style sheet: styles by their id, and how text looks that says nothing."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: Look = _NOTHING
    usual: str = ""  # the id of the style of paragraphs that name none

    def style(self, identifier: str) -> Style:
        """The style called ``identifier``; an unknown one is known by that name only."""
        found = self.by_id.get(identifier or self.usual)
        return found if found is not None else Style(identifier)

    def run(self, run: etree._Element, paragraph: Look) -> Look:
        """How ``run`` looks in a paragraph that looks so."""
        properties = run.find("{*}rPr")
        if properties is None or not len(properties):
            return paragraph
        own = look(properties)
        named = attribute(child(properties, "rStyle"), "val")
        return own.over(self.by_id[named].look.over(paragraph)) if named in self.by_id else own.over(paragraph)


def read_styles(root: etree._Element | None) -> Styles:
    """The style sheet in the part ``root``; an empty one if there is none."""
    if root is None:
        return Styles()
    default = look(child(root, "docDefaults", "rPrDefault", "rPr"))
    own: dict[str, Style] = {}
    below: dict[str, str] = {}
    usual = ""
    for element in root.iterchildren("{*}style"):
        identifier = attribute(element, "styleId")
        own[identifier] = _own(element)
        below[identifier] = attribute(child(element, "basedOn"), "val")
        if attribute(element, "type") == "paragraph" and attribute(element, "default") in {"1", "true", "on"}:
            usual = identifier
    return Styles({identifier: _whole(identifier, own, below) for identifier in own}, default, usual)


def _own(style: etree._Element) -> Style:
    """What a style says itself; its depth is -1 if it says none."""
    name = attribute(child(style, "name"), "val")
    properties = child(style, "pPr")
    numbering = child(properties, "numPr")
    listed = _LIST_STYLE.fullmatch(name)
    built_in = _HEADING_STYLE.fullmatch(name)
    outline = attribute(child(properties, "outlineLvl"), "val")
    return Style(
        name,
        level=int(built_in[1]) if built_in else outline_level(outline) if outline else None,
        numbered=numbering is not None,
        depth=int(listed[1] or 1) - 1 if listed else number(child(numbering, "ilvl"), "val", -1),
        look=look(child(style, "rPr")),
        fill=fill(properties),
        shaded=attribute(style, "type") == "table" and next(style.iter("{*}shd"), None) is not None,
    )


def _whole(identifier: str, own: dict[str, Style], below: dict[str, str]) -> Style:
    """The style with what it inherits."""
    found = own[identifier]
    for _ in range(_STYLE_DEPTH):
        identifier = below[identifier]
        base = own.get(identifier)
        if base is None:
            break
        found = Style(
            found.name,
            base.level if found.level is None else found.level,
            found.numbered or base.numbered,
            base.depth if found.depth < 0 else found.depth,
            found.look.over(base.look),
            base.fill if found.fill is None else found.fill,
            found.shaded or base.shaded,
        )
    return replace(found, depth=max(found.depth, 0))


def outline_level(outline: str) -> int:
    """The heading level, from 1, that an outline level says; 0 for body text."""
    return int(outline) + 1 if outline.isdecimal() and len(outline) < 3 and int(outline) < _BODY_LEVEL else 0


def look(properties: etree._Element | None) -> Look:
    """What run properties (w:rPr) say themselves."""
    if properties is None:
        return _NOTHING
    said: dict[str, object] = {}
    for element in properties:
        name = local(element)
        if name == "vanish":
            said["hidden"] = enabled(element)
        elif name == "color":
            colour = attribute(element, "val")
            said["colour"] = colour if _HEX.fullmatch(colour) else ""
        elif name == "sz":
            said["half_points"] = number(element, "val", _HALF_POINTS)
        elif name == "rFonts":
            said["font"] = attribute(element, "ascii") or attribute(element, "hAnsi") or None
        elif name == "highlight" and attribute(element, "val") != "none":
            said["fill"] = _HIGHLIGHTS.get(attribute(element, "val"), UNKNOWN)
        elif name == "shd" and "fill" not in said:  # a highlight lies over the shading
            said["fill"] = _shading(element)
    return Look(**said) if said else _NOTHING  # type: ignore[arg-type]  # each name was given its own type above


def fill(properties: etree._Element | None) -> str | None:
    """What shading the properties of a paragraph, cell or table say."""
    shading = child(properties, "shd")
    return None if shading is None else _shading(shading)


def _shading(shading: etree._Element) -> str | None:
    """The colour of w:shd: its fill for a clear pattern, its colour for a solid one; other patterns mix the two."""
    pattern = attribute(shading, "val")
    if pattern not in {"clear", "nil", "solid", ""}:
        return UNKNOWN
    colour = attribute(shading, "color" if pattern == "solid" else "fill")
    if _HEX.fullmatch(colour):
        return colour
    if pattern == "solid":
        return "000000" if colour in {"auto", ""} else UNKNOWN
    return None


def _near(one: str, other: str) -> bool:
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < _NEAR for at in (0, 2, 4))
