"""What a kind of name model is, and what all kinds share.

Belongs here: hashing a model's files, and keeping libraries from the network. Does not belong here: any one library.
"""

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from winnow.detect import MODEL, Detect, Span
from winnow.errors import UsageError

PIECE = 1024 * 1024  # bytes of a file that are hashed at once

# So that a library asks its own folders only. A missing file is then an error at once, and not a download.
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a model before it is loaded."""

    version: str  # changes whenever the model would answer otherwise
    languages: frozenset[str]  # ISO 639-1 codes of what it may be given


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of name model. Both functions take the options of `winnow.models` and raise UsageError with what to do.

    ``describe`` looks whether all is there that ``load`` needs, libraries included; ``load`` also takes the policy.
    """

    name: str
    describe: Callable[[Any], Described]
    load: Callable[[Any, str], Detect]


def require_folder(folder: str) -> Path:
    """``folder`` as a path; UsageError if there is none."""
    path = Path(folder)
    if not path.is_dir():
        raise UsageError(f"pii.model.folder: there is no folder {folder}; models are never downloaded, so copy the model there")
    return path


def require_library(kind: str, module: str, packages: str) -> None:
    """UsageError unless ``module`` can be imported."""
    if importlib.util.find_spec(module) is None:
        raise UsageError(
            f"pii.model.kind {kind} needs a library that is not installed; install it with `pip install {packages}`"
        )


def stay_offline() -> None:
    """Keep the libraries of Hugging Face from the network; to be called before they are imported."""
    os.environ.update(_OFFLINE)


def folder_hash(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files in ``folder``, 64 hexadecimal digits; remembered while none changes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    state = tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
    return _files_hash(str(folder), state)


@lru_cache(maxsize=8)
def _files_hash(folder: str, state: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, _, _ in state:
        digest.update(f"{Path(name).relative_to(folder).as_posix()}\0{file_hash(Path(name))}\n".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of the file at ``path``, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def as_spans(results: Iterable[tuple[int, int, str | None, float]]) -> list[Span]:
    """``(start, end, entity, score)`` as spans in order; one without an entity is left out."""
    spans = {
        Span(start, end, entity, round(float(score), 3), f"{MODEL}:{entity}")
        for start, end, entity, score in results
        if entity is not None and start < end
    }
    return sorted(spans, key=lambda span: (span.start, span.end, span.entity, -span.score))


def one_by_one(analyse: Callable[[str], list[Span]]) -> Detect:
    """A `Detect` that asks ``analyse`` about each text that is not empty."""

    def detect(texts: Sequence[str]) -> list[list[Span]]:
        return [analyse(text) if text.strip() else [] for text in texts]

    return detect
