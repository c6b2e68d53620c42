"""What people wrote into a PDF's page without changing it: values of form fields, and notes typed onto it.

Belongs here: which annotations hold text that is seen on the page, and where it stands. Does not belong here: the page's own text.

The value of a text or choice field and a typed note ("FreeText") are shown on the page, so they are read, in their place. A
comment that opens when it is clicked on is no text of the page: it is counted. Fields that are hidden, never shown on a screen
or hold a password are left out. Buttons hold no words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PageObject
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject

from winnow.formats._base import squeeze
from winnow.formats._lines import Line, upright

_MAX_ANNOTATIONS = 2_000  # of one page; forms that were looked at have up to 400

_MAX_PARENTS = 8  # of a field: the standard names none, programs write two

_MAX_CHARS = 20_000  # of one value

_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5  # of an annotation's flags (ISO 32000-1, table 165)

_PASSWORD = 1 << 13  # of a text field's flags (table 228)

_COMMENTS = {"/Text", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/Popup"}

_TYPE_POINTS = 10.0  # what the size of a value is taken to be: forms set it to fit

_REACH = 1.2  # times the size: a label's baseline is seldom that of its field

_LEADING = 1.2  # times the size


def field_lines(page: PageObject, notes: Counter[str]) -> list[Line]:
    """The lines of the values and typed notes on ``page``; adds ``form_values``, ``typed_notes`` and ``comments`` to ``notes``."""
    try:
        return list(_annotated(page, notes))
    except (LimitReachedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - broken annotations make pypdf raise anything, and are not worth the page
        return []


def _annotated(page: PageObject, notes: Counter[str]) -> Iterator[Line]:
    annotations = page.get("/Annots")
    annotations = annotations.get_object() if annotations is not None else None
    if not isinstance(annotations, ArrayObject):
        return
    turn = int(page.rotation) % 360
    for pointer in list(annotations)[:_MAX_ANNOTATIONS]:
        annotation = pointer.get_object()
        if not isinstance(annotation, DictionaryObject):
            continue
        kind = annotation.get("/Subtype")
        if kind == "/Widget":
            text, name = _value(annotation), "form_values"
        elif kind == "/FreeText":
            text, name = _string(annotation.get("/Contents")), "typed_notes"
        else:
            notes.update({"comments": 1} if kind in _COMMENTS and _string(annotation.get("/Contents")).strip() else {})
            continue
        if text.strip() and not int(annotation.get("/F", 0)) & (_HIDDEN | _NO_VIEW):
            notes[name] += 1
            yield from _set(text, annotation, turn)


def _value(field: DictionaryObject) -> str:
    """The value of a text or choice field; what is not said of a field is said of its parents."""
    said: dict[str, Any] = {}
    holder: Any = field
    for _ in range(_MAX_PARENTS):
        if not isinstance(holder, DictionaryObject):
            break
        for name in ("/FT", "/V", "/Ff"):
            if name in holder:
                said.setdefault(name, holder[name])
        holder = holder["/Parent"].get_object() if "/Parent" in holder else None
    if said.get("/FT") not in {"/Tx", "/Ch"} or (said.get("/FT") == "/Tx" and int(said.get("/Ff", 0)) & _PASSWORD):
        return ""
    value = said.get("/V")
    if isinstance(value, ArrayObject):
        return "\n".join(map(_string, value))
    return _string(value)


def _string(value: Any) -> str:
    value = value.get_object() if hasattr(value, "get_object") else value
    return str(value)[:_MAX_CHARS] if isinstance(value, str) else ""


def _set(text: str, annotation: DictionaryObject, turn: int) -> Iterator[Line]:
    """``text`` as lines from the top of the annotation's box."""
    box: Any = annotation["/Rect"]
    left, bottom, right, top = (float(edge) for edge in box)
    turned = upright(left, bottom, turn), upright(right, top, turn)
    x, high, low = min(turned[0][0], turned[1][0]), max(turned[0][1], turned[1][1]), min(turned[0][1], turned[1][1])
    rows = [row for row in map(squeeze, text.replace("\r", "\n").split("\n")) if row]
    alone = len(rows) == 1 and high - low < 2 * _LEADING * _TYPE_POINTS
    first = (high + low) / 2 - _TYPE_POINTS / 3 if alone else high - _LEADING * _TYPE_POINTS
    for number, row in enumerate(rows):
        yield Line(row, round(x, 1), round(first - number * _LEADING * _TYPE_POINTS, 1), _TYPE_POINTS)


def inserted(lines: Sequence[Line], fields: Sequence[Line]) -> list[Line]:
    """``lines`` with each of ``fields`` behind what stands left of it on its height, else before the first line below it."""
    placed = list(lines)
    for field in fields:
        reach = _REACH * field.size
        beside = [at for at, line in enumerate(placed) if abs(line.y - field.y) < reach and line.x <= field.x]
        if beside:
            near = min(abs(placed[at].y - field.y) for at in beside) + 1
            at = max((at for at in beside if abs(placed[at].y - field.y) <= near), key=lambda at: placed[at].x) + 1
            placed.insert(at, Line(field.text, field.x, placed[at - 1].y, field.size))
            continue
        below = next((at for at, line in enumerate(placed) if line.y < field.y), len(placed))
        placed.insert(below, field)
    return placed
