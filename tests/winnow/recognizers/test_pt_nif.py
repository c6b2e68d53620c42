"""The recogniser `winnow.recognizers.pt_nif`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIF: 501 964 843", ["501 964 843"]),
        ("contribuinte n.º 501964843", ["501964843"]),
        ("NIF 501 964 842", []),
        ("501 964 843", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found beside their name."""
    assert found("pt_nif", text) == expected
