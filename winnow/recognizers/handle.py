"""Handles of social networks and chats: ``@maria_k``; annotations of program text are not."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, words

_CODE = words(
    "param params return returns throws see since author version deprecated todo override media import charset "
    "keyframes property "
    "staticmethod classmethod dataclass pytest app test autowired component inject input output everyone here channel all me "
    "supports page layer include mixin extend each type typedef example default private public abstract "
    "cached_property asset op "
    "job graph dg nonnull nullable bean service entity id table column getmapping postmapping "
)  # annotations, decorators and rules of programming languages; group mentions

LEAST = 3  # characters with the @: shorter ones are subscripts of formulas whose signs a PDF maps to @

_DECORATED = re.compile(r"\n[ \t]{0,40}(?:def|class|async|@|public|private|protected|static|export|function)\b|\n[ \t]{0,40}@")
_LINE_OF_CODE = re.compile(r"\n[ \t]*\Z")


def _handle(match: re.Match[str]) -> Bounds | None:
    """Takes out annotations: known ones, those in backticks or Sphinx roles, and those alone on their line."""
    text, (start, end) = match.string, match.span()
    if end - start <= LEAST or match[1].lower().partition(".")[0] in _CODE or text[start - 1 : start] == "`":
        return None
    alone = (start == 0 or _LINE_OF_CODE.search(text, max(0, start - 40), start)) and text[end : end + 1] in ("", "\n")
    decorates = _DECORATED.match(text, end) or "_" in match[1]
    return None if alone and decorates else match.span()


RECOGNIZER = Recognizer(
    name="handle",
    entities=("HANDLE",),
    rules=(
        Rule(
            name="at",
            why="an @ and a user name",
            pattern=re.compile(r"@(?<![\w.@/\ue002]@)([A-Za-z_][\w-]{0,29}(?:\.[A-Za-z0-9_]{2,20}){0,2})(?![\w@(]|/[a-z])"),
            score=0.6,
            needs=("@",),
            check=_handle,
        ),
    ),
)
