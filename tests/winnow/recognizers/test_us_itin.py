"""The recogniser `winnow.recognizers.us_itin`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("filed under 912-90-3456", ["912-90-3456"]),
        ("ITIN 912903456", ["912903456"]),
        ("912-93-4567", []),
        ("912-13-4567", []),
        ("order 912903456", []),
        ("ITIN form 1040", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Taxpayer numbers of the issued range are found; the groups that are not issued are not."""
    assert found("us_itin", text) == expected
