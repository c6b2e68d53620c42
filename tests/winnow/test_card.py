import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.croissant import reader
from winnow.card import configurations, data_card
from winnow.codebook import Codebook, extended
from winnow.croissant import croissant
from winnow.exports import exports
from winnow.manifest import describe, inference_document
from winnow.placeholders import Mode
from winnow.tasks import Format, Task

TASK = Task(name="tickets", kind="classification", sources=("support",))

LOAD = """
import json, sys
import datasets
found, classes = {}, None
for folder in sys.argv[1:]:
    for name in datasets.get_dataset_config_names(folder):
        loaded = datasets.load_dataset(folder, name)
        found[name] = {side: [part.num_rows, sorted(part.column_names)] for side, part in loaded.items()}
        if name == "tickets-classification":
            classes = loaded["train"].features["label"].names
print(json.dumps([found, classes]))
"""


FORMATS = [name for name, export in exports().items() if export.applies_to(TASK)]
BOOK = extended(Codebook(), ["a", "b"], "salt of the tests", "tickets")
DOCUMENT = inference_document(TASK, [Format(name=name) for name in FORMATS], BOOK, ["a"])


def _files(make_example: Callable[..., dict[str, Any]]) -> dict[str, bytes]:
    contents = {}
    for side, count in (("train", 4), ("validation", 0), ("test", 2)):
        rows = [make_example(number=f"{side}{n}", input=f"ticket {n}", label="a") for n in range(count)]
        contents[f"index/{side}.jsonl"] = b"{}\n" * count
        for name, rules in DOCUMENT["formats"].items():
            contents[f"data/tickets/{name}/{side}{rules['suffix']}"] = b"".join(exports()[name].lines(rows, rules))
    for name, rules in DOCUMENT["formats"].items():
        if companions := exports()[name].companions:
            for file, content in companions("tickets", ["train", "test"], rules).items():
                contents[f"data/tickets/{name}/{file}"] = content
    return contents


def _card(contents: dict[str, bytes]) -> str:
    return data_card(
        "demo",
        [describe(path, content) for path, content in contents.items()],
        tasks={"tickets": DOCUMENT},
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
    """The `datasets` package reads each configuration offline, lines, arrays and Parquet, with the rows, columns and class names."""
    pytest.importorskip("datasets")
    contents = _files(make_example)
    version = tmp_path / "version"
    for path, content in {**contents, "README.md": _card(contents).encode()}.items():
        (version / path).parent.mkdir(parents=True, exist_ok=True)
        (version / path).write_bytes(content)
    surroundings = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"), "HF_DATASETS_OFFLINE": "1"}
    folders = [str(version), str(version / "data" / "tickets" / "parquet")]
    done = subprocess.run([sys.executable, "-c", LOAD, *folders], env=surroundings, capture_output=True, text=True, check=True)
    found, classes = json.loads(done.stdout)
    row = make_example(input="ticket", label="a")
    columns = {name: sorted(exports()[name].record(row, DOCUMENT["formats"][name])) for name in FORMATS}
    assert found == {f"tickets-{name}": {"train": [4, columns[name]], "test": [2, columns[name]]} for name in FORMATS}
    assert classes == ["a", "b"]


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
    assert len(fields) == 2 * sum(len(exports()[name].fields) for name in FORMATS)
    assert {field["source"]["fileObject"]["@id"] for field in fields} <= set(objects)
    assert len({field["@id"] for field in fields}) == len(fields)


def test_croissant_says_what_was_done_to_personal_data(make_example: Callable[..., dict[str, Any]]) -> None:
    """The RAI fields name the mode and the mentions by entity, and the document says that it follows both specifications."""
    files = [describe(path, content) for path, content in _files(make_example).items()]
    document = croissant("demo", "0123", files, [], pii={"PERSON": 3}, replacement="surrogate", origins=["human", "model"])
    assert document["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    (said,) = document["rai:personalSensitiveInformation"]
    assert "made-up" in said
    assert "PERSON: 3" in said
    assert any("model" in limit for limit in document["rai:dataLimitations"])


def test_mlcroissant_validates_and_reads_every_record(make_example: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """The reference implementation finds no error, and reads each side of each format with as many records as were written."""
    mlcroissant = reader()
    contents = _files(make_example)
    document = croissant("demo", "0123", [describe(path, content) for path, content in contents.items()], ["internal"])
    for path, content in {**contents, "croissant.json": json.dumps(document).encode()}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    dataset = mlcroissant.Dataset(jsonld=tmp_path / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    for record_set in document["recordSet"]:
        found = list(dataset.records(record_set["@id"]))
        assert len(found) == (4 if record_set["@id"].endswith("train") else 2)
        assert set(found[0]) == {field["@id"] for field in record_set["field"]}
        assert all(value is not None for record in found for value in record.values())
