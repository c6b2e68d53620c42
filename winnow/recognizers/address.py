"""Postal addresses: a street with its number and what follows (flat, town, postcode), post office boxes, postcodes.

English, German, French, Spanish, Italian, Polish and Dutch ways of writing them, on one line or as the block of a letter. A
postcode alone is found where its form is rare (British, Canadian, Dutch, Polish with its town) or its country stands before it.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule, before
from winnow.recognizers._towns import TOWNS

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
    rf"(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}} {_TOWN}|[0-9]{{2}}-[0-9]{{3}} {_TOWN}|[0-9]{{4}} ?[A-Z]{{2}} {_TOWN}))?"
)
_KIND = (
    r"(?:Street|Str|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|"
    r"Highway|Hwy|Close|Crescent|Gardens|Grove|Mews|Circle|Trail|Quay)"
)
_STREET_WORD = (
    r"(?:[A-Z0-9][\w'-]{0,24}|[A-Z][\w'-]{0,3}\.)"  # only a short one, as in "St.", ends with a dot: others end a sentence
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_SINCE = re.compile(r"\b(?:in|since|by|until|till|during|before|after|around|year)\s\Z", re.IGNORECASE)
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|Floor|Ste|Room)\.? ?#?[A-Z0-9]{1,5}|,? #[A-Z0-9]{1,5})?"


def _not_a_year(match: re.Match[str]) -> Bounds | None:
    """Takes out "in 2008 Wall Street fell"."""
    number = match[1]
    year = len(number) == 4 and number[:2] in {"19", "20"}
    return None if year and _SINCE.search(before(match)) else match.span()


_TOWN_BEFORE = re.compile(r"[A-Z][a-z.]+(?:[ '-][A-Z][a-z]+){0,3},?[ \n]")
_MACHINE = re.compile(r"@|://|0x|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-fA-F]{2}:){3}|::")  # other kinds of address


def _with_town(match: re.Match[str]) -> Bounds | None:
    """Takes the town before the state along; "in VA 12345" without one is another number."""
    text, start = match.string, match.start()
    towns = [found.start() for found in re.finditer(r"(?<![^\W_])[A-Z]", text[max(0, start - 40) : start])]
    for at in towns:
        first = max(0, start - 40) + at
        if _TOWN_BEFORE.fullmatch(text, first, start):
            return first, match.end()
    return None


def _postcode(match: re.Match[str]) -> Bounds | None:
    """Takes out years beside the word for a postcode."""
    return None if re.fullmatch(r"(?:19|20)[0-9]{2}", match[0]) else match.span()


def _address(text: str) -> bool:
    return (
        any(character.isdigit() for character in text)
        and sum(character.isalpha() for character in text) > 3
        and not _MACHINE.search(text)
    )


def _labelled(match: re.Match[str]) -> Bounds | None:
    value = match[1].rstrip(" .,")
    return (match.start(1), match.start(1) + len(value)) if _address(value) and re.search(r"[A-ZÀ-Þ]", value) else None


def _cell(match: re.Match[str]) -> Bounds | None:
    return match.span() if _address(match[0]) and " " in match[0] else None


RECOGNIZER = Recognizer(
    name="address",
    entities=("ADDRESS",),
    rules=(
        Rule(
            name="english",
            why="a house number, a street and its kind",
            pattern=re.compile(
                rf"([0-9](?<![^\W_].)(?<![.,$€£].)[0-9]{{0,4}}[A-Za-z]?(?:-[0-9]{{1,4}})?)"
                # A line may end behind the number, or before the kind; one digit and a heading are no address.
                rf"(?:,? |(?<=[0-9]{{2}})\n(?!The ))(?:[NSEW]\.? |North |"
                rf"South |East |West )?"
                rf"(?!{_MONTH}\b(?! {_KIND}))(?:{_STREET_WORD} ){{0,3}}{_STREET_WORD}[ \n]{_KIND}(?![\w'])\.?{_UNIT}{_END}{RIGHT}"
            ),
            score=0.8,
            check=_not_a_year,
        ),
        Rule(
            name="german",
            why="a street name with its kind and a house number",
            pattern=re.compile(
                rf"[A-ZÄÖÜ](?<![^\W_].)(?!eg |latz |llee |tra(?:ß|ss)e |tr\. )[^\W\d_]{{1,30}}"
                rf"(?:[ -][A-ZÄÖÜ][^\W\d_]{{1,30}}){{0,3}}"
                rf"(?:(?<=str)\.|(?<=straße)|(?<=strasse)|(?<=weg)|(?<=platz)|(?<=allee)|(?<=gasse)|(?<=damm)|(?<=ufer)|"
                rf"(?<=[ -]Straße)|(?<=[ -]Strasse)|(?<=[ -]Platz)|(?<=[ -]Allee)|(?<=[ -]Weg)|(?<=[ -]Str)\.) "
                rf"[1-9][0-9]{{0,3}} ?[a-z]?(?:-[0-9]{{1,4}})?{RIGHT}{_END}"
            ),
            score=0.8,
            needs=("str.", "traße", "trasse", "weg", "latz", "llee", "gasse", "damm", "ufer"),
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
            name="spanish",
            why="a Spanish or Portuguese street and a house number",
            pattern=re.compile(
                rf"{LEFT}(?:C/|Calle|Avenida|Avda\.?|Av\.|Paseo|Plaza|Ronda|Travessia|Rua|Praça|Travessa|Largo) ?"
                rf"(?:(?:de la|de los|de las|del|de|da|do|dos|das|la|el|los|las) )?[A-ZÀ-Þ][^\W\d_]{{1,24}}(?: (?:de la |"
                rf"de |del |y |da |do )?[A-ZÀ-Þ][^\W\d_]{{1,24}}){{0,3}}"
                rf",? ?(?:n[.º°]* ?)?[0-9]{{1,4}}(?:, ?[0-9]{{1,2}}[.º°ª]+ ?[A-Za-zÀ-ÿ]{{0,8}})?(?:,?[ \n]{{1,2}}"
                rf"(?:[0-9]{{5}}|[0-9]{{4}}-[0-9]{{3}}) {_TOWN})?{RIGHT}"
            ),
            score=0.8,
            starts=("c/", "calle", "avenida", "avda", "av.", "paseo", "plaza", "ronda", "travess", "rua ", "praça", "largo"),
        ),
        Rule(
            name="italian",
            why="an Italian street and a house number",
            pattern=re.compile(
                rf"{LEFT}(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada) (?:(?:della|"
                rf"dello|degli|delle|del|dei|di|dell')[ ]?)?"
                rf"[A-ZÀ-Þ][^\W\d_]{{1,24}}(?: (?:di |del |della )?[A-ZÀ-Þ][^\W\d_.]{{1,24}}){{0,3}},? "
                rf"(?:n\.? ?)?[0-9]{{1,4}}(?:/?[A-Za-z])?"
                rf"(?:,?[ \n]{{1,2}}[0-9]{{5}} {_TOWN}(?: \([A-Z]{{2}}\))?)?{RIGHT}"
            ),
            score=0.75,
            check=lambda match: None if match[0].startswith("via ") and not re.search(r"[0-9]{5} ", match[0]) else match.span(),
            starts=("via ", "viale ", "piazza", "corso ", "largo ", "vicolo ", "strada "),
        ),
        Rule(
            name="polish",
            why="a Polish street and a house number",
            pattern=re.compile(
                rf"{LEFT}(?:ul\.|al\.|pl\.|os\.|ulica|aleja|plac|osiedle) ?[A-ZÀ-ÞŁŚŻŹĆ0-9][\w.-]{{0,24}}"
                rf"(?: [\w.-]{{1,24}}){{0,3}}? [0-9]{{1,4}}[A-Za-z]?(?:/[0-9]{{1,4}}| ?m\. ?[0-9]{{1,4}})?"
                rf"(?:,?[ \n]{{1,2}}[0-9]{{2}}-[0-9]{{3}} {_TOWN})?{RIGHT}",
            ),
            score=0.8,
            starts=("ul.", "al.", "pl.", "os.", "ulica", "aleja", "plac", "osiedle"),
        ),
        Rule(
            name="dutch",
            why="a Dutch street with its kind and a house number",
            pattern=re.compile(
                r"[A-Z](?<![^\W_].)[^\W\d_]{2,30}(?:straat|laan|gracht|kade|plein|singel|dreef|dijk|hof|markt)"
                r"(?<!Hof) [1-9][0-9]{0,3} ?[a-zA-Z]?(?:-[0-9]{1,4}|-[A-Z]{1,3})?(?![^\W_])"
                rf"(?:,?[ \n]{{1,2}}[1-9][0-9]{{3}} ?[A-Z]{{2}}(?: {_TOWN})?)?"
            ),
            score=0.75,
            needs=("straat", "laan", "gracht", "kade", "plein", "singel", "dreef", "dijk", "markt"),
        ),
        Rule(
            name="prefixed_postcode",
            why="a country's letter, a postcode and a town",
            pattern=re.compile(
                rf"(?<![^\W_])(?<!-)(?:D|DE|A|AT|CH|F|FR|I|IT|E|ES|NL|B|BE|L|LU|PL|CZ|DK|S|SE|N|NO|FIN|"
                rf"FI)-[0-9]{{4,5}}[ ]\n?{_TOWN}{RIGHT}"
            ),
            score=0.8,
            numbers=4,
        ),
        Rule(
            name="postcode_and_town",
            why="a postcode before the name of a large town, or of a form that one country has",
            pattern=re.compile(
                rf"(?<![^\W_])(?<![-.,])(?:[0-9]{{4,5}}[ ]\n?(?:{TOWNS})|"
                rf"[0-9]{{2}}-[0-9]{{3}}[ ]\n?[A-ZŁŚŻŹĆ][^\W\d_]{{2,24}}|[1-9][0-9]{{3}} ?(?!AM|PM|AD|BC|"
                rf"SS)[A-Z]{{2}}[ ]{{1,2}}[A-Z][a-z]{{2,24}}|"
                rf"[1-9][0-9]{{3}}-[0-9]{{3}}[ ][A-ZÀ-Þ][a-zà-ÿ]{{2,24}}){RIGHT}"
            ),
            score=0.7,
            numbers=4,
        ),
        Rule(
            name="us_town",
            why="a town, a state and a ZIP code",
            pattern=re.compile(rf"(?<![^\W_]){_STATE},?[ ]\n?[0-9]{{5}}(?:-[0-9]{{4}})?(?![^\W_]|-)"),
            score=0.75,
            numbers=4,
            check=_with_town,
        ),
        Rule(
            name="ca_postcode",
            why="a Canadian postcode",
            pattern=re.compile(r"(?<![^\W_])[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9](?![^\W_])"),
            score=0.6,
            needs=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        ),
        Rule(
            name="postcode_label",
            why="a postcode beside its name",
            pattern=re.compile(
                r"(?<![^\W_])(?:[0-9]{5}(?:-[0-9]{4})?|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}|[0-9]{4}|"
                r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})(?![^\W_])"
            ),
            score=0.7,
            near=(
                "zip",
                "zip code",
                "postcode",
                "post code",
                "postal code",
                "plz",
                "postleitzahl",
                "code postal",
                "código postal",
                "kod pocztowy",
                "cap",
                "eircode",
            ),
            reach=20,
            check=_postcode,
        ),
        Rule(
            name="label",
            why="what follows a label such as Address:",
            pattern=re.compile(
                r"(?<![^\W_])(?:(?:home|postal|mailing|street|billing|shipping|delivery|residential|work|office|"
                r"permanent|current) address|address|anschrift|wohnhaft in|adresse|dirección|indirizzo|adres|domicile)"
                r"[ ]?:[ \t]{0,3}\n?([^\n:;|\ue002]{6,120}(?:\n[^\n:;|\ue002]{2,40}[0-9][^\n:;|\ue002]{0,40})?)",
                re.IGNORECASE,
            ),
            score=0.6,
            starts=(
                "home a",
                "postal a",
                "mailing a",
                "street a",
                "billing a",
                "shipping a",
                "delivery a",
                "residential a",
                "work a",
                "office a",
                "permanent a",
                "current a",
                "address",
                "anschrift",
                "wohnhaft",
                "adres",
                "dirección",
                "indirizzo",
                "domicile",
            ),
            check=_labelled,
        ),
        Rule(
            name="column",
            why="a value in a table's column for addresses",
            pattern=re.compile(r"[^\W_][^\n|]{5,120}[^\W_]"),
            score=0.6,
            titles=(
                "address",
                "home address",
                "postal address",
                "street",
                "street address",
                "anschrift",
                "adresse",
                "dirección",
                "indirizzo",
                "adres",
            ),
            check=_cell,
        ),
        Rule(
            name="box",
            why="a post office box",
            pattern=re.compile(
                rf"{LEFT}(?:P\.? ?O\.? Box|Postfach|B\.P\.) #?[0-9]{{1,7}}(?: [0-9]{{2}}(?: [0-9]{{2}})?)?{RIGHT}{_END}",
                re.IGNORECASE,
            ),
            score=0.8,
            needs=("box ", "b.p.", "postfach"),
        ),
        Rule(
            name="uk_postcode",
            why="a British postcode",
            pattern=re.compile(rf"{LEFT}{_UK_POSTCODE}{RIGHT}"),
            score=0.6,
        ),
    ),
)
