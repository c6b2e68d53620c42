"""The two spellings of a removed entity: internal ids between stages, numbered placeholders in an example.

Scrubbed text carries ``U+E000 TYPE:id U+E001`` where ``id`` is a keyed hash of the entity's canonical form, so that the same
person is the same id in the minutes and in the transcript. `number` turns ids into ``<TYPE_1>``, ``<TYPE_2>`` … by first
appearance over all parts of one example. The delimiters are private-use characters, which `neutralise` takes out of untrusted
text before anything else looks at it.
"""

import re
from collections import Counter
from collections.abc import Sequence

OPEN, CLOSE = "\ue000", "\ue001"

_INTERNAL = re.compile(f"{OPEN}([A-Z_]+):([0-9a-f]+){CLOSE}")

PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]*)_([0-9]{1,6})>")
"""A numbered placeholder as it stands in an example."""


def internal(entity: str, entity_id: str) -> str:
    """The spelling between stages of the ``entity`` (a Presidio type such as ``PERSON``) known as ``entity_id`` (hex)."""
    return f"{OPEN}{entity}:{entity_id}{CLOSE}"


def neutralise(text: str) -> str:
    """``text`` without the two delimiters, each replaced by a space so that character offsets stay."""
    return text.replace(OPEN, " ").replace(CLOSE, " ") if OPEN in text or CLOSE in text else text


def number(parts: Sequence[str]) -> list[str]:
    """``parts`` with internal ids replaced by ``<TYPE_n>``, numbered by first appearance over all parts in order."""
    seen: dict[tuple[str, str], str] = {}
    totals: Counter[str] = Counter()

    def replace(match: re.Match[str]) -> str:
        entity = match[1], match[2]
        if entity not in seen:
            totals[match[1]] += 1
            seen[entity] = f"<{match[1]}_{totals[match[1]]}>"
        return seen[entity]

    return [_INTERNAL.sub(replace, part) for part in parts]


def entities(text: str) -> list[tuple[str, str]]:
    """``(type, id)`` of every internal placeholder in ``text``, in order, repeats included."""
    return [(match[1], match[2]) for match in _INTERNAL.finditer(text)]


def without_internal(text: str, replacement: str = "") -> str:
    """``text`` with every internal placeholder replaced by ``replacement``."""
    return _INTERNAL.sub(replacement, text)
