"""The patterns of the audit: numbers with a checksum, secrets and addresses, recognised by other code than the scrubber's.

A fault of one recogniser would be repeated by a check that asks the same recogniser. So the audit has patterns and checksums of its
own, takes Presidio's stock recognisers where their checksum decides, and folds disguises in its own way. It accepts what can
hardly be anything else, since one false alarm holds a version back.

Belongs here: what the audit finds by form alone. Does not belong here: identities (`winnow.audit`), and replacing anything.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers

VALID_NUMBER, SECRET, CONTACT = "valid_number", "secret", "contact"
"""The kinds of finding: a number whose checksum holds, something that opens something, a way to reach a person."""

GAP = "\x1f"
"""What stands for a placeholder while a text is searched: a control character that no pattern matches."""

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*_[0-9]{1,6}>")
_OPAQUE = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{64}")  # versions, ids and hashes of the line's own
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_LOOKALIKES = {ord("О"): "0", ord("о"): "o", ord("а"): "a", ord("е"): "e", ord("і"): "i", ord("с"): "c", ord("р"): "p"}
_ENTROPY = 3.6  # bits a character: English words have some 2.5 to 3.2 over twenty characters, random base64 4 and more


@dataclass(frozen=True, slots=True)
class Hit:
    """What the audit found in one text: its kind, the entity it is, and its characters; never recorded with the characters."""

    kind: str
    entity: str
    surface: str


def plain(text: str) -> str:
    """``text`` as the patterns see it: NFKC (UAX #15), digits of any script as ASCII, placeholders as `GAP`.

    Format characters are left out. Cyrillic letters that pass for Latin ones are folded in words with a digit or an ``@`` alone.
    """
    shown = _PLACEHOLDER.sub(GAP, text)
    if shown.isascii():
        return shown
    shown = unicodedata.normalize("NFKC", shown).translate(_DASHES)
    kept = (
        str(unicodedata.decimal(sign))
        if unicodedata.category(sign) == "Nd"
        else " "
        if unicodedata.category(sign) == "Zs"
        else sign
        for sign in shown
        if unicodedata.category(sign) not in {"Cf", "Mn"}
    )
    return re.sub(r"\S*[0-9@]\S*", lambda word: word[0].translate(_LOOKALIKES), "".join(kept))


def is_opaque(text: str) -> bool:
    """Whether ``text`` is an id or a hash as the line writes them, and nothing else."""
    return _OPAQUE.fullmatch(text) is not None


def find(text: str) -> set[Hit]:
    """The hits in ``text``, a string of a released file; the same characters may be found twice, under two entities."""
    if len(text) < 6 or is_opaque(text):
        return set()
    found = {(hit.kind, hit.entity, re.sub(r"[\W_]", "", hit.surface)): hit for hit in _found(text)}
    return set(found.values())


def _found(text: str) -> Iterator[Hit]:
    shown = plain(text)
    for pattern in _patterns():
        if pattern.needs and not any(sign in shown for sign in pattern.needs):
            continue
        for match in pattern.expression.finditer(shown):
            surface = match[pattern.group]
            if pattern.accepts is None or pattern.accepts(surface):
                yield Hit(pattern.kind, pattern.entity, surface)
    if any(sign.isdigit() for sign in shown):
        for recognizer in _stock():
            (entity,) = recognizer.supported_entities
            for result in recognizer.analyze(shown, [entity], None):
                surface = shown[result.start : result.end]
                if result.score >= 1 and (entity != "CREDIT_CARD" or _card(surface)):
                    yield Hit(VALID_NUMBER, entity, surface)


@cache
def _stock() -> tuple[Any, ...]:
    """Presidio's recognisers of numbers whose checksum leaves no doubt; a result with the score 1 has passed it."""
    from presidio_analyzer.predefined_recognizers import (  # noqa: PLC0415 - takes seconds to import
        CreditCardRecognizer,
        CryptoRecognizer,
        IbanRecognizer,
        ItFiscalCodeRecognizer,
    )

    return CreditCardRecognizer(), IbanRecognizer(), CryptoRecognizer(), ItFiscalCodeRecognizer()


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


_ISSUERS = re.compile(  # ISO/IEC 7812 issuer prefixes with the lengths they are issued in
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}"
)


def _card(text: str) -> bool:
    number = _digits(text)
    if not _ISSUERS.fullmatch(number) or len(set(number)) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) << (place & 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: the remainder modulo 97 is 1, taken digit by digit."""
    number = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    remainder = 0
    for sign in number[4:] + number[:4]:
        value = int(sign, 36)
        remainder = (remainder * (100 if value > 9 else 10) + value) % 97
    return remainder == 1 and 15 <= len(number) <= 34


def _pesel(text: str) -> bool:
    """The weighted sum with the check digit itself as weight 1 is a multiple of ten, and the date is one."""
    month, day = int(text[2:4]) % 20, int(text[4:6])
    total = sum(int(digit) * weight for digit, weight in zip(text, (1, 3, 7, 9) * 2 + (1, 3, 1), strict=True))
    return total % 10 == 0 and 1 <= month <= 12 and 1 <= day <= 31


def _nir(text: str) -> bool:
    """The French key: thirteen digits and their key add up to a multiple of 97."""
    number = _digits(text)
    return len(number) == 15 and (int(number[:13]) + int(number[13:])) % 97 == 0 and 1 <= int(number[3:5]) <= 12


def _dni(text: str) -> bool:
    """The Spanish letter: the number modulo 23 in a fixed row of letters; a foreigner's X, Y or Z is a digit."""
    number = _digits(text.translate(str.maketrans("XYZ", "012"))) if text[0] in "XYZ" else _digits(text)
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:8]) % 23] == text[-1]


