"""The recogniser `winnow.recognizers.es_social_security`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seguridad Social: 281234567840", ["281234567840"]),
        ("NUSS 28/12345678/40", ["28/12345678/40"]),
        ("28 12345678 40", ["28 12345678 40"]),
        ("28 12345678 41", []),
        ("281234567840", []),
        ("99 12345678 40", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Social security numbers with correct check digits are found grouped, or beside their name."""
    assert found("es_social_security", text) == expected
