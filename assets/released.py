"""Reading a candidate's finished files as strings: every one of every file, with where it stands.

It trusts nothing that the line says of its files but the order of lines, which an index line and its data lines share: text is read
from the bytes, and a line that does not parse is a string as it stands.

Belongs here: strings and their places. Does not belong here: what is looked for in them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def released_strings(folder: Path) -> Iterator[str]:
    """The strings of the data's lines alone: those of which `assets.rescan` remembers that they are clean."""
    return (piece.text for piece in pieces(folder) if piece.split)


def _data(path: Path, name: str, ids: list[str]) -> Iterator[Piece]:
    """The strings of a data file, each with the example that its line is."""
    _, task, kind, file = name.split("/")
    rules = _parsed((path.parent.parent / "inference.json").read_bytes())
    form = rules["formats"].get(kind, {}) if isinstance(rules, dict) else {}
    frame = [str(form[mark]) for mark in ("separator", "stop") if form.get(mark)]
    shared = {_bare(text, frame) for text in _strings(rules)}
    with path.open("rb") as lines:
        for number, record in enumerate(_records(lines.read() if path.suffix == ".json" else lines)):
            example = ids[number] if number < len(ids) else ""
            for text in map(lambda text: _bare(text, frame), _strings(record)):  # noqa: C417 - the frame belongs to the file
                yield Piece(text, name, task, file.partition(".")[0], example, text in shared)


def _records(content: Any) -> Iterator[Any]:
    if isinstance(content, bytes):
        found = _parsed(content)
        yield from found if isinstance(found, list) else [found]
    else:
        yield from map(_parsed, content)


def _bare(text: str, frame: list[str]) -> str:
    """``text`` without what a format puts behind an example's own: as the stages before have searched it."""
    for mark in frame:
        text = text.removesuffix(mark)
    return text.strip()


def _parsed(content: bytes) -> Any:
    """The value of JSON ``content``; the text itself where it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


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


def _ids(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Example ids in the order of their lines, by task and side, from the index."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted((folder / "index").glob("*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                record = _parsed(line)
                if isinstance(record, dict):
                    found[str(record.get("task")), path.stem].append(str(record.get("example_id")))
    return found
