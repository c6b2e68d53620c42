"""The recogniser `winnow.recognizers.cl_rut`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.531.909-2", ["12.531.909-2"]),
        ("RUT 12531909-2", ["12531909-2"]),
        ("12.531.909-3", []),
        ("12531909-2", []),
        ("run 12531909", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check character are found in their usual form, or beside their name."""
    assert found("cl_rut", text) == expected
