"""What lines and words of a text look like: the rules of Gopher, C4 and FineWeb that need no memory of the text.

Belongs here: figures about words, lines and marks. Does not belong here: repetition (`_repetition`), and which figure is too high
(`signals`).

Sources: Rae et al. 2021, "Scaling Language Models" (Gopher), section A.1.1; Raffel et al. 2020, "Exploring the Limits of Transfer
Learning" (C4), section 2.2; Penedo et al. 2024, "The FineWeb Datasets", section 3.6. C4's list of bad words is not used: it is a
list for English, and an angry customer is what a sentiment model has to read.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from winnow.quality._layout import BULLET, END_MARK, Layout, Mask

Figures = dict[str, npt.NDArray[np.float64]]

C4_LINE_WORDS = 5
"""C4 keeps lines of at least so many words (JMLR version of the paper and its code; the first preprint had 3 words, 5 sentences)."""

FINEWEB_SHORT_LINE = 30
"""Characters below which FineWeb calls a line short."""

_C4_PHRASES = (
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
"""C4 drops lines with these, in any case: warnings that JavaScript is off, and notices of policies."""

_TELLING = ("javascript", "cookie", "terms of use", "privacy policy")  # a text without these has none of them

_LOREM_IPSUM = "lorem ipsum"


def marks(layout: Layout, texts: Sequence[str]) -> Figures:
    """Figures by text; a share of nothing is 0, and who asks must know whether it means anything."""
    words = layout.per_text(layout.of_text)
    of_line = layout.line_of_text
    lines = layout.per_text(of_line)
    ends = layout.line_ends
    bullets = (layout.first[layout.line_starts] & BULLET != 0) | layout.lone_bullet[layout.line_starts]
    ends_well = layout.last[ends] & END_MARK != 0
    lower = [text.lower() for text in texts]
    kept = _kept_lines(layout, lower, ends_well)
    kept_words = np.repeat(kept, np.diff(np.append(layout.line_starts, len(layout.of_text))))
    hashes, ellipses = _counts(texts, "#"), _counts(texts, "...") + _counts(texts, "…")
    return {
        "words": words,
        "lines": lines,
        "gopher_mean_word_length": _share(layout.per_text(layout.of_text, layout.lengths), words),
        "gopher_hash_to_word": _share(hashes, words),
        "gopher_ellipsis_to_word": _share(ellipses, words),
        "gopher_bullet_lines": _share(layout.per_text(of_line[bullets]), lines),
        "gopher_ellipsis_lines": _share(layout.per_text(of_line[layout.is_ellipsis_end[ends]]), lines),
        "gopher_alphabetic_words": _share(layout.per_text(layout.of_text[layout.has_letter]), words),
        "c4_kept_lines": _share(layout.per_text(of_line[kept]), lines),
        "c4_sentences": layout.per_text(layout.of_text[kept_words & layout.ends_sentence]),
        "c4_curly_bracket": _flags("{" in text for text in texts),
        "c4_lorem_ipsum": _flags(_LOREM_IPSUM in text for text in lower),
        "fineweb_lines_with_end_mark": _share(layout.per_text(of_line[ends_well]), lines),
        "fineweb_short_lines": _share(layout.per_text(of_line[layout.line_lengths < FINEWEB_SHORT_LINE]), lines),
    }


def _kept_lines(layout: Layout, lower: Sequence[str], ends_well: Mask) -> Mask:
    """The lines that C4 keeps, of texts in ``lower`` case."""
    sizes = np.diff(np.append(layout.line_starts, len(layout.of_text)))
    kept: Mask = ends_well & (sizes >= C4_LINE_WORDS)
    for number, text in enumerate(lower):
        if any(phrase in text for phrase in _TELLING):
            mine = np.flatnonzero(layout.line_of_text == number)
            lines = [line for line in text.split("\n") if line.strip()]
            kept[mine] &= np.array([not any(phrase in line for phrase in _C4_PHRASES) for line in lines], dtype=np.bool_)
    return kept


def _counts(texts: Sequence[str], mark: str) -> npt.NDArray[np.float64]:
    return np.fromiter((text.count(mark) for text in texts), dtype=np.float64, count=len(texts))


def _flags(found: Iterable[bool]) -> npt.NDArray[np.float64]:
    return np.fromiter(found, dtype=np.float64)


def _share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result = np.zeros(len(whole))
    np.divide(part, whole, out=result, where=whole > 0)
    return result
