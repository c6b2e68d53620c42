"""A row of any consumer's format as an example, put right, and everything that was wrong with it.

Belongs here: fields and their types. Does not belong here: who speaks when (`dialogues`), what the texts say (`characters`,
`affixes`).

Reading and writing are inverse: what `winnow.checking.writing.write` makes of an example is read as that example, without a code.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from winnow.checking.dialogues import ASSISTANT, SYSTEM, USER, Refused, Turn, in_order, role_of, text_of
from winnow.checking.shapes import (
    BEDROCK_ROLES,
    CHAT_ROLES,
    OTHER_NAMES,
    SCHEMA_VERSION,
    SHAREGPT_ROLES,
    VERTEX_ROLES,
    Example,
    shape_of,
)
from winnow.checking.writing import convert

Codes: TypeAlias = set[str]

_KEPT = {
    "chat": frozenset({"weight", "tools", "functions", "parallel_tool_calls"}),
    "sharegpt": frozenset({"id", "system", "tools"}),
    "alpaca": frozenset({"system", "history"}),
    "classification": frozenset({"idx", "id"}),
}
_TURN_KEPT = frozenset({"name", "weight", "tool_calls", "tool_call_id", "function_call", "refusal", "prefix"})


def read(record: Any, shape: str | None = None) -> tuple[Example | None, Codes]:
    """The example that ``record`` is, put right, and the codes of all that was wrong with it.

    ``shape``: the format that is expected; another one that the record has is read as well, and reported.
    Without an example the codes hold one whose action is "remove".
    """
    codes: Codes = set()
    if not isinstance(record, dict):
        return None, {"not_an_object"}
    found = shape_of(record)
    if found is None:
        return None, {"missing_field" if shape is not None and _has_some(record, shape) else "unknown_fields"}
    try:
        example = _READERS[found](record, codes)
    except Refused as refused:
        return None, {str(refused.args[0])}
    if shape is not None and found != shape:
        if (converted := convert(example, shape)) is None:
            return None, {"unknown_fields"}
        return converted, {*codes, "mixed_formats"}
    return example, codes


def _has_some(record: Mapping[str, Any], shape: str) -> bool:
    return bool(
        {key.strip().casefold() for key in record} & {"prompt", "completion", "text", "label", "instruction", "chosen", shape}
    )


class _Fields:
    """The fields of one record, by name, however spelt; notes what was spelt otherwise and what nobody asked for."""

    def __init__(self, record: Mapping[str, Any], codes: Codes) -> None:
        self._record, self._codes = record, codes
        self._taken: set[str] = set()
        self._folded: dict[str, str] = {}

    def take(self, name: str, *others: str) -> Any:
        """The value of ``name``; None if there is none."""
        if name in self._record:
            self._taken.add(name)
            return self._record[name]
        if not self._folded:
            self._folded = {key.strip().casefold(): key for key in reversed(tuple(self._record))}
        for spelt in (name.casefold(), *others):
            key = self._folded.get(spelt)
            if key is not None and key not in self._taken:
                self._taken.add(key)
                self._codes.add("renamed_fields")
                return self._record[key]
        return None

    def rest(self, kept: Iterable[str] = ()) -> dict[str, Any]:
        """The ``kept`` fields among those that were not taken; any other is noted."""
        left = {name: value for name, value in self._record.items() if name not in self._taken}
        held = {name: value for name, value in left.items() if name in kept and value is not None}
        if len(held) < len(left):
            self._codes.add("extra_fields")
        return held


def _text(value: Any, codes: Codes, *, blank: bool = False) -> str:
    if value is None:
        raise Refused("missing_field")
    if isinstance(value, bool | int | float):
        codes.add("not_text")
        value = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str):
        raise Refused("wrong_type")
    if not blank and not value.strip():
        raise Refused("empty_field")
    return value


def _completion(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    prompt = fields.take("prompt", *OTHER_NAMES["prompt"])
    answer = fields.take("completion", *OTHER_NAMES["completion"])
    turns = (Turn(USER, _text(prompt, codes, blank=True)), Turn(ASSISTANT, _text(answer, codes)))
    fields.rest()
    return Example("completion", turns)


def _classification(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    text = _text(fields.take("text", *OTHER_NAMES["text"]), codes)
    label = fields.take("label", *OTHER_NAMES["label"])
    if isinstance(label, float) and label.is_integer():  # as pandas writes integers beside a missing one
        codes.add("not_text")
        label = int(label)
    if not isinstance(label, int) or isinstance(label, bool):
        label = _text(label, codes)
    return Example("classification", (Turn(USER, text),), label=label, more=fields.rest(_KEPT["classification"]))


def _alpaca(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    instruction = _text(fields.take("instruction"), codes)
    given = fields.take("input")
    answer = _text(fields.take("output", *OTHER_NAMES["output"]), codes)
    turns = (Turn("instruction", instruction), Turn("input", "" if given is None else _text(given, codes, blank=True)))
    if given is None and "input" not in record:
        codes.add("renamed_fields")  # Alpaca's own loader asks each row for it
    return Example("alpaca", (*turns, Turn(ASSISTANT, answer)), more=fields.rest(_KEPT["alpaca"]))


def _plain(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    text = _text(fields.take("text"), codes)
    fields.rest()
    return Example("text", (Turn(ASSISTANT, text),))


def _own_table(record: Mapping[str, Any], codes: Codes) -> Example:
    """A row of winnow's own table, with all that it says of where the example is from."""
    asked, said = _text(record.get("input"), codes), _text(record.get("target"), codes)
    more = {name: value for name, value in record.items() if name not in {"input", "target"}}
    return Example("parquet", (Turn(USER, asked), Turn(ASSISTANT, said)), more=more)


