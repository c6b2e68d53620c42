"""The recogniser `winnow.recognizers.br_cpf`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("390.533.447-05", ["390.533.447-05"]),
        ("CPF 39053344705", ["39053344705"]),
        ("390.533.447-06", []),
        ("39053344705", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Taxpayer numbers with correct check digits are found in their usual form, or beside their name."""
    assert found("br_cpf", text) == expected
