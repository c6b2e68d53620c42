"""The recogniser `winnow.recognizers.eu_vat`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VAT DE136695976", ["DE136695976"]),
        ("BE0697449992", ["BE0697449992"]),
        ("USt-IdNr. DE 136 695 976", ["DE 136 695 976"]),
        ("TVA FR 61 954 506 077", ["FR 61 954 506 077"]),
        ("NL004495445B01", ["NL004495445B01"]),
        ("DE136695970", []),
        ("VAT ID DE12", []),
        ("CZ12345", []),
        ("model SI1234567", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """VAT numbers with correct check digits are found with their country code; others are not."""
    assert found("eu_vat", text) == expected
