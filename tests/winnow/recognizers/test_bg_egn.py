"""The recogniser `winnow.recognizers.bg_egn`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ЕГН: 8032056031", ["8032056031"]),
        ("EGN 8032056031", ["8032056031"]),
        ("EGN 8032056032", []),
        ("8032056031", []),
        ("ЕГН 8019010008", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Civil numbers with a real date and a correct check digit are found beside their name."""
    assert found("bg_egn", text) == expected
