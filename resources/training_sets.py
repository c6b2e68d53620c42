"""The examples of a version as a consumer's files have them, each with its id: what models learn from and are measured on.

Belongs here: reading data files beside their index. Does not belong here: writing them (`assets.candidate`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.errors import UsageError, VersionError
from winnow.exports import exports
from winnow.jsonl import decode, encode

FORMATS = ("chat", "completion", "classification")
"""Formats that a model can learn from and be asked in."""


@dataclass(frozen=True)
class Example:
    """One line of a data file.

    Attributes:
        example_id: of the index.
        group: examples of one group are right or wrong together.
        label: of the index; None for texts.
        record: the line.
        text: what the model is given, without system message, separator and the template's words.
        wanted: the readable answer.
    """

    example_id: str
    group: str
    label: str | None
    record: dict[str, Any]
    text: str
    wanted: str


def rules_of(version: Path, task: str, form: str) -> dict[str, Any]:
    """What ``inference.json`` says of a task's format.

    Raises:
        UsageError: the version has no such task or format.
    """
    path = version / "data" / task / "inference.json"
    if not path.is_file():
        raise UsageError(f"version {version.name} has no task {task}")
    formats: dict[str, Any] = json.loads(path.read_bytes())["formats"]
    if form not in formats or form not in FORMATS:
        raise UsageError(
            f"version {version.name} has no files of task {task} as {form}; add it to dataset.formats and publish, or choose of "
            f"{', '.join(sorted(set(formats) & set(FORMATS)))}"
        )
    return dict(formats[form])


def data_file(version: Path, task: str, form: str, side: str) -> Path:
    """Where the lines of one side lie."""
    return version / "data" / task / form / f"{side}.jsonl"


def examples(version: Path, task: str, form: str, side: str) -> list[Example]:
    """The examples of one side of ``task``, in the order of the file's lines, copies included.

    Raises:
        UsageError: the version has no such task or format.
        VersionError: the file and the index disagree.
    """
    rules = rules_of(version, task, form)
    path = data_file(version, task, form, side)
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    index = list(_index(version / "index" / f"{side}.jsonl", task, form))
    if len(index) != len(lines):
        raise VersionError(
            f"{path.name} of {task} has {len(lines)} lines, but the index of version {version.name} has {len(index)}; `winnow verify`"
        )
    return [_example(entry, decode(line), form, rules) for entry, line in zip(index, lines, strict=True)]


def request_of(record: Mapping[str, Any], form: str) -> dict[str, Any]:
    """``record`` without its answer: what the model is asked."""
    if form == "chat":
        return {"messages": record["messages"][:-1]}
    return {"prompt": record["prompt"]} if form == "completion" else {"text": record["text"]}


def answer_of(record: Mapping[str, Any], form: str) -> str | int:
    """The answer of ``record`` as the model would give it."""
    if form == "chat":
        return str(record["messages"][-1]["content"])
    return str(record["completion"]) if form == "completion" else int(record["label"])


def lines_of(chosen: list[Example]) -> bytes:
    """A data file of the ``chosen`` examples."""
    return b"".join(encode(example.record) for example in chosen)


def _example(entry: Mapping[str, Any], record: dict[str, Any], form: str, rules: Mapping[str, Any]) -> Example:
    wanted = exports()[form].decoded(answer_of(record, form), rules)
    return Example(entry["example_id"], entry["group"], entry["label"], record, _text(record, form, rules), wanted)


def _text(record: Mapping[str, Any], form: str, rules: Mapping[str, Any]) -> str:
    if form == "classification":
        return str(record["text"])
    if form == "completion":
        return str(record["prompt"]).removesuffix(rules["separator"])
    before, _, behind = str(rules.get("template", "{input}")).partition("{input}")
    return str(record["messages"][-2]["content"]).removeprefix(before).removesuffix(behind)


def _index(path: Path, task: str, form: str) -> Iterator[dict[str, Any]]:
    """The index's entries in the order of the data file's lines: copies stand behind, in rounds (`winnow.index`)."""
    entries = []
    if path.is_file():
        with path.open("rb") as lines:
            for line in lines:
                entry = json.loads(line)
                if entry["task"] == task and form not in (entry.get("left_out") or {}):
                    entries.append(entry)
    yield from entries
    for round_number in range(2, max((entry["copies"] for entry in entries), default=1) + 1):
        yield from (entry for entry in entries if entry["copies"] >= round_number)
