"""The recogniser `winnow.recognizers.mx_rfc`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RFC GODE561231GR8", ["GODE561231GR8"]),
        ("GODE 561231 GR8", ["GODE 561231 GR8"]),
        ("RFC: COMG-600703", ["COMG-600703"]),
        ("GODE561331GR8", []),
        ("RFC 2119", []),
        ("part ABCD123456", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax codes with a real date are found; standards of the Internet are not."""
    assert found("mx_rfc", text) == expected
