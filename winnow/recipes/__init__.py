"""Documents become examples here: one task kind a file, found by `recipes`.

A module that starts with an underscore is shared by several recipes and is none itself.
"""

import sys
from functools import cache
from typing import TYPE_CHECKING

from winnow.registry import discover

if TYPE_CHECKING:
    from winnow.recipes._base import Recipe


@cache
def recipes() -> "dict[str, Recipe]":
    """Every recipe by its name, which is the task ``kind`` that asks for it, in alphabetical order of the modules."""
    return discover(sys.modules[__name__], "RECIPE")
