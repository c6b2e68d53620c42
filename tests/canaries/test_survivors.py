"""The search finds a planted survivor in every kind of store, by every comparison, and nothing where there is nothing."""

import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.canaries.survivors import Search, survivors
from tests.canaries.values import MAKERS, Canary, filler, surname, value_of

CARD = Canary(0, "CREDIT_CARD", "4539 1488 0343 6467")
PERSON = Canary(1, "PERSON", "Gwenllian Braoğludottir", parts=("Braoğludottir",))
SEARCH = Search([CARD, PERSON])

TEXT = f"so it was {CARD.value}, as ever"


def _sqlite(path: Path, *, wal: bool = False, value: object = TEXT) -> None:
    base = sqlite3.connect(path)
    if wal:
        base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE events (body)")
    base.execute("INSERT INTO events VALUES (?)", (value,))
    base.commit()
    if not wal:
        base.close()
    else:
        _OPEN.append(base)  # its log is merged when it is closed


_OPEN: list[sqlite3.Connection] = []


def _zip(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/footnotes.xml", content)
    return target.getvalue()


def _parquet(path: Path) -> None:
    rows = pa.table({"fields": [[{"name": "x", "value": "clean"}], [{"name": "y", "value": TEXT}]]})
    pq.write_table(rows, path, compression="zstd")


STORES: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text(f"{filler(30, 1)} {TEXT}"),
    "log in UTF-16": lambda path: path.write_bytes(TEXT.encode("utf-16")),
    "JSON with escapes": lambda path: path.write_text(json.dumps({"a": ["b", {"c": PERSON.value}]})),
    "gzip": lambda path: path.write_bytes(gzip.compress(TEXT.encode())),
    "zip": lambda path: path.write_bytes(_zip(TEXT.encode())),
    "zip in gzip": lambda path: path.write_bytes(gzip.compress(_zip(TEXT.encode()))),
    "deflate": lambda path: path.write_bytes(zlib.compress(TEXT.encode())),
    "parquet": _parquet,
    "database": _sqlite,
    "database with its log": lambda path: _sqlite(path, wal=True),
    "packed in a database": lambda path: _sqlite(path, value=zlib.compress(TEXT.encode())),
    "packed in hexadecimal": lambda path: _sqlite(path, value=zlib.compress(TEXT.encode()).hex()),
    "bytes in between": lambda path: path.write_bytes(b"\x00\xff\xfe\x80" + TEXT.encode() + b"\x9c\x00"),
}


@pytest.mark.parametrize("kind", sorted(STORES))
def test_a_survivor_in_each_kind_of_store_is_found(tmp_path: Path, kind: str) -> None:
    """One canary among harmless files, in each kind of store, is found in the file that holds it."""
    (tmp_path / "harmless.txt").write_text(filler(40, 2))
    STORES[kind](tmp_path / "store")
    found = survivors(SEARCH, sorted(tmp_path.iterdir()), tmp_path)
    assert {survivor.where.partition(" ")[0] for survivor in found} & {"store", "store-wal"}
    assert "harmless.txt" not in {survivor.where.partition(" ")[0] for survivor in found}


def test_a_survivor_in_a_file_name_is_found(tmp_path: Path) -> None:
    """A name of a file counts as text."""
    (tmp_path / "notes of Gwenllian Braoğludottir.tmp").write_bytes(b"")
    assert [survivor.canary for survivor in survivors(SEARCH, list(tmp_path.iterdir()), tmp_path)] == [PERSON]


SPELLINGS = {
    "4539 1488 0343 6467": "exact",
    "4539-1488-0343-6467": "normalised",
    "4539148803436467": "normalised",
    "4539\n1488\u00a00343\u200b6467": "normalised",
    "４５３９ 1488 0343 6467": "normalised",
    "4539 1488 O343 6467": "fuzzy",
    "4539 1488 0343 646": "fuzzy",
    "4539 1488 03443 6467": "fuzzy",
}


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_a_survivor_in_another_spelling_is_found(spelling: str) -> None:
    """Separators, width, digits of other scripts, and one sign more, less or other hide nothing."""
    assert list(SEARCH.find(f"{filler(3, 3)} {spelling}. {filler(3, 4)}")) == [(CARD, SPELLINGS[spelling])]


def test_a_surname_alone_is_a_survivor() -> None:
    """What of a name tells who it is counts without the rest, whatever its case."""
    assert list(SEARCH.find("as MS BRAOĞLUDOTTIR said")) == [(PERSON, "normalised")]


def test_what_resembles_a_canary_since_it_is_another_one_is_not_counted_twice() -> None:
    """Of two canaries that differ in one letter only the one that stands there has survived."""
    near = Canary(2, "PERSON", "Gwenllian Braoğludottim")
    assert [canary for canary, _ in Search([PERSON, near]).find("so Gwenllian Braoğludottim went")] == [near]


def test_harmless_text_has_no_survivors() -> None:
    """Thousands of canaries are not found in text that holds none, nor in ids and hashes."""
    many = Search(Canary(number, entity, *_made(entity, number)) for number in range(400) for entity in MAKERS)
    text = f"{filler(400, 5)} " + " ".join(f"{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}" for number in range(1, 200))
    assert list(many.find(text)) == []


def _made(entity: str, number: int) -> tuple[str, str, str, tuple[str, ...]]:
    value, parts = value_of(entity, number)
    return value, "", "", parts


def test_values_are_told_apart() -> None:
    """No two canaries have the same value, and no two persons the same surname."""
    values = [value_of(entity, number)[0] for entity in MAKERS for number in range(300)]
    assert len(set(values)) > 0.97 * len(values)
    assert len({surname(number) for number in range(8_000)}) == 8_000
