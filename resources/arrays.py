"""Arrays that are kept from run to run in a folder, and can be thrown away at any time.

Belongs here: a `winnow.memory.Store` on disk. Does not belong here: what the arrays mean.

An array is one file of bare numbers. One that is put is written anew under a name of its own; one that is grown is added to, and what
stands behind the length that was committed last is not read. `commit` replaces the one file that says which files, lengths and types
count, so an interrupted run leaves last night's arrays; a folder that does not fit what it says is begun anew.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from resources.durable import flush_file, write_bytes
from resources.home import private_folder

_CATALOG = "arrays.json"

Array = npt.NDArray[Any]


class FolderOfArrays:
    """Arrays below one folder; nothing is on record before `commit`."""

    def __init__(self, root: Path, version: str) -> None:
        """``version`` is what made the arrays; those that another one made are not known."""
        self.root, self.version = root, version
        self._files: dict[str, dict[str, Any]] = self._committed()
        self._open: dict[str, Array] = {}
        self._put: set[str] = set()

    def get(self, name: str) -> Array | None:
        """The array ``name``, mapped from its file; None if there is none."""
        if name not in self._open and name in self._files:
            self._open[name] = self._mapped(name)
        return self._open.get(name)

    def put(self, name: str, array: Array) -> Array:
        """Puts ``array`` in the place of the one of that name."""
        if self._open.get(name) is not array:
            self._open[name] = array
            self._put.add(name)
        return array

    def grow(self, name: str, more: Array) -> Array:
        """Adds rows behind the array of that name, and gives all of it."""
        known = self.get(name)
        if known is None or name in self._put:
            return self.put(name, more if known is None else np.concatenate([known, more]))
        if len(more):
            entry = self._files[name]
            start = int(np.prod(entry["shape"], dtype=np.int64)) * np.dtype(entry["dtype"]).itemsize
            with (self.root / entry["file"]).open("r+b") as file:
                file.truncate(start)  # what an interrupted run has added
                file.seek(start)
                file.write(more.astype(entry["dtype"], copy=False).tobytes())
            self._files[name] = {**entry, "shape": [entry["shape"][0] + len(more), *entry["shape"][1:]]}
            self._open[name] = self._mapped(name)
        return self._open[name]

    def commit(self) -> None:
        """Makes all that was put and grown count from now on, whole or not at all."""
        private_folder(self.root)
        number = 1 + max((int(entry["file"].split(".")[0]) for entry in self._files.values()), default=0)
        for name in sorted(self._put):
            array = self._open[name]
            path = self.root / f"{number}.{name}"
            path.write_bytes(array.tobytes())
            self._files[name] = {"file": path.name, "dtype": array.dtype.str, "shape": list(array.shape)}
        for entry in self._files.values():
            flush_file(self.root / entry["file"])
        content = json.dumps({"version": self.version, "arrays": self._files}, sort_keys=True)
        write_bytes(self.root / _CATALOG, content.encode())
        self._put.clear()
        self._open.clear()
        known = {entry["file"] for entry in self._files.values()} | {_CATALOG}
        for path in self.root.iterdir():
            if path.is_file() and path.name not in known:
                path.unlink()

    def _committed(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads((self.root / _CATALOG).read_bytes())
            files: dict[str, dict[str, Any]] = content["arrays"] if content["version"] == self.version else {}
            whole = all(
                (self.root / entry["file"]).stat().st_size >= np.prod(entry["shape"]) * np.dtype(entry["dtype"]).itemsize
                for entry in files.values()
            )
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return files if whole else {}

    def _mapped(self, name: str) -> Array:
        entry = self._files[name]
        shape = tuple(entry["shape"])
        if not np.prod(shape):
            return np.zeros(shape, dtype=entry["dtype"])
        return np.memmap(self.root / entry["file"], dtype=entry["dtype"], mode="r", shape=shape)
