"""The kinds of source: one file a kind, found by its ``SOURCE_KIND`` constant."""

import functools
import sys
from pathlib import Path

from resources.sources._base import ASSETS, Asset, DayRule, Listed, OpenSource, Source, SourceKind
from winnow.registry import discover

__all__ = ["ASSETS", "Asset", "DayRule", "Listed", "OpenSource", "Source", "SourceKind", "kinds", "open_source"]


@functools.cache
def kinds() -> dict[str, SourceKind]:
    """Every kind of source by its name in the catalog."""
    return discover(sys.modules[__name__], "SOURCE_KIND")


def open_source(source: Source, caches: Path) -> OpenSource:
    """``source`` opened for listing and reading; nothing is touched before the first call.

    ``caches`` is the folder in which each source that fetches has one of its own, by its name (`resources.home.Home.fetched`).
    """
    return kinds()[source.kind].open(source, caches / source.name)
