"""The recogniser `winnow.recognizers.uk_nino`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NI AB 12 34 56 C", ["AB 12 34 56 C"]),
        ("AB123456C.", ["AB123456C"]),
        ("GB 12 34 56 C", []),
        ("AB 12 34 56 E", []),
        ("DA 12 34 56 C", []),
        ("XAB123456C", []),
        ("AB1234567C", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """National insurance numbers are found; prefixes that are not allocated are not."""
    assert found("uk_nino", text) == expected
