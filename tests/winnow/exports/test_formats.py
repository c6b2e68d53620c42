"""Properties that hold for every consumer format, and those of each."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.exports import exports
from winnow.exports.completion import SEPARATOR, STOP_LABEL, STOP_TEXT
from winnow.tasks import Task

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.lists(st.sampled_from(["\n\n###\n\n", "\n\n###", "###\n\n", " END", "END", "{input}", "{", "}", "\u2028", "a"])).map(
        "".join
    ),
).filter(str.strip)


def _task(kind: str = "generation", **options: Any) -> Task:
    return Task(name="task", kind=kind, sources=("source",), **options)


def _one(name: str, task: Task, text: str, target: str, labels: Sequence[str] = ()) -> bytes:
    (line,) = exports()[name].lines([{"input": text, "target": target}], task, labels)
    return line


@pytest.mark.parametrize("name", sorted(exports()))
@given(text=TEXT, target=TEXT)
@settings(max_examples=60, deadline=None)
def test_every_line_follows_its_own_rules(name: str, text: str, target: str) -> None:
    """Whatever stands in the texts, the line is one line, parses, and breaks none of its format's rules."""
    task = _task(system="Be {brief}.", template="Say: {input} {please}")
    line = _one(name, task, text, target)
    assert exports()[name].check(line, exports()[name].inference(task, ())) == []
    assert line.decode().splitlines() == [line.decode()[:-1]]


@pytest.mark.parametrize("name", sorted(exports()))
@given(text=TEXT)
@settings(max_examples=40, deadline=None)
def test_a_new_input_is_rendered_as_training_did(name: str, text: str) -> None:
    """The prompt of a new input is the record of an example with that input, without its answer."""
    task = _task(system="Be brief.", template="{input}\nAnswer:")
    export = exports()[name]
    rules = json.loads(json.dumps(export.inference(task, ())))
    prompt, record = export.prompt(text, rules), json.loads(_one(name, task, text, "answer"))
    for key, value in prompt.items():
        assert record[key][: len(value)] == value


@pytest.mark.parametrize("name", sorted(exports()))
def test_the_same_rows_give_the_same_bytes(name: str) -> None:
    """Lines come in the rows' order and are the same every time."""
    rows = [{"input": f"input {number}", "target": f"target {number}"} for number in range(5)]
    first, second = (list(exports()[name].lines(rows, _task())) for _ in range(2))
    assert first == second
    assert [f"target {number}".encode() in line for number, line in enumerate(first)] == [True] * 5


def test_a_chat_line_holds_exactly_its_messages() -> None:
    """A chat line is system, user and assistant, with the template around the input and every other brace untouched."""
    line = _one("chat", _task(system="S {x}", template="Q {y}: {input}"), "{input} {0}", "T {z}")
    assert line.decode() == (
        '{"messages":[{"role":"system","content":"S {x}"},{"role":"user","content":"Q {y}: {input} {0}"},'
        '{"role":"assistant","content":"T {z}"}]}\n'
    )


def test_a_chat_line_without_a_system_message_has_two_messages() -> None:
    """A task without a system message has none in its lines."""
    assert [message["role"] for message in json.loads(_one("chat", _task(), "a", "b"))["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("kind", "labels", "stop"),
    [("classification", ["a b"], STOP_LABEL), ("sentiment", [], STOP_LABEL), ("pairs", [], STOP_TEXT)],
)
def test_a_completion_line_has_separator_space_and_stop(kind: str, labels: Sequence[str], stop: str) -> None:
    """The prompt ends in the separator, the completion begins with a space and ends in the stop of its kind."""
    record = json.loads(_one("completion", _task(kind), "in", "a b", labels))
    assert record == {"prompt": "in\n\n###\n\n", "completion": f" a b{stop}"}


def test_the_separator_and_the_stop_inside_a_text_stay_visible() -> None:
    """A separator or stop in the text is changed where a reader sees it, and nothing else is."""
    record = json.loads(_one("completion", _task(), "one\n\n###\n\n###\n\ntwo\n\n### Three", "THE END OF ENDINGS"))
    assert record["prompt"] == f"one\n\n# # #\n\n# # #\n\ntwo\n\n### Three{SEPARATOR}"
    assert record["completion"] == " THE End OF EndINGS END"


DAMAGES = {
    "chat": {
        "wrong role": lambda r: {"messages": [{**r["messages"][0], "role": "assistant"}, r["messages"][1]]},
        "extra key": lambda r: {**r, "weight": 1},
        "extra key in a message": lambda r: {"messages": [{**r["messages"][0], "name": "x"}, r["messages"][1]]},
        "missing answer": lambda r: {"messages": r["messages"][:1]},
        "empty answer": lambda r: {"messages": [r["messages"][0], {"role": "assistant", "content": " "}]},
        "number for text": lambda r: {"messages": [r["messages"][0], {"role": "assistant", "content": 1}]},
        "other template": lambda _: {
            "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "spam"}],
        },
        "unknown label": lambda r: {"messages": [r["messages"][0], {"role": "assistant", "content": "eggs"}]},
        "no object": lambda r: [r],
    },
    "completion": {
        "missing separator": lambda r: {**r, "prompt": "in"},
        "separator twice": lambda r: {**r, "prompt": r["prompt"] * 2},
        "no space": lambda r: {**r, "completion": r["completion"].strip() + "\n"},
        "no stop": lambda r: {**r, "completion": r["completion"].strip()},
        "empty completion": lambda r: {**r, "completion": " \n"},
        "empty prompt": lambda r: {**r, "prompt": SEPARATOR},
        "unknown label": lambda r: {**r, "completion": " eggs\n"},
        "extra key": lambda r: {**r, "id": 1},
        "other order": lambda r: dict(reversed(r.items())),
        "number for text": lambda r: {**r, "prompt": 1},
    },
}


@pytest.mark.parametrize(("name", "damage"), [(name, damage) for name in DAMAGES for damage in DAMAGES[name]])
def test_each_damage_is_found(name: str, damage: str) -> None:
    """A line that was damaged in one named way breaks a rule, and what is said quotes nothing of it."""
    task = _task("classification", template="Which? {input}")
    rules = exports()[name].inference(task, ["spam"])
    record = json.loads(_one(name, task, "in", "spam", ["spam"]))
    damaged = json.dumps(DAMAGES[name][damage](record)).encode() + b"\n"
    problems = exports()[name].check(damaged, rules)
    assert problems
    assert not any("eggs" in problem or "spam" in problem for problem in problems)


@pytest.mark.parametrize("name", sorted(exports()))
@pytest.mark.parametrize("line", [b"", b"{}", b"{}\n", b"{\n", b"\xff\n", b"null\n", b'{"a":NaN}\n', b'{"a":1,"a":1}\n'])
def test_what_is_no_record_is_found(name: str, line: bytes) -> None:
    """Broken JSON, other encodings, missing line ends and repeated keys are problems, not exceptions."""
    assert exports()[name].check(line, exports()[name].inference(_task(), ()))


def test_every_format_is_tested_for_damage() -> None:
    """No format lacks its list of damages."""
    assert set(DAMAGES) == set(exports())
