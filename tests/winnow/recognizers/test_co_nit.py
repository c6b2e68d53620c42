"""The recogniser `winnow.recognizers.co_nit`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIT 213.123.432-1", ["213.123.432-1"]),
        ("NIT: 213123432-1", ["213123432-1"]),
        ("NIT 213.123.432-5", []),
        ("213.123.432-1", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found beside their name."""
    assert found("co_nit", text) == expected
