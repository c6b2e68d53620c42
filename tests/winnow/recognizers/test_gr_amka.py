"""The recogniser `winnow.recognizers.gr_amka`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ΑΜΚΑ: 01013099997", ["01013099997"]),
        ("AMKA 01013099997", ["01013099997"]),
        ("AMKA 01013099999", []),
        ("01013099997", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Security numbers with a real date and a correct check digit are found beside their name."""
    assert found("gr_amka", text) == expected
