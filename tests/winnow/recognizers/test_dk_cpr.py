"""The recogniser `winnow.recognizers.dk_cpr`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CPR: 2110625629", ["2110625629"]),
        ("211062-5629", ["211062-5629"]),
        ("CPR-nr 010190-1234", ["010190-1234"]),
        ("511062-5629", []),
        ("211062-5628", []),
        ("2110625629", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Registration numbers with a real date are found where they pass the old test or stand beside their name."""
    assert found("dk_cpr", text) == expected
