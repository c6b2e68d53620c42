"""Consumer formats: example → line; one file a format.

`exports` finds them; a new one is a new module with a constant ``EXPORT`` (see `winnow.exports._base.Export`).
"""

import sys
from functools import lru_cache

from winnow.exports._base import Export, Rules
from winnow.exports._frames import Frame, frame_of
from winnow.exports._layout import Broken, Piece, count, laid_out, layout_of, lines_of, records
from winnow.exports._marks import Mark, neutral
from winnow.exports._views import Texts
from winnow.registry import discover

__all__ = [
    "Broken",
    "Export",
    "Frame",
    "Mark",
    "Piece",
    "Rules",
    "Texts",
    "count",
    "exports",
    "frame_of",
    "laid_out",
    "layout_of",
    "lines_of",
    "neutral",
    "records",
]


@lru_cache(maxsize=1)
def exports() -> dict[str, Export]:
    """Every consumer format by its name, in alphabetical order."""
    return discover(sys.modules[__name__], "EXPORT")
