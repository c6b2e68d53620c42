"""The data files of a candidate: every task in each of its formats, from the same examples in the same order.

Belongs here: which formats a task is written in, what of it a format cannot hold, and counting both. Does not belong here: what a
record looks like (`winnow.exports`), the index and the rest of a version (`assets.candidate`).
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from assets.chosen import Block
from resources.workspace import Workspace
from winnow.answers import chosen_of, rejected_of
from winnow.codebook import Codebook, extended
from winnow.exports import Export, Frame, Piece, Rules, exports, frame_of, laid_out, layout_of
from winnow.jsonl import encode
from winnow.manifest import File, manifest_bytes
from winnow.schemas import SPLITS
from winnow.tasks import Format, Task
from winnow.tokens import is_exact

EMPTY = "empty"
OVER_TOKEN_LIMIT = "over_token_limit"  # noqa: S105 - a reason, no password
SAME_ANSWERS = "same_answers"

REASONS = {
    EMPTY: "nothing is left of one of its texts, once personal data is gone; nothing to do",
    OVER_TOKEN_LIMIT: "longer than the format's token_limit; raise it if the model allows, or split the text",
    SAME_ANSWERS: "the two answers are the same, once personal data is gone; nothing to do",
}
"""Why a format leaves an example out that the version has, and what can be done about it."""

FEW_OTHERS = (
    8  # a block in which more than every eighth example fits into no frame is written one by one, which is then no slower
)

Blocks: TypeAlias = Callable[[str], Iterator[Block]]
"""The examples of a side, copies behind them; each with what was decided about it."""


def formats_of(task: Task, dataset: Sequence[Format]) -> list[Format]:
    """The formats that ``task`` is written in, by name: its own or the dataset's, without those that have no use for it."""
    wanted = dataset if task.formats is None else task.formats
    return sorted((one for one in wanted if exports()[one.name].applies_to(task)), key=lambda one: one.name)


def codebooks(workspace: Workspace) -> dict[str, Codebook]:
    """The last codebook of each task in any published version, whether it is in force or was rolled back from."""
    found: dict[str, Codebook] = {}
    for version in workspace.releases.versions():
        for task, document in workspace.releases.manifest(version)["tasks"].items():
            if len(book := document.get("codebook", ())) >= len(found[task].entries if task in found else ()):
                found[task] = Codebook.parsed(book)
    return found


def codebook_of(workspace: Workspace, task: Task, labels: Iterable[str], before: Codebook) -> Codebook:
    """``before`` with the ``labels`` that ``task`` has examples of, and those it could have by the catalog."""
    possible = task.label_names - set(task.balance.merge)
    return extended(before, {*labels, *possible}, workspace.catalog.dataset.salt, task.name)


