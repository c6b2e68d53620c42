"""Bank accounts that are no IBAN: beside their name, or of a form with check digits of its own.

British sort codes, American routing numbers, German Konto and BLZ, and the national forms of Poland, Spain, New Zealand,
Czechia, Australia, India and Mexico.
"""

import re

from stdnum.es import ccc
from stdnum.us import rtn

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_LABEL = r"(?:account|acct|acc|a/c|konto|kto|compte|cuenta|c/c|rekening|rachun(?:ek|ku)|konta)"


def _nrb(text: str) -> bool:
    """Whether twenty-six digits are a Polish account: with "PL" before them an IBAN."""
    digits = only_digits(text)
    return int(digits[2:] + "2521" + digits[:2]) % 97 == 1


def _clabe(text: str) -> bool:
    """Whether the eighteenth digit checks the others (Banco de México, CLABE)."""
    digits = only_digits(text)
    return -sum(int(digit) * (3, 7, 1)[at % 3] % 10 for at, digit in enumerate(digits[:17])) % 10 == int(digits[17])


RECOGNIZER = Recognizer(
    name="bank_account",
    entities=("BANK_ACCOUNT",),
    rules=(
        Rule(
            name="sort_code",
            why="six digits beside the words sort code",
            pattern=re.compile(r"(?<![^\W_])(?<![-/])[0-9]{2}[- ]?\n?[0-9]{2}[- ]?\n?[0-9]{2}(?![^\W_]|[-/][0-9])"),
            score=0.85,
            near=("sort code", "sort-code", "sortcode", "s/c"),
        ),
        Rule(
            name="account",
            why="six to seventeen digits after a word for a bank account",
            pattern=re.compile(
                rf"(?<![^\W_]){_LABEL}(?:[ -]?(?:no|nr|num(?:ber|mer|éro|ero|er)?|#)\b\.?|nummer)?(?: is| was| ist| est|"
                rf" es|[ ]?[:=(]| -|,|\n){{0,3}} ?"
                r"([0-9](?:[ -]?\n?[0-9]){5,16})(?![^\W_]|[.,/-][0-9])",
                re.IGNORECASE,
            ),
            score=0.75,
            group=1,
            starts=(
                "account",
                "acct",
                "acc ",
                "acc.",
                "a/c",
                "konto",
                "kto",
                "compte",
                "cuenta",
                "c/c",
                "rekening",
                "rachun",
                "konta",
            ),
        ),
        Rule(
            name="beside_sort_code",
            why="eight digits beside a sort code",
            pattern=re.compile(r"(?<![^\W_])(?<!-)[0-9]{4} ?[0-9]{4}(?![^\W_]|-)"),
            score=0.8,
            near=("sort code", "sort-code", "sortcode"),
            reach=60,
        ),
        Rule(
            name="routing",
            why="nine digits with a correct check digit beside the words routing number",
            pattern=re.compile(r"(?<![^\W_])[0-9]{4}[ -]?\n?[0-9]{4}[ -]?\n?[0-9](?![^\W_])"),
            score=0.9,
            near=("routing", "routing number", "aba", "rtn", "transit number", "wire"),
            check=when(lambda text: rtn.is_valid(only_digits(text))),
        ),
        Rule(
            name="german",
            why="eight digits beside the letters BLZ",
            pattern=re.compile(r"(?<![^\W_])[1-8][0-9]{2}[ ]?\n?[0-9]{3}[ ]?\n?[0-9]{2}(?![^\W_])"),
            score=0.85,
            near=("blz", "bankleitzahl"),
        ),
        Rule(
            name="polish",
            why="twenty-six digits with correct check digits",
            pattern=re.compile(r"(?<![^\W_])(?<![A-Z]{2} )[0-9]{2}(?:[ -]?\n?[0-9]{4}){6}(?![^\W_])"),
            score=0.95,
            numbers=26,
            check=when(_nrb),
        ),
        Rule(
            name="spanish",
            why="twenty digits with correct check digits",
            pattern=re.compile(r"(?<![^\W_])[0-9]{4}[ -]?\n?[0-9]{4}[ -]?\n?[0-9]{2}[ -]?\n?[0-9]{10}(?![^\W_])"),
            score=0.9,
            numbers=20,
            check=when(lambda text: len(set(only_digits(text))) > 2 and ccc.is_valid(only_digits(text))),
        ),
        Rule(
            name="new_zealand",
            why="fifteen or sixteen digits in the groups of a New Zealand account",
            pattern=re.compile(r"(?<![^\W_])(?<!-)[0-3][0-9]-[0-9]{4}-[0-9]{7}-[0-9]{2,3}(?![^\W_]|-)"),
            score=0.85,
            numbers=14,
        ),
        Rule(
            name="czech",
            why="an account and a bank code with a slash beside a word for an account",
            pattern=re.compile(r"(?<![^\W_])(?:[0-9]{1,6}-)?[0-9]{2,10}/[0-9]{4}(?![^\W_])"),
            score=0.8,
            near=("účet", "účtu", "číslo účtu", "č.ú.", "account"),
        ),
        Rule(
            name="branch",
            why="six digits beside the letters BSB, or a branch's code beside the letters IFSC",
            pattern=re.compile(r"(?<![^\W_])(?:[0-9]{3}-?[0-9]{3}|[A-Z]{4}0[A-Z0-9]{6})(?![^\W_])"),
            score=0.8,
            near=("bsb", "ifsc"),
        ),
        Rule(
            name="mexican",
            why="eighteen digits with a correct check digit beside the word CLABE",
            pattern=re.compile(r"(?<![^\W_])[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{11}[ ]?[0-9](?![^\W_])"),
            score=0.9,
            near=("clabe",),
            check=when(_clabe),
        ),
        Rule(
            name="column",
            why="a number in a table's column for bank accounts",
            pattern=re.compile(r"(?<![^\W_])[0-9](?:[ /-]?[0-9]){5,17}(?![^\W_])"),
            score=0.75,
            titles=(
                "account number",
                "account no",
                "bank account",
                "kontonummer",
                "sort code",
                "routing number",
                "numéro de compte",
                "cuenta bancaria",
            ),
        ),
    ),
)
