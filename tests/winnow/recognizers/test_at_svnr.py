"""The recogniser `winnow.recognizers.at_svnr`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SVNR 1237 010180", ["1237 010180"]),
        ("Sozialversicherungsnummer: 1237010180", ["1237010180"]),
        ("1237 010180", ["1237 010180"]),
        ("2237 010180", []),
        ("1237 320180", []),
        ("1237010180", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Insurance numbers with a correct check digit are found grouped, or beside their name."""
    assert found("at_svnr", text) == expected
