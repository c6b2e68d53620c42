"""Reading what releases wrote: hashes of files and trees, small JSON files, and the side of every published example."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from resources.durable import replacing
from winnow.errors import VersionError
from winnow.schemas import SPLITS

SIDES = pa.schema([("example_id", pa.string()), ("split", pa.string())])
SIDES_FILE = "sides.parquet"
PIECE = 1024 * 1024  # bytes read at once


def file_sha256(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal; VersionError if it is not there."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except OSError as error:
        raise VersionError(f"{path.name} of a version cannot be read ({error.strerror}); restore it") from None
    return digest.hexdigest()


def tree_sha256(folder: Path) -> str:
    """SHA-256 over the sorted lines ``sha256  path`` of all files below ``folder``, as ``sha256sum`` writes them."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = "".join(f"{file_sha256(folder / path)}  {path}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest()


def read_json(path: Path) -> Any:
    """The value in the file at ``path``; None if it is absent or not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def published(root: Path, versions: Sequence[Path]) -> pa.Table:
    """`SIDES` of every example in ``sides.parquet`` below ``root`` and in the indexes of ``versions``, oldest first."""
    sides: dict[str, str] = {}
    pruned = root / SIDES_FILE
    if pruned.is_file():
        with pq.ParquetFile(pruned) as file:
            table = file.read()
        sides.update(zip(table["example_id"].to_pylist(), table["split"].to_pylist(), strict=True))
    for version in versions:
        for split in SPLITS:
            for example_id in _index(version / "index" / f"{split}.jsonl"):
                sides.setdefault(example_id, split)
    ids = sorted(sides)
    return pa.table([pa.array(ids, pa.string()), pa.array([sides[name] for name in ids], pa.string())], schema=SIDES)


def sides_file(root: Path, sides: pa.Table) -> None:
    """Keep ``sides`` (`SIDES`) at the root of the dataset."""
    with replacing(root / SIDES_FILE) as temporary:
        pq.write_table(sides, temporary, compression="zstd")


def _index(path: Path) -> list[str]:
    """The example ids in one index file, in its order."""
    if not path.is_file():
        return []
    try:
        with path.open("rb") as lines:
            return [_example_id(json.loads(line)) for line in lines]
    except (ValueError, KeyError, TypeError):
        raise VersionError(
            f"index/{path.name} of version {path.parent.parent.name} is damaged; restore it, since it says which side its "
            "examples were published on"
        ) from None


def _example_id(line: Mapping[str, Any]) -> str:
    return str(line["example_id"])
