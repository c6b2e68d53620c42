"""The recogniser `winnow.recognizers.fi_hetu`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("131052-308T", ["131052-308T"]),
        ("HETU 131052A308T", ["131052A308T"]),
        ("131052-308U", []),
        ("310252-308Y", []),
        ("x131052-308T", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity codes with a real date and a correct check character are found; others are not."""
    assert found("fi_hetu", text) == expected
