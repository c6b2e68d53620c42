"""The recogniser `winnow.recognizers.bank_account`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sort code 20-00-00, account 55779911", ["20-00-00", "55779911"]),
        ("Sort code: 200000", ["200000"]),
        ("account number 12345678", ["12345678"]),
        ("Routing number 111000025, account no. 000123456789", ["111000025", "000123456789"]),
        ("Konto 1234567890, BLZ 370 400 44", ["1234567890", "370 400 44"]),
        ("Kontonummer: 532013000", ["532013000"]),
        ("61 1090 1014 0000 0712 1981 2874", ["61 1090 1014 0000 0712 1981 2874"]),
        ("CCC 1234 1234 16 1234567890", ["1234 1234 16 1234567890"]),
        ("01-0242-0100194-000", ["01-0242-0100194-000"]),
        ("číslo účtu 19-2000145399/0800", ["19-2000145399/0800"]),
        ("BSB 062-000", ["062-000"]),
        ("IFSC SBIN0005943", ["SBIN0005943"]),
        ("CLABE 032180000118359719", ["032180000118359719"]),
        ("Account number | Name\n12345678 | A", ["12345678"]),
        ("account of 2019", []),
        ("account manager 1234567", []),
        ("routing number 123456789", []),
        ("on account of 12 people", []),
        ("20-00-00", []),
        ("checking 12345678 rows", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Bank accounts are found beside their name or by check digits of their own; other numbers are not."""
    assert found("bank_account", text) == expected
