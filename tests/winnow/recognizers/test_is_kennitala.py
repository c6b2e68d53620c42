"""The recogniser `winnow.recognizers.is_kennitala`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kennitala 120174-3399", ["120174-3399"]),
        ("kt. 1201743399", ["1201743399"]),
        ("450401-3150", ["450401-3150"]),
        ("320174-3399", []),
        ("1201743399", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identification numbers with a real date and a correct check digit are found; others are not."""
    assert found("is_kennitala", text) == expected
