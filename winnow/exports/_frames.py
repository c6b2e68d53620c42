"""Many lines at once, where a record is a constant frame around the texts of its example.

Belongs here: finding a format's frame, and filling it column by column. Does not belong here: formats, and examples that no frame holds:
these are written one by one by `Export.record` and `winnow.jsonl.encode`, whose bytes are the measure of these here.

The frame is found by asking a format for the record of two texts that stand in no other: whatever else is in it is the same for every
example of the task. Where an answer is a label, one record is asked for with each. The columns are joined to records without copying a
text, and polars writes them: it escapes as `json.dumps` does, but for three line ends outside ASCII. A row with one of these, or with a
string that the consumer would take for its own, or with an empty text, is not `plain`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from winnow.exports._base import Export, Rules
from winnow.exports._layout import Bytes
from winnow.exports._marks import Part
from winnow.exports._views import Texts, interleaved

Mask: TypeAlias = npt.NDArray[np.bool_]

# Private characters in a row that nobody writes, with white space that would be gone if a format did more to a text than put it there.
_INPUT, _TARGET = " \ue0f1 \n \ue0f2 ", " \ue0f3 \n \ue0f4 "
_SLOT = re.compile(f"({_INPUT}|{_TARGET})")
_LINE_ENDS = "\u0085|\u2028|\u2029"  # see `winnow.jsonl`


class _NoFrameError(Exception):
    """The record is no frame of texts."""


@dataclass(frozen=True, slots=True)
class _Filling:
    """The columns that a frame is filled with; ``codes`` are the places of labels."""

    inputs: Texts
    targets: Texts
    codes: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One string of a record, cut at its slots: each piece as it is with each of the labels."""

    pieces: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Leaf":
        """The string as it is with each label.

        Raises:
            _NoFrameError: the slots are not the same with each.
        """
        cut = [_SLOT.split(text) for text in texts]
        if len({tuple(pieces[1::2]) for pieces in cut}) > 1:
            raise _NoFrameError
        if re.search(_LINE_ENDS, "".join(piece for pieces in cut for piece in pieces)):
            raise _NoFrameError
        return cls(tuple(piece for piece in zip(*cut, strict=True) if any(piece)))

    def filled(self, filling: _Filling) -> Texts:
        """The string of every row."""
        rows = len(filling.inputs)
        if len(self.pieces) <= 1:
            return self._column(self.pieces[0] if self.pieces else ("",), filling, rows)
        parts = [
            pl.lit(piece[0]) if _is_constant(piece) else pl.lit(self._column(piece, filling, rows).series())
            for piece in self.pieces
        ]
        return Texts.of(pl.select(pl.concat_str(parts)).to_series())

    @staticmethod
    def _column(piece: tuple[str, ...], filling: _Filling, rows: int) -> Texts:
        if piece[0] == _INPUT:
            return filling.inputs
        if piece[0] == _TARGET:
            return filling.targets
        if _is_constant(piece):
            return Texts.repeated(piece[0], rows)
        return Texts.of(pl.Series(piece, dtype=pl.String)).taken(filling.codes)


def _is_constant(piece: tuple[str, ...]) -> bool:
    return len(set(piece)) == 1 and piece[0] not in (_INPUT, _TARGET)


