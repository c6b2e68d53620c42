"""Ages of people: beside a word for a person under both policies, every age under ``strict``.

"The bridge is 43 years old" is about no person; "the applicant, aged 43" is.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule, before
from winnow.recognizers._numerals import WORDS

_STRICT = frozenset({"strict"})
_AGE = r"(?:1[01][0-9]|[1-9]?[0-9])"
_PERSON = (
    r"(?:man|woman|boy|girl|male|female|person|patient|applicant|employee|child|student|pupil|teenager|mother|father|"
    r"son|daughter|lady|"
    r"gentleman|driver|worker|resident|citizen|victim|suspect|defendant|candidate|pensioner|infant|toddler|brother|"
    r"sister|husband|wife|widow|nurse|"
    r"engineer|teacher|colleague|customer|client|member|developer|manager)"
)
_WHO = re.compile(
    rf"\b(?:he|she|they|i|i'm|he's|she's|who|you|my|his|her|{_PERSON}s?|mr|mrs|ms|dr)\b[^.\n]{{0,24}}\Z|"
    rf"[\ue002>][^.\n]{{0,12}}\Z",
    re.IGNORECASE,
)
_NAME_BEFORE = r"(?:[A-ZÀ-Þ][^\W\d_]{1,20}(?:['-][A-ZÀ-Þ][^\W\d_]{1,20})? ){1,2}[A-ZÀ-Þ][^\W\d_]{1,20}"


def _of_a_person(match: re.Match[str]) -> tuple[int, int] | None:
    return match.span(1) if _WHO.search(before(match, 32)) else None


RECOGNIZER = Recognizer(
    name="age",
    entities=("AGE",),
    rules=(
        Rule(
            name="aged",
            why="a number after the word aged",
            pattern=re.compile(
                rf"\b(?:aged|at the age of|turned|turning|turns|im Alter von|âgée? de) ({_AGE})(?![^\W_]|[.,:/-][0-9]|%)"
                rf"(?! (?:days|hours|minutes|percent|per cent|pages|months into))",
                re.IGNORECASE),
            score=0.8,
            group=1,
            needs=("aged", "age of", "turned", "turning", "turns", "alter von", "âgé"),
        ),
        Rule(
            name="label",
            why="a number after the label Age",
            pattern=re.compile(
                rf"(?:^|[\n|,;(][ \t]{{0,3}})(?:age|alter|âge|edad|età|wiek|leeftijd) ?[:=|] ?({_AGE})(?![^\W_]|"
                rf"[.,:/-][0-9])",
                re.IGNORECASE),
            score=0.75,
            group=1,
            needs=("age", "alter", "âge", "edad", "età", "wiek", "leeftijd"),
        ),
        Rule(
            name="column",
            why="a number in a table's column for ages",
            pattern=re.compile(rf"{LEFT}{_AGE}(?= ?(?:\||\n|\Z| years| yrs))"),
            score=0.7,
            titles=("age", "age (years)", "alter", "âge", "edad", "età", "wiek", "leeftijd"),
        ),
        Rule(
            name="person",
            why="an age before a word for a person",
            pattern=re.compile(
                rf"{LEFT}((?:{_AGE}|{WORDS})[ -]years?[ -]old|{_AGE} ?(?:y/o|yo))(?= "
                rf"(?:[a-z]{{2,14}} ){{0,2}}{_PERSON}\b)",
                re.IGNORECASE),
            score=0.8,
            group=1,
            near=("old", "olds", "y/o", "yo"),
            reach=1,
        ),
        Rule(
            name="somebody",
            why="an age after a word for a person",
            pattern=re.compile(
                rf"{LEFT}((?:{_AGE}|{WORDS})[ -]years?[ -](?:old|of age)|{_AGE} ?(?:y/o|yo|jahre alt|ans|años|anni|lat))"
                rf"(?![^\W_])",
                re.IGNORECASE),
            score=0.75,
            near=("old", "of age", "y/o", "yo", "jahre alt", "ans", "años", "anni", "lat"),
            reach=1,
            check=_of_a_person,
        ),
        Rule(
            name="any",
            why="an age",
            pattern=re.compile(
                rf"{LEFT}((?:{_AGE}|{WORDS})[ -]years?[ -](?:old|of age)|{_AGE} ?y/o|in (?:his|her|their) (?:early |"
                rf"late |mid[- ])?(?:teens|[2-9]0s|twenties|thirties|forties|fifties|sixties|seventies|eighties|"
                rf"nineties)|(?:aged|age) (?:{_AGE}|{WORDS})(?: to |-| and )(?:{_AGE})){RIGHT}",
                re.IGNORECASE),
            score=0.7,
            group=1,
            needs=("old", "of age", "y/o", "in his", "in her", "in their", "age"),
            policies=_STRICT,
        ),
        Rule(
            name="age_of",
            why="a number or a number word after age of or age is",
            pattern=re.compile(
                rf"\b(?:age is|age was|(?=age of)) ?((?:age of )?(?:{_AGE}|{WORDS})){RIGHT}(?![.,:/-][0-9]|%)", re.IGNORECASE
            ),
            score=0.7,
            group=1,
            needs=("age is", "age was", "age of"),
            policies=_STRICT,
        ),
        Rule(
            name="brackets",
            why="a number of two digits in brackets after a name",
            pattern=re.compile(rf"{_NAME_BEFORE} \(([1-9][0-9])\)|{_NAME_BEFORE}, ([1-9][0-9]),(?= [a-z])"),
            score=0.5,
            policies=_STRICT,
            check=lambda match: match.span(1 if match[1] else 2),
        ),
    ),
)  # fmt: skip
