"""Properties that hold for every consumer format, and what each writes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.exports.made import LABELS, file_of, kind_of, read_back, row_of, rules_of, task_of
from winnow.exports import exports, neutral
from winnow.exports.completion import SEPARATOR, STOP_LABEL, STOP_TEXT

SPECIAL = [
    "\n\n###\n\n",
    "\n\n###",
    "###\n\n",
    " END",
    "END",
    "{input}",
    "{",
    "\u2028",
    "</s>",
    "<s>",
    "<|im_start|>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    " ASSISTANT:",
    "USER:",
    "User:",
    "System:",
    "Bot:",
    "[EOS]",
    "<image>",
    "<video>",
    "[SEP]",
    "[CLS]",
    "<unk>",
    "### Response:",
    "### Instruction:",
    "a",
]
"""What some consumer takes for its own, and halves of it."""

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=8).map("".join),
).filter(lambda text: any(map(str.isalnum, text)))

FORMATS = sorted(exports())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(below)


@pytest.mark.parametrize("name", FORMATS)
@given(text=TEXT, target=TEXT)
@settings(max_examples=30, deadline=None)
def test_every_record_follows_its_own_rules(name: str, text: str, target: str) -> None:
    """Whatever stands in the texts, the file reads back as one record that breaks none of its rules, nor its consumer's schema."""
    rules = rules_of(name, task_of(kind_of(name), system="Be {brief}.", template="Say: {input} {please}"))
    (record,) = read_back(file_of(name, [row_of(text, target, name)], rules), rules)
    assert exports()[name].problems(record, rules) == []
    assert exports()[name].problems(record, {}) == []
    assert set(record) >= exports()[name].keys


@pytest.mark.parametrize("name", FORMATS)
@given(text=TEXT, target=TEXT)
@settings(max_examples=30, deadline=None)
def test_a_new_input_is_rendered_as_training_did(name: str, text: str, target: str) -> None:
    """What is asked of a model is, byte for byte, the beginning of what it was trained on with the same input."""
    export = exports()[name]
    rules = rules_of(name, task_of(kind_of(name), system="Be brief.", template="{input}\nAnswer:"))
    prompt, record = export.prompt(text, rules), export.record(row_of(text, target, name), rules)
    for key, value in prompt.items():
        assert (record[key] if isinstance(value, dict) else record[key][: len(value)]) == value
    if export.rendered:
        assert export.rendered(record, rules).startswith(export.rendered(prompt, rules))
        assert export.rendered(record, rules).encode().startswith(export.rendered(prompt, rules).encode())


@pytest.mark.parametrize("name", FORMATS)
@given(text=TEXT, target=TEXT)
@settings(max_examples=30, deadline=None)
def test_no_text_holds_what_the_consumer_takes_for_its_own(name: str, text: str, target: str) -> None:
    """None of a format's marks is left in a text, a second look changes nothing, and a text that changed is counted."""
    export = exports()[name]
    for part, given_text in (("input", text), ("target", target)):
        bare = neutral(given_text, export.marks, part)  # type: ignore[arg-type]
        assert not any(mark.pattern.search(bare) for mark in export.marks if part in mark.parts)
    changed = {
        neutral(text, export.marks, "input") != text and "input",
        neutral(target, export.marks, "target") != target and "target",
    } - {False}
    assert bool(export.changed({"input": text, "target": target})) == bool(changed)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_the_same_rows_give_the_same_bytes(name: str, count: int) -> None:
    """Records come in the rows' order, as many as there are, and their bytes are the same every time."""
    rules = rules_of(name)
    rows = [row_of(f"input {number}", f"target {number}", name) for number in range(count)]
    first, second = (file_of(name, rows, rules) for _ in range(2))
    assert first == second
    found = read_back(first, rules)
    assert len(found) == count
    assert [f"input {number}" in " ".join(_strings(record)) for number, record in enumerate(found)] == [True] * count


@pytest.mark.parametrize("name", FORMATS)
def test_every_field_that_is_described_is_there(name: str) -> None:
    """The columns that Croissant is told of are keys of a record, and the format describes at least one."""
    record = exports()[name].record(row_of("in", "out", name), rules_of(name))
    assert {field.column for field in exports()[name].fields} <= set(record)
    assert exports()[name].fields


@pytest.mark.parametrize(
    "name", ["chat", "completion", "text", "alpaca", "sharegpt", "vertex", "bedrock", "mistral", "llamafactory"]
)
@pytest.mark.parametrize("label", LABELS)
def test_an_answer_decodes_to_its_label(name: str, label: str) -> None:
    """What a model of a format answers for a label comes back as that label, whether it was written by name or by code."""
    rules = rules_of(name, task_of("classification"), LABELS)
    written = rules["answers"][label]
    stop = rules.get("stop", "")
    assert exports()[name].decoded(f" {written}{stop} and more" if stop else f" {written}", rules) == label


