"""Taking personal data out of a text so that what is left still reads: no lone commas, empty brackets, doubled spaces.

Belongs here: mending the places where something was taken out; the rest of a text stays as it was, indentation included. Does
not belong here: what is taken out.
"""

import re

from winnow.placeholders import CLOSE, OPEN, Mention, substitute

_GAP = OPEN + CLOSE  # stands where a value was; no untrusted text holds it
_PERSON_GAP = f"{OPEN}P{CLOSE}"
_ANY = f"{OPEN}P?{CLOSE}"
_CLOSING = frozenset(")]}\"'”’»“")
_SPACE = r"[^\S\n]{0,4}"

_DANGLING_IN_A_ROW = 2

_TITLE = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Herrn?|Frau|Mme|Madame|Monsieur|Señora?|Pani?)\.?{_SPACE}(?={_PERSON_GAP})"
)
_AND = rf"(?:{_SPACE}(?:,|;|/|&|·|-|–|and|und|et|or|oder|ou|y|i)){{0,2}}{_SPACE}"
_SEVERAL = re.compile(rf"{_ANY}(?:{_AND}{_ANY})+")
_GENITIVE = re.compile(rf"({_ANY})['’]s?(?![^\W_])")
_ENCLOSED = re.compile(
    rf"(?:\({_SPACE}{_ANY}{_SPACE}\)|\[{_SPACE}{_ANY}{_SPACE}\]|<{_SPACE}{_ANY}{_SPACE}>|\"{_SPACE}{_ANY}{_SPACE}\"|“{_SPACE}{_ANY}{_SPACE}”|„{_SPACE}{_ANY}{_SPACE}“|«{_SPACE}{_ANY}{_SPACE}»)"
)
_QUOTED = re.compile(rf"(?<!\w)'{_SPACE}{_ANY}{_SPACE}'(?!\w)")
_JOINED = re.compile(rf"\b(?:and|or|und|oder|et|ou){_SPACE}({_ANY})(?={_SPACE}[,.;:!?])")
_DANGLING = re.compile(
    rf"(?<=[{CLOSE}a-zß-öø-ÿ0-9,]){_SPACE}\b(?:at|to|by|from|with|on|in|of|for|via|under|bei|von|an|auf|unter|mit){_SPACE}{_ANY}"
    rf"(?={_SPACE}(?:[,.;:!?(]|\n|\Z|(?:and|or|und|oder)\b))"
)  # "write to X at Y." would end in "to at."
_ADDRESSED = re.compile(rf"(?<=[.!?])([^\S\n]{{1,2}}){_ANY}{_SPACE}[,;:]{_SPACE}")
_OPENED = re.compile(rf"([(\[]){_SPACE}{_ANY}{_SPACE}[,;:]?{_SPACE}")
_CLOSED = re.compile(rf"{_SPACE}[,;:]?{_SPACE}{_ANY}{_SPACE}([)\]])")
_LABEL = r"[^\W\d_][\w./-]{0,20}(?: [^\W\d_][\w./-]{0,20}){0,2}:"
_GREETING = r"(?:dear|hi|hello|hallo|hey|liebe[rs]?|sehr geehrte[rs]?|guten tag|bonjour|ch[eè]re?|hola|estimad[oa]|drog[ia])"
_EMPTY_LINE = re.compile(
    rf"^[^\S\n]*(?:[-*•>][^\S\n]?)?(?:{_LABEL}|{_GREETING})?{_SPACE}{_ANY}{_SPACE}[,.;!:]?[^\S\n]*(?:\n(?P<blank>[^\S\n]*\n)?|\Z)",
    re.MULTILINE | re.IGNORECASE,
)  # nothing but a label, a greeting or a bullet besides what was taken out
_LABEL_END = re.compile(rf"(?<=[.,;!?])[^\S\n]{{1,2}}[^\W\d_a-z][\w-]{{0,20}}:{_SPACE}{_ANY}[.,;]?(?=[^\S\n]*(?:\n|\Z))")
_GLUED = re.compile(rf"({_ANY})[_-]+(?=\w)|(?<=[^\W_])[_-]+({_ANY})")  # parts of a file's name
_TURN = re.compile(rf"^(?P<lead>[^\S\n]*){_ANY}{_SPACE}[:,;.–-]{_SPACE}", re.MULTILINE)
_LINE_START = re.compile(rf"^(?P<lead>[^\S\n]*){_ANY}{_SPACE}", re.MULTILINE)
_BEFORE_MARK = re.compile(rf"(?P<left>[,;:–-]?){_SPACE}{_ANY}{_SPACE}(?P<right>[,;:.!?]|\Z|(?=\n))")
_INSIDE = re.compile(rf"{_SPACE}{_ANY}(?P<behind>[^\S\n]*)")


def removed(text: str) -> str:
    """``text`` without its internal placeholders, and mended where they stood; it may be empty."""
    if OPEN not in text:
        return text
    left = substitute(text, _gap)
    left = _QUOTED.sub(_GAP, _TITLE.sub("", left))
    left = _GLUED.sub(r"\1 \2", _GENITIVE.sub(r"\1", left))
    left = _SEVERAL.sub(_GAP, left)
    for _ in range(2):  # "(<a@b>)": brackets around brackets
        left = _ENCLOSED.sub(_GAP, left)
        left = _SEVERAL.sub(_GAP, left)
    for _ in range(_DANGLING_IN_A_ROW):
        left = _DANGLING.sub("", left)
    left = _CLOSED.sub(r"\1", _OPENED.sub(r"\1", left))
    left = _LABEL_END.sub("", _EMPTY_LINE.sub(_line, left))
    left = _ADDRESSED.sub(r"\1", _JOINED.sub(r"\1", left))
    left = _TURN.sub(r"\g<lead>", left)
    left = _LINE_START.sub(r"\g<lead>", left)
    left = _BEFORE_MARK.sub(_mark, left)
    left = _INSIDE.sub(_space, left)
    return left.rstrip() + text[len(text.rstrip()) :]


def _gap(mention: Mention) -> str:
    return _PERSON_GAP if mention.entity == "PERSON" else _GAP


def _line(match: re.Match[str]) -> str:
    """Nothing; the empty line below stays unless there is one above already."""
    above = match.string[max(match.start() - 2, 0) : match.start()]
    return "" if above in {"", "\n\n"} else match["blank"] or ""


def _mark(match: re.Match[str]) -> str:
    left, right = match["left"], match["right"]
    if right in {",", ";", ":"}:
        return left if left in {",", ";", ":"} else right
    return right or (left if left == ":" else "")


def _space(match: re.Match[str]) -> str:
    """One space, or none where the text ends, or the value was a part of a word."""
    start, end = match.span()
    text = match.string
    if end >= len(text) or text[end] == "\n" or start == 0 or (not match["behind"] and text[end] in _CLOSING):
        return ""
    return " " if text[start].isspace() or match["behind"] else ""
