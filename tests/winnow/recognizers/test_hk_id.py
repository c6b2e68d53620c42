"""The recogniser `winnow.recognizers.hk_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A123456(3)", ["A123456(3)"]),
        ("HKID A1234563", ["A1234563"]),
        ("A123456(4)", []),
        ("A1234563", []),
        ("f123456(3)", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check digit are found in their usual form, or beside their name."""
    assert found("hk_id", text) == expected
