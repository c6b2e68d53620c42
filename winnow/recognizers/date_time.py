"""Dates, years, times and durations, under the policy ``strict`` alone: a date of a hearing or a leave points at a person.

Words that name no day ("last Tuesday", "soon") stay. Dates of birth are another entity, removed under both policies.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule, before, when, words
from winnow.recognizers._dates import DAY_MONTH, FIGURES, LONG, MONTH, MONTH_DAY, MONTH_HEADS, YEAR
from winnow.recognizers._numerals import HEADS, NUMBER

_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_TIME = (
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?: ?[ap]\.?m\b\.?| ?(?:Z|UTC|GMT|CET|CEST|EST|"
    r"EDT|PST|PDT|BST)\b|[+-][0-9]{2}:?[0-9]{2})?"
)
_LENGTH = (
    rf"{NUMBER}(?: and a half|-and-a-half)?[ -](?:calendar |working |business |consecutive )?(?:years?|months?|weeks?|days?|"
    rf"hours?|minutes?|decades?|Jahren?|Monaten?|Wochen?|Tagen?|ans|années?|mois|jours?)"
)
_ORDINAL_WORD = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_REFERENCE = re.compile(
    r"(?:[$€£¥#]|\b(?:no|nos|nr|number|section|article|page|pages|pp?|rfc|iso|port|version|v|chapter|id|figure|table)\.?|"
    r"\b(?:act|acts|code|order|regulations|rules|ordinance)) ?\Z",
    re.IGNORECASE,
)
_STATUTE_AFTER = re.compile(r" (?:Act|Acts|Code|Order|Regulations|Rules|Ordinance|Convention|Constitution)\b")
_WORDS_TOO = re.compile(
    r"\A(?:the )?(?:may|march|mar|mart|set|out|mai|sept?|dec|jan) [0-9]{1,2}\Z|\A[0-9]{1,2} (?:may|march|set|out)\Z"
)  # "it may 5"
_UNIT_AFTER = re.compile(
    r" ?(?:%|€|kg|km|mm|cm|px|ms|mb|gb|kb|bytes|items|rows|lines|words|hz|rpm)\b|[.,]?[0-9]", re.IGNORECASE
)


def _year(match: re.Match[str]) -> tuple[int, int] | None:
    if _REFERENCE.search(before(match, 12)) or _UNIT_AFTER.match(match.string, match.end()):
        return None
    if _STATUTE_AFTER.match(match.string, match.end()):  # the year of a law is nobody's
        return None
    return match.span()


RECOGNIZER = Recognizer(
    name="date_time",
    entities=("DATE_TIME",),
    policies=frozenset({"strict"}),
    rules=(
        Rule(
            name="figures",
            why="a date in figures, with or without a time",
            pattern=re.compile(rf"(?<![^\W_])(?<![.,/:-]){FIGURES}(?:[T ,]{{1,2}}{_TIME})?(?![^\W_]|[./-][0-9])"),
            score=0.7,
        ),
        Rule(
            name="long",
            why="a day and a month's name, with or without a year",
            pattern=re.compile(
                rf"{LEFT}(?:{_WEEKDAY},? )?(?:{LONG}|{DAY_MONTH}|{MONTH_DAY})(?:,? (?:at )?{_TIME})?{RIGHT}",
                re.IGNORECASE),
            score=0.8,
            check=when(lambda text: not _WORDS_TOO.search(text)),
            heads=MONTH_HEADS | words("mon tue wed thu fri sat sun"),
        ),
        Rule(
            name="month",
            why="a month and a year",
            pattern=re.compile(rf"{LEFT}(?:(?:early|late|mid)[ -])?{MONTH}(?: of)?,?[ /-]{YEAR}{RIGHT}", re.IGNORECASE),
            score=0.75,
            heads=MONTH_HEADS | {"ear", "lat", "mid"},
        ),
        Rule(
            name="words",
            why="a day in words and a month",
            pattern=re.compile(rf"{LEFT}{_ORDINAL_WORD} (?:day )?of {MONTH}(?:,? {YEAR})?{RIGHT}", re.IGNORECASE),
            score=0.75,
            needs=(" of ",),
        ),
        Rule(
            name="month_alone",
            why="a month after a preposition",
            pattern=re.compile(
                r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ee]arly|[Ll]ate|[Dd]uring|[Ll]ast|[Nn]ext|[Mm]id-?) ?"
                r"(January|February|March|April|May|June|July|August|September|October|November|December)\b"
                r"(?! [a-z]{3,} (?:be|have)\b)"
            ),
            score=0.6,
            group=1,
        ),
        Rule(
            name="season",
            why="a season or a quarter of a year",
            pattern=re.compile(
                rf"\b(?:Q[1-4][ /-]?{YEAR}|(?:spring|summer|autumn|fall|winter)(?: of)? {YEAR}|(?:first|second|third|"
                rf"fourth) quarter of {YEAR}|H[12] {YEAR})\b",
                re.IGNORECASE,
            ),
            score=0.7,
        ),
        Rule(
            name="year",
            why="a year",
            pattern=re.compile(
                r"[12](?<![^\W_].)(?<![.,/:$€£+-].)(?:(?<=1)[6-9]|(?<=2)0)[0-9]{2}(?:s|/[0-9]{2}|-[0-9]{2,4})?(?![^\W_])"
                r"(?![.:,/-][0-9])"
                ),
            score=0.5,
            check=_year,
        ),
        Rule(
            name="time",
            why="a time of day",
            pattern=re.compile(
                rf"(?<![^\W_])(?<![.,:/-]){_TIME}(?![^\W_]|:[0-9])|(?<![^\W_])(?<![.,:/-])(?:1[0-9]|2[0-3]|0?[0-9])(?:"
                rf"(?:\.[0-5][0-9])? ?[ap](?:\.m\.|m\b)\.?|\.[0-5][0-9](?= ?(?:hours|hrs|o'clock)\b)| ?(?:o['’]clock\b|"
                rf"noon\b|midnight\b))",
                re.IGNORECASE,
            ),
            score=0.6,
        ),
        Rule(
            name="duration",
            why="a number of years, months, weeks, days, hours or minutes",
            pattern=re.compile(
                rf"{LEFT}{_LENGTH}(?:(?:,? and |, | )(?={NUMBER}){_LENGTH}){{0,3}}(?!-old| old| of age){RIGHT}"
                rf"(?:['’]s?(?![^\W_]))?",
                re.IGNORECASE,
            ),
            score=0.55,
            check=when(lambda text: not text.casefold().startswith("one day")),
            heads=HEADS,
        ),
    ),
)  # fmt: skip
