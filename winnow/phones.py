"""Telephone numbers that belong to nobody: those that regulators keep free for films and books, by country.

Sources: Ofcom, "Telephone numbers for use in TV and radio drama programmes"; NANPA, 555-0100 to 555-0199; ACMA, "Phone numbers for
use in TV shows, films and creative works"; ARCEP decision 2018-0881 (numbers for audiovisual works); Bundesnetzagentur,
"Rufnummern für Film- und Fernsehproduktionen" ("drama numbers"); ComReg, 020 91x xxxx; PTS, "Telefonnummer för användning i böcker
och filmer". Where a country keeps none free, the national number begins with 000, which no dialling plan assigns.

Belongs here: made-up numbers. Does not belong here: finding numbers (`winnow.recognizers.phone`).
"""

import re
from collections.abc import Callable, Mapping

import phonenumbers

_FREE: Mapping[str, tuple[tuple[str, int], ...]] = {
    "GB": (("2079460", 3), ("7700900", 3)),
    "US": (("20255501", 2), ("31255501", 2), ("41555501", 2)),
    "CA": (("61355501", 2), ("41655501", 2)),
    "AU": (("25550", 4), ("35550", 4)),
    "FR": (("1990000", 2), ("639980", 3)),
    "DE": (("3023125", 3), ("6990009", 3), ("4066969", 3), ("8999998", 3)),
    "IE": (("20910", 4),),
    "SE": (("84650040", 1), ("31390600", 1)),
}
"""Region → national prefixes of numbers that are kept free, and how many digits follow them."""

_NOBODY = "000"
_DIGITS = re.compile(r"\D+")


def region_code(surface: str) -> str:
    """The country that ``surface`` names by its dialling code, as ``g.b``; ``x`` if it names none."""
    plain = " ".join(surface.split())
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if not plain.startswith("+"):
        return "x"
    try:
        number = phonenumbers.parse(plain.replace("(0)", ""), None)
    except phonenumbers.NumberParseException:
        return "x"
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)  # the plan's main country: Jersey's is Britain
    return ".".join(region.casefold()) if region and region.isalpha() and len(region) == 2 else "x"


def made_up(region: str, runs: list[tuple[str, int]], signs: Mapping[str, str], below: Callable[[int], int]) -> str:
    """A number of nobody's in the notation ``runs`` (as from `winnow.shapes.read_pattern`) of the ``region`` (``g.b``)."""
    country = region.replace(".", "").upper()
    wanted = sum(length for kind, length in runs if kind == "d")
    if country == "X":
        digits = _national(runs, wanted, below)
    else:
        code = str(phonenumbers.country_code_for_region(country) or "")
        prefix = "" if runs[:1] and runs[0][0] == "t" else "00"
        trunk = "0" if _has_trunk_zero(runs) else ""
        national = _subscriber(country, wanted - len(prefix) - len(code) - len(trunk), below)
        digits = prefix + code + trunk + national
    return _filled(digits, runs, signs)


def _has_trunk_zero(runs: list[tuple[str, int]]) -> bool:
    return any(runs[at : at + 3] == [("b", 1), ("d", 1), ("e", 1)] for at in range(len(runs)))


def _national(runs: list[tuple[str, int]], wanted: int, below: Callable[[int], int]) -> str:
    """A number without a dialling code: an American 555 number where it is grouped so, British drama numbers for eleven digits."""
    groups = [length for kind, length in runs if kind == "d"]
    if groups[-2:] == [3, 4] and wanted == 10:
        return _subscriber("US", 10, below)
    if groups == [3, 4]:
        return f"55501{below(100):02}"
    if groups == [2] * 5:
        return "0" + _subscriber("FR", 9, below)
    if wanted == 11:
        return "0" + _subscriber("GB", 10, below)
    return (_NOBODY + _random(max(wanted - 3, 0), below))[:wanted]


def _subscriber(country: str, length: int, below: Callable[[int], int]) -> str:
    known = _FREE.get(country, ())
    free = [prefix for prefix in known if len(prefix[0]) + prefix[1] == length] or known
    if free:
        prefix, more = free[below(len(free))]
        return prefix + _random(more, below)
    return (_NOBODY + _random(max(length - 3, 0), below))[: max(length, 0)]


def _random(count: int, below: Callable[[int], int]) -> str:
    return "".join(str(below(10)) for _ in range(count))


def _filled(digits: str, runs: list[tuple[str, int]], signs: Mapping[str, str]) -> str:
    """``digits`` in the groups of ``runs``; the last group takes what is left, which may be more or less than it had."""
    written, at = [], 0
    last = max((place for place, (kind, _) in enumerate(runs) if kind == "d"), default=-1)
    for place, (kind, length) in enumerate(runs):
        if kind == "d":
            written.append(digits[at:] if place == last else digits[at : at + length])
            at += length
        else:
            written.append(signs.get(kind, "") * length)
    return "".join(written)


def is_nobodys(number: str) -> bool:
    """Whether ``number`` is one of those that `made_up` gives."""
    digits = _DIGITS.sub("", number)
    for country, prefixes in _FREE.items():
        code = str(phonenumbers.country_code_for_region(country))
        for prefix, more in prefixes:
            ends = {code + prefix, "00" + code + prefix, code + "0" + prefix, "00" + code + "0" + prefix, "0" + prefix, prefix}
            if any(digits.startswith(end) and len(digits) == len(end) + more for end in ends):
                return True
    if re.fullmatch(r"55501\d\d", digits):
        return True
    codes = (digits[:length] for length in (1, 2, 3))
    rest = [digits, digits.removeprefix("00")] + [digits[len(code) :] for code in codes]
    rest += [digits[2 + length :] for length in (1, 2, 3) if digits.startswith("00")]
    return any(part.startswith((_NOBODY, "0" + _NOBODY)) for part in rest)
