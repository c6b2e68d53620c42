"""Secrets that stand in the catalog itself: told by the name of their field, or by what they look like.

Belongs here: what is a secret and what is not. Does not belong here: where it stands and what the message says
(`resources.catalog_yaml`). A catalog is kept with the code and read by many; its secrets are references, ``${env:…}`` or
``${file:…}``. A reference's default is part of the catalog too.
"""

import re
from collections.abc import Sequence

_FILLED = "\x00"  # stands for what a reference will be filled with

_REFERENCE = re.compile(r"(?<!\$)\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*(?::-(?P<default>[^}]*))?|file:[^}]*)\}")

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_SAYS_SECRET = {
    *("password", "passwd", "passphrase", "pwd", "secret", "secrets", "token", "sas", "signature", "apikey"),
    *("credential", "credentials", "authorization", "cookie"),
}

_SAYS_KEY = {"key", "keys"}

_KINDS_OF_KEY = {
    "access",
    "account",
    "api",
    "auth",
    "encryption",
    "master",
    "private",
    "secret",
    "service",
    "shared",
    "signing",
}

_STORE_FIELDS = {"options", "headers"}  # what stands below them goes to a store or a server: a bare `key` is a credential there

_PLACES = {
    "file",
    "files",
    "path",
    "paths",
    "filename",
    "url",
    "uri",
    "name",
}  # `token_file` and `token_url` say where, not what

_PUBLIC_KEYS = {"host", "known", "public", "client"}  # `host_key` is public, and `client_keys` are places of keys

_PLAIN_VALUES = {"anon", "browser", "cache", "cloud", "default", "google_default", "none"}  # gcsfs's own words for a token

_ELSEWHERE = {"dataset", "pii", "tasks"}  # whose fields are named by the company: patterns, labels, columns

_PLACE = re.compile(r"(?:~|\.{1,2})?/[\w./ -]*\.(?:json|pem|p12|pfx|key|txt|yaml|conf|token)", re.IGNORECASE)

_QUERY = "access_key|access_token|api_?key|client_secret|key|password|pwd|secret|sig|signature|token|x-amz-signature|x-amz-security-token"

_SHAPES = (
    re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@\x00]+@", re.IGNORECASE),  # user:password@
    re.compile(rf"[?&](?:{_QUERY})=[^&\s\x00]+", re.IGNORECASE),
    re.compile(r"(?<![A-Za-z0-9/+=])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9/+=])"),  # AWS access key ids
    re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----\s{0,9}[A-Za-z0-9+/]"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\."),  # JSON web tokens
    re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{30}|glpat-[\w-]{20}|hf_[A-Za-z]{30}|AIza[\w-]{35})"),
    re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10}|\bhooks\.slack\.com/services/\w+/\w+/\w{16}"),
    re.compile(r"\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{16}"),
    re.compile(r"(?:^|\s)--?(?:password|token|secret|api-key)=[^\s\x00]+", re.IGNORECASE),
)

_CONNECTION = re.compile(
    r"(?:^|[;\s])(?:password|pwd|account_?key|shared_?access_?(?:key|signature)|client_?secret)\s?=\s?[^;\s\x00]+",
    re.IGNORECASE,
)
_CONNECTION_PARTNER = re.compile(
    r"(?:^|[;\s])(?:host|server|data source|address|user|user id|uid|dbname|database|accountname|endpoint|driver|port)\s?=",
    re.IGNORECASE,
)


def is_secret(where: Sequence[str | int], text: str) -> bool:
    """Whether ``text`` (as written, with its references) at ``where`` in the catalog is a secret in plain text."""
    bare = _REFERENCE.sub(lambda match: match["default"] or _FILLED, text)
    if any(shape.search(bare) for shape in _SHAPES):
        return True
    if _CONNECTION.search(bare) and _CONNECTION_PARTNER.search(bare):
        return True
    return _is_named(where) and _FILLED not in bare and not _is_plain(bare)


def _is_named(where: Sequence[str | int]) -> bool:
    """Whether the field at ``where`` is one that holds a secret, by its name."""
    names = [step for step in where if isinstance(step, str)]
    if not names or names[0] in _ELSEWHERE or "table" in names:
        return False
    words = {word.lower() for word in _WORD.findall(names[-1])}
    if words & _PLACES:
        return False
    if words & _SAYS_SECRET:
        return True
    if words & _PUBLIC_KEYS:
        return False
    return bool(words & _SAYS_KEY) and (bool(words & _KINDS_OF_KEY) or not _STORE_FIELDS.isdisjoint(names[:-1]))


def _is_plain(value: str) -> bool:
    """Whether ``value`` is none, though its field says so: nothing, a word that stores know, or the path of a file."""
    return not value.strip() or value.strip().lower() in _PLAIN_VALUES or _PLACE.fullmatch(value.strip()) is not None
