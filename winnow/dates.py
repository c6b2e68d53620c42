"""The notation of a date, and made-up dates in a given notation.

Belongs here: ``12.03.1985``, ``March 12, 1985``, ``1985-03-12`` in English, German and French. Does not belong here: finding dates
(`winnow.recognizers`), and dates that are meant as dates (`datetime`).
"""

import re
from collections.abc import Callable


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MONTHS = {
    "e": _names("January February March April May June July August September October November December"),
    "g": _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "f": _names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
}
_DAYS = {
    "e": _names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "g": _names("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    "f": _names("lundi mardi mercredi jeudi vendredi samedi dimanche"),
}
_SHORT = 3  # letters of an abbreviated month or weekday
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_RUN = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_SIGNS = {" ": "s", ".": "o", "-": "h", "/": "p", ",": "c", ":": "n", "\n": "s"}
_OF = {code: sign for sign, code in _SIGNS.items() if sign != "\n"}
_MOST_RUNS = 16
_FIRST_YEAR, _YEARS = 1950, 50  # years of made-up dates: those in which most people of working age were born


def notation(surface: str) -> str:
    """The notation of the date ``surface``; empty if it is not written in figures and names of months and weekdays.

    Runs of a class and a digit each: ``d`` digits by their number, ``e``, ``g``, ``f`` a month by language and ``x``, ``y``, ``z`` a
    weekday by language, 1 if abbreviated and 2 in full, ``t`` an English ordinal's ending; else the sign.
    """
    runs = _RUN.findall(surface)
    written = [_written(run) for run in runs]
    return (
        "".join(written)
        if written and all(written) and len(written) <= _MOST_RUNS and any("d" in run for run in written)
        else ""
    )


def _written(run: str) -> str:
    if run.isdigit():
        return f"d{len(run)}" if len(run) in {1, 2, 4} else ""
    if run in _SIGNS:
        return f"{_SIGNS[run]}1"
    folded = run.casefold()
    if folded in _ORDINALS:
        return "t1"
    for codes, tables in (("egf", _MONTHS), ("xyz", _DAYS)):
        for code, table in zip(codes, tables.values(), strict=True):
            for name in table:
                if folded == name.casefold():
                    return f"{code}2"
                if folded in {name.casefold()[:_SHORT], name.casefold()[: _SHORT + 1]}:
                    return f"{code}1"
    return "c0" if folded == "of" else ""


def made_up(written: str, below: Callable[[int], int]) -> str:
    """A date in the notation ``written``; ``below(n)`` gives the next number from 0 to n-1."""
    return "".join(_run(written[at], int(written[at + 1]), written, below) for at in range(0, len(written) - 1, 2))


def _run(kind: str, length: int, written: str, below: Callable[[int], int]) -> str:
    named = any(month in written[::2] for month in "egf")
    if kind == "d":
        if length == 4:
            return str(_FIRST_YEAR + below(_YEARS))
        if length == 1:
            return str(4 + below(6))  # 4th to 9th: their ordinals all end in "th"
        return str(10 + below(18 if named else 3)) if "t" not in written[::2] else str(10 + below(10))
    for codes, tables in (("egf", _MONTHS), ("xyz", _DAYS)):
        if kind in codes:
            name = list(tables.values())[codes.index(kind)][below(12 if codes == "egf" else 7)]
            return name if length == 2 else name[:_SHORT]
    if kind == "t":
        return "th"
    return "of" if kind == "c" and length == 0 else _OF.get(kind, "")
