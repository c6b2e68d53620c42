"""Names that stand where only a name stands: after a title, in a salutation, a mail header, a signature.

Names in running prose need a model; these rules stay beside it, for they find names no model has seen.
"""

import re

from winnow.names import NOT_NAMES, is_role
from winnow.recognizers._base import LEFT, Bounds, Check, Recognizer, Rule
from winnow.recognizers._rosters import in_column, listed, rostered

_WORD = r"(?:[A-ZÀ-ÖØ-ÞŁŚŻŹĆŃĘĄČŠŽĐİŞĞ](?:[^\W\d_]{1,24}|\.|(?='))(?:(?:-|'(?![sS](?![^\W_])))[^\W\d_]{1,24}){0,2})"
_PARTICLE = r"(?:van der|van den|van de|van|von der|von|zu|de la|del|della|de|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten)"
_NAME = rf"{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{0,3}}"
_FULL_NAME = rf"{_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_WORD}){{1,3}}"
_AFTER_TITLE = rf"(?:{_PARTICLE}[ ])?{_NAME}"

_TITLE = (
    r"(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof|Hon)(?:\.?[ \t]{1,2}|\.(?=[^\W\d_a-z][^\W_]))){1,3}|(?:Rev|Sr|Sra)\.[ \t]|"
    r"(?:Miss|Professor|Sir|Dame|Lord|Lady|Madame|Monsieur|Mme|Herrn?|Frau|Doctor|Senator|Señora?|Pani?|Signora?)[ \t]"
)
_TITLES = (
    "mr", "ms", "mx", "dr", "prof", "hon", "rev.", "sr", "miss", "sir", "dame", "lord", "lady", "madame", "monsieur", "mme",
    "herr", "frau", "doctor",
    "senator", "señor", "pan", "signora",
)  # fmt: skip  # how they begin, lower case
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
    r"customer name|client name|organi[sz]ers?|attendees|attending|in attendance|present|absent|apologies(?: for absence)?|"
    r"regrets|participants?|guests?|minutes taken by|minute[- ]taker|line manager|interviewers?|interviewees?|candidate|"
    r"authors?|authored by|owners?|responsible|assignee|chair(?:ed by)?|facilitator|teilnehmer|anwesend|entschuldigt)"
)
_ROSTER = (
    r"(?:attendees|attending|in attendance|present|absent|apologies(?: for absence)?|participants|guests|authors|signed by|"
    r"teilnehmer|anwesend)"
)


def _words_of_a_name(text: str, start: int, end: int, least: int) -> Bounds | None:
    """The longest beginning of ``text[start:end]`` without a word that is no name, if it has ``least`` words."""
    kept, words = start, 0
    for word in re.finditer(r"[^ ]+", text[start:end]):
        initial = len(word[0]) == 2 and word[0].endswith(".")
        if not initial and word[0].strip(".'").casefold() in NOT_NAMES:
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


def _nothing_else(text: str, start: int, end: int, least: int) -> Bounds | None:
    """The name in ``text[start:end]``, without its title, if nothing else stands there."""
    match = _TITLED.fullmatch(text, start, end)
    whole = match.span(1) if match else None
    return whole if whole and _words_of_a_name(text, *whole, least) == whole else None


_TITLED = re.compile(rf"(?:{_TITLE})?({_NAME})")


RECOGNIZER = Recognizer(
    name="person",
    entities=("PERSON",),
    rules=(
        Rule(
            name="title",
            why="a name after a title such as Dr. or Ms",
            pattern=re.compile(rf"{LEFT}(?:{_TITLE})({_AFTER_TITLE})"),
            score=0.85,
            starts=_TITLES,
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
            why="a name after a label such as From:, Author: or Present:",
            pattern=re.compile(
                rf"^[ \t>*|_-]{{0,4}}(?i:{_LABEL})[*_]{{0,2}}[ \t]?[:|=][*_]{{0,2}}[ \t]{{0,3}}"
                # up to the line's end, or to the next label where a reader has joined the lines of a mail's header
                rf"([^\n]{{1,1000}}?)(?=$| (?:Subject|To|Cc|CC|Bcc|Sent|Date|Betreff|An|Gesendet|Objet|À): ?)",
                re.MULTILINE,
            ),
            score=0.75,
            each=listed(_nothing_else, re.compile(_ROSTER, re.IGNORECASE)),
        ),
        Rule(
            name="roster",
            why="a name on a line under a label such as Attendees",
            pattern=re.compile(rf"^[ \t#*_]{{0,5}}(?i:{_ROSTER})[*_]{{0,2}}[ \t]?:?[*_]{{0,2}}[ \t]*\n", re.MULTILINE),
            score=0.75,
            each=rostered(_nothing_else),
        ),
        Rule(
            name="column",
            why="a name in a table's column for names",
            pattern=re.compile(rf"(?:\||^)[ \t]{{0,3}}((?:{_TITLE})?{_FULL_NAME})(?=[ \t]*(?:\||$))", re.MULTILINE),
            score=0.75,
            needs=(" | ",),
            each=in_column(_nothing_else),
        ),
        Rule(
            name="born",
            why="a full name before a birth",
            pattern=re.compile(rf"({_FULL_NAME})(?=(?:, | \()born (?:on|in|[0-9]))"),
            score=0.75,
            needs=(", born ", "(born "),
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
            starts=("my name", "mein name", "je m'appelle", "me llamo"),
            check=_name(),
        ),
    ),
)
