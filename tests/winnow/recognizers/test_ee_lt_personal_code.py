"""The recogniser `winnow.recognizers.ee_lt_personal_code`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("isikukood 36805280109", ["36805280109"]),
        ("asmens kodas: 33309240064", ["33309240064"]),
        ("isikukood 36805280108", []),
        ("36805280109", []),
        ("asmens kodas 33313240064", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Personal codes with a real date and a correct check digit are found beside their name."""
    assert found("ee_lt_personal_code", text) == expected