def test_a_number_decodes_to_its_label() -> None:
    """A class number is its label's name, and one that is none decodes to nothing."""
    rules = rules_of("classification")
    assert {exports()["classification"].decoded(number, rules) for number in range(3)} == set(LABELS)
    assert exports()["classification"].decoded(3, rules) == ""


def test_a_chat_line_holds_exactly_its_messages() -> None:
    """A chat line is system, user and assistant, with the template around the input and every other brace untouched."""
    rules = rules_of("chat", task_of(system="S {x}", template="Q {y}: {input}"))
    assert file_of("chat", [row_of("{input} {0}", "T {z}")], rules).decode() == (
        '{"messages":[{"role":"system","content":"S {x}"},{"role":"user","content":"Q {y}: {input} {0}"},'
        '{"role":"assistant","content":"T {z}"}]}\n'
    )


def test_a_chat_line_without_a_system_message_has_two_messages() -> None:
    """A task without a system message has none in its lines."""
    record = exports()["chat"].record(row_of("a", "b"), rules_of("chat"))
    assert [message["role"] for message in record["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(("weight", "written"), [(1.25, 1.25), (None, 1.0), (0.1234567, 0.123457)])
def test_a_weight_stands_at_the_root_of_every_chat(weight: float | None, written: float) -> None:
    """With `weight` in the catalog every line has one, where Fireworks reads it, also an example that has none."""
    rules = rules_of("chat", weight=True)
    record = exports()["chat"].record(row_of("a", "b", weight=weight), rules)
    assert record["weight"] == written
    assert exports()["chat"].problems(record, rules) == []


@pytest.mark.parametrize(
    ("kind", "target", "written"),
    [
        ("classification", "order", f" order{STOP_LABEL}"),
        ("classification", "very late", f" apple{STOP_LABEL}"),
        ("sentiment", "positive", f" positive{STOP_LABEL}"),
        ("pairs", "a b", f" a b{STOP_TEXT}"),
    ],
)
def test_a_completion_has_separator_space_and_stop(kind: str, target: str, written: str) -> None:
    """The prompt ends in the separator; the completion begins with a space, is a code for a label, and ends in the stop of its kind."""
    rules = rules_of("completion", task_of(kind), LABELS if kind == "classification" else ())
    record = exports()["completion"].record(row_of("in", target), rules)
    assert record == {"prompt": f"in{SEPARATOR}", "completion": written}
    assert exports()["text"].record(row_of("in", target), rules) == {"text": f"in{SEPARATOR}{written}"}


def test_the_separator_and_the_stop_inside_a_text_stay_visible() -> None:
    """A separator or stop in the text is changed where a reader sees it, and nothing else is."""
    row = row_of("one\n\n###\n\n###\n\ntwo\n\n### Three", "THE END OF ENDINGS")
    record = exports()["completion"].record(row, rules_of("completion"))
    assert record["prompt"] == f"one\n\n# # #\n\n# # #\n\ntwo\n\n### Three{SEPARATOR}"
    assert record["completion"] == " THE End OF EndINGS END"


def test_a_classification_has_the_number_of_its_label() -> None:
    """The label is a number of the codebook, and the names by number are in the rules."""
    rules = rules_of("classification")
    record = exports()["classification"].record(row_of("in", "x", "classification"), rules)
    assert record == {"text": "in", "label": rules["names"].index("order")}


def test_a_classification_is_cut_to_its_pieces() -> None:
    """A longer text is cut to 510 pieces of BERT's and two of the model's own; what remains is the text's beginning."""
    export, rules = exports()["classification"], rules_of("classification")
    text = "déjà vu, unbelievably! " * 200
    record = export.record(row_of(text, "x", "classification"), rules)
    assert text.startswith(record["text"])
    assert export.tokens(record, rules) == 512
    assert export.cuts_short(row_of(text, "x"), record, rules)
    assert not export.cuts_short(row_of("short", "x"), export.record(row_of("short", "x", "classification"), rules), rules)


def test_alpaca_is_an_array_of_three_texts() -> None:
    """The file is one JSON array; the system message is the instruction, and the template is around the input."""
    rules = rules_of("alpaca", task_of(system="S", template="Q: {input}"))
    content = file_of("alpaca", [row_of("a", "b"), row_of("c", "d")], rules)
    assert json.loads(content) == [
        {"instruction": "S", "input": "Q: a", "output": "b"},
        {"instruction": "S", "input": "Q: c", "output": "d"},
    ]
    assert rules["suffix"] == ".json"


def test_an_array_can_be_lines() -> None:
    """With `lines` an array's records stand one a line."""
    rules = rules_of("alpaca", lines=True)
    content = file_of("alpaca", [row_of("a", "b"), row_of("c", "d")], rules)
    assert [json.loads(line)["output"] for line in content.splitlines()] == ["b", "d"]
    assert rules["suffix"] == ".jsonl"


@pytest.mark.parametrize(
    ("system", "template", "instruction", "asked"),
    [
        ("S", "{input}", "S", "a"),
        (None, "Translate:\n{input}\nNow.", "Translate:\nNow.", "a"),
        (None, "{input}", "Write the text that is described.", "a"),
    ],
)
def test_alpaca_always_has_an_instruction(system: str | None, template: str, instruction: str, asked: str) -> None:
    """Without a system message the template's words are the instruction, and without those the plainest words for the kind."""
    record = exports()["alpaca"].record(row_of("a", "b"), rules_of("alpaca", task_of(system=system, template=template)))
    assert (record["instruction"], record["input"]) == (instruction, asked)


def test_alpaca_renders_as_stanfords_trainer_does() -> None:
    """The text of a record is Stanford's prompt with an input, and its output behind it."""
    rules = rules_of("alpaca", task_of(system="S"))
    record = exports()["alpaca"].record(row_of("a", "b"), rules)
    assert exports()["alpaca"].rendered(record, rules) == (  # type: ignore[misc]
        "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that "
        "appropriately completes the request.\n\n### Instruction:\nS\n\n### Input:\na\n\n### Response:b"
    )


def test_vicuna_has_the_system_message_before_the_human_words() -> None:
    """FastChat knows no system turn: the task's stands before the human's words, and the text is its template's."""
    rules = rules_of("sharegpt", task_of(system="S", template="Q: {input}"))
    record = exports()["sharegpt"].record(row_of("a", "b"), rules)
    assert record == {"conversations": [{"from": "human", "value": "S\n\nQ: a"}, {"from": "gpt", "value": "b"}]}
    assert exports()["sharegpt"].rendered(record, rules).endswith("USER: S\n\nQ: a ASSISTANT: b</s>")  # type: ignore[misc]


def test_vertex_and_bedrock_have_their_clouds_keys() -> None:
    """Records have the keys that the clouds publish, with and without a system message."""
    row = row_of("a", "b")
    assert exports()["vertex"].record(row, rules_of("vertex", task_of(system="S"))) == {
        "systemInstruction": {"role": "system", "parts": [{"text": "S"}]},
        "contents": [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}],
    }
    assert list(exports()["vertex"].record(row, rules_of("vertex"))) == ["contents"]
    assert exports()["bedrock"].record(row, rules_of("bedrock", task_of(system="System: S"))) == {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "System : S"}],
        "messages": [{"role": "user", "content": [{"text": "a"}]}, {"role": "assistant", "content": [{"text": "b"}]}],
    }
    assert list(exports()["bedrock"].record(row, rules_of("bedrock"))) == ["schemaVersion", "messages"]


