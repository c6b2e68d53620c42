"""The recogniser `winnow.recognizers.au_medicare`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Medicare 2123 45670 1", ["2123 45670 1"]),
        ("Medicare card: 2123456701", ["2123456701"]),
        ("Medicare 2123 45671 1", []),
        ("2123 45670 1", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Card numbers with a correct check digit are found beside their name."""
    assert found("au_medicare", text) == expected
