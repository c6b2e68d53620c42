"""The recogniser `winnow.recognizers.kr_rrn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RRN 971013-9019902", ["971013-9019902"]),
        ("주민등록번호: 9710139019902", ["9710139019902"]),
        ("850101-1234567", ["850101-1234567"]),
        ("851301-1234567", []),
        ("8501011234567", []),
        ("850101-123456", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Registration numbers with a real date are found with their hyphen, or beside their name."""
    assert found("kr_rrn", text) == expected
