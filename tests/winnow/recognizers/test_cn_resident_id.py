"""The recogniser `winnow.recognizers.cn_resident_id`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证号码 360426199101010071", ["360426199101010071"]),
        ("360426 19910101 0071", ["360426 19910101 0071"]),
        ("360426199101010072", []),
        ("360426199113010071", []),
        ("1360426199101010071", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Identity numbers with a correct check character are found; others are not."""
    assert found("cn_resident_id", text) == expected