def _preference(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    asked = fields.take("prompt", "input", "question", "instruction")
    if isinstance(asked, dict):  # OpenAI keeps the messages inside
        asked = asked.get("messages")
        codes.add("renamed_fields")
    chosen = fields.take("chosen", "preferred_output")
    rejected = fields.take("rejected", "non_preferred_output")
    turns = (_side(USER, asked, codes), _side(ASSISTANT, chosen, codes))
    other = _side(ASSISTANT, rejected, codes)
    if turns[1].text.split() == other.text.split():
        raise Refused("same_answers")
    fields.rest()
    return Example("preference", turns, other)


def _side(role: str, value: Any, codes: Codes) -> Turn:
    if isinstance(value, list):
        if not value or not all(isinstance(message, dict) and isinstance(message.get("role"), str) for message in value):
            raise Refused("wrong_type")
        text = text_of(value)
        if text is None:
            raise Refused("wrong_type")
        if not text.strip():
            raise Refused("empty_field")
        return Turn(role, text, raw=value)
    return Turn(role, _text(value, codes))


def _chat(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    turns = [
        _message(message, codes, "role", "content", CHAT_ROLES) for message in _list(fields.take("messages", "conversations"))
    ]
    return Example("chat", in_order(turns, codes), more=fields.rest(_KEPT["chat"]))


def _sharegpt(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    values = _list(fields.take("conversations", "conversation"))
    turns = [_message(message, codes, "from", "value", SHAREGPT_ROLES) for message in values]
    return Example("sharegpt", in_order(turns, codes), more=fields.rest(_KEPT["sharegpt"]))


def _message(message: Any, codes: Codes, role_key: str, text_key: str, right: Mapping[str, str]) -> Turn:
    if not isinstance(message, dict):
        raise Refused("wrong_type")
    fields = _Fields(message, codes)
    named = fields.take(role_key, "role", "from", "speaker")
    role, exact = role_of(named, right)
    if not exact:
        codes.add("role_names")
    value = fields.take(text_key, "content", "value", "text")
    more = fields.rest(_TURN_KEPT)
    if value is None and (more.keys() & {"tool_calls", "function_call"}):
        return Turn(role, "", more=more)
    own = named if exact and named == "developer" else ""
    if isinstance(value, list):
        text = text_of(value)
        if text is None:
            raise Refused("wrong_type")
        if not text.strip() and not any(isinstance(part, dict) and part.get("type") != "text" for part in value):
            raise Refused("empty_field")
        return Turn(role, text, own, value, more)
    return Turn(role, _text(value, codes, blank=True), own, None, more)


def _list(value: Any) -> list[Any]:
    if value is None:
        raise Refused("missing_field")
    if not isinstance(value, list):
        raise Refused("wrong_type")
    if not value:
        raise Refused("empty_field")
    return value


def _of_parts(role: str, value: Any, codes: Codes) -> Turn:
    """What a list of parts says, as the clouds write it."""
    if isinstance(value, str):
        codes.add("renamed_fields")
        return Turn(role, value)
    parts = _list(value)
    if not all(isinstance(part, dict) and set(part) == {"text"} and isinstance(part["text"], str) for part in parts):
        raise Refused("wrong_type")
    if len(parts) == 1:
        return Turn(role, parts[0]["text"])
    turn = Turn(role, "\n".join(part["text"] for part in parts), raw=parts)
    if not turn.text.strip():
        raise Refused("empty_field")
    return turn


def _in_parts(messages: Any, parts: str, roles: Mapping[str, str], codes: Codes) -> list[Turn]:
    """The turns of ``messages``, each with a role of ``roles`` and its text in the field ``parts``."""
    turns = []
    for message in _list(messages):
        if not isinstance(message, dict):
            raise Refused("wrong_type")
        fields = _Fields(message, codes)
        role, exact = role_of(fields.take("role"), roles)
        if not exact:
            codes.add("role_names")
        turns.append(_of_parts(role, fields.take(parts), codes))
        fields.rest()
    return turns


def _vertex(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    system = fields.take("systemInstruction", "system_instruction")
    turns = []
    if system is not None:
        if not isinstance(system, dict):
            raise Refused("wrong_type")
        turns.append(_of_parts(SYSTEM, system.get("parts"), codes))
    turns += _in_parts(fields.take("contents"), "parts", VERTEX_ROLES, codes)
    fields.rest()
    return Example("vertex", in_order(turns, codes))


def _bedrock(record: Mapping[str, Any], codes: Codes) -> Example:
    fields = _Fields(record, codes)
    if fields.take("schemaVersion") != SCHEMA_VERSION:
        raise Refused("wrong_type")
    system = fields.take("system")
    turns = [] if system is None else [_of_parts(SYSTEM, system, codes)]
    turns += _in_parts(fields.take("messages"), "content", BEDROCK_ROLES, codes)
    fields.rest()
    return Example("bedrock", in_order(turns, codes))


_READERS: dict[str, Callable[[Mapping[str, Any], Codes], Example]] = {
    "chat": _chat,
    "completion": _completion,
    "classification": _classification,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "text": _plain,
    "preference": _preference,
    "vertex": _vertex,
    "bedrock": _bedrock,
    "parquet": _own_table,
}
