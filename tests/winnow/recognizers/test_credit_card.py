"""The recogniser `winnow.recognizers.credit_card`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111,", ["4111 1111 1111 1111"]),
        ("4111-1111-1111-1111", ["4111-1111-1111-1111"]),
        ("4111 -1111 -1111 -1111", ["4111 -1111 -1111 -1111"]),
        ("378282246310005", ["378282246310005"]),
        ("5555555555554444.", ["5555555555554444"]),
        ("2223003122003222", ["2223003122003222"]),
        ("4111 1111\n1111 1111", ["4111 1111\n1111 1111"]),
        ("４１１１ 1111 1111 1111", ["４１１１ 1111 1111 1111"]),
        ("4111 1111 1111 1112", []),
        ("4444444444444444", []),
        ("1700000000000 ms", []),
        ("4111.1111.1111.1111", []),
        ("id-41111111111111110000", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Card numbers with a correct check digit are found; other long numbers are not."""
    assert found("credit_card", text) == expected
