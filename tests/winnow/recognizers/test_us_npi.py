"""The recogniser `winnow.recognizers.us_npi`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NPI 1234567893", ["1234567893"]),
        ("National Provider Identifier: 1245319599", ["1245319599"]),
        ("NPI 1234567890", []),
        ("1234567893", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Provider numbers with a correct check digit are found beside their name."""
    assert found("us_npi", text) == expected
