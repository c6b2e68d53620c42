"""Measures what a trained network's activations are like, so that they can be quantised by fixed scales.

Belongs here: ranges and smoothing factors of the inputs of matrix products. Does not belong here: the graph that uses them
(`training.graph`).
"""

from collections.abc import Iterable

import numpy as np
import torch

from training.graph import Array, Scale
from training.network import NameModel
from training.passages import Batch

PRODUCTS = ("qkv", "out", "up", "down")  # the matrix products of a layer
SMOOTHING = 0.8
"""How much of an outlier moves from activations to weights (Xiao et al. 2023, SmoothQuant); .5, their default, answered twice as
differently."""

CLIPPED = 1e-5  # share of activations at either end that may be cut off: a single spike should not coarsen all others


def calibrate(model: NameModel, batches: Iterable[Batch]) -> dict[str, Scale]:
    """The scales of the inputs of all matrix products of ``model``, by the product's name, from its activations on ``batches``."""
    inputs: dict[str, list[Array]] = {}

    def watch(name: str) -> None:
        def hook(_module: torch.nn.Module, arguments: tuple[torch.Tensor, ...]) -> None:
            rows = arguments[0].detach().float().reshape(-1, arguments[0].shape[-1])
            inputs.setdefault(name, []).append(rows[current[0]].numpy())

        hooks.append(model.get_submodule(name).register_forward_pre_hook(hook))

    hooks: list[torch.utils.hooks.RemovableHandle] = []
    current = [torch.zeros(0, dtype=torch.bool)]
    names = [f"layers.{number}.{product}" for number in range(len(model.layers)) for product in PRODUCTS]
    for name in names:
        watch(name)
    model.eval()
    with torch.no_grad():
        for batch in batches:
            current[0] = torch.from_numpy(batch.mask).bool().reshape(-1)
            model(torch.from_numpy(batch.ids), torch.from_numpy(batch.cases), torch.from_numpy(batch.mask))
    for hook in hooks:
        hook.remove()
    return {name: _scale(np.concatenate(inputs[name]), model.get_submodule(name).weight.detach().numpy()) for name in names}


def _scale(rows: Array, weight: Array) -> Scale:
    """The scale of inputs like ``rows`` [n, inner] of a product with ``weight`` [outer, inner]."""
    largest = np.maximum(np.abs(rows).max(axis=0), 1e-5)
    heaviest = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    smoothing = largest**SMOOTHING / heaviest ** (1 - SMOOTHING)
    smoothed = rows / smoothing
    low, high = np.quantile(smoothed[:: max(len(smoothed) // 4000, 1)], [CLIPPED, 1 - CLIPPED])
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    step = (high - low) / 255
    return Scale(smoothing.astype(np.float32), step, int(np.clip(round(-low / step), 0, 255)))
