"""Rows of every format: what is right passes as it is, each named damage is told, and what is put right is right."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.checking.words import WORDS
from tests.winnow.exports.made import LABELS, file_of, kind_of, row_of, rules_of, task_of
from winnow.checking.codes import CODES
from winnow.checking.reading import read
from winnow.checking.shapes import SHAPES
from winnow.checking.writing import convert, write
from winnow.exports import exports

CHAT = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
GOOD: dict[str, dict[str, Any]] = {
    "chat": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "x"}}],
            },
            {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f"}}]},
            {"role": "tool", "content": "42", "tool_call_id": "1"},
            {"role": "assistant", "content": "A cat.", "weight": 1},
        ],
        "tools": [{"type": "function"}],
    },
    "completion": {"prompt": "Hi ->", "completion": " Hello END"},
    "classification": {"text": "It leaks", "label": 3},
    "alpaca": {"instruction": "Translate", "input": "", "output": "Ja"},
    "sharegpt": {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}], "id": "a"},
    "text": {"text": "Once upon a time"},
    "preference": {"prompt": "Hi", "chosen": [{"role": "assistant", "content": "Hello"}], "rejected": "Go away"},
    "vertex": {
        "systemInstruction": {"role": "system", "parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}, {"role": "model", "parts": [{"text": "c"}]}],
    },
    "bedrock": {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [{"role": "user", "content": [{"text": "a"}]}, {"role": "assistant", "content": [{"text": "c"}]}],
    },
    "parquet": {"example_id": "1", "input": "a", "target": "b", "contents": ["x"]},
}


def test_there_is_a_good_row_of_every_format() -> None:
    """No format is without its sample here."""
    assert set(GOOD) == set(SHAPES)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_good_row_passes_as_it_is(shape: str) -> None:
    """A row that its consumer takes is told to be of that format, has no code, and is written as it was."""
    example, codes = read(GOOD[shape])
    assert codes == set()
    assert example is not None
    assert example.shape == shape
    assert write(example) == GOOD[shape]


@pytest.mark.parametrize("name", sorted(exports()))
def test_what_winnow_exports_has_nothing_to_mend(name: str, checked: Any) -> None:
    """A file of any of winnow's own formats is read as that format, and nothing in it is an error or can be mended."""
    drawn = random.Random(5)
    rows = [row_of(" ".join(drawn.choices(WORDS, k=25)), " ".join(drawn.choices(WORDS, k=25)), name) for _ in range(120)]
    if name == "classification":
        rows = [{**row, "target": label, "label": label} for row in rows for label in [drawn.choice(LABELS)]]
    rules = rules_of(name, task_of(kind_of(name), system="Be brief.", template="Ticket: {input}\nAnswer:"))
    found = checked(file_of(name, rows, rules), rules["suffix"])
    assert found.shape == {"mistral": "chat", "llamafactory": "chat"}.get(name, name)
    assert found.examples == 120
    wrong = [code for code in found.found if CODES[code].severity == "error" or CODES[code].action != "none"]
    assert wrong == (["not_lines"] if name in {"llamafactory", "parquet"} else [])


