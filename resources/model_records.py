"""What is kept of every model: of what it was made, how far its making is, what it is worth, and which one is in use.

Belongs here: the files below ``models/`` and the one process that may write a model's. Does not belong here: making models
(`resources.training`), measuring them (`assets.evaluation`).

::

    releases/<dataset>/models/
      CURRENT                 {"format": 1, "tasks": {task: {name, model, version, …}}}: what an application reads; replaced atomically
      <name>/record.json      version, manifest hash, task, format, settings, state, the service's ids, the model's name or folder
      <name>/evaluations/<version>-<set>.json   figures, and the score of each example by its id
      <name>/evaluation.md    the last evaluation, for a person to read
      <name>/answers/…        what the model answered, line by line, so that nothing is asked twice
      <name>/train.jsonl      where only a part of the train set is learnt from
      <name>/training/        checkpoints and progress of a local training
      <name>/weights/         the local model or its adapters, as safetensors

A model's name is that of its line and a hash of everything that decides what it becomes, so the same request is the same model.
"""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from resources.durable import write_bytes
from resources.home import PRIVATE_FILE, private_folder
from resources.release_files import read_json
from winnow.errors import LockHeld, UsageError

RECORD_FORMAT = 1
"""Changes whenever a reader of older records would misread a newer one."""

State = Literal["new", "uploading", "creating", "running", "succeeded", "failed", "cancelled"]

ENDED: frozenset[str] = frozenset({"succeeded", "failed", "cancelled"})

CURRENT = "CURRENT"

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}-[0-9a-f]{12}$")


@dataclass(frozen=True)
class Record:
    """One model. ``settings`` are those that decide what it becomes, without a key or password.

    Attributes:
        line: the model's name in the catalog.
        format: consumer format of the files that it learnt from.
        base: the service's name of the base, or the hash of the local folder's files.
        base_path: where that folder lay; empty for a service.
        share: of the train set, 1 for all.
        examples: lines of the train file.
        files: side → the service's id of the uploaded file.
        model: the service's name of the finished model, or ``weights`` for the folder beside the record.
        said: the service's own words about a failure.
        finished: when it was first seen to have ended, ISO 8601 UTC.
    """

    name: str
    line: str
    kind: str
    dataset: str
    version: str
    manifest_sha256: str
    task: str
    format: str
    base: str
    settings: dict[str, Any]
    share: float = 1.0
    base_path: str = ""
    examples: int = 0
    sha256: dict[str, str] = field(default_factory=dict)
    state: State = "new"
    files: dict[str, str] = field(default_factory=dict)
    job: str = ""
    model: str = ""
    said: str = ""
    started: str = ""
    finished: str = ""
    record_format: int = RECORD_FORMAT

    def but(self, **changes: Any) -> "Record":
        """The same record with some fields changed."""
        return replace(self, **changes)


