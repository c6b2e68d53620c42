"""LLaMA-Factory's and FastChat's own loaders, run on a version's files."""

from pathlib import Path

import pytest

from tests.consumers import damages, released
from tests.consumers.asking import asked

pytestmark = pytest.mark.usefixtures("train_python")


def test_llamafactory_reads_its_folder(train_python: str, loaders: Path, version: Path, tmp_path: Path) -> None:
    """By dataset_info.json it finds each side, aligns every row and skips none; system, question and answer are where they belong."""
    folder = version / "data" / released.LABELS / "llamafactory"
    names = [f"{released.LABELS}_{side}" for side in released.SIDES]
    reports = asked(train_python, "with_llamafactory.py", loaders, folder, tmp_path / "cache", *names, cache=tmp_path)
    wanted = [len(released.found(version, released.LABELS, "llamafactory", side)) for side in released.SIDES]
    assert [(report["rows"], report["skipped"]) for report in reports] == [(rows, 0) for rows in wanted]
    system, user, answer = released.found(version, released.LABELS, "llamafactory")[0]["messages"]
    assert reports[0]["first"] == {"_prompt": [user], "_response": [answer], "_system": system["content"]}


def test_llamafactory_reads_pairs_as_a_ranking(train_python: str, loaders: Path, version: Path, tmp_path: Path) -> None:
    """Pairs of answers are two responses to one prompt, the chosen one first."""
    folder = version / "data" / released.PAIRS / "llamafactory"
    (report,) = asked(
        train_python, "with_llamafactory.py", loaders, folder, tmp_path / "cache", f"{released.PAIRS}_train", cache=tmp_path
    )
    row = released.found(version, released.PAIRS, "llamafactory")[0]
    assert report["ranking"]
    assert report["skipped"] == 0
    assert report["first"]["_response"] == [row["chosen"], row["rejected"]]


@pytest.mark.parametrize("damage", ["wrong role", "answer first", "missing answer"])
def test_llamafactory_does_not_take_damaged_rows(
    damage: str, train_python: str, loaders: Path, version: Path, tmp_path: Path
) -> None:
    """A damaged row is one that the loader skips as abnormal."""
    folder = tmp_path / "damaged"
    rows = released.found(version, released.LABELS, "llamafactory")
    rows[4] = damages.CHAT[damage](rows[4])
    released.write(folder / "train.json", rows)
    described = version / "data" / released.LABELS / "llamafactory" / "dataset_info.json"
    (folder / "dataset_info.json").write_bytes(described.read_bytes())
    arguments = (loaders, folder, tmp_path / "cache", f"{released.LABELS}_train")
    (report,) = asked(train_python, "with_llamafactory.py", *arguments, cache=tmp_path)
    assert (report["rows"], report["skipped"]) == (len(rows), 1)


def corpus(version: Path, folder: Path) -> Path:
    """Texts to train a tokenizer on."""
    path = folder / "corpus.txt"
    path.write_text("\n".join(row["text"] for row in released.found(version, released.LABELS, "text")), encoding="utf-8")
    return path


def test_fastchat_learns_every_answer(train_python: str, loaders: Path, version: Path, tmp_path: Path) -> None:
    """Its `train.py` masks no row whole, and what it teaches of the first is the answer and the end, not the question."""
    asked_of = [(released.LABELS, "train"), (released.LABELS, "test"), (released.PAIRS, "train"), (released.TEXTS, "train")]
    paths = [released.file_of(version, task, "sharegpt", side) for task, side in asked_of]
    reports = asked(train_python, "with_fastchat.py", loaders, corpus(version, tmp_path), *paths, cache=tmp_path)
    for report, (task, side) in zip(reports, asked_of, strict=True):
        rows = released.found(version, task, "sharegpt", side)
        assert (report["error"], report["rows"], report["masked"]) == (None, len(rows), 0)
        assert report["taught"] == rows[0]["conversations"][1]["value"] + "</s>"


def test_fastchat_does_not_learn_damaged_rows(train_python: str, loaders: Path, version: Path, tmp_path: Path) -> None:
    """A wrong speaker or a missing value stops it; a row with `</s>` or ` ASSISTANT: ` in a text is masked whole, in silence."""
    kinds = ("wrong speaker", "answer first", "missing value", "end of turn in a text", "speaker in a text")
    paths = []
    for damage in kinds:
        rows = released.found(version, released.LABELS, "sharegpt")
        rows[4] = damages.SHAREGPT[damage](rows[4])
        paths.append(released.write(tmp_path / damage / "train.json", rows))
    reports = asked(train_python, "with_fastchat.py", loaders, corpus(version, tmp_path), *paths, cache=tmp_path)
    found = {damage: report["error"] or report["masked"] for damage, report in zip(kinds, reports, strict=True)}
    assert found == {
        "wrong speaker": "KeyError",
        "answer first": "AssertionError",
        "missing value": "KeyError",
        "end of turn in a text": 1,
        "speaker in a text": 1,
    }
