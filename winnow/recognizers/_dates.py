"""How dates are written: in figures, and with the month in one of nine languages.

Belongs here: patterns of dates that several recognisers share. Does not belong here: what a date means.
"""

from winnow.recognizers._base import words

MONTH = (
    r"(?:jan(?:uary|uari|uar|vier|\.)?|jänner|januar|feb(?:ruary|ruari|ruar|braio|\.)?|febrero|fevereiro|f[ée]v(?:rier|"
    r"r\.?|\.)?|"
    r"mar(?:ch|s|zo|ço|t|\.)?|m(?:ä|ae)rz|mrt\.?|maart|marca|apr(?:il|ile|\.)?|abril|avr(?:il|\.)|kwietnia|may|mai|mei|"
    r"mayo|maio|"
    r"maggio|maja|june?|juni[o]?|juin|junho|giugno|czerwca|july?|juli[o]?|juil(?:let|\.)|julho|luglio|lipca|"
    r"aug(?:ust|ustus|\.)?|août|agosto|sierpnia|sep(?:t(?:ember|embre|\.)?|tiembre|\.)?|setembro|settembre|września|"
    r"o[ck]t(?:ober|obre|ubre|\.)?|outubro|ottobre|października|nov(?:ember|embre|iembre|embro|\.)?|listopada|"
    r"d[eé][cz](?:ember|embre|embro|\.)?|diciembre|dicembre|grudnia|stycznia|lutego|gennaio|enero|janeiro)"
)
"""A month's name in English, German, French, Spanish, Portuguese, Italian, Dutch or Polish; to be matched without regard to case."""

MONTH_HEADS = words(
    "jan jän feb fev fév mar mär mae mrt maa apr abr avr kwi may mai mei mag maj jun jui jul giu cze lug lip aug aoû ago sie sep "
    "set wrz oct okt out ott paź nov lis dec dez déc déz dic gru sty lut gen ene"
)
"""What these names begin with, for `winnow.recognizers._base.Rule.heads`."""

DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_MONTH_DIGITS = r"(?:1[0-2]|0?[1-9])"
YEAR = r"(?:1[6-9]|20)[0-9]{2}"

FIGURES = (
    rf"(?:{DAY}(?P<sign>[./-]) ?{_MONTH_DIGITS}(?P=sign) ?(?:{YEAR}|[0-9]{{2}})|{_MONTH_DIGITS}(?P<slash>[/-]){DAY}"
    rf"(?P=slash)(?:{YEAR}|[0-9]{{2}})|"
    rf"{YEAR}(?P<iso>[./-]){_MONTH_DIGITS}(?P=iso){DAY}|{YEAR}年 ?[0-9]{{1,2}}月 ?[0-9]{{1,2}}日)"
)
"""A date in figures with its year; its groups allow it once in a pattern."""

ORDINAL = r"(?:st|nd|rd|th|er|re|º|ª|°|\.|e)?"
DAY_MONTH = rf"{DAY}{ORDINAL}[ -]?\n?(?:(?:day )?of |de |do |di )?(?<=[ \n.-]){MONTH}"
MONTH_DAY = rf"{MONTH}[ -]\n?(?:the )?{DAY}(?:st|nd|rd|th)?(?![0-9])"
LONG = rf"(?:{DAY_MONTH}(?:,? ?-?\n?(?:(?:de|del|do) )?(?:{YEAR}|'[0-9]{{2}}))|{MONTH_DAY},?[ \n]{YEAR})"
"""A day, a month's name and a year; to be matched without regard to case."""
