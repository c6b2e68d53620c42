"""The recogniser `winnow.recognizers.ru_snils`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("СНИЛС 112-233-445 95", ["112-233-445 95"]),
        ("112-233-445 95", ["112-233-445 95"]),
        ("SNILS 11223344595", ["11223344595"]),
        ("112-233-445 96", []),
        ("11223344595", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Insurance numbers with correct check digits are found in their usual form, or beside their name."""
    assert found("ru_snils", text) == expected
