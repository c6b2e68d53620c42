"""Training on this machine with the real libraries: tiny models of random weights learn a version's task from its files."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resources.catalog_models import CausalModel, ClassifierModel, FineTuning, Model
from resources.clock import SystemClock
from resources.measuring import CURRENT, FEW_SHOT, Measuring
from resources.training import Training
from tests.resources import small_version
from winnow.errors import TrainingFailed, UsageError

Base = Callable[[str], Path]


def measuring(root: Path, *models: Model, train: int = 60) -> Measuring:
    """A version with ``models`` in its catalog."""
    return Measuring(
        Training(small_version.publish(root, train=train, others=10), SystemClock(), FineTuning(models=models, shots=2))
    )


def version(found: Measuring) -> str:
    """The version in force."""
    return str(found.training.releases.manifest()["version"])


def classifier(base: Path, python: str, **more: Any) -> ClassifierModel:
    """A classifier whose settings suit a tiny network."""
    settings: dict[str, Any] = {"epochs": 8, "batch_size": 16, "learning_rate": 3e-3, "threads": 1, **more}
    return ClassifierModel(name="topics_bert", task=small_version.TASK, base=str(base), python=python, **settings)


def causal(base: Path, python: str, **more: Any) -> CausalModel:
    """A causal model with adapters."""
    settings: dict[str, Any] = {
        "epochs": 2,
        "batch_size": 8,
        "learning_rate": 1e-2,
        "threads": 1,
        "max_tokens": 128,
        "rank": 8,
        **more,
    }
    return CausalModel(name="topics_llama", task=small_version.TASK, base=str(base), python=python, **settings)


@pytest.mark.parametrize("kind", ["bert", "albert"])
def test_an_encoder_learns_the_labels(kind: str, base: Base, train_python: str, tmp_path: Path) -> None:
    """BERT and ALBERT of random weights learn from the version's files what no majority knows, and answer with its labels."""
    shared = {"epochs": 24, "learning_rate": 1e-3} if kind == "albert" else {}  # its layers are one, and steps weigh more
    model = classifier(base(kind), train_python, **shared)
    found = measuring(tmp_path, model)
    record = found.training.submit(model, version(found))
    document = found.evaluate(record)
    assert document["figures"]["model"]["accuracy"][0] > 0.8
    assert document["differences"]["majority"]["macro_f1"][1] > 0
    weights = found.training.models.folder(record.name) / "weights"
    assert json.loads((weights / "config.json").read_bytes())["id2label"]["0"] in small_version.WORDS
    assert list(weights.glob("*.safetensors"))
    assert not list(weights.glob("*.bin"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in weights.rglob("*"))


@pytest.mark.parametrize(("kind", "form"), [("llama", "chat"), ("gpt", "completion")])
def test_a_causal_model_learns_by_adapters(kind: str, form: str, base: Base, train_python: str, tmp_path: Path) -> None:
    """A tiny LLaMA learns chat and completion files by LoRA; its answers are measured beside the base's own with examples."""
    model = causal(base(kind), train_python, format=form)
    found = measuring(tmp_path, model, train=30)
    record = found.training.submit(model, version(found))
    weights = found.training.models.folder(record.name) / "weights"
    assert (weights / "adapter_model.safetensors").is_file()
    losses = [
        entry["loss"] for entry in json.loads((weights.parent / "training" / "progress.json").read_bytes()) if "loss" in entry
    ]
    assert losses[-1] < losses[0]
    document = found.evaluate(record)
    assert FEW_SHOT in document["figures"]
    assert document["examples"] == 30


def test_the_same_settings_are_the_same_model(base: Base, train_python: str, tmp_path: Path) -> None:
    """A finished model is found again; trained once more from nothing, it has the same weights, byte for byte."""
    model = classifier(base("bert"), train_python, epochs=1)
    found = measuring(tmp_path, model)
    record = found.training.submit(model, version(found))
    folder = found.training.models.folder(record.name)
    before = (folder / "weights" / "model.safetensors").read_bytes()
    touched = (folder / "weights" / "model.safetensors").stat().st_mtime_ns
    found.training.submit(model, version(found))
    assert (folder / "weights" / "model.safetensors").stat().st_mtime_ns == touched
    shutil.rmtree(folder)
    found.training.submit(model, version(found))
    assert (folder / "weights" / "model.safetensors").read_bytes() == before


def test_a_training_that_was_cut_off_goes_on(
    base: Base, train_python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed once a checkpoint is written, the same command starts from there and not from the beginning."""
    model = classifier(base("bert"), train_python, epochs=6)
    found = measuring(tmp_path, model)
    name = found.training.planned(model, version(found)).name
    checkpoints = found.training.models.folder(name) / "training" / "checkpoints"
    run, seen = subprocess.run, []

    def killed(command: list[str], **more: Any) -> Any:
        child = subprocess.Popen(command, **{key: value for key, value in more.items() if key != "check"})
        while child.poll() is None and not list(checkpoints.glob("checkpoint-*/trainer_state.json")):
            pass
        child.kill()
        child.wait()
        seen.extend(sorted(path.name for path in checkpoints.glob("checkpoint-*")))
        return subprocess.CompletedProcess(command, -9)

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(TrainingFailed, match="signal 9"):
        found.training.submit(model, version(found))
    monkeypatch.setattr(subprocess, "run", run)
    record = found.training.submit(model, version(found), again=True)
    assert record.state == "succeeded"
    assert seen
    log = (found.training.models.folder(name) / "training" / "progress.json").read_text()
    assert json.loads(log)[-1]["train_runtime"] > 0


def test_a_better_model_is_told_from_the_current_one(base: Base, train_python: str, tmp_path: Path) -> None:
    """A model that has learnt beats one that has hardly begun, measured on the same examples."""
    model = classifier(base("bert"), train_python)
    found = measuring(tmp_path, model)
    weak = found.training.submit(model.model_copy(update={"epochs": 0.1}), version(found))
    strong = found.training.submit(model, version(found))
    found.promote(weak)
    assert found.evaluate(strong)["differences"][CURRENT]["macro_f1"][1] > 0


def test_a_base_of_pickles_is_refused(train_python: str, tmp_path: Path) -> None:
    """Weights that could hold a program are not read."""
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    model = classifier(folder, train_python)
    found = measuring(tmp_path, model)
    with pytest.raises(UsageError, match="safetensors"):
        found.training.submit(model, version(found))


def test_a_chat_needs_a_template(base: Base, train_python: str, tmp_path: Path) -> None:
    """A base without a chat template is told apart from a crash, with what to do."""
    model = causal(base("gpt"), train_python, format="chat")
    found = measuring(tmp_path, model)
    with pytest.raises(TrainingFailed, match="no chat template; train on `format: completion`"):
        found.training.submit(model, version(found))
