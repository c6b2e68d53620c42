"""Web addresses, and bare domain names where the ending can hardly be anything else.

``os.sy`` and ``rpc.py`` look like domains but are code, so a bare name needs an ending that is no file suffix and no word.
"""

import re

from winnow.recognizers._base import RIGHT, Bounds, Recognizer, Rule

_REST = r"[^\s<>\"{}|\\^\ue002]{1,2000}"
_SCHEME = re.compile(r"(?:https?|s?ftps?|wss?|ssh|git|file|smb|ldaps?|tel|s3|gs)\Z", re.IGNORECASE)
_HOST = re.compile(r"[^\W_](?:[\w-]{0,62}\.){0,4}[\w-]{0,62}\Z")
_HOST_MAX = 200  # characters to the left of the ending that are looked at
_CLOSING = {")": "(", "]": "["}

_BARE_ENDINGS = "com|org|net|edu|gov|biz|io|de|eu|fr|pl|ch|uk|nl|ca|internal"
_NOT_DOMAINS = frozenset({"asp.net", "ado.net", "vb.net", "ml.net", "paint.net", "socket.io", "java.io"})


def _trimmed(text: str, start: int, end: int) -> int:
    """``end`` without the punctuation that belongs to the sentence around the address."""
    while end > start:
        last = text[end - 1]
        opening = _CLOSING.get(last)
        unbalanced = opening is not None and text.count(last, start, end) > text.count(opening, start, end)
        if last not in ".,;:!?'*_" and not unbalanced:
            break
        end -= 1
    return end


def _with_scheme(match: re.Match[str]) -> Bounds | None:
    start = match.start()
    scheme = _SCHEME.search(match.string, max(0, start - 6), start)
    if scheme is None:
        return None
    end = _trimmed(match.string, match.end() - len(match[1]), match.end())
    return (scheme.start(), end) if end > match.start(1) else None


def _www(match: re.Match[str]) -> Bounds | None:
    return match.start(), _trimmed(match.string, *match.span())


def _bare(match: re.Match[str]) -> Bounds | None:
    text, start = match.string, match.start()
    host = _HOST.search(text, max(0, start - _HOST_MAX), start)
    if host is None or (host.start() and text[host.start() - 1] in "@./\\-_"):
        return None
    if text[host.start() : match.end("ending")].lower() in _NOT_DOMAINS or not any(letter.isalpha() for letter in host[0]):
        return None
    return (host.start(), _trimmed(text, host.start(), match.end())) if len(host[0]) > 1 else None


RECOGNIZER = Recognizer(
    name="url",
    entities=("URL",),
    rules=(
        Rule(
            name="scheme",
            why="an address that begins with a scheme such as https://",
            pattern=re.compile(rf"://({_REST})"),
            score=0.85,
            needs=("://",),
            check=_with_scheme,
        ),
        Rule(
            name="www",
            why="an address that begins with www.",
            pattern=re.compile(rf"[wW](?<![^\W_][wW])[wW]{{2}}\.[^\W_]{_REST}"),
            score=0.8,
            needs=("www.", "WWW.", "Www."),
            check=_www,
        ),
        Rule(
            name="bare",
            why="a domain name, with or without a path",
            pattern=re.compile(
                rf"\.(?P<ending>{_BARE_ENDINGS}){RIGHT}(?![-@(]|\.[^\W_])(?:/[^\s<>\"{{}}|\\^\ue002]{{0,1000}})?"
            ),
            score=0.5,
            starts=tuple(f".{ending}" for ending in _BARE_ENDINGS.split("|")),
            check=_bare,
        ),
    ),
)
