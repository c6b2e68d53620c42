r"""`completion`: one prompt and its completion a line, as GPT's legacy fine-tuning and TRL's prompt-completion read it.

::

    {"prompt":"<input>\n\n###\n\n","completion":" <target> END"}

The separator ends every prompt and stands nowhere else in it; the completion begins with one space and ends with a stop
sequence that stands nowhere else in it: ``\n`` for labels, `` END`` for texts (``###`` collides with Markdown). No instruction
stands in the prompt; the separator takes its place. A label is one token: its name where that is one, else its code from the codebook.

Where a text holds the separator or the stop itself, the separator's ``###`` becomes ``# # #`` and `` END`` becomes `` End``; in place of
a label's line break stands a space.
"""

import re
from collections.abc import Mapping
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import LABEL_KINDS, Export, Field, Rules, answer_of, key_problems, text_problems
from winnow.exports._marks import CONTROL_TOKENS, Mark, neutral
from winnow.tasks import Format, Task

SEPARATOR = "\n\n###\n\n"  # what the legacy guide recommends; it is never split over two tokens with its neighbours
STOP_TEXT = " END"
STOP_LABEL = "\n"

MARKS = (
    CONTROL_TOKENS,
    # Also at the text's end, where the separator that follows would complete another one.
    Mark("separator", re.compile(r"\n\n###(?=\n\n|\Z)"), "\n\n# # #", "\n\n###", ("input",)),
    # Also at the target's beginning, which a space precedes.
    Mark("stop", re.compile(r"(?:\A|(?<= ))END"), "End", "END", ("target",)),
)


def frame(task: Task, book: Codebook, _options: Format) -> dict[str, Any]:
    """Separator and stop sequence of ``task``."""
    is_label = bool(book.entries) or task.kind in LABEL_KINDS
    return {"separator": SEPARATOR, "stop": STOP_LABEL if is_label else STOP_TEXT}


def asked(text: str, rules: Rules) -> str:
    """The prompt of a new input."""
    return neutral(text, MARKS, "input") + str(rules["separator"])


def answered(row: Mapping[str, Any], rules: Rules) -> str:
    """The completion of an example."""
    answer = answer_of(row, rules, MARKS)
    if rules["stop"] == STOP_LABEL:
        answer = " ".join(answer.split())
    return f" {answer}{rules['stop']}"


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"prompt": asked(text, rules)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return {"prompt": asked(row["input"], rules), "completion": answered(row, rules)}


def _rendered(record: Mapping[str, Any], _rules: Rules) -> str:
    return f"{record['prompt']}{record.get('completion', '')}"


def _problems(record: Any, rules: Rules) -> list[str]:
    broken = key_problems(record, ["prompt", "completion"])
    broken = broken or text_problems(record["prompt"], "the prompt") + text_problems(record["completion"], "the completion")
    return broken or pair_problems(record["prompt"], record["completion"], rules)


def pair_problems(prompt: str, completion: str, rules: Rules) -> list[str]:
    """What is wrong with a prompt and its completion by ``rules`` of separator, stop and answers."""
    broken = []
    separator, stop = rules.get("separator"), rules.get("stop")
    if separator is not None:
        if prompt.find(separator) != len(prompt) - len(separator):
            broken.append("the prompt does not end in the separator, or holds it twice")
        elif not prompt.removesuffix(separator).strip():
            broken.append("the prompt is empty before the separator")
    if stop is not None:
        if not completion.startswith(" "):
            broken.append("the completion does not begin with a space")
        if completion.find(stop) != len(completion) - len(stop):
            broken.append("the completion does not end in the stop sequence, or holds it twice")
        answer = completion.removesuffix(stop).removeprefix(" ")
        if not answer.strip():
            broken.append("the completion is empty before the stop sequence")
        elif (answers := rules.get("answers")) and answer not in {" ".join(text.split()) for text in answers.values()}:
            broken.append("the completion is none of the task's labels")
    return broken


EXPORT = Export(
    "completion",
    frozenset({"prompt", "completion"}),
    frame,
    _prompt,
    _record,
    _problems,
    rendered=_rendered,
    marks=MARKS,
    coded=True,
    framed=True,
    fields=(Field("prompt", "prompt"), Field("completion", "completion")),
)
