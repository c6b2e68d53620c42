"""Readers: bytes to blocks of text with page or character spans; one file a format.

Belongs here: which format an object is. Does not belong here: how any one is read, and everything that happens to its text.
"""

import sys
from functools import cache
from pathlib import PurePosixPath

from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions
from winnow.registry import discover

__all__ = ["Format", "ReadOptions", "TableOptions", "detect", "formats", "suffixes"]


@cache
def formats() -> dict[str, Format]:
    """Every format by its name, in alphabetical order of their modules."""
    return discover(sys.modules[__name__], "FORMAT")


@cache
def suffixes() -> dict[str, tuple[Format, ...]]:
    """The formats that a lower-case suffix (with its dot) can mean."""
    found: dict[str, tuple[Format, ...]] = {}
    for kind in formats().values():
        for suffix in kind.suffixes:
            found[suffix] = (*found.get(suffix, ()), kind)
    return found


def detect(content: bytes, name: str) -> Format:
    """The format of the object called ``name`` (a key or path with ``/``) that holds ``content``.

    The suffix says which formats it can be, the first bytes whether it is one of them.

    Raises:
        UnreadableDocument: ``unsupported`` (no format has the suffix), ``empty`` (no bytes), ``wrong_type`` (the bytes are
            something else).
    """
    candidates = suffixes().get(PurePosixPath(name).suffix.lower())
    if candidates is None:
        raise UnreadableDocument("unsupported")
    if not content:
        raise UnreadableDocument("empty")
    for candidate in candidates:
        if candidate.sniff(content):
            return candidate
    raise UnreadableDocument("wrong_type")
