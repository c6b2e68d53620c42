"""The recogniser `winnow.recognizers.th_tnin`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-1006-00445-63-5", ["3-1006-00445-63-5"]),
        ("Thai ID 3100600445635", ["3100600445635"]),
        ("3-1006-00445-63-6", []),
        ("3100600445635", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check digit are found in their usual form, or beside their name."""
    assert found("th_tnin", text) == expected
