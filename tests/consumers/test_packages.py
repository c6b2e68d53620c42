"""The packages that read a dataset by its description: `datasets` by the card, `mlcroissant` by croissant.json; and a version's hashes."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from assets.trace import verify
from tests.assets.conftest import Line
from tests.consumers import released
from tests.consumers.asking import asked
from tests.croissant import reader
from winnow.exports import exports


def expected(version: Path) -> dict[str, dict[str, list[Any]]]:
    """Rows and keys of each side that has any, by configuration, from the files themselves."""
    wanted: dict[str, dict[str, list[Any]]] = {}
    for task in sorted((version / "data").iterdir()):
        for name in sorted(path.name for path in task.iterdir() if path.is_dir()):
            sides = {side: released.found(version, task.name, name, side) for side in released.SIDES}
            wanted[f"{task.name}-{name}"] = {side: [len(rows), sorted(rows[0])] for side, rows in sides.items() if rows}
    return wanted


def folders(version: Path) -> list[Path]:
    """The version, and its Parquet folders, which have cards of their own."""
    return [version, *sorted((version / "data").glob("*/parquet"))]


def test_datasets_loads_every_configuration(version: Path, tmp_path: Path) -> None:
    """`datasets.load_dataset` gives every row and key of every side of every format of every task, and the names of classes."""
    loaded = asked(sys.executable, "with_datasets.py", *folders(version), cache=tmp_path)
    wanted = expected(version)
    assert loaded["sides"] == wanted
    assert {name.rpartition("-")[2] for name in wanted} == set(exports())
    assert loaded["classes"]["topics-classification"] == ["delivery", "invoice", "repair"]


def test_datasets_does_not_load_what_is_damaged(version: Path, tmp_path: Path) -> None:
    """Without a file, with a key too many in one line, or with a line cut short, the package raises; of the whole version it does not."""
    only = f"{released.LABELS}-classification"
    copies = {damage: shutil.copytree(version, tmp_path / damage) for damage in ("gone", "key", "cut")}
    paths = {damage: released.file_of(copy, released.LABELS, "classification") for damage, copy in copies.items()}
    rows = released.found(version, released.LABELS, "classification")
    paths["gone"].unlink()
    released.write(paths["key"], [{**rows[0], "example_id": "x"}, *rows[1:]])
    paths["cut"].write_bytes(paths["cut"].read_bytes()[:-20])
    loaded = asked(sys.executable, "with_datasets.py", "--only", only, *copies.values(), cache=tmp_path / "cache")
    assert sorted(loaded["errors"]) == sorted(str(copy) for copy in copies.values())
    sound = asked(sys.executable, "with_datasets.py", "--only", only, version, cache=tmp_path / "cache")
    assert not sound["errors"]


@pytest.fixture(scope="module")
def described(version: Path) -> Any:
    """The version as the reference implementation of Croissant sees it."""
    return reader().Dataset(jsonld=version / "croissant.json")


def test_mlcroissant_validates_and_reads_every_side(version: Path, described: Any) -> None:
    """It finds no error, has a record set for each side of each format, and reads as many records of each as there are."""
    assert not described.metadata.ctx.issues.errors
    document = json.loads((version / "croissant.json").read_bytes())
    wanted = {f"{name}-{side}": rows for name, sides in expected(version).items() for side, (rows, _) in sides.items()}
    assert {record_set["@id"] for record_set in document["recordSet"]} == set(wanted)
    for name in (name for name in wanted if name.startswith((released.LABELS, released.PAIRS))):
        assert sum(1 for _ in described.records(name)) == wanted[name], name


@pytest.mark.parametrize("damage", ["a source that is no file", "a file is gone", "a key is gone"])
def test_mlcroissant_does_not_read_what_is_damaged(damage: str, version: Path, tmp_path: Path) -> None:
    """With the description or a file damaged it does not validate, or does not read."""
    mlcroissant = reader()
    copy = shutil.copytree(version, tmp_path / "version")
    document = json.loads((copy / "croissant.json").read_bytes())
    path = released.file_of(copy, released.LABELS, "classification")
    wanted = f"{released.LABELS}-classification-train"
    if damage == "a source that is no file":
        next(found for found in document["recordSet"] if found["@id"] == wanted)["field"][0]["source"]["fileObject"]["@id"] = (
            "x"
        )
    elif damage == "a file is gone":
        path.unlink()
    else:
        released.write(path, [{"text": row["text"]} for row in released.found(copy, released.LABELS, "classification")])
    (copy / "croissant.json").write_text(json.dumps(document))
    with pytest.raises(Exception, match=r".") as raised:
        list(mlcroissant.Dataset(jsonld=copy / "croissant.json").records(wanted))
    assert not isinstance(raised.value, AssertionError)


def test_a_tampered_file_does_not_verify(line: Line, tmp_path: Path) -> None:
    """One letter changed in one file of one format is found by its hash, and nothing else is."""
    shutil.copytree(line.folder, tmp_path / "line")
    text = (line.folder / "catalog.yaml").read_text(encoding="utf-8")
    (tmp_path / "line" / "catalog.yaml").write_text(text.replace(str(line.folder), str(tmp_path / "line")), encoding="utf-8")
    copy = Line(tmp_path / "line")
    latest = copy.space.releases.latest()
    assert latest is not None
    assert verify(copy.space, latest.version) == []
    path = released.file_of(released.folder_of(copy), released.PAIRS, "preference")
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content.replace(b"e", b"a", 1))
    problems = verify(copy.space, latest.version)
    copy.space.close()
    assert problems
    assert all(f"{released.PAIRS}/preference/train" in problem for problem in problems)
