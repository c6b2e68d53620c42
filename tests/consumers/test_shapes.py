"""Files as Alpaca, Alpaca-LoRA and FastChat open them: by `json.load`, with their own keys.

Their programs are no packages, so the lines that read are written out here as published: stanford_alpaca `train.py` and `utils.py`;
alpaca-lora `utils/prompter.py` and `templates/alpaca.json`; FastChat `fastchat/train/train.py`, which `test_loaders.py` runs itself.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.consumers import damages, released
from tests.consumers.asking import checked
from winnow.exports import exports

STANFORD = (
    "Below is an instruction that describes a task, paired with an input that provides further context. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:"
)


def stanford(path: Path) -> list[tuple[str, str]]:
    """Sources and targets as `SupervisedDataset` of Stanford's `train.py` makes them."""
    with path.open() as file:
        rows = json.load(file)
    assert all(row.get("input", "") != "" for row in rows)
    return [(STANFORD.format_map(row), f"{row['output']}</s>") for row in rows]


def lora(path: Path) -> list[tuple[str, str]]:
    """Prompts of Alpaca-LoRA's `generate_and_tokenize_prompt`, and what its `get_response` finds in them."""
    with path.open() as file:
        rows = json.load(file)
    template = STANFORD + "\n"
    prompts = [template.format(instruction=row["instruction"], input=row["input"]) + row["output"] for row in rows]
    return [(prompt, prompt.split("### Response:")[1].strip()) for prompt in prompts]


