"""The recogniser `winnow.recognizers.za_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID number: 7503305044089", ["7503305044089"]),
        ("SA ID 750330 5044 08 9", ["750330 5044 08 9"]),
        ("ID no 8513305044089", []),
        ("ID number 7503305044088", []),
        ("7503305044089", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a real date and a correct check digit are found beside their name."""
    assert found("za_id", text) == expected
