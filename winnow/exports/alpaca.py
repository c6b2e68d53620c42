"""`alpaca`: instruction, input and output, as Stanford's Alpaca and Alpaca-LoRA read them: one JSON array, or lines.

::

    {"instruction":"…","input":"…","output":"…"}

The instruction is the task's system message; without one it is what its template says around the input; without that, the plainest
words for its kind. What `winnow prompt` shows is the text that Stanford's trainer makes of a record
(https://github.com/tatsu-lab/stanford_alpaca, ``PROMPT_DICT``); Alpaca-LoRA's own template is the same with a line break at its end.
The headings of that text stand in no record: ``### Response:`` becomes ``# # # Response:``.
"""

import re
from collections.abc import Mapping
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import Export, Field, Rules, answer_of, key_problems, label_problems, text_problems
from winnow.exports._marks import CONTROL_TOKENS, Mark, neutral
from winnow.exports._messages import SLOT
from winnow.tasks import Format, Task

_MARKS = (
    CONTROL_TOKENS,
    Mark("heading", re.compile(r"###(?= (?:Instruction|Input|Response):)"), "# # #", "### (?:Instruction|Input|Response):"),
)

_BEFORE = (
    "Below is an instruction that describes a task, paired with an input that provides further context. "
    "Write a response that appropriately completes the request.\n\n### Instruction:\n"
)
_BETWEEN = "\n\n### Input:\n"
_BEHIND = "\n\n### Response:"

_PLAINEST = {
    "classification": "Say which class the text belongs to.",
    "sentiment": "Say whether the text is positive, negative or neutral.",
    "summarization": "Summarise the text.",
    "question_answering": "Answer the question.",
    "generation": "Write the text that is described.",
    "spans": "List the labelled parts of the text as JSON.",
}
"""Instructions for tasks that give none."""


def _inference(task: Task, _book: Codebook, _options: Format) -> dict[str, Any]:
    before, _, after = task.template.partition(SLOT)
    around = "\n".join(part.strip() for part in (before, after) if part.strip())
    instruction = task.system or around or _PLAINEST.get(task.kind, "Write the answer to the input.")
    template = (before, after) if task.system else ("", "")
    return {
        "instruction": neutral(instruction, _MARKS, "input"),
        "template": SLOT.join(neutral(part, _MARKS, "input") for part in template),
        "render": f"{_BEFORE}{{instruction}}{_BETWEEN}{{input}}{_BEHIND}",
    }


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    before, _, after = rules["template"].partition(SLOT)
    return {"instruction": rules["instruction"], "input": f"{before}{neutral(text, _MARKS, 'input')}{after}"}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return {**_prompt(row["input"], rules), "output": answer_of(row, rules, _MARKS)}


def _rendered(record: Mapping[str, Any], _rules: Rules) -> str:
    return f"{_BEFORE}{record['instruction']}{_BETWEEN}{record['input']}{_BEHIND}{record.get('output', '')}"


def _problems(record: Any, rules: Rules) -> list[str]:
    is_ours = "instruction" in rules
    keys = (
        ["instruction", "input", "output"]
        if is_ours or (isinstance(record, dict) and "input" in record)
        else ["instruction", "output"]
    )
    if broken := key_problems(record, keys, optional=() if is_ours else ("system", "history")):
        return broken
    broken = text_problems(record["instruction"], "the instruction") + text_problems(record["output"], "the output")
    if not is_ours:
        return broken + ([] if isinstance(record.get("input", ""), str) else ["the input is no text"])
    broken += text_problems(record["input"], "the input")
    if not broken and record["instruction"] != rules["instruction"]:
        broken.append("the instruction is not the task's")
    if not broken and any(mark.pattern.search(text) for mark in _MARKS for text in record.values()):
        broken.append("the record holds a heading of Alpaca's own, or a control token")
    return broken or label_problems(record["output"], rules, "the output")


EXPORT = Export(
    "alpaca",
    frozenset({"instruction", "output"}),
    _inference,
    _prompt,
    _record,
    _problems,
    rendered=_rendered,
    layout="array",
    marks=_MARKS,
    framed=True,
    fields=(Field("instruction", "instruction"), Field("input", "input"), Field("output", "output")),
)
