"""The recogniser `winnow.recognizers.ro_cnp`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CNP 1630615123457", ["1630615123457"]),
        ("1630615123457", ["1630615123457"]),
        ("1630615123458", []),
        ("1632215123457", []),
        ("11630615123457", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Personal codes with a real date, county and check digit are found; others are not."""
    assert found("ro_cnp", text) == expected
