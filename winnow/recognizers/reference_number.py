"""Numbers under which a person is on file, beside the word that says so: employee, customer, case, policy, invoice, patient.

Under the policy ``strict`` numbers of files without such a word too: at courts (12345/06), in registers (no. 657) and in law reports.
A company's own formats are better told by the catalog (``pii: patterns:``), which needs no word beside the number.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule, after, before, only_digits, when, words

_STRICT = frozenset({"strict"})

_SUBJECTS = (
    "employee", "staff", "personnel", "payroll", "worker", "customer", "client", "patient", "member", "membership", "case",
    "claim", "policy", "contract",
    "account", "acct", "booking", "reservation", "licence", "license", "insured", "insurance", "student", "matric",
    "matrik", "personal", "kunden", "mitarbeiter",
    "vertrags", "versicherten", "versicherungs", "fall", "invoice", "rechnungs", "subscriber", "subscription",
    "medical record", "mrn", "health record", "chart",
    "beneficiary", "applicant", "application", "candidate", "badge", "loan", "mortgage", "loyalty", "frequent flyer",
    "docket", "file", "dossier", "aktenzeichen",
    "az", "patienten", "mitglieds", "auftrags", "expediente", "cliente", "pratica", "numéro de client", "n° client",
    "n° de contrat", "klienta", "umowy", "klant", "polis",
    "prisoner", "inmate", "warrant", "tenant", "voter", "nhs trust", "hospital", "visa", "permit", "residence permit",
)  # fmt: skip
_SUBJECT = "(?:" + "|".join(sorted((re.escape(subject) for subject in _SUBJECTS), key=len, reverse=True)) + r")(?:ul\w{0,8})?"
_NUMBER = r"(?:[ _-]?(?:no|nr|num(?:ber|mer|éro|ero)?|id|code|reference|ref)\b\.?|[ ]?#|[ ]?№|[ ]?n°|[ ]?nº)"
_VALUE = r"([A-Za-z]{0,5}[-/]?[0-9](?:[A-Za-z0-9]|[-/.](?=[A-Za-z0-9])|[ -]?\n(?=[0-9])|[ ](?=[0-9]{3})){2,23})"
_FILES = words("employee staff personnel customer client patient member case claim policy contract account student invoice")
_COLUMN = (
    *(
        f"{subject}{number}"
        for subject in sorted(_FILES)
        for number in (" id", " no", " number", " nr", "_id", "-id", " ref", " #")
    ),
    *("personalnummer", "kundennummer", "vertragsnummer", "mitarbeiternummer", "mrn", "matricule"),
)
_YEAR = r"(?:1[89]|20)[0-9]{2}(?!/(?:1080|1200)(?![0-9]))"  # 1920/1080 are pixels
_REPORTS = (
    r"(?:W\.?L\.?R\.?|A\.?C\.?|Q\.?B\.?|K\.?B\.?|Ch|Fam|All E\.?R\.?|E\.?H\.?R\.?R\.?|E\.?C\.?R\.?|I\.?C\.?R\.?|"
    r"I\.?R\.?L\.?R\.?|C\.?M\.?L\.?R\.?|EWCA(?: Civ| Crim)?|EWHC|UKHL|UKSC|UKPC|UKEAT|CSIH|CSOH|IESC|IEHC|SCR|SCC|ONCA|FCR|FLR|"
    r"U\.S\.|S\. ?Ct\.|F\.(?:2d|3d|4th)|F\. ?Supp\.(?: ?[23]d)?|CLR|HCA|NJA|RÅ|RH|NJ|BGHZ|BGHSt|BVerfGE|BVerwGE|ATF|BGE|OSNC)"
)  # series of law reports and neutral citations of English-speaking, Swedish, Dutch, German, Swiss and Polish courts
_CITED = rf"(?:[\[(]{_YEAR}[\])] )?(?:[0-9]{{1,4}} )?{_REPORTS}(?: {_YEAR})?,? (?:p\. ?|s\. ?)?[0-9]{{1,5}}"
_UNIT = re.compile(
    r" ?(?:%|mm|cm|km|kg|mg|ml|px|ms|hz|khz|mhz|ghz|kb|mb|gb|v\b|w\b|rpm|dpi|kbit|mbit|fps|items|rows|pages|tests|passed)",
    re.IGNORECASE,
)
_NO_REFERENCE = re.compile(
    r"(?:port|ports|pp?\.?|pages?|ratio|rate|speed|size|resolution|bp|pressure|score|iso) ?:?\Z", re.IGNORECASE
)

_LAW = re.compile(
    r"(?:laws?|acts?|decrees?|ordinances?|regulations?|directives?|protocols?|conventions?|series [a-z]|articles?) ?\(?\Z",
    re.IGNORECASE,
)


def _number_and_year(match: re.Match[str]) -> Bounds | None:
    """A number of three to six digits and a year; not a month of a year, two years, an amount with its unit, or a step of many."""
    number, year = match[1], match[2]
    if _UNIT.match(after(match)) or _NO_REFERENCE.search(before(match, 16)):
        return None
    if len(year) == 2 and (30 <= int(year) < 50 or len(number) == 3):  # no court of now wrote such a year
        return None
    is_year = len(number) == 4 and 1800 <= int(number) < 2100
    return None if is_year else match.span()


def _numbered(match: re.Match[str]) -> Bounds | None:
    """A number of three digits or more that is not a law's."""
    return None if len(only_digits(match[1])) < 3 or _LAW.search(before(match, 24)) else match.span(1)


