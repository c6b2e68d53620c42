"""Bank identifier codes (BIC, SWIFT), ISO 9362, beside their name or an account number."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, before, words

_COUNTRIES = words(
    "AD AE AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU "
    "CV CY CZ DE DJ DK DO DZ EC EE EG ES ET FI FJ FO FR GA GB GE GG GH GI GL GM GN GR GT GY HK HN HR HT HU ID IE IL IM IN "
    "IQ IR IS IT JE JM JO JP KE KG KH KR KW KY KZ LA LB LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV "
    "MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PS PT PY QA RO RS RU RW SA SC SD SE SG SI SK SL SM SN SR SV "
    "SY SZ TD TG TH TJ TM TN TO TR TT TW TZ UA UG US UY UZ VA VE VG VN WS XK YE ZA ZM ZW "
)  # ISO 3166-1, as the fifth and sixth letter
_AFTER_SWIFT = re.compile(r"\bswift\s\Z", re.IGNORECASE)  # "a SWIFT DECISION"


def _code(match: re.Match[str]) -> Bounds | None:
    if match[0][4:6] not in _COUNTRIES or (match[0].isalpha() and _AFTER_SWIFT.search(before(match))):
        return None
    return match.span()


RECOGNIZER = Recognizer(
    name="swift_code",
    entities=("SWIFT_CODE",),
    rules=(
        Rule(
            name="named",
            why="eight or eleven characters with a country code beside the letters BIC or IBAN",
            pattern=re.compile(r"(?<![^\W_])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![^\W_])"),
            score=0.85,
            near=("bic", "swift", "swift code", "swift-code", "bic/swift", "iban", "swift/bic"),
            reach=60,
            check=_code,
        ),
    ),
)
