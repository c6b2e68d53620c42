"""The recogniser `winnow.recognizers.mx_curp`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CURP: BOXW310820HNERXN09", ["BOXW310820HNERXN09"]),
        ("BOXW310820HNERXN09", ["BOXW310820HNERXN09"]),
        ("BOXW310820HNERXN08", []),
        ("BOXW311320HNERXN09", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Register codes with a correct check digit are found; others are not."""
    assert found("mx_curp", text) == expected
