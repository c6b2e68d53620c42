"""Reads a folder with LLaMA-Factory's own parser and converters: ``with_llamafactory.py PACKAGES FOLDER CACHE DATASET …``.

PACKAGES is where the package lies. Its `data` package imports what reads sound and images, so only the modules for text are
imported, under a bare package. Prints, for each dataset, rows, rows that it skips as abnormal, and the first row.
"""

import json
import sys
import types
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.append(sys.argv[1])
bare = types.ModuleType("llamafactory.data")
bare.__path__ = [str(Path(sys.argv[1]) / "llamafactory" / "data")]
sys.modules["llamafactory.data"] = bare

from datasets import load_dataset  # noqa: E402 - behind the path
from llamafactory.data.converter import align_dataset  # noqa: E402 - the same
from llamafactory.data.parser import get_dataset_list  # noqa: E402 - the same
from llamafactory.extras.constants import FILEEXT2TYPE  # noqa: E402 - the same


def main(folder: str, cache: str, names: list[str]) -> list[dict[str, Any]]:
    """What the loader makes of each dataset."""
    options = SimpleNamespace(streaming=False, preprocessing_num_workers=None, overwrite_cache=True, media_dir=folder)
    reports = []
    for described in get_dataset_list(names, folder):
        assert described.load_from == "file"
        path = Path(folder) / described.dataset_name
        loaded = load_dataset(FILEEXT2TYPE[path.suffix[1:]], data_files=[str(path)], split=described.split, cache_dir=cache)
        rows = align_dataset(loaded, described, options, SimpleNamespace(local_process_index=0))
        skipped = sum(not row["_prompt"] for row in rows)
        first = {key: rows[0][key] for key in ("_prompt", "_response", "_system")}
        reports.append({"rows": len(rows), "skipped": skipped, "ranking": described.ranking, "first": first})
    return reports


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(sys.argv[2], sys.argv[3], sys.argv[4:])))