class Models:
    """The models of one dataset."""

    def __init__(self, root: Path) -> None:
        """``root``: the dataset's folder of releases; nothing is made before a record is written."""
        self.path = root / "models"

    def folder(self, name: str) -> Path:
        """Where the files of the model called ``name`` lie; UsageError if that is no model's name."""
        if not _NAME.match(name):
            raise UsageError("a model's name is its line's and 12 hexadecimal digits; `winnow models` lists them")
        return self.path / name

    def read(self, name: str) -> Record | None:
        """The record of ``name``; None if there is none.

        Raises:
            UsageError: it is damaged, or of a format that this winnow does not know.
        """
        path = self.folder(name) / "record.json"
        if not path.exists():
            return None
        found = read_json(path)
        if not isinstance(found, dict) or found.get("record_format") != RECORD_FORMAT:
            raise UsageError(f"the record of model {name} is damaged or of another format; remove or restore it")
        return Record(**found)

    def write(self, record: Record) -> Record:
        """Keep ``record``, whole or not at all, and return it."""
        private_folder(self.path)
        write_bytes(self.folder(record.name) / "record.json", _document(asdict(record)))
        return record

    def all(self) -> list[Record]:
        """Every record, in the order in which models were finished, the unfinished last; then by name."""
        names = sorted(path.name for path in self.path.glob("*") if _NAME.match(path.name))
        records = [record for name in names if (record := self.read(name)) is not None]
        return sorted(records, key=lambda record: (not record.finished, record.finished, record.name))

    def named(self, name: str) -> Record:
        """The one record whose name begins with ``name``, or the newest whole one of the line called so; else UsageError."""
        records = self.all()
        of_line = [r for r in records if r.line == name and r.state == "succeeded" and r.share == 1]
        if of_line:
            return of_line[-1]
        found = [record for record in records if record.name.startswith(name)]
        if len(found) != 1:
            raise UsageError(f"{len(found) or 'no'} models begin with {name!r}; `winnow models` lists those there are")
        return found[0]

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """Be the only process that makes the model called ``name``.

        Raises:
            LockHeld: another one is at it.
        """
        private_folder(self.path)
        private_folder(self.folder(name))
        with _only_one(self.folder(name) / "lock", f"another process is at work on model {name}; wait for it"):
            yield

    # --- what models are worth

    def evaluations(self, name: str) -> list[dict[str, Any]]:
        """Every evaluation of ``name``, by version and set."""
        paths = sorted((self.folder(name) / "evaluations").glob("*.json"))
        return [found for path in paths if (found := read_json(path)) is not None]

    def evaluation(self, name: str, version: str, part: str) -> dict[str, Any] | None:
        """The evaluation of ``name`` on a set of a version; None if there is none."""
        found = read_json(self._evaluation_path(name, version, part))
        return dict(found) if found else None

    def write_evaluation(self, name: str, evaluation: dict[str, Any], page: str) -> Path:
        """Keep ``evaluation`` and its ``page``, and return where the page lies."""
        write_bytes(self._evaluation_path(name, evaluation["version"], evaluation["set"]), _document(evaluation))
        path = self.folder(name) / "evaluation.md"
        write_bytes(path, page.encode())
        return path

    def _evaluation_path(self, name: str, version: str, part: str) -> Path:
        return self.folder(name) / "evaluations" / f"{version}-{part}.json"

    # --- which one is in use

    def current(self, task: str) -> str | None:
        """The name of the model of ``task`` that applications are to use; None before the first."""
        found = (read_json(self.path / CURRENT) or {}).get("tasks", {}).get(task)
        return str(found["name"]) if found else None

    def promote(self, record: Record, address: str = "") -> None:
        """Make ``record`` the model that applications use for its task; ``address`` is the service's.

        Raises:
            UsageError: it is not finished.
        """
        if record.state != "succeeded":
            raise UsageError(f"model {record.name} is {record.state}, so nothing can use it")
        said = {
            "name": record.name,
            "kind": record.kind,
            "model": record.model if record.kind == "api" else str(self.folder(record.name) / record.model),
            "address": address,
            "base": record.base_path if record.kind == "causal" else "",
            "format": record.format,
            "dataset": record.dataset,
            "version": record.version,
            "manifest_sha256": record.manifest_sha256,
            "inference": str(self.path.parent / "versions" / record.version / "data" / record.task / "inference.json"),
        }
        with _only_one(self.path / "lock", "another process is changing the current model; try again"):
            before = read_json(self.path / CURRENT) or {"format": 1, "tasks": {}}
            write_bytes(self.path / CURRENT, _document({**before, "tasks": {**before["tasks"], record.task: said}}))


def _document(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


@contextlib.contextmanager
def _only_one(path: Path, refusal: str) -> Iterator[None]:
    """Hold the lock at ``path``, which the kernel frees when its holder dies; `LockHeld` with ``refusal`` if another has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockHeld(refusal) from None
        yield
    finally:
        os.close(descriptor)
