"""The files behind `winnow check` and `winnow prepare`: opened, passed over, written.

Belongs here: paths. Does not belong here: what is found and changed (`winnow.checking`), and what is shown.
"""

import os
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from winnow.checking.facts import ROLES, FileSurvey, Options
from winnow.checking.lines import Row, Source
from winnow.checking.mend import Fix, Mended, Mender, plan
from winnow.checking.opening import open_rows
from winnow.checking.parts import held_out
from winnow.checking.survey import Survey
from winnow.errors import UnreadableDocument, UsageError

MOST_ROUNDS = 8  # of mending; two are enough for nearly every file: what was put right can make two rows the same

_TRAIN, _VALIDATION, _TEST = ROLES
_SETS = (
    (_TEST, re.compile(r"(?:^|[^a-z])(?:test|tests|testing|holdout|heldout|eval_final)(?:[^a-z]|$)")),
    (_VALIDATION, re.compile(r"(?:^|[^a-z])(?:valid|validation|val|dev|eval|evaluation)(?:[^a-z]|$)")),
)


@dataclass(frozen=True, slots=True)
class Given:
    """A file and the set that it is."""

    path: Path
    role: str


def role_of(path: Path) -> str:
    """The set that a file's name speaks of; train if it speaks of none."""
    name = path.stem.lower()
    return next((role for role, pattern in _SETS if pattern.search(name)), _TRAIN)


def surveyed(files: Sequence[Given], options: Options) -> list[FileSurvey]:
    """What is known of each of ``files``, in their order; those of train are compared with first."""
    order = sorted(range(len(files)), key=lambda number: (_rank(files[number].role), number))
    found: dict[int, FileSurvey] = {}
    with tempfile.TemporaryFile() as store:  # hashes of words; unnamed, gone with the process
        survey = Survey(options, store)
        for number in order:
            with files[number].path.open("rb") as stream:
                found[number] = _add(survey, stream, files[number])
        survey.finish()
    return [found[number] for number in range(len(files))]


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else -1


def _add(survey: Survey, stream: BinaryIO, file: Given) -> FileSurvey:
    try:
        rows, source = open_rows(stream, file.path.suffix)
    except UnreadableDocument as error:
        return survey.refuse(Source(), file.role, error.reason)
    return survey.add(rows, source, file.role)


