import random
import time
from collections.abc import Callable
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from winnow import probes
from winnow.containment import CONTAINED, Within
from winnow.dedup import SHORT_THRESHOLD, deduplicate
from winnow.fingerprints import Nodes, in_survivor_order
from winnow.groups import RELATED_SHORT, components, related_pairs
from winnow.probes import Part, candidates, find
from winnow.shingles import Sets, offsets_of, shingle

FORM = "this mail and what is attached to it are meant for the one it is addressed to and for nobody else who may read it"


def _sets(made: list[set[int]]) -> Sets:
    values = [np.array(sorted(own), dtype=np.uint32) for own in made]
    return Sets(np.concatenate([np.zeros(0, dtype=np.uint32), *values]), offsets_of(np.array([len(own) for own in made])))


def _drawn_sets(rng: random.Random, count: int) -> list[set[int]]:
    """Sets of 0 to 60 shingles: some hold nearly all of an earlier one, many a common form, and the sizes lie about every border."""
    form = [rng.randrange(1 << 32) for _ in range(20)]
    made: list[set[int]] = []
    for _ in range(count):
        own = {rng.randrange((1 << 32) - 1) for _ in range(rng.choice([0, 1, 12, 16, 19, 20, 21, 39, 40]))}
        own |= set(form[: rng.choice([0, 0, 18, 20])])
        if made and rng.random() < 0.6:
            other = sorted(rng.choice(made))
            own = set(rng.sample(sorted(own), min(len(own), rng.choice([0, 1, 2, 12])))) | set(
                rng.sample(other, len(other) - min(len(other), rng.choice([0, 0, 1, 2])))
            )
        made.append(own)
    return made


