"""The recogniser `winnow.recognizers.pk_cnic`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34201-0891231-8", ["34201-0891231-8"]),
        ("CNIC 3420108912318", ["3420108912318"]),
        ("84201-0891231-8", []),
        ("34201-089123-8", []),
        ("3420108912318", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity card numbers are found in their usual form, or beside their name."""
    assert found("pk_cnic", text) == expected
