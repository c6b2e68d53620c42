"""Values that chance alone makes: dates, times, sums, counts, reference numbers, versions.

What belongs here: values that need no names. What does not: people, places and the slots (:mod:`training.synthetic.slots`).
"""

import random
from collections.abc import Callable

from training.places import pattern

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty")
Make = Callable[[random.Random], str]


def below(rng: random.Random, count: int) -> int:
    """A whole number from 0 to ``count - 1``; three times as fast as randrange."""
    return int(rng.random() * count)


def pick(rng: random.Random, options: tuple[str, ...]) -> str:
    """One of the options."""
    return options[int(rng.random() * len(options))]


def year(rng: random.Random) -> str:
    """A year, mostly of the last decades."""
    return str(2026 - int(rng.random() ** 2 * 80))


# Notations of a date and their weights; fields: day, ordinal ending, month's name, short name and number, year, short year, weekday.
DATE_SHAPES = {
    "{d} {month} {y}": 22,
    "{month} {d}, {y}": 10,
    "{y}-{m:02}-{d:02}": 8,
    "{d:02}/{m:02}/{y}": 7,
    "{d}.{m}.{y}": 7,
    "{d}{th} {month} {y}": 6,
    "{day}, {d} {month} {y}": 6,
    "{d} {mon} {y}": 6,
    "{mon} {d}, {y}": 5,
    "{d} {month}": 6,
    "{month} {y}": 5,
    "{d:02}-{MON}-{y}": 4,
    "{m}/{d}/{yy}": 4,
    "{dy} {d} {mon}": 4,
}
DATE_LIST = tuple(shape for shape, weight in DATE_SHAPES.items() for _ in range(weight))


