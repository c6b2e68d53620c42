"""The recogniser `winnow.recognizers.fr_nir`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIR 1 84 12 76 451 089 46", ["1 84 12 76 451 089 46"]),
        ("184127645108946.", ["184127645108946"]),
        ("1 84 12 76 451 089 47", []),
        ("1 84 13 76 451 089 46", []),
        ("3 84 12 76 451 089 46", []),
        ("18412764510894", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """French social security numbers with a correct key are found."""
    assert found("fr_nir", text) == expected
