"""Names that an e-mail address spells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.mailnames import halves, spelt


def _found(text: str, *addresses: str) -> list[str]:
    return [text[start:end] for start, end in spelt(text, halves(addresses))]


@pytest.mark.parametrize(
    ("text", "address", "expected"),
    [
        ("Quality office Despina Georgiou", "despina.georgiou@x.org", ["Despina Georgiou"]),
        ("João Carvalho and others", "joao_carvalho@x.org", ["João Carvalho"]),
        ("von Hans Müller geprüft", "hans.mueller@x.org", ["Hans Müller"]),
        ("von Hans Müller geprüft", "hans.muller@x.org", ["Hans Müller"]),
        ("Keller Maria", "maria.keller@x.org", ["Keller Maria"]),
        ("kept by Karim El Amrani today", "karim.elamrani@x.org", ["Karim El Amrani"]),
        ("kept by Bram de Graaf today", "bram.degraaf2@x.org", ["Bram de Graaf"]),
        ("maria keller", "maria.keller@x.org", []),
        ("The Sales Team met", "sales.team@x.org", []),
        ("J Doe was there", "j.doe@x.org", []),
        ("Maria Kellermann", "maria.keller@x.org", []),
    ],
)
def test_a_name_beside_its_address_is_found(text: str, address: str, expected: list[str]) -> None:
    """Both halves of a local part, in either order and without marks, tell a capitalised name; teams and initials do not."""
    assert _found(text, address) == expected


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60), address=st.emails())
def test_spans_lie_in_the_text(text: str, address: str) -> None:
    """Whatever stands there, every span is a part of the text that begins with a letter."""
    for start, end in spelt(text, halves([address])):
        assert 0 <= start < end <= len(text)
        assert text[start].isalpha()
