"""A confusion matrix as SVG, without a plotting library and without a byte that differs between two runs.

Belongs here: drawing. Does not belong here: counting (`winnow.confusion`), bars (`winnow.charts`).
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

_CELL = 22  # pixels; a count of three digits in the font below fits
_LABEL = 200
_TOP = 40
_LETTERS = 28  # of a class's name beside its row
_BLUE, _RED = (47, 111, 171), (181, 85, 90)  # right, wrong


def confusion_chart(title: str, labels: Sequence[str], cells: Sequence[Sequence[int]]) -> str:
    """Wanted classes in rows, given ones in columns of the same order and one more for all others; darker is more of the row.

    Args:
        title: over the picture.
        labels: the classes.
        cells: ``[labels][labels + 1]``, how often each stands for each.
    """
    width, height = _LABEL + _CELL * (len(labels) + 1) + 20, _TOP + _CELL * len(labels) + 20
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><text x="8" y="16" font-weight="bold">{escape(title)}</text>'
    )
    parts = [frame]
    heads = [*(str(number) for number in range(1, len(labels) + 1)), "else"]
    for column, head in enumerate(heads):
        parts.append(_text(_LABEL + _CELL * column + _CELL // 2, _TOP - 5, head, "middle"))
    for row, (label, counts) in enumerate(zip(labels, cells, strict=True)):
        y, total = _TOP + _CELL * row, max(sum(counts), 1)
        short = label if len(label) <= _LETTERS else label[: _LETTERS - 1] + "…"
        parts.append(_text(_LABEL - 6, y + 15, f"{short} {row + 1}", "end"))
        for column, count in enumerate(counts):
            x, base = _LABEL + _CELL * column, _BLUE if row == column else _RED
            shade = "#{:02x}{:02x}{:02x}".format(*(round(255 - (255 - part) * count / total) for part in base))
            parts.append(f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{shade}"/>')
            if count:
                parts.append(_text(x + _CELL // 2, y + 15, str(count), "middle"))
    return "".join([*parts, "</svg>"])


def _text(x: int, y: int, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
