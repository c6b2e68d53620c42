"""Consumer formats: example → line; one file a format.

`exports` finds them; a new one is a new module with a constant ``EXPORT`` (see `winnow.exports._base.Export`).
"""

import sys
from functools import lru_cache

from winnow.exports._base import Export, Rules
from winnow.exports._layout import Broken, count, layout_of, lines_of, records
from winnow.exports._marks import Mark, neutral
from winnow.registry import discover

__all__ = ["Broken", "Export", "Mark", "Rules", "count", "exports", "layout_of", "lines_of", "neutral", "records"]


@lru_cache(maxsize=1)
def exports() -> dict[str, Export]:
    """Every consumer format by its name, in alphabetical order."""
    return discover(sys.modules[__name__], "EXPORT")
