"""The recogniser `winnow.recognizers.de_social_security`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RVNR 15 070649 C 10 3", ["15 070649 C 10 3"]),
        ("15070649C103", ["15070649C103"]),
        ("15 070649 C 10 4", []),
        ("15 071349 C 10 3", []),
        ("A15070649C103", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Insurance numbers with a real date and a correct check digit are found; others are not."""
    assert found("de_social_security", text) == expected
