"""Passwords, PINs and one-time codes in prose and in settings: ``password: hunter2``, ``the PIN is 4821``."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, when, words

_NAMES = (
    "password", "pass word", "passphrase", "pass phrase", "passcode", "pass code", "passwd", "pwd", "passwort", "kennwort",
    "losungswort", "zugangscode",
    "mot de passe", "contraseña", "contrasena", "senha", "palavra-passe", "parola d'ordine", "wachtwoord", "hasło", "hasła",
    "haslo", "lösenord", "adgangskode",
    "passord", "salasana", "heslo", "jelszó", "parolă", "parola", "şifre", "пароль", "密码", "密碼", "パスワード", "비밀번호",
)  # fmt: skip
_NAME = "(?:" + "|".join(sorted(_NAMES, key=len, reverse=True)) + ")"
_FORGOTTEN = words(
    "required reset expired incorrect invalid wrong changed change changing protected forgotten forgot missing empty none null "
    "true false optional string text must should cannot please enter your the and not blank secret here hidden yes unknown "
    "disabled enabled again confirm confirmation policy policies manager field fields never needed same correct recovery "
    "str bytes int char varchar input type self value values undefined nil default hash hashed encrypted "
)  # words that follow a password's name without being one
_CODE = re.compile(
    r"[$%]?[{(<]|\w+\(|(?:os|self|config|settings|env|process|request|args|options|this)[.\[]|str\b|\*{3,}|x{4,}\Z|\.{3}|-{2,}",
    re.IGNORECASE,
)


def _assigned(match: re.Match[str]) -> Bounds | None:
    value = match[1].rstrip(".,;:)\"'>`]}")
    if len(value) < 4 or value.casefold() in _FORGOTTEN or _CODE.match(match[1]):
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
            pattern=re.compile(
                rf"{_NAME}[\"']?[ \t]{{0,3}}(?:[:=：]|->|=>)[ \t]{{0,3}}\n?[\"'`]?([^\s\"'\ue002`]{{4,128}})",
                re.IGNORECASE),
            score=0.9,
            starts=_NAMES,
            check=_assigned,
        ),
        Rule(
            name="stated",
            why="a value, quoted or with digits or signs, that is said to be a password",
            pattern=re.compile(
                rf"{_NAME}(?: (?:for|to|of|für|zum|pour|de|do|para|per|voor) [^\s.:]{{1,24}}(?: [^\s.:]{{1,24}}){{0,2}})?"
                r" (?:is|was|ist|lautet|est|to|es|jest|é|è|är|er|on|je|это|has been (?:set|changed|reset) to|(?:set|"
                r"changed|reset) to)(?: now| set to)?:? "
                r"[\"'`]?([^\s\"'\ue002`]{4,128})",
                re.IGNORECASE,
            ),
            score=0.75,
            starts=_NAMES,
            check=_stated,
        ),
        Rule(
            name="pair",
            why="what follows the word pass beside a user name",
            pattern=re.compile(
                r"(?:user(?:name)?|login|e-?mail|account)\b[ \t]?[:=][^\n]{1,64}?[\s,;/|]\n?(?:pass|pw|mdp|pin|"
                r"key) ?[:=] ?[\"'`]?([^\s\"'\ue002`]{4,128})", re.IGNORECASE
            ),
            score=0.85,
            starts=("user", "login", "email", "e-mail", "account"),
            check=_assigned,
        ),
        Rule(
            name="login",
            why="a user name and a password with a slash between, after the word credentials or login",
            pattern=re.compile(
                r"(?:log ?in|sign in|credentials?|creds|zugangsdaten|identifiants)(?: (?:with|are|is|details|as|"
                r"using))?:? ([\w.@-]{2,64} ?/ ?[^\s\"'\ue002`/]{4,64})",
                re.IGNORECASE),
            score=0.6,
            starts=("log in", "login", "sign in", "credential", "creds", "zugangsdaten", "identifiants"),
            check=lambda match: match.span(1) if any(c.isdigit() for c in match[1].partition("/")[2]) else None,
        ),
        Rule(
            name="column",
            why="a value in a table's column for passwords",
            pattern=re.compile(r"(?<![^\s|])([^\s|\ue002]{4,128})(?![^\s|])"),
            score=0.8,
            titles=("password", "passwort", "kennwort", "mot de passe", "contraseña", "hasło", "passcode", "pin"),
            check=_assigned,
        ),
        Rule(
            name="pin",
            why="four to eight digits beside the word PIN",
            pattern=re.compile(
                r"(?:P[Ii][Nn]|my pin|pin code|pin number|Geheimzahl|code PIN)(?<![^\W_]...)(?: code| number|-code|"
                r"-Code)?(?: (?:for|to) [^\s.:]{1,24}(?: [^\s.:]{1,24})?)?"
                r"(?: is| was| ist| est| es| jest|:|=| ?->){1,2} ?([0-9]{4,8})(?![^\W_]|[.,][0-9])"
            ),
            score=0.8,
            group=1,
            starts=("pin", "my pin", "geheimzahl", "code pin"),
        ),
        Rule(
            name="code",
            why="three to eight digits beside the words for a security or one-time code",
            pattern=re.compile(
                r"(?:cvv2?|cvc2?|card verification|security code|verification code|one[- ]time (?:code|password|pass"
                r"(?:code)?)|otp|2fa code|access code|entry code|door code|alarm code|"
                r"bestätigungscode|sicherheitscode|code de sécurité)(?![^\W_])(?: number| code)?(?: is| was| ist| est|:|"
                r"=| -){0,2} ?([0-9]{3,8})(?![^\W_]|[.,][0-9])",
                re.IGNORECASE,
            ),
            score=0.8,
            group=1,
            starts=(
                "cvv", "cvc", "card ver", "security c", "verification c", "one-time", "one time", "otp", "2fa",
                "access code", "entry code", "door code",
                "alarm code", "bestätigungs", "sicherheits", "code de",
            ),
            check=when(lambda _: True, 1),
        ),
    ),
)  # fmt: skip
