"""IP addresses, versions 4 and 6; version and section numbers are not."""

import ipaddress
import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, before

_NUMBERING = re.compile(
    r"\b(?:v|version|ver\.?|release|section|sect?\.|chapter|clause|article|figure|table|§+|rev\.?|build)\s*\Z", re.IGNORECASE
)
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_NETWORK = re.compile(
    r"\b(?:ip(?:v4)?|dns|host|server|address|gateway|router|ping|subnet|netmask|resolver|client|node)\b", re.IGNORECASE
)


def _v4(match: re.Match[str]) -> Bounds | None:
    octets = match[0].replace("\n", "").split(".")
    if any(int(octet) > 255 or (len(octet) > 1 and octet[0] == "0") for octet in octets):
        return None
    left = before(match)
    if _NUMBERING.search(left):
        return None
    # "1.2.3.4" numbers a paragraph as often as a host: single digits need a word about networks before them.
    if all(len(octet) == 1 for octet in octets) and len(set(octets)) > 1 and not _NETWORK.search(left):
        return None
    return match.span()


def _v6(match: re.Match[str]) -> Bounds | None:
    text, start = match.string, match.start()
    while match.start() - start < 5 and text[start - 1 : start] in _HEXADECIMAL and start:
        start -= 1
    if text[start - 1 : start].isalnum() or (start and text[start - 1] in "_:."):
        return None
    candidate = text[start : match.end()].rstrip(".")
    try:
        ipaddress.IPv6Address(candidate)
    except ValueError:
        return None
    # "a::b" is C++ and "1::2" a slice: a shortened address needs a group of three characters and a digit.
    groups = [group for group in candidate.split(":") if group]
    telling = any(len(group) > 2 for group in groups) and any(character.isdigit() for character in candidate)
    if candidate != "::1" and not telling:
        return None
    return start, start + len(candidate)


RECOGNIZER = Recognizer(
    name="ip",
    entities=("IP_ADDRESS",),
    rules=(
        Rule(
            name="v4",
            why="four numbers up to 255 with dots between them, not a version number",
            pattern=re.compile(r"[0-9](?<![^\W_][0-9])(?<![.][0-9])[0-9]{0,2}(?:\.\n?[0-9]{1,3}){3}(?![^\W_]|\.[0-9])"),
            score=0.7,
            check=_v4,
        ),
        Rule(
            name="v6",
            why="groups of hexadecimal digits with colons that form an address",
            pattern=re.compile(r":[0-9a-fA-F]{0,4}:(?:[0-9a-fA-F]{0,4}:){0,6}[0-9a-fA-F.]{0,15}(?![\w:])|::1(?![\w:.])"),
            score=0.8,
            check=_v6,
        ),
    ),
)
