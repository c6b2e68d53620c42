"""`bedrock`: one conversation a line, as Amazon Bedrock fine-tunes Nova and others through its Converse form.

::

    {"schemaVersion":"bedrock-conversation-2024","system":[{"text":"…"}],
     "messages":[{"role":"user","content":[{"text":"…"}]},{"role":"assistant","content":[{"text":"…"}]}]}

Published form: https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html. Without a system message
there is no ``system``. A job fails over a prompt that holds one of the reserved words (``User:``, ``Bot:``, ``Assistant:``,
``System:``, ``<image>``, ``<video>``, ``[EOS]``), so they get a space: ``User :``, ``< image>``, ``[ EOS]``.
"""

import re
from collections.abc import Mapping
from typing import Any

from winnow.exports._base import Export, Field, Rules, key_problems
from winnow.exports._marks import Mark
from winnow.exports._messages import answering, asking, framing, message_problems

_SCHEMA = "bedrock-conversation-2024"
_MARKS = (
    Mark("reserved_role", re.compile(r"(User|Bot|Assistant|System)(?=:)"), r"\1 ", "(?:User|Bot|Assistant|System):"),
    Mark("reserved_sign", re.compile(r"<(?=(?:image|video)>)|\[(?=EOS\])"), r"\g<0> ", r"<(?:image|video)>|\[EOS\]"),
)


def _turn(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": message["role"], "content": [{"text": message["content"]}]}


def _written(messages: list[dict[str, Any]]) -> dict[str, Any]:
    system = {"system": [{"text": messages[0]["content"]}]} if messages[0]["role"] == "system" else {}
    turns = [_turn(message) for message in messages if message["role"] != "system"]
    return {"schemaVersion": _SCHEMA, **system, "messages": turns}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return _written(asking(text, rules, _MARKS))


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return _written([*asking(row["input"], rules, _MARKS), answering(row, rules, _MARKS)])


def _problems(record: Any, rules: Rules) -> list[str]:
    is_ours = "template" in rules
    has_system = bool(rules["system"]) if is_ours else isinstance(record, dict) and "system" in record
    keys = ["schemaVersion", *(["system"] if has_system else []), "messages"]
    if broken := key_problems(record, keys):
        return broken
    if not isinstance(record["schemaVersion"], str) or (is_ours and record["schemaVersion"] != _SCHEMA):
        return [f"the schema version is not {_SCHEMA}"]
    if not isinstance(record["messages"], list) or not record["messages"]:
        return ["messages are no list of messages"]
    messages, broken = [], []
    if has_system:
        text, broken = _text(record["system"], "the system message")
        messages.append({"role": "system", "content": text})
    for number, turn in enumerate(record["messages"], start=1):
        where = f"message {number}"
        if broken := broken or key_problems(turn, ["role", "content"], where):
            return broken
        text, broken = _text(turn["content"], where)
        messages.append({"role": turn["role"], "content": text})
    return broken or _reserved(messages) or message_problems(messages, rules)


def _text(parts: Any, where: str) -> tuple[str, list[str]]:
    """The text of a list of content blocks, and what is wrong with it."""
    if not isinstance(parts, list) or not parts:
        return "", [f"{where} has no list of content"]
    if any(not isinstance(part, dict) or list(part) != ["text"] or not isinstance(part["text"], str) for part in parts):
        return "", [f"{where} has content that is not one text"]
    return "".join(part["text"] for part in parts), []


def _reserved(messages: list[dict[str, Any]]) -> list[str]:
    return [
        f"message {number} holds a word that Bedrock reserves"
        for number, message in enumerate(messages, start=1)
        if any(mark.pattern.search(message["content"]) for mark in _MARKS)
    ]


EXPORT = Export(
    "bedrock",
    frozenset({"schemaVersion", "messages"}),
    framing(_MARKS),
    _prompt,
    _record,
    _problems,
    marks=_MARKS,
    framed=True,
    fields=(Field("role", "messages", "role", many=True), Field("text", "messages", "content[0].text", many=True)),
)
