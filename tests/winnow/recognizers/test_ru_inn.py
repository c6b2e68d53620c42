"""The recogniser `winnow.recognizers.ru_inn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ИНН: 123456789047", ["123456789047"]),
        ("INN 1234567894", ["1234567894"]),
        ("ИНН 123456789037", []),
        ("123456789047", []),
        ("the inn of 1234567895", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Taxpayer numbers with correct check digits are found beside their name."""
    assert found("ru_inn", text) == expected
