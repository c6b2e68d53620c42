"""The recogniser `winnow.recognizers.pl_regon`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("REGON: 192598184", ["192598184"]),
        ("REGON 192598183", []),
        ("192598184", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Register numbers with a correct check digit are found beside their name."""
    assert found("pl_regon", text) == expected
