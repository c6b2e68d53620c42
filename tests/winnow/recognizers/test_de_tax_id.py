"""The recogniser `winnow.recognizers.de_tax_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IdNr 86095742719", ["86095742719"]),
        ("86 095 742 719", ["86 095 742 719"]),
        ("86095742718", []),
        ("12345678901", []),
        ("11111111111", []),
        ("8609574271", []),
        ("860957427190", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """German tax numbers with structure and check digit are found."""
    assert found("de_tax_id", text) == expected
