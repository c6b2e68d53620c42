"""Measures a network on the sets that choose between networks, without a threshold.

Belongs here: average precision by set and entity. Does not belong here: the figures of the finished product, which are of the
whole scrubber (`evaluation`).
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from evaluation.gold import Gold, Mention
from evaluation.sets import documents
from training.corpora import ENTITIES, UNSURE
from training.name_pools import NamePools
from training.network import NameModel
from training.passages import BUCKETS, Passage, batches, encoded
from training.synthetic import generate

SETS = ("tab_dev", "emerging", "ewt_dev")
"""Never learnt from."""

PUBLIC = ENTITIES.index("PUBLIC")

WATCHED = ("PERSON", "LOCATION", "ORGANIZATION")
"""What all sets mark."""

HELD_OUT_WORDS = 12_000  # of synthetic text with names that training never sees


def development(folder: Path) -> dict[str, list[Passage]]:
    """The sets that choose, as passages: paragraphs of the development sets, and own text with held-out names."""
    every = frozenset(ENTITIES)
    sets = {name: [passage for gold in documents(name, folder) for passage in _paragraphs(name, gold)] for name in SETS}
    made = generate(random.Random(7), HELD_OUT_WORDS, NamePools.load(held_out=True))
    sets["held_out_names"] = [Passage("held_out_names", each.text, each.spans, every) for each in made]
    return sets


def _paragraphs(name: str, gold: Gold) -> list[Passage]:
    found = []
    at = 0
    every = frozenset(ENTITIES)
    for part in gold.text.split("\n"):
        end = at + len(part)
        spans = tuple(
            (max(mention.start, at) - at, min(mention.end, end) - at, _entity(name, mention))
            for mention in gold.mentions
            if mention.start < end and mention.end > at
        )
        if part.strip():
            found.append(Passage(name, part, spans, every))
        at = end + 1
    return found


def _entity(name: str, mention: Mention) -> str:
    """What training calls ``mention`` of the set ``name``."""
    if mention.identifier == "NO_MASK":
        return "PUBLIC" if name == "tab_dev" else UNSURE
    return mention.entity


def measure(model: NameModel, sets: Mapping[str, Sequence[Passage]]) -> dict[str, float]:
    """Average precision of finding the pieces of an entity, by ``set:entity``; ``mean`` over all of them chooses."""
    figures = {}
    for name, passages in sets.items():
        scores, gold = _pieces(model, passages)
        for entity in WATCHED:
            number = ENTITIES.index(entity)
            figures[f"{name}:{entity}"] = average_precision(
                scores[:, 1 + 2 * number : 3 + 2 * number].sum(axis=1), gold == number
            )
        if name in {"tab_dev", "held_out_names"}:
            figures[f"{name}:any"] = average_precision(
                1 - scores[:, 0] - scores[:, -2:].sum(axis=1), (gold >= 0) & (gold < PUBLIC)
            )
    figures["mean"] = float(np.mean(list(figures.values())))
    return figures


def average_precision(scores: npt.NDArray[np.float32], wanted: npt.NDArray[np.bool_]) -> float:
    """The mean of the precision at each wanted piece, in the order of falling scores (as in information retrieval)."""
    order = np.argsort(-scores, kind="stable")
    hits = wanted[order]
    if not hits.any():
        return float("nan")
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def _pieces(model: NameModel, passages: Sequence[Passage]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Probabilities [pieces, labels] and the number of the true entity (or -1) of all pieces of ``passages``."""
    probabilities, truth = [], []
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        for batch in batches(encoded(passages), 16 * BUCKETS[-1], random.Random(0)):
            tensors = [torch.from_numpy(column).to(device) for column in (batch.ids, batch.cases, batch.mask)]
            with torch.autocast(device.type, torch.bfloat16):
                logits = model(*tensors)
            shares = torch.softmax(logits.float(), -1).cpu().numpy()
            counted = single(batch.allowed)
            probabilities.append(shares[counted])
            truth.append(np.log2(batch.allowed[counted]).astype(np.int64))
    model.train()
    labels = np.concatenate(truth)
    return np.concatenate(probabilities), np.where(labels == 0, -1, (labels - 1) // 2)


def single(allowed: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Where exactly one label is allowed."""
    return np.asarray((allowed & (allowed - 1)) == 0)
