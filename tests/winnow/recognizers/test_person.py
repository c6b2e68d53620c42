"""The recogniser `winnow.recognizers.person`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I met Dr. Maria Keller today", ["Maria Keller"]),
        ("with Ms Keller and", ["Keller"]),
        ("Mr. Seamus O'Regan's bill", ["Seamus O'Regan"]),
        ("Herr von der Leyen", ["von der Leyen"]),
        ("Dear Maria,", ["Maria"]),
        ("Hi Tom!\nThanks", ["Tom"]),
        ("From: Maria Keller <m@x.org>", ["Maria Keller"]),
        ('To: "Jo Li" <jo@x.org>', ["Jo Li"]),
        ("Author: Jean-Luc Picard\n", ["Jean-Luc Picard"]),
        ("Kind regards,\nMaria Keller", ["Maria Keller"]),
        ("Mit freundlichen Grüßen\n\nDr. Hans Müller\n", ["Hans Müller"]),
        ("my name is Ana de la Cruz and", ["Ana de la Cruz"]),
        ("Ms\xa0Kel\xadler", ["Kel\xadler"]),
        ("Dr. MARIA KELLER", ["MARIA KELLER"]),
        ("Dear Sir or Madam,", []),
        ("Dear Team,", []),
        ("Mr. Speaker, I", []),
        ("Professor B spoke", []),
        ("Thanks,\nMarketing", []),
        ("From: Project Team\n", []),
        ("Best regards,\nThe Support Team", []),
        ("Hi there,", []),
        ("Missing Persons", []),
        ("Author: World Bank\n", []),
        ("drive", []),
        ("Prof. is", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Names after titles, in salutations, headers and signatures are found without the title; roles and offices are not."""
    assert found("person", text) == expected
