"""The recogniser `winnow.recognizers.au_abn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ABN 83 914 571 673", ["83 914 571 673"]),
        ("ABN: 83914571673", ["83914571673"]),
        ("83 914 571 673", ["83 914 571 673"]),
        ("83 914 571 674", []),
        ("83914571673", []),
        ("12 345 678 901", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Business numbers with correct check digits are found grouped, or beside their name."""
    assert found("au_abn", text) == expected
