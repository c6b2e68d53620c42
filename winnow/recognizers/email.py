"""E-mail addresses, of private domains too: ``j.doe@corp.internal``, ``maria (at) example (dot) com``.

No list of top-level domains is consulted: private domains are in none, and fetching one would need a network.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule

_LOCAL = re.compile(r"[^\W_][\w.+'%&=~!#$*/?^{|}-]{0,63}\Z")  # RFC 5322 dot-atom, beginning with a letter or digit
_LOCAL_MAX = 64  # octets, RFC 5321 section 4.5.3.1.1


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
            needs=("@",),
            check=_with_local_part,
        ),
        Rule(
            name="local_host",
            why="an address on a host without a dot",
            pattern=re.compile(r"@(?:localhost|intranet|internal|local|corp)(?![\w-]|\.[^\W_])", re.IGNORECASE),
            score=0.6,
            needs=("@",),
            check=_with_local_part,
        ),
        Rule(
            name="brackets",
            why="an address with (at) in place of @",
            pattern=re.compile(
                r"[^\W_][\w.+-]{0,63} ?[(\[{] ?(?:at|AT|@) ?[)\]}] ?[^\W_][\w-]{0,62}"
                r"(?: ?(?:[(\[{] ?(?:dot|DOT|\.) ?[)\]}]|\.) ?[^\W_][\w-]{0,62}){1,6}" + RIGHT
            ),
            score=0.9,
            needs=("at)", "at]", "at}", "AT)", "AT]", "AT}", "@)", "@]", "@}", "at ", "AT ", "@ "),
        ),
        Rule(
            name="words",
            why="an address spelt with the words at and dot",
            pattern=re.compile(
                LEFT + r"[^\W_][\w+-]{0,31}(?: dot [^\W_][\w-]{0,31}){0,3} at [^\W_][\w-]{0,31}(?: dot [^\W_][\w-]{0,31}){0,4}"
                r" dot (?:com|org|net|edu|gov|io|internal|local|de|fr|uk|eu|pl|es|it|ch|nl)" + RIGHT,
                re.IGNORECASE,
            ),
            score=0.8,
            needs=(" dot ", " DOT ", " Dot "),
        ),
    ),
)
