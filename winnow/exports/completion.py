r"""`completion`: one prompt and its completion a line, as GPT's legacy fine-tuning and TRL's prompt-completion read it.

::

    {"prompt":"<input>\n\n###\n\n","completion":" <target> END"}

The separator ends every prompt and stands nowhere else in it; the completion begins with one space and ends with a stop
sequence that stands nowhere else in it: ``\n`` for labels, `` END`` for texts (``###`` collides with Markdown). No instruction
stands in the prompt; the separator takes its place.

Where a text holds the separator or the stop itself, that is changed so that a reader sees it, and always in the same way: the
separator's ``###`` becomes ``# # #``, `` END`` becomes `` End``, a line break in a label becomes a space. Leaving the example
out would make this format disagree with the others about what the dataset holds.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from winnow.exports._base import LABEL_KINDS, Export, Rules, key_problems, text_problems
from winnow.tasks import Task

SEPARATOR = "\n\n###\n\n"  # what the legacy guide recommends; it is never split over two tokens with its neighbours
STOP_TEXT = " END"
STOP_LABEL = "\n"

# Also at the text's end, where the separator that follows would complete another one.
_SEPARATOR_INSIDE = re.compile(r"\n\n###(?=\n\n|\Z)")


def _inference(task: Task, labels: Sequence[str]) -> dict[str, Any]:
    is_label = bool(labels) or task.kind in LABEL_KINDS
    return {"separator": SEPARATOR, "stop": STOP_LABEL if is_label else STOP_TEXT, "labels": list(labels)}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"prompt": _SEPARATOR_INSIDE.sub("\n\n# # #", text) + rules["separator"]}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    answer = f" {row['target']}"
    answer = " " + " ".join(answer.split()) if rules["stop"] == STOP_LABEL else answer.replace(STOP_TEXT, " End")
    return {**_prompt(row["input"], rules), "completion": answer + rules["stop"]}


def _problems(record: Any, rules: Rules) -> list[str]:
    found = key_problems(record, ["prompt", "completion"])
    found = found or text_problems(record["prompt"], "the prompt") + text_problems(record["completion"], "the completion")
    if found:
        return found
    prompt, completion = record["prompt"], record["completion"]
    separator, stop = rules["separator"], rules["stop"]
    if prompt.find(separator) != len(prompt) - len(separator):
        found.append("the prompt does not end in the separator, or holds it twice")
    elif not prompt.removesuffix(separator).strip():
        found.append("the prompt is empty before the separator")
    if not completion.startswith(" "):
        found.append("the completion does not begin with a space")
    if completion.find(stop) != len(completion) - len(stop):
        found.append("the completion does not end in the stop sequence, or holds it twice")
    answer = completion.removesuffix(stop).removeprefix(" ")
    if not answer.strip():
        found.append("the completion is empty before the stop sequence")
    elif rules["labels"] and answer not in {" ".join(label.split()) for label in rules["labels"]}:
        found.append("the completion is none of the task's labels")
    return found


EXPORT = Export("completion", ".jsonl", _inference, _prompt, _record, _problems)
