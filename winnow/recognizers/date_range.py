"""Several dates written as one expression, under the policy ``strict`` alone: ranges, lists, and parts of a year or a decade.

"25 April and 17 September 2004" is two dates of which the first has its year from the second; whoever hides the figures and
leaves "and" between them says that it was two. A single date is `winnow.recognizers.date_time`'s.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule
from winnow.recognizers._dates import DAY, MONTH, YEAR

_S = "[ \n]"
_NAMED = rf"(?=[A-ZÀ-Þ])(?i:{MONTH})"  # a month alone must be capitalised: "may", "march"
_DAY = rf"{DAY}(?:st|nd|rd|th|\.)?"
_DAY_MONTH = rf"{_DAY}{_S}(?:of )?(?i:{MONTH})"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
_PART = rf"(?:(?:the{_S})?(?:early|late|mid|beginning of|middle of|start of|end of)[ \n-])?"
_ONE = (
    rf"{_PART}(?:{_WEEKDAY}{_DAY_MONTH}(?:,?{_S}{YEAR})?|{_NAMED}{_S}{DAY}(?:st|nd|rd|th)?(?:,?{_S}{YEAR})?(?![0-9])|"
    rf"{_NAMED}(?:,?{_S}{YEAR})?|{YEAR}|{_DAY})"
)
_JOIN = rf",?(?:{_S}(?:and|or|to|until|till|through|&){_S}|{_S}?[-/]{_S}?)(?:on{_S})?(?:the{_S})?"
_YEARLESS = rf"{_WEEKDAY}(?:{_DAY_MONTH}|{_NAMED}|{_DAY})"
_LISTED = rf"(?:,{_S}(?:on{_S})?{_YEARLESS}){{0,12}}"  # a dozen days in one list are a lot
_OCCASION = rf"(?:(?:night|morning|evening|afternoon|weekend){_S}(?:of{_S})?)?(?:between{_S})?(?:the{_S})?"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_UNIT = r"(?:half|quarter|third|weeks?|days?|months?|fortnight|part|years)"
_WHEN = rf"(?:(?:{_NAMED}|{_SEASON})(?:{_S}of)?,?{_S})?{YEAR}s?|{_NAMED}"

RECOGNIZER = Recognizer(
    name="date_range",
    entities=("DATE_TIME",),
    policies=frozenset({"strict"}),
    rules=(
        Rule(
            name="between",
            why="two dates after between, of which one names a month or a year",
            pattern=re.compile(
                rf"((?:[Bb]etween){_S}(?:the{_S})?{_ONE}){_S}and{_S}(?:on{_S})?(?:the{_S})?"
                rf"(?:{_WEEKDAY}{_DAY_MONTH}(?:,?{_S}{YEAR})?|{_NAMED}{_S}{DAY},?{_S}{YEAR}|{_PART}{_NAMED}(?:{_S}{YEAR})?|"
                rf"{_PART}{YEAR}){RIGHT}"
            ),
            score=0.8,
            starts=("between ", "between\n"),
        ),
        Rule(
            name="from",
            why="two dates after from, of which one names a month or a year",
            pattern=re.compile(
                rf"[Ff]rom{_S}(?:the{_S})?({_ONE}{_S}(?:to|until|till|through){_S}(?:the{_S})?"
                rf"(?:{_WEEKDAY}{_DAY_MONTH}(?:,?{_S}{YEAR})?|{_NAMED}{_S}{DAY},?{_S}{YEAR}|{_PART}{_NAMED}(?:{_S}{YEAR})?|"
                rf"{_PART}{YEAR})){RIGHT}"
            ),
            score=0.8,
            group=1,
            starts=("from ", "from\n"),
        ),
        Rule(
            name="days",
            why="days of a month, the last with its month",
            pattern=re.compile(
                rf"{LEFT}(?<![.,/:-]){_OCCASION}{_YEARLESS}{_LISTED}{_JOIN}{_WEEKDAY}{_DAY_MONTH}(?:,?{_S}{YEAR})?{RIGHT}"
            ),
            score=0.8,
            needs=(" and", "\nand", " to", "\nto", "or", "until", "till", "through", "&", "-", "/"),
        ),
        Rule(
            name="month_days",
            why="a month, days of it, and a year",
            pattern=re.compile(
                rf"{LEFT}{_NAMED}{_S}{DAY}(?:st|nd|rd|th)?{_JOIN}(?:{_NAMED}{_S})?{DAY}(?:st|nd|rd|th)?(?:,?{_S}{YEAR})?"
                rf"(?![^\W_]|[.,][0-9])"
            ),
            score=0.75,
        ),
        Rule(
            name="months",
            why="months, the last with its year",
            pattern=re.compile(rf"{LEFT}{_NAMED}(?:,{_S}{_NAMED}){{0,11}}{_JOIN}{_NAMED}(?:{_S}of)?,?{_S}{YEAR}{RIGHT}"),
            score=0.8,
        ),
        Rule(
            name="years",
            why="years with and, or or to between them",
            pattern=re.compile(
                rf"(?<=[ (\n]){YEAR}(?:,{_S}{YEAR}){{0,12}},?{_S}(?:and|or|to|until){_S}(?:in{_S})?{YEAR}(?![^\W_]|[.:,/-][0-9])"
            ),
            score=0.7,
        ),
        Rule(
            name="part",
            why="a part of a month, of a year or of a decade",
            pattern=re.compile(
                rf"{LEFT}(?:(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ll]atter){_S}(?:(?:two|three|few|ten){_S})?"
                rf"{_UNIT}{_S}of|(?:[Bb]eginning|[Ee]nd|[Ss]tart|[Mm]iddle|[Cc]lose|[Tt]urn|[Cc]ourse){_S}of|"
                rf"[Ee]arly|[Ll]ate|[Mm]id)[ \n-](?:the{_S})?(?:{_WHEN}){RIGHT}"
            ),
            score=0.75,
            needs=(" of", "\nof", "early", "late", "mid"),
        ),
        Rule(
            name="seasons",
            why="seasons with their year",
            pattern=re.compile(
                rf"{LEFT}(?:(?:early|late|mid)[ \n-])?{_SEASON}(?:{_S}(?:and|or|to){_S}{_SEASON})?(?:{_S}of)?(?:{_S}the)?"
                rf"(?:{_S}(?:year|school year|academic year))?{_S}{YEAR}(?:[-/][0-9]{{2,4}})?{RIGHT}",
                re.IGNORECASE,
            ),
            score=0.75,
            needs=("spring", "summer", "autumn", "fall", "winter"),
        ),
    ),
)  # fmt: skip
