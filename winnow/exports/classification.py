"""`classification`: a text and the number of its class a line, as BERT and ALBERT are fine-tuned.

::

    {"text":"…","label":3}

The numbers are the codebook's, which no later version changes; their names are in the card, so that `datasets.load_dataset` gives a
``ClassLabel``, and in inference.json. A text has at most 512 word pieces with ``[CLS]`` and ``[SEP]``, BERT's length: what is longer is
cut behind the last piece that fits, at use as in training, or left out. ALBERT's vocabulary is not shipped; its pieces are counted by
BERT's. Neither model's special tokens stand in a text: ``[SEP]`` becomes ``[ SEP]``.
"""

import re
from collections.abc import Mapping
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import LABEL_KINDS, Export, Field, Limit, Rules, fitting, key_problems, text_problems
from winnow.exports._marks import Mark, neutral
from winnow.tasks import Format, Task

_MARKS = (
    Mark(
        "special_token",
        re.compile(r"\[(?=(?:CLS|SEP|MASK|PAD|UNK)\])|<(?=(?:unk|pad)>)"),
        r"\g<0> ",
        r"\[(?:CLS|SEP|MASK|PAD|UNK)\]|<(?:unk|pad)>",
        ("input",),
    ),  # BERT's, and the two that ALBERT has beside them
)


def _inference(_task: Task, book: Codebook, _options: Format) -> dict[str, Any]:
    return {"names": book.names, "numbers": book.numbers, "answers": {}}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"text": fitting(neutral(text, _MARKS, "input"), rules)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return {**_prompt(row["input"], rules), "label": rules["numbers"][row["target"]]}


def _rendered(record: Mapping[str, Any], _rules: Rules) -> str:
    return str(record["text"])


def _problems(record: Any, rules: Rules) -> list[str]:
    broken = key_problems(record, ["text", "label"]) or text_problems(record["text"], "the text")
    label = record.get("label") if isinstance(record, dict) else None
    if broken:
        return broken
    if "numbers" not in rules:
        return (
            []
            if (type(label) is int and label >= 0) or (isinstance(label, str) and label.strip())
            else ["the label is no class"]
        )
    return [] if type(label) is int and label in rules["numbers"].values() else ["the label is no number of the task's labels"]


EXPORT = Export(
    "classification",
    frozenset({"text", "label"}),
    _inference,
    _prompt,
    _record,
    _problems,
    rendered=_rendered,
    kinds=LABEL_KINDS,
    marks=_MARKS,
    limit=Limit("bert-base-uncased", 512, reserved=2),
    cuts=True,
    fields=(Field("text", "text"), Field("label", "label", kind="sc:Integer")),
)
