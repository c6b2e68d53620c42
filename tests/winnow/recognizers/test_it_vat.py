"""The recogniser `winnow.recognizers.it_vat`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P.IVA 00743110157", ["00743110157"]),
        ("Partita IVA: IT 00743110157", ["IT 00743110157"]),
        ("P.IVA 00743110158", []),
        ("00743110157", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """VAT numbers with a correct check digit are found beside their name."""
    assert found("it_vat", text) == expected
