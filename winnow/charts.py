"""Bar charts as SVG, without a plotting library and without a byte that differs between two runs.

Belongs here: drawing. Does not belong here: what is drawn (`winnow.report`).
"""

import base64
from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

Series: TypeAlias = Sequence[tuple[str, Sequence[float]]]
"""Name and one value for each bar, from 0 up."""

_LABEL_WIDTH = 220  # pixels; about 32 characters of the font below
_BAR_WIDTH = 360
_ROW = 20
_TOP = 44
_KEY_WIDTH = 120
_KEYS_A_LINE = 5
_KEY_LETTERS = 14  # of a series' name beside its colour; more would run into the next
_COLOURS = ("#9aa7b4", "#2f6fab", "#c98a1b", "#5b8c5a", "#8b6fb0", "#b5555a", "#4aa3a2", "#6b6b6b")  # before is grey


def bar_chart(title: str, names: Sequence[str], series: Series) -> str:
    """A horizontal bar chart: for each of ``names`` one bar for each of ``series``."""
    highest = max((value for _, values in series for value in values), default=0) or 1
    band = _ROW * max(len(series), 1)
    first = int(len(series) == 1)  # a single series is no "before", so it is not grey
    parts, top = _head(title, [name for name, _ in series], band * len(names), first)
    for row, name in enumerate(names):
        y = top + band * row
        parts.append(_name(name, y + band // 2 + 4))
        for place, (_, values) in enumerate(series):
            length = round(values[row] / highest * _BAR_WIDTH, 1)
            line = y + _ROW * place
            parts.append(_bar(_LABEL_WIDTH, line, length, _colour(place + first)) + _value(length, line, values[row]))
    return "".join([*parts, "</svg>"])


def stacked_chart(title: str, names: Sequence[str], series: Series) -> str:
    """A horizontal bar for each of ``names``, made up of a part for each of ``series``, with their sum behind it."""
    sums = [sum(values[row] for _, values in series) for row in range(len(names))]
    highest = max(sums, default=0) or 1
    parts, top = _head(title, [name for name, _ in series], _ROW * len(names), 1)
    for row, name in enumerate(names):
        y, reached = top + _ROW * row, 0.0
        parts.append(_name(name, y + 14))
        for place, (_, values) in enumerate(series):
            length = round(values[row] / highest * _BAR_WIDTH, 1)
            parts.append(_bar(_LABEL_WIDTH + reached, y, length, _colour(place + 1)) if length else "")
            reached = round(reached + length, 1)
        parts.append(_value(reached, y, sums[row]))
    return "".join([*parts, "</svg>"])


def embed(svg: str, alternative: str) -> str:
    """``svg`` as a Markdown image that carries itself; ``alternative`` is read where images are not shown."""
    plain = alternative.replace("[", "(").replace("]", ")").replace("\n", " ")
    return f"![{plain}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _head(title: str, keys: Sequence[str], bars_height: int, first: int) -> tuple[list[str], int]:
    """The chart's frame, title and keys, and where its bars begin."""
    lines = (len(keys) - 1) // _KEYS_A_LINE + 1 if keys else 1
    top = _TOP + _ROW * (lines - 1)
    width, height = _LABEL_WIDTH + _BAR_WIDTH + 80, top + bars_height + 8
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><text x="8" y="16" font-weight="bold">{escape(title)}</text>'
    )
    parts = [frame]
    start = 8 if len(keys) > 3 else _LABEL_WIDTH
    for place, name in enumerate(keys):
        x, y = start + _KEY_WIDTH * (place % _KEYS_A_LINE), 24 + _ROW * (place // _KEYS_A_LINE)
        parts.append(
            f'<rect x="{x}" y="{y}" width="10" height="10" fill="{_colour(place + first)}"/>'
            f'<text x="{x + 14}" y="{y + 10}">{escape(_short(name, _KEY_LETTERS))}</text>'
        )
    return parts, top


def _name(name: str, y: int) -> str:
    return f'<text x="{_LABEL_WIDTH - 6}" y="{y}" text-anchor="end">{escape(_short(name))}</text>'


def _bar(x: float, y: int, length: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y + 2}" width="{length}" height="{_ROW - 5}" fill="{colour}"/>'


def _value(length: float, y: int, value: float) -> str:
    return f'<text x="{_LABEL_WIDTH + length + 5:g}" y="{y + 14}">{value:,.10g}</text>'


def _colour(place: int) -> str:
    return _COLOURS[place % len(_COLOURS)]


def _short(name: str, most: int = 32) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
