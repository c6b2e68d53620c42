"""Numbers under which a person is on file, beside the word that says so: employee, customer, case, policy, passport, licence.

A company's own formats are better told by the catalog (``pii: patterns:``), which needs no word beside the number.
"""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_SUBJECT = (
    r"(?:employee|staff|personnel|payroll|worker|customer|client|patient|member(?:ship)?|case|claim|policy|contract|account|acct|booking|"
    r"passport|driv(?:er'?s?|ing) licen[cs]e|licen[cs]e|insured|student|matri[ck]ul\w*|personal|kunden|mitarbeiter|vertrags|"
    r"versicherten|fall|konto|reisepass)"
)
_NUMBER = r"(?:[ -]?(?:no|nr|num(?:ber|mer)?|id|code|reference|ref)\b\.?|[ ]?#|[ ]?№)"

RECOGNIZER = Recognizer(
    name="reference_number",
    entities=("REFERENCE_NUMBER",),
    rules=(
        Rule(
            name="named",
            why="a number beside a word such as employee, customer or case",
            pattern=re.compile(
                rf"(?<![^\W_]){_SUBJECT}{_NUMBER}{{1,2}}(?: is| was|:|=| -){{0,2}} "
                rf"{{0,2}}([A-Za-z]{{0,4}}[-/]?[0-9](?:[A-Za-z0-9]|[-/](?=[A-Za-z0-9])){{3,23}})"
                r"(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.75,
            group=1,
            check=when(lambda text: len(only_digits(text)) >= 3, 1),
        ),
    ),
)