RECOGNIZER = Recognizer(
    name="reference_number",
    entities=("REFERENCE_NUMBER",),
    rules=(
        Rule(
            name="named",
            why="a number beside a word such as employee, customer or case",
            pattern=re.compile(
                rf"(?<![^\W_]){_SUBJECT}{_NUMBER}{{1,2}}(?: is| was| ist|[ ]?[:=]| -){{0,2}}[ \t]{{0,2}}\n?(?-i:"
                rf"(?=[^a-z])|(?=[a-z]{{0,4}}[-/]?[0-9])){_VALUE}(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.75,
            starts=_SUBJECTS,
            check=when(lambda text: len(only_digits(text)) >= 3, 1),
        ),
        Rule(
            name="column",
            why="a number in a table's column of a word such as employee, customer or case",
            pattern=re.compile(r"(?<![^\W_])[A-Za-z]{0,5}[-/]?[0-9](?:[A-Za-z0-9]|[-/.](?=[A-Za-z0-9])){2,23}(?![^\W_])"),
            score=0.75,
            titles=_COLUMN,
            check=when(lambda text: len(only_digits(text)) >= 3),
        ),
        Rule(
            name="court",
            why="the number of an application or a case at a court",
            pattern=re.compile(r"(?:no|nos|nr)\.? ?(?:\n)?([0-9]{1,6}/[0-9]{2,4})(?![^\W_]|/)", re.IGNORECASE),
            score=0.7,
            group=1,
            starts=("no. ", "nos. ", "no ", "nr. ", "nr ", "no.\n"),
        ),
        Rule(
            name="german_court",
            why="the file number of a German court",
            pattern=re.compile(r"(?<![^\W_])(?:[0-9]{1,3}|[IVX]{1,5}) (?:[A-Z][A-Za-z]{0,3}) [0-9]{1,5}/[0-9]{2}(?![^\W_]|/)"),
            score=0.5,
            needs=("/",),
        ),
        Rule(
            name="number_and_year",
            why="a number, a slash and a year, as courts and offices number their files",
            pattern=re.compile(r"(?<![^\W_])(?<![.,/:$€£+=-])([0-9]{3,6})/((?:19|20)?[0-9]{2})(?![^\W_]|[/:-]|\.[0-9a-z])"),
            score=0.5,
            needs=("/",),
            check=_number_and_year,
            policies=_STRICT,
        ),
        Rule(
            name="year_and_number",
            why="a year, a slash or a colon, and a number of three or more digits",
            pattern=re.compile(
                rf"(?<![^\W_])(?<![.,/:$€£+=-]){_YEAR}[/:](?!{_YEAR}(?![0-9]))[0-9]{{3,5}}(?![^\W_]|[/:-]|\.[0-9a-z])|"
                rf"(?<=[(\s]){_YEAR}:[0-9]{{2}}(?=[),;])"
            ),
            score=0.5,
            needs=("/", ":"),
            policies=_STRICT,
        ),
        Rule(
            name="lettered",
            why="letters of a court's chamber or of a register, a number, a slash and a year",
            pattern=re.compile(
                rf"{LEFT}(?<![/.-])(?:(?:[IVX]{{1,5}}|[0-9]{{1,3}}) )?[A-Z][A-Za-z]{{0,3}}(?:/[A-Z][a-z]{{1,2}}|[ -][0-9A-Z])?[ -]"
                rf"[0-9]{{1,6}}/(?:(?:19|20)?[0-9]{{2}})(?![^\W_]|[/:-]|\.[0-9a-z])"
            ),
            score=0.5,
            needs=("/",),
            policies=_STRICT,
        ),
        Rule(
            name="no",
            why="a number of three or more digits after no.",
            pattern=re.compile(
                r"(?:nos?|nr|№)\.?[ \n]?((?-i:[A-Z]{1,4}[-/ ]?)?[0-9][0-9./-]{1,12}[0-9](?:-[A-Z0-9]{1,4})?)(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.5,
            group=1,
            starts=("no. ", "nos. ", "nr. ", "no.\n", "nos.\n", "№"),
            check=_numbered,
            policies=_STRICT,
        ),
        Rule(
            name="law_report",
            why="a series of law reports or a court, and where in it a decision stands",
            pattern=re.compile(rf"{LEFT}(?<![/.-]){_CITED}{RIGHT}|[\[(]{_YEAR}[\])] {_CITED}{RIGHT}"),
            score=0.6,
            policies=_STRICT,
        ),
    ),
)  # fmt: skip
