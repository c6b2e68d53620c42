"""What Word's and PowerPoint's XML have in common (ECMA-376): names, alternatives, charts and diagrams.

Belongs here: reading of DrawingML that both kinds of file hold, and looking up elements without regard to the namespace, so that
the strict variant reads like the transitional one. Does not belong here: paragraphs of either kind of file.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lxml import etree

from winnow.documents import Block
from winnow.formats._base import squeeze
from winnow.formats._tally import Tally

TEXT_NODES = (
    "{*}t",
    "{*}delText",
    "{*}instrText",
    "{*}delInstrText",
)  # the elements that hold text; what is elsewhere is markup

CHART_NODES = (*TEXT_NODES, "{*}v")  # a chart also keeps a copy of its numbers and names

_MAX_SPAN = 63  # columns that Word allows in a table; a hostile file may ask for a billion


@lru_cache(maxsize=4096)  # a document has some hundred names; a hostile one shall not fill the memory with them
def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for an entity that nobody declared."""
    tag = element.tag
    return _bare(tag) if isinstance(tag, str) else ""


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child called ``path[0]``, its first child called ``path[1]``, and so on; None where one is absent."""
    for name in path:
        if element is None:
            return None
        element = element.find(f"{{*}}{name}")
    return element


def attribute(element: etree._Element | None, name: str) -> str:
    """The attribute called ``name`` in any namespace; empty if there is none."""
    if element is None:
        return ""
    found = element.get(name)
    if found is not None:
        return str(found)
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def number(element: etree._Element | None, name: str, default: int = 0) -> int:
    """The attribute ``name`` as a whole number, ``default`` if it is none."""
    digits = attribute(element, name).strip()
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) < 16 else default


def enabled(element: etree._Element | None, *, absent: bool = False) -> bool:
    """A property that is on where it stands, unless it says otherwise (ST_OnOff)."""
    return absent if element is None else attribute(element, "val").lower() not in {"0", "false", "off", "none"}


def span(element: etree._Element | None, name: str) -> int:
    """How many columns a cell takes, as its property says."""
    return min(max(number(element, name, 1), 1), _MAX_SPAN)


def node_text(node: etree._Element) -> str:
    """The text of a text node; its children can only be entities that nobody declared."""
    return (node.text or "") + "".join(piece.tail or "" for piece in node)


def texts(root: etree._Element, names: Sequence[str] = TEXT_NODES) -> Iterator[str]:
    """The text of every text node in ``root``, itself included."""
    return map(node_text, root.iter(*names))


def hold(tally: Tally, root: etree._Element, names: Sequence[str] = TEXT_NODES) -> etree._Element:
    """Report every text node of a part to ``tally``; the part is given back."""
    for text in texts(root, names):
        tally.held(text)
    return root


def drop(tally: Tally, reason: str, root: etree._Element, names: Sequence[str] = TEXT_NODES) -> None:
    """Report every text node in ``root`` as left out."""
    for text in texts(root, names):
        tally.dropped(reason, text)


def alternative(content: etree._Element, tally: Tally) -> etree._Element:
    """One of several renderings of one thing: the newest, or the fallback where there is no other (ECMA-376 part 3)."""
    choice, fallback = child(content, "Choice"), child(content, "Fallback")
    chosen = choice if choice is not None else fallback
    if chosen is None:
        return content
    for other in content:
        if other is not chosen:
            drop(tally, "alternative_renderings", other)
    return chosen


def table_block(rows: Iterable[Sequence[str]], tally: Tally) -> list[Block]:
    """One table block of the cells' texts, or none if all are blank."""
    lines = []
    for row in rows:
        cells = [squeeze(cell) for cell in row]
        if any(cells):
            lines.append(" | ".join(cells).strip())
            tally.added("|" * (len(cells) - 1))
    return [Block("table", "\n".join(lines))] if lines else []


def chart_blocks(root: etree._Element, tally: Tally) -> Iterator[Block]:
    """What a person wrote on a chart: its title, its axes' names, labels; the values and names it draws are left out."""
    hold(tally, root, CHART_NODES)
    for value in texts(root, ["{*}v"]):
        tally.dropped("chart_values", value)
    for paragraph in root.iter("{*}p"):
        text = squeeze("".join(texts(paragraph)))
        if text:
            yield Block("paragraph", text)


def diagram_blocks(root: etree._Element, tally: Tally) -> Iterator[Block]:
    """The words of a diagram (SmartArt) as a list, nested as its points are (ECMA-376 part 1, 21.4)."""
    hold(tally, root)
    points = {attribute(point, "modelId"): point for point in root.iter("{*}pt")}
    inside: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter("{*}cxn"):
        if attribute(link, "type") in {"", "parOf"}:
            inside.setdefault(attribute(link, "srcId"), []).append((number(link, "srcOrd"), attribute(link, "destId")))
    belongs = {target for links in inside.values() for _, target in links}
    # Tops first, then whatever hangs in a circle; each point once.
    waiting = [
        (0, name) for name in reversed([*(name for name in points if name not in belongs), *belongs_last(points, belongs)])
    ]
    while waiting:
        depth, name = waiting.pop()
        point = points.pop(name, None)
        if point is None:
            continue
        lines = [squeeze("".join(texts(paragraph))) for paragraph in point.iter("{*}p")]
        text = " ".join(filter(None, lines))
        if text:
            yield Block("list_item", text, min(depth, 8))
        deeper = depth + 1 if text else depth
        waiting += [(deeper, target) for _, target in sorted(inside.get(name, ()), reverse=True)]


def belongs_last(points: Iterable[str], belongs: set[str]) -> list[str]:
    """The names of ``points`` that belong to another, in their order."""
    return [name for name in points if name in belongs]
