"""The recogniser `winnow.recognizers.uk_nhs`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("943 476 5919", ["943 476 5919"]),
        ("NHS no. 9434765919", ["9434765919"]),
        ("NHS: 943-476-5919", ["943-476-5919"]),
        ("943 476 5918", []),
        ("9434765919", []),
        ("1 943 476 5919", []),
        ("111 111 1111", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Health service numbers with a correct check digit are found, grouped or beside their name."""
    assert found("uk_nhs", text) == expected
