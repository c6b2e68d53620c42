"""`vertex`: one conversation a line, as Vertex AI tunes Gemini.

::

    {"systemInstruction":{"role":"system","parts":[{"text":"…"}]},
     "contents":[{"role":"user","parts":[{"text":"…"}]},{"role":"model","parts":[{"text":"…"}]}]}

Published form: https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning-prepare. Without a system message
there is no ``systemInstruction``. The API takes every text as text, so none is changed.
"""

from collections.abc import Mapping
from typing import Any

from winnow.exports._base import Export, Field, Rules, key_problems
from winnow.exports._messages import answering, asking, framing, message_problems

_ROLES = {"system": "system", "user": "user", "assistant": "model"}


def _turn(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": _ROLES[message["role"]], "parts": [{"text": message["content"]}]}


def _written(messages: list[dict[str, Any]]) -> dict[str, Any]:
    system = {"systemInstruction": _turn(messages[0])} if messages[0]["role"] == "system" else {}
    return {**system, "contents": [_turn(message) for message in messages if message["role"] != "system"]}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return _written(asking(text, rules, ()))


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return _written([*asking(row["input"], rules, ()), answering(row, rules, ())])


def _problems(record: Any, rules: Rules) -> list[str]:
    is_ours = "template" in rules
    has_system = bool(rules["system"]) if is_ours else isinstance(record, dict) and "systemInstruction" in record
    keys = [*(["systemInstruction"] if has_system else []), "contents"]
    if broken := key_problems(record, keys, optional=() if is_ours else ("tools",)):
        return broken
    contents = record["contents"]
    if not isinstance(contents, list) or not contents:
        return ["contents are no list of turns"]
    turns = [*([record["systemInstruction"]] if has_system else []), *contents]
    messages = []
    for number, turn in enumerate(turns, start=1):
        where = f"message {number}"
        if broken := _turn_problems(turn, where):
            return broken
        is_system = has_system and number == 1
        role = {"model": "assistant", "user": "user"}.get(turn["role"], "unknown")
        text = "".join(str(part.get("text", "")) for part in turn["parts"])
        messages.append({"role": "system" if is_system and turn["role"] in {"system", "user"} else role, "content": text})
    return message_problems(messages, rules)


def _turn_problems(turn: Any, where: str) -> list[str]:
    if broken := key_problems(turn, ["role", "parts"], where):
        return broken
    parts = turn["parts"]
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        return [f"{where} has no list of parts"]
    if any(list(part) != ["text"] or not isinstance(part["text"], str) for part in parts):
        return [f"{where} has a part that is not one text"]
    return []


EXPORT = Export(
    "vertex",
    frozenset({"contents"}),
    framing(()),
    _prompt,
    _record,
    _problems,
    framed=True,
    fields=(Field("role", "contents", "role", many=True), Field("text", "contents", "parts[0].text", many=True)),
)
