"""Labels of a file: how many of each, spellings of one, tokens of their names.

Belongs here: counting classes while rows go by. Does not belong here: rows with one text and two labels (`survey`).
"""

from collections import defaultdict
from collections.abc import Iterable

from winnow.checking.tallies import Tally
from winnow.shingles import fold
from winnow.tokens import count_tokens

LEAST_EXAMPLES = 100  # of a class: what OpenAI's tool and its guide asked for
MOST_TIMES = 10  # the largest class over the smallest, from which accuracy misleads
ROWS_A_CLASS = 3  # on average, from which answers that come again are classes: the rule of OpenAI's tool
MOST_CLASSES = 2_000  # different answers; more are no classes, and are not remembered
MOST_LABEL_CHARS = 80  # of a class's name (winnow.tasks.Label); a longer answer is a text


class Classes:
    """The answers of one file, as long as they can be classes."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.rows = 0
        self._spellings: dict[str, Tally] | None = {}

    def see(self, line: int, answer: str) -> None:
        """Take in the answer of ``line``, without its marks."""
        self.rows += 1
        if self._spellings is None:
            return
        if (
            len(answer) > MOST_LABEL_CHARS
            or "\n" in answer
            or (len(self._spellings) >= MOST_CLASSES and answer not in self._spellings)
        ):
            self._spellings = None
            return
        self._spellings.setdefault(answer, Tally()).add(line)

    @property
    def are_classes(self) -> bool:
        """Whether so few different answers come so often that the task is a classification."""
        return bool(self._spellings) and len(self._folded()) * ROWS_A_CLASS < max(self.rows, 1) + 1

    def _folded(self) -> dict[str, list[str]]:
        together: dict[str, list[str]] = defaultdict(list)
        for spelt in self._spellings or ():
            together[fold(spelt)].append(spelt)
        return together

    def counts(self) -> dict[str, int]:
        """Rows of each class by its commonest spelling, the largest first."""
        found = {}
        for spelt in self._folded().values():
            counts = {name: self._spellings[name].count for name in spelt} if self._spellings else {}
            found[_commonest(counts)] = sum(counts.values())
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def spellings(self) -> tuple[dict[str, str], Tally]:
        """Each spelling that is not its class's commonest → that one, and the rows that have one."""
        changed: dict[str, str] = {}
        rows = Tally()
        for spelt in self._folded().values():
            if len(spelt) < 2 or not self._spellings:
                continue
            usual = _commonest({name: self._spellings[name].count for name in spelt})
            for name in spelt:
                if name != usual:
                    changed[name] = usual
                    rows.count += self._spellings[name].count
                    rows.first = sorted([*rows.first, *self._spellings[name].first])[:10]
        return changed, rows


def _commonest(counts: dict[str, int]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def several_tokens(labels: Iterable[str], tokenizer: str) -> list[str]:
    """Those of ``labels`` that are several tokens behind a space, as a completion has them."""
    names = list(labels)
    return [
        name for name, count in zip(names, count_tokens([f" {name}" for name in names], tokenizer), strict=True) if count > 1
    ]


def too_small(counts: dict[str, int]) -> dict[str, int]:
    """The classes with fewer than `LEAST_EXAMPLES`."""
    return {name: count for name, count in counts.items() if count < LEAST_EXAMPLES}


def is_unbalanced(counts: dict[str, int]) -> bool:
    """Whether the largest class is over `MOST_TIMES` as large as the smallest."""
    return len(counts) > 1 and max(counts.values()) > MOST_TIMES * min(counts.values())
