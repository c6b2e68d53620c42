"""The files that a person names on the command line.

Belongs here: whether they are there, and their lines. Does not belong here: what a line holds; each command knows its own.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from winnow.errors import UsageError


def require_files(paths: Sequence[Path], *, standard_input: bool = False) -> None:
    """UsageError unless every one of ``paths`` is a file, or ``-`` where that may be ``standard_input``; asked before any writing."""
    for path in paths:
        if not (standard_input and str(path) == "-") and not path.is_file():
            raise UsageError(f"{path}: {'a folder; name the files in it' if path.is_dir() else 'there is no such file'}")


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of ``path``, or of standard input for ``-``, that are not blank, each with its number from 1."""
    with sys.stdin.buffer if str(path) == "-" else path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line
