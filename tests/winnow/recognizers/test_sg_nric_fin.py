"""The recogniser `winnow.recognizers.sg_nric_fin`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NRIC S1234567D", ["S1234567D"]),
        ("F1234567N", ["F1234567N"]),
        ("T1234567K", []),
        ("S1234567A", []),
        ("XS1234567D", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct letter are found; others are not."""
    assert found("sg_nric_fin", text) == expected
