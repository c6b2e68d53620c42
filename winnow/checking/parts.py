"""Dividing a file into train and validation, so that no row of one resembles a row of the other.

Belongs here: which rows hang together, and their side. Does not belong here: the split of a dataset with its published sides
(`winnow.split`).

Rows with one prompt, and rows related as `winnow.groups` has it (from 0.6 by words, 0.75 by characters in short texts), are one group.
A group's side is a keyed hash of what its rows say: the same file and seed give the same sides, in whatever order the rows stand.
"""

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from winnow.checking.affixes import bare_answer, bare_prompt
from winnow.checking.lines import Row
from winnow.checking.nearness import Near
from winnow.checking.reading import read
from winnow.checking.tallies import folded64, seen_before
from winnow.groups import RELATED, RELATED_SHORT, components
from winnow.ids import keyed_hash

_BATCH = 2_048
_BITS = 52  # of a hash that a double holds exactly


def held_out(rows: Iterable[Row], store: BinaryIO, share: float, seed: str) -> npt.NDArray[np.bool_]:
    """For each of ``rows`` whether it goes to validation, which gets about ``share`` of the groups.

    ``store``: an empty file for what `Near` keeps there. Rows that cannot be read are alone.
    """
    near = Near(store, RELATED, RELATED_SHORT, keep=True)
    prompts: list[int] = []
    batch: list[tuple[str, str]] = []
    names: list[int] = []
    for row in rows:
        example, _ = read(row.value)
        asked, said = (bare_prompt(example.prompt), bare_answer(example.target)) if example else ("", str(row.number))
        batch.append((asked, said))
        name = folded64(f"{asked}\x1f{said}")
        names.append(name)
        prompts.append(folded64(asked) if asked.strip() else name)
        if len(batch) == _BATCH:
            _add(near, batch)
            batch = []
    if batch:
        _add(near, batch)
    numbers = np.arange(len(names), dtype=np.int64)
    same = seen_before(np.array(prompts, dtype=np.uint64))
    roots = components(len(names), [(same, numbers), *near.edges])
    smallest = np.full(len(names), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, roots, np.array(names, dtype=np.uint64))
    drawn = {root: _drawn(int(smallest[root]), seed) for root in np.unique(roots).tolist()}
    return np.array([drawn[root] < share for root in roots.tolist()], dtype=np.bool_)


def _add(near: Near, batch: list[tuple[str, str]]) -> None:
    asked, said = ([pair[side] for pair in batch] for side in (0, 1))
    near.add(asked, said, [folded64(text) for text in said])


def _drawn(name: int, seed: str) -> float:
    return float(int(keyed_hash(seed, "split", f"{name:016x}")[: _BITS // 4], 16) / 2.0**_BITS)
