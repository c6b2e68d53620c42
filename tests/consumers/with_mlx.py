"""Reads a folder as `mlx_lm.lora` does: ``with_mlx.py TOKENIZER FOLDER``; prints sizes, kind, and the first example in words."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mlx_lm.tuner.datasets import load_local_dataset
from transformers import AutoTokenizer


def main(base: str, folder: str) -> dict[str, Any]:
    """What the loader made of the three files."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    sides = load_local_dataset(Path(folder), tokenizer, SimpleNamespace(mask_prompt=False))
    tokens = [[side.process(side[place])[0] for place in range(len(side))] for side in sides]
    return {"examples": [len(side) for side in sides], "kind": type(sides[0]).__name__, "first": tokenizer.decode(tokens[0][0])}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])))