def _with(shape: str, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    import copy  # noqa: PLC0415 - for this helper alone

    row = copy.deepcopy(GOOD[shape] if shape != "chat" else CHAT)
    change(row)
    return row


DAMAGE: list[tuple[str, Any, str]] = [
    ("completion", lambda row: row.pop("completion"), "missing_field"),
    ("completion", lambda row: row.update(completion=None), "missing_field"),
    ("completion", lambda row: row.update(completion="  "), "empty_field"),
    ("completion", lambda row: row.update(completion=["a"]), "wrong_type"),
    ("completion", lambda row: row.update(completion=7), "not_text"),
    ("completion", lambda row: row.update(Prompt=row.pop("prompt")), "renamed_fields"),
    ("completion", lambda row: row.update(id=1), "extra_fields"),
    ("classification", lambda row: row.update(label=None), "missing_field"),
    ("classification", lambda row: row.update(label=2.0), "not_text"),
    ("classification", lambda row: row.update(category=row.pop("label")), "renamed_fields"),
    ("alpaca", lambda row: row.pop("input"), "renamed_fields"),
    ("alpaca", lambda row: row.update(output=""), "empty_field"),
    ("text", lambda row: row.update(text=""), "empty_field"),
    ("preference", lambda row: row.update(rejected="Hello"), "same_answers"),
    ("preference", lambda row: row.update(rejected=[]), "wrong_type"),
    ("vertex", lambda row: row["contents"][1].update(role="assistant"), "role_names"),
    ("vertex", lambda row: row["contents"][0].update(parts=[{"inlineData": {}}]), "wrong_type"),
    ("bedrock", lambda row: row.update(schemaVersion="other"), "wrong_type"),
    ("bedrock", lambda row: row["messages"].pop(), "no_answer"),
    ("sharegpt", lambda row: row["conversations"][0].update({"from": "user"}), "role_names"),
    ("sharegpt", lambda row: row["conversations"].insert(0, {"from": "gpt", "value": "Hey"}), "starts_with_answer"),
    ("chat", lambda row: row["messages"][0].update(role="User"), "role_names"),
    ("chat", lambda row: row["messages"][0].update(role="narrator"), "unknown_role"),
    ("chat", lambda row: row["messages"][0].update(role=3), "wrong_type"),
    ("chat", lambda row: row["messages"][0].pop("role"), "missing_field"),
    ("chat", lambda row: row["messages"][0].update(content=" "), "empty_field"),
    ("chat", lambda row: row["messages"].pop(), "no_answer"),
    ("chat", lambda row: row["messages"].pop(0), "no_question"),
    ("chat", lambda row: row["messages"].append({"role": "user", "content": "And?"}), "ends_without_answer"),
    ("chat", lambda row: row["messages"].append({"role": "system", "content": "Be kind."}), "system_not_first"),
    ("chat", lambda row: row["messages"].insert(1, {"role": "user", "content": "Hey?"}), "not_alternating"),
    ("chat", lambda row: row["messages"][0].update(mood="glad"), "extra_fields"),
    ("chat", lambda row: row.update(messages="Hi"), "wrong_type"),
    ("chat", lambda row: row.update(messages=[]), "empty_field"),
    ("chat", lambda row: row.update(messages=["Hi"]), "wrong_type"),
]


@pytest.mark.parametrize(("shape", "change", "code"), DAMAGE)
def test_each_damage_is_told(shape: str, change: Any, code: str) -> None:
    """A named damage has its code and no other; a row that can be put right has none once it is, and no other goes on."""
    example, codes = read(_with(shape, change), shape)
    assert codes == {code}
    assert (example is None) == (CODES[code].action == "remove")
    if example is not None:
        again, left = read(write(example), shape)
        assert (again, left) == (example, set())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("role", "content", "text", "from", "x")), inner)
    ),
    max_leaves=8,
)
FIELDS = (
    "messages",
    "conversations",
    "contents",
    "prompt",
    "completion",
    "text",
    "label",
    "instruction",
    "output",
    "chosen",
    "rejected",
)
TURN = st.fixed_dictionaries(
    {"role": st.sampled_from(("system", "user", "assistant", "Human", "tool")), "content": st.sampled_from(("a", "b", "", " "))}
)
ROWS = st.one_of(
    JSON,
    st.dictionaries(st.sampled_from((*FIELDS, "Prompt", "x")), JSON, max_size=4),
    st.builds(lambda turns: {"messages": turns}, st.lists(TURN, max_size=5)),
)


@given(row=ROWS, shape=st.sampled_from((None, *SHAPES)))
@settings(max_examples=300, deadline=None)
def test_any_value_is_refused_or_put_right_once(row: Any, shape: str | None) -> None:
    """Whatever a row is, it is refused for one reason, or what is written of it is read again without a code."""
    example, codes = read(row, shape)
    if example is None:
        (code,) = codes
        assert CODES[code].action == "remove"
    else:
        assert read(write(example), example.shape) == (example, set())
        assert codes or write(example) == row


PAIR = st.tuples(st.text(min_size=1, max_size=20).filter(str.strip), st.text(min_size=1, max_size=20).filter(str.strip))


@given(pair=PAIR, shape=st.sampled_from([name for name in SHAPES if name not in {"preference", "parquet"}]))
@settings(max_examples=100, deadline=None)
def test_a_pair_is_the_same_in_every_format(pair: tuple[str, str], shape: str) -> None:
    """A question with its answer can be put in any format, is right there, and says the same."""
    example, _ = read({"messages": [{"role": "user", "content": pair[0]}, {"role": "assistant", "content": pair[1]}]})
    assert example is not None
    made = convert(example, shape)
    assert made is not None
    assert read(write(made), shape) == (made, set())
    if shape != "text":
        assert (made.prompt.rstrip("\n"), made.target) == (pair[0].rstrip("\n"), pair[1])


def test_what_a_format_cannot_hold_is_refused() -> None:
    """Several answers, tool calls and preferences are in no pair, and none is made up."""
    several, _ = read({"messages": [*CHAT["messages"], *CHAT["messages"]]})
    called, _ = read(GOOD["chat"])
    preferred, _ = read(GOOD["preference"])
    assert several is not None
    assert called is not None
    assert preferred is not None
    assert convert(several, "sharegpt") is not None
    assert [convert(several, "completion"), convert(called, "alpaca"), convert(preferred, "chat")] == [None, None, None]
