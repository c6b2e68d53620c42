"""Takes our own texts out of what a service says about them.

A service that refuses a training file may quote the line it refuses. What it says ends in logs and in the event history, so runs of
words that stand in the files we sent are taken out before anyone sees it.

Belongs here: finding our words in a message. Does not belong here: keys (`resources.jobs_api`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

RUN = 3
"""Words in a row that are taken for ours. A service's own sentences share two with most corpora, seldom three; better one word of the
service too few than a sentence of ours too many."""

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”|`[^`]*`")


class OwnWords:
    """The texts of some files of JSON lines, read only when a message has to be cleaned."""

    def __init__(self, files: Sequence[Path]) -> None:
        """``files`` need not exist any more."""
        self._files = files

    def hide(self, message: str) -> str:
        """``message`` with "…" in place of every run of `RUN` of our words, and of whatever is quoted and stands in our texts."""
        quoted = {span.group(): span.group()[1:-1].lower() for span in _QUOTED.finditer(message)}
        spans = [(found.start(), found.end(), found.group().lower()) for found in _WORD.finditer(message)]
        runs = {tuple(word for *_, word in spans[place : place + RUN]) for place in range(len(spans) - RUN + 1)}
        ours: set[tuple[str, ...]] = set()
        ours_quoted: set[str] = set()
        for text in self._texts() if runs or quoted else ():
            lowered = text.lower()
            ours_quoted |= {mark for mark, inside in quoted.items() if len(inside) > 2 and inside in lowered}
            found = _WORD.findall(lowered)
            ours |= {run for place in range(len(found) - RUN + 1) if (run := tuple(found[place : place + RUN])) in runs}
        hidden = bytearray(len(message))
        for place in range(len(spans) - RUN + 1):
            if tuple(word for *_, word in spans[place : place + RUN]) in ours:
                start, end = spans[place][0], spans[place + RUN - 1][1]
                hidden[start:end] = b"\x01" * (end - start)
        for mark in ours_quoted:
            start = message.find(mark)
            while start >= 0:
                hidden[start : start + len(mark)] = b"\x01" * len(mark)
                start = message.find(mark, start + 1)
        return _without(message, hidden)

    def _texts(self) -> Iterator[str]:
        for path in self._files:
            if not path.is_file():
                continue
            with path.open("rb") as lines:
                for line in lines:
                    yield from _strings(_parsed(line))


def _without(message: str, hidden: Iterable[int]) -> str:
    parts: list[str] = []
    for character, is_hidden in zip(message, hidden, strict=True):
        if not is_hidden:
            parts.append(character)
        elif not parts or parts[-1] != "…":
            parts.append("…")
    return "".join(parts)


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for below in value.values():
            yield from _strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below)
