"""The recogniser `winnow.recognizers.no_fodselsnummer`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fødselsnummer 15108695088", ["15108695088"]),
        ("151086 95088", ["151086 95088"]),
        ("15108695077", []),
        ("15138695088", []),
        ("151086950881", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Birth numbers with a real date and correct check digits are found; others are not."""
    assert found("no_fodselsnummer", text) == expected
