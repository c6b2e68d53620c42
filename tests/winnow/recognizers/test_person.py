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
        ("Dr.Maria Keller", ["Maria Keller"]),
        ("Prof. Dr. Herrlich", ["Herrlich"]),
        ("Present: Ana Diaz, Bo Li (chair), Dr. Chi Vo and Eva Roth", ["Ana Diaz", "Bo Li", "Chi Vo", "Eva Roth"]),
        ("**Attendees:** Ana, Tom, Maria", ["Ana", "Tom", "Maria"]),
        ("Cc: Ana Diaz <a@x.org>; Tom Brown <t@x.org>", ["Ana Diaz", "Tom Brown"]),
        ("Authors: M. Keller, J. Smith and A. B. Jones", ["M. Keller", "J. Smith", "A. B. Jones"]),
        ("Attendees\n\n- Ana Diaz\n- Bo Li, Sales\n\nThe Budget rose", ["Ana Diaz", "Bo Li"]),
        ("Participants:\n\nAna Diaz\n\nDr. Bo Li (chair)\n\nWe met.", ["Ana Diaz", "Bo Li"]),
        ("Role | Name | E-mail\nBuyer | Ana Diaz | x\nHead | Bram de Graaf | y", ["Ana Diaz", "Bram de Graaf"]),
        ("Contact person | Town\nMaria Keller | Leeds", ["Maria Keller"]),
        ("kept by Ana Diaz, born on 3 May 1980", ["Ana Diaz"]),
        ("Name | Habitat\nWood Duck | ponds", []),
        ("Town | Hotel\nNew York | Grand Palace", []),
        ("Owner: Engineering", []),
        ("From: Lisbon, Porto", []),
        ("Present: the whole team", []),
        ("Participants: Engineering, Sales", []),
        ("Thank you.\n\nAlright", []),
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
    """Names after titles, in salutations, lists, tables and signatures are found without the title; roles and offices are not."""
    assert found("person", text) == expected
