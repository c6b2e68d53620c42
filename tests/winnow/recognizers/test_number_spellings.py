"""Two spellings of one number are one entity."""

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from winnow.detect import available
from winnow.people import canonical
from winnow.recognizers._base import words

RECOGNIZERS = Path(__file__).parent

MEANINGFUL = words(
    "ADDRESS AGE CRYPTO DATE_OF_BIRTH DATE_TIME DEMOGRAPHIC EMAIL_ADDRESS HANDLE IP_ADDRESS PASSWORD PERSON QUANTITY "
    "REFERENCE_NUMBER SECRET URL USER_NAME"
)
"""Entities in which a space or a sign means something: words, dates, addresses, and what is compared sign by sign."""

NUMBERS = sorted(name for name, recognizer in available().items() if not MEANINGFUL & set(recognizer.entities))


def samples(name: str) -> Iterator[str]:
    """The texts of the recogniser's own tests."""
    path = RECOGNIZERS / f"test_{name}.py"
    spec = importlib.util.spec_from_file_location(f"samples_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for test in vars(module).values():
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == "parametrize" and "text" in str(mark.args[0]):
                yield from (row[0] for row in mark.args[1] if isinstance(row, tuple) and isinstance(row[0], str))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_the_same_with_and_without_separators(found: Callable[[str, str], list[str]], name: str) -> None:
    """Every number that a recogniser's own samples hold has one canonical form, however its groups are set apart."""
    surfaces = {surface for text in samples(name) for surface in found(name, text)}
    assert surfaces
    for entity in available()[name].entities:
        for surface in surfaces:
            bare = re.sub(r"[\W_]", "", surface)
            spaced = re.sub(r"(\w)(?=\w)", r"\1 ", bare)
            assert len({canonical(entity, form) for form in (surface, bare, spaced, spaced.replace(" ", "-"))}) == 1
