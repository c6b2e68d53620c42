"""The little language that own test texts are written in: choices, pools of sentences, slots.

``{one|another}`` is a choice, and choices nest; ``{@work}`` is a line of the pool *work*, which is a template too; any other
``{name}`` or ``{name.attribute}`` is a slot, which stays for the caller to fill.

Belongs here: choosing. Does not belong here: what slots mean.
"""

import re
from collections.abc import Mapping, Sequence

from evaluation.draw import Draw

SLOT = re.compile(r"\{(@?\w+)(?:\.([\w.]+))?\}")
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")  # an innermost choice: slots within it are hidden by then
_HIDDEN = str.maketrans("\ue010\ue011", "{}")
_SEPARATOR = "\n=====\n"  # between two templates of one file


def templates_of(text: str) -> tuple[str, ...]:
    """The templates of a file."""
    return tuple(part.strip("\n") for part in text.split(_SEPARATOR))


def pools_of(text: str) -> dict[str, tuple[str, ...]]:
    """The pools of a file: ``# name``, then a line each. What stands before the first name is a comment."""
    pools: dict[str, list[str]] = {}
    for part in f"\n{text}".split("\n# ")[1:]:
        name, *lines = part.split("\n")
        if " " not in name:
            pools[name] = [line for line in lines if line]
    return {name: tuple(pool) for name, pool in pools.items()}


def chosen(template: str, pools: Mapping[str, Sequence[str]], draw: Draw) -> str:
    """``template`` with its choices made and lines of ``pools`` put in; the slots stay.

    Raises:
        KeyError: there is no pool of a name that is asked for.
    """
    text = template
    while True:
        made = SLOT.sub(lambda match: _line(match, pools, draw), text)
        made = _CHOICE.sub(lambda match: draw.pick(match[1].split("|")), made)
        if made == text and not SLOT.search(made):
            return made.translate(_HIDDEN)
        text = made


def _line(match: re.Match[str], pools: Mapping[str, Sequence[str]], draw: Draw) -> str:
    if match[1].startswith("@"):
        return draw.pick(pools[match[1][1:]])
    return f"\ue010{match[0][1:-1]}\ue011"
