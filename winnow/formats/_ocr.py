"""Text recognition: a picture of a page to lines with their places, by the program ``tesseract``.

Belongs here: running the program and reading what it writes. Does not belong here: which pages need it, and rendering them.

This is the one module of `winnow` that starts another program. There is no library to call instead: tesseract's own is C++ with no
maintained binding, and a crash in it would take the worker along. The picture goes in and the words come out through pipes, so
nothing is written to disk; there is no shell, and no name or text in the arguments. Nothing is fetched: languages are those
installed beside the program (``TESSDATA_PREFIX``). The time limit is a safety net for a program that hangs, as the engine's watchdog
is for readers; work is bounded by the pixels of a picture.
"""

import csv
import io
import os
import shutil
import subprocess
from functools import cache
from itertools import groupby
from statistics import median_high
from typing import NamedTuple

from winnow.errors import WinnowError
from winnow.formats._lines import Line

DPI = 300  # what tesseract's models were trained at

MAX_PIXELS = 12_000_000  # of one picture: A4 at 300 dots per inch has 8.7 million; larger pages get fewer dots

_SECONDS = 120  # a page takes two to six; a program that hangs is killed

_LEAST_CONFIDENCE = 30.0  # of 100, for a word; under it are specks and pictures

_SHARE_OF_HEIGHT = 0.72  # of a line's box is its type size: boxes span ascenders to descenders

_GAP = 1.5  # times the type size: words further apart are cells of a row

_POINTS = 72  # to the inch


class OcrUnavailable(WinnowError):
    """The program, or a language of it, is not installed; the message says what to install."""


class _Word(NamedTuple):
    line: tuple[int, ...]
    text: str
    left: int
    right: int
    bottom: int
    height: int


@cache
def _program() -> str | None:
    return shutil.which("tesseract")


@cache
def _languages() -> frozenset[str]:
    program = _program()
    if program is None:
        return frozenset()
    told = subprocess.run([program, "--list-langs"], capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - fixed
    return frozenset((told.stdout + told.stderr).decode("utf-8", "replace").split("\n")[1:]) - {""}


def ocr_available(languages: str) -> None:
    """Return if pages can be recognised in ``languages`` (``eng``, ``eng+deu``).

    For whoever reads a catalog: to be asked once, before any object is read.

    Raises:
        OcrUnavailable: the program or a language is missing; the message says what to install.
    """
    if _program() is None:
        message = "reading.ocr needs the program tesseract, which is not on the path; install it (Debian: tesseract-ocr)"
        raise OcrUnavailable(message)
    missing = sorted(set(languages.split("+")) - _languages())
    if missing:
        message = f"tesseract has no model for {', '.join(missing)}; install it (Debian: tesseract-ocr-{missing[0]})"
        raise OcrUnavailable(message)


@cache
def ocr_versions() -> dict[str, str]:
    """The version of the program, for the stage key of sources that ask for it; empty where it is not installed."""
    program = _program()
    if program is None:
        return {}
    told = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - fixed
    first = (told.stdout or told.stderr).decode("utf-8", "replace").split("\n")[0]
    return {"tesseract": first.removeprefix("tesseract").strip()}


def recognised(grey: bytes, width: int, height: int, scale: float, languages: str) -> list[Line] | None:
    """The lines on a picture, top to bottom; None if the program failed on it.

    Args:
        grey: one byte a pixel, row by row from the top.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        scale: pixels a point.
        languages: of the text, as tesseract names them, joined by ``+``.

    Raises:
        OcrUnavailable: the program or a language is missing.
    """
    ocr_available(languages)
    program = _program() or ""
    dpi = str(round(scale * _POINTS))
    command = [program, "stdin", "stdout", "-l", languages, "--dpi", dpi, "--psm", "3", "tsv"]
    alone = os.environ | {"OMP_THREAD_LIMIT": "1"}  # a worker has one core; threads would only wait for each other
    picture = f"P5 {width} {height} 255\n".encode() + grey
    try:
        told = subprocess.run(  # noqa: S603 - a fixed program and checked arguments, no shell
            command, input=picture, capture_output=True, check=False, timeout=_SECONDS, env=alone
        )
    except subprocess.TimeoutExpired:
        return None
    if told.returncode:
        return None
    return list(_lines(told.stdout.decode("utf-8", "replace"), height, scale))


def _lines(table: str, height: int, scale: float) -> list[Line]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [
        _Word(
            tuple(int(row[name]) for name in ("block_num", "par_num", "line_num")),
            row["text"],
            int(row["left"]),
            int(row["left"]) + int(row["width"]),
            int(row["top"]) + int(row["height"]),
            int(row["height"]),
        )
        for row in rows
        if row["level"] == "5" and (row["text"] or "").strip() and float(row["conf"]) >= _LEAST_CONFIDENCE
    ]
    found: list[Line] = []
    heights: dict[tuple[int, ...], list[int]] = {}
    for word in words:  # a paragraph's lines are set alike; a single line may have no letter that goes up or down
        heights.setdefault(word.line[:2], []).append(word.height)
    for at, group in groupby(words, key=lambda word: word.line):
        line = list(group)
        tall = median_high(heights[at[:2]])
        base = median_high(word.bottom for word in line)
        size = round(tall / scale * _SHARE_OF_HEIGHT * 2) / 2
        pieces: list[list[_Word]] = [[line[0]]]
        for word in line[1:]:
            if word.left - pieces[-1][-1].right > _GAP * tall:
                pieces.append([word])
            else:
                pieces[-1].append(word)
        found.extend(
            Line(
                " ".join(word.text for word in piece),
                round(piece[0].left / scale, 1),
                round((height - base) / scale, 1),
                size,
            )
            for piece in pieces
        )
    return found
