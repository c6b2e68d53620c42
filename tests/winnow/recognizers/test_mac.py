"""The recogniser `winnow.recognizers.mac`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:1A:2b:3C:4D:5E", ["00:1A:2b:3C:4D:5E"]),
        ("00-1a-2b-3c-4d-5e,", ["00-1a-2b-3c-4d-5e"]),
        ("0012.3456.789a", ["0012.3456.789a"]),
        ("ff:ff:ff:ff:ff:ff", []),
        ("00:1A:2B:3C:4D", []),
        ("00:1A:2B:3C:4D:5E:6F", []),
        ("1234.5678.9012", []),
        ("12:30:45 12:31:45", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Hardware addresses in three spellings are found; the broadcast address and other groups are not."""
    assert found("mac", text) == expected
