"""Packages that read files without a model: OpenAI's last data-preparation tool, Together, Mistral and MLX."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.consumers import damages, released
from tests.consumers.asking import asked, surroundings

SPLIT = (
    "Would you like to split into training and validation set?"  # asked of every file of labels; the version has its own sides
)


def prepared(python: str, path: Path) -> str:
    """What OpenAI's tool says of a copy of a file, with no to every question: with `-q` it may write over what it read."""
    tool = Path(python).with_name("openai")
    command = [str(tool), "tools", "fine_tunes.prepare_data", "-f", str(path)]
    done = subprocess.run(
        command, input="n\n" * 20, env=surroundings(path.parent / "hub"), capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def remedies(said: str) -> list[str]:
    """What the tool wants changed: its questions stand in one line, since nobody's answer ends it."""
    wanted = re.findall(r"\[(?:Recommended|Necessary)\] ([^\[\n]+)", said) + re.findall(r"(?:ERROR|WARNING)[^\n]+", said)
    return [remedy for remedy in wanted if not remedy.startswith(SPLIT)]


@pytest.mark.parametrize("side", ["train", "validation", "test"])
@pytest.mark.parametrize("task", [released.LABELS, "satisfaction"])
def test_openais_tool_finds_nothing_to_remedy(task: str, side: str, readers_python: str, version: Path, tmp_path: Path) -> None:
    """`openai tools fine_tunes.prepare_data` recommends no change, and says that the file can be used as it is."""
    path = Path(shutil.copy(released.file_of(version, task, "completion", side), tmp_path))
    said = prepared(readers_python, path)
    assert remedies(said) == []
    assert "No remediations found." in said
    assert "You can use your file for fine-tuning" in said
    assert f"Your file contains {len(released.found(version, task, 'completion', side))} prompt-completion pairs\n" in said
    assert 'stop=["\\n"]' in said


def test_openais_tool_finds_nothing_to_remedy_in_texts(readers_python: str, version: Path, tmp_path: Path) -> None:
    """Answers in sentences pass too; it would like more of them."""
    path = Path(shutil.copy(released.file_of(version, released.PAIRS, "completion"), tmp_path))
    said = prepared(readers_python, path)
    assert remedies(said) == []
    assert "You can use your file for fine-tuning" in said


Rows = list[dict[str, Any]]

PREPARED: dict[str, tuple[str, Callable[[Rows], Rows]]] = {
    "missing separator": ("Add a suffix separator", lambda rows: [damages.unmarked({**rows[0], "prompt": "Why"}), *rows[1:]]),
    "no leading space": (
        "Add a whitespace",
        lambda rows: [{**rows[0], "completion": rows[0]["completion"].lstrip()}, *rows[1:]],
    ),
    "duplicate": ("Remove 1 duplicate rows", lambda rows: [*rows, rows[0]]),
    "empty completion": ("Remove 1 rows with empty completions", lambda rows: [{**rows[0], "completion": ""}, *rows[1:]]),
    "extra key": ("Remove additional columns/keys", lambda rows: [damages.COMPLETION["extra key"](row) for row in rows]),
    "instruction in the prompt": (
        "Remove prefix",
        lambda rows: [{**row, "prompt": "Say what this is about: " + row["prompt"]} for row in rows],
    ),
    "missing completion": ("ERROR in necessary_column", lambda rows: [{"prompt": row["prompt"]} for row in rows]),
}


@pytest.mark.parametrize("damage", PREPARED)
def test_openais_tool_remedies_a_damaged_file(damage: str, readers_python: str, version: Path, tmp_path: Path) -> None:
    """Each damage is one that the tool wants mended, so that its silence means something."""
    said, damaged = PREPARED[damage]
    path = released.write(tmp_path / "train.jsonl", damaged(released.found(version, released.LABELS, "completion")))
    assert any(said in remedy for remedy in remedies(prepared(readers_python, path)))


def test_openais_tool_misses_the_stop_of_texts(readers_python: str, version: Path, tmp_path: Path) -> None:
    """Texts without their stop sequence are what it wants an ending for; of labels it asks none."""
    rows = [
        {**row, "completion": row["completion"].removesuffix(". END")}
        for row in released.found(version, released.PAIRS, "completion")
    ]
    said = prepared(readers_python, released.write(tmp_path / "train.jsonl", rows))
    assert any("Add a suffix ending" in remedy for remedy in remedies(said))


def test_together_takes_every_side(readers_python: str, version: Path, tmp_path: Path) -> None:
    """`together files check` passes chat, completion and text, with as many samples as there are lines."""
    asked_of = [(name, side) for name in ("chat", "completion", "text") for side in released.SIDES]
    paths = [released.file_of(version, released.LABELS, name, side) for name, side in asked_of]
    reports = asked(readers_python, "with_together.py", *paths, cache=tmp_path)
    assert all(report["is_check_passed"] for report in reports)
    assert [report["num_samples"] for report in reports] == [
        len(released.found(version, released.LABELS, name, side)) for name, side in asked_of
    ]


def test_together_refuses_damaged_files(readers_python: str, version: Path, tmp_path: Path) -> None:
    """A wrong role, a missing answer, a number for a text and an extra key are refused, each at its line."""
    kinds = {"chat": ("wrong role", "answer first", "missing answer", "number for text", "extra key")}
    kinds |= {"completion": ("missing completion", "extra key"), "text": ("missing text", "extra key")}
    sources = {"chat": damages.CHAT, "completion": damages.COMPLETION, "text": damages.TEXT}
    paths = []
    for name, found in kinds.items():
        for damage in found:
            rows = released.found(version, released.LABELS, name)
            rows[4] = sources[name][damage](rows[4])
            paths.append(released.write(tmp_path / name / damage / "train.jsonl", rows))
    reports = asked(readers_python, "with_together.py", *paths, cache=tmp_path)
    assert [(report["is_check_passed"], report.get("line_number")) for report in reports] == [(False, 5)] * len(paths)


def test_mistral_takes_every_side(readers_python: str, version: Path, tmp_path: Path) -> None:
    """mistral-common validates every line of `mistral` and `chat` for fine-tuning, and renders the messages that stand there."""
    asked_of = [
        (task, name, side)
        for task in (released.LABELS, released.PAIRS)
        for name in ("mistral", "chat")
        for side in released.SIDES
    ]
    reports = asked(readers_python, "with_mistral.py", *(released.file_of(version, *one) for one in asked_of), cache=tmp_path)
    assert [report["error"] for report in reports] == [None] * len(asked_of)
    assert [report["lines"] for report in reports] == [len(released.found(version, *one)) for one in asked_of]
    system, user, answer = (turn["content"] for turn in released.found(version, released.LABELS, "mistral")[0]["messages"])
    assert reports[0]["first"] == f"<s>[INST]{system}\n\n{user}[/INST]{answer}</s>"


@pytest.mark.parametrize("damage", ["wrong role", "missing answer", "number for text", "extra key", "empty answer"])
def test_mistral_refuses_damaged_files(damage: str, readers_python: str, version: Path, tmp_path: Path) -> None:
    """Each damage is refused at its line."""
    rows = released.found(version, released.LABELS, "mistral")
    rows[4] = damages.CHAT[damage](rows[4])
    path = released.write(tmp_path / "train.jsonl", rows)
    (report,) = asked(readers_python, "with_mistral.py", path, cache=tmp_path)
    assert (report["lines"], report["error"] is None) == (4, False)


@pytest.fixture
def mlx(base: Callable[[str], Path], readers_python: str, version: Path, tmp_path: Path) -> Callable[..., Any]:
    """What MLX's loader makes of a format's files, under the names that it looks for; ``damage`` is done to one row of train."""

    def read(name: str, damage: damages.Damage | None = None) -> Any:
        for side, wanted in (("train", "train"), ("validation", "valid"), ("test", "test")):
            rows = released.found(version, released.LABELS, name, side)
            if damage and side == "train":
                rows[4] = damage(rows[4])
            released.write(tmp_path / name / f"{wanted}.jsonl", rows)
        return asked(readers_python, "with_mlx.py", base("llama"), tmp_path / name, cache=tmp_path / "hub")

    return read


@pytest.mark.parametrize(
    ("name", "kind"), [("chat", "ChatDataset"), ("completion", "CompletionsDataset"), ("text", "TextDataset")]
)
def test_mlx_reads_each_form(name: str, kind: str, mlx: Callable[..., Any], version: Path) -> None:
    """The loader of `mlx_lm.lora` tells the form by its keys, and tokenises every example of every side."""
    found = mlx(name)
    assert found["kind"] == kind
    assert found["examples"] == [len(released.found(version, released.LABELS, name, side)) for side in released.SIDES]
    row = released.found(version, released.LABELS, name)[0]
    said = {
        "chat": lambda: row["messages"][-1]["content"],
        "completion": lambda: row["completion"],
        "text": lambda: row["text"],
    }
    assert found["first"].endswith(said[name]() + "<|end|>")


@pytest.mark.parametrize(("name", "damage"), [("completion", "missing completion"), ("text", "missing text")])
def test_mlx_stops_at_a_damaged_row(name: str, damage: str, mlx: Callable[..., Any]) -> None:
    """A row without its answer stops the loader."""
    kinds = {"completion": damages.COMPLETION, "text": damages.TEXT}
    with pytest.raises(AssertionError, match="KeyError"):
        mlx(name, kinds[name][damage])
