"""The recogniser `winnow.recognizers.br_cnpj`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16.727.230/0001-97", ["16.727.230/0001-97"]),
        ("CNPJ 16727230000197", ["16727230000197"]),
        ("16.727.230/0001-98", []),
        ("16727230000197", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Business numbers with correct check digits are found in their usual form, or beside their name."""
    assert found("br_cnpj", text) == expected
