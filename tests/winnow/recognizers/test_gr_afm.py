"""The recogniser `winnow.recognizers.gr_afm`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ΑΦΜ: 094259216", ["094259216"]),
        ("AFM 094259216", ["094259216"]),
        ("ΑΦΜ 123456781", []),
        ("094259216", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found beside their name."""
    assert found("gr_afm", text) == expected
