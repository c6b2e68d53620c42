"""Doing what was planned: each row of a file as it should be, or the reason for which it goes.

Belongs here: one row. Does not belong here: finding (`survey`), and files: rows come in and lines go out.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from winnow.checking import characters
from winnow.checking.affixes import Frame, bare_answer, bare_prompt
from winnow.checking.codes import CODES
from winnow.checking.dialogues import ASSISTANT
from winnow.checking.facts import REASONS, FileSurvey
from winnow.checking.lines import Row
from winnow.checking.reading import read
from winnow.checking.shapes import Example
from winnow.checking.writing import convert, write
from winnow.exports.completion import SEPARATOR, STOP_LABEL, STOP_TEXT
from winnow.jsonl import encode


@dataclass(frozen=True, slots=True)
class Fix:
    """One step of the plan: a code, how many rows it is about, and whether they are changed or go."""

    code: str
    rows: int

    @property
    def removes(self) -> bool:
        """Whether the rows go."""
        return CODES[self.code].action == "remove"


@dataclass(frozen=True, slots=True)
class Mended:
    """What becomes of a row: its new line, or the reason for which it goes and what it said."""

    number: int
    line: bytes | None
    reason: str = ""
    removed: bytes = b""


_TOGETHER = (
    frozenset({"separator_missing", "separator_inconsistent", "separator_inside"}),
    frozenset({"stop_missing", "stop_inconsistent", "stop_inside"}),
)
"""Codes about one mark: it is put right altogether or left."""


def left_out(skip: Iterable[str]) -> frozenset[str]:
    """The codes that are left alone where ``skip`` are to be."""
    asked = frozenset(skip)
    return asked.union(*(codes for codes in _TOGETHER if codes & asked))


def plan(file: FileSurvey, skip: Iterable[str] = (), shape: str = "") -> list[Fix]:
    """What would be done about ``file``, in the order of `CODES`; ``shape``: the format it is to have, if another one."""
    left = left_out(skip)
    fixes = [
        Fix(code, file.found[code].count)
        for code, about in CODES.items()
        if about.action != "none" and code in file.found and not (about.optional and code in left)
    ]
    if shape and shape != file.shape:
        fixes.append(Fix("other_format", file.examples))
    return fixes


class Mender:
    """Mends the rows of one file, in its order."""

    def __init__(self, file: FileSurvey, skip: Iterable[str] = (), shape: str = "") -> None:
        """``file``: as surveyed with the same ``skip``; ``shape``: the format to write, the file's own if empty."""
        self._file, self._shape = file, shape or file.shape
        self._skip = left_out(skip)
        self._is_label = file.task == "classification"
        self._frame = self._framed()
        self._relabelled = {} if "label_spelling" in self._skip else file.relabelled

    def _framed(self) -> Frame | None:
        if self._shape != self._file.shape:
            stop = STOP_LABEL if self._is_label else STOP_TEXT
            return Frame(SEPARATOR, stop=stop, space=True, is_label=self._is_label) if self._shape == "completion" else None
        frame = self._file.frame
        if frame is None:
            return None
        return replace(
            frame,
            separator=None
            if self._skip & {"separator_missing", "separator_inconsistent", "separator_inside"}
            else frame.separator,
            prefix="" if "shared_prefix" in self._skip else frame.prefix,
            stop=None if "stop_missing" in self._skip else frame.stop,
            answer_prefix="" if "shared_answer_prefix" in self._skip else frame.answer_prefix,
            space="leading_space" not in self._skip,
        )

    def rows(self, rows: Iterable[Row]) -> Iterator[Mended]:
        """What becomes of each of ``rows``, the same that were surveyed."""
        for place, row in enumerate(rows):
            reason = REASONS[self._file.reasons[place]]
            if reason or row.fault:
                yield _gone(row, reason or row.fault)
                continue
            example, codes = read(row.value, self._file.shape or None)
            if example is None:
                yield _gone(row, next(iter(codes)))
                continue
            changed = self._changed(example)
            if changed is None:
                yield _gone(row, "cannot_convert")
            else:
                yield Mended(row.number, _line(write(changed)))

    def _changed(self, example: Example) -> Example | None:
        example = example.mapped(self._clean)
        if self._shape != example.shape:
            converted = convert(self._stripped(example), self._shape)
            if converted is None:
                return None
            example = converted
        if self._relabelled:
            example = self._relabel(example)
        if self._frame is None or example.shape != "completion":
            return example
        asked, said = example.turns
        open_ended = self._file.task == "open-ended generation"
        prompt = asked.text if open_ended else self._frame.prompt(asked.text)
        return replace(example, turns=(replace(asked, text=prompt), replace(said, text=self._frame.answer(said.text))))

    def _clean(self, text: str) -> str:
        text = characters.without_halves(text) if characters.has_half(text) else text
        return text if "hidden_characters" in self._skip else characters.seen(text)

    def _stripped(self, example: Example) -> Example:
        """A pair without separator, stop and space, which another format has no use for."""
        if example.shape != "completion":
            return example
        asked, said = example.turns
        answer = bare_answer(said.text, is_label=self._is_label).strip()
        return replace(example, turns=(replace(asked, text=bare_prompt(asked.text)), replace(said, text=answer)))

    def _relabel(self, example: Example) -> Example:
        if example.label is not None:
            return replace(example, label=self._relabelled.get(str(example.label).strip(), example.label))
        last = example.turns[-1]
        bare = bare_answer(last.text).strip() if example.shape == "completion" else last.text.strip()
        if bare not in self._relabelled or last.role != ASSISTANT or not last.is_bare:
            return example
        at = last.text.index(bare)
        text = last.text[:at] + self._relabelled[bare] + last.text[at + len(bare) :]
        return replace(example, turns=(*example.turns[:-1], replace(last, text=text)))


def _line(record: dict[str, Any]) -> bytes:
    try:
        return encode(record)
    except ValueError:  # half a character in a field that is passed on as it is
        whole = json.loads(characters.without_halves(json.dumps(record, ensure_ascii=False)))
        return encode(whole)


def _gone(row: Row, reason: str) -> Mended:
    """The line for the file of removed rows; what cannot be written as text stands there in base64."""
    said: dict[str, Any] = {"line": row.number, "reason": reason}
    if row.value is not None:
        said["row"] = row.value
    elif row.raw is None:
        said["note"] = "not kept here for its length; it stands in the input"
    else:
        try:
            said["raw"] = row.raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            said["base64"] = base64.b64encode(row.raw).decode()
    # ASCII, since the row may hold halves of characters, which UTF-8 cannot say
    return Mended(row.number, None, reason, json.dumps(said, ensure_ascii=True).encode() + b"\n")
