"""Handles of social networks and chats: ``@maria_k``; annotations of program text are not."""

import re

from winnow.recognizers._base import Recognizer, Rule, when, words

_CODE = words(
    "param params return returns throws see since author version deprecated todo override media import charset "
    "keyframes property "
    "staticmethod classmethod dataclass pytest app test autowired component inject input output everyone here channel all me "
    "supports page layer include mixin extend each type typedef example default private public abstract "
    "cached_property asset op "
    "job graph dg nonnull nullable bean service entity id table column getmapping postmapping "
)  # annotations, decorators and rules of programming languages; group mentions

LEAST = 3  # characters with the @: shorter ones are subscripts of formulas whose signs a PDF maps to @

RECOGNIZER = Recognizer(
    name="handle",
    entities=("HANDLE",),
    rules=(
        Rule(
            name="at",
            why="an @ and a user name",
            pattern=re.compile(r"@(?<![\w.@/\ue002]@)([A-Za-z_][\w-]{0,29}(?:\.[A-Za-z0-9_]{2,20}){0,2})(?![\w@(])"),
            score=0.6,
            needs=("@",),
            check=when(lambda text: len(text) > LEAST and text[1:].lower().partition(".")[0] not in _CODE),
        ),
    ),
)
