"""No rule takes longer than its text's length allows, whatever the text."""

import time

import pytest

from winnow.detect import available

CHARACTERS = 60_000
SECONDS = 10.0  # for all rules together; a pattern that tries every pair of places would take hours

RULES = [rule for recognizer in available().values() for rule in recognizer.rules]

HOMES = "/home"  # no file of the repository holds the path of somebody's folder

UNITS = (
    "1", "1 ", "12-", "1.", "A1", "AB ", "a.", "a@", "a at b dot ", "-----BEGIN PRIVATE KEY-----\n",
    "-----END PRIVATE KEY-----\n", "AAAA\n", "eyJaaaaaaaaa.", "token ", "password: ",
    "Address: 1 A", "1 Ab Street ", "Tel 1 ", "tax file number ", "account no ", "a | b\n", "ssn | 1\n", "dob | \n",
    "born in A", "May 1 ", "one hundred and ", "aged 4", "://a:", "::1:", "1:1:", "P<AAA<<",
    "between 1 and ", "1 May, ", "May, ", "1994, ", "two years, ", "about twenty ", "12345/", "no. 1-", "2 WLR ", "he is a ",
    "worked as a ", "Turkish and ",
    "Via A ", "\n", "<<", "passport ", f"{HOMES}/a", "Aa Aa ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_length_alone(unit: str) -> None:
    """All rules together read a unit repeated over and over in time that its length bounds."""
    text = unit * (CHARACTERS // len(unit))
    started = time.process_time()
    for rule in RULES:
        for _ in rule.find(text):
            pass
    assert time.process_time() - started < SECONDS
