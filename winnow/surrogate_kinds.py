"""How a made-up value of each kind is written, from what a placeholder remembers of the original (`winnow.shapes`).

Values are taken from what belongs to nobody: the domains of RFC 2606, the addresses of RFC 5737, RFC 3849 and RFC 7042, numbers
that regulators keep free for films (`winnow.phones`), card numbers that payment providers publish for tests, bank codes of
zeros with right check digits (ISO 13616), social security numbers of the area 000, which is never issued.

Belongs here: one value at a time. Does not belong here: who gets which (`winnow.surrogates`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winnow import dates, names, phones
from winnow.name_shapes import TITLE_FORMS, PersonShape
from winnow.recognizers.iban import LENGTH_OF
from winnow.shapes import SIGN_OF, company_form, read_pattern
from winnow.surrogate_names import COMPANIES, PLACES, STREETS

Below = Callable[[int], int]
"""Gives the next number from 0 to one less than its argument."""

DOMAINS = ("example.com", "example.org", "example.net")  # RFC 2606
_OFFICES = ("info", "office", "contact", "team", "desk", "service", "mail", "hello")
_LONGEST_WORD = 3  # letters of a run in a reference number; more of them are a word, which dice cannot write
_PREFIXES = {"US_SSN": "000", "UK_NHS": "999", "UK_NINO": "QQ"}
"""Entity → first characters that no office issues: SSA on area numbers; NHS test range; HMRC on sham prefixes."""

TEST_CARDS = {
    13: ("4222222222222",),
    14: ("30569309025904", "38520000023237"),
    15: ("378282246310005", "371449635398431", "378734493671000"),
    16: (
        *("4111111111111111", "4012888888881881", "4242424242424242", "5555555555554444", "5105105105105100"),
        *("6011111111111117", "6011000990139424", "3530111333300000", "2223003122003222"),
    ),
}
"""Digits → card numbers that the payment providers PayPal and Stripe publish for tests."""

_BANK_LETTERS = {**dict.fromkeys(("GB", "IE", "NL", "LV", "RO", "BG", "MT", "GI"), 4), "IT": 1, "SM": 1}
"""Country → letters that its account numbers begin with in an IBAN."""


@dataclass(frozen=True, slots=True)
class Name:
    """The made-up name of one person."""

    given: str
    family: str
    middle: str  # an initial
    family_first: bool = False


def person_text(name: Name, shape: PersonShape) -> str:
    """``name`` in the ``shape`` in which the person was mentioned."""
    if name.family_first and {"g", "f"} <= set(shape.marks):
        return name.family + name.given
    written: list[str] = []
    initials = 0
    for mark in shape.marks:
        if mark == "c":
            written[-1:] = [f"{written[-1]},"] if written else []
        elif mark == "q":
            written[-1:] = [f"{written[-1]}'s"] if written else []
        elif mark in {"i", "j"}:
            alone = "g" not in shape.marks and not initials
            written.append((name.given[0] if alone else name.middle) + ("." if mark == "i" else ""))
            initials += 1
        elif mark[0] == "1":
            written.append(_cased(TITLE_FORMS[ord(mark[1]) - ord("a")], shape.case if shape.case == "u" else "t"))
        else:
            given = mark == "w" and shape.gender == "x"  # nobody calls the person Ms or Mr: a given name, more often than not
            written.append(_word(name, "g" if given else mark, shape.case))
    return {"u": "_", "k": "_", "h": "-", "o": ".", "n": ""}.get(shape.joint, " ").join(filter(None, written))


def _word(name: Name, mark: str, case: str) -> str:
    given, family = names.plain(name.given), names.plain(name.family)
    joined = {"v": given[0] + family, "y": family + given[0], "n": given + family, "z": family + given}
    if mark in joined:
        as_title = {"v": name.given[0] + name.family, "n": name.given + name.family}
        return joined[mark] if case == "l" else _cased(as_title.get(mark, joined[mark]), case)
    if mark == "k":
        return (name.given[0] + name.family[0]).upper()
    return _cased(name.given if mark == "g" else name.family, case)


def _cased(text: str, case: str) -> str:
    return text.upper() if case == "u" else text.lower() if case == "l" else text


def address_of(kind: str, look: str, name: Name, below: Below) -> str:
    """An e-mail address at a domain of RFC 2606, or a handle, made of ``name`` in the manner of the original."""
    role, host, marks, *_ = (*look.split("-"), "0", "w", "")
    if not look:
        role, host, marks = "p", "0", "g.o.f"
    split = [mark for mark in marks.split(".") if mark]
    if split.count("w") > 1:
        split[split.index("w")] = "g"
        split[split.index("w")] = "f"
    local = "".join(_local(mark, name, below) for mark in split).strip("._-") or _local("v", name, below)
    if role == "r":
        local = _OFFICES[below(len(_OFFICES))]
    at_host = DOMAINS[int(host) % len(DOMAINS)] if host.isdigit() else DOMAINS[0]
    return f"@{local}" if kind == "HANDLE" else f"{local}@{at_host}"


def _local(mark: str, name: Name, below: Below) -> str:
    if mark in {"o", "k", "h"}:
        return SIGN_OF[mark]
    if mark.startswith("d"):
        return "".join(str(below(10)) for _ in range(int(mark[1:] or "1")))
    if mark == "i":
        return _ascii(name.given)[:1]
    given, family = _ascii(name.given), _ascii(name.family)
    made = {
        "g": given,
        "f": family,
        "w": given[:1] + family,
        "v": given[:1] + family,
        "y": family + given[:1],
        "n": given + family,
        "z": family + given,
    }
    return made.get(mark, "")


def _ascii(name: str) -> str:
    return "".join(letter for letter in names.plain(name) if letter.isascii() and letter.isalpha())


def made_up(entity: str, look: str, below: Below) -> str:
    """A value of the ``entity`` that looks as ``look`` says; empty if nothing can be made up from that."""
    write = _WRITERS.get(entity)
    return write(look, below) if write else _from_pattern(entity, look, below)


def _from_pattern(entity: str, look: str, below: Below) -> str:
    runs = read_pattern(look)
    if not any(kind == "d" for kind, _ in runs) or any(
        kind in {"l", "m", "w"} and length > _LONGEST_WORD for kind, length in runs
    ):
        return ""
    prefix = _PREFIXES.get(entity, "0" if re.match(r"[A-Z]{2}_", entity) and runs[0][0] == "d" else "")
    written = "".join(_run(kind, length, below) for kind, length in runs)
    if prefix:
        places = [at for at, character in enumerate(written) if character.isalnum()]
        signs = list(written)
        for at, sign in zip(places, prefix, strict=False):
            signs[at] = sign
        written = "".join(signs)
    return written


def _run(kind: str, length: int, below: Below) -> str:
    if kind == "d":
        return "".join(str(below(10)) for _ in range(length))
    if kind in {"u", "l", "m"}:
        letters = "".join(chr(ord("a") + below(26)) for _ in range(length))
        return letters if kind == "l" else letters.upper() if kind == "u" else letters.capitalize()
    return SIGN_OF.get(kind, "") * length


def _phone(look: str, below: Below) -> str:
    region, _, pattern = look.partition("-")
    runs = read_pattern(pattern)
    return phones.made_up(region, runs, SIGN_OF, below) if runs else ""


def _card(look: str, below: Below) -> str:
    runs = read_pattern(look)
    count = sum(length for kind, length in runs if kind == "d")
    known = TEST_CARDS.get(count)
    return _fill(known[below(len(known))], runs) if known else ""


def _fill(digits: str, runs: Sequence[tuple[str, int]]) -> str:
    rest = iter(digits)
    return "".join(
        "".join(next(rest) for _ in range(length)) if kind == "d" else SIGN_OF.get(kind, "") * length for kind, length in runs
    )


def _iban(look: str, below: Below) -> str:
    country, _, spaced = look.partition("-")
    country = country.replace(".", "").upper()
    length = LENGTH_OF.get(country)
    if length is None:
        return ""
    letters = _BANK_LETTERS.get(country, 0)
    account = "Z" * letters + f"{below(1_000_000):06}".rjust(length - 4 - letters, "0")
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    plain = f"{country}{98 - int(number) % 97:02}{account}"
    return " ".join(plain[at : at + 4] for at in range(0, length, 4)) if spaced == "s" else plain


def _ip(look: str, below: Below) -> str:
    if look == "6":
        return f"2001:db8::{below(65_535) + 1:x}:{below(65_535) + 1:x}"  # RFC 3849
    return f"{('192.0.2', '198.51.100', '203.0.113')[below(3)]}.{below(254) + 1}"  # RFC 5737


def _mac(look: str, below: Below) -> str:
    last = f"{below(256):02x}"
    kinds = {kind for kind, _ in read_pattern(look)}
    plain = f"0000.5e00.53{last}" if "o" in kinds else ("-" if "h" in kinds else ":").join(("00", "00", "5e", "00", "53", last))
    return plain.upper() if "u" in kinds else plain  # RFC 7042, section 2.1.2


def _url(look: str, below: Below) -> str:
    kind, depth = (look or "s0")[0], int((look or "s0")[1:] or 0)
    start = {"h": "http://", "s": "https://", "w": "www."}.get(kind, "")
    path = "".join(f"/page-{below(900) + 100}" for _ in range(depth))
    return f"{start}{DOMAINS[below(len(DOMAINS))]}{path}"


def _place(look: str, below: Below) -> str:
    case, _, script = (look or "t-l").partition("-")
    return _cased(PLACES[below(len(PLACES))], case) if script.startswith("l") else ""


def _company(look: str, below: Below) -> str:
    case, script, form = (*(look or "t-l-z").split("-"), "l", "z")[:3]
    if script != "l":
        return ""
    return f"{_cased(COMPANIES[below(len(COMPANIES))], case)} {company_form(form)}".strip()


def _postal(look: str, below: Below) -> str:
    """An address in a town that is not there: postcodes begin with 00, or with ZZ where they begin with letters."""
    street, code, town, lines = (*look.split("-"), "", "", "")[:4]
    if not look:
        return ""
    place = PLACES[below(len(PLACES))]
    number = below(180) + 1
    kind = street if street in STREETS else "e"
    road = STREETS[kind][below(len(STREETS[kind]))]
    first = {"g": f"{road} {number}", "w": f"{road} {number}", "b": f"PO Box {number}", "n": "", "x": road}.get(
        street, f"{number} {road}"
    )
    post = _postcode(code, below)
    town_first = not post or post[0].isalpha() or street == "e"
    second = " ".join(filter(None, (place, post) if town_first else (post, place))) if town == "t" else post
    return ("\n" if lines == "r" else ", ").join(filter(None, (first, second)))


def _postcode(pattern: str, below: Below) -> str:
    written = "".join(_run(kind, length, below) for kind, length in read_pattern(pattern))
    if not written:
        return ""
    lead = "ZZ" if written[0].isalpha() and written[1:2].isalpha() else "Z" if written[0].isalpha() else "00"
    return lead + written[len(lead) :]


_WRITERS: dict[str, Callable[[str, Below], str]] = {
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "IP_ADDRESS": _ip,
    "MAC_ADDRESS": _mac,
    "URL": _url,
    "LOCATION": _place,
    "ORGANIZATION": _company,
    "ADDRESS": _postal,
    "DATE_OF_BIRTH": dates.made_up,
    "DATE_TIME": dates.made_up,
    **dict.fromkeys(("SECRET", "PASSWORD", "CRYPTO", "QUANTITY", "DEMOGRAPHIC", "MISC", "AGE"), lambda _look, _below: ""),
}

_RESERVED = {
    "EMAIL_ADDRESS": re.compile(r"[a-z0-9._-]+@example\.(?:com|org|net)"),
    "URL": re.compile(r"(?:https?://|www\.)?example\.(?:com|org|net)(?:/page-\d{3}){0,3}"),
    "IP_ADDRESS": re.compile(r"2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
    "MAC_ADDRESS": re.compile(r"00[:-]00[:-]5[eE][:-]00[:-]53[:-][0-9a-fA-F]{2}|0000\.5[eE]00\.53[0-9a-fA-F]{2}"),
    "IBAN_CODE": re.compile(r"[A-Z]{2}\d\d(?:ZZZZ|Z)?0{2,}\d{6}"),
    "US_SSN": re.compile(r"000\D?\d{2}\D?\d{4}"),
    "UK_NHS": re.compile(r"999\D?\d{3}\D?\d{4}"),
    "UK_NINO": re.compile(r"QQ[\d ]{6,11}[A-Z]"),
}


def is_reserved(entity: str, value: str) -> bool:
    """Whether ``value`` is of the reserved kind from which `made_up` draws for the ``entity``."""
    if entity == "PHONE_NUMBER":
        return phones.is_nobodys(value)
    if entity == "CREDIT_CARD":
        return re.sub(r"\D", "", value) in {number for numbers in TEST_CARDS.values() for number in numbers}
    pattern = _RESERVED.get(entity)
    return pattern is not None and pattern.fullmatch(value.replace(" ", "") if entity == "IBAN_CODE" else value) is not None