def _ssn(text: str) -> bool:
    """A number that the Social Security Administration can have issued: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    area, group, serial = text.split("-")
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def _phone(text: str) -> bool:
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, None)))
    except phonenumbers.NumberParseException:
        return False


def _random(text: str) -> bool:
    """Whether ``text`` is as random as keys are: letters and digits, and `_ENTROPY` bits a character."""
    counts = Counter(text)
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return entropy >= _ENTROPY and sum(map(str.isdigit, text)) >= 2 and any(map(str.isalpha, text))


def _secret_word(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    entity: str
    expression: re.Pattern[str]
    accepts: Callable[[str], bool] | None = None
    group: int = 0
    needs: tuple[str, ...] = ()


_LEFT, _RIGHT = r"(?<![\w.,+-])", r"(?![\w-]|[.,]\d)"
_KEY = "|".join(  # noqa: FLY002 - one issuer a line
    (
        r"A(?:KI|SI)A[0-9A-Z]{16}",
        r"gh[a-z]_[0-9A-Za-z]{20,255}",
        r"github_pat_\w{22,255}",
        r"glpat-[\w-]{20,64}",
        r"xox[a-z]-[0-9A-Za-z-]{10,250}",
        r"[a-z]k_(?:live|test)_[0-9A-Za-z]{10,250}",
        r"AIza[\w-]{35}",
        r"hf_[A-Za-z0-9]{30,64}",
        r"npm_[A-Za-z0-9]{36}",
        r"eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{10,2000}",
    )
)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    digits = r"\d(?:[ \n-]{0,2}\d)"
    return (
        _Pattern(VALID_NUMBER, "CREDIT_CARD", re.compile(rf"{_LEFT}{digits}{{12,18}}{_RIGHT}"), _card),
        _Pattern(
            VALID_NUMBER, "IBAN_CODE", re.compile(rf"{_LEFT}[A-Z]{{2}}\d\d(?:[ \n-]{{0,2}}[0-9A-Z]){{11,30}}{_RIGHT}"), _iban
        ),
        _Pattern(VALID_NUMBER, "PL_PESEL", re.compile(rf"{_LEFT}\d{{11}}{_RIGHT}"), _pesel),
        _Pattern(VALID_NUMBER, "FR_NIR", re.compile(rf"{_LEFT}[12](?: ?\d){{14}}{_RIGHT}"), _nir),
        _Pattern(VALID_NUMBER, "ES_NIF", re.compile(rf"{_LEFT}(?:[XYZ]\d{{7}}|\d{{8}})-?[A-Z]{_RIGHT}"), _dni),
        _Pattern(VALID_NUMBER, "US_SSN", re.compile(rf"{_LEFT}\d{{3}}-\d\d-\d{{4}}{_RIGHT}"), _ssn),
        _Pattern(SECRET, "SECRET", re.compile(rf"(?<!\w)(?:{_KEY})(?!\w)")),
        _Pattern(SECRET, "SECRET", re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY"), needs=("-----BEGIN",)),
        _Pattern(
            SECRET,
            "SECRET",
            re.compile(r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}://[^\s:/@\x1f]{1,64}:[^\s/@\x1f]{3,128}@"),
            needs=("://",),
        ),
        _Pattern(
            SECRET,
            "SECRET",
            re.compile(
                r"(?i:key|secret|token|credential|bearer)s?[\"']?[^\S\n]{0,2}(?:[:=]|\bis\b|\s)\s{0,2}[\"']?([\w+/=~.-]{20,200})"
            ),
            _random,
            group=1,
        ),
        _Pattern(
            SECRET,
            "PASSWORD",
            re.compile(r"(?i:password|passwd|passphrase|pwd)\s{0,2}(?:\bis\b|\bwas\b|[:=])\s{0,2}[\"'“]?([^\s\"'”\x1f]{6,64})"),
            _secret_word,
            group=1,
        ),
        _Pattern(
            CONTACT,
            "EMAIL_ADDRESS",
            re.compile(r"(?<![\w.+-])[\w][\w.+-]{0,63}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])"),
            needs=("@",),
        ),
        _Pattern(
            CONTACT, "PHONE_NUMBER", re.compile(r"(?<![\w+])\+\d(?:[ ()./\n-]{0,2}\d){6,14}(?![\w])"), _phone, needs=("+",)
        ),
    )
