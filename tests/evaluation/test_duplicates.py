"""The program that looks for duplicates in a home's set, on a home with planted copies."""

import csv
import itertools
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets import sets
from evaluation import duplicates, planted
from evaluation.duplicate_counts import BINS, length_name
from evaluation.duplicate_pairs import Compared
from resources.workspace import open_workspace
from tests.assets.conftest import build
from tests.end_to_end.landing import put, tickets, words, write_catalog
from winnow.containment import CONTAINED
from winnow.dedup import SHORT_THRESHOLD
from winnow.schemas import BALANCED, DECISIONS

LENGTHS = (3, 8, 15, 25, 60, 150)


def _changed(text: str, length: int) -> str:
    """A copy: in capitals below 20 words, else with one word in the middle replaced."""
    if length < 20:
        return text.upper() + "!"
    parts = text.split()
    return " ".join([*parts[: length // 2], "otherwise", *parts[length // 2 + 1 :]])


def _planted_tickets() -> list[dict[str, str]]:
    rows = []
    for number, length in enumerate(LENGTHS):
        text = words(length, "planted", number)
        for copy, said in enumerate((text, _changed(text, length))):
            name = f"P{number}-{copy}"
            mail = f"{name.lower()}@example.org"
            row = {"id": name, "customer_name": "", "customer_email": mail, "text": said, "category": "repair", "stars": "3"}
            rows.append(row)
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home whose set is made, of a landing zone with a copy of each of some tickets and of a report."""
    folder = tmp_path_factory.mktemp("duplicates")
    line = build(folder)
    put(folder / "landing", "exports/tickets-planted.csv", tickets(_planted_tickets()), 1)
    parts = [f"## {heading} of the week\n\n{words(75, 'planted', heading)}" for heading in ("Boilers", "Kettles")]
    for name in ("first.md", "copy.md"):
        put(folder / "landing", f"reports/{name}", "\n\n".join(["# Steam and water", *parts]), 1)
    line.ingest()
    line.decide()
    line.space.close()
    with (folder / "copies.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([("key", "original"), *((row["id"], row["id"].partition("-")[0]) for row in _planted_tickets())])
        rows.writerows([("first.md", "report"), ("copy.md", "report")])
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    shutil.copytree(made / "home", tmp_path / "home")
    write_catalog(tmp_path / "catalog.yaml", made / "landing")
    return tmp_path / "home"


def _run(home: Path, *more: str) -> int:
    return duplicates.main(["--home", str(home), "--catalog", str(home.parent / "catalog.yaml"), *more])


def _damage(home: Path, stage: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    space = open_workspace(home.parent / "catalog.yaml", home)
    schema = BALANCED if stage == sets.BALANCED else DECISIONS
    rows = space.lake.read(stage).to_pylist()
    change(rows)
    space.lake.write(stage, None, pa.Table.from_pylist(rows, schema=schema), schema, space.lake.metadata(stage) or {})
    space.close()


def test_planted_copies_are_counted_by_length(made: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Copies in capitals and long ones with one other word are dropped; of 25 words such a one is below the threshold, and stays."""
    assert _run(home, "--truth", str(made / "copies.csv"), "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["listed"], figures["held"]) == (14, 14)
    tasks = {task["name"]: task for task in figures["tasks"]}
    of_topics = {(row["words"], row["fate"]): row["copies"] for row in tasks["topics"]["planted"]}
    names = [length_name(length) for length in range(len(BINS))]
    fates = ["dropped", "dropped", "dropped", "below", "dropped", "dropped"]
    assert of_topics == dict.fromkeys(zip(names, fates, strict=True), 1)
    assert sum(tasks["topics"]["pairs"].values()) >= len(LENGTHS) - 1
    # A report has several sections: each is a copy of its like, and of no other.
    assert [(row["fate"], row["copies"]) for row in tasks["sections"]["planted"]] == [("dropped", 2)]
    assert all(number == 0 for number in figures["across"].values())


def test_the_tables_hold_counts_and_no_text(made: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is Markdown with a row for each task and length, and nobody's words."""
    assert _run(home, "--truth", str(made / "copies.csv")) == 0
    out = capsys.readouterr().out
    assert "| topics | 20–33 | 1 | 0 | 1 | 0 | 0 | 0.0% | – |" in out
    assert "| all | " in out
    assert not any(row["text"].split()[0] in out for row in _planted_tickets())
    assert _run(home) == 0
    assert "Planted" not in capsys.readouterr().out


def _free(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["reason"] == "near_duplicate")
    row |= {"reason": None, "keeper": None, "similarity": None}


def _free_equal(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["reason"] == "exact_duplicate")
    row |= {"reason": None, "keeper": None, "similarity": None}


def _other_similarity(rows: list[dict[str, Any]]) -> None:
    next(row for row in rows if row["reason"] == "near_duplicate")["similarity"] = 0.85


def _keeper_that_left(rows: list[dict[str, Any]]) -> None:
    gone = [row for row in rows if row["keeper"] is not None and row["task"] == "topics"]
    gone[0]["keeper"] = gone[1]["example_id"]


def _other_keeper(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["reason"] == "near_duplicate" and row["task"] == "topics")
    stays = {other["example_id"] for other in rows if other["reason"] is None and other["task"] == "topics"}
    row["keeper"] = min(stays - {row["keeper"]})


def _no_containment(rows: list[dict[str, Any]]) -> None:
    next(row for row in rows if row["reason"] == "near_duplicate" and row["task"] == "topics")["reason"] = "contained"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_free, "both stay"),
        (_free_equal, "both stay"),
        (_other_similarity, "not that similar"),
        (_keeper_that_left, "does not stay"),
        (_other_keeper, "not that similar"),
        (_no_containment, "not that similar"),
    ],
)
def test_a_damaged_table_is_found_out(
    home: Path, capsys: pytest.CaptureFixture[str], change: Callable[[list[dict[str, Any]]], None], said: str
) -> None:
    """A pair that is left, a similarity that is not so, and a keeper that does not stay each end in exit code 1 and are named."""
    _damage(home, sets.UNIQUE, change)
    assert _run(home) == 1
    assert said in capsys.readouterr().err


def test_an_example_moved_to_another_side_is_found_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of a group on another side than the rest ends in exit code 1."""

    def move(rows: list[dict[str, Any]]) -> None:
        kept = sorted((row for row in rows if row["reason"] is None), key=lambda row: row["group"])
        first, _ = next(pair for pair in itertools.pairwise(kept) if pair[0]["group"] == pair[1]["group"])
        first["split"] = "test" if first["split"] != "test" else "train"

    _damage(home, sets.BALANCED, move)
    assert _run(home) == 1
    assert "stand on two sides" in capsys.readouterr().err


def test_a_copy_that_was_missed_is_no_copy_below(made: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A planted copy that stays beside a near one counts as missed."""
    space = open_workspace(home.parent / "catalog.yaml", home)
    named = planted.originals(space, planted.read_truth(made / "copies.csv"))
    examples = sets.kept_examples(space, ("example_id", "group_keys"))
    space.close()
    own = {
        name
        for name, keys in zip(examples["example_id"].to_pylist(), examples["group_keys"].to_pylist(), strict=True)
        if any(key in named for key in keys)
    }

    def free(rows: list[dict[str, Any]]) -> None:
        row = next(row for row in rows if row["reason"] and row["task"] == "topics" and row["example_id"] in own)
        row |= {"reason": None, "keeper": None, "similarity": None}

    _damage(home, sets.UNIQUE, free)
    assert _run(home, "--truth", str(made / "copies.csv"), "--json") == 1
    figures = json.loads(capsys.readouterr().out)
    topics = next(task for task in figures["tasks"] if task["name"] == "topics")
    assert [row["copies"] for row in topics["planted"] if row["fate"] == "missed"] == [1]


def test_what_cannot_be_looked_at_is_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No home, no set and no list each end in exit code 2 with what to do; a home is not made by looking for it."""
    assert duplicates.main(["--home", str(tmp_path / "none"), "--catalog", str(tmp_path / "catalog.yaml")]) == 2
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty").mkdir()
    assert duplicates.main(["--home", str(tmp_path / "empty"), "--catalog", str(tmp_path / "catalog.yaml")]) == 2
    assert "holds no set yet" in capsys.readouterr().err
    (tmp_path / "list.csv").write_text("id,copy_of\na,b\n", encoding="utf-8")
    assert _run(home, "--truth", str(tmp_path / "list.csv")) == 2
    assert "no column key and no original" in capsys.readouterr().err
    (tmp_path / "list.csv").write_text("key,original,source\na,b,nowhere\n", encoding="utf-8")
    assert _run(home, "--truth", str(tmp_path / "list.csv")) == 2


def test_the_page_is_renewed_between_its_marks(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--write`` replaces what stands between the two comments, and nothing else."""
    page = tmp_path / "page.md"
    page.write_text(
        f"a\n<!-- begin {duplicates.PART} -->\nstale figures\n<!-- end {duplicates.PART} -->\nb\n", encoding="utf-8"
    )
    monkeypatch.setattr(duplicates, "PAGE", page)
    assert _run(home, "--write") == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("a\n<!-- begin")
    assert text.endswith("-->\nb\n")
    assert "near pairs left" in text
    assert "stale figures" not in text


def _runs(text: str, *, by_characters: bool) -> set[str]:
    units = text if by_characters else text.split()
    return {("" if by_characters else " ").join(units[at : at + 5]) for at in range(max(len(units) - 4, 1))}


def _alike(left: str, right: str) -> tuple[float, bool]:
    """Similarity of two texts the slow way, and whether they are compared by characters."""
    short = min(len(left.split()), len(right.split())) < 20
    sets_of = [_runs(text, by_characters=short) for text in (left, right)]
    if short and max(len(left.split()), len(right.split())) > 33:
        return 0.0, True
    return len(sets_of[0] & sets_of[1]) / len(sets_of[0] | sets_of[1]), short


def _texts(rng: random.Random, count: int) -> Iterator[str]:
    known = [rng.choices([f"word{number}" for number in range(40)], k=rng.choice([2, 9, 19, 20, 30, 40])) for _ in range(6)]
    for _ in range(count):
        parts = list(rng.choice(known))
        for _ in range(rng.randrange(3)):
            parts[rng.randrange(len(parts))] = f"word{rng.randrange(40)}"
        known.append(parts)
        yield " ".join(parts)


@pytest.mark.parametrize("labelled", [True, False])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_every_near_pair_of_a_class_is_found_once(labelled: bool, seed: int) -> None:
    """Over more texts than one digit tells apart the pairs are those of a slow search: of labels one class, of text pairs both parts."""
    rng = random.Random(seed)
    inputs, targets = list(_texts(rng, 60)), list(_texts(rng, 60))
    labels = [rng.choice("ab") if labelled else None for _ in inputs]
    table = pa.table({"input": inputs, "target": targets, "label": pa.array(labels, pa.string())})
    chosen = np.array([row for row in range(60) if rng.random() < 0.9])
    expected = set()
    for a, b in itertools.combinations(chosen.tolist(), 2):
        parts = [_alike(inputs[a], inputs[b])] + ([] if labelled else [_alike(targets[a], targets[b])])
        if labels[a] == labels[b] and all(
            likeness >= (max(0.7, SHORT_THRESHOLD) if short else 0.7) - 1e-9 for likeness, short in parts
        ):
            expected.add((a, b, round(min(likeness for likeness, _ in parts), 9)))
    found = [
        (*sorted((a, b)), round(value, 9))
        for alike in Compared(table, 0.7, CONTAINED).near_pairs(chosen)
        for a, b, value in zip(alike.left.tolist(), alike.right.tolist(), alike.similarity.tolist(), strict=True)
    ]
    assert len(found) == len(set(found))
    assert set(found) == expected
