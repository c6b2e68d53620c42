"""The recogniser `winnow.recognizers.es_nif`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DNI 12345678Z", ["12345678Z"]),
        ("12.345.678-Z", ["12.345.678-Z"]),
        ("NIE X1234567L,", ["X1234567L"]),
        ("12345678A", []),
        ("X1234567A", []),
        ("112345678Z", []),
        ("12345678ZZ", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Spanish identity numbers with the right letter are found."""
    assert found("es_nif", text) == expected
