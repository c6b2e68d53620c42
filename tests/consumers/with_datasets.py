"""Loads every configuration of folders by the `datasets` package: ``with_datasets.py [--only CONFIGURATION] FOLDER …``.

Prints rows and columns by configuration and side, names of classes, and the folders that do not load.
"""

import json
import sys
from typing import Any

import datasets


def main(arguments: list[str]) -> dict[str, Any]:
    """What was loaded."""
    only, folders = (arguments[1], arguments[2:]) if arguments[0] == "--only" else (None, arguments)
    sides: dict[str, Any] = {}
    classes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for folder in folders:
        for name in [only] if only else datasets.get_dataset_config_names(folder):
            try:
                loaded = datasets.load_dataset(folder, name)
            except Exception as error:  # noqa: BLE001 - whatever the package says of a folder is the answer
                errors[folder] = type(error).__name__
                continue
            sides[name] = {side: [part.num_rows, sorted(part.column_names)] for side, part in loaded.items()}
            features = next(iter(loaded.values())).features
            if isinstance(features.get("label"), datasets.ClassLabel):
                classes[name] = features["label"].names
    return {"sides": sides, "classes": classes, "errors": errors}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(sys.argv[1:])))
