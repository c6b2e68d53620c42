"""The names of the rules by which an example survives another: what the catalog's ``dataset.survivor`` is made of.

Belongs here: names alone, so that a catalog is read without what computes. Does not belong here: the order (`winnow.survivors`).
"""

from typing import Literal, get_args

SurvivorRule = Literal["trusted", "longest", "newest"]

RULES: tuple[SurvivorRule, ...] = get_args(SurvivorRule)
"""The more trusted source, the more characters of input and target together, the later own day."""

SURVIVOR: tuple[SurvivorRule, ...] = ("trusted", "longest")
"""The order where the catalog names none: a day may be missing or wrong, a length cannot."""

LONGEST: SurvivorRule = "longest"
"""The one rule that texts alone decide."""

PINNED, PLAINEST, SMALLEST_ID = "pinned", "plainest", "smallest_id"
"""What decides before all rules, and behind them: how it is written, and at last the id."""
