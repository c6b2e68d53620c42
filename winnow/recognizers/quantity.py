"""Amounts of money, percentages, measures, and numbers of people and things, under the policy ``strict`` alone.

A salary, a fine or the number of somebody's children narrows down who is meant. Bare numbers stay.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule, words
from winnow.recognizers._numerals import FIGURES, HEADS, NUMBER, WORDS

_CODE = (
    r"(?:USD|EUR|GBP|CHF|JPY|CNY|PLN|CZK|HUF|RON|BGN|SEK|NOK|DKK|ISK|TRY|TRL|RUB|RUR|UAH|UAK|HRK|AUD|CAD|NZD|INR|BRL|"
    r"MXN|ZAR|SGD|HKD|KRW|ILS|DEM|FRF|"
    r"ITL|ATS|BEF|ESP|PTE|GRD|FIM|IEP|NLG|SKK|MDL|GEL|AMD|AZN|ALL|MKD|LTL|LVL|EEK|SIT|CYP|MTL|YTL|RSD|BAM|CSK|SUR|YUM|IRR|THB|AED|SAR|EGP)"
)
_SCALE = r"(?: ?(?:k|m|bn|mn|tn|million|billion|trillion|thousand|hundred|Mio|Mrd|Millionen|Milliarden)\b\.?)?"
_CURRENCY = (
    r"(?:euros?|dollars?|pounds?(?: sterling)?|cents?|pence|yen|yuan|francs?|Swiss francs|kron(?:er|or|a|e|ur)|złot"
    r"(?:ych|ys|y)|zlotys?|forints?|lei|roubles?|rubles?|"
    r"hryvnias?|liras?|rupees?|pesos?|reais|rands?|marks?|kunas?|lev[as]?|lari|tenge|drachmas?|kronor|schillings?|guilders?|"
    r"escudos?|pesetas?|dinars?|tolars?|lats|litas|shillings?|€|£|\$|¥)"
)
_NATION = r"(?:(?-i:New |old |new )?(?-i:[A-Z][a-zA-Z]{2,12}[ \n]))?"  # "New Turkish liras", "GDR marks"
_AGAIN = rf"(?:[ \n]?[(\[](?:{_CODE}|{_CURRENCY})[)\]])?"  # "5,000 euros (EUR)"
_ABOUT = (
    r"(?:(?:approximately|approx\.?|about|around|roughly|nearly|almost|over|under|some|circa|ca\.|(?:no |not )?(?:more|less|"
    r"fewer) than|at (?:least|most)|up to|in excess of)[ \n])?"
)
_MEASURE = (
    r"(?:%|per ?cent|percent|percentage points?|‰|°C|°F|km/h|mph|kph|km²|m²|m³|sq\.? ?(?:m|ft|km)|square (?:met(?:re|"
    r"er)s?|kilomet(?:re|er)s?|feet|miles?)|"
    r"kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|foot|inch(?:es)?|yards?|"
    r"hectares?|acres?|kilograms?|kilos?|"
    r"grams?|milligrams?|tonnes?|tons?|pounds?|lbs?|ounces?|lit(?:re|er)s?|gallons?|millilit(?:re|er)s?|km|cm|mm|kg|mg|"
    r"ml|mcg|ha)"
)
_COUNTED = (
    r"(?:people|persons?|children|sons?|daughters?|brothers?|sisters?|siblings|dependants|employees|workers|staff|"
    r"members|officers|men|women|prisoners|inmates|"
    r"patients|applicants|students|pupils|victims|witnesses|shares|votes|flats?|houses?|rooms?|beds?|cars?|vehicles?|"
    r"plots? of land|times|occasions|"
    r"complaints?|hearings?|sessions?|copies|pages|tablets|households|families|landowners|"
    r"tenants|inhabitants|apartments)"
)

_HEADS = HEADS | words("app abo aro rou nea alm ove und som cir ca no not mor les few at up in")  # of _ABOUT too
_SIGN_HEADS = _HEADS | frozenset("$€£¥₹₽₴₺₩") | {"us", "c", "nz"} | {code.casefold() for code in re.findall("[A-Z]{3}", _CODE)}

RECOGNIZER = Recognizer(
    name="quantity",
    entities=("QUANTITY",),
    policies=frozenset({"strict"}),
    rules=(
        Rule(
            name="sign",
            why="an amount of money after its sign or code",
            pattern=re.compile(
                rf"(?:{LEFT}{_ABOUT})?(?:[$€£¥₹₽₴₺₩]|\b{_CODE}|\b(?:US|A|C|NZ)\$)[ \n]?-?(?:{FIGURES}(?![0-9])|{WORDS}){_SCALE}{_AGAIN}"
            ),
            score=0.7,
            heads=_SIGN_HEADS,
        ),
        Rule(
            name="money",
            why="an amount of money before its currency",
            pattern=re.compile(
                rf"{LEFT}{_ABOUT}{NUMBER}{_SCALE}[ \n-]?{_NATION}"
                rf"(?:(?:(?-i:{_CODE})|(?:eur|usd|gbp|chf|pln)|{_CURRENCY})(?![^\W_])|€|£|\$){_AGAIN}",
                re.IGNORECASE,
            ),
            score=0.65,
            heads=_HEADS,
        ),
        Rule(
            name="measure",
            why="a percentage or a measure",
            pattern=re.compile(
                rf"{LEFT}{_ABOUT}(?:{NUMBER}[ -]?(?:%|{_MEASURE})?(?:-| to | and | by | x |[ -]))?{NUMBER}[ -]?{_MEASURE}(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.6,
            heads=_HEADS,
        ),
        Rule(
            name="counted",
            why="a number of people or things",
            pattern=re.compile(
                rf"{LEFT}{_ABOUT}(?!(?:19|20)[0-9]{{2}} ){NUMBER} (?:(?!the |and )[a-z]{{3,12}} )?{_COUNTED}{RIGHT}", re.IGNORECASE
            ),
            score=0.5,
            heads=_HEADS,
        ),
    ),
)  # fmt: skip
