import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from winnow.card import configurations, data_card
from winnow.croissant import croissant
from winnow.exports import exports
from winnow.manifest import describe, inference_document
from winnow.placeholders import Mode
from winnow.tasks import Task

TASK = Task(name="tickets", kind="classification", sources=("support",))

LOAD = """
import json, sys
import datasets
found = {}
for name in datasets.get_dataset_config_names(sys.argv[1]):
    loaded = datasets.load_dataset(sys.argv[1], name)
    found[name] = {side: [part.num_rows, sorted(part.column_names)] for side, part in loaded.items()}
print(json.dumps(found))
"""


def _files(make_example: Callable[..., dict[str, Any]]) -> dict[str, bytes]:
    contents = {}
    for side, count in (("train", 4), ("validation", 0), ("test", 2)):
        rows = [make_example(number=f"{side}{n}", input=f"ticket {n}", label="a") for n in range(count)]
        contents[f"index/{side}.jsonl"] = b"{}\n" * count
        for name, export in exports().items():
            contents[f"data/tickets/{name}/{side}.jsonl"] = b"".join(export.lines(rows, TASK, ["a"]))
    return contents


def _card(contents: dict[str, bytes]) -> str:
    return data_card(
        "demo",
        [describe(path, content) for path, content in contents.items()],
        tasks={"tickets": inference_document(TASK, list(exports()), ["a"])},
        languages=["en", None],
        licences=["internal", "internal"],
        sides=[{"task": "tickets", "label": "a", "train": 4}],
        reasons=[{"task": "tickets", "reason": "exact_duplicate", "examples": 1, "advice": "nothing | to do"}],
        pii={"PERSON": 3},
    )


@pytest.mark.parametrize(
    ("replacement", "said"), [("placeholder", "<PERSON_1>"), ("surrogate", "made-up"), ("removal", "taken out")]
)
def test_the_card_says_what_replaces_personal_data(replacement: Mode, said: str) -> None:
    """The card's section on personal data states the version's mode."""
    card = data_card("demo", [], tasks={}, languages=[], licences=[], sides=[], reasons=[], pii={}, replacement=replacement)
    assert said in card.partition("## Personal data")[2].partition("## Intended use")[0]


def test_datasets_loads_every_configuration(make_example: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """The `datasets` package reads each configuration of the card offline, with the rows and columns that were written."""
    pytest.importorskip("datasets")
    contents = _files(make_example)
    for path, content in {**contents, "README.md": _card(contents).encode()}.items():
        (tmp_path / "version" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "version" / path).write_bytes(content)
    surroundings = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"), "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "version")], env=surroundings, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {
        "tickets-chat": {"train": [4, ["messages"]], "test": [2, ["messages"]]},
        "tickets-completion": {"train": [4, ["completion", "prompt"]], "test": [2, ["completion", "prompt"]]},
    }


def test_the_front_matter_says_licence_language_and_size(make_example: Callable[..., dict[str, Any]]) -> None:
    """The card's YAML parses and states what a hub shows."""
    _, head, body = _card(_files(make_example)).split("---\n", 2)
    facts = yaml.safe_load(head)
    assert (facts["license"], facts["language"], facts["size_categories"]) == ("internal", ["en"], ["n<1K"])
    assert facts["task_categories"] == ["text-classification"]
    assert "nothing \\| to do" in body


def test_sides_without_lines_are_left_out(make_example: Callable[..., dict[str, Any]]) -> None:
    """An empty side is in no configuration."""
    files = [describe(path, content) for path, content in _files(make_example).items()]
    assert {part["split"] for c in configurations(files) for part in c["data_files"]} == {"train", "test"}


def test_croissant_names_every_file_and_every_field_has_one(make_example: Callable[..., dict[str, Any]]) -> None:
    """Each file under data and index is a file object with its hash, and each field's source is one of them."""
    files = [describe(path, content) for path, content in _files(make_example).items()]
    document = croissant("demo", "0123", files, ["internal"])
    objects = {entry["@id"]: entry["sha256"] for entry in document["distribution"]}
    assert objects == {file.path: file.sha256 for file in files}
    fields = [field for record_set in document["recordSet"] for field in record_set["field"]]
    assert len(fields) == 8
    assert {field["source"]["fileObject"]["@id"] for field in fields} <= set(objects)
    assert len({field["@id"] for field in fields}) == len(fields)