class Writing:
    """Writes one task's files below ``folder`` and remembers what its formats did to examples.

    Attributes:
        left_out: example id → format → reason.
        counts: what the manifest says of each format: ``left_out``, ``changed`` and ``cut`` examples, and tokens where it has a limit.
    """

    def __init__(self, folder: Path, task: Task, document: Mapping[str, Any]) -> None:
        """``document``: the task's inference.json."""
        self._folder, self._task, self._document = folder, task, document
        self.left_out: dict[str, dict[str, str]] = defaultdict(dict)
        self.counts: dict[str, dict[str, Any]] = {}

    def files(self, blocks: Blocks) -> Iterator[File]:
        """Every file of the task: inference.json, the sides in each format, and what a format has beside them."""
        root = f"data/{self._task.name}"
        yield write(self._folder, f"{root}/inference.json", [(manifest_bytes(self._document), 0)])
        for name, rules in self._document["formats"].items():
            export, tally = exports()[name], _Tally()
            filled = []
            for side in SPLITS:
                pieces = self._pieces(export, rules, blocks(side), tally)
                file = write(self._folder, f"{root}/{name}/{side}{rules['suffix']}", pieces)
                filled += [side] if file.rows else []
                yield file
            if export.companions:
                for companion, value in export.companions(self._task.name, filled, rules).items():
                    yield write(self._folder, f"{root}/{name}/{companion}", [(value, 0)])
            reasons = Counter(reasons[name] for reasons in self.left_out.values() if name in reasons)
            self.counts[name] = {"left_out": dict(sorted(reasons.items())), **tally.document(rules)}

    def _pieces(self, export: Export, rules: Rules, blocks: Iterable[Block], tally: "_Tally") -> Iterator[Piece]:
        """The bytes of a file of the examples of ``blocks``."""
        layout = layout_of(rules["suffix"])
        frame = None if self._task.kind == "preference" else frame_of(export, rules)
        if frame is None:
            rows = (row for block in blocks for row in block.rows())
            return export.pieces(self._records(export, rules, rows, tally), rules)
        return laid_out((piece for block in blocks for piece in self._framed(frame, export, rules, block, tally)), layout)

    def _framed(self, frame: Frame, export: Export, rules: Rules, block: Block, tally: "_Tally") -> Iterator[Piece]:
        """The lines of ``block``: all at once but for those that the frame does not hold, which are put in at their places."""
        plain = frame.plain(block.inputs, block.targets)
        others = np.flatnonzero(~plain)
        lines = frame.lines(block.inputs, block.targets, plain) if len(others) * FEW_OTHERS <= len(plain) else None
        if lines is None:
            yield from ((encode(record), 1) for record in self._records(export, rules, block.rows(), tally))
            return
        rows = block.rows(others)
        for pieces, number in zip(lines, np.diff(others, prepend=-1, append=len(plain)) - 1, strict=True):
            yield from ((piece, 0) for piece in pieces)
            yield b"", int(number)
            yield from ((encode(record), 1) for record in self._records(export, rules, itertools.islice(rows, 1), tally))

    def _records(
        self, export: Export, rules: Rules, rows: Iterable[Mapping[str, Any]], tally: "_Tally"
    ) -> Iterator[dict[str, Any]]:
        """The records of ``rows``; those that the format cannot hold are remembered with their reason."""
        for whole in rows:
            row = _one_answer(whole) if self._task.kind == "preference" else whole
            if reason := _unfit(row):
                self.left_out[row["example_id"]][export.name] = reason
                continue
            record = export.record(row, rules)
            tokens = export.tokens(record, rules) if "token_limit" in rules else 0
            if tokens > rules.get("token_limit", tokens):
                self.left_out[row["example_id"]][export.name] = OVER_TOKEN_LIMIT
                continue
            tally.take(row["example_id"], export.changed(row), tokens, cut=export.cuts_short(row, record, rules))
            yield record


def _one_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose target holds two answers, with the preferred one as its target."""
    return {**row, "target": chosen_of(row["target"]), "rejected": rejected_of(row["target"])}


def _unfit(row: Mapping[str, Any]) -> str | None:
    """Why no format can hold ``row``, all of whose texts have been finished."""
    if not row["target"] or ("rejected" in row and not row["rejected"]):
        return EMPTY
    return SAME_ANSWERS if row.get("rejected") == row["target"] else None


class _Tally:
    """What a format did to the examples it holds."""

    def __init__(self) -> None:
        self._changed: dict[str, set[str]] = defaultdict(set)
        self._cut: set[str] = set()
        self._longest = self._total = 0

    def take(self, example: str, changed: Iterable[str], tokens: int, *, cut: bool) -> None:
        """Count one record of ``example``; a copy counts among tokens alone."""
        for mark in changed:
            self._changed[mark].add(example)
        if cut:
            self._cut.add(example)
        self._longest, self._total = max(self._longest, tokens), self._total + tokens

    def document(self, rules: Rules) -> dict[str, Any]:
        """As the manifest has it."""
        counted = {"longest": self._longest, "total": self._total}
        named = {"tokenizer": rules["tokenizer"], "exact": is_exact(rules["tokenizer"])} if "token_limit" in rules else {}
        return {
            "changed": {mark: len(examples) for mark, examples in sorted(self._changed.items())},
            "cut": len(self._cut),
            **({"tokens": {**named, **counted}} if named else {}),
        }


def write(folder: Path, path: str, pieces: Iterable[Piece]) -> File:
    """Write ``pieces`` (bytes, and how many rows end in them) to ``path`` below ``folder`` and describe the file.

    A file that is no table has no rows: only those of lines, and those of a side, are counted.
    """
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size, rows = hashlib.sha256(), 0, 0
    with target.open("wb") as file:
        for piece, number in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            rows += number
    is_table = path.endswith(".jsonl") or (target.stem in SPLITS and path.startswith("data/"))
    return File(path, size, digest.hexdigest(), rows if is_table else None)


def tokens_of(tokenizer: str, sides: Mapping[str, Iterable[int]]) -> dict[str, Any]:
    """What the manifest says of a task's length: tokens of input and target together, in all and of the longest, by side."""
    lengths = {side: list(tokens) for side, tokens in sides.items()}
    return {
        "tokenizer": tokenizer,
        "exact": is_exact(tokenizer),
        **{side: {"total": sum(tokens), "longest": max(tokens, default=0)} for side, tokens in lengths.items()},
    }
