"""The recogniser `winnow.recognizers.tr_tckn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TC Kimlik No: 17291716060", ["17291716060"]),
        ("TCKN 17291716060", ["17291716060"]),
        ("TCKN 17291716050", []),
        ("17291716060", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with correct check digits are found beside their name."""
    assert found("tr_tckn", text) == expected
