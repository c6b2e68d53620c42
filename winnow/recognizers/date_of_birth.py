"""Dates of birth: a date beside a word for being born. Other dates stay."""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr(?:ier)?|mar(?:ch|s)?|m[äa]rz|apr(?:il)?|avril|may|mai|june?|juni|juin|july?|juli|"
    r"juillet|aug(?:ust)?|août|sep(?:t(?:ember|embre)?)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|d[eé][cz](?:ember|embre)?)\.?"
)
DATE = (
    r"(?:[0-9]{1,2}[./ -] ?[0-9]{1,2}[./ -] ?(?:[0-9]{4}|[0-9]{2})|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}|"
    rf"[0-9]{{1,2}}(?:st|nd|rd|th|er|\.)?[ -](?:of )?{_MONTH},?[ -][0-9]{{4}}|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? "
    rf"[0-9]{{4}})"
)
"""A day with its year, in figures or with the month in English, German or French."""

RECOGNIZER = Recognizer(
    name="date_of_birth",
    entities=("DATE_OF_BIRTH",),
    rules=(
        Rule(
            name="born",
            why="a date after a word for birth",
            pattern=re.compile(
                rf"{LEFT}(?:born|dob|d\.o\.b\.?|date[ _]of[ _]birth|birth[ _]?da(?:te|y)|geboren|geb\.?|geburtsdatum|"
                rf"n[ée]e? le|"
                rf"date de naissance|urodzon[ya]|data urodzenia|fecha de nacimiento)(?: on| am| is| was| the| le|"
                rf"[ \t]?[:=|,(]| -){{0,3}}[ \t]{{0,3}}({DATE}){RIGHT}",
                re.IGNORECASE,
            ),
            score=0.9,
            group=1,
        ),
        Rule(
            name="asterisk",
            why="a date after an asterisk, as curricula vitae write a birth",
            pattern=re.compile(rf"\* ?({DATE}){RIGHT}", re.IGNORECASE),
            score=0.5,
            group=1,
            needs=("*",),
        ),
    ),
)
