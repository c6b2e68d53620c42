"""Dates of birth: a date beside a word for being born, or in a table's column of that name. Other dates stay.

Bare dates are another entity (`winnow.recognizers.date_time`), which one policy alone takes out.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule
from winnow.recognizers._dates import FIGURES, LONG

_SPACED = (
    r"[0-9]{1,2} [0-9]{1,2} (?:19|20)[0-9]{2}|[0-9]{1,2}[ -]?[A-Za-z]{3}[ -]?(?:19|20)?[0-9]{2}|(?:19|20)[0-9]{6}"  # 14MAR85
)
_DATE = rf"(?:{FIGURES}|{LONG}|{_SPACED})"
_BIRTH = (
    r"(?:born|dob|d\.o\.b\.?|date[ _-]of[ _-]birth|birth[ _-]?da(?:te|y)|b-?day|geboren|geb\.?|geburtsdatum|geburtstag|"
    r"geb\.-?datum|n[ée](?:\(e\)|e)? le|n[ée]e? un|date de naissance|ddn|urodzon[ya]|ur\.|data urodzenia|"
    r"fecha de nacimiento|nacid[oa]|"
    r"nascid[oa]|data de nascimento|nat[oa]|data di nascita|geboortedatum|geb\. datum|født|fødselsdato|född|"
    r"födelsedatum|syntynyt|"
    r"narozen[aý]?|datum narození|született|出生日期|生年月日)"
)
_TITLES = (
    "date of birth", "dob", "birth date", "birthdate", "birthday", "born", "geburtsdatum", "geboren", "date de naissance",
    "fecha de nacimiento", "data di nascita", "data urodzenia", "data de nascimento", "geboortedatum",
)  # fmt: skip

RECOGNIZER = Recognizer(
    name="date_of_birth",
    entities=("DATE_OF_BIRTH",),
    rules=(
        Rule(
            name="born",
            why="a date after a word for birth",
            pattern=re.compile(
                rf"{LEFT}{_BIRTH}(?: in [^\W\d_][\w' -]{{1,30}}?,?)?(?: on| am| is| was| the| le| el| em| il| op| den|"
                rf" day of birth| dnia| (?:mon|tues|wednes|thurs|"
                rf"fri|satur|sun)day,?|[ \t]?[:=|,()]| -|\n){{0,4}}[ \t]{{0,3}}({_DATE}){RIGHT}",
                re.IGNORECASE,
            ),
            score=0.9,
            group=1,
            starts=(
                "born", "dob", "d.o.b", "date of", "date_of", "date-of", "birth", "b-day", "bday", "geb", "né", "ne le",
                "ne un", "nee le", "date de", "ddn", "urodz", "ur.", "data ", "fecha", "nac", "nasc",
                "nat", "fød", "föd", "syntynyt", "naroz", "datum n", "szület", "出生", "生年",
            ),
        ),
        Rule(
            name="column",
            why="a date in a table's column for dates of birth",
            pattern=re.compile(rf"{LEFT}(?:{_DATE}){RIGHT}", re.IGNORECASE),
            score=0.9,
            titles=_TITLES,
        ),
        Rule(
            name="birthday",
            why="a day and a month that are said to be somebody's birthday",
            pattern=re.compile(
                rf"{LEFT}birthday(?: is| was| falls| on| the|'s|:| -){{1,4}} ?((?:[0-9]{{1,2}}(?:st|nd|rd|th)? "
                rf"(?:of )?[a-z]{{3,9}}|[a-z]{{3,9}} [0-9]{{1,2}}(?:st|nd|rd|th)?)){RIGHT}",
                re.IGNORECASE,
            ),
            score=0.7,
            group=1,
            needs=("birthday",),
        ),
        Rule(
            name="asterisk",
            why="a date after an asterisk, as curricula vitae write a birth",
            pattern=re.compile(rf"\* ?({_DATE}){RIGHT}", re.IGNORECASE),
            score=0.5,
            group=1,
            needs=("*",),
        ),
    ),
)  # fmt: skip
