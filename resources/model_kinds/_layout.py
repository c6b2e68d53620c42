"""A name model as a folder: ``model.onnx``, ``vocab.txt`` and ``model.json``; the shipped one is such a folder too.

Belongs here: reading, verifying and running it. Does not belong here: what it is shown and how its answer is read
(`winnow.tagging`).
"""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, ValidationError, model_validator

from resources.model_kinds._base import Described
from winnow.decoding import Logits, Scheme
from winnow.detect import MODEL, Detect, Span
from winnow.errors import UsageError
from winnow.models import Language
from winnow.tagging import Infer, Tagger
from winnow.wordpieces import Ids, WordPieces

CARD, GRAPH, VOCABULARY = "model.json", "model.onnx", "vocab.txt"
INPUTS, OUTPUT = ("input_ids", "case_ids", "attention_mask"), "logits"
SEVEREST = 4  # onnxruntime's log level for fatal errors alone: its warnings name files

Point = Annotated[float, Field(gt=0, le=1)]


class Card(BaseModel):
    """What ``model.json`` says; keys that are not known here are notes to people."""

    format: Literal[1]
    name: str
    version: str
    languages: tuple[Language, ...] = Field(min_length=1)
    labels: tuple[str, ...]
    max_pieces: int = Field(ge=16, le=512)
    overlap_pieces: int = Field(ge=0)
    operating_points: dict[Literal["corporate", "strict"], dict[str, Point]]
    sha256: dict[Literal["model.onnx", "vocab.txt"], str]

    @model_validator(mode="after")
    def _agree(self) -> "Card":
        for name in (GRAPH, VOCABULARY):
            if name not in self.sha256:
                raise ValueError(f"sha256 lacks {name}")
        for policy in ("corporate", "strict"):
            self.scheme(policy)
        return self

    @property
    def stated(self) -> str:
        """All that it says, as canonical JSON."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)

    def scheme(self, policy: str) -> Scheme:
        """How to read the outputs under ``policy``."""
        points = next((points for name, points in self.operating_points.items() if name == policy), None)
        if points is None:
            raise ValueError(f"operating_points lacks {policy}")
        return Scheme(self.labels, points, self.max_pieces, self.overlap_pieces)


def card(folder: Path) -> Card:
    """The card of the model in ``folder``; UsageError if it is missing or wrong."""
    try:
        return Card.model_validate_json((folder / CARD).read_bytes())
    except FileNotFoundError:
        raise UsageError(f"there is no name model in {folder}: {CARD} is missing; install winnow again, or copy it") from None
    except OSError as error:
        raise UsageError(f"the name model in {folder} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{CARD} of the name model in {folder} is wrong at {where}: {first['msg']}") from None


def describe(folder: Path, languages: Sequence[str] | None) -> Described:
    """What the model in ``folder`` is; all of its files are hashed, once for as long as they do not change."""
    found = card(folder)
    for name in (GRAPH, VOCABULARY):
        if not (folder / name).is_file():
            raise UsageError(f"the name model in {folder} is incomplete: {name} is missing; install winnow again, or copy it")
    stated = found.stated
    states = [(folder / name).stat() for name in (GRAPH, VOCABULARY)]
    _verify(folder, stated, tuple((state.st_size, state.st_mtime_ns) for state in states))
    return Described(hashlib.sha256(stated.encode()).hexdigest(), frozenset(languages or found.languages))


@lru_cache(maxsize=4)
def _verify(folder: Path, stated: str, state: tuple[tuple[int, int], ...]) -> None:
    """Compare both files with the card; ``state``, their sizes and times, is what it is remembered by."""
    del state
    found = Card.model_validate_json(stated)
    for name in (GRAPH, VOCABULARY):
        read(folder, found, name)


def read(folder: Path, found: Card, name: str) -> bytes:
    """The file ``name`` of the model in ``folder``; UsageError unless it is what the card says."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} of the name model in {folder} cannot be read: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != found.sha256[name]:  # type: ignore[index]  # one of the two names
        raise UsageError(f"the name model in {folder} is damaged: {name} is not what {CARD} says; install or copy it again")
    return content


def load(folder: Path, policy: str) -> Detect:
    """The model in ``folder`` as a `Detect` under ``policy``; a second call gives the same one, with what it remembers."""
    return _loaded(folder, policy, card(folder).stated)


@lru_cache(maxsize=4)
def _loaded(folder: Path, policy: str, stated: str) -> Detect:
    found = Card.model_validate_json(stated)
    try:
        pieces = WordPieces(read(folder, found, VOCABULARY).decode("utf-8").splitlines())
    except ValueError as error:
        raise UsageError(f"{VOCABULARY} of the name model in {folder} is wrong: {error}") from None
    tagger = Tagger(_session(folder, stated), pieces, found.scheme(policy))

    def detect(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [Span(start, end, entity, score, f"{MODEL}:{entity}") for start, end, entity, score in spans]
            for spans in tagger(texts)
        ]

    return detect


@lru_cache(maxsize=2)
def _session(folder: Path, stated: str) -> Infer:
    """The graph as a function, on one thread: workers are as many as cores. Both policies ask the same one."""
    found = Card.model_validate_json(stated)
    import onnxruntime as ort  # noqa: PLC0415 - only a process that asks the model needs it

    ort.set_default_logger_severity(SEVEREST)
    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = SEVEREST
    # Shapes differ from batch to batch: patterns of them are not worth remembering, and an arena that doubles would soon hold
    # as much address space as a worker is allowed.
    options.enable_mem_pattern = False
    provider = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
    try:
        session: Any = ort.InferenceSession(read(folder, found, GRAPH), options, providers=[provider])
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - its own classes are private, and their text names files
        raise UsageError(f"{GRAPH} of the name model in {folder} cannot be loaded: {type(error).__name__}") from None
    names = {part.name for part in session.get_inputs()}
    outputs = {part.name: part.shape for part in session.get_outputs()}
    if names != set(INPUTS) or OUTPUT not in outputs:
        raise UsageError(f"{GRAPH} of the name model in {folder} must have inputs {', '.join(INPUTS)} and the output {OUTPUT}")
    width = outputs[OUTPUT][-1]
    if isinstance(width, int) and width != len(found.labels):
        raise UsageError(f"the name model in {folder} gives {width} labels, but {CARD} names {len(found.labels)}")

    def infer(ids: Ids, cases: Ids, mask: Ids) -> Logits:
        (logits,) = session.run([OUTPUT], dict(zip(INPUTS, (ids, cases, mask), strict=True)))
        if logits.shape != (*ids.shape, len(found.labels)) or not np.isfinite(logits).all():
            raise RuntimeError("the name model gave no numbers")
        return np.asarray(logits, np.float32)

    return infer
