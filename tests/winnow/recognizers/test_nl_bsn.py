"""The recogniser `winnow.recognizers.nl_bsn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BSN: 111222333", ["111222333"]),
        ("burgerservicenummer 1112.22.333", ["1112.22.333"]),
        ("BSN 111 252 333", []),
        ("111222333", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Service numbers that pass the test of eleven are found beside their name."""
    assert found("nl_bsn", text) == expected
