"""Text of a page that nobody sees: not displayed, invisible, white on nothing, of no size, off the page.

Belongs here: telling it by the page's own markup. Does not belong here: style sheets that lie elsewhere, and what scripts do.

White text counts as hidden unless the element or one around it has a background. Of the page's style sheets only plain rules
count (one class or id, outside of ``@media`` and the like), and none at all if they would hide more than they leave:
such a page is shown by its scripts.
"""

import re
from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from winnow.formats._dom import SCRIPTS
from winnow.formats._tally import weight

_SHEET_CHARACTERS = 1_000_000  # looked at, of all style sheets in a page; an e-mail's or a wiki's have a tenth of that

_GONE = re.compile(  # in a list of declarations without white space, lower case
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:(?:0+(?:\.0*)?|\.0+)(?![.\d])|mso-hide:all|"
    r"font-size:(?:0+(?:\.0*)?|\.0+)(?![.\d])|font-size:(?:0?\.\d+|1)(?:px|pt)|text-indent:-\d{3,}(?:px|em|pt)|"
    r"clip:rect\((?:[01]?(?:px)?[,)]){4}|clip-path:inset\((?:50|100)%\)|max-height:0(?:px)?(?=;|!|$)|"
    r"(?:left|right|top|bottom|margin-left|margin-top):-\d{4,}(?:\.\d+)?px)"
)

_SHOWN = re.compile(r"(?:^|;)display:(?!none)|(?:^|;)visibility:visible")

_WHITE = re.compile(
    r"(?:^|;)color:(?:white|#fff(?:f|fff|ffff|ffffff)?|rgba?\(255,255,255(?:,[\d.]+)?\)|rgba\(\d+,\d+,\d+,0(?:\.0+)?\)|"
    r"hsla?\(\d+(?:deg)?,\d+%,100%(?:,[\d.]+)?\)|transparent)(?=;|!|$)"
)

_COLOURED = re.compile(
    r"(?:^|;)background(?:-color|-image)?:(?!(?:none|transparent|inherit|initial|unset|white|#fff|#ffffff)(?:;|!|$))."
)

_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")

_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?[.#][\w-]+", re.IGNORECASE)

_CLASSES = frozenset(  # of Bootstrap, WordPress, Drupal and the like, whose sheets hide what has them
    {
        *("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader-only", "screen-reader-only"),
        *("element-invisible", "u-hidden-visually", "a11y-hidden", "d-none", "is-hidden", "hidden", "hide", "offscreen"),
    }
)

_POPS_UP = re.compile(r"(?:^|[-_ ])(?:tooltip|rollover|hovercard|popover)(?=[-_ ]|$)")  # class of a note within a sentence

_NEVER = frozenset({"html", "body", "main", "article"})  # a sheet that hides these shows them when a script has run

Rules = Mapping[str, str]
"""Plain selectors and their declarations: ``.note``, ``#note`` or ``p.note``."""


def hidden_elements(root: _Element) -> list[_Element]:
    """The outermost elements of ``root`` that nobody sees."""
    rules = dict(_rules(root))
    found = list(_search(root, rules))
    if not any(_by_sheet(element, rules) for element in found):
        return found
    hidden = sum(weight(text) for element in found for text in _shown_text(element))
    return (
        found
        if 2 * hidden <= sum(map(weight, _shown_text(root)))
        else [element for element in _search(root, {}) if not _by_sheet(element, {})]
    )


def take_out(elements: list[_Element]) -> int:
    """Remove ``elements`` from their tree, which keeps what stands behind them; the weight of their text."""
    counted = 0
    for element in elements:
        counted += sum(map(weight, element.itertext()))
        parent, before = element.getparent(), element.getprevious()
        if parent is None:
            continue
        tail = element.tail or ""
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        element.tail = None
        parent.remove(element)
    return counted


def _shown_text(element: _Element) -> Iterator[str]:
    """The text of ``element`` but of its scripts, which hide nothing from anybody."""
    if element.tag in SCRIPTS:
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _shown_text(child)
        yield child.tail or ""


def _search(root: _Element, rules: Rules) -> Iterator[_Element]:
    waiting = [(root, False)]  # an element, and whether something around it has a background
    while waiting:
        element, coloured = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in SCRIPTS:
            continue
        style = _declarations(element.get("style"))
        sheet = ";".join(_of(element, rules))
        coloured = coloured or _COLOURED.search(style) is not None or _has_ground(element) or bool(_COLOURED.search(sheet))
        gone = _is_hidden(element, style) or (_GONE.search(sheet) is not None and not _SHOWN.search(style))
        if (gone and element.tag not in _NEVER) or (_is_white(element, style) and not coloured):
            yield element
        else:
            waiting.extend((child, coloured) for child in reversed(element))


def _is_hidden(element: _Element, style: str) -> bool:
    attributes = element.attrib
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    if attributes.get("aria-hidden", "").lower() == "true" or attributes.get("role") == "tooltip":
        return True
    return bool(style) and _GONE.search(style) is not None


def _is_white(element: _Element, style: str) -> bool:
    named = element.get("color", "").lower() in {"white", "#ffffff", "#fff"} and element.tag == "font"
    return named or _WHITE.search(style) is not None


def _has_ground(element: _Element) -> bool:
    ground = element.get("bgcolor") or element.get("background") or ""
    return ground.lower() not in {"", "white", "#ffffff", "#fff"}


def _by_sheet(element: _Element, rules: Rules) -> bool:
    return _GONE.search(";".join(_of(element, rules))) is not None


def _of(element: _Element, rules: Rules) -> Iterator[str]:
    """The declarations of ``rules`` that are about ``element``, and those that its class is known by."""
    tag, name, classes = element.tag, element.get("id"), (element.get("class") or "").lower()
    if classes and (not _CLASSES.isdisjoint(classes.split()) or (tag == "span" and _POPS_UP.search(classes))):
        yield "display:none"
    if not rules:
        return
    marks = [f".{word}" for word in (element.get("class") or "").split()[:20]] + ([f"#{name}"] if name else [])
    for selector in (*marks, *(f"{tag}{mark}" for mark in marks)):
        if selector in rules:
            yield rules[selector]


def _rules(root: _Element) -> Iterator[tuple[str, str]]:
    """The plain rules of the page's style sheets; of one selector the last counts."""
    sheet = "\n".join(element.text or "" for element in root.iter("style"))[:_SHEET_CHARACTERS]
    for selectors, body in _top_rules(_COMMENT.sub(" ", sheet)):
        declared = _declarations(body)
        for selector in selectors.split(","):
            if _SELECTOR.fullmatch(selector.strip()):
                yield selector.strip(), declared


def _top_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of each rule that stands in no other, ``@media`` for one."""
    depth, start, selectors = 0, 0, ""
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            if depth == 0:
                selectors, start = sheet[start : brace.start()], brace.end()
            depth += 1
        else:
            depth = max(depth - 1, 0)
            if depth == 0:
                if "@" not in selectors:
                    yield selectors, sheet[start : brace.start()]
                start = brace.end()


def _declarations(style: str | None) -> str:
    return "".join(style.lower().split()) if style else ""
