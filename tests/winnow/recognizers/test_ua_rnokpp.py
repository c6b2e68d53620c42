"""The recogniser `winnow.recognizers.ua_rnokpp`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("РНОКПП 1759013776", ["1759013776"]),
        ("ІПН: 1759013776", ["1759013776"]),
        ("ІПН 1759013770", []),
        ("1759013776", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Taxpayer numbers with a correct check digit are found beside their name."""
    assert found("ua_rnokpp", text) == expected
