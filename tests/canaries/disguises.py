"""Ways in which text hides a value from a pattern, without a person noticing."""

from collections.abc import Callable

_FULL_WIDTH = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789"}
_ARABIC = {ord(sign): chr(0x0660 + int(sign)) for sign in "0123456789"}


def _zero_width(value: str) -> str:
    middle = len(value) // 2
    return f"{value[:3]}\u200b{value[3:middle]}\u200d{value[middle:]}"


def _soft_hyphen(value: str) -> str:
    return f"{value[:5]}\u00ad{value[5:]}"


def _spaces(value: str) -> str:
    return value.replace(" ", "\u00a0")


def _at_dot(value: str) -> str:
    return value.replace("@", " (at) ").replace(".", " (dot) ")


def _two_lines(value: str) -> str:
    head, space, tail = value.partition(" ")
    return f"{head}\n{tail}" if space else value


DISGUISES: dict[str, tuple[Callable[[str], str], frozenset[str]]] = {
    "zero-width": (
        _zero_width,
        frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "SECRET", "PERSON"}),
    ),
    "soft hyphen": (_soft_hyphen, frozenset({"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "SECRET", "PERSON"})),
    "nbsp": (_spaces, frozenset({"PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "PERSON", "UK_NINO"})),
    "full width": (
        lambda value: value.translate(_FULL_WIDTH),
        frozenset({"PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS"}),
    ),
    "foreign digits": (lambda value: value.translate(_ARABIC), frozenset({"CREDIT_CARD", "PHONE_NUMBER"})),
    "at and dot": (_at_dot, frozenset({"EMAIL_ADDRESS"})),
    "two lines": (_two_lines, frozenset({"PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "PERSON", "ADDRESS"})),
}
"""Name → what it does to a value, and the entities it is used on."""
