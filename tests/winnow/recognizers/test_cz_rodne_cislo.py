"""The recogniser `winnow.recognizers.cz_rodne_cislo`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rodné číslo 7103192745", ["7103192745"]),
        ("710319/2745", ["710319/2745"]),
        ("r.č.: 710319/2745", ["710319/2745"]),
        ("710319/2746", []),
        ("7103192745", []),
        ("1103492745", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Birth numbers with a real date are found with their slash, or beside their name."""
    assert found("cz_rodne_cislo", text) == expected
