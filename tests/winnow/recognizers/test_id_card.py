"""The recogniser `winnow.recognizers.id_card`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("identity card no. AB123456", ["AB123456"]),
        ("Personalausweis Nr. L01X00T471", ["L01X00T471"]),
        ("Personalausweis: L01X00T47", ["L01X00T47"]),
        ("carte d'identité n° 880692310285", ["880692310285"]),
        ("documento de identidad: AB1234567", ["AB1234567"]),
        ("carta d'identità CA00000AA", ["CA00000AA"]),
        ("dowód osobisty ABS 123456", ["ABS 123456"]),
        ("national id 12345678", ["12345678"]),
        ("Green card A123456789", ["A123456789"]),
        ("residence permit number RX1234567", ["RX1234567"]),
        ("identity card", []),
        ("ID card of type 12", []),
        ("an identity card since 1999", []),
        ("national identity and culture", []),
        ("AB123456", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Numbers of identity cards and permits are found beside their name alone."""
    assert found("id_card", text) == expected
