"""The recogniser `winnow.recognizers.lv_personal_code`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("161175-19997", ["161175-19997"]),
        ("personas kods 16117519997", ["16117519997"]),
        ("161375-19997", []),
        ("161175-19998", []),
        ("16117519997", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Personal codes with a correct check digit are found with their hyphen, or beside their name."""
    assert found("lv_personal_code", text) == expected
