"""What belongs to invented people and firms: addresses, numbers, dates, places.

Belongs here: values that are drawn. Telephone numbers are of ranges that regulators keep free for fiction where there are some.
Does not belong here: names of people (`evaluation.corporate.people`).
"""

import unicodedata
from functools import cache

from evaluation.corporate.people import Person, lines
from evaluation.draw import Draw

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
_PHONES = (  # each # is a digit
    "020 7946 0###", "01632 960###", "07700 900###", "+44 7700 900 ###", "(0)131 496 0###",
    "(415) 555-01##", "+1 312-555-01##", "617.555.01##", "030 23125 ###", "+49 (0)30 23125-###", "+33 1 99 00 ## ##",
    "06 39 98 ## ##", "+61 491 570 ###", "+31 20 ### ####", "+48 22 ### ## ##", "+91 98### #####", "+234 803 ### ####",
    "+81 3-####-####", "+55 11 9####-####", "+254 7## ### ###", "+39 06 #### ####", "+34 6## ## ## ##",
)  # fmt: skip
_DOMAINS = (
    "example.com",
    "mail.example.org",
    "corp.example.net",
    "quillon-partners.example",
    "novaterra.example",
    "intranet.example",
)
_IBANS = (("DE", "", 18), ("NL", "ABNA", 10), ("PL", "", 24), ("FR", "", 23), ("GB", "NWBK", 14), ("ES", "", 20))
# country, letters of a bank, digits (ISO 13616 registry); the French ones may hold letters, and need not


@cache
def _pool(name: str) -> tuple[str, ...]:
    return tuple(lines(name))


def place(draw: Draw, region: str = "") -> str:
    """A town, of ``region`` or of any."""
    return draw.pick(_towns()[region] if region else _towns()[draw.pick(tuple(_towns()))]).replace("-", " ")


@cache
def _towns() -> dict[str, list[str]]:
    """Towns by region."""
    return {line.split(" ")[0]: line.split(" ")[1:] for line in _pool("places.txt")}


def organisation(draw: Draw) -> str:
    """An invented organisation."""
    return draw.pick(_pool("organisations.txt"))


def phone(draw: Draw) -> str:
    """A telephone number in one of many notations."""
    return "".join(draw.digits(1) if sign == "#" else sign for sign in draw.pick(_PHONES))


def mail(draw: Draw, person: Person) -> str:
    """An address that spells the person's name, or does not."""
    given, family = _ascii(person.given), _ascii(person.family)
    local = draw.pick(
        (f"{given}.{family}", f"{given[0]}.{family}", f"{family}{given[0]}", f"{given}_{family}", f"{given}{draw.digits(2)}")
    )
    return f"{local}@{draw.pick(_DOMAINS)}"


def address(draw: Draw) -> str:
    """A postal address in one line."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = (
        f"{draw.pick(letters)}{draw.pick(letters)}{draw.digits(1)} {draw.digits(1)}{draw.pick(letters)}{draw.pick(letters)}"
    )
    state, code = draw.pick((("OH", "441"), ("TX", "787"), ("OR", "972"), ("FL", "323"), ("MN", "558"), ("CO", "802")))
    region, _, pattern = draw.pick(_pool("streets.txt")).partition(" ")
    return pattern.format(
        n=draw.digits(2 + draw.below(2)),
        s=draw.digits(1 + draw.below(2)),
        place=place(draw, region),
        uk=postcode,
        state=state,
        zip=code + draw.digits(2),
        de=draw.digits(5),
        **{"in": draw.digits(6)},
    )


def date(draw: Draw) -> str:
    """A date, or what stands for one."""
    day, month, year = 1 + draw.below(28), draw.below(12), 2017 + draw.below(9)
    return draw.pick(
        (
            f"{day} {_MONTHS[month]} {year}", f"{_MONTHS[month]} {day}, {year}", f"{day:02}/{month + 1:02}/{year}",
            f"{year}-{month + 1:02}-{day:02}", f"{day}.{month + 1}.{year}", f"{_MONTHS[month]} {year}",
            f"{draw.pick(_WEEKDAYS)}, {day} {_MONTHS[month]}", f"{day} {_MONTHS[month][:3]}",
        )
    )  # fmt: skip


def birth(draw: Draw) -> str:
    """A date of birth."""
    day, month, year = 1 + draw.below(28), draw.below(12), 1948 + draw.below(58)
    return draw.pick((f"{day} {_MONTHS[month]} {year}", f"{day:02}/{month + 1:02}/{year}", f"{day:02}.{month + 1:02}.{year}"))


def reference(draw: Draw) -> str:
    """An employee's or customer's number."""
    return draw.pick((f"C-{draw.digits(6)}", draw.digits(7), f"E{draw.digits(5)}", f"{draw.digits(4)}-{draw.digits(3)}"))


def ticket(draw: Draw) -> str:
    """A ticket's number, which is nobody's."""
    return draw.pick((f"INC{draw.digits(6)}", f"#{draw.digits(4)}", f"HD-{draw.digits(4)}"))


def iban(draw: Draw) -> str:
    """An account number with correct check digits (ISO 13616), sometimes in groups of four."""
    country, bank, digits = draw.pick(_IBANS)
    body = bank + draw.digits(digits)
    number = "".join(str(int(sign, 36)) for sign in f"{body}{country}00")
    whole = f"{country}{98 - int(number) % 97:02}{body}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if draw.share() < 0.6 else whole


def plain(draw: Draw, name: str) -> str:
    """A value that is nobody's: ``num``, ``time``, ``weekday``, ``month`` or ``age``.

    Raises:
        KeyError: there is no such value.
    """
    return {
        "num": str(2 + draw.below(88)),
        "time": f"{6 + draw.below(14):02}:{draw.below(60):02}",
        "weekday": draw.pick(_WEEKDAYS),
        "month": draw.pick(_MONTHS),
        "age": str(19 + draw.below(50)),
    }[name]


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("ı", "i"))
    return "".join(character for character in folded.casefold() if character.isascii() and character.isalpha()) or "office"