def test_a_preference_has_both_answers() -> None:
    """The prompt is the messages that ask, and each answer one message of the assistant's."""
    record = exports()["preference"].record(row_of("a", "b"), rules_of("preference"))
    assert record == {
        "prompt": [{"role": "user", "content": "a"}],
        "chosen": [{"role": "assistant", "content": "b"}],
        "rejected": [{"role": "assistant", "content": "not b"}],
    }


@pytest.mark.parametrize(("kind", "ranking"), [("generation", False), ("preference", True)])
def test_llamafactory_describes_its_files(kind: str, ranking: bool) -> None:
    """dataset_info.json names the files of the sides that have records, their columns and tags, and whether they rank answers."""
    export, rules = exports()["llamafactory"], rules_of("llamafactory", task_of(kind))
    assert export.companions is not None
    described = json.loads(export.companions("task", ["train", "test"], rules)["dataset_info.json"])
    assert {name: entry["file_name"] for name, entry in described.items()} == {
        "task_train": "train.json",
        "task_test": "test.json",
    }
    record = export.record(row_of("a", "b"), rules)
    for entry in described.values():
        assert entry["formatting"] == "sharegpt"
        assert entry.get("ranking", False) is ranking
        assert set(entry["columns"].values()) == set(record)
        assert {entry["tags"]["role_tag"], entry["tags"]["content_tag"]} == set(record["messages"][0])


def test_parquet_is_typed_and_knows_where_an_example_is_from() -> None:
    """The columns have the schema's types, codes and numbers of the label, and the places in the source."""
    rules = rules_of("parquet", task_of("classification"), LABELS)
    span = {"document_id": "d", "object_id": "o", "part": "input", "page": 3}
    row = row_of("in", "very late", label="very late", example_id="e", weight=0.5, spans=[span])
    (record,) = read_back(file_of("parquet", [row], rules), rules)
    assert (record["label_number"], record["label_code"], record["weight"]) == (2, "apple", 0.5)
    assert record["spans"][0]["page"] == 3
    assert record["language"] is None


def test_the_longest_answer_is_known_at_use() -> None:
    """`max_tokens` has room for the longest label and the stop, or for the longest target of train."""
    assert rules_of("completion", task_of("classification"), LABELS)["max_tokens"] == 2
    assert rules_of("chat", task_of("classification"), LABELS)["max_tokens"] == 3
    assert rules_of("completion")["max_tokens"] == 10
    assert "max_tokens" not in rules_of("classification")
