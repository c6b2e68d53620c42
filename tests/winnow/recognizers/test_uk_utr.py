"""The recogniser `winnow.recognizers.uk_utr`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UTR: 1955839661", ["1955839661"]),
        ("my unique taxpayer reference is 19558 39661", ["19558 39661"]),
        ("UTR 2955839661", []),
        ("call 1955839661", []),
        ("UTRs are ten digits: 1234567890", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Taxpayer references with a correct check digit are found beside their name; others are not."""
    assert found("uk_utr", text) == expected
