"""What the formats of messages share: an optional system message, the user's, and the assistant's answer.

Belongs here: making those messages of an example, and checking them. Does not belong here: the keys under which a consumer wants them
(each format's own file).

The user message is the task's template with ``{input}`` replaced, once, by the example's input: every other brace, in the template or in
the text, stands for itself. Without a system message in the task there is none in the record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from winnow.codebook import Codebook
from winnow.exports._base import Rules, answer_of, key_problems, label_problems, text_problems
from winnow.exports._marks import Mark, neutral
from winnow.tasks import Format, Task

SLOT = "{input}"

Message: TypeAlias = dict[str, Any]

KEYS = ("role", "content")
"""Of a message, in the order in which it is written."""

FOREIGN_KEYS = ("name", "weight", "tool_calls", "tool_call_id", "refusal", "function_call", "audio", "annotations")
"""What else OpenAI's schema allows in a message; winnow writes none of it."""

_BEFORE = {"user": {"", "assistant", "tool"}, "assistant": {"user", "tool"}, "tool": {"assistant", "tool"}}


def framing(marks: Iterable[Mark]) -> Callable[[Task, Codebook, Format], dict[str, Any]]:
    """The rules of a format of messages: the task's own words, with none of ``marks`` in them either."""
    marks = tuple(marks)

    def inference(task: Task, _book: Codebook, _options: Format) -> dict[str, Any]:
        before, slot, after = task.template.partition(SLOT)
        return {
            "system": neutral(task.system, marks, "input") if task.system else None,
            "template": neutral(before, marks, "input") + slot + neutral(after, marks, "input"),
        }

    return inference


def user_text(text: str, rules: Rules, marks: Iterable[Mark]) -> str:
    """The user's message of a new input."""
    before, _, after = rules["template"].partition(SLOT)
    return f"{before}{neutral(text, marks, 'input')}{after}"


def asking(text: str, rules: Rules, marks: Iterable[Mark]) -> list[Message]:
    """The messages that ask for an answer to ``text``."""
    system = [{"role": "system", "content": rules["system"]}] if rules["system"] else []
    return [*system, {"role": "user", "content": user_text(text, rules, marks)}]


def answering(row: Mapping[str, Any], rules: Rules, marks: Iterable[Mark]) -> Message:
    """The assistant's message of an example."""
    return {"role": "assistant", "content": answer_of(row, rules, marks)}


def message_problems(messages: Any, rules: Rules, *, answered: bool = True) -> list[str]:
    """What is wrong with ``messages`` of role and content; ``answered`` if the last must be the assistant's."""
    if not isinstance(messages, list) or not messages:
        return ["messages are no list of messages"]
    if "template" not in rules:
        return _schema_problems(messages, answered=answered)
    roles = [*(["system"] if rules["system"] else []), "user", *(["assistant"] if answered else [])]
    if len(messages) != len(roles):
        return [f"messages are no list of {len(roles)}"]
    broken = []
    for number, (message, role) in enumerate(zip(messages, roles, strict=True), start=1):
        where = f"message {number}"
        if not_keys := key_problems(message, KEYS, where):
            broken += not_keys
            continue
        if message["role"] != role:
            broken.append(f"{where} has another role than {role}")
        broken += text_problems(message["content"], f"the content of {where}")
    return broken or _rule_problems(messages, rules, answered=answered)


def _rule_problems(messages: Sequence[Mapping[str, str]], rules: Rules, *, answered: bool) -> list[str]:
    broken = []
    if rules["system"] and messages[0]["content"] != rules["system"]:
        broken.append("message 1 is not the task's system message")
    number = len(messages) - answered
    before, _, after = rules["template"].partition(SLOT)
    user = messages[number - 1]["content"]
    if not (user.startswith(before) and user.endswith(after) and len(user) >= len(before) + len(after)):
        broken.append(f"message {number} does not follow the task's template")
    if answered:
        broken += label_problems(messages[-1]["content"], rules, f"message {len(messages)}")
    return broken


def _schema_problems(messages: Sequence[Any], *, answered: bool) -> list[str]:
    """The same for a record from anywhere, by what the consumers of chats agree on: OpenAI, Together, Fireworks, TRL, Mistral."""
    broken: list[str] = []
    before = ""
    for number, message in enumerate(messages, start=1):
        where = f"message {number}"
        if not isinstance(message, dict):
            return [f"{where} is no object"]
        role = message.get("role")
        if role not in {"system", "developer", "user", "assistant", "tool"}:
            broken.append(f"{where} has none of the roles system, user, assistant")
        if set(message) - {*KEYS, *FOREIGN_KEYS}:
            broken.append(f"{where} has keys that no consumer reads")
        if message.get("weight", 1) not in (0, 1) or ("weight" in message and role != "assistant"):
            broken.append(f"{where} has a weight that is not 0 or 1, or is not the assistant's")
        if not (role == "assistant" and message.get("tool_calls")):
            broken += text_problems(message.get("content"), f"the content of {where}")
        if role in {"system", "developer"}:
            broken += [f"{where} is a system message behind others"] if number > 1 else []
        else:
            broken += [f"{where} does not take turns"] if role in _BEFORE and before not in _BEFORE[role] else []
            before = str(role)
    if answered and before != "assistant":
        broken.append("the last message is not the assistant's")
    elif answered and all(message.get("weight", 1) == 0 for message in messages if message.get("role") == "assistant"):
        broken.append("every message of the assistant has weight 0, so that nothing is learnt")
    return broken
