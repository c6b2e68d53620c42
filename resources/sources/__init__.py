"""The kinds of source: one file a kind, found by its ``SOURCE_KIND`` constant."""

import functools
import sys

from resources.sources._base import ASSETS, Asset, DayRule, Listed, OpenSource, Source, SourceKind
from winnow.registry import discover

__all__ = ["ASSETS", "Asset", "DayRule", "Listed", "OpenSource", "Source", "SourceKind", "kinds", "open_source"]


@functools.cache
def kinds() -> dict[str, SourceKind]:
    """Every kind of source by its name in the catalog."""
    return discover(sys.modules[__name__], "SOURCE_KIND")


def open_source(source: Source) -> OpenSource:
    """``source`` opened for listing and reading; nothing is touched before the first call."""
    return kinds()[source.kind].open(source)
