"""The recogniser `winnow.recognizers.id_nik`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIK: 3171011708450001", ["3171011708450001"]),
        ("KTP 3171011708450001", ["3171011708450001"]),
        ("NIK 9971011708450001", []),
        ("3171011708450001", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a real place and date are found beside their name."""
    assert found("id_nik", text) == expected
