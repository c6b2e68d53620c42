"""The recogniser `winnow.recognizers.si_emso`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EMŠO 0101006500006", ["0101006500006"]),
        ("JMBG: 0101006500006", ["0101006500006"]),
        ("0101006500007", []),
        ("3201006500006", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Personal numbers with a real date and a correct check digit are found; others are not."""
    assert found("si_emso", text) == expected
