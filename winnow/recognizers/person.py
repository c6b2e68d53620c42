"""Names that stand where only a name stands: after a title, in a salutation, a mail header, a signature.

Names in running prose need a model; these rules stay beside it, for they find names no model has seen.
"""

import re

from winnow.names import NOT_NAMES, is_role
from winnow.recognizers._base import LEFT, Bounds, Check, Recognizer, Rule

_WORD = r"(?:[A-ZÀ-ÖØ-ÞŁŚŻŹĆŃĘĄČŠŽĐİŞĞ](?:[^\W\d_]{1,24}|\.|(?='))(?:(?:-|'(?![sS](?![^\W_])))[^\W\d_]{1,24}){0,2})"
_PARTICLE = r"(?:van der|van den|van de|van|von der|von|zu|de la|del|della|de|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten)"
_NAME = rf"{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{0,3}}"
_FULL_NAME = rf"{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{1,3}}"
_AFTER_TITLE = rf"(?:{_PARTICLE}[ ])?{_NAME}"

_TITLE = (
    r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Hon)\.?[ \t]{1,2}|(?:Rev|Sr|Sra)\.[ \t]|(?:Miss|Professor|Sir|Dame|Lord|Lady|Madame|"
    r"Monsieur|Mme|Herrn?|Frau|"
    r"Doctor|Senator|Señora?|Pani?|Signora?)[ \t]"
)
_CLOSING = (
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|many|with kind|with best)? ?(?:regards|wishes)|(?:yours )?(?:sincerely|"
    r"faithfully|truly)(?: yours)?|"
    r"best|cheers|thanks(?: again)?|many thanks|thank you|all the best|respectfully|cordially|mit freundlichen grüßen|"
    r"mit freundlichem gruß|"
    r"viele grüße|beste grüße|liebe grüße|freundliche grüße|mfg|vg|lg|cordialement|bien à vous|saludos|atentamente|pozdrawiam|"
    r"signed|z poważaniem)"
)
_LABEL = (
    r"(?:from|to|cc|bcc|sender|reply-to|von|an|author|prepared by|reported by|written by|submitted by|approved by|"
    r"reviewed by|assigned to|"
    r"contact(?: person)?|signed(?: by)?|name|full name|first name|last name|surname|employee(?: name)?|patient(?: name)?|"
    r"customer name|client name|organi[sz]er|attendees|present|apologies|minutes taken by|line manager|interviewer|"
    r"interviewee|candidate)"
)


def _words_of_a_name(text: str, start: int, end: int, least: int) -> Bounds | None:
    """The longest beginning of ``text[start:end]`` without a word that is no name, if it has ``least`` words."""
    kept, words = start, 0
    for word in re.finditer(r"[^ ]+", text[start:end]):
        if word[0].strip(".'").casefold() in NOT_NAMES:
            break
        kept, words = start + word.end(), words + 1
    letters = sum(character.isalpha() for character in text[start:kept])
    return (start, kept) if words >= least and letters > 1 and not is_role(text[start:kept]) else None


def _name(least: int = 1) -> Check:
    """A check of group 1; ``least`` words of it must be names."""

    def check(match: re.Match[str]) -> Bounds | None:
        return _words_of_a_name(match.string, *match.span(1), least)

    return check


def _whole(least: int = 1) -> Check:
    """A check of group 1 where every word must be a name."""

    def check(match: re.Match[str]) -> Bounds | None:
        return match.span(1) if _words_of_a_name(match.string, *match.span(1), least) == match.span(1) else None

    return check


RECOGNIZER = Recognizer(
    name="person",
    entities=("PERSON",),
    rules=(
        Rule(
            name="title",
            why="a name after a title such as Dr. or Ms",
            pattern=re.compile(rf"{LEFT}(?:{_TITLE})({_AFTER_TITLE})"),
            score=0.85,
            check=_name(),
        ),
        Rule(
            name="salutation",
            why="a name in a salutation",
            pattern=re.compile(
                rf"^[ \t]*(?:Dear|Hi|Hello|Hey|Hallo|Good (?:morning|afternoon|evening)|Lieber?|Sehr geehrter?|Bonjour|"
                rf"Cher|Chère|Hola|Estimad[oa]|Drogi|Droga)"
                rf"[ ](?:(?:{_TITLE}))?({_NAME})[ ]?(?=[,!:;.\n-]|\Z)",
                re.MULTILINE,
            ),
            score=0.8,
            check=_whole(),
        ),
        Rule(
            name="address",
            why="a name before an e-mail address in angle brackets",
            pattern=re.compile(rf"{LEFT}({_NAME}|{_WORD}, {_WORD})\"?[ ]<(?=[^\s<>@]{{1,64}}@)"),
            score=0.9,
            needs=(" <",),
            check=_whole(),
        ),
        Rule(
            name="header",
            why="a full name after a label such as From: or Author:",
            pattern=re.compile(
                rf"^[ \t>*|_-]{{0,4}}(?i:{_LABEL})[*_]{{0,2}}[ \t]?[:|=][*_]{{0,2}}[ \t]{{0,3}}(?:{_TITLE})?({_FULL_NAME})"
                r"(?=[ ]?(?:[,;<(\n|/]|\Z))",
                re.MULTILINE,
            ),
            score=0.75,
            check=_whole(2),
        ),
        Rule(
            name="signature",
            why="a name on the line after a closing formula",
            pattern=re.compile(
                rf"^[ \t]*(?i:{_CLOSING})[ \t]?[,.!]?[ \t]?\n\s{{0,4}}(?:{_TITLE})?({_NAME})[ \t]{{0,3}}(?=[,(|\n]|\Z)",
                re.MULTILINE,
            ),
            score=0.8,
            check=_whole(),
        ),
        Rule(
            name="introduction",
            why="a name after the words my name is",
            pattern=re.compile(rf"(?i:my name is|my name's|mein name ist|je m'appelle|me llamo)[ ]({_NAME})"),
            score=0.8,
            check=_name(),
        ),
    ),
)
