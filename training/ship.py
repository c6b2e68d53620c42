"""Makes the shipped files from a trained network: ``python -m training.ship --run FOLDER --corpora FOLDER --into FOLDER``.

Belongs here: ONNX, the description beside it, and the proof that eight bits answer as 32 did. Does not belong here: training
(`training.train`), the model card's prose (it stands beside the files), the product's figures (`evaluation`).
"""

import argparse
import hashlib
import json
import random
import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from training.calibration import calibrate
from training.corpora import read_corpora
from training.graph import Graph, build
from training.network import NameModel
from training.passages import BUCKETS, LABELS, Batch, batches, encoded, passages

NAME, VERSION = "winnow-names-en", "1.0.0"
LANGUAGES = ("en",)
OVERLAP_PIECES = 64  # between two windows: more context than a name needs on either side
CALIBRATED_PASSAGES = 400  # some 40,000 pieces: scales no longer change with more
MOST_DIFFERENT = 0.01  # the mean difference of probabilities between the network and the shipped graph that is accepted

OPERATING_POINTS: Mapping[str, Mapping[str, float]] = {
    "corporate": {"PERSON": 0.3, "ADDRESS": 0.3},
    "strict": {
        "PERSON": 0.1,
        "LOCATION": 0.2,
        "ORGANIZATION": 0.15,
        "DATE_TIME": 0.3,
        "DEMOGRAPHIC": 0.25,
        "QUANTITY": 0.3,
        "ADDRESS": 0.3,
        "REFERENCE_NUMBER": 0.3,
        "MISC": 0.3,
    },
}
"""The least probability of "something" at which an entity is reported: chosen on the development sets (docs/pii.md shows the
figures) for recall. Lower ones cost more than they found: under ``strict`` token precision on court text would come near three in
four, under ``corporate`` false alarms near one in a thousand words of technical text."""


def ship(run: Path, corpora: Path, into: Path) -> dict[str, float]:
    """Write ``model.onnx``, ``vocab.txt`` and ``model.json`` into a folder; returns how far the graph is from the network.

    Raises:
        ValueError: the graph answers too differently from the network.
    """
    model = NameModel(len(LABELS))
    model.load_state_dict(torch.load(run / "network.pt", map_location="cpu", weights_only=True))
    model.eval()
    rng = random.Random(5)
    real = [passage for corpus in read_corpora(corpora) for passage in passages(corpus, rng)]
    rng.shuffle(real)
    scales = calibrate(model, batches(encoded(real[:CALIBRATED_PASSAGES]), 16 * BUCKETS[-1], rng))
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    content = build(weights, len(LABELS), BUCKETS[-1], Graph(scales)).SerializeToString()
    distance = _distance(model, content, batches(encoded(real[CALIBRATED_PASSAGES : 2 * CALIBRATED_PASSAGES]), 4096, rng))
    if distance["mean"] > MOST_DIFFERENT:
        raise ValueError(
            f"the shipped graph differs by {distance['mean']:.4f} on average; at most {MOST_DIFFERENT} is accepted"
        )
    into.mkdir(parents=True, exist_ok=True)
    (into / "model.onnx").write_bytes(content)
    with as_file(files("winnow").joinpath("vocabularies", "bert-base-uncased.txt")) as vocabulary:
        shutil.copyfile(vocabulary, into / "vocab.txt")
    description = {
        "format": 1,
        "name": NAME,
        "version": VERSION,
        "languages": list(LANGUAGES),
        "labels": list(LABELS),
        "max_pieces": BUCKETS[-1],
        "overlap_pieces": OVERLAP_PIECES,
        "operating_points": OPERATING_POINTS,
        "sha256": {name: hashlib.sha256((into / name).read_bytes()).hexdigest() for name in ("model.onnx", "vocab.txt")},
    }
    (into / "model.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return distance


def _distance(model: NameModel, content: bytes, held: list[Batch]) -> dict[str, float]:
    """Mean and largest difference between the probabilities of ``model`` and of the ONNX model ``content``."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    differences: list[npt.NDArray[np.float32]] = []
    with torch.no_grad():
        for batch in held:
            tensors = [torch.from_numpy(column) for column in (batch.ids, batch.cases, batch.mask)]
            expected = torch.softmax(model(*tensors), -1).numpy()
            named = {"input_ids": batch.ids, "case_ids": batch.cases, "attention_mask": batch.mask}
            got = torch.softmax(torch.from_numpy(session.run(None, named)[0]), -1).numpy()
            differences.append(np.abs(got - expected)[batch.mask.astype(bool)].max(axis=-1))
    every = np.concatenate(differences)
    return {"mean": float(every.mean()), "over_0.1": float((every > 0.1).mean()), "largest": float(every.max())}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make the shipped name model from a trained network.")
    parser.add_argument("--run", type=Path, required=True, help="folder of training.train")
    parser.add_argument("--corpora", type=Path, required=True, help="folder with the annotated corpora, for the scales")
    parser.add_argument("--into", type=Path, required=True, help="folder for the shipped files, resources/name_model")
    given = parser.parse_args()
    print(json.dumps(ship(given.run, given.corpora, given.into)))


if __name__ == "__main__":
    main()
