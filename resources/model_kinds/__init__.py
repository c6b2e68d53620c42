"""The kinds of name model that a catalog may ask for; one file each."""

from functools import cache

from resources import model_kinds
from resources.model_kinds._base import ModelKind
from winnow.registry import discover


@cache
def kinds() -> dict[str, ModelKind]:
    """The kinds by the name that ``pii.model.kind`` gives them."""
    return discover(model_kinds, "KIND")
