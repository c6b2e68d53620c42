"""The recogniser `winnow.recognizers.in_aadhaar`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aadhaar: 2341 2341 2346", ["2341 2341 2346"]),
        ("aadhar no 234123412346", ["234123412346"]),
        ("Aadhaar 2341 2341 2347", []),
        ("2341 2341 2346", []),
        ("Aadhaar 1234 1234 1234", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Aadhaar numbers with a correct check digit are found beside their name."""
    assert found("in_aadhaar", text) == expected
