"""What can be said of a name without its document."""

import pytest

from winnow.names import bare, canonical, pieces, stands_alone


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr. Maria Keller", "Maria Keller"),
        ("Hon. Mary Ng (Minister of Trade)", "Mary Ng"),
        ("The Acting Chair (Mr. Bruce Stanton (Simcoe North))", "Bruce Stanton"),
        ("Kirsty Williams AM", "Kirsty Williams"),
        ("Keller, Maria", "Maria Keller"),
        ("Maria Keller, PhD", "Maria Keller"),
        ("Maria  Keller <m@x.org>", "Maria Keller"),
        ("Maria Keller's", "Maria Keller"),
        ("Dr", "Dr"),
    ],
)
def test_bare(name: str, expected: str) -> None:
    """A bare name has no title, post-nominal, bracket or address, and its given name first; case does not tell people apart."""
    assert bare(name) == expected
    assert canonical(name.upper()) == canonical(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maria Keller", ("Maria", "Keller")),
        ("Ursula von der Leyen", ("Ursula", "von der Leyen")),
        ("Harjit S. Sajjan", ("Harjit", "Sajjan")),
        ("Jody Wilson-Raybould", ("Jody", "Wilson-Raybould")),
        ("Keller", None),
    ],
)
def test_pieces(name: str, expected: tuple[str, str] | None) -> None:
    """A full name has a given name and a family name with its particles."""
    assert pieces(name) == expected


@pytest.mark.parametrize(
    ("piece", "alone"), [("Keller", True), ("Ng", False), ("May", False), ("Mark", False), ("keller", False)]
)
def test_stands_alone(piece: str, alone: bool) -> None:
    """A part of a name is looked for alone only if it is long, capitalised and no common word."""
    assert stands_alone(piece) is alone
