"""TRL's own trainers on a version's files: they take each as it is, and what they teach is what the file says."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.consumers import damages, released
from tests.consumers.asking import asked

Trained = Callable[..., Any]


@pytest.fixture
def trained(base: Callable[[str], Path], train_python: str, version: Path, tmp_path: Path) -> Trained:
    """Two steps of a trainer on a task's files in a format; ``damage`` is done to every row of train before."""

    def run(form: str, task: str, name: str, damage: damages.Damage | None = None) -> Any:
        train = released.file_of(version, task, name)
        if damage:
            train = released.write(tmp_path / "train.jsonl", [damage(row) for row in released.found(version, task, name)])
        validation = released.file_of(version, task, name, "validation")
        return asked(
            train_python, "with_trl.py", form, base("llama"), train, validation, tmp_path / "out", cache=tmp_path / "hub"
        )

    return run


def test_sft_learns_chats(trained: Trained, version: Path) -> None:
    """Every line of chat is an example, and the first is taught as the model's own template renders its messages."""
    found = trained("sft", released.LABELS, "chat")
    rows = released.found(version, released.LABELS, "chat")
    assert found["examples"] == len(rows)
    assert found["taught"] == "".join(f"<|{turn['role']}|>{turn['content']}<|end|>" for turn in rows[0]["messages"])
    assert all(math.isfinite(loss) for loss in found["losses"])


def test_sft_learns_completions_alone(trained: Trained, version: Path) -> None:
    """Of prompt and completion the trainer learns the completion, leading space, code and stop, and nothing of the prompt."""
    found = trained("sft", released.LABELS, "completion")
    rows = released.found(version, released.LABELS, "completion")
    assert found["examples"] == len(rows)
    assert found["taught"] == rows[0]["completion"] + "<|end|>"


def test_sft_learns_texts(trained: Trained, version: Path) -> None:
    """Of a text the trainer learns all of it, and the end."""
    found = trained("sft", released.LABELS, "text")
    assert found["taught"] == released.found(version, released.LABELS, "text")[0]["text"] + "<|end|>"


def test_dpo_learns_preferences(trained: Trained, version: Path) -> None:
    """Every pair is an example; the first loss is that of a model which prefers neither answer, ln 2."""
    found = trained("dpo", released.PAIRS, "preference")
    assert found["examples"] == len(released.found(version, released.PAIRS, "preference"))
    assert found["losses"][0] == pytest.approx(math.log(2), abs=1e-4)


@pytest.mark.parametrize(
    ("form", "task", "name", "damage"),
    [
        ("sft", released.LABELS, "completion", "missing completion"),
        ("sft", released.LABELS, "chat", "missing messages"),
        ("sft", released.LABELS, "text", "missing text"),
        ("dpo", released.PAIRS, "preference", "missing rejected"),
    ],
)
def test_a_damaged_file_is_not_learnt(form: str, task: str, name: str, damage: str, trained: Trained) -> None:
    """Each of these damages stops the trainer; those that it takes in silence are for winnow's own rules (`test_shapes`)."""
    kinds = {"completion": damages.COMPLETION, "chat": damages.CHAT, "text": damages.TEXT, "preference": damages.PREFERENCE}
    with pytest.raises(AssertionError, match=r"Error"):
        trained(form, task, name, kinds[name][damage])


@pytest.mark.parametrize(
    ("name", "damage"), [("completion", "empty completion"), ("completion", "missing separator"), ("chat", "wrong role")]
)
def test_a_silent_damage_shows_in_what_is_taught(name: str, damage: str, trained: Trained, version: Path) -> None:
    """Where the trainer says nothing, what it teaches is another thing than for the file as released, or its prompt has no end."""
    kinds = {"completion": damages.COMPLETION, "chat": damages.CHAT}
    found = trained("sft", released.LABELS, name, kinds[name][damage])
    row = released.found(version, released.LABELS, name)[0]
    if damage == "missing separator":
        assert found["taught"] == row["completion"] + "<|end|>"  # nothing tells: only winnow's rules do
    else:
        assert row.get("completion", "<|assistant|>") not in found["taught"]
