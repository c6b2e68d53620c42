"""The recogniser `winnow.recognizers.fr_tax_number`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numéro fiscal : 3023217600053", ["3023217600053"]),
        ("N° fiscal 30 23 217 600 053", ["30 23 217 600 053"]),
        ("numéro fiscal 3023217600054", []),
        ("3023217600053", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with correct check digits are found beside their name."""
    assert found("fr_tax_number", text) == expected
