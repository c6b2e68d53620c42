from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from resources.arrays import FolderOfArrays
from winnow.dedup import deduplicate
from winnow.recall import deduplicate_tonight
from winnow.schemas import EXAMPLES


def test_what_is_committed_is_there_again(tmp_path: Path) -> None:
    """Arrays that were put and grown are found by the next who opens the folder, as they were."""
    store = FolderOfArrays(tmp_path / "kept", "1")
    store.put("a", np.arange(6, dtype=np.uint32).reshape(2, 3))
    store.grow("b", np.arange(3))
    store.grow("b", np.arange(2))
    store.commit()
    again = FolderOfArrays(tmp_path / "kept", "1")
    assert np.array_equal(again.grow("a", np.ones((1, 3), dtype=np.uint32)), [[0, 1, 2], [3, 4, 5], [1, 1, 1]])
    again.commit()
    third = FolderOfArrays(tmp_path / "kept", "1")
    assert third.get("a").shape == (3, 3)  # type: ignore[union-attr]
    assert third.get("b").tolist() == [0, 1, 2, 0, 1]  # type: ignore[union-attr]
    assert third.get("c") is None


def test_an_interrupted_run_leaves_what_was_committed(tmp_path: Path) -> None:
    """Rows that were added without a commit are not read, and the next rows take their place."""
    store = FolderOfArrays(tmp_path, "1")
    store.put("a", np.arange(3))
    store.commit()
    lost = FolderOfArrays(tmp_path, "1")
    lost.grow("a", np.array([7, 7, 7]))
    lost.put("b", np.arange(9))
    again = FolderOfArrays(tmp_path, "1")
    assert again.get("b") is None
    assert again.get("a").tolist() == [0, 1, 2]  # type: ignore[union-attr]
    assert again.grow("a", np.array([5])).tolist() == [0, 1, 2, 5]


def test_another_version_and_damage_begin_anew(tmp_path: Path) -> None:
    """Arrays that another version made, or whose files are not whole, are not known."""
    store = FolderOfArrays(tmp_path, "1")
    store.put("a", np.arange(100))
    store.commit()
    assert FolderOfArrays(tmp_path, "2").get("a") is None
    (path,) = (path for path in tmp_path.iterdir() if path.suffix != ".json")
    path.write_bytes(b"short")
    assert FolderOfArrays(tmp_path, "1").get("a") is None


def _rows(numbers: range) -> pa.Table:
    texts = [" ".join(f"w{(number * 7) % 31 + place}" for place in range(40)) for number in numbers]
    rows = [_example(number=number, input=text, label="a") for number, text in zip(numbers, texts, strict=True)]
    return pa.Table.from_pylist(rows, schema=EXAMPLES)


def test_nights_on_disk_decide_as_a_rebuild_does(tmp_path: Path) -> None:
    """A memory on disk that is opened each night gives each night what a search from nothing gives."""
    for numbers in (range(30), range(10, 60), range(10, 60), range(5, 40)):
        store = FolderOfArrays(tmp_path, "1")
        examples = _rows(numbers)
        assert deduplicate_tonight(examples, {}, {}, store).equals(deduplicate(examples, {}))
        store.commit()


def _example(**given: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(EXAMPLES.names),
        "example_id": f"{given['number']:032}",
        "task": "t",
        "input": given["input"],
        "target": "a",
        "label": "a",
        "source": "s",
        "group_keys": [],
    }
