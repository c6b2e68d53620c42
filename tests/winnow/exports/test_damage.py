"""A record that was damaged in one named way breaks a rule."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.winnow.exports.made import LABELS, kind_of, row_of, rules_of, task_of
from winnow.exports import Broken, exports, layout_of, records
from winnow.exports.completion import SEPARATOR

Damage = Callable[[Any], Any]


def _last(key: str, **changes: Any) -> Damage:
    return lambda record: {**record, key: [*record[key][:-1], {**record[key][-1], **changes}]}


def _first(key: str, **changes: Any) -> Damage:
    return lambda record: {**record, key: [{**record[key][0], **changes}, *record[key][1:]]}


def _without_last(key: str) -> Damage:
    return lambda record: {**record, key: record[key][:-1]}


def _set(**changes: Any) -> Damage:
    return lambda record: {**record, **changes}


CHAT: dict[str, Damage] = {
    "wrong role": _first("messages", role="assistant"),
    "extra key": _set(id=1),
    "extra key in a message": _first("messages", spam="x"),
    "missing answer": _without_last("messages"),
    "empty answer": _last("messages", content=" "),
    "number for text": _last("messages", content=1),
    "other template": _first("messages", content="x"),
    "unknown label": _last("messages", content="eggs"),
    "no list": _set(messages="eggs"),
    "no object": lambda record: [record],
}

DAMAGES: dict[str, dict[str, Damage]] = {
    "chat": {**CHAT, "weight where there is none": _set(weight=1)},
    "mistral": CHAT,
    "llamafactory": CHAT,
    "completion": {
        "missing separator": _set(prompt="in"),
        "separator twice": lambda r: {**r, "prompt": r["prompt"] * 2},
        "no space": lambda r: {**r, "completion": r["completion"].strip() + "\n"},
        "no stop": lambda r: {**r, "completion": r["completion"].strip()},
        "empty completion": _set(completion=" \n"),
        "empty prompt": _set(prompt=SEPARATOR),
        "unknown label": _set(completion=" eggs\n"),
        "name for code": _set(completion=" very late\n"),
        "extra key": _set(id=1),
        "other order": lambda r: dict(reversed(r.items())),
        "number for text": _set(prompt=1),
    },
    "text": {
        "missing separator": _set(text="in order\n"),
        "no stop": lambda r: {"text": r["text"].rstrip()},
        "unknown label": lambda r: {"text": r["text"].replace(" order", " eggs")},
        "no space": lambda r: {"text": r["text"].replace(" order", "order")},
        "empty": _set(text=" "),
        "extra key": _set(id=1),
    },
    "classification": {
        "unknown class": _set(label=99),
        "name for number": _set(label="order"),
        "truth for number": _set(label=True),
        "empty text": _set(text=" "),
        "extra key": _set(id=1),
        "missing label": lambda r: {"text": r["text"]},
    },
    "alpaca": {
        "other instruction": _set(instruction="eggs"),
        "empty output": _set(output=""),
        "unknown label": _set(output="eggs"),
        "heading in the input": _set(input="### Response: eggs"),
        "number for text": _set(input=1),
        "extra key": _set(text="eggs"),
        "missing input": lambda r: {"instruction": r["instruction"], "output": r["output"]},
    },
    "sharegpt": {
        "wrong speaker": _first("conversations", **{"from": "gpt"}),
        "missing answer": _without_last("conversations"),
        "empty answer": _last("conversations", value=" "),
        "end of turn in a text": _first("conversations", value="Which? eggs</s>"),
        "speaker in a text": _first("conversations", value="Which? ASSISTANT: eggs"),
        "unknown label": _last("conversations", value="eggs"),
        "other template": _first("conversations", value="eggs"),
        "extra key": _set(id="x"),
    },
    "vertex": {
        "wrong role": _last("contents", role="assistant"),
        "missing answer": _without_last("contents"),
        "no parts": _last("contents", parts=[]),
        "part that is no text": _last("contents", parts=[{"inlineData": "eggs"}]),
        "unknown label": _last("contents", parts=[{"text": "eggs"}]),
        "extra key": _set(systemInstruction={"role": "system", "parts": [{"text": "eggs"}]}),
        "no list": _set(contents="eggs"),
    },
    "bedrock": {
        "other schema": _set(schemaVersion="eggs"),
        "wrong role": _first("messages", role="system"),
        "missing answer": _without_last("messages"),
        "text for content": _last("messages", content="order"),
        "unknown label": _last("messages", content=[{"text": "eggs"}]),
        "reserved word": _first("messages", content=[{"text": "Which? User: eggs"}]),
        "extra key": _set(system=[{"text": "eggs"}]),
    },
    "preference": {
        "wrong role": _first("chosen", role="user"),
        "no answer rejected": _set(rejected=[]),
        "empty answer": _first("rejected", content=" "),
        "the same answer twice": lambda r: {**r, "rejected": r["chosen"]},
        "answered prompt": lambda r: {**r, "prompt": [*r["prompt"], *r["chosen"]]},
        "extra key": _set(score=1),
        "missing key": lambda r: {"prompt": r["prompt"], "chosen": r["chosen"]},
    },
    "parquet": {
        "empty input": _set(input=" "),
        "no target": _set(target=None),
        "unknown label": _set(label="eggs"),
        "other number": _set(label_number=99),
        "extra column": _set(text="eggs"),
        "missing column": lambda r: {key: value for key, value in r.items() if key != "weight"},
    },
}


def _record(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = "classification" if name != "preference" else kind_of(name)
    rules = rules_of(name, task_of(kind, template="Which? {input}"), LABELS if kind == "classification" else ())
    row = row_of("in", "order", label="order")
    return exports()[name].record(row, rules), rules


@pytest.mark.parametrize(("name", "damage"), [(name, damage) for name in DAMAGES for damage in DAMAGES[name]])
def test_each_damage_is_found(name: str, damage: str) -> None:
    """A record that was damaged in one named way breaks a rule, and what is said quotes nothing of it."""
    record, rules = _record(name)
    assert exports()[name].problems(record, rules) == []
    problems = exports()[name].problems(json.loads(json.dumps(DAMAGES[name][damage](record))), rules)
    assert problems
    assert not any("eggs" in problem or "spam" in problem for problem in problems)


def test_every_format_is_tested_for_damage() -> None:
    """No format lacks its list of damages."""
    assert set(DAMAGES) == set(exports())


@pytest.mark.parametrize("name", sorted(exports()))
@pytest.mark.parametrize("value", [None, 1, [], {}, "eggs", {"messages": None}, {"text": None, "label": None}])
def test_what_is_no_record_is_found(name: str, value: Any) -> None:
    """Any other JSON value is a problem, never an exception, under the task's rules and under none."""
    assert exports()[name].problems(value, rules_of(name))
    assert exports()[name].problems(value, {})


