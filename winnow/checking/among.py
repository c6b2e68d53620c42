"""Rows compared with each other, within a file and between sets: duplicates, leaks, contradicting labels.

Belongs here: what only the whole of all files can tell. Does not belong here: how near rows are found (`nearness`).

The first row stays. Between sets the one in train stays, since what was trained on cannot be unlearnt; validation comes before test.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from winnow.checking.codes import CODES
from winnow.checking.facts import FileSurvey, reason_number
from winnow.checking.nearness import Near
from winnow.checking.tallies import SHOWN_LINES, Tally, seen_before

_Rows = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]
Columns: TypeAlias = Mapping[str, Any]


NO_PROMPT, SHORT_PROMPT, LONG_PROMPT = range(3)
"""How much a prompt tells: one of 20 words or more by itself, a shorter one where its answer is a class (`winnow.groups`)."""


def compare(files: Sequence[FileSurvey], rows: Columns, near: Near, skip: Collection[str]) -> None:
    """Add what is found to the ``files``.

    ``rows``: of all usable rows the hashes ``prompt`` and ``exact``, ``telling`` (see above), ``line``, ``place`` in the file and
    ``owner`` (the file).
    ``skip``: codes whose rows stay.
    """
    size = len(rows["line"])
    if not size:
        return
    sets = sorted({file.role for file in files})
    roles = np.array([sets.index(file.role) for file in files], dtype=np.int64)[rows["owner"]]
    stays = _usable(files, rows)
    own = np.arange(size, dtype=np.int64)
    contradicting = _contradicting(files, rows, stays)
    leaking = _first(_leak_keys(files, rows), stays)
    leaks = stays & (roles[leaking] != roles)
    same = _first(rows["exact"], stays)
    exact = stays & (same != own) & (roles[same] == roles) & ~leaks
    earlier = near.earlier.astype(np.int64)
    for number, file in enumerate(files):
        file.cut_short = int(near.cut_short[rows["owner"] == number].sum())
    is_near = stays & (earlier >= 0) & ~exact & ~leaks
    other_set = roles[np.maximum(earlier, 0)] != roles
    for code, chosen, partner in (
        ("contradicting_labels", contradicting, None),
        ("leaks", leaks & ~contradicting, leaking),
        ("exact_duplicates", exact & ~contradicting, same),
        ("near_leaks", is_near & other_set & ~contradicting, earlier),
        ("near_duplicates", is_near & ~other_set & ~contradicting, earlier),
        ("alike_but_labelled_apart", _apart(files, rows, near, stays & ~contradicting), near.contradicted.astype(np.int64)),
    ):
        _note(files, rows, (code, code in skip), chosen, partner)


def _leak_keys(files: Sequence[FileSurvey], rows: Columns) -> npt.NDArray[np.uint64]:
    """What must not stand in two sets: the prompt where it tells enough, else all of the row."""
    least = SHORT_PROMPT if any(file.task == "classification" for file in files) else LONG_PROMPT
    keys: Any = np.where(rows["telling"] >= least, rows["prompt"], rows["exact"])
    found: npt.NDArray[np.uint64] = keys
    return found


def _usable(files: Sequence[FileSurvey], rows: Columns) -> _Flags:
    """The rows that no earlier finding takes out."""
    flags = np.ones(len(rows["line"]), dtype=np.bool_)
    for number, file in enumerate(files):
        mine = rows["owner"] == number
        reasons = np.frombuffer(bytes(file.reasons), dtype=np.uint8)
        flags[mine] = reasons[rows["place"][mine].astype(np.int64)] == 0
    return flags


def _first(keys: npt.NDArray[np.uint64], stays: _Flags) -> _Rows:
    """For each row the first usable one of its key; itself where it is not usable."""
    found = np.arange(len(keys), dtype=np.int64)
    chosen = np.flatnonzero(stays)
    found[chosen] = chosen[seen_before(keys[chosen])]
    return found


def _contradicting(files: Sequence[FileSurvey], rows: Columns, stays: _Flags) -> _Flags:
    """The rows of a classification whose prompt another row of the file has, with another answer."""
    found = np.zeros(len(stays), dtype=np.bool_)
    for number, file in enumerate(files):
        if file.task != "classification":
            continue
        mine = np.flatnonzero(stays & (rows["owner"] == number))
        first = mine[seen_before(rows["prompt"][mine])]
        differs = rows["exact"][mine] != rows["exact"][first]
        found[mine] = np.isin(first, first[differs])
    return found


def _apart(files: Sequence[FileSurvey], rows: Columns, near: Near, chosen: _Flags) -> _Flags:
    classified = np.array([file.task == "classification" for file in files], dtype=np.bool_)[rows["owner"]]
    found: _Flags = chosen & classified & (near.contradicted >= 0)
    return found


def _note(files: Sequence[FileSurvey], rows: Columns, about: tuple[str, bool], chosen: _Flags, partner: _Rows | None) -> None:
    code, skipped = about
    for number, file in enumerate(files):
        mine = np.flatnonzero(chosen & (rows["owner"] == number))
        if not len(mine):
            continue
        lines = rows["line"]
        file.found[code] = Tally(len(mine), [int(line) for line in lines[mine[:SHOWN_LINES]]])
        if partner is not None:
            file.pairs[code] = [(int(lines[row]), int(lines[partner[row]])) for row in mine[:SHOWN_LINES]]
        if skipped or CODES[code].action == "none":
            continue
        reason = reason_number(code)
        for place in rows["place"][mine].tolist():
            file.reasons[place] = file.reasons[place] or reason
