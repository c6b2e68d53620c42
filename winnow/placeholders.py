"""The spellings of a removed entity: internal ids between stages, and what an example shows in their place.

Scrubbed text carries ``U+E000 TYPE:id[:attributes] U+E001`` where ``id`` is a keyed hash of the entity's canonical form, so that
the same person is the same id in the minutes and in the transcript; the attributes say what the original looked like
(`winnow.shapes`), and no released text ever holds them. `render` turns the ids of one example into what its readers see. The
delimiters are private-use characters, which `neutralise` takes out of untrusted text before anything else looks at it.

Belongs here: writing and reading placeholders. Does not belong here: made-up values (`winnow.surrogates`), and mending a text
from which values were taken out (`winnow.removal`).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

OPEN, CLOSE = "\ue000", "\ue001"

RENDERING = 1  # raise it when the same ids would be released as something else in any mode

Mode = Literal["placeholder", "surrogate", "removal"]
"""What stands in a released text for personal data: ``<PERSON_1>``, a made-up value of the same kind, or nothing."""

_INTERNAL = re.compile(f"{OPEN}([A-Z_]+):([0-9a-f]+)(?::([a-z0-9.-]*))?{CLOSE}")

PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]*)_([0-9]{1,6})>")
"""A numbered placeholder as it stands in an example."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One internal placeholder: the entity's type and id, and the attributes of the original, empty if there are none."""

    entity: str
    entity_id: str
    attributes: str = ""


def internal(entity: str, entity_id: str, attributes: str = "") -> str:
    """The spelling between stages of the ``entity`` (a Presidio type such as ``PERSON``) known as ``entity_id`` (hex)."""
    return f"{OPEN}{entity}:{entity_id}{':' if attributes else ''}{attributes}{CLOSE}"


def neutralise(text: str) -> str:
    """``text`` without the two delimiters, each replaced by a space so that character offsets stay."""
    return text.replace(OPEN, " ").replace(CLOSE, " ") if OPEN in text or CLOSE in text else text


def number(parts: Sequence[str]) -> list[str]:
    """``parts`` with internal ids replaced by ``<TYPE_n>``, numbered by first appearance over all parts in order."""
    numbers = Numbers()
    return [substitute(part, numbers) for part in parts]


class Numbers:
    """Numbers the entities of one example by first appearance; a function from a mention to its ``<TYPE_n>``."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str] = {}
        self._totals: Counter[str] = Counter()

    def __call__(self, mention: Mention) -> str:
        """``<TYPE_n>`` for the entity of ``mention``."""
        key = mention.entity, mention.entity_id
        if key not in self._seen:
            self._totals[mention.entity] += 1
            self._seen[key] = f"<{mention.entity}_{self._totals[mention.entity]}>"
        return self._seen[key]


def render(texts: Sequence[str], mode: Mode = "placeholder", salt: str = "") -> list[str]:
    """The ``texts`` of one example with their internal ids turned into what is released under ``mode``.

    ``salt`` keys the choice of surrogates: one person is the same surrogate in every text. Secrets stay ``<SECRET_1>`` in mode
    surrogate, and so does whatever nothing is made up for.
    """
    from winnow.removal import removed  # noqa: PLC0415 - both build on this module
    from winnow.surrogates import surrogates  # noqa: PLC0415 - the same

    if mode == "surrogate":
        return surrogates(texts, salt)
    return [removed(text) for text in texts] if mode == "removal" else number(texts)


def substitute(text: str, write: Callable[[Mention], str]) -> str:
    """``text`` with ``write(mention)`` in place of each internal placeholder."""
    return _INTERNAL.sub(lambda match: write(_mention(match)), text) if OPEN in text else text


def mentions(text: str) -> list[Mention]:
    """Every internal placeholder in ``text``, in order, repeats included."""
    return [_mention(match) for match in _INTERNAL.finditer(text)] if OPEN in text else []


def entities(text: str) -> list[tuple[str, str]]:
    """``(type, id)`` of every internal placeholder in ``text``, in order, repeats included."""
    return [(mention.entity, mention.entity_id) for mention in mentions(text)]


def renamed(text: str, persons: Mapping[str, str]) -> str:
    """``text`` where each ``PERSON`` whose id is a key of ``persons`` has the id that it stands for."""

    def rename(mention: Mention) -> str:
        known = persons.get(mention.entity_id) if mention.entity == "PERSON" else None
        return internal(mention.entity, known or mention.entity_id, mention.attributes)

    return substitute(text, rename) if persons else text


def without_attributes(text: str) -> str:
    """``text`` whose internal placeholders say type and id alone: what two spellings of one statement have in common."""
    return substitute(text, lambda mention: internal(mention.entity, mention.entity_id))


def without_internal(text: str, replacement: str = "") -> str:
    """``text`` with every internal placeholder replaced by ``replacement``."""
    return substitute(text, lambda _: replacement)


def _mention(match: re.Match[str]) -> Mention:
    return Mention(match[1], match[2], match[3] or "")
