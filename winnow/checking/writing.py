"""An example as the record of a consumer's format: its own, or another one.

Belongs here: keys and their order. Does not belong here: separators, stops and what else stands in the texts (`affixes`).
"""

from typing import Any

from winnow.checking.dialogues import ASSISTANT, SYSTEM, USER, Turn
from winnow.checking.shapes import SCHEMA_VERSION, SHAREGPT_ROLES, Example

_PLAIN = {
    "completion": ("prompt", "completion"),
    "classification": ("text",),
    "alpaca": ("instruction", "input", "output"),
    "text": ("text",),
    "parquet": ("input", "target"),
    "preference": ("prompt", "chosen"),
}
"""Formats of plain fields: the fields that hold the turns."""


def write(example: Example) -> dict[str, Any]:
    """The record of ``example`` in its own format, with the consumer's keys in their usual order."""
    if example.shape not in _PLAIN:
        return _dialogue(example)
    record = {name: _said(turn) for name, turn in zip(_PLAIN[example.shape], example.turns, strict=True)}
    if example.label is not None:
        record["label"] = example.label
    if example.rejected is not None:
        record["rejected"] = _said(example.rejected)
    return {**record, **example.more}


def _said(turn: Turn) -> Any:
    return turn.text if turn.raw is None else turn.raw


def _dialogue(example: Example) -> dict[str, Any]:
    system = [part for turn in example.turns if turn.role == SYSTEM for part in _as_parts(turn)]
    turns = [turn for turn in example.turns if turn.role != SYSTEM]
    if example.shape == "vertex":
        contents = [{"role": "model" if turn.role == ASSISTANT else "user", "parts": _as_parts(turn)} for turn in turns]
        return {**({"systemInstruction": {"role": "system", "parts": system}} if system else {}), "contents": contents}
    if example.shape == "bedrock":
        messages = [{"role": turn.role, "content": _as_parts(turn)} for turn in turns]
        return {"schemaVersion": SCHEMA_VERSION, **({"system": system} if system else {}), "messages": messages}
    if example.shape == "sharegpt":
        names = {role: name for name, role in SHAREGPT_ROLES.items()}
        said = [{"from": names[turn.role], "value": _said(turn), **turn.more} for turn in example.turns]
        return {"conversations": said, **example.more}
    return {"messages": [_as_message(turn) for turn in example.turns], **example.more}


def _as_parts(turn: Turn) -> list[Any]:
    return [{"text": turn.text}] if turn.raw is None else turn.raw


def _as_message(turn: Turn) -> dict[str, Any]:
    calls = turn.more.keys() & {"tool_calls", "function_call"}
    content = None if calls and not turn.text and turn.raw is None else _said(turn)
    return {"role": turn.own or turn.role, "content": content, **turn.more}


def convert(example: Example, shape: str) -> Example | None:
    """``example`` in the format ``shape``; None if that has no place for what it says.

    A pair without a system message becomes one without it; a system message goes before the question where a format has no
    other place for it, but for `completion` and `classification`, which take no instructions.
    """
    if example.shape == shape:
        return example
    if example.shape == "preference" or shape in {"preference", "parquet"}:
        return None
    plain = _plain_turns(example)
    if plain is None or example.more.keys() & {"tools", "functions"}:
        return None
    return _dialogue_of(shape, *plain) if shape in _DIALOGUES else _pair(shape, *plain)


_DIALOGUES = frozenset({"chat", "sharegpt", "vertex", "bedrock"})


def _dialogue_of(shape: str, system: str, asked: list[str], answers: list[str]) -> Example | None:
    if not asked[0].strip():
        return None
    turns = [Turn(SYSTEM, system)] if system else []
    for question, answer in zip(asked, answers, strict=True):
        turns += [Turn(USER, question), Turn(ASSISTANT, answer)]
    return Example(shape, tuple(turns))


def _pair(shape: str, system: str, asked: list[str], answers: list[str]) -> Example | None:
    question, answer = asked[0], answers[0]
    if len(answers) > 1 or (not question.strip() and shape not in {"text", "completion"}):
        return None
    if shape == "completion":
        return Example(shape, (Turn(USER, question), Turn(ASSISTANT, answer)))
    if shape == "classification":
        return Example(shape, (Turn(USER, question),), label=answer)
    if shape == "alpaca":
        first, second = (system, question) if system else (question, "")
        return Example(shape, (Turn("instruction", first), Turn("input", second), Turn(ASSISTANT, answer)))
    said = "\n\n".join(text for text in (system, question, answer) if text.strip())
    return Example(shape, (Turn(ASSISTANT, said),))


def _plain_turns(example: Example) -> tuple[str, list[str], list[str]] | None:
    """System message, questions and answers; None where there is more than texts that alternate."""
    turns = example.turns
    if not all(turn.is_bare for turn in turns):
        return None
    if example.label is not None:
        return "", [turns[0].text], [str(example.label)]
    if example.shape == "text":
        return "", [""], [turns[0].text]
    if example.shape == "alpaca":
        asked = "\n\n".join(turn.text for turn in turns[:2] if turn.text.strip())
        return "", [asked], [turns[2].text]
    system = turns[0].text if turns[0].role == SYSTEM else ""
    rest = turns[1:] if turns[0].role == SYSTEM else turns
    if [turn.role for turn in rest] != [USER, ASSISTANT] * (len(rest) // 2):
        return None
    return system, [turn.text for turn in rest[::2]], [turn.text for turn in rest[1::2]]