@given(st.integers(0, 1_000_000), st.integers(2, 40), st.sampled_from([1, 2]), st.sampled_from([0, 1 << 20]))
@settings(max_examples=120, deadline=None)
def test_probes_miss_nothing(seed: int, count: int, width: int, few: int) -> None:
    """Every pair in which one set has as much of the other's shingles as is asked is a candidate, sampled or not, and once."""
    rng = random.Random(seed)
    drawn = [_drawn_sets(rng, count) for _ in range(width)]
    parts = []
    for made in drawn:
        sizes = np.array([len(own) for own in made])
        parts.append(Part(_sets(made), np.ceil(rng.choice([0.5, 0.8, 0.95]) * sizes - 1e-9).astype(np.int64)))
    among = np.array([rng.random() < 0.9 for _ in range(count)])
    asked = among & np.any([part.least > 0 for part in parts], axis=0)
    truth = {
        (a, b)
        for a, b in permutations(range(count), 2)
        if asked[a] and among[b] and all(len(own[a] & own[b]) >= part.least[a] for own, part in zip(drawn, parts, strict=True))
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "FEW", few)
        patch.setattr(probes, "SAMPLE", rng.choice([1, 4]))
        patch.setattr(probes, "MANY", rng.choice([2, 8, 256]))
        found = find(parts, asked, among)
    pairs = [
        pair
        for left, right in candidates(found, np.flatnonzero(asked), 64)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert truth <= set(pairs)
    assert len(pairs) == len(set(pairs))


def test_few_candidates_are_looked_at() -> None:
    """Texts that share a form and nothing else are no candidates of each other."""
    rng = random.Random(3)
    form = [rng.randrange(1 << 32) for _ in range(40)]
    made = [{rng.randrange((1 << 32) - 1) for _ in range(8)} | set(form) for _ in range(3_000)]
    sets = _sets(made)
    everyone = np.ones(len(made), dtype=np.bool_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "FEW", 0)
        patch.setattr(probes, "SAMPLE", 4)
        found = find([Part(sets, np.ceil(0.95 * sets.sizes).astype(np.int64))], everyone, everyone)
    assert sum(len(left) for left, _ in candidates(found, np.arange(len(made)))) < 100


def _rows(rng: random.Random, size: int) -> list[dict[str, Any]]:
    """Examples of all kinds; many lie within others: pieces of earlier ones, mails that quote, forms."""
    texts: list[str] = []
    rows: list[dict[str, Any]] = []
    for number in range(size):
        words = [f"w{number}x{place}" for place in range(rng.choice([6, 16, 20, 24, 36, 44]))]
        if texts and rng.random() < 0.7:
            other = rng.choice(texts).split()
            words = rng.choice([[*words[: rng.choice([0, 1, 2, 30])], *other], other[: rng.choice([19, 20, 24, 40])], other])
        if rng.random() < 0.2:
            words = [*words, *FORM.split()]
        if rng.random() < 0.2:
            words[-1] = "changed"
        texts.append(" ".join(words))
        row: dict[str, Any] = {"task": rng.choice(["one", "two"]), "source": rng.choice(["near", "far"]), "group_keys": []}
        if rng.random() < 0.5:
            row |= {"input": texts[-1], "label": rng.choice("ab")}
        elif rng.random() < 0.5:
            row |= {"input": rng.choice(["Introduction", "Introduction", ""]), "target": texts[-1]}
        else:
            row |= {"input": texts[-1], "target": rng.choice([rng.choice(texts), "an answer", texts[-1]])}
        rows.append(row)
    return rows


class _Truth:
    """Who is near to and contained in whom, by comparing each pair, with Python's own sets."""

    def __init__(self, nodes: Nodes, examples: pa.Table) -> None:
        rows = {row["example_id"]: row for row in examples.to_pylist()}
        self.rows = [rows[name] for name in nodes.ids]
        self.nodes = nodes
        made = [shingle([row[part] for row in self.rows]) for part in ("input", "target")]
        self.counts = [part.word_counts.tolist() for part in made]
        self.words = [_as_sets(part.words) for part in made]
        self.characters = [_as_sets(part.characters) for part in made]

    def share(self, part: int, a: int, b: int) -> float:
        """How much of ``a`` lies in ``b``; 0 where that is not contained."""
        own, other = self.words[part][a], self.words[part][b]
        if self.counts[part][a] < 20 or len(other) < len(own):
            return 0.0
        share = len(own & other) / len(own)
        return share if share >= CONTAINED - 1e-9 else 0.0

    def near(self, part: int, a: int, b: int, words: float, characters: float) -> float:
        """How alike the two are; 0 where they are not near."""
        short = min(self.counts[part][a], self.counts[part][b]) < 20
        own, other = ((self.characters if short else self.words)[part][row] for row in (a, b))
        alike = len(own & other) / max(len(own | other), 1)
        return alike if alike >= (characters if short else words) - 1e-9 else 0.0

    def contained(self, a: int, b: int, words: float, near_inputs: float = SHORT_THRESHOLD) -> float:
        """The share of example ``a`` in ``b``, the lower one of its parts."""
        if self.nodes.is_label[a]:
            return self.share(0, a, b)
        if self.counts[0][a] >= 20:
            first = self.share(0, a, b)
        else:
            same = self.nodes.equal_input[a] == self.nodes.equal_input[b]
            first = 1.0 if same else self.near(0, a, b, 2.0, near_inputs)
        second = self.share(1, a, b) or self.near(1, a, b, words, max(words, SHORT_THRESHOLD))
        both_short = self.counts[0][a] < 20 and not self.share(1, a, b)
        return 0.0 if both_short else min(first, second)


def _as_sets(sets: Sets) -> list[set[int]]:
    bounds = sets.offsets.tolist()
    return [set(sets.values[begin:end].tolist()) for begin, end in pairwise(bounds)]


@given(st.integers(0, 1_000_000), st.integers(2, 30), st.sampled_from([0.5, 0.8, 0.95]))
@settings(max_examples=60, deadline=None)
def test_keepers_are_what_comparing_all_with_all_finds(
    make_examples: Callable[..., pa.Table], seed: int, size: int, threshold: float
) -> None:
    """For every example the best one of its class before it that contains it, and the exact share."""
    examples = make_examples(_rows(random.Random(seed), size))
    nodes = in_survivor_order(examples, {})
    truth = _Truth(nodes, examples)
    contents = list(zip(nodes.classes.tolist(), nodes.equal_input.tolist(), nodes.text_of.tolist(), strict=True))
    everyone = np.array([contents.index(content) == rank for rank, content in enumerate(contents)])  # but equal ones
    limits = np.full(size, threshold), np.full(size, max(threshold, SHORT_THRESHOLD))
    within = Within(nodes, everyone, threshold, max(threshold, SHORT_THRESHOLD), RELATED_SHORT)
    left, right, share = within.keepers(everyone, everyone, *limits)
    order = np.lexsort((-left, right))
    found = {int(right[at]): (int(left[at]), round(float(share[at]), 9)) for at in order}
    wanted = {}
    for b in np.flatnonzero(everyone).tolist():
        for a in np.flatnonzero(everyone[:b]).tolist():
            same = nodes.classes[a] == nodes.classes[b]
            if same and (value := truth.contained(b, a, threshold, max(threshold, SHORT_THRESHOLD))):
                wanted[b] = (a, round(value, 9))
                break
    assert found == wanted


@example(seed=1826, size=15, threshold=0.5)  # equal inputs without a word, targets near and neither within the other
@given(st.integers(0, 1_000_000), st.integers(2, 30), st.sampled_from([0.5, 0.8, 0.95]))
@settings(max_examples=60, deadline=None)
def test_who_stays_is_what_one_pass_over_all_pairs_says(
    make_examples: Callable[..., pa.Table], seed: int, size: int, threshold: float
) -> None:
    """In survivor order each example stays unless a better one of its class that stays is equal, near, or contains it."""
    examples = make_examples(_rows(random.Random(seed), size))
    nodes = in_survivor_order(examples, {"near": 0})
    truth = _Truth(nodes, examples)
    characters = max(threshold, SHORT_THRESHOLD)
    found = {
        row["example_id"]: row for row in deduplicate(examples, {"one": threshold, "two": threshold}, {"near": 0}).to_pylist()
    }
    stays: list[int] = []
    for b in range(size):
        parts = (0,) if nodes.is_label[b] else (0, 1)
        before = [a for a in stays if nodes.classes[a] == nodes.classes[b]]
        near = [a for a in before if all(truth.near(part, b, a, threshold, characters) for part in parts)]
        holding = [(a, share) for a in before if (share := truth.contained(b, a, threshold, characters))]
        row = found[nodes.ids[b]]
        if row["reason"] == "exact_duplicate":
            assert row["keeper"] in found
            continue
        reason = "near_duplicate" if near else "contained" if holding else None
        keeper = nodes.ids[near[0] if near else holding[0][0]] if reason else None
        assert (row["reason"], row["keeper"]) == (reason, keeper)
        if reason == "contained":
            assert row["similarity"] == pytest.approx(holding[0][1])
        if reason is None:
            stays.append(b)


@given(st.integers(0, 1_000_000), st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_whatever_is_contained_in_what_stays_is_in_its_group(
    make_examples: Callable[..., pa.Table], seed: int, size: int
) -> None:
    """Of two examples that stay, whatever their task and label, one of which is contained in the other, both are of one group."""
    examples = make_examples(_rows(random.Random(seed), size))
    nodes = in_survivor_order(examples, {})
    truth = _Truth(nodes, examples)
    decided = {row["example_id"]: row for row in deduplicate(examples, {}).to_pylist()}
    kept = [rank for rank, name in enumerate(nodes.ids) if decided[name]["reason"] is None]
    chosen = np.zeros(size, dtype=np.bool_)
    chosen[kept] = True
    pairs = related_pairs(nodes, chosen)
    roots = components(size, [(pairs.left, pairs.right)])
    groups = {rank: decided[nodes.ids[rank]]["group"] for rank in kept}
    assert (
        len({(groups[rank], int(roots[rank])) for rank in kept})
        == len(set(groups.values()))
        == len({int(roots[r]) for r in kept})
    )
    for a, b in permutations(kept, 2):
        if nodes.is_label[a] != nodes.is_label[b]:
            inside = truth.counts[0][a] >= 20 and truth.share(0, a, b) > 0
        else:
            inside = truth.contained(a, b, 0.8) > 0
        assert not inside or groups[a] == groups[b]


def _texts_in(rng: random.Random, number: int, words: int) -> str:
    return " ".join(f"w{rng.randrange(3_000)}" for _ in range(words)) + f" n{number}"


def _labelled(texts: list[str], labels: list[str]) -> list[dict[str, Any]]:
    return [{"input": text, "label": label, "group_keys": []} for text, label in zip(texts, labels, strict=True)]


def test_a_thread_is_one_mail(make_examples: Callable[..., pa.Table]) -> None:
    """Of mails that each quote all before them the last one stays, and is the keeper of each other."""
    rng = random.Random(1)
    mails = [_texts_in(rng, number, 40) for number in range(8)]
    threads = [" ".join(f"> {mail}" for mail in reversed(mails[: number + 1])) for number in range(8)]
    examples = make_examples(_labelled(threads, ["a"] * 8))
    found = {row["example_id"]: row for row in deduplicate(examples, {}).to_pylist()}
    *others, last = (found[name] for name in examples["example_id"].to_pylist())
    assert last["reason"] is None
    assert {row["keeper"] for row in others} == {last["example_id"]}
    assert {row["reason"] for row in others} <= {"contained", "near_duplicate"}
    assert all(row["similarity"] == 1.0 for row in others if row["reason"] == "contained")


def test_nobody_is_contained_in_what_left(make_examples: Callable[..., pa.Table]) -> None:
    """What was near to an example that turned out to be contained in another is compared anew, and stays if nothing holds it."""
    rng = random.Random(2)
    words = _texts_in(rng, 0, 60).split()
    piece = " ".join(words)
    near = " ".join([*words[:40], *(f"x{number}" for number in range(3)), *words[45:59]])
    long = f"{_texts_in(rng, 1, 50)} {piece} {_texts_in(rng, 2, 50)}"
    examples = make_examples(_labelled([piece, near, long], ["a"] * 3))
    first, second, third = (
        {row["example_id"]: row for row in deduplicate(examples, {"tickets": 0.6}).to_pylist()}[name]
        for name in examples["example_id"].to_pylist()
    )
    assert (first["reason"], first["keeper"], third["reason"]) == ("contained", third["example_id"], None)
    assert second["reason"] is None
    alone = deduplicate(examples.slice(0, 2), {"tickets": 0.6})
    assert sorted(map(str, alone["reason"].to_pylist())) == ["None", "near_duplicate"]


def test_what_stays_is_not_thinned_again(make_examples: Callable[..., pa.Table]) -> None:
    """Deduplicating what stayed drops nothing more."""
    for seed in range(20):
        examples = make_examples(_rows(random.Random(seed), 40))
        once = deduplicate(examples, {})
        stays = once.filter(pc.is_null(once["reason"]))["example_id"]
        again = deduplicate(examples.filter(pc.is_in(examples["example_id"], value_set=stays.combine_chunks())), {})
        assert again["reason"].null_count == len(again)


def test_a_short_text_is_contained_in_nothing(make_examples: Callable[..., pa.Table]) -> None:
    """A phrase of 19 words that stands in a longer text stays, one of 20 words leaves."""
    text = _texts_in(random.Random(4), 0, 100)
    for words, reason in ((19, None), (20, "contained")):
        rows = _labelled([" ".join(text.split()[:words]), text], ["a", "a"])
        examples = make_examples(rows)
        found = {row["example_id"]: row["reason"] for row in deduplicate(examples, {}).to_pylist()}
        assert found[examples["example_id"][0].as_py()] == reason


def test_a_task_may_keep_what_is_contained(make_examples: Callable[..., pa.Table]) -> None:
    """Where the task says so, an example stays beside the longer one that contains it, in one group."""
    text = _texts_in(random.Random(5), 0, 100)
    examples = make_examples(_labelled([" ".join(text.split()[:30]), text], ["a", "a"]))
    found = deduplicate(examples, {}, keep_contained={"tickets"})
    assert found["reason"].null_count == 2
    assert len(set(found["group"].to_pylist())) == 1


def test_an_order_that_puts_the_short_one_first_drops_nothing(make_examples: Callable[..., pa.Table]) -> None:
    """A short text of a more trusted source stays, and the longer one that contains it stays in its group."""
    text = _texts_in(random.Random(6), 0, 100)
    rows = _labelled([" ".join(text.split()[:30]), text], ["a", "a"])
    rows[0]["source"] = "trusted"
    found = deduplicate(make_examples(rows), {}, {"trusted": 0})
    assert found["reason"].null_count == 2
    assert len(set(found["group"].to_pylist())) == 1


def test_a_form_that_thousands_have_is_no_trouble(make_examples: Callable[..., pa.Table]) -> None:
    """Thousands of mails with one disclaimer, and hundreds of texts that are little more than it, of other labels, take seconds."""
    rng = random.Random(7)
    form = " ".join(f"f{number}" for number in range(50)).split()
    mails = [f"{_texts_in(rng, number, rng.choice([14, 40]))} {' '.join(form)}" for number in range(2_000)]
    bare = [" ".join(form[rng.randrange(3) : 50 - rng.randrange(3)]) for _ in range(100)]
    bare += [f"own{number} {' '.join(form)} more{number} words{number}" for number in range(100)]
    labels = ["a"] * len(mails) + [f"b{number}" for number in range(len(bare))]
    examples = make_examples(_labelled(mails + bare, labels))
    begun = time.process_time()
    found = deduplicate(examples, {})
    assert time.process_time() - begun < 6
    groups = dict(zip(found["example_id"].to_pylist(), found["group"].to_pylist(), strict=True))
    assert len({groups[name] for name in examples["example_id"].to_pylist()[: len(mails) + 100]}) == 1
    same = make_examples(_labelled([*mails, " ".join(form)], ["a"] * (len(mails) + 1)))
    begun = time.process_time()
    assert deduplicate(same, {})["reason"].to_pylist().count("contained") == 1
    assert time.process_time() - begun < 4
