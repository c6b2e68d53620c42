"""Values to plant: unique, with checksums that hold, and of nobody.

Surnames are put together from syllables in the manner of many languages, so that no list holds them; given names are real ones.
Every value is a function of its number: the same in every run.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

GIVEN = (
    *("Aoibheann", "Bartholomew", "Chinyere", "Dagfinn", "Eszter", "Farrukh", "Gwenllian", "Hyacinthe", "Ixchel", "Jadwiga"),
    *("Kwabena", "Lavanya", "Mirzohid", "Nadezhda", "Oluwaseun", "Parthenope", "Quetzal", "Ragnhild", "Siobhan", "Tatevik"),
    *("Ulrike", "Vytautas", "Waleria", "Xiulan", "Yevhenia", "Zbigniew", "Anahit", "Blagovest", "Candelaria", "Dzhamilya"),
)

_START = (
    "Bra",
    "Cor",
    "Dre",
    "Fal",
    "Gri",
    "Hol",
    "Jur",
    "Kes",
    "Lom",
    "Mer",
    "Nol",
    "Oth",
    "Pra",
    "Quo",
    "Ros",
    "Ste",
    "Tar",
    "Ulv",
)
_MIDDLE = ("ba", "che", "din", "fo", "gar", "hi", "ki", "lan", "mo", "nev", "pel", "ra", "sto", "tu", "vin", "we", "zo")
_END = (
    "adze",
    "akis",
    "amäki",
    "beek",
    "escu",
    "enko",
    "ević",
    "grenn",
    "horpe",
    "idis",
    "iyan",
    "józef",
    "kwerd",
    "lagh",
    "oğlu",
)
_END += ("ová", "quist", "rasz", "sson", "tzky", "udom", "wala", "yama", "zábal", "nandez", "wright", "dottir", "mbeki")
_HOSTS = ("wexcombe-trams", "ullinish-pottery", "sallowfen", "brackwater-ropes", "ossenfelde")
_STREETS = ("Quernstone", "Gallowmere", "Pennyfarthing", "Thistlecombe", "Ravenholt", "Wickerham", "Saltersgate", "Ormeside")


@dataclass(frozen=True)
class Canary:
    """One planted value: its entity, the sentence parts around it that make it what it is, and where it stands."""

    number: int
    entity: str
    value: str
    place: str = ""
    form: str = ""  # the file's format
    parts: tuple[str, ...] = ()  # what of the value must not stand alone either: a surname


def value_of(entity: str, number: int) -> tuple[str, tuple[str, ...]]:
    """The value called ``number`` of ``entity``, and its parts that tell on their own."""
    made = MAKERS[entity](number, random.Random(f"canary {entity} {number}"))
    return (made, ()) if isinstance(made, str) else made


def surname(number: int) -> str:
    """One of some eight thousand surnames; the numbers of different values give different ones."""
    place, ends = divmod(number, len(_END))
    place, middles = divmod(place, len(_MIDDLE))
    turn, starts = divmod(place, len(_START))
    return _START[starts] + _MIDDLE[middles] + _MIDDLE[turn % len(_MIDDLE)] * bool(turn) + _END[ends]


def _person(number: int, dice: random.Random) -> tuple[str, tuple[str, ...]]:
    family = surname(number)
    return f"{dice.choice(GIVEN)} {family}", (family,)


def _email(number: int, dice: random.Random) -> str:
    word = "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(4))
    return f"{word}{number}@{dice.choice(_HOSTS)}.example.com"


def _phone(number: int, dice: random.Random) -> str:
    kinds = (
        "+44 20 79{:02} {:04}",
        "+49 30 {:04} {:04}",
        "+33 1 42 {:02} {:02} {:02}",
        "+1 (212) 5{:02}-{:04}",
        "+48 22 {:03} {:02} {:02}",
    )
    shape = kinds[number % len(kinds)]
    most = {2: 99, 3: 999, 4: 9999}
    widths = [int(part[0]) for part in shape.split("{:0")[1:]]
    return shape.format(*(dice.randint(10 ** (width - 1), most[width]) for width in widths))


def _luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body + "0")):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return body + str(-total % 10)


def _card(number: int, dice: random.Random) -> str:
    digits = _luhn(("4539", "5217", "4916")[number % 3] + "".join(dice.choice("0123456789") for _ in range(11)))
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def _iban(number: int, dice: random.Random) -> str:
    country, length = (("DE", 18), ("FR", 23), ("NL", 14))[number % 3]
    if country == "NL":
        bank = "".join(dice.choice("ABNRIGT") for _ in range(4)) + "".join(dice.choice("0123456789") for _ in range(10))
    else:
        bank = "".join(dice.choice("0123456789") for _ in range(length))
    rearranged = "".join(str(int(sign, 36)) for sign in f"{bank}{country}00")
    whole = f"{country}{98 - int(rearranged) % 97:02}{bank}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def _ssn(_number: int, dice: random.Random) -> str:
    return f"{dice.randint(200, 649)}-{dice.randint(10, 99)}-{dice.randint(1000, 9999)}"


def _nino(_number: int, dice: random.Random) -> str:
    return (
        f"{dice.choice('ABCEH')}{dice.choice('ABCEH')} "
        + " ".join(f"{dice.randint(10, 99)}" for _ in range(3))
        + f" {dice.choice('ABCD')}"
    )


def _secret(number: int, dice: random.Random) -> str:
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    if number % 3 == 0:
        return "AKIA" + "".join(dice.choice("ABCDEFGHJKLMNPQRSTUVWXYZ234567") for _ in range(16))
    if number % 3 == 1:
        return "ghp_" + "".join(dice.choice(signs) for _ in range(36))
    return f"postgres://svc{number}:{''.join(dice.choice(signs) for _ in range(14))}@db.sallowfen.example.com/ledger"


def _password(number: int, dice: random.Random) -> str:
    return "".join(dice.choice("bcdfghjkmnpqrstvwxz") + dice.choice("23456789") for _ in range(5)) + f"!{number % 97}"


def _ip(_number: int, dice: random.Random) -> str:
    return f"{dice.randint(100, 220)}.{dice.randint(100, 254)}.{dice.randint(100, 254)}.{dice.randint(100, 254)}"


def _mac(_number: int, dice: random.Random) -> str:
    return ":".join(f"{dice.randint(16, 255):02X}" for _ in range(6))


def _wallet(_number: int, dice: random.Random) -> str:
    return "0x" + "".join(dice.choice("0123456789abcdef") for _ in range(40))


def _url(number: int, dice: random.Random) -> str:
    return f"https://portal.{dice.choice(_HOSTS)}.example.com/staff/{_email(number, dice).partition('@')[0]}"


def _birth(number: int, dice: random.Random) -> str:
    months = ("January", "February", "April", "July", "August", "September", "October", "November", "December")
    return f"{dice.randint(10, 28)} {months[number % len(months)]} {1931 + number % 67}"


def _address(number: int, dice: random.Random) -> str:
    return f"{100 + number % 9000} {dice.choice(_STREETS)} {('Street', 'Road', 'Lane', 'Avenue')[number % 4]}"


def _reference(number: int, dice: random.Random) -> str:
    return f"{dice.randint(1000, 9999)}{number:05}"


MAKERS: dict[str, Callable[[int, random.Random], str | tuple[str, tuple[str, ...]]]] = {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "US_SSN": _ssn,
    "UK_NINO": _nino,
    "SECRET": _secret,
    "PASSWORD": _password,
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "CRYPTO": _wallet,
    "URL": _url,
    "DATE_OF_BIRTH": _birth,
    "ADDRESS": _address,
    "REFERENCE_NUMBER": _reference,
    "PERSON": _person,
}
"""Entity → what makes its values."""

SAID = {
    "EMAIL_ADDRESS": ("Replies reach the desk at {}", "forward the sheet to {}"),
    "PHONE_NUMBER": ("The depot answers on {}", "ring {} before noon"),
    "CREDIT_CARD": ("The deposit was taken from card {}", "charge {} once more"),
    "IBAN_CODE": ("The refund goes to {}", "transfer the rest to {}"),
    "US_SSN": ("The form gives SSN {}", "social security number {} is on the slip"),
    "UK_NINO": ("National Insurance number {} is on the slip", "payroll holds NI number {}"),
    "SECRET": ("The job still uses {}", "somebody pasted {} into the ticket"),
    "PASSWORD": ("The password is {}", "log in with password: {}"),
    "IP_ADDRESS": ("The till answers at {}", "traffic came from {}"),
    "MAC_ADDRESS": ("The reader has {}", "port three shows {}"),
    "CRYPTO": ("The tip jar is {}", "coins were sent to {}"),
    "URL": ("The roster is at {}", "see {} for the shift"),
    "DATE_OF_BIRTH": ("The form says date of birth: {}", "the applicant was born on {}"),
    "ADDRESS": ("The parcel goes to {}", "the crew meets at {}"),
    "REFERENCE_NUMBER": ("The complaint is case number {}", "file it under employee ID {}"),
    "PERSON": ("{} signed for the pallets", "after lunch {} checked the brakes again", "the keys were left with {}"),
}
"""What is said around a value: two wordings each; nothing else in the project says so."""


def sentence(canary: Canary) -> str:
    """A sentence with the value in it."""
    wordings = SAID[canary.entity]
    text = wordings[canary.number % len(wordings)].format(canary.value)
    return text[0].upper() + text[1:] + "."


_NOUNS = (
    "hatch",
    "rope",
    "tram",
    "kiln",
    "ledger",
    "ferry",
    "boiler",
    "lathe",
    "orchard",
    "beacon",
    "turnstile",
    "gasket",
    "loom",
)
_NOUNS += ("signal", "trestle", "bobbin", "windlass", "cistern", "platform", "mooring", "chimney", "furnace", "pulley", "crate")
_VERBS = ("needs", "replaced", "outlasted", "shared", "blocked", "carried", "doubled", "followed", "crossed", "eased", "marked")
_MANNERS = ("by the second week", "without a pause", "for the third season", "under the new rule", "on the slower line")
_KINDS = ("older", "narrow", "spare", "western", "quiet", "second", "heavy", "upper", "wooden", "dented", "painted", "coastal")


def filler(count: int, *names: object) -> str:
    """``count`` sentences about a tram depot by the sea, drawn by ``names``; none holds anything personal."""
    dice = random.Random(repr(names))

    def one() -> str:
        first, second = dice.sample(_NOUNS, 2)
        kind, other = dice.sample(_KINDS, 2)
        return f"The {kind} {first} {dice.choice(_VERBS)} the {other} {second} {dice.choice(_MANNERS)}."

    return " ".join(one() for _ in range(count))
