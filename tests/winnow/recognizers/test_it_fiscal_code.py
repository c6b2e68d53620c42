"""The recogniser `winnow.recognizers.it_fiscal_code`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CF RSSMRA85T10A562S.", ["RSSMRA85T10A562S"]),
        ("rssmra85t10a562s", ["rssmra85t10a562s"]),
        ("RSSMRA85T10A562T", []),
        ("RSSMRA85Z10A562S", []),
        ("XRSSMRA85T10A562S", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Italian fiscal codes with the right check letter are found."""
    assert found("it_fiscal_code", text) == expected
