"""The search for canaries in every kind of store: by exact, normalised and fuzzy comparison.

A canary's key is its letters and digits alone, folded; a text is squeezed in the same way, so that no spelling of separators, case,
width or accent hides it. Fuzzy: at least 90 of 100 of the key stand at one place (partial ratio by indels). Files are looked at as
bytes, and opened where they are databases, tables or packed.

Belongs here: reading stores and comparing. Does not belong here: where a canary may stand (`tests.canaries.proof`).
"""

import contextlib
import gzip
import io
import json
import sqlite3
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
from rapidfuzz import fuzz

from tests.canaries.values import Canary

LEAST = 8  # letters and digits of a key that is looked for fuzzily: shorter ones resemble too much
FUZZY = 90.0
ANCHOR = 5  # letters that a text and a key share before they are compared: two changes leave one of three such runs whole


@dataclass(frozen=True)
class Survivor:
    """A canary that stands where it must not: how it was found, and in which file."""

    canary: Canary
    how: str  # "exact", "normalised" or "fuzzy"
    where: str


_FOLDED = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}


@lru_cache(maxsize=65_536)
def _squeezed_sign(sign: str) -> str:
    folded = unicodedata.normalize("NFKD", sign.casefold())
    return "".join(_FOLDED.get(part, str(unicodedata.digit(part, part))) for part in folded if part.isalnum())


def squeezed(text: str) -> str:
    """``text`` folded, without anything but letters and digits."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.casefold()))
    return "".join(map(_squeezed_sign, text))


class Search:
    """Looks for many canaries at once in one text after the other."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        """Index the keys by their runs of letters."""
        self._keys: list[tuple[str, str, Canary]] = []
        self._anchors: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for canary in canaries:
            for form in (canary.value, *canary.parts):
                key = squeezed(form)
                places = {*range(0, len(key) - ANCHOR + 1, ANCHOR), len(key) - ANCHOR}
                for at in places if len(key) > ANCHOR else ():
                    self._anchors[key[at : at + ANCHOR]].add((len(self._keys), at))
                self._keys.append((key, form, canary))

    def find(self, text: str) -> Iterator[tuple[Canary, str]]:
        """The canaries in ``text``, each once, and how it was found."""
        shown = squeezed(text)
        whole: dict[int, tuple[int, int]] = {}
        near: dict[int, list[tuple[int, int]]] = defaultdict(list)
        anchors = self._anchors
        hits = ((at, anchors[run]) for at in range(len(shown) - ANCHOR + 1) if (run := shown[at : at + ANCHOR]) in anchors)
        for at, owners in hits:
            for number, offset in owners:
                key = self._keys[number][0]
                start = max(0, at - offset)
                window = shown[max(0, start - 2) : start + len(key) + 3]
                if number in whole:
                    continue
                if key in window:
                    whole[number] = start, start + len(key)
                elif len(key) >= LEAST and _resembles(key, window):
                    near[number].append((start, start + len(key)))
        found: dict[Canary, str] = {}
        for number in whole:
            _, form, canary = self._keys[number]
            if form in text or canary not in found:
                found[canary] = "exact" if form in text else "normalised"
        for number, places in near.items():
            # What resembles a canary because it is another one is that other one's survival.
            if any(all(_overlap(place, other) <= ANCHOR for other in whole.values()) for place in places):
                found.setdefault(self._keys[number][2], "fuzzy")
        yield from found.items()


def _resembles(key: str, window: str) -> bool:
    return len(window) >= len(key) - 2 and fuzz.partial_ratio(key, window) >= FUZZY


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])


def stores(path: Path) -> Iterator[tuple[str, str]]:
    """Every text in the file at ``path``, with which part of it: its name, its bytes, and what is packed in them."""
    yield "name", path.name
    with contextlib.suppress(FileNotFoundError):  # a write-ahead log goes with its last reader
        content = path.read_bytes()
        yield from _unpacked(content, "bytes")
        if content.startswith(b"SQLite format 3"):
            yield from _cells(path)


def _unpacked(content: bytes, where: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """``content`` as text, and the texts of what it holds if it is a table or packed; packed things in packed things too."""
    if depth > 3:
        return
    if content.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(content))
        yield f"{where}: footer", json.dumps({str(k): str(v) for k, v in (table.schema.metadata or {}).items()})
        for batch in table.to_batches(max_chunksize=256):
            for name in batch.schema.names:
                yield f"{where}: column {name}", json.dumps(batch.column(name).to_pylist(), default=str, ensure_ascii=False)
        return
    yield where, content.decode("utf-8", "replace")
    if b"\\u" in content:  # JSON that escapes what is not ASCII
        yield f"{where}: unescaped", content.decode("unicode_escape", "replace")
    for width in ("utf-16-le", "utf-16-be"):
        if content.count(b"\0") * 3 > len(content) > 0:
            yield f"{where}: {width}", content.decode(width, "replace")
    if content.startswith(b"PK\x03\x04"):
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield f"{where}: {name}", name
                yield from _unpacked(package.read(name), f"{where}: {name}", depth + 1)
    for inflated in _inflated(content):
        yield from _unpacked(inflated, f"{where}: inflated", depth + 1)


def _inflated(content: bytes) -> Iterator[bytes]:
    """What ``content`` holds if it is compressed, or is the hexadecimal form of something compressed."""
    candidates = [content]
    if len(content) % 2 == 0 and len(content) < 1 << 24:
        with contextlib.suppress(ValueError):
            candidates.append(bytes.fromhex(content.decode("ascii")))
    for candidate in candidates:
        if candidate[:2] == b"\x1f\x8b":
            with contextlib.suppress(OSError, EOFError, zlib.error):
                yield gzip.decompress(candidate)
        elif candidate[:1] == b"\x78":
            with contextlib.suppress(zlib.error):
                yield zlib.decompress(candidate)


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    """Every value of every table of a database, with its write-ahead log, and what compressed values hold."""
    base = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    with contextlib.closing(base):
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in base.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    if isinstance(value, str | bytes):
                        yield from _unpacked(value.encode() if isinstance(value, str) else value, f"table {name}")


def survivors(search: Search, paths: Sequence[Path], root: Path) -> list[Survivor]:
    """The canaries in the files at ``paths``, each once a file; files are named relative to ``root``."""
    found: dict[tuple[int, str], Survivor] = {}
    for path in paths:
        where = path.relative_to(root).as_posix()
        for part, text in stores(path):
            for canary, how in search.find(text):
                found.setdefault((canary.number, where), Survivor(canary, how, f"{where} ({part})"))
    return list(found.values())
