"""The recogniser `winnow.recognizers.ie_pps`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PPS number 6433435F", ["6433435F"]),
        ("6433435FW", ["6433435FW"]),
        ("PPSN: 6433435 F", ["6433435 F"]),
        ("6433435E", []),
        ("6433435EA", []),
        ("64334355F", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Service numbers with a correct letter are found; others are not."""
    assert found("ie_pps", text) == expected
