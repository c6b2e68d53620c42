"""Bar charts as SVG, without a plotting library and without a byte that differs between two runs.

Belongs here: drawing. Does not belong here: what is drawn (`winnow.report`).
"""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape

_LABEL_WIDTH = 220  # pixels; about 32 characters of the font below
_BAR_WIDTH = 360
_ROW = 20
_TOP = 44
_COLOURS = ("#9aa7b4", "#2f6fab", "#c98a1b", "#5b8c5a")  # before is grey; told apart without red against green


def bar_chart(title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> str:
    """A horizontal bar chart: for each of ``names`` one bar for each of ``series``, a name and as many values from 0 up."""
    highest = max((value for _, values in series for value in values), default=0) or 1
    band = _ROW * max(len(series), 1)
    height = _TOP + band * len(names) + 8
    width = _LABEL_WIDTH + _BAR_WIDTH + 80
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><text x="8" y="16" font-weight="bold">{escape(title)}</text>'
    )
    parts = [head]
    for place, (name, _) in enumerate(series):
        x = _LABEL_WIDTH + 120 * place
        colour = _COLOURS[(place + (len(series) == 1)) % len(_COLOURS)]
        parts.append(
            f'<rect x="{x}" y="24" width="10" height="10" fill="{colour}"/><text x="{x + 14}" y="34">{escape(name)}</text>'
        )
    for row, name in enumerate(names):
        y = _TOP + band * row
        parts.append(f'<text x="{_LABEL_WIDTH - 6}" y="{y + band // 2 + 4}" text-anchor="end">{escape(_short(name))}</text>')
        for place, (_, values) in enumerate(series):
            length = round(values[row] / highest * _BAR_WIDTH, 1)
            top = y + _ROW * place
            colour = _COLOURS[(place + (len(series) == 1)) % len(_COLOURS)]
            parts.append(
                f'<rect x="{_LABEL_WIDTH}" y="{top + 2}" width="{length}" height="{_ROW - 5}" fill="{colour}"/>'
                f'<text x="{_LABEL_WIDTH + length + 5}" y="{top + 14}">{values[row]:g}</text>'
            )
    return "".join([*parts, "</svg>"])


def embed(svg: str, alternative: str) -> str:
    """``svg`` as a Markdown image that carries itself; ``alternative`` is read where images are not shown."""
    return f"![{alternative}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"
