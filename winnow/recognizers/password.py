"""Passwords and PINs in prose and in settings: ``password: hunter2``, ``the PIN is 4821``."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, when, words

_NAME = r"(?:pass ?(?:word|phrase|code|wd)|pwd|passwort|kennwort|mot de passe|contraseña|hasło)"
_FORGOTTEN = words(
    "required reset expired incorrect invalid wrong changed change changing protected forgotten forgot missing empty none null "
    "true false optional string text must should cannot please enter your the and not blank secret here hidden yes unknown "
    "disabled enabled again confirm confirmation policy policies manager field fields never needed same correct recovery "
)  # words that follow a password's name without being one


def _assigned(match: re.Match[str]) -> Bounds | None:
    value = match[1].rstrip(".,;:)\"'>`")
    if len(value) < 4 or value.casefold() in _FORGOTTEN:
        return None
    return match.start(1), match.start(1) + len(value)


def _stated(match: re.Match[str]) -> Bounds | None:
    bounds = _assigned(match)
    if bounds is None:
        return None
    value = match.string[bounds[0] : bounds[1]]
    quoted = match.string[bounds[0] - 1] in "\"'`" and match.string[bounds[1] : bounds[1] + 1] in ("'", '"', "`")
    mixed = any(not character.isalpha() for character in value) and any(character.isalnum() for character in value)
    return bounds if quoted or (mixed and not re.fullmatch(r"[\w]+(?:[-'/][a-z]+)+|\d{1,3}", value)) else None


RECOGNIZER = Recognizer(
    name="password",
    entities=("PASSWORD",),
    rules=(
        Rule(
            name="assigned",
            why="what follows the word password and a colon or equals sign",
            pattern=re.compile(rf"{_NAME}[\"']?[ \t]{{0,3}}[:=][ \t]{{0,3}}[\"'`]?([^\s\"'\ue002`]{{4,128}})", re.IGNORECASE),
            score=0.9,
            check=_assigned,
        ),
        Rule(
            name="stated",
            why="a value, quoted or with digits or signs, that is said to be a password",
            pattern=re.compile(
                rf"{_NAME}(?: (?:for|to|of) [^\s.:]{{1,24}}(?: [^\s.:]{{1,24}}){{0,2}})? (?:is|was|ist|lautet|est|to|"
                rf"es)(?: now| set to)?:? "
                r"[\"'`]?([^\s\"'\ue002`]{4,128})",
                re.IGNORECASE,
            ),
            score=0.75,
            check=_stated,
        ),
        Rule(
            name="pin",
            why="four to eight digits beside the word PIN",
            pattern=re.compile(
                r"P[Ii][Nn](?<![^\W_]...)(?: code| number|-code)?(?: is| was| ist|:|=| ?->){1,2} "
                r"?([0-9]{4,8})(?![^\W_]|[.,][0-9])"
            ),
            score=0.8,
            check=when(lambda _: True, 1),
            needs=("PIN", "Pin"),
        ),
    ),
)
