"""How the numbers that states give to people are looked for: by their form alone, or beside their name.

A number whose form and check digits together are rare is found wherever it stands (`bare`). One of which every tenth number of
its length is valid is found beside its name (`named`), and without it only if the catalog lists its country.

Belongs here: what the national recognisers share. Does not belong here: the number of any country.
"""

import re
from collections.abc import Callable
from datetime import date

from winnow.recognizers._base import Bounds, Check, Rule, before

S = r"(?:[ .-]|[ -]?\n)?"
"""What may stand between two groups of a number."""

_LEFT = r"(?<![^\W_])(?<![0-9][.,/:-])(?<![+$€£#])"
_RIGHT = r"(?![^\W_])(?![.,:/-][0-9])"
_OTHER = re.compile(
    r"(?:\b(?:isbn|issn|doi|order|invoice|ticket|version|serial|sku|pmid|ean|upc|gtin|part|commit|build|rfc|timestamp|epoch)\b"
    r"[^\w\n]{0,3}(?:(?:no|nr|number|id)\b[^\w\n]{0,3})?|10\.[0-9]{4,9}/\S{0,30})\Z",
    re.IGNORECASE,
)  # what says that a bare number is of another kind


def bare(  # noqa: PLR0913 - the fields of a rule, most with their usual value
    pattern: str,
    test: Callable[[str], bool],
    why: str,
    *,
    score: float = 0.8,
    name: str = "checksum",
    country: str = "",
    digits: int = 9,
) -> Rule:
    """A rule for a number of a form that speaks for itself.

    ``test`` looks at its letters and digits, upper case, of which at least ``digits`` are digits.
    """
    return Rule(
        name=name,
        why=why,
        pattern=re.compile(rf"{_LEFT}(?:{pattern}){_RIGHT}"),
        score=score,
        check=_checked(test, named_otherwise=True),
        numbers=digits,
        country=country,
    )


def named(  # noqa: PLR0913 - the same
    near: tuple[str, ...],
    pattern: str,
    test: Callable[[str], bool],
    why: str,
    *,
    score: float = 0.9,
    name: str = "named",
    reach: int = 40,
) -> Rule:
    """A rule for a number beside one of the words ``near``, lower case."""
    return Rule(
        name=name,
        why=why,
        pattern=re.compile(rf"(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])(?![.,-][0-9])"),
        score=score,
        check=_checked(test, named_otherwise=False),
        near=near,
        reach=reach,
    )


def compact(text: str) -> str:
    """The letters and digits of ``text``, upper case, and the sign of a Finnish or Swedish century."""
    return "".join(character for character in text if character.isalnum() or character in "+&").upper()


def is_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_short_date(year: str, month: str, day: str) -> bool:
    """Whether there is such a day in a year written with its last two digits, in one of two centuries."""
    return is_date(1900 + int(year), int(month), int(day)) or is_date(2000 + int(year), int(month), int(day))


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of ``digits`` times ``weights``, as far as the shorter of them goes."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def varied(number: str) -> bool:
    """Whether ``number`` has more than two different digits: 111111111 and 100000000 stand for numbers, and are none."""
    return len({character for character in number if character.isdigit()}) > 2


def _checked(test: Callable[[str], bool], *, named_otherwise: bool) -> Check:
    def check(match: re.Match[str]) -> Bounds | None:
        number = compact(match[0])
        if not varied(number) or not test(number):
            return None
        return None if named_otherwise and _OTHER.search(before(match)) else match.span()

    return check
