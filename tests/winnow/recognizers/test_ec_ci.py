"""The recogniser `winnow.recognizers.ec_ci`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cédula: 171430710-3", ["171430710-3"]),
        ("cedula 1714307103", ["1714307103"]),
        ("cédula 1714307104", []),
        ("1714307103", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check digit are found beside their name."""
    assert found("ec_ci", text) == expected
