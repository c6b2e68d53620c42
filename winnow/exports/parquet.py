"""`parquet`: input, target and everything that the index knows of an example, typed, for whoever reads tables.

Columns are those of `SCHEMA`. Texts are the example's own, in no consumer's frame and with nothing in them changed; ``label_number``
and ``label_code`` are the codebook's, ``rejected`` is the answer that was given up for the target. There is nothing to ask a model with
in it, so a prompt is the input alone. The folder is a dataset of its own: ``datasets.load_dataset("<version>/data/<task>/parquet")``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import yaml

from winnow.codebook import Codebook
from winnow.exports._base import Export, Field, Rules, key_problems, text_problems
from winnow.schemas import CONTENT, COUNT, EXAMPLE_SPAN
from winnow.tasks import Format, Task

SCHEMA = pa.schema(
    [
        ("example_id", pa.string()),
        ("task", pa.string()),
        ("kind", pa.string()),
        ("split", pa.string()),
        ("input", pa.string()),
        ("target", pa.string()),
        ("rejected", pa.string()),  # null but for pairs of answers
        ("label", pa.string()),  # null for text targets
        ("label_number", pa.int32()),
        ("label_code", pa.string()),
        ("intensity", pa.float32()),
        ("weight", pa.float32()),
        ("group", pa.string()),
        ("input_tokens", pa.int32()),
        ("target_tokens", pa.int32()),
        ("source", pa.string()),
        ("language", pa.string()),
        ("licence", pa.string()),
        ("origin", pa.string()),
        ("contents", pa.list_(CONTENT)),
        ("spans", pa.list_(EXAMPLE_SPAN)),
        ("pii", pa.list_(COUNT)),  # placeholders by entity
    ]
)
"""The columns; all but the texts say where an example comes from and how it counts."""


def _inference(_task: Task, book: Codebook, _options: Format) -> dict[str, Any]:
    return {"numbers": book.numbers, "codes": book.codes, "answers": {}}


def _prompt(text: str, _rules: Rules) -> dict[str, Any]:
    return {"input": text}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    label = row.get("label")
    known = {
        "label_number": rules["numbers"].get(label),
        "label_code": rules["codes"].get(label),
        "weight": 1.0 if row.get("weight") is None else row["weight"],
    }
    return {name: known[name] if name in known else row.get(name) for name in SCHEMA.names}


def _problems(record: Any, rules: Rules) -> list[str]:
    if broken := key_problems(record, SCHEMA.names):
        return broken
    broken = text_problems(record["input"], "the input") + text_problems(record["target"], "the target")
    label = record["label"]
    if rules.get("labels") and label not in rules["labels"]:
        broken.append("the label is none of the task's labels")
    elif label is not None and "numbers" in rules and record["label_number"] != rules["numbers"].get(label):
        broken.append("the label's number is not the codebook's")
    return broken


def _companions(task: str, sides: Sequence[str], rules: Rules) -> dict[str, bytes]:
    """A card of its own: `datasets` reads all configurations of a card in one layout, and the version's other files are JSON."""
    if not sides:
        return {}
    files = [{"split": side, "path": f"{side}{rules['suffix']}"} for side in sides]
    head = yaml.safe_dump({"configs": [{"config_name": f"{task}-parquet", "data_files": files}]}, sort_keys=False)
    return {"README.md": f"---\n{head}---\n".encode()}


EXPORT = Export(
    "parquet",
    frozenset({"input", "target"}),
    _inference,
    _prompt,
    _record,
    _problems,
    layout="parquet",
    schema=SCHEMA,
    companions=_companions,
    fields=(
        Field("example_id", "example_id"),
        Field("input", "input"),
        Field("target", "target"),
        Field("label", "label"),
        Field("weight", "weight", kind="sc:Float"),
        Field("licence", "licence"),
    ),
)
