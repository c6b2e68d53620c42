"""Where else a known entity is looked for."""

import pytest

from winnow.audit import SOFT
from winnow.detect import Span
from winnow.forms import ATTRIBUTES, DECLARED, Forms


def found(entity: str, surface: str, text: str, recognizer: str = "age:said") -> list[str]:
    """The parts of ``text`` in which ``surface``, found as an ``entity`` elsewhere, stands again."""
    forms = Forms()
    forms.add(Span(0, len(surface), entity, 1.0, recognizer), surface)
    return [text[span.start : span.end] for span in forms.find(text)]


@pytest.mark.parametrize("recognizer", ["age:said", DECLARED, "name_model:AGE"])
@pytest.mark.parametrize(
    ("entity", "surface"),
    [
        ("AGE", "43 years old"),
        ("DATE_TIME", "14 March 2019"),
        ("QUANTITY", "12,500 euros"),
        ("DEMOGRAPHIC", "Norwegian citizen"),
        ("MISC", "Order of Merit 1999"),
    ],
)
def test_what_is_said_of_somebody_is_not_looked_for_elsewhere(entity: str, surface: str, recognizer: str) -> None:
    """An age, a date or an amount stays where it says something else, whatever found it in the first place."""
    assert found(entity, surface, f"The bridge: {surface}.", recognizer) == []


@pytest.mark.parametrize(
    ("entity", "surface", "again"),
    [
        ("PERSON", "Anna Keller", "Keller"),
        ("EMAIL_ADDRESS", "anna.k@tarnvale.example", "anna.k@tarnvale.example"),
        ("ADDRESS", "14 Mill Lane", "14 Mill Lane"),
        ("DATE_OF_BIRTH", "14 March 1985", "14 March 1985"),
        ("PL_PESEL", "44051401359", "44051401359"),
        ("REFERENCE_NUMBER", "EMP-20417", "EMP-20417"),
        ("STAFF_CODE", "KX 4411", "KX 4411"),
    ],
)
def test_identities_are_looked_for_elsewhere(entity: str, surface: str, again: str) -> None:
    """A name, an address or a number, a catalog's own entity among them, is found wherever it stands again."""
    assert found(entity, surface, f"As for {again}, see above.") == [again]


def test_what_is_not_spread_blocks_nothing_later() -> None:
    """The audit does not forbid what scrubbing does not look for."""
    assert ATTRIBUTES <= SOFT
