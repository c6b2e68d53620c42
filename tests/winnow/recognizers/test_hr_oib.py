"""The recogniser `winnow.recognizers.hr_oib`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OIB: 33392005961", ["33392005961"]),
        ("OIB 33392005962", []),
        ("33392005961", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identification numbers with a correct check digit are found beside their name."""
    assert found("hr_oib", text) == expected
