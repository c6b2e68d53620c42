"""The recogniser `winnow.recognizers.ch_ahv`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AHV-Nr. 756.9217.0769.85", ["756.9217.0769.85"]),
        ("7569217076985", ["7569217076985"]),
        ("756 9217 0769 85", ["756 9217 0769 85"]),
        ("756.9217.0769.84", []),
        ("757.9217.0769.85", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Social security numbers with a correct check digit are found; others are not."""
    assert found("ch_ahv", text) == expected