class Frame:
    """The frame of a format's records under its rules."""

    def __init__(self, export: Export, rules: Rules) -> None:
        """Ask ``export`` for its records.

        Raises:
            _NoFrameError: they are no frames of texts.
        """
        self._signs = {part: re.compile(_sign(export, part)) for part in ("input", "target")}
        answers = [label for label in rules.get("answers", ()) if not self._signs["target"].search(label)]
        if rules.get("answers") and not answers:
            raise _NoFrameError
        self._labels = pl.Enum(answers) if answers else None
        asked = answers or [_TARGET]
        self._tree = _tree([export.record({"input": _INPUT, "target": answer, "label": None}, rules) for answer in asked])
        found = {piece[0] for leaf in _leaves(self._tree) for piece in leaf.pieces}
        if not {_INPUT, *asked[:1]} - {*answers} <= found:
            raise _NoFrameError

    def plain(self, inputs: Texts, targets: Texts) -> Mask:
        """Which rows the frame holds as they are."""
        found: Mask = (inputs.lengths > 0) & (targets.lengths > 0)
        found &= ~inputs.series().str.contains(self._signs["input"].pattern).to_numpy()
        if self._labels is None:
            found &= ~targets.series().str.contains(self._signs["target"].pattern).to_numpy()
        else:
            found &= targets.series().cast(self._labels, strict=False).is_not_null().to_numpy()
        return found

    def lines(self, inputs: Texts, targets: Texts, plain: Mask) -> list[list[Bytes]] | None:
        """The lines of the ``plain`` rows, in order: those before the first other row, those between it and the next, and so on.

        Each is in pieces, and one may end in the middle of a line. None if a line could be taken for that of no text at all,
        which is written in the place of each other row.
        """
        if plain.all():
            return [self._written(inputs, targets, plain)]
        nothing = Texts.repeated("", 1)
        # No record holds a line feed, so what stands behind one and ends as a record does is a whole line.
        empty = b"".join([b"\n", *self._written(nothing, nothing, np.zeros(1, dtype=np.bool_))])[:-1]
        whole = b"".join([b"\n", *self._written(inputs, targets, plain)])
        found: list[list[Bytes]] = []
        begin = 1
        while (end := whole.find(empty, begin - 1)) >= 0:
            found.append([memoryview(whole)[begin : end + 1]])
            begin = end + len(empty) + 1
        found.append([memoryview(whole)[begin:]])
        return found if len(found) == np.count_nonzero(~plain) + 1 else None

    def _written(self, inputs: Texts, targets: Texts, plain: Mask) -> list[Bytes]:
        """The lines of all rows, with no text in those that are not plain; in pieces."""
        texts = (inputs, targets) if plain.all() else (inputs.only(plain), targets.only(plain))
        codes = np.zeros(0, dtype=np.int64)
        if self._labels is not None:
            found = targets.series().cast(self._labels, strict=False).to_physical().fill_null(0).to_numpy()
            codes = np.where(plain, found, 0).astype(np.int64)
        filling = _Filling(*texts, codes)
        sink = _Sink()
        records = pl.DataFrame({key: _column([node], filling) for key, node in self._tree.items()})
        records.write_ndjson(sink)  # type: ignore[call-overload] # needs only `write`
        return sink.written


def frame_of(export: Export, rules: Rules) -> Frame | None:
    """The frame of the records of ``export`` under ``rules``; None where they have none."""
    if not export.framed or "token_limit" in rules or rules.get("weight") or rules.get("ranking"):
        return None
    try:
        return Frame(export, rules)
    except _NoFrameError:
        return None


class _Sink:
    """Takes what polars writes."""

    def __init__(self) -> None:
        self.written: list[Bytes] = []

    def write(self, piece: bytes) -> int:
        """Keep ``piece``."""
        self.written.append(piece)
        return len(piece)


def _sign(export: Export, part: Part) -> str:
    return "|".join([*(mark.sign for mark in export.marks if part in mark.parts), _LINE_ENDS])


def _tree(records: Sequence[Any]) -> Any:
    """What ``records``, one for each label, have in common: mappings and lists down to leaves."""
    first = records[0]
    if isinstance(first, str):
        return _Leaf.of(records)
    if isinstance(first, Mapping) and len({tuple(record) for record in records}) == 1:
        return {key: _tree([record[key] for record in records]) for key in first}
    if isinstance(first, list) and first and len({len(record) for record in records}) == 1:
        below = [_tree(parts) for parts in zip(*records, strict=True)]
        if all(_form(node) == _form(below[0]) for node in below):
            return below
    raise _NoFrameError


def _leaves(node: Any) -> Iterator[_Leaf]:
    if isinstance(node, _Leaf):
        yield node
    else:
        for below in node.values() if isinstance(node, dict) else node:
            yield from _leaves(below)


def _form(node: Any) -> Any:
    """What must be the same in all that stands in one list: keys and lengths, all the way down."""
    if isinstance(node, _Leaf):
        return None
    return {key: _form(below) for key, below in node.items()} if isinstance(node, dict) else [_form(below) for below in node]


def _column(nodes: Sequence[Any], filling: _Filling) -> pl.Series:
    """``nodes``, all of one form, of every row: those of the first row, those of the second, and so on."""
    first = nodes[0]
    if isinstance(first, _Leaf):
        return interleaved([node.filled(filling) for node in nodes]).series()
    if isinstance(first, dict):
        return pl.DataFrame({key: _column([node[key] for node in nodes], filling) for key in first}).to_struct("")
    below = _column([one for node in nodes for one in node], filling)
    return below.reshape((len(filling.inputs) * len(nodes), len(first))).arr.to_list()
