"""Postal addresses: a street with its number and what follows (flat, town, postcode), post office boxes, British postcodes."""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule, before

_UK_POSTCODE = (  # BS 7666
    r"(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRV-Y])"
    r" [0-9][ABD-HJLNP-UW-Z]{2})"
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
)
_TOWN = r"[A-ZÀ-Þ][^\W\d_]{1,24}(?:[ '.-]{1,2}[A-ZÀ-Þa-z][^\W\d_]{0,24}){0,3}"
_END = (  # town and postcode, each with what may stand between
    rf"(?:,?[ \n]{{1,2}}(?:{_TOWN},?[ \n]{{1,2}}){{0,2}}(?:{_STATE},? [0-9]{{5}}(?:-[0-9]{{4}})?|{_UK_POSTCODE}|"
    rf"(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}} {_TOWN}))?"
)
_KIND = (
    r"(?:Street|Str|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|"
    r"Highway|Hwy|Close|Crescent|Gardens|Grove|Mews|Circle|Trail|Quay)"
)
_SINCE = re.compile(r"\b(?:in|since|by|of|from|until|till|during|before|after|around|year|and|to)\s\Z", re.IGNORECASE)
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|Floor|Ste|Room)\.? ?#?[A-Z0-9]{1,5}|,? #[A-Z0-9]{1,5})?"


def _not_a_year(match: re.Match[str]) -> Bounds | None:
    """Takes out "in 2008 Wall Street fell"."""
    number = match[1]
    year = len(number) == 4 and number[:2] in {"19", "20"}
    return None if year and _SINCE.search(before(match)) else match.span()


RECOGNIZER = Recognizer(
    name="address",
    entities=("ADDRESS",),
    rules=(
        Rule(
            name="english",
            why="a house number, a street and its kind",
            pattern=re.compile(
                rf"([0-9](?<![^\W_].)(?<![.,$€£].)[0-9]{{0,4}}[A-Za-z]?(?:-[0-9]{{1,4}})?),? (?:[NSEW]\.? |North |"
                rf"South |East |West )?"
                rf"(?:[A-Z0-9][\w'.-]{{0,24}} ){{1,4}}{_KIND}(?![\w'])\.?{_UNIT}{_END}{RIGHT}"
            ),
            score=0.8,
            check=_not_a_year,
        ),
        Rule(
            name="german",
            why="a street name with its kind and a house number",
            pattern=re.compile(
                rf"[A-ZÄÖÜ](?<![^\W_].)(?!eg |latz |llee |tra(?:ß|ss)e |tr\. )[^\W\d_]{{1,30}}(?:[ -][A-ZÄÖÜ][^\W\d_]{{1,30}}){{0,3}}"
                rf"(?:(?<=str)\.|(?<=straße)|(?<=strasse)|(?<=weg)|(?<=platz)|(?<=allee)|(?<=gasse)|(?<=damm)|(?<=ufer)|"
                rf"(?<=[ -]Straße)|(?<=[ -]Strasse)|(?<=[ -]Platz)|(?<=[ -]Allee)|(?<=[ -]Weg)|(?<=[ -]Str)\.) "
                rf"[1-9][0-9]{{0,3}} ?[a-z]?(?:-[0-9]{{1,4}})?{RIGHT}{_END}"
            ),
            score=0.8,
            needs=("str.", "Str.", "traße", "trasse", "weg", "Weg", "latz", "llee", "gasse", "damm", "ufer"),
        ),
        Rule(
            name="french",
            why="a house number and a French street",
            pattern=re.compile(
                rf"[0-9](?<![^\W_].)(?<![.,$€£].)[0-9]{{0,3}}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|allée|"
                rf"chemin|quai|impasse|cours)"
                rf"(?: (?:de la|de l'|de|du|des|d'|la|le|"
                rf"les))?[ ']?(?:[A-ZÀ-Þ][^\W_]{{0,24}}[ -]?){{1,4}}(?<![ -])(?:,? ?\n?[0-9]{{5}} {_TOWN})?{RIGHT}"
            ),
            score=0.8,
            needs=("rue", "avenue", "boulevard", "place", "allée", "chemin", "quai", "impasse", "cours"),
        ),
        Rule(
            name="box",
            why="a post office box",
            pattern=re.compile(rf"{LEFT}P\.? ?O\.? Box #?[0-9]{{1,7}}{RIGHT}{_END}", re.IGNORECASE),
            score=0.8,
            needs=("Box ", "BOX ", "box "),
        ),
        Rule(
            name="uk_postcode",
            why="a British postcode",
            pattern=re.compile(rf"{LEFT}{_UK_POSTCODE}{RIGHT}"),
            score=0.6,
        ),
    ),
)
