"""The recogniser `winnow.recognizers.medical_license`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DEA AB1234563", ["AB1234563"]),
        ("DEA number: FB1234563", ["FB1234563"]),
        ("DEA AB1234567", []),
        ("AB1234563 units", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Registration numbers with a correct check digit are found beside their name."""
    assert found("medical_license", text) == expected
