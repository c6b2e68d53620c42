"""Clean technical text, in which everything that is found is a false alarm.

Three parts: texts of own templates (release notes, interfaces, logs, tables, mathematics, chemistry, with libraries, eponyms and
devices that are called like people), this repository's own documentation, and docstrings of installed libraries under the Apache,
MIT and BSD licences, which are read where they lie and skipped where they are absent.

Belongs here: texts without personal data. Does not belong here: counting (`evaluation.metrics.false_alarms`).
"""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from evaluation.draw import Draw
from evaluation.gold import Gold
from evaluation.grammar import SLOT, chosen, pools_of, templates_of
from evaluation.technical.docstrings import docstrings

SEED = "technical-1"
PER_TEMPLATE = 14
ROOT = Path(__file__).parents[2]
PAGES = (
    "architecture",
    "exports",
    "formats",
    "operations",
    "real-input",
    "recipes",
    "decisions/dependencies",
    "decisions/design",
)
"""Pages of ``docs/`` that give no example of personal data."""

_BRACES = str.maketrans("⟦⟧", "{}")  # braces of code, which the grammar has other uses for
_HEADING = re.compile(r"\n(?=#{1,3} )")


def generate() -> list[Gold]:
    """All parts; a document's genre says which: ``generated``, ``documentation`` or ``docstrings``."""
    return [*generated(), *documentation(), *docstrings()]


def generated(per_template: int = PER_TEMPLATE) -> list[Gold]:
    """Texts of own templates, the same each time; more of them begin with the same ones."""
    found = []
    for number in range(per_template * len(_templates())):
        draw = Draw(f"{SEED} {number}")
        text = chosen(_templates()[number % len(_templates())], _pools(), draw)
        filled = SLOT.sub(lambda match, draw=draw: _value(match[1], draw), text)  # type: ignore[misc] # bound in the loop
        found.append(Gold(f"generated-{number:03}", filled.translate(_BRACES), (), "generated"))
    return found


def documentation() -> list[Gold]:
    """`PAGES` of this repository, section by section."""
    found = []
    for page in PAGES:
        path = ROOT / "docs" / f"{page}.md"
        sections = _HEADING.split(path.read_text(encoding="utf-8")) if path.exists() else []
        found += [Gold(f"{page}-{number}", section, (), "documentation") for number, section in enumerate(sections)]
    return found


@cache
def _templates() -> tuple[str, ...]:
    return templates_of(_read("templates.txt"))


@cache
def _pools() -> dict[str, tuple[str, ...]]:
    return pools_of(_read("words.txt"))


def _read(name: str) -> str:
    return (files("evaluation.technical") / name).read_text(encoding="utf-8")


def _value(slot: str, draw: Draw) -> str:
    """A value for ``slot``: ``num``, ``hex`` or ``ts``.

    Raises:
        KeyError: there is no such slot.
    """
    day = f"20{20 + draw.below(6)}-{1 + draw.below(12):02}-{1 + draw.below(28):02}"
    clock = f"{draw.below(24):02}:{draw.below(60):02}:{draw.below(60):02}"
    return {
        "num": str(2 + draw.below(97)),
        "hex": f"{draw.below(2**40):010x}",
        "ts": draw.pick((f"{day}T{clock}Z", f"{day} {clock},{draw.digits(3)}", f"[{clock}]")),
    }[slot]
