"""`chat`: one conversation a line, as OpenAI, TRL, Together, Fireworks, Mistral, MLX, axolotl and LLaMA-Factory read it.

::

    {"messages":[{"role":"system","content":"…"},{"role":"user","content":"…"},{"role":"assistant","content":"…"}]}

The user message is the task's template with ``{input}`` replaced, once, by the example's input: every other brace, in the
template or in the text, stands for itself. Without a system message in the task there is none in the line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from winnow.exports._base import Export, Rules, key_problems, text_problems
from winnow.tasks import Task

_SLOT = "{input}"


def _inference(task: Task, labels: Sequence[str]) -> dict[str, Any]:
    return {"system": task.system, "template": task.template, "labels": list(labels)}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    system = [{"role": "system", "content": rules["system"]}] if rules["system"] else []
    return {"messages": [*system, {"role": "user", "content": rules["template"].replace(_SLOT, text, 1)}]}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    prompt = _prompt(row["input"], rules)
    return {"messages": [*prompt["messages"], {"role": "assistant", "content": row["target"]}]}


def _problems(record: Any, rules: Rules) -> list[str]:
    if found := key_problems(record, ["messages"]):
        return found
    messages = record["messages"]
    roles = ["system", "user", "assistant"] if rules["system"] else ["user", "assistant"]
    if not isinstance(messages, list) or len(messages) != len(roles):
        return [f"messages are no list of {len(roles)}"]
    for number, (message, role) in enumerate(zip(messages, roles, strict=True), start=1):
        where = f"message {number}"
        if not_keys := key_problems(message, ["role", "content"], where):
            found += not_keys
            continue
        if message["role"] != role:
            found.append(f"{where} has another role than {role}")
        found += text_problems(message["content"], f"the content of {where}")
    return found or _rule_problems(messages, rules)


def _rule_problems(messages: Sequence[Mapping[str, str]], rules: Rules) -> list[str]:
    found = []
    if rules["system"] and messages[0]["content"] != rules["system"]:
        found.append("message 1 is not the task's system message")
    before, _, after = rules["template"].partition(_SLOT)
    user = messages[-2]["content"]
    if not (user.startswith(before) and user.endswith(after) and len(user) >= len(before) + len(after)):
        found.append(f"message {len(messages) - 1} does not follow the task's template")
    if rules["labels"] and messages[-1]["content"] not in rules["labels"]:
        found.append(f"message {len(messages)} is none of the task's labels")
    return found


EXPORT = Export("chat", ".jsonl", _inference, _prompt, _record, _problems)