def vicuna(path: Path) -> list[tuple[str, str]]:
    """Turns as `preprocess` of FastChat walks them: the first from the human, then by turns; a row with `</s>` teaches nothing."""
    with path.open() as file:
        rows = json.load(file)
    found = []
    for row in rows:
        roles = [turn["from"] for turn in row["conversations"]]
        assert roles == ["human", "gpt"] * (len(roles) // 2)
        values = [turn["value"] for turn in row["conversations"]]
        assert not any(mark in value for value in values for mark in ("</s>", "ASSISTANT: "))
        found.append((values[0], values[1]))
    return found


READERS = {"stanford": ("alpaca", stanford), "alpaca-lora": ("alpaca", lora), "fastchat": ("sharegpt", vicuna)}


@pytest.mark.parametrize("task", [released.LABELS, released.PAIRS, released.TEXTS])
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_every_answer(reader: str, task: str, version: Path) -> None:
    """Read as published, each file gives the target of every example, in order, and no empty one."""
    name, read = READERS[reader]
    for side in ("train", "validation"):
        rows = read(released.file_of(version, task, name, side))
        targets = [row["target"] for row in released.found(version, task, "parquet", side)]
        assert [answer.removesuffix("</s>") for _, answer in rows] == targets
        assert all(targets)


def test_winnows_prompt_is_what_stanford_makes(version: Path) -> None:
    """What `winnow prompt` would show of each record is Stanford's own text of it, byte for byte."""
    rules = released.rules_of(version, released.LABELS, "alpaca")
    rows = stanford(released.file_of(version, released.LABELS, "alpaca"))
    rendered = exports()["alpaca"].rendered
    assert rendered is not None
    shown = [rendered(row, rules) for row in released.found(version, released.LABELS, "alpaca")]
    assert shown == [source + target.removesuffix("</s>") for source, target in rows]


LISTED: list[tuple[str, str, dict[str, damages.Damage]]] = [
    *((task, "chat", damages.CHAT) for task in (released.LABELS, released.TEXTS)),
    *((released.LABELS, name, damages.CHAT) for name in ("mistral", "llamafactory")),
    (released.LABELS, "completion", damages.COMPLETION),
    (released.LABELS, "text", damages.TEXT),
    (released.LABELS, "alpaca", damages.ALPACA),
    (released.LABELS, "sharegpt", damages.SHAREGPT),
    (released.PAIRS, "preference", damages.PREFERENCE),
]


@pytest.mark.parametrize(("task", "name", "damage"), [(task, name, one) for task, name, found in LISTED for one in found])
def test_winnow_finds_every_damage_itself(task: str, name: str, damage: str, version: Path) -> None:
    """Each damage that a consumer's test names breaks the release's own rules, also where the consumer would take it in silence."""
    kinds = {found: one for asked, form, found_in in LISTED if (asked, form) == (task, name) for found, one in found_in.items()}
    record = released.found(version, task, name)[0]
    rules = released.rules_of(version, task, name)
    assert exports()[name].problems(record, rules) == []
    assert exports()[name].problems(json.loads(json.dumps(kinds[damage](record))), rules)


@pytest.mark.parametrize(
    ("reader", "damage"),
    [
        ("stanford", "missing instruction"),
        ("stanford", "missing output"),
        ("alpaca-lora", "missing output"),
        ("alpaca-lora", "heading in the input"),
        ("fastchat", "wrong speaker"),
        ("fastchat", "answer first"),
        ("fastchat", "missing value"),
        ("fastchat", "end of turn in a text"),
        ("fastchat", "speaker in a text"),
    ],
)
def test_a_damaged_file_is_not_read(reader: str, damage: str, version: Path, tmp_path: Path) -> None:
    """One damaged record in an array breaks the reader, or the answer that it finds is another."""
    name, read = READERS[reader]
    rows = released.found(version, released.LABELS, name)
    kinds = damages.ALPACA if name == "alpaca" else damages.SHAREGPT
    rows[3] = kinds[damage](rows[3])
    path = released.write(tmp_path / "train.json", rows)
    targets = [row["target"] for row in released.found(version, released.LABELS, "parquet")]
    try:
        read_back = [answer.removesuffix("</s>") for _, answer in read(path)]
    except (KeyError, AssertionError):
        return
    assert read_back != targets


def test_lines_are_no_array(version: Path, tmp_path: Path) -> None:
    """Lines, which these programs are often given, are not what `json.load` reads."""
    path = released.write(tmp_path / "train.jsonl", released.found(version, released.LABELS, "alpaca"))
    with pytest.raises(json.JSONDecodeError):
        stanford(path)


CHECKS: dict[str, tuple[str, Any]] = {
    "exact_duplicates": ("completion", lambda rows: [*rows, rows[0]]),
    "small_classes": ("classification", lambda rows: [*rows[:150], *(row for row in rows[150:] if row["label"])]),
    "empty_field": ("completion", lambda rows: [{**rows[0], "completion": ""}, *rows[1:]]),
    "separator_missing": ("completion", lambda rows: [damages.unmarked(row) for row in rows]),
    "unknown_role": ("chat", lambda rows: [damages.turned("messages", -1, role="narrator")(rows[0]), *rows[1:]]),
    "extra_fields": ("chat", lambda rows: [{**rows[0], "example_id": "x"}, *rows[1:]]),
}


@pytest.mark.parametrize("code", CHECKS)
def test_check_names_a_damage_in_a_file(code: str, version: Path, tmp_path: Path) -> None:
    """`winnow check` finds nothing of the kind in the version's file, and finds it in the damaged one."""
    name, damage = CHECKS[code]
    path = released.file_of(version, released.LABELS, name)
    assert code not in checked(path)
    assert code in checked(released.write(tmp_path / path.name, damage(released.found(version, released.LABELS, name))))


def test_check_names_an_example_in_two_sets(version: Path, tmp_path: Path) -> None:
    """The version's train and validation files share nothing; with one line of train copied, `winnow check` says so."""
    train = released.file_of(version, released.LABELS, "completion")
    validation = released.file_of(version, released.LABELS, "completion", "validation")
    assert "leaks" not in checked(train, validation)
    rows = released.found(version, released.LABELS, "completion", "validation")
    both = released.write(tmp_path / "validation.jsonl", [*rows, released.found(version, released.LABELS, "completion")[0]])
    assert "leaks" in checked(train, both)
