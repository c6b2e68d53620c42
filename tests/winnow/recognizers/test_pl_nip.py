"""The recogniser `winnow.recognizers.pl_nip`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIP 8567346215", ["8567346215"]),
        ("856-734-62-15", ["856-734-62-15"]),
        ("856-73-46-215", ["856-73-46-215"]),
        ("856-734-62-16", []),
        ("8567346215", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Tax numbers with a correct check digit are found in their usual form, or beside their name."""
    assert found("pl_nip", text) == expected
