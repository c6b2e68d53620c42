"""The benchmark of duplicates measures what it says; no time is looked at."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import dedup, dedup_peers, dedup_tables, near_copies
from benchmarks.targets import Target, broken, targets_table

PAIRS = {(0, 1), (1, 2), (5, 6)}
RESULT: dict[str, Any] = {"seconds": 2.0, "peak_mib": 1_234, "dropped": 3, "pairs": [[0, 1], [1, 2]], "left": [0, 2, 3]}

MARKED = "".join(
    f"# {name}\n<!-- begin {name} -->\nyesterday's\n<!-- end {name} -->\n"
    for name in (dedup.COMPARED, dedup.GROWTH, dedup.NIGHT, dedup.TARGETS)
)


@settings(deadline=None, max_examples=40)
@given(
    made=st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12).map(" ".join), max_size=14),
    threshold=st.sampled_from([0.1, 0.5, 0.8, 1.0]),
)
def test_the_truth_is_that_of_comparing_all_with_all(made: list[str], threshold: float) -> None:
    """Every pair at the threshold or more is there with its Jaccard similarity, and no other."""
    sets = [near_copies.shingles(text) for text in made]
    expected = {
        (one, other): len(sets[one] & sets[other]) / len(sets[one] | sets[other])
        for other in range(len(made))
        for one in range(other)
    }
    found = near_copies.truth(made, threshold)
    assert found == pytest.approx({pair: alike for pair, alike in expected.items() if alike >= threshold - 1e-9})


def test_the_texts_of_a_short_list_begin_a_longer_one() -> None:
    """Sizes are compared on the same texts, a good part of them near copies, and every run makes the same."""
    short, long = list(near_copies.texts(200)), list(near_copies.texts(400))
    assert long[:200] == short
    assert 10 < len(near_copies.truth(long, 0.8)) < 400


def test_runs_of_words_are_the_same_for_peers_and_truth() -> None:
    """What a peer is given is what it is measured by."""
    for text in near_copies.texts(50):
        assert set(dedup_peers.shingles(text)) == near_copies.shingles(text)


def test_recall_and_precision_are_of_pairs() -> None:
    """Half of the true pairs found, one in three found ones true; without any, nothing is missed and nothing wrong."""
    assert dedup_tables.recall_precision([[0, 1], [3, 4], [4, 5]], {(0, 1), (1, 2)}) == (0.5, 1 / 3)
    assert dedup_tables.recall_precision([], set()) == (1.0, 1.0)
    assert dedup_tables.recall_precision([], {(0, 1)}) == (0.0, 1.0)


def test_what_was_dropped_is_judged_by_what_stays() -> None:
    """A pair that both stay is left whole; who is dropped without a near copy that stays is dropped alone."""
    assert dedup_tables.of_left([0, 2, 3, 5], PAIRS, 7) == dedup_tables.Dropped(3, 0, 1)  # 4 is like none
    assert dedup_tables.of_left([0, 3, 4, 5, 6], PAIRS, 7) == dedup_tables.Dropped(2, 1, 1)  # 2 is like 1, which went too


def test_the_table_says_what_a_contender_cannot_tell_and_who_failed() -> None:
    """A peer that gives no pairs has none counted against it, and one that could not be run has a row all the same."""
    survivors = {key: value for key, value in RESULT.items() if key != "pairs"} | {"version": "1.2", "seconds": 5.0}
    results = {"winnow": RESULT, "text-dedup": survivors, "datatrove": {"failed": 1}}
    lines = dedup_tables.compared(results, PAIRS, 4).split("\n")
    assert lines[2] == "| winnow: decisions, keepers, groups | 2.00 | 1.0 | 1,234 | 0.6667 | 1.0000 | 1 | 0 | 0 |"
    assert lines[3].startswith("| text-dedup 1.2: ")
    assert lines[3].endswith("| 5.00 | 2.5 | 1,234 | – | – | 1 | 0 | 0 |")
    assert lines[4] == f"| datatrove: could not be run |{' – |' * 8}"


def test_a_target_holds_at_its_limit_and_never_unmeasured() -> None:
    """Limits belong to what holds, on both sides; the table and the list of what does not hold agree."""
    targets = [
        Target("fast", 20, 20.0),
        Target("slow", 20, 20.004),
        Target("found", 0.99, 0.99, at_least=True),
        Target("missed", 0.99, 0.9899, at_least=True, unit="{:.4f}"),
        Target("unknown", 1, None),
    ]
    assert [target.holds for target in targets] == [True, False, True, False, False]
    assert "| missed | ≥ 0.9900 | 0.9899 | does not hold |" in targets_table(targets)
    assert broken(targets) == [
        "slow: 20.00, does not hold (≤ 20.00)",
        "missed: 0.9899, does not hold (≥ 0.9900)",
        "unknown: not measured, does not hold (≤ 1.00)",
    ]


def test_every_limit_that_was_promised_is_a_target() -> None:
    """Peers' times, recall, precision, a million's seconds and memory, and a night's share: all are compared with their limits."""
    results = {"winnow": RESULT, "datasketch": {"seconds": 30.0}, "rensa": {"seconds": 5.0}, "text-dedup": {"failed": 1}}
    growth = {1_000_000: {"seconds": 19.0, "peak_mib": 2_862}}
    found = dedup.targets(results, {(0, 1), (1, 2)}, growth, {100: {"full": 1.0, "same": 0.01, "night": 0.04, "rows": 100}})
    assert [(target.limit, target.figure, target.holds) for target in found] == [
        (10, 15.0, True),
        (3, 2.5, False),
        (0.99, 1.0, True),
        (0.99, 1.0, True),
        (20, 19.0, True),
        (pytest.approx(2861.02, abs=0.01), 2_862, False),
        (0.02, 0.03, False),
    ]
    failed = dedup.targets({**results, "rensa": {"failed": 1}}, set(), {1_000_000: {"failed": 1}}, {100: {"failed": 1}})
    assert [target.figure for target in failed if target.figure is None or not target.holds].count(None) == 4


