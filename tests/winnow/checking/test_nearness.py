"""Near rows, found as they go by."""

import io
import random
from itertools import pairwise

import numpy as np
import pytest

from winnow.checking import nearness
from winnow.checking.nearness import Near
from winnow.checking.tallies import folded64
from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.shingles import shingle

WORDS = [
    f"{a}{b}" for a in ("inter", "con", "de", "re", "pro", "sub") for b in ("form", "port", "tract", "late", "press", "view")
]


def rows_of(seed: int, count: int = 120) -> list[tuple[str, str]]:
    """Texts of 5 to 60 words; half are others with some words changed, some answers are labels."""
    drawn = random.Random(seed)
    rows: list[tuple[str, str]] = []
    for _ in range(count):
        if rows and drawn.random() < 0.5:
            words = drawn.choice(rows)[0].split()
            for _ in range(drawn.randrange(3)):
                words[drawn.randrange(len(words))] = drawn.choice(WORDS)
            text = " ".join(words)
        else:
            text = " ".join(drawn.choices(WORDS, k=drawn.choice((5, 12, 19, 25, 33, 40, 60))))
        rows.append((text, drawn.choice(("yes", "no", "", " ".join(drawn.choices(WORDS[:3], k=7))))))
    return rows


def expected(rows: list[tuple[str, str]]) -> list[int]:
    """By comparing every row with every earlier one that stays."""
    asked = shingle([prompt for prompt, _ in rows])
    short = [len(answer.split()) <= nearness.LABEL_WORDS for _, answer in rows]
    said = shingle(["" if few else answer for few, (_, answer) in zip(short, rows, strict=True)])
    earlier = [-1] * len(rows)
    for one in range(len(rows)):
        for other in range(one):
            if earlier[other] >= 0 or short[one] != short[other] or (short[one] and rows[one][1] != rows[other][1]):
                continue
            if all(_near(texts, other, one) for texts in ((asked,) if short[one] else (asked, said))):
                earlier[one] = other
                break
    return earlier


def _near(texts: nearness.Shingled, one: int, other: int) -> bool:
    similarity, few = texts.similarity(np.array([one]), np.array([other]))
    return bool(similarity[0] >= (SHORT_THRESHOLD if few[0] else DEFAULT_THRESHOLD) - 1e-9)


def found(rows: list[tuple[str, str]], batch: int = 1_000) -> Near:
    """The search over ``rows``, given ``batch`` at a time."""
    near = Near(io.BytesIO())
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        near.add([prompt for prompt, _ in part], [answer for _, answer in part], [folded64(answer) for _, answer in part])
    return near


@pytest.mark.parametrize("seed", range(4))
def test_it_finds_what_comparing_all_with_all_finds(seed: int) -> None:
    """Exactly the rows go that are near to an earlier one that stays, each for the first such row."""
    rows = rows_of(seed)
    assert found(rows).earlier.tolist() == expected(rows)


def test_how_rows_arrive_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, in batches, and with batches taken apart for their many pairs: the same rows go."""
    rows = rows_of(9)
    whole = found(rows).earlier.tolist()
    assert found(rows, 1).earlier.tolist() == whole
    assert found(rows, 7).earlier.tolist() == whole
    monkeypatch.setattr(nearness, "_PAIRS", 16)
    assert found(rows).earlier.tolist() == whole


def test_what_stays_stays() -> None:
    """A second search over the rows that stayed finds nothing."""
    rows = rows_of(3)
    near = found(rows)
    kept = [row for row, earlier in zip(rows, near.earlier.tolist(), strict=True) if earlier < 0]
    assert len(kept) < len(rows)
    assert set(found(kept).earlier.tolist()) == {-1}


def test_a_crowd_of_equals_is_settled_in_little_work() -> None:
    """Of thousands of equal rows one stays, and the search is not the square of them."""
    rows = [(" ".join(WORDS), "yes")] * 5_000
    near = found(rows, 4_096)
    assert near.earlier.tolist() == [-1] + [0] * 4_999
    assert not near.cut_short.any()


def test_a_near_prompt_with_another_label_is_told_and_stays() -> None:
    """Two labels for nearly one text are no duplicates; the later row names the earlier."""
    text = " ".join(WORDS)
    near = found([(text, "yes"), (text + " indeed", "no"), (text + " truly", "yes")])
    assert near.earlier.tolist() == [-1, -1, 0]
    assert near.contradicted.tolist()[1] == 0


def test_grouping_finds_chains() -> None:
    """To find what hangs together near rows stay in the search: a chain of small changes is one run of pairs."""
    words = WORDS.copy()
    texts = []
    for number in range(6):
        words[number * 6] = f"changed{number}"
        texts.append(" ".join(words))
    near = Near(io.BytesIO(), 0.6, 0.75, keep=True)
    near.add(texts, ["yes"] * 6, [folded64("yes")] * 6)
    pairs = {pair for left, right in near.edges for pair in zip(left.tolist(), right.tolist(), strict=True)}
    assert set(pairwise(range(6))) <= pairs


def test_what_was_not_compared_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that shares words with more rows than are compared is told to be one."""
    monkeypatch.setattr(nearness, "MOST_COMPARED", 2)
    drawn = random.Random(1)
    form = " ".join(WORDS[:30])
    rows = [(f"{form} {' '.join(drawn.choices(WORDS, k=40))}", "yes") for _ in range(30)]
    near = found(rows, 1)
    assert near.earlier.tolist() == [-1] * 30
    assert near.cut_short.sum() > 10
