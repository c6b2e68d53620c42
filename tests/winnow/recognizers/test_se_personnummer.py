"""The recogniser `winnow.recognizers.se_personnummer`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("personnummer 880320-0016", ["880320-0016"]),
        ("19880320-0016", ["19880320-0016"]),
        ("198803200016", ["198803200016"]),
        ("880320-0018", []),
        ("881320-0016", []),
        ("8803200016", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a real date and a correct check digit are found; others are not."""
    assert found("se_personnummer", text) == expected
