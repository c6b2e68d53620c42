"""The recogniser `winnow.recognizers.jp_my_number`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My Number: 6214 9832 0257", ["6214 9832 0257"]),
        ("マイナンバー621498320257", ["621498320257"]),
        ("My number 6214 9832 0258", []),
        ("6214 9832 0257", []),
        ("my number is 12", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Individual numbers with a correct check digit are found beside their name."""
    assert found("jp_my_number", text) == expected
