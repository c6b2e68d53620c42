"""What one cell says, in plain form: numbers with a point, days in ISO 8601, true and false.

Belongs here: reading a single text under a given way of writing. Does not belong here: which way a column is written in, which
`winnow.formats._columns` tells from all its values, and typed values, which `winnow.formats._table.render` writes.

Ways of writing follow CLDR's number symbols and date orders. A text that is not written in the given way gives None: nothing is
guessed, rounded or cut. Units stay where they are: ``1.234,50 EUR`` is ``1234.50 EUR``.
"""

import datetime as dt
import re
from functools import cache

STYLES = {  # thousands sign, decimal sign
    "1,234.56": (",", r"\."),
    "1.234,56": (r"\.", ","),
    "1 234,56": ("[ \u00a0\u2009\u202f]", ","),
    "1 234.56": ("[ \u00a0\u2009\u202f]", r"\."),
    "1'234.56": ("['\u2019]", r"\."),
    "12,34,567.89": (",", r"\."),
}
"""The signs of each number style, as regular expressions."""

_INDIAN = "12,34,567.89"  # groups of two before the last three digits

_UNIT = r"(?:[€$£¥₹₽₺₩%‰]|[A-Z]{3}|Rs\.?|zł|kr\.?|Kč|Ft|Fr\.)"

_SIGNS = "+\\-\u2212"

LONGEST = 64  # characters of a number or a day with its time; a longer cell is prose

_EXCEL_DAYS = 2_958_466  # the serial number of 10000-01-01: no spreadsheet shows a later day

_LEAP_1900 = 60  # the serial number of 1900-02-29, which spreadsheets count though there was none

_DAY_SECONDS = 86_400

_TIME = (
    r"(?:(?:[T ]|, ?)(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)

_ORDERS = {
    "day_first": re.compile(rf"(?P<day>[0-9]{{1,2}})([./-]) ?(?P<month>[0-9]{{1,2}})\2 ?(?P<year>[0-9]{{4}}){_TIME}"),
    "month_first": re.compile(rf"(?P<month>[0-9]{{1,2}})([./-]) ?(?P<day>[0-9]{{1,2}})\2 ?(?P<year>[0-9]{{4}}){_TIME}"),
    "year_first": re.compile(rf"(?P<year>[0-9]{{4}})([./])(?P<month>[0-9]{{1,2}})\2(?P<day>[0-9]{{1,2}}){_TIME}"),
}

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@cache
def _number_pattern(style: str) -> re.Pattern[str]:
    thousands, decimal = STYLES[style]
    groups = (
        rf"[1-9][0-9]?(?:{thousands}[0-9]{{2}})*{thousands}[0-9]{{3}}"
        if style == _INDIAN
        else (rf"[1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}})+")
    )
    return re.compile(
        rf"(?P<open>\()?(?P<sign>[{_SIGNS}])? ?(?P<unit>{_UNIT}[ \u00a0\u202f]?)?(?P<inner>[{_SIGNS}])?"
        rf"(?P<whole>{groups}|[0-9]*)(?:{decimal}(?P<part>[0-9]+))?"
        rf"(?P<after>[ \u00a0\u202f]?{_UNIT})?(?P<trail>[-\u2212])?(?P<close>\))?"
    )


def number(text: str, style: str) -> str | None:
    """``text``, a number written in ``style`` (a key of `STYLES`), with a point and without thousands signs; None if it is none.

    Leading zeros and the digits behind the point stay. A minus may stand before or behind the number or its unit, or be a pair
    of brackets, as accountants write it.
    """
    found = _number_pattern(style).fullmatch(text) if len(text) <= LONGEST else None
    if found is None or not (found["whole"] or found["part"]) or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["sign"], found["inner"], found["trail"], found["open"]) if sign]
    if len(signs) > 1:
        return None
    minus = "-" if signs and signs[0] != "+" else ""
    whole = "".join(filter(str.isdigit, found["whole"])) or "0"
    part = "." + found["part"] if found["part"] else ""
    return f"{found['unit'] or ''}{minus}{whole}{part}{found['after'] or ''}"


def day(text: str, form: str) -> str | None:
    """``text``, a day with or without a time, in ISO 8601; None if it is not written as ``form`` says.

    ``form`` is ``day_first``, ``month_first``, ``year_first``, ``serial``, ``serial_1904`` or a format as of strptime. Days in ISO
    8601 are left as they are, whatever the form.
    """
    if len(text) > LONGEST:
        return None
    if form.startswith("serial"):
        return _serial(text, form)
    if _ISO.fullmatch(text):
        return text
    if form in _ORDERS:
        return _ordered(text, form)
    try:
        moment = dt.datetime.strptime(text, form)  # noqa: DTZ007 - a cell's zone is the cell's
    except ValueError:
        return None
    timed = re.search(r"%[HIMScXfpT]", form) is not None
    return moment.isoformat() if timed else moment.date().isoformat()


def is_iso_day(text: str) -> bool:
    """Whether ``text`` is a day, with or without a time, in ISO 8601."""
    return len(text) <= LONGEST and _ISO.fullmatch(text) is not None


def _ordered(text: str, order: str) -> str | None:
    found = _ORDERS[order].fullmatch(text) or _ORDERS["year_first"].fullmatch(text)
    if found is None:
        return None
    try:
        date = dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
        if found["hour"] is None:
            return date.isoformat()
        hour = int(found["hour"])
        if found["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if found["half"] in "pP" else 0)
        time = dt.time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
    fraction = f".{found['fraction']}" if found["fraction"] else ""
    zone = (found["zone"] or "").strip().replace("UTC", "Z")
    return f"{date.isoformat()}T{time.isoformat()}{fraction}{zone}"


def _serial(text: str, form: str) -> str | None:
    """The day that a spreadsheet shows for a number: days since 1900 (ECMA-376 part 1, 18.17.4.1) or since 1904-01-01."""
    try:
        count = float(text.replace(",", "."))
    except ValueError:
        return day(text, "year_first")  # typed cells have become days already
    if not 0 <= count < _EXCEL_DAYS or (int(count) == _LEAP_1900 and form == "serial"):
        return None
    base = (1904, 1, 1) if form == "serial_1904" else (1899, 12, 31 if count < _LEAP_1900 else 30)
    try:
        moment = dt.datetime(*base) + dt.timedelta(days=int(count), seconds=round(count % 1 * _DAY_SECONDS))  # noqa: DTZ001 - a cell knows no zone
    except OverflowError:
        return None
    return moment.isoformat() if count % 1 else moment.date().isoformat()


def boolean(text: str, words: tuple[str, str]) -> str | None:
    """``true`` for the first of ``words``, ``false`` for the second, None for another text; case does not count."""
    said = text.casefold()
    return "true" if said == words[0].casefold() else "false" if said == words[1].casefold() else None
