"""Edits to annotated text: what moves the spans along.

What belongs here: how edits are made. What does not: which ones (:mod:`training.noise`, :mod:`training.synthetic.letter_noise`).
"""

from collections.abc import Sequence
from dataclasses import replace

from training.synthetic import Annotated, tidy

# (start, end, new text); start == end puts text in.
Edit = tuple[int, int, str]


def apply(annotated: Annotated, edits: Sequence[Edit]) -> Annotated:
    """Make the edits and move the spans.

    Args:
        annotated: the document.
        edits: in any order; overlapping ones after the first, and those that cross a span's edge, are left out.

    Returns:
        The document after the edits; a span of which nothing is left is gone.
    """
    text, spans = annotated.text, annotated.spans
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    pieces: list[str] = []
    # Where each edge lies afterwards: as the start of a span (after what is put in there) and as an end (before it).
    as_start: dict[int, int] = {}
    as_end: dict[int, int] = {}
    at = length = next_edge = 0
    for first, last, new in sorted(edits, key=lambda edit: edit[:2]):
        if first < at or last > len(text):
            continue
        probe = next_edge
        while probe < len(edges) and edges[probe] <= first:
            probe += 1
        if probe < len(edges) and edges[probe] < last:
            continue
        while next_edge < len(edges) and edges[next_edge] <= first:
            edge = edges[next_edge]
            as_end.setdefault(edge, length + edge - at)
            if edge == first == last:  # what is put in here, and what else may be, stands before the span that starts here
                break
            as_start[edge] = length + edge - at
            next_edge += 1
        pieces.append(text[at:first])
        length += first - at + len(new)
        pieces.append(new)
        at = last
    for edge in edges[next_edge:]:
        as_start[edge] = length + edge - at
        as_end.setdefault(edge, length + edge - at)
    pieces.append(text[at:])
    after = "".join(pieces)
    return replace(
        annotated, text=after, spans=tidy(after, [(as_start[start], as_end[end], name) for start, end, name in spans])
    )