def test_winnow_is_measured_by_its_own_pairs_and_survivors(tmp_path: Path) -> None:
    """Over a small file it finds every true pair, names no other, and leaves nothing whole or alone."""
    path = near_copies.write(tmp_path / "texts.jsonl", 600)
    true = set(near_copies.truth(list(near_copies.texts(600)), dedup.THRESHOLD))
    result = dedup.of_winnow(path)
    assert dedup_tables.recall_precision(result["pairs"], true) == (1.0, 1.0)
    dropped = dedup_tables.of_left(result["left"], true, 600)
    assert (dropped.documents, dropped.whole, dropped.alone) == (result["dropped"], 0, 0)
    assert dropped.documents > 20


def test_the_program_renews_its_parts_of_the_page_and_says_what_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table is there, between its own comments; if a target does not hold the exit code is 1, and the page is written."""
    page = tmp_path / "page.md"
    page.write_text(MARKED, encoding="utf-8")
    monkeypatch.setattr(dedup, "NIGHT_SHARE", -10.0)
    assert dedup.main(["--size", "300", "--sizes", "200", "300", "--write", "--page", str(page)]) == 1
    text, said = page.read_text(encoding="utf-8"), capsys.readouterr()
    assert "yesterday's" not in text
    assert "| winnow: decisions, keepers, groups |" in text
    assert "| 200 |" in text
    assert "| 300 documents, what a hundredth more costs of the full run |" in text
    assert "300 documents, what a hundredth more costs of the full run" in said.err
    assert said.out.count("| --- |") == 4


def test_all_targets_that_hold_are_exit_code_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With a limit that any night keeps, nothing is complained of."""
    monkeypatch.setattr(dedup, "NIGHT_SHARE", 1e9)
    assert dedup.main(["--size", "300", "--sizes", "200"]) == 0
    assert capsys.readouterr().err == ""


def test_a_peer_that_is_not_installed_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Neither an interpreter without peers nor none at all is passed over in silence."""
    there = [name for name in dedup_peers.PEERS if name not in dedup_peers.missing(dedup_peers.PEERS)]
    for python in (sys.executable, str(tmp_path / "none")):
        assert dedup.main(["--peers", python, "--size", "300"]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert all(name in said.err for name in dedup_peers.PEERS if name not in there)
        assert "make bench-dedup" in said.err


def test_a_contender_that_fails_is_told_and_not_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit status is its result."""
    result = dedup.run("night", tmp_path / "not there.jsonl", "", tmp_path)
    assert result == {"failed": 1}
    assert "night could not be run" in capsys.readouterr().err


def test_cost_counts_what_was_started() -> None:
    """CPU time of a child that was waited for is in the time, and its memory in the peak."""
    with dedup_peers.measured() as cost:
        subprocess.run([sys.executable, "-c", "sum(range(8_000_000)); bytearray(300 << 20)"], check=True)
    assert cost["seconds"] > 0.1
    assert cost["peak_mib"] >= 300
