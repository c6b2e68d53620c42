"""E-mail addresses, of private domains too: ``j.doe@corp.internal``, ``maria (at) example (dot) com``.

No list of top-level domains is consulted: private domains are in none, and fetching one would need a network.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule

_LOCAL = re.compile(r"[^\W_][\w.+'%&=~!#$*/?^{|}-]{0,63}\Z")  # RFC 5322 dot-atom, beginning with a letter or digit
_LOCAL_MAX = 64  # octets, RFC 5321 section 4.5.3.1.1


_ENDINGS = (
    "com|org|net|edu|gov|mil|info|biz|io|dev|app|internal|local|lan|corp|intranet|de|fr|uk|eu|pl|es|it|ch|nl|at|be|ie|pt|se|no|"
    "dk|fi|cz|us|ca|au|nz|in|jp|cn|br|mx"
)
_DOT = r"(?: ?[(\[{<] ?(?:dot|punkt|point|punto|\.) ?[)\]}>] ?| dot | punkt | ?\. ?)"
_BRACKETED_LOCAL = re.compile(
    r"[^\W_][\w+-]{0,31}(?:(?:\.| ?[(\[{<] ?(?:dot|punkt|point|\.) ?[)\]}>] ?| dot )[\w+-]{1,31}){0,4} ?\Z", re.IGNORECASE
)
_SPACED_LOCAL = re.compile(r"[^\W_][\w+-]{0,31}(?: ?\. ?[a-z][\w+-]{0,31}){0,3}\Z|[^\W_][\w.+-]{0,63}\Z")
_DOTTED_LOCAL = re.compile(r"(?<![^\W_])[^\W_][\w+-]{0,31}(?:\.[\w+-]{1,31}){1,3}\Z")
_LOOKED_AT = 100  # characters before a disguised @ that may be its local part
_PLACES = re.compile(
    r"\b(?:look|looking|looked|available|found|meet|visit|see|read|hosted|live|sold|here|us|me|is|was|are|be|work|works|"
    r"worked|working|stay|point|arrived?) (?:at|ät)\b",
    re.IGNORECASE,
)


def _before(match: re.Match[str], local: re.Pattern[str]) -> Bounds | None:
    found = local.search(match.string, max(0, match.start() - _LOOKED_AT), match.start())
    return (found.start(), match.end()) if found else None


def _with_bracketed_local_part(match: re.Match[str]) -> Bounds | None:
    return _before(match, _BRACKETED_LOCAL)


def _with_spaced_local_part(match: re.Match[str]) -> Bounds | None:
    return _before(match, _SPACED_LOCAL) if " " in match[0] else None


def _spelt(match: re.Match[str]) -> Bounds | None:
    """Takes out "look at dot com": a sentence about a place."""
    return None if _PLACES.match(match[0]) or _PLACES.search(match[0]) else match.span()


def _with_local_part(match: re.Match[str]) -> Bounds | None:
    start = match.start()
    local = _LOCAL.search(match.string, max(0, start - _LOCAL_MAX), start)
    return None if local is None else (local.start(), match.end())


RECOGNIZER = Recognizer(
    name="email",
    entities=("EMAIL_ADDRESS",),
    rules=(
        Rule(
            name="address",
            why="a local part, an @ and a domain name",
            pattern=re.compile(r"@(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_][^\W_](?:[\w-]{0,22}[^\W_])?"),
            score=0.95,
            starts=("@",),
            check=_with_local_part,
        ),
        Rule(
            name="local_host",
            why="an address on a host without a dot",
            pattern=re.compile(r"@(?:localhost|intranet|internal|local|corp)(?![\w-]|\.[^\W_])", re.IGNORECASE),
            score=0.6,
            starts=("@",),
            check=_with_local_part,
        ),
        Rule(
            name="wrapped",
            why="an address that goes on after a line break behind its @ or a dot",
            pattern=re.compile(
                rf"@\n[^\W_][\w-]{{0,62}}(?:\.[^\W_][\w-]{{0,62}}){{0,6}}\.(?:{_ENDINGS}){RIGHT}|@"
                rf"(?:[^\W_][\w-]{{0,62}}\.){{1,6}}\n(?:[^\W_][\w-]{{0,62}}\.){{0,2}}(?:{_ENDINGS}){RIGHT}|"
                rf"@[^\W_][\w-]{{0,62}}\n(?:\.[^\W_][\w-]{{0,62}}){{0,6}}\.(?:{_ENDINGS}){RIGHT}"
            ),
            score=0.9,
            starts=("@",),
            check=_with_local_part,
        ),
        Rule(
            name="spaced",
            why="an address with spaces around its @ or its dots",
            pattern=re.compile(rf" ?@ ?[^\W_][\w-]{{0,62}}(?: ?\. ?[^\W_][\w-]{{0,62}}){{0,5}}? ?\. ?(?:{_ENDINGS}){RIGHT}"),
            score=0.8,
            needs=(" @", "@ ", " ."),
            check=_with_spaced_local_part,
        ),
        Rule(
            name="brackets",
            why="an address with (at) in place of @",
            pattern=re.compile(
                rf"[(\[{{<] ?(?:at|@|ät|a|arroba|chez|kukac) ?[)\]}}>] ?[^\W_][\w-]{{0,62}}"
                rf"(?:{_DOT}[^\W_][\w-]{{0,62}}){{1,6}}{RIGHT}|"
                rf"[(\[{{<] ?(?:at|@|ät|arroba) ?[)\]}}>] ?(?:localhost|intranet|internal|corp){RIGHT}",
                re.IGNORECASE,
            ),
            score=0.9,
            starts=tuple(
                f"{bracket}{space}{word}"
                for bracket in "([{<"
                for space in ("", " ")
                for word in ("at", "@", "ät", "a)", "a]", "arroba", "chez", "kukac")
            ),
            check=_with_bracketed_local_part,
        ),
        Rule(
            name="words",
            why="an address spelt with the words at and dot",
            pattern=re.compile(
                LEFT + r"[^\W_][\w+-]{0,31}(?:(?: dot | punkt | point | punto )[^\W_][\w-]{0,31}){0,3} (?:at|ät|arroba)"
                r" [^\W_][\w-]{0,31}(?:(?: dot | punkt | point | punto )[^\W_][\w-]{0,31}){0,4}"
                rf"(?: dot | punkt | point | punto )(?:{_ENDINGS}){RIGHT}",
                re.IGNORECASE,
            ),
            score=0.8,
            needs=(" dot ", " punkt ", " point ", " punto "),
            check=_spelt,
        ),
        Rule(
            name="at_word",
            why="an address with the word at in place of @",
            pattern=re.compile(
                rf" at [^\W_][\w-]{{0,31}}(?:\.[^\W_][\w-]{{0,31}}){{0,4}}\.(?:{_ENDINGS})(?![\w/-]|\.[^\W_])", re.IGNORECASE
            ),
            score=0.6,
            starts=(" at ",),
            check=lambda match: _before(match, _DOTTED_LOCAL),
        ),
    ),
)
