"""The recogniser `winnow.recognizers.il_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Teudat Zehut 3933742-3", ["3933742-3"]),
        ("תעודת זהות: 039337423", ["039337423"]),
        ("Israeli ID 3933742-2", []),
        ("039337423", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check digit are found beside their name."""
    assert found("il_id", text) == expected
