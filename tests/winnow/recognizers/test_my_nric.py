"""The recogniser `winnow.recognizers.my_nric`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IC 770305-02-1234", ["770305-02-1234"]),
        ("MyKad 770305021234", ["770305021234"]),
        ("771305-02-1234", []),
        ("770305-17-1234", []),
        ("770305021234", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a real date and place are found; others are not."""
    assert found("my_nric", text) == expected