@contextmanager
def opened_rows(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of the file at ``path``."""
    with path.open("rb") as stream:
        yield open_rows(stream, path.suffix)[0]


def texts_of(path: Path, lines: Iterable[int]) -> dict[int, object]:
    """The values of the rows whose line is among ``lines``."""
    wanted, found = set(lines), {}
    with opened_rows(path) as rows, suppress(UnreadableDocument):
        for row in rows:
            if row.number in wanted:
                found[row.number] = row.value if not row.fault else (row.raw or b"").decode("utf-8", "replace").rstrip()
                if len(found) == len(wanted):
                    break
    return found


@dataclass(slots=True)
class Prepared:
    """A file on its way: the last version, its survey, and what was done.

    Attributes:
        path: a temporary file, or the input itself while nothing was done.
        fixes: how many rows each code changed or removed, over all rounds.
        removed: how many rows went.
    """

    path: Path
    survey: FileSurvey
    fixes: Counter[str] = field(default_factory=Counter)
    removed: int = 0
    stable: bool = True


class Workshop:
    """Makes a file anew, round by round, in temporary files beside the output."""

    def __init__(self, given: Path, folder: Path, options: Options, shape: str, apart: Sequence[Path]) -> None:
        """``folder``: where temporary files go; ``apart``: files whose rows must not be in this one."""
        self._given, self._folder, self.options, self._shape, self._apart = given, folder, options, shape, apart
        self._stack = ExitStack()
        self.removed = self.temporary()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove the temporary files that nobody took."""
        self._stack.close()

    def temporary(self) -> Path:
        """A new empty file, which is removed at the end unless it was renamed."""
        handle, name = tempfile.mkstemp(prefix=".winnow-", suffix=".jsonl", dir=self._folder)
        os.close(handle)
        path = Path(name)
        self._stack.callback(path.unlink, missing_ok=True)
        return path

    def survey(self, path: Path) -> FileSurvey:
        """What is known of the file at ``path``, compared with those that it must not share rows with."""
        others = [Given(other, "apart") for other in self._apart]
        return surveyed([*others, Given(path, _TRAIN)], self.options)[-1]

    def mended(self, survey: FileSurvey, told: Callable[[int], None] = lambda _: None) -> Prepared:
        """The file put right, until nothing is left to do. ``told`` is called with the number of each round.

        Raises:
            UsageError: nothing would be left.
        """
        made = Prepared(self._given, survey)
        numbers: array[int] | None = None
        shape = self._shape
        for number in range(MOST_ROUNDS):
            fixes = plan(made.survey, self.options.skip, shape)
            if not fixes:
                return made
            told(number)
            if shape:
                self.options = replace(self.options, shape=shape)
            numbers = self._round(made, fixes, shape, numbers)
            shape = ""
        made.stable = not plan(made.survey, self.options.skip)
        return made

    def _round(self, made: Prepared, fixes: list[Fix], shape: str, numbers: "array[int] | None") -> "array[int]":
        path, kept = self.temporary(), array("Q")
        gone: Counter[str] = Counter()
        with opened_rows(made.path) as rows, path.open("wb") as lines, self.removed.open("ab") as removed:
            for row in Mender(made.survey, self.options.skip, shape).rows(rows):
                origin = row.number if numbers is None else numbers[row.number - 1]
                if row.line is None:
                    gone[row.reason] += 1
                    removed.write(_renumbered(row, origin))
                else:
                    lines.write(row.line)
                    kept.append(origin)
        if not kept:
            raise UsageError("nothing would be left of the file; see what `winnow check` finds in it")
        for fix in fixes:
            if not fix.removes:
                made.fixes[fix.code] += fix.rows
        made.fixes.update(gone)
        made.removed += sum(gone.values())
        made.path, made.survey = path, self.survey(path)
        return kept


def _renumbered(row: Mended, origin: int) -> bytes:
    head = f'{{"line": {row.number}, '.encode()
    return f'{{"line": {origin}, '.encode() + row.removed.removeprefix(head)


class Outputs:
    """Where a prepared file goes."""

    def __init__(self, given: Path, output: Path | None, *, split: bool, force: bool) -> None:
        """Choose the names.

        Raises:
            UsageError: one of them is the input or cannot be, or is there already and ``force`` is not given.
        """
        main = output or given.with_name(f"{given.stem.removesuffix('.prepared')}.prepared.jsonl")
        self.folder = main.parent
        self._array = main.suffix.lower() == ".json"
        self.files = [main.with_name(f"{main.stem}.{role}{main.suffix}") for role in (_TRAIN, _VALIDATION)] if split else [main]
        base = main.name.removesuffix(main.suffix).removesuffix(".prepared")
        self.removed = main.with_name(f"{base}.removed.jsonl")
        if not self.folder.is_dir():
            raise UsageError(f"{self.folder}: there is no such folder")
        for path in (*self.files, self.removed):
            if path.resolve() == given.resolve():
                raise UsageError(f"{path} is the input, which is never written; name another file with --output")
            if path.exists() and not force:
                raise UsageError(f"{path} is there already; --force replaces it, --output names another file")

    def write(self, made: Prepared, workshop: Workshop, share: float | None, seed: str) -> list[Path]:
        """Put the finished files in their places, each whole or not at all, and give their names."""
        finished = [workshop.temporary() for _ in self.files]
        sides: npt.NDArray[np.bool_] | None = None
        if share is not None:
            with opened_rows(made.path) as rows, tempfile.TemporaryFile() as store:
                sides = held_out(rows, store, share, seed)
        self._copy(made.path, finished, sides)
        written = []
        for temporary, path in zip(finished, self.files, strict=True):
            temporary.replace(path)
            written.append(path)
        if made.removed:
            workshop.removed.replace(self.removed)
            written.append(self.removed)
        return written

    def _copy(self, source: Path, places: Sequence[Path], sides: "npt.NDArray[np.bool_] | None") -> None:
        """The lines of ``source`` into ``places``: the second for those on the other side; as arrays if that was asked for."""
        with ExitStack() as stack:
            files = [stack.enter_context(place.open("wb")) for place in places]
            begun = [False] * len(files)
            with source.open("rb") as lines:
                for number, line in enumerate(lines):
                    side = int(sides[number]) if sides is not None else 0
                    if self._array:
                        files[side].write((b",\n" if begun[side] else b"[\n") + line.rstrip(b"\n"))
                    else:
                        files[side].write(line)
                    begun[side] = True
            for file, any_row in zip(files, begun, strict=True):
                if self._array:
                    file.write(b"\n]\n" if any_row else b"[]\n")
                file.flush()
                os.fsync(file.fileno())
