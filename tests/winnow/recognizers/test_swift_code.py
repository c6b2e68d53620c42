"""The recogniser `winnow.recognizers.swift_code`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BIC: DEUTDEFF500", ["DEUTDEFF500"]),
        ("SWIFT BARCGB22", ["BARCGB22"]),
        ("IBAN DE89370400440532013000 BIC COBADEFFXXX", ["COBADEFFXXX"]),
        ("Name | BIC\nA | DEUTDEFF", ["DEUTDEFF"]),
        ("DEUTDEFF", []),
        ("BIC CODE", []),
        ("SWIFT TRANSFER", []),
        ("BIC: ABCDZZ22", []),
        ("a SWIFT DECISION", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Bank codes of a known country are found beside their name; other words in capitals are not."""
    assert found("swift_code", text) == expected
