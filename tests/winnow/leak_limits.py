"""How little the proof may hold at once: what tests of it are run with."""

import pytest

LIMITS = pytest.mark.parametrize(
    "constants",
    [{"_ROWS": 7}, {"_ROWS": 7, "_KEPT_RUNS": 0}, {"_SLOTS_BITS": (2, 2)}, {"_PAIRS": 3, "_RUNS": 50}],
    ids=["small batches", "nothing remembered", "every slot marked", "pairs in small parts"],
)
"""Small batches and parts, no memory of the first pass, and marks that all collide."""
