"""People who do not exist, and numbers that reach nobody.

Every number comes from a range that its country or issuer keeps free for examples, tests or drama: 555-01xx in North America,
Ofcom's and the Bundesnetzagentur's lists, ARCEP's, the documentation networks of RFC 5737 and RFC 3849, the IBAN registry's
examples, the card schemes' test numbers.
"""

import unicodedata
from dataclasses import dataclass

from pipelines.demo.draw import Dice, bank
from pipelines.demo.zone import STAFF_DOMAIN

_PHONES = (  # the letter X stands for a digit by lot
    "+1 212 555 01XX",
    "(614) 555-01XX",
    "312-555-01XX",
    "020 7946 0XXX",
    "+44 7700 900XXX",
    "0113 496 0XXX",
    "+49 30 23125 XXX",
    "0171 39200 XX",
    "+33 6 39 98 XX XX",
    "01 99 00 XX XX",
    "+61 491 570 156",
    "+46 8 465 004 XX",
)

_IBANS = (
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
    "PT50 0002 0123 1234 5678 9015 4",
    "CZ65 0800 0000 1920 0014 5399",
)

_CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "6011 1111 1111 1117")

_STREETS = (
    "{} Alder Lane, Leeds LS2 9JT",
    "{} Mill Street, York YO1 7HH",
    "{} Chestnut Avenue, Columbus, OH 43215",
    "{} Orchard Road, Bristol BS1 4DJ",
    "{} Harbour Way, Cardiff CF10 4PH",
    "{} Linden Drive, Springfield, IL 62704",
)

_MONTHS = ("January", "March", "April", "June", "July", "September", "October", "November")

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "'": "", " ": ""})


@dataclass(frozen=True, slots=True)
class Person:
    """A name, and an address that goes with it."""

    given: str
    family: str
    email: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


def person(dice: Dice) -> Person:
    """One of the staff."""
    return _person(dice, "staff", STAFF_DOMAIN)


def customer(dice: Dice) -> Person:
    """Somebody outside the company; no family name is also one of the staff's, so that a survivor's origin can be told."""
    return _person(
        dice, "outside", dice.pick(("example.com", "example.org", "example.net", "mail.example.com", "post.example.org"))
    )


def _person(dice: Dice, families: str, domain: str) -> Person:
    culture = dice.pick(bank("people"))
    given, family = dice.pick(culture["given"]), dice.pick(culture[families])
    return Person(given, family, f"{_plain(given)}.{_plain(family)}@{domain}")


def people(dice: Dice, count: int) -> list[Person]:
    """``count`` of the staff, no given name twice."""
    found: dict[str, Person] = {}
    while len(found) < count:
        someone = person(dice)
        found.setdefault(someone.given, someone)
    return list(found.values())


def phone(dice: Dice) -> str:
    """A telephone number out of a range kept for examples."""
    return _digits(dice, dice.pick(_PHONES))


def iban(dice: Dice) -> str:
    """An example from the IBAN registry."""
    return dice.pick(_IBANS)


def card(dice: Dice) -> str:
    """A test number of a card scheme."""
    return dice.pick(_CARDS)


def street_address(dice: Dice) -> str:
    """A street address on one line."""
    return dice.pick(_STREETS).format(dice.between(2, 89))


def ip_address(dice: Dice) -> str:
    """An address of a documentation network."""
    return dice.pick(
        (f"192.0.2.{dice.between(2, 250)}", f"203.0.113.{dice.between(2, 250)}", f"2001:db8::{dice.between(10, 99)}")
    )


def birth_date(dice: Dice) -> str:
    """A date of birth in words."""
    return f"{dice.between(1, 28)} {dice.pick(_MONTHS)} {dice.between(1961, 1999)}"


def secret_key(dice: Dice) -> str:
    """Something that looks like an access key of a cloud."""
    return "AKIA" + "".join(dice.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(9)) + "EXAMPLE"


def order_number(dice: Dice) -> str:
    """An order number of the company."""
    return _digits(dice, "TV-XXXXXX")


def customer_number(dice: Dice) -> str:
    """A customer number of the company."""
    return _digits(dice, "C-XXXXX")


def _digits(dice: Dice, pattern: str) -> str:
    return "".join(str(dice.below(10)) if letter == "X" else letter for letter in pattern)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
