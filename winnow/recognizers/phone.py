"""Phone numbers: international ones, national ones of known shape or plan, and bare digits beside the word for a phone.

A cheap pattern proposes runs of digits, guards take out dates, amounts and ranges, and only what is left meets the numbering
plans of ``phonenumbers`` (Google's libphonenumber), which are too slow to be run over a whole text.
"""

import re
from collections.abc import Callable

import phonenumbers

from winnow.recognizers._base import Bounds, Recognizer, Rule, before, only_digits

_REGIONS = ("GB", "DE", "FR", "IT", "NL", "CH", "AU")  # plans whose national numbers begin with 0
_NAME = re.compile(
    r"(?:\b(?:tel|(?:tele)?phone|telefon\w*|fax|handy|whatsapp|hotline|landline|cell ?phone|durchwahl|rufnummer|"
    r"mobilnummer)\b[^\n]{0,16}|"
    r"\b(?:call|cell|mobile?|mob|text|sms|dial|ring|contact|extension|ruf\w*|reached)\b"
    r"(?:\s?(?:[:=.(#/-]|\b(?:number|no|nr|phone|is|us|me|him|her|them|at|on|or|under|unter|an)\b))*\s?|[☎📞📱]\s?)\Z",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(
    r"(?:[$€£¥]|\b(?:usd|eur|gbp|isbn|issn|doi|order|invoice|ticket|account|ref\w*|case|id|no|nr|number|version|serial|"
    r"sku|pmid|"
    r"art\w*|page|pp?|vol\w*)\b)[.:#]?\s?\Z",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:[%€£$]|(?:eur|euros?|usd|dollars?|pounds?|gbp|million|thousand|billion|km|kg|mm|cm|ms|mb|gb|kb|people|units|"
    r"hours)\b)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d([-/. ])\d{1,2}\1\d{1,2}|\d{1,2}([-/. ])\d{1,2}\2(?:[12]\d\d\d|\d\d)(?!\2?\d)")
_ISO_DATE = re.compile(
    r"(?:^|[^0-9])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])|^0-"
)  # a column of dates beside one of numbers; a range
_NEXT_DATE = re.compile(r"\n(?:19|20)[0-9]{2}-[01]?[0-9]")  # the next row of a table begins with a date
_AXIS = re.compile(r"(?:[0-9][ \n]){4}")  # single digits in a row: the labels of an axis, a column of a table
_SSN = re.compile(r"\d{3}-\d\d-\d{4}")  # a social security number, which has its own recogniser
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d")
_NORTH_AMERICAN = re.compile(r"(?:1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d([-. ]))\d{3}(?(1)\1|[-. ])\d{4}")  # ITU zone 1: 3-3-4
_IDENTIFIER = re.compile(r"\b10\.[0-9]{4,9}/\S*\Z|[)\]]\Z")  # a DOI, or the middle of another word
_DECIMAL = re.compile(r"[0-9]{1,3}\.[0-9]+(?:\Z|[ -]+[0-9]{1,3}\.)")  # 0.232995135, 0.699-1.443
_LAST_GROUP = re.compile(r"[^0-9]+[0-9]+\Z")
_GROUPS_DROPPED = 6  # groups of digits that may follow a number before the candidate is given up
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([ .])\d{3})(?:\1\d{3})+")  # 12 345 678 or 12.345.678 is an amount


def _valid(text: str, region: str | None = None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def _possible(text: str) -> bool:
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, None)))
    except phonenumbers.NumberParseException:
        return False


def _phone(match: re.Match[str]) -> Bounds | None:
    """The longest beginning of the candidate that is a phone number: another number may follow it.

    International numbers are looked up twice: first for one that is in use, then for one of a possible length.
    """
    start, end = match.span()
    start += match[0][0] == "(" and ")" not in match[0]  # a bracket around more than the number
    ends = [end]
    while len(ends) < _GROUPS_DROPPED and (shorter := _LAST_GROUP.search(match.string, start, ends[-1])):
        ends.append(shorter.start())
    for known in (_valid, _possible):
        for end in ends:
            if _is_phone(match, start, end, known):
                return start, end
        if match.string[start] != "+":
            break
    return None


def _is_phone(match: re.Match[str], start: int, end: int, known: Callable[[str], bool]) -> bool:  # noqa: PLR0911 - one guard a line reads best
    text = re.sub(r"\s+", " ", match.string[start:end])
    digits = only_digits(text)
    if not 7 <= len(digits) <= 15:
        return False
    if text[0] == "+":
        return known(text)
    left = before(match)
    if text.startswith("00") and _valid("+" + text[2:].lstrip()):
        return True
    if _IDENTIFIER.search(left) or _DECIMAL.match(text) or _ISO_DATE.search(text) or _NEXT_DATE.search(match[0]):
        return False
    if _DATE.match(text) or _AXIS.match(text) or _SSN.fullmatch(text) or _YEARS.match(text) or _UNIT.match(match.string, end):
        return False
    if _NAME.search(left):
        return len(set(digits)) > 1
    separated = len(text) > len(digits)
    if not separated or _OTHER_NAME.search(left) or _THOUSANDS.fullmatch(text):
        return False
    if _NORTH_AMERICAN.fullmatch(text):
        return True
    return text.lstrip("(")[0] == "0" and any(_valid(text, region) for region in _REGIONS)


RECOGNIZER = Recognizer(
    name="phone",
    entities=("PHONE_NUMBER",),
    rules=(
        Rule(
            name="number",
            why="digits in the shape of a phone number, or beside a word for a phone",
            pattern=re.compile(
                r"[+(0-9](?<![^\W_+].)(?<![.,/$€£#-].)(?<![0-9][:=].)(?<![0-9] .)[0-9(]?"
                r"(?:[0-9]|(?:[ .\n/-]|\) ?| [-/] | ?\n| ?\([0-9]{1,5}\)[ -]?)(?=[0-9(])){5,24}[0-9]"
                r"(?![^\W_]|[.,:/][0-9]|-[0-9])"
            ),
            score=0.7,
            check=_phone,
        ),
    ),
)
