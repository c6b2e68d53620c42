"""The recogniser `winnow.recognizers.nz_ird`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IRD number: 49-091-850", ["49-091-850"]),
        ("IRD 136410132", ["136410132"]),
        ("IRD 9125568", []),
        ("IRD 136410134", []),
        ("136410132", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found beside their name."""
    assert found("nz_ird", text) == expected
