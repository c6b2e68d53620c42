"""The recogniser `winnow.recognizers.in_pan`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PAN ACUPA7085R", ["ACUPA7085R"]),
        ("of ACUPA7085R.", ["ACUPA7085R"]),
        ("ABMXA3211G", []),
        ("ACUPA0000R", []),
        ("XACUPA7085R", []),
        ("ACUPA7085RR", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Account numbers of a known kind of holder are found; others are not."""
    assert found("in_pan", text) == expected
