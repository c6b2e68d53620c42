"""`sharegpt`: alternating turns of a human and a model, as FastChat trains Vicuna: one JSON array.

::

    {"conversations":[{"from":"human","value":"…"},{"from":"gpt","value":"…"}]}

FastChat knows no system turn (it has a system message of its own), so the task's stands in front of the human's words, with an empty
line between. Its loader tells turns apart by ``</s>`` and `` ASSISTANT:`` and masks, without a word that stays, the whole record where
one of them stands in a text: ``</s>`` becomes ``< /s>``, and ``USER:`` and ``ASSISTANT:`` become ``User:`` and ``Assistant:``. What
`winnow prompt` shows is the text of its ``vicuna_v1.1`` template (https://github.com/lm-sys/FastChat, ``conversation.py``).
"""

import re
from collections.abc import Mapping
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import Export, Field, Rules, answer_of, key_problems, label_problems, text_problems
from winnow.exports._marks import CONTROL_TOKENS, Mark
from winnow.exports._messages import SLOT, framing, user_text
from winnow.tasks import Format, Task

_MARKS = (
    CONTROL_TOKENS,
    Mark("user_tag", re.compile("USER(?=:)"), "User", "USER:"),
    Mark("assistant_tag", re.compile("ASSISTANT(?=:)"), "Assistant", "ASSISTANT:"),
)

_SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
_END = "</s>"
_ROLES = ("human", "gpt")


def _inference(task: Task, book: Codebook, options: Format) -> dict[str, Any]:
    return {**framing(_MARKS)(task, book, options), "stop": _END}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"conversations": [{"from": "human", "value": _system(rules) + user_text(text, rules, _MARKS)}]}


def _system(rules: Rules) -> str:
    return f"{rules['system']}\n\n" if rules["system"] else ""


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    human = _prompt(row["input"], rules)["conversations"]
    return {"conversations": [*human, {"from": "gpt", "value": answer_of(row, rules, _MARKS)}]}


def _rendered(record: Mapping[str, Any], _rules: Rules) -> str:
    human, *answer = record["conversations"]
    said = f" {answer[0]['value']}{_END}" if answer else ""
    return f"{_SYSTEM} USER: {human['value']} ASSISTANT:{said}"


def _problems(record: Any, rules: Rules) -> list[str]:
    is_ours = "template" in rules
    if broken := key_problems(record, ["conversations"], optional=() if is_ours else ("id", "system", "model", "tools")):
        return broken
    turns = record["conversations"]
    if not isinstance(turns, list) or len(turns) < 2 or (is_ours and len(turns) != 2):
        return ["conversations are no list of two turns" if is_ours else "conversations are no list of two turns or more"]
    first = 1 if not is_ours and isinstance(turns[0], dict) and turns[0].get("from") == "system" else 0
    broken = []
    for number, turn in enumerate(turns[first:]):
        where = f"turn {number + 1}"
        if not_keys := key_problems(turn, ["from", "value"], where):
            broken += not_keys
            continue
        if turn["from"] != _ROLES[number % 2]:
            broken.append(f"{where} is not from {_ROLES[number % 2]}")
        broken += text_problems(turn["value"], f"the value of {where}")
        if isinstance(turn["value"], str) and any(mark.pattern.search(turn["value"]) for mark in _MARKS):
            broken.append(f"{where} holds one of FastChat's own signs, so that it masks the record")
    if (len(turns) - first) % 2:
        broken.append("the last turn is not from gpt")
    return broken or (_rule_problems(turns, rules) if is_ours else [])


def _rule_problems(turns: list[dict[str, str]], rules: Rules) -> list[str]:
    before, _, after = rules["template"].partition(SLOT)
    before = _system(rules) + before
    human = turns[0]["value"]
    follows = human.startswith(before) and human.endswith(after) and len(human) >= len(before) + len(after)
    return ([] if follows else ["turn 1 does not follow the task's template"]) + label_problems(
        turns[1]["value"], rules, "turn 2"
    )


EXPORT = Export(
    "sharegpt",
    frozenset({"conversations"}),
    _inference,
    _prompt,
    _record,
    _problems,
    rendered=_rendered,
    layout="array",
    marks=_MARKS,
    framed=True,
    fields=(Field("from", "conversations", "from", many=True), Field("value", "conversations", "value", many=True)),
)
