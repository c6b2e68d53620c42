"""How much of a text says again what it has said before: Gopher's repetition figures (Rae et al. 2021, table A1).

Belongs here: exact repetition inside one text. Does not belong here: likeness of two texts (`winnow.dedup`).

What is a copy of something earlier counts, its first occurrence does not: a text that says everything twice is one half
repetition. Characters are those of words, without the spaces between them. Where runs of words overlap, no character counts twice.

A run of n words stands twice only if the runs of n - 1 words at its place and at the next do. So all runs of two words are
sorted once, and of longer ones those that are left, which in ordinary text are few.
"""

import numpy as np
import numpy.typing as npt

from winnow.quality._layout import Hashes, Indexes, Layout, Mask, mixed
from winnow.quality.signals import DUPLICATE, TOP

Figures = dict[str, npt.NDArray[np.float64]]

_FACTOR = np.uint64(0x5851F42D4C957F2D)  # Knuth's; odd


def repetition(layout: Layout) -> Figures:
    """Figures by text, each a share in 0..1: of lines, paragraphs, and characters."""
    lines = _sequences(layout.line_starts, len(layout.of_text), layout.hashes)
    line_text = layout.line_of_text
    paragraphs = _sequences(layout.paragraph_starts, len(line_text), lines)
    ends = np.append(layout.paragraph_starts, len(line_text))
    totals = np.concatenate([[0], np.cumsum(layout.line_lengths)])
    figures: Figures = {}
    figures |= _copies(layout, "line", lines, line_text, layout.line_lengths)
    figures |= _copies(layout, "paragraph", paragraphs, line_text[layout.paragraph_starts], np.diff(totals[ends]))
    return figures | _runs(layout)


def _sequences(starts: Indexes, size: int, hashes: Hashes) -> Hashes:
    """A hash for each stretch of ``hashes`` that begins at one of ``starts`` and ends at the next, or at ``size``."""
    if not len(starts):
        return np.zeros(0, dtype=np.uint64)
    lengths = np.diff(np.append(starts, size))
    places = np.arange(size) - np.repeat(starts, lengths)
    placed = mixed(hashes + places.astype(np.uint64) * _FACTOR)
    sums = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum(placed, out=sums[1:])
    return mixed(sums[starts + lengths] - sums[starts])


def _copies(layout: Layout, name: str, hashes: Hashes, of_text: Indexes, lengths: Indexes) -> Figures:
    copies = _later(hashes)
    counts, sizes = layout.per_text(of_text), layout.per_text(of_text, lengths)
    return {
        f"gopher_duplicate_{name}s": _share(layout.per_text(of_text[copies]), counts),
        f"gopher_duplicate_{name}_characters": _share(layout.per_text(of_text[copies], lengths[copies]), sizes),
    }


def _later(hashes: Hashes) -> Mask:
    """Which of ``hashes`` stand earlier, too."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    later = np.zeros(len(hashes), dtype=np.bool_)
    later[order[1:]] = ordered[1:] == ordered[:-1]
    return later


def _runs(layout: Layout) -> Figures:
    """Figures about runs of words."""
    figures: Figures = {}
    sizes = layout.per_text(layout.of_text, layout.lengths)
    totals = np.concatenate([[0], np.cumsum(layout.lengths)])
    left = np.arange(len(layout.hashes) - 1, dtype=np.int64)
    left = left[layout.of_text[left] == layout.of_text[left + 1]] if len(left) else left
    hashes = mixed(layout.hashes[left] * _FACTOR + layout.hashes[left + 1])
    for words in range(2, DUPLICATE[-1] + 1):
        left, hashes, groups = _again(left, hashes)
        if words in TOP:
            figures[f"gopher_top_{words}_gram"] = _top(layout, left, groups, totals, words, sizes)
        if words in DUPLICATE:
            figures[f"gopher_duplicate_{words}_grams"] = _covered(layout, left[_not_first(groups)], words, sizes)
        places = np.flatnonzero(np.diff(left) == 1) if len(left) > 1 else np.zeros(0, dtype=np.int64)
        left = left[places]
        inside = layout.of_text[left] == layout.of_text[np.minimum(left + words, len(layout.of_text) - 1)]
        places, left = places[inside], left[inside]
        hashes = mixed(hashes[places] * _FACTOR + layout.hashes[left + words])
    return figures


def _again(left: Indexes, hashes: Hashes) -> tuple[Indexes, Hashes, Indexes]:
    """Those runs that stand more than once, by place, and a number for each that equal ones share."""
    order = np.argsort(hashes)
    ordered = hashes[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, dtype=np.bool_)
    numbers = np.cumsum(new) - 1
    sizes = np.bincount(numbers)
    several = sizes[numbers] > 1
    kept = order[several]
    by_place = np.argsort(kept)
    kept = kept[by_place]
    return left[kept], hashes[kept], numbers[several][by_place]


def _not_first(groups: Indexes) -> Mask:
    """Which members of ``groups`` are not the first of theirs."""
    _, firsts = np.unique(groups, return_index=True)
    later = np.ones(len(groups), dtype=np.bool_)
    later[firsts] = False
    return later


def _top(  # noqa: PLR0913, PLR0917 - all of one figure, and nobody else's
    layout: Layout, left: Indexes, groups: Indexes, totals: Indexes, words: int, sizes: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Characters in the commonest run of ``words`` words; of those equally common, the longest; none if none stands twice."""
    result = np.zeros(layout.texts)
    if not len(left):
        return result
    _, firsts, counts = np.unique(groups, return_index=True, return_counts=True)
    place = left[firsts]
    lengths = totals[place + words] - totals[place]
    order = np.lexsort((lengths, counts, layout.of_text[place]))  # the last of each text is its commonest and longest
    result[layout.of_text[place][order]] = (counts * lengths)[order]
    return np.minimum(_share(result, sizes), 1.0)


def _covered(layout: Layout, left: Indexes, words: int, sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Characters in any of the runs of ``words`` words at ``left``."""
    if not len(left):
        return np.zeros(layout.texts)
    depth = np.zeros(len(layout.lengths) + 1, dtype=np.int64)
    np.add.at(depth, left, 1)
    np.add.at(depth, left + words, -1)
    covered = np.flatnonzero(np.cumsum(depth[:-1]) > 0)
    return _share(layout.per_text(layout.of_text[covered], layout.lengths[covered]), sizes)


def _share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result = np.zeros(len(whole))
    np.divide(part, whole, out=result, where=whole > 0)
    return result