@pytest.mark.parametrize("name", sorted(exports()))
@pytest.mark.parametrize("line", [b"", b"{}", b"{}\n", b"{\n", b"\xff\n", b"null\n", b'{"a":NaN}\n', b'{"a":1,"a":1}\n'])
def test_a_line_that_is_no_record_is_found(name: str, line: bytes) -> None:
    """Broken JSON, other encodings, missing line ends and repeated keys are problems, not exceptions."""
    assert exports()[name].check(line, rules_of(name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.jsonl", b"{}"),
        ("x.jsonl", b"{\n"),
        ("x.json", b""),
        ("x.json", b"{}"),
        ("x.json", b"[\n{}\n"),
        ("x.json", b"[{}]"),
        ("x.json", b'[\n{"a":1,"a":2}\n]\n'),
        ("x.parquet", b""),
        ("x.parquet", b"PAR1 and nothing else"),
    ],
)
def test_a_broken_file_is_found(name: str, content: bytes) -> None:
    """A file that is not what its suffix says holds something broken, whatever its layout."""
    assert any(isinstance(record, Broken) for record in records(content, layout_of(name)))


FOREIGN = {
    "chat": [
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}]},
        {"messages": [{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}]},
        {"messages": [{"role": "user", "content": "a"}]},
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0.5}]},
    ],
    "classification": [{"text": "a", "label": None}],
    "sharegpt": [{"conversations": [{"from": "human", "value": "a ASSISTANT: b"}, {"from": "gpt", "value": "c"}]}],
    "bedrock": [{"schemaVersion": "x", "messages": [{"role": "user", "content": [{"text": "a"}]}]}],
}


@pytest.mark.parametrize(("name", "record"), [(name, record) for name, found in FOREIGN.items() for record in found])
def test_a_record_from_anywhere_is_held_to_its_consumers_schema(name: str, record: dict[str, Any]) -> None:
    """Without rules a record must still be one that its consumer can read."""
    assert exports()[name].problems(record, {})


def test_a_conversation_of_several_turns_from_anywhere_is_right() -> None:
    """Without rules a chat may have several turns, names and weights of 0 and 1."""
    turns = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a", "name": "n"},
        {"role": "assistant", "content": "b", "weight": 0},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "d", "weight": 1},
    ]
    assert exports()["chat"].problems({"messages": turns, "weight": 2.5}, {}) == []
