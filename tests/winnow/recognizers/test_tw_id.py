"""The recogniser `winnow.recognizers.tw_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身分證字號：A123456789", ["A123456789"]),
        ("National ID A123456789", ["A123456789"]),
        ("National ID A123456788", []),
        ("A123456789", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check digit are found beside their name."""
    assert found("tw_id", text) == expected
