"""Hardware (MAC) addresses: ``00:1A:2B:3C:4D:5E``, ``00-1A-2B-3C-4D-5E``, ``0012.3456.789A``."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, alphanumeric, when


def _host(text: str) -> bool:
    return alphanumeric(text) not in {"F" * 12, "0" * 12}


def _pairs(match: re.Match[str]) -> Bounds | None:
    start = match.start() - 2
    return (start, match.end()) if _host(match.string[start : match.end()]) else None


RECOGNIZER = Recognizer(
    name="mac",
    entities=("MAC_ADDRESS",),
    rules=(
        Rule(
            name="pairs",
            why="six pairs of hexadecimal digits",
            pattern=re.compile(
                r"([:-])(?<=[0-9a-fA-F]{2}.)(?<![^\W_]...)(?<![:-]...)(?:\n?[0-9a-fA-F]{2}\1){4}\n?[0-9a-fA-F]{2}(?![^\W_]|\1)"
            ),
            score=0.9,
            check=_pairs,
        ),
        Rule(
            name="dots",
            why="three groups of four hexadecimal digits",
            pattern=re.compile(
                r"[0-9a-fA-F](?<![^\W_].)(?<![.].)[0-9a-fA-F]{3}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}(?![^\W_]|\.[0-9a-fA-F])"
            ),
            score=0.6,
            check=when(lambda text: _host(text) and any(character.isalpha() for character in text)),
        ),
    ),
)
