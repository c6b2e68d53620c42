"""The recogniser `winnow.recognizers.pl_pesel`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PESEL 44051401359", ["44051401359"]),
        ("02070803628,", ["02070803628"]),
        ("44051401358", []),
        ("44053201359", []),
        ("440514013590", []),
        ("44051401359.5", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """PESEL numbers with a real date and check digit are found."""
    assert found("pl_pesel", text) == expected
