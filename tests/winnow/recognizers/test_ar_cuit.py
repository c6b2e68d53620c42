"""The recogniser `winnow.recognizers.ar_cuit`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20-05536168-2", ["20-05536168-2"]),
        ("CUIL 20055361682", ["20055361682"]),
        ("20-05536168-3", []),
        ("20055361682", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found in their usual form, or beside their name."""
    assert found("ar_cuit", text) == expected
