"""User names: after a label, or in the path of a home folder. Names that no person has (``root``, ``runner``) stay.

Handles with an @ are another entity (`winnow.recognizers.handle`); profiles on the web are addresses (`winnow.recognizers.url`).
"""

import re

from winnow.recognizers._base import Recognizer, Rule, when, words

_NOBODY = words(
    "root admin administrator user users username name shared public default guest all any runner app apps ubuntu ec2-user "
    "vagrant docker www www-data nobody none null true false string str required optional home local site test tests "
    "example me you your my the system service services daemon jenkins git git-user postgres mysql oracle hadoop node "
    "python jovyan vscode travis circleci build builder ci deploy web api data tmp someone somebody foo bar alice bob login "
    "password email id ids is and or not must should can int text varchar field value values input type self empty invalid "
    "unknown missing anonymous linuxbrew opt bin lib src share "
)
_NAME = r"([^\W_][\w.-]{1,30}[^\W_])"


def _somebody(text: str) -> bool:
    return text.casefold() not in _NOBODY and any(character.isalpha() for character in text) and not text.startswith("$")


RECOGNIZER = Recognizer(
    name="user_name",
    entities=("USER_NAME",),
    rules=(
        Rule(
            name="label",
            why="what follows a label such as username: or login:",
            pattern=re.compile(
                r"(?<![^\W_])(?:user[ _-]?(?:name|id)|log[ -]?in(?: name| id)?|screen name|benutzername|benutzerkennung|"
                r"nom d'utilisateur|identifiant|nombre de usuario|usuario|nazwa użytkownika|gebruikersnaam|"
                rf"skype(?: id)?|telegram|twitter|instagram|github|slack(?: id)?|discord|wechat|nick"
                rf"(?:name)?)[\"']?[ ]?[:=] ?[\"'`]?@?{_NAME}(?![\w(]|\.[^\W_]|[({{\[]|://)",
                re.IGNORECASE,
            ),
            score=0.7,
            starts=(
                "user", "log", "screen name", "benutzer", "nom d'u", "identifiant", "nombre de u", "nazwa", "gebruiker",
                "skype", "telegram", "twitter", "instagram", "github", "slack", "discord",
                "wechat", "nick",
            ),
            check=when(_somebody, 1),
        ),
        Rule(
            name="home",
            why="a user name in the path of a home folder",
            pattern=re.compile(
                rf"(?:/home/|/Users/|/users/|[\\/]Users[\\/]|[\\/]Documents and Settings[\\/]|/profile/|/people/|"
                rf"/~){_NAME}(?=[\\/\s\"'`,;:)?#]|\.?\s|\.?\Z)"
                ),
            score=0.7,
            starts=("/home/", "/users/", "\\users\\", "/documents and settings", "\\documents and settings", "/profile/",
            "/people/", "/~"),
            check=when(_somebody, 1),
        ),
        Rule(
            name="column",
            why="a user name in a table's column for them",
            pattern=re.compile(r"(?<![\w.-])[^\W_][\w.-]{1,30}[^\W_](?![\w.@-])"),
            score=0.65,
            titles=("username", "user name", "user id", "login", "benutzername", "identifiant", "usuario"),
            check=when(_somebody),
        ),
    ),
)  # fmt: skip
