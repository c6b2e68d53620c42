"""Every recogniser sees through what PDF text, mail clients and people who hide things do to a value.

The values are the first that each recogniser's own tests find; each is disguised in every way, alone.
"""

import importlib
import re
from collections.abc import Callable

import pytest

from winnow.detect import available
from winnow.normalise import view

_BOLD = str.maketrans(
    {chr(code): chr(0x1D400 + code - 65) for code in range(65, 91)}
    | {chr(code): chr(0x1D41A + code - 97) for code in range(97, 123)}
    | {chr(code): chr(0x1D7CE + code - 48) for code in range(48, 58)}
)
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(33, 127)})
_ARABIC = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
_CYRILLIC = str.maketrans(
    "aeopcxABEKMHOPCTX",
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425",
)

DISGUISES: dict[str, Callable[[str], str]] = {
    "zero-width space": "\u200b".join,
    "zero-width joiner": "\u200d".join,
    "soft hyphen": "\u00ad".join,
    "word joiner": "\u2060".join,
    "byte order mark": "\ufeff".join,
    "right-to-left override": lambda value: f"\u202e{value}\u202c",
    "left-to-right mark": "\u200e".join,
    "combining strokes": lambda value: re.sub(r"([^\W_])", "\\1\u0336", value),
    "non-breaking space": lambda value: value.replace(" ", "\u00a0"),
    "thin space": lambda value: value.replace(" ", "\u2009"),
    "typographic hyphen": lambda value: value.replace("-", "\u2011"),
    "en dash": lambda value: value.replace("-", "\u2013"),
    "full width": lambda value: value.translate(_WIDE),
    "bold letters": lambda value: value.translate(_BOLD),
    "foreign digits": lambda value: value.translate(_ARABIC),
    "Cyrillic look-alikes": lambda value: value if value.isupper() and value.isalpha() else value.translate(_CYRILLIC),
}
WRAPPED = frozenset(
    name
    for name in available()
    if name
    not in {
        "person",
        "address",
        "password",
        "url",
        "handle",
        "age",
        "quantity",
        "date_time",
        "date_range",
        "demographic",
        "user_name",
        "secret",
    }
)
"""Recognisers of numbers, which may be broken where their groups are."""


def sample(name: str) -> tuple[str, str]:
    """A text and the value in it that the recogniser ``name`` is shown to find by its own test."""
    module = importlib.import_module(f"tests.winnow.recognizers.test_{name}")
    cases = module.test_spans.pytestmark[0].args[1]
    return next((text, expected[0]) for text, expected in cases if expected and expected[0].isascii())


def covered(name: str, text: str, start: int, end: int) -> bool:
    """Whether the recogniser ``name`` finds all letters and digits of ``text[start:end]``."""
    kept = available()[name].within("strict")
    assert kept is not None
    looked_at = view(text)
    found = {at for rule in kept.rules for bounds in rule.find(looked_at.text) for at in range(*looked_at.original(*bounds))}
    return all(at in found or not text[at].isalnum() for at in range(start, end))


@pytest.mark.parametrize("disguise", sorted(DISGUISES))
@pytest.mark.parametrize("name", sorted(available()))
def test_a_disguised_value_is_found(name: str, disguise: str) -> None:
    """A value that a recogniser finds is found in each disguise too, to its last letter."""
    text, value = sample(name)
    start = text.index(value)
    hidden = DISGUISES[disguise](value)
    whole = text[:start] + hidden + text[start + len(value) :]
    assert covered(name, whole, start, start + len(hidden))


@pytest.mark.parametrize("name", sorted(WRAPPED))
def test_a_value_broken_over_two_lines_is_found(name: str) -> None:
    """A number with spaces is found with a line break in place of any of them."""
    text, value = sample(name)
    start = text.index(value)
    for at in [place.start() for place in re.finditer(" ", value)]:
        broken = value[:at] + "\n" + value[at + 1 :]
        assert covered(name, text[:start] + broken + text[start + len(value) :], start, start + len(value))