def date(rng: random.Random) -> str:
    """A date in one of many notations."""
    day, month, full_year, weekday = 1 + below(rng, 28), below(rng, 12), year(rng), pick(rng, DAYS)
    name = MONTHS[month]
    return pick(rng, DATE_LIST).format(
        d=day,
        th={1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th"),
        month=name,
        mon=name[:3],
        MON=name[:3].upper(),
        m=month + 1,
        y=full_year,
        yy=full_year[2:],
        day=weekday,
        dy=weekday[:3],
    )


def near(rng: random.Random) -> str:
    """A date as people say it: next Tuesday, last March, end of June."""
    roll = rng.random()
    if roll < 0.3:
        return f"{pick(rng, ('next', 'last', 'this', 'next', 'last'))} {pick(rng, DAYS)}"
    if roll < 0.45:
        return f"{pick(rng, ('next', 'last', 'early', 'late', 'mid', 'end of', 'the end of'))} {pick(rng, MONTHS)}"
    if roll < 0.65:
        return pick(rng, DAYS)
    if roll < 0.75:
        return f"{pick(rng, DAYS)} {pick(rng, ('morning', 'afternoon', 'evening'))}"
    if roll < 0.88:
        return f"{1 + below(rng, 28)} {pick(rng, MONTHS)}"
    return f"{pick(rng, ('Q1', 'Q2', 'Q3', 'Q4', 'H1', 'H2', 'summer', 'spring', 'autumn', 'winter'))} {2015 + below(rng, 13)}"


def clock(rng: random.Random) -> str:
    """A time of day."""
    hour, minute, roll = below(rng, 24), below(rng, 60), rng.random()
    if roll < 0.5:
        return f"{hour:02}:{minute // 5 * 5:02}"
    if roll < 0.8:
        return f"{1 + hour % 12}{pick(rng, ('', ':30', ':15', ':45'))}{pick(rng, (' am', 'am', ' pm', 'pm', ' a.m.', ' p.m.'))}"
    if roll < 0.9:
        return f"{1 + hour % 12} o'clock"
    return f"{hour:02}:{minute:02}:{below(rng, 60):02}"


def stamp(rng: random.Random) -> str:
    """A time stamp of a log."""
    y, mo, d, h, mi, s = (
        2015 + below(rng, 12),
        1 + below(rng, 12),
        1 + below(rng, 28),
        below(rng, 24),
        below(rng, 60),
        below(rng, 60),
    )
    roll = rng.random()
    if roll < 0.4:
        return f"{y}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}"
    if roll < 0.6:
        return f"{y}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z"
    if roll < 0.75:
        return f"{y}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02},{below(rng, 1000):03}"
    if roll < 0.9:
        return f"{MONTHS[mo - 1][:3]} {d:2} {h:02}:{mi:02}:{s:02}"
    return f"{d:02}/{MONTHS[mo - 1][:3]}/{y}:{h:02}:{mi:02}:{s:02} +0{below(rng, 4)}00"


def duration(rng: random.Random) -> str:
    """A length of time."""
    unit = pick(rng, ("years", "years", "months", "weeks", "days", "hours", "minutes"))
    count = pick(rng, NUMBER_WORDS) if rng.random() < 0.4 else str(2 + below(rng, 40))
    return f"{count} {unit}"


CURRENCIES = ("euros", "pounds", "dollars", "EUR", "USD", "francs", "zlotys", "Swiss francs", "rupees", "lira", "kroner")


def money(rng: random.Random) -> str:
    """A sum of money."""
    amount = int(10 ** (1 + rng.random() * 5.5))
    roll = rng.random()
    text = f"{amount:,}" if roll < 0.6 else (f"{amount:,}.{below(rng, 100):02}" if roll < 0.85 else str(amount))
    sign = pick(rng, ("€", "£", "$", "EUR ", "USD ", "GBP ", "CHF ", "PLN ", "US$", "kr ", "INR ", "₹", "¥", "TRY ", "R$"))
    roll = rng.random()
    if roll < 0.7:
        return sign + text
    if roll < 0.8:
        return f"{sign}{1 + below(rng, 90)}{pick(rng, ('k', 'm', 'bn', ' million', ' billion'))}"
    return f"{text} {pick(rng, CURRENCIES)}"


def percent(rng: random.Random) -> str:
    """A share."""
    value = str(1 + below(rng, 99)) if rng.random() < 0.6 else f"{below(rng, 99)}.{below(rng, 10)}"
    return value + pick(rng, ("%", "%", "%", " %", " per cent", " percent"))


UNITS = (
    *(
        "kg",
        "tonnes",
        "km",
        "m",
        "cm",
        "mm",
        "litres",
        "hectares",
        "square metres",
        "m²",
        "miles",
        "GB",
        "MB",
        "kWh",
        "MW",
        "°C",
        "mg",
        "ml",
    ),
    *(
        "units",
        "pieces",
        "pallets",
        "employees",
        "customers",
        "tickets",
        "seats",
        "licences",
        "copies",
        "shares",
        "votes",
        "points",
        "pages",
    ),
)


def quantity(rng: random.Random) -> str:
    """A count or measure with its unit."""
    return f"{2 + int(rng.random() ** 3 * 5000):,} {pick(rng, UNITS)}"


REFERENCES = {
    "case": (
        "1####/##",
        "C-###/##",
        "1 ? ###/##",
        "[19##] EWHC 1###",
        "???-20##-#####",
        "2:19-cv-#####",
        "##/#####",
        "? ##-###",
    ),
    "application": ("1####/##", "1###/##", "1####/##", "1####/##"),
    "customer": ("1#######", "C-#####", "CUST-######", "K#######", "##-####-##", "CU######", "1#####"),
    "employee": ("E#####", "EMP-####", "P-#####", "1#####", "EMP######", "??####", "HR-#####"),
    "contract": ("CTR-20##-####", "C#######", "20##/####", "VTR-#####", "MSA-####-##", "1#########"),
    "invoice": ("INV-20##-####", "RE-######", "20######", "F-####/##", "INV#####", "1########"),
    "order": ("PO-######", "45########", "SO#####", "#######", "ORD-###-#######"),
    "ticket": ("#1####", "INC#######", "REQ#######", "CAS-#####-??????", "1######", "SR-#######"),
    "policy": ("POL-########", "?? ##########", "P#########", "##.######.##"),
    "patient": ("NHS ### ### ####", "MRN #######", "#######", "P-######"),
    "passport": ("?########", "?? #######", "C01X#####", "#########"),
    "plate": ("??## ???", "? ?? ####", "???-###"),
    "any": ("??-######", "#########", "?#######", "###-##-####", "20##-######", "????####", "##/###/####"),
}


def reference(kind: str) -> Make:
    """A maker of reference numbers of one kind."""
    shapes = REFERENCES[kind or "any"]
    return lambda rng: pattern(rng, pick(rng, shapes).replace("19", "20"))


PHONES = (
    *(
        "+44 20 7### ####",
        "+49 #7# #######",
        "(2##) ###-####",
        "0#### ######",
        "+43 664 ## ## ###",
        "+33 6 ## ## ## ##",
        "+9# 98### #####",
    ),
)


def phone(rng: random.Random) -> str:
    """A telephone number; no entity of the name model."""
    return pattern(rng, pick(rng, PHONES))


def version(rng: random.Random) -> str:
    """A version number."""
    return pick(rng, ("{a}.{b}.{c}", "v{a}.{b}", "{a}.{b}", "{a}.{b}.{c}-rc{b}", "20{b}.{a}", "{a}.x")).format(
        a=1 + below(rng, 20), b=10 + below(rng, 18), c=below(rng, 40)
    )


def hexadecimal(length: str) -> Make:
    """A maker of hexadecimal strings, such as commit ids."""
    count = int(length or 8)
    return lambda rng: f"{rng.getrandbits(4 * count):0{count}x}"


# Slots that need nothing but chance: (maker, entity or "").
SIMPLE: dict[str, tuple[Make, str]] = {
    "date": (date, "DATE_TIME"),
    "near": (near, "DATE_TIME"),
    "year": (year, "DATE_TIME"),
    "time": (clock, "DATE_TIME"),
    "stamp": (stamp, "DATE_TIME"),
    "duration": (duration, "DATE_TIME"),
    "month": (lambda rng: pick(rng, MONTHS), "DATE_TIME"),
    "money": (money, "QUANTITY"),
    "percent": (percent, "QUANTITY"),
    "quantity": (quantity, "QUANTITY"),
    "phone": (phone, ""),
    "version": (version, ""),
    "day": (lambda rng: pick(rng, DAYS), ""),
    "count": (lambda rng: pick(rng, NUMBER_WORDS), ""),
}
