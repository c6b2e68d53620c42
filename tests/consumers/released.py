"""One version of a small company in all twelve formats, large enough for every consumer, made by the line itself.

Belongs here: what the company is asked beyond `tests.end_to_end.landing`, and where a file of the version lies.
Does not belong here: what a consumer makes of it.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import yaml

from tests.assets.conftest import Line
from tests.end_to_end.landing import TOPICS, catalog_text, put, words, write_landing
from winnow.exports import exports, layout_of
from winnow.exports import records as records_of

LABELS = "topics"
PAIRS = "corrections"
TEXTS = "sections"
SIDES = ("train", "validation", "test")

TICKETS = 540  # OpenAI's tool asks for a hundred of each class, and three fifths of them are for training
CORRECTIONS = 30

TASKS = (LABELS, TEXTS, "satisfaction", "answers")
"""Of the company's tasks: one of each shape, since every task more is twelve configurations more to load."""

_SOURCE: dict[str, Any] = {
    "name": "corrected",
    "asset": "departmental_exports",
    "kind": "folder",
    "include": ["corrected-*.csv"],
    "licence": "proprietary",
    "table": {"key": ["id"], "columns": ["question", "draft", "edited"]},
}

_TASK: dict[str, Any] = {
    "name": PAIRS,
    "kind": "preference",
    "sources": ["corrected"],
    "input": "question",
    "chosen": "edited",
    "rejected": "draft",
}


def make(folder: Path) -> Line:
    """Publish the company's first version below ``folder``."""
    landing = write_landing(folder / "landing", 2)
    rows = [
        {"id": f"B{number}", "customer_name": "", "customer_email": f"c{number}@example.org", "stars": str(1 + number % 5)}
        | {"text": words(22, "bulk", number), "category": TOPICS[number % len(TOPICS)]}
        for number in range(TICKETS)
    ]
    pairs = [
        {"id": str(number), "question": words(12, "question", number)}
        | {"draft": words(9, "draft", number), "edited": words(14, "edited", number)}
        for number in range(CORRECTIONS)
    ]
    put(landing, "exports/tickets-bulk.csv", _table(rows), 0)
    put(landing, "exports/corrected-0.csv", _table(pairs), 0)
    (folder / "catalog.yaml").write_text(_catalog(landing), encoding="utf-8")
    line = Line(folder)
    line.ingest()
    line.publish()
    line.space.close()
    return line


def _catalog(landing: Path) -> str:
    catalog = yaml.safe_load(catalog_text(str(landing)))
    catalog["dataset"]["formats"] = sorted(exports())
    catalog["sources"].append({**_SOURCE, "url": f"{landing}/exports"})
    catalog["tasks"] = [_TASK, *(task for task in catalog["tasks"] if task["name"] in TASKS)]
    topics = next(task for task in catalog["tasks"] if task["name"] == LABELS)
    topics["balance"], topics["system"] = {"minimum": 2}, "Name what the message is about."
    return str(yaml.safe_dump(catalog, sort_keys=False))


def folder_of(line: Line) -> Path:
    """The folder of the version in force."""
    latest = line.space.releases.latest()
    assert latest is not None
    return line.space.releases.version_path(latest.version)


def file_of(folder: Path, task: str, name: str, side: str = "train") -> Path:
    """The file of one side of a task in a format."""
    return folder / "data" / task / name / f"{side}{rules_of(folder, task, name)['suffix']}"


def rules_of(folder: Path, task: str, name: str) -> dict[str, Any]:
    """What inference.json says of a format."""
    return dict(json.loads((folder / "data" / task / "inference.json").read_bytes())["formats"][name])


def found(folder: Path, task: str, name: str, side: str = "train") -> list[Any]:
    """The records of one file."""
    path = file_of(folder, task, name, side)
    return list(records_of(path.read_bytes(), layout_of(path.name)))


def write(path: Path, rows: list[Any]) -> Path:
    """Write records as the layout of ``path`` asks, which no rule is asked about: what a damaged file is made with."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    text = "[\n" + ",\n".join(lines) + "\n]\n" if path.suffix == ".json" else "".join(line + "\n" for line in lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _table(rows: list[dict[str, str]]) -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()
