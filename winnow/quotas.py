"""Hands out groups to sides so that every class gets its share on each of them.

Belongs here: how many examples of a stratum (a label of a task) a side should have, and which group goes where. Does not belong
here: what a group is (`winnow.groups`), and what keeps a group where it is (`winnow.split`).

A stratum's examples are rounded to whole numbers from a start of its own (systematic sampling, Madow 1949): each side misses its
share by less than one example, and over many small strata the misses cancel out, where rounding to the nearest would leave every
class of four without a test example. What is fixed counts first. Of the rest the largest groups choose first: each goes to the side
that its hash draws if there is room for it in all of its strata, else to where it overshoots least. Those on a side that has too many
then choose once more, the smallest first. Groups of one example fill what is left, exactly, in the order of their hashes.
"""

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

FREE = -1
"""The side of a group that has none yet."""


def targets(sizes: Integers, shares: Numbers, starts: Numbers) -> Integers:
    """How many of the ``sizes[i]`` examples of each stratum every side should have: one row a stratum, which adds up to its size.

    Args:
        sizes: examples by stratum.
        shares: by side; together 1.
        starts: for each stratum a number in 0..1 that rounding starts from; drawn evenly, its sides have their shares in the mean.
    """
    reach = np.floor(sizes[:, None] * np.cumsum(shares)[None, :] + starts[:, None] + 1e-9).astype(np.int64)
    reach = np.minimum(reach, sizes[:, None])
    reach[:, -1] = sizes
    return np.diff(reach, axis=1, prepend=0)


def assign(  # noqa: PLR0913, PLR0917 - columns of one table, each of another length
    groups: Integers, strata: Integers, fixed: Integers, drawn: Numbers, shares: Numbers, starts: Numbers
) -> Integers:
    """The side of every group.

    Args:
        groups: the group of each example, numbered from 0.
        strata: the stratum of each example, numbered from 0.
        fixed: for each group its side, by number, or `FREE`.
        drawn: for each group a number in 0..1; equal ones are told apart by the group's number.
        shares: by side; together 1.
        starts: for each stratum where rounding starts; see `targets`.

    Returns:
        For each group its side; those that are fixed keep theirs. A group without an example gets the side that it drew.
    """
    sides = fixed.copy()
    sizes = np.bincount(groups, minlength=len(fixed))
    room = targets(np.bincount(strata, minlength=len(starts)), shares, starts)
    wanted = room.copy()
    settled = fixed[groups] != FREE
    np.subtract.at(room, (strata[settled], fixed[groups[settled]]), 1)

    draws = np.minimum(np.searchsorted(np.cumsum(shares), drawn, side="right"), _last(shares))
    empty = (sides == FREE) & (sizes == 0)
    sides[empty] = draws[empty]
    large = np.flatnonzero((fixed == FREE) & (sizes > 1))
    sides[large] = _large(large, (groups, strata, sizes), (draws, drawn), np.flatnonzero(shares > 0).tolist(), (room, wanted))
    single = np.flatnonzero((sides[groups] == FREE) & (sizes[groups] == 1))
    sides[groups[single]] = _fill(single, (groups, strata), drawn, room)
    return sides


def _last(shares: Numbers) -> int:
    """The last side that has a share: rounding may leave the sum a hair below 1."""
    return int(np.flatnonzero(shares > 0)[-1])


def _large(
    chosen: Integers,
    table: tuple[Integers, Integers, Integers],
    draw: tuple[Integers, Numbers],
    sides: list[int],
    rooms: tuple[Integers, Integers],
) -> Integers:
    """The sides, of ``sides``, of the ``chosen`` groups, the largest first; what they need is taken from the room there is."""
    groups, strata, sizes = table
    draws, drawn = draw
    room, wanted = rooms
    given = draws[chosen]
    if not len(chosen):
        return given
    wants = np.zeros(len(sizes), dtype=np.bool_)
    wants[chosen] = True
    cells, counts = _cells(groups, strata, wants[groups])
    first = np.searchsorted(cells[0], chosen)
    last = np.searchsorted(cells[0], chosen, side="right")
    cell_strata, cell_counts = cells[1].tolist(), counts.tolist()
    left, whole = room.tolist(), wanted.tolist()
    order = np.lexsort((chosen, drawn[chosen], -sizes[chosen])).tolist()

    def held_by(place: int) -> _Held:
        return [(left[cell_strata[at]], whole[cell_strata[at]], cell_counts[at]) for at in range(first[place], last[place])]

    for place in order:
        held, side = held_by(place), int(given[place])
        given[place] = side if all(rest[side] >= count for rest, _, count in held) else _best(held, side, sides)
        _put(held, given[place], 1)
    for place in reversed(order):
        held, side = held_by(place), int(given[place])
        if any(rest[side] < 0 for rest, _, _ in held):
            _put(held, side, -1)
            given[place] = _best(held, side, sides)
            _put(held, given[place], 1)
    room[:] = left
    return given


_Held = list[tuple[list[int], list[int], int]]
"""Of each stratum of a group the room left by side, the number wanted by side, and the group's examples."""


def _put(held: _Held, side: int, times: int) -> None:
    for rest, _, count in held:
        rest[side] -= times * count


def _cells(groups: Integers, strata: Integers, among: npt.NDArray[np.bool_]) -> tuple[tuple[Integers, Integers], Integers]:
    """Pairs of group and stratum that have examples, by group, and how many."""
    span = int(strata.max(initial=0)) + 1
    pairs, counts = np.unique(groups[among] * span + strata[among], return_counts=True)
    return (pairs // span, pairs % span), counts


def _best(held: _Held, first: int, sides: list[int]) -> int:
    """The side, of ``sides``, where a group overshoots least; ``first`` before others that are as good.

    Of ``count`` examples put where ``rest`` are lacking the squared deviation changes by count² - 2 · count · rest; it is weighed by
    what is wanted, so that a small side that has nothing yet goes before a large one that is nearly full.
    """

    def change(side: int) -> float:
        return sum((count * count - 2 * count * rest[side]) / max(whole[side], 1) for rest, whole, count in held)

    return min(sides, key=lambda side: (change(side), side != first, side))


def _fill(rows: Integers, table: tuple[Integers, Integers], drawn: Numbers, room: Integers) -> Integers:
    """The sides of the groups of ``rows``, which are of one example each: by hash, as many a side as their stratum has room for."""
    groups, strata = table
    order = np.lexsort((groups[rows], drawn[groups[rows]], strata[rows]))
    mine = strata[rows][order]
    counts = np.bincount(mine, minlength=len(room))
    seats = _seats(np.maximum(room, 0), counts)
    rank = np.arange(len(mine)) - (np.cumsum(counts) - counts)[mine]
    found = np.empty(len(rows), dtype=np.int64)
    found[order] = (rank[:, None] >= np.cumsum(seats, axis=1)[mine]).sum(axis=1)
    return found


def _seats(lacking: Integers, counts: Integers) -> Integers:
    """``counts[i]`` examples shared out in proportion to what the sides are ``lacking``, by largest remainder.

    Sides lack more than there is only where another one was overfull before.
    """
    total = lacking.sum(axis=1)
    exact = lacking * (counts / np.maximum(total, 1))[:, None]
    seats = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(seats - exact, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    missing = counts - seats.sum(axis=1)
    return np.asarray(seats + (rank < missing[:, None]))
