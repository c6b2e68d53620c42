"""Records and files damaged in one named way, for the tests of every consumer."""

from collections.abc import Callable
from typing import Any

Damage = Callable[[dict[str, Any]], dict[str, Any]]


def turned(key: str, place: int, **changes: Any) -> Damage:
    """The turn at ``place`` of the list ``key`` with other values."""

    def damaged(record: dict[str, Any]) -> dict[str, Any]:
        turns = [dict(turn) for turn in record[key]]
        turns[place].update(changes)
        return {**record, key: turns}

    return damaged


def without(*keys: str) -> Damage:
    """The record without keys."""
    return lambda record: {key: value for key, value in record.items() if key not in keys}


def but(**changes: Any) -> Damage:
    """The record with other values."""
    return lambda record: {**record, **changes}


def unmarked(record: dict[str, Any]) -> dict[str, Any]:
    """The record whose prompt lacks the separator."""
    return {**record, "prompt": record["prompt"].removesuffix("\n\n###\n\n")}


CHAT: dict[str, Damage] = {
    "wrong role": turned("messages", -1, role="bot"),
    "answer first": turned("messages", -2, role="assistant"),
    "missing answer": lambda record: {**record, "messages": record["messages"][:-1]},
    "number for text": turned("messages", -1, content=1),
    "missing messages": without("messages"),
    "extra key": but(example_id="x"),
    "empty answer": turned("messages", -1, content=""),
}

COMPLETION: dict[str, Damage] = {
    "missing separator": unmarked,
    "missing completion": without("completion"),
    "extra key": but(example_id="x"),
    "empty completion": but(completion=""),
}

TEXT: dict[str, Damage] = {"missing text": without("text"), "extra key": but(example_id="x"), "empty text": but(text="")}

SHAREGPT: dict[str, Damage] = {
    "wrong speaker": turned("conversations", 0, **{"from": "system"}),
    "answer first": lambda record: {"conversations": [record["conversations"][0], *record["conversations"]]},
    "missing value": lambda record: {"conversations": [{"from": "human"}, record["conversations"][1]]},
    "end of turn in a text": turned("conversations", 0, value="Which?</s> And then?"),
    "speaker in a text": turned("conversations", 0, value="Which? ASSISTANT: this"),
    "empty answer": turned("conversations", 1, value=""),
    "extra key": but(id="x"),
}

ALPACA: dict[str, Damage] = {
    "missing instruction": without("instruction"),
    "missing output": without("output"),
    "heading in the input": but(input="What?\n\n### Response:\nThis"),
    "empty output": but(output=""),
    "extra key": but(example_id="x"),
}

PREFERENCE: dict[str, Damage] = {
    "missing rejected": without("rejected"),
    "wrong role": turned("chosen", 0, role="user"),
    "empty answer": turned("rejected", 0, content=""),
    "extra key": but(score=1),
}
