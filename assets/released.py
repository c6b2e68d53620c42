"""Reading a candidate's finished files as strings: every one of every file, with where it stands.

It trusts nothing that the line says of its files but the order of lines, which an index line and its data lines share: text is read
from the bytes, and a line that does not parse is a string as it stands.

Belongs here: strings and their places. Does not belong here: what is looked for in them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from winnow.exports import records

_NONE: Mapping[str, str] = {}  # one for all the examples that no format leaves out

_LONGEST_JSON = 64 * 1024 * 1024  # bytes of a file that is read whole, such as a manifest


@dataclass(frozen=True, slots=True)
class Piece:
    """One string of a file: ``path`` is relative to the version; task, side and example are empty beside the data's lines.

    ``shared``: it is one of the task's own strings (a system message, a label), which all lines may hold.
    """

    text: str
    path: str
    task: str = ""
    split: str = ""
    example_id: str = ""
    shared: bool = False


def pieces(folder: Path) -> Iterator[Piece]:
    """Every string of every file below ``folder``, file names included; the same string comes as often as it stands there."""
    ids = _ids(folder)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        yield Piece(name, name)
        parts = name.split("/")
        if parts[0] == "data" and len(parts) == 4:
            yield from _data(path, name, ids[parts[1], parts[3].partition(".")[0]])
        elif path.suffix == ".jsonl":
            with path.open("rb") as lines:
                for line in lines:
                    yield from (Piece(text, name) for text in _strings(_parsed(line)))
        elif path.suffix == ".json" and path.stat().st_size <= _LONGEST_JSON:
            yield from (Piece(text, name) for text in _strings(_parsed(path.read_bytes())))
        else:
            with path.open("rb") as lines:
                yield from (Piece(line.decode("utf-8", "replace").strip(), name) for line in lines)


def pieces_of(folder: Path, examples: AbstractSet[str]) -> Iterator[Piece]:
    """The strings of ``examples`` in the data files below ``folder``, in the order of `pieces`."""
    ids = _ids(folder)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.startswith("data/") and len(parts := name.split("/")) == 4:
            yield from _data(path, name, ids[parts[1], parts[3].partition(".")[0]], examples)


def released_strings(folder: Path) -> Iterator[str]:
    """The strings of the data's lines alone: those of which `assets.rescan` remembers that they are clean."""
    return (piece.text for piece in pieces(folder) if piece.split)


def _data(
    path: Path, name: str, ids: list[tuple[str, Mapping[str, str]]], wanted: AbstractSet[str] | None = None
) -> Iterator[Piece]:
    """The strings of a data file, each with the example that its record is of; only those of the ``wanted`` examples, if given."""
    _, task, kind, file = name.split("/")
    rules = _parsed((path.parent.parent / "inference.json").read_bytes())
    form = rules["formats"].get(kind, {}) if isinstance(rules, dict) else {}
    frame = _frame(form)
    shared = {text for whole in _strings(rules) for text in _bare(whole, frame)}
    present = [example for example, left_out in ids if kind not in left_out]
    asked = None if wanted is None else [example in wanted for example in present]
    for number, record in enumerate(_records(path, asked)):
        if asked is not None and not (number < len(asked) and asked[number]):
            continue
        example = present[number] if number < len(present) else ""
        for text in (part for whole in _strings(record) for part in _bare(whole, frame)):
            yield Piece(text, name, task, file.partition(".")[0], example, text in shared)


def _records(path: Path, asked: Sequence[bool] | None = None) -> Iterator[Any]:
    """The records of a data file of any layout; what is no record is a string. A line that is not ``asked`` for is not parsed."""
    if path.suffix == ".parquet":
        yield from records(path.read_bytes(), "parquet")
        return
    with path.open("rb") as lines:
        if path.suffix == ".json" and not lines.readline().startswith(b"[\n"):
            lines.seek(0)
            yield _parsed(lines.read())
        elif path.suffix == ".json":
            yield from (_parsed(line.removesuffix(b",\n")) for line in lines if line != b"]\n")
        else:
            wanted = map(_parsed, lines) if asked is None else map(_parsed_if, lines, chain(asked, repeat(False)))
            yield from wanted


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a format puts around an example's own texts."""

    before: tuple[str, ...]
    between: str
    behind: str


def _frame(form: Mapping[str, Any]) -> _Frame:
    before = tuple(str(form[key]) for key in ("system", "instruction") if form.get(key))
    return _Frame(before, str(form.get("separator") or ""), str(form.get("stop") or ""))


def _bare(text: str, frame: _Frame) -> Iterator[str]:
    """The parts of ``text`` without what a format puts around an example's own: as the stages before have searched them."""
    for part in text.split(frame.between) if frame.between else (text,):
        bare = part.removesuffix(frame.behind) if frame.behind else part
        own = next((bare.removeprefix(before) for before in frame.before if bare.startswith(before)), bare)
        if own or part == text:
            yield (own or bare).strip()


def _parsed(content: bytes) -> Any:
    """The value of JSON ``content``; the text itself where it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _parsed_if(content: bytes, asked: bool) -> Any:
    return _parsed(content) if asked else None


def _strings(value: Any) -> Iterator[str]:
    """Every string in ``value``: keys too, which are the format's own words only if nobody has tampered."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield str(key)
            yield from _strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below)


def _ids(folder: Path) -> dict[tuple[str, str], list[tuple[str, Mapping[str, str]]]]:
    """Example ids in the order of their lines, each with the formats that leave it out, by task and side, from the index."""
    found: dict[tuple[str, str], list[tuple[str, Mapping[str, str]]]] = defaultdict(list)
    for path in sorted((folder / "index").glob("*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                record = _parsed(line)
                if isinstance(record, dict):
                    left_out = record.get("left_out")
                    entry = str(record.get("example_id")), left_out if left_out and isinstance(left_out, dict) else _NONE
                    found[str(record.get("task")), path.stem].append(entry)
    return found
