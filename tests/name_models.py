"""Tiny name models for tests, in the layout of the shipped one."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LABELS = (
    "O",
    "B-PERSON",
    "I-PERSON",
    "B-LOCATION",
    "I-LOCATION",
    "B-DATE_TIME",
    "I-DATE_TIME",
    "B-ORGANIZATION",
    "I-ORGANIZATION",
)
KNOWN = {"B-PERSON": "maria thomas anna", "I-PERSON": "keller smith", "B-LOCATION": "london leeds", "B-DATE_TIME": "friday"}
WIDTH = 16


def vocabulary() -> list[str]:
    """The word pieces, in order."""
    return files("winnow").joinpath("vocabularies", "bert-base-uncased.txt").read_text(encoding="utf-8").splitlines()


def lexicon(folder: Path, **changes: Any) -> Path:
    """A model that knows the words of `KNOWN` by heart, at ``folder``; ``changes`` are of its card."""
    numbers = {piece: number for number, piece in enumerate(vocabulary())}
    table = np.zeros((len(numbers), len(LABELS)), np.float32)
    table[:, 0] = 6
    for label, pieces in KNOWN.items():
        for piece in pieces.split():
            table[numbers[piece], LABELS.index(label)] = 12
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Gather", ["cases", "case_ids"], ["shapes"]),
        helper.make_node("Add", ["words", "shapes"], ["both"]),
        helper.make_node("Unsqueeze", ["attention_mask", "last"], ["column"]),
        helper.make_node("Cast", ["column"], ["weights"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["both", "weights"], ["logits"]),
    ]
    constants = {"table": table, "cases": np.zeros((8, len(LABELS)), np.float32), "last": np.array([2], np.int64)}
    return written(folder, nodes, constants, **changes)


def attentive(folder: Path, **changes: Any) -> Path:
    """A random model with one layer of attention, so that every piece weighs on every other, at ``folder``."""
    chance = np.random.default_rng(7)
    constants = {
        "words": chance.normal(size=(len(vocabulary()), WIDTH)).astype(np.float32),
        "cases": chance.normal(size=(8, WIDTH)).astype(np.float32),
        "head": chance.normal(size=(WIDTH, len(LABELS))).astype(np.float32),
        "axis": np.array([1], np.int64),
        "one": np.array(1, np.float32),
        "far": np.array(-10_000, np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["a"]),
        helper.make_node("Gather", ["cases", "case_ids"], ["b"]),
        helper.make_node("Add", ["a", "b"], ["states"]),
        helper.make_node("Transpose", ["states"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["states", "turned"], ["alike"]),
        helper.make_node("Unsqueeze", ["attention_mask", "axis"], ["row"]),
        helper.make_node("Cast", ["row"], ["seen"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one", "seen"], ["unseen"]),
        helper.make_node("Mul", ["unseen", "far"], ["penalty"]),
        helper.make_node("Add", ["alike", "penalty"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["weights"], axis=-1),
        helper.make_node("MatMul", ["weights", "states"], ["mixed"]),
        helper.make_node("MatMul", ["mixed", "head"], ["logits"]),
    ]
    return written(folder, nodes, constants, **changes)


def written(folder: Path, nodes: list[Any], constants: dict[str, Any], **changes: Any) -> Path:
    """The graph of ``nodes`` with vocabulary and card in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "pieces"])
        for name in ("input_ids", "case_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "pieces", len(LABELS)])
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    (folder / "vocab.txt").write_text("\n".join(vocabulary()) + "\n", encoding="utf-8")
    card: dict[str, Any] = {
        "format": 1,
        "name": "tiny",
        "version": "1",
        "languages": ["en"],
        "labels": LABELS,
        "max_pieces": 64,
        "overlap_pieces": 16,
        "operating_points": {"corporate": {"PERSON": 0.5}, "strict": {"PERSON": 0.2, "LOCATION": 0.5, "DATE_TIME": 0.5}},
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("model.onnx", "vocab.txt")},
    }
    (folder / "model.json").write_text(json.dumps({**card, **changes}), encoding="utf-8")
    return folder
