"""Training on this machine, as far as it goes without torch: what the child is given, and what its failures look like."""

import importlib.util
import sys
from pathlib import Path

import pytest

from resources.catalog_models import ClassifierModel, FineTuning
from resources.clock import SystemClock
from resources.local_training import base_sha256
from resources.model_records import Models
from resources.training import Training
from tests.resources import small_version
from winnow.errors import TrainingFailed, UsageError


def base(folder: Path) -> Path:
    """A folder that looks like a model."""
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"sham")
    return folder


def submitted(root: Path, python: str) -> Models:
    """The models after a submission that failed."""
    model = ClassifierModel(name="topics_bert", task=small_version.TASK, base=str(base(root / "base")), python=python)
    training = Training(small_version.publish(root, train=2, others=1), SystemClock(), FineTuning(models=(model,)))
    with pytest.raises(TrainingFailed):
        training.submit(model, str(training.releases.manifest()["version"]))
    return training.models


def program(path: Path, text: str) -> str:
    """A shell script in the place of a Python."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="this Python has torch")
def test_a_python_without_the_extra_says_what_to_install(tmp_path: Path) -> None:
    """The record of the failure names the missing library and the extra."""
    (record,) = submitted(tmp_path, sys.executable).all()
    assert record.state == "failed"
    assert "no torch; install the extra `train`" in record.said


def test_the_child_knows_no_secrets_and_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, tokens and winnow's own variables are not in its environment, and the hub is switched off."""
    for name in ("OPENAI_API_KEY", "HF_TOKEN", "WINNOW_SALT", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "sham")
    submitted(tmp_path, program(tmp_path / "python", f"env > {tmp_path}/seen; exit 3"))
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().splitlines() if "=" in line)
    assert "sham" not in seen.values()
    assert seen["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize(("text", "said"), [("exit 3", "code 3"), ("kill -9 $$", "signal 9")])
def test_a_child_that_dies_silently_is_told_by_how(tmp_path: Path, text: str, said: str) -> None:
    """Its exit code or signal is in the record, and where its log lies."""
    models = submitted(tmp_path, program(tmp_path / "python", f"echo words; {text}"))
    (record,) = models.all()
    assert said in record.said
    log = models.folder(record.name) / "training" / "log.txt"
    assert log.read_text() == "words\n"
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong `python:` is an error about that, not a crash."""
    (record,) = submitted(tmp_path, str(tmp_path / "nowhere")).all()
    assert "does not start" in record.said


def test_a_base_is_known_by_its_files(tmp_path: Path) -> None:
    """Another weight is another base; a file that no model is made of is not; a link to it is the same base."""
    folder = base(tmp_path / "base")
    first = base_sha256(folder)
    (folder / ".gitattributes").write_text("x")
    (tmp_path / "link").symlink_to(folder)
    assert base_sha256(tmp_path / "link") == first
    (folder / "model.safetensors").write_bytes(b"other")
    assert base_sha256(folder) != first


@pytest.mark.parametrize(("missing", "said"), [("config.json", "no config.json"), ("model.safetensors", "safetensors")])
def test_what_is_no_base_is_refused(tmp_path: Path, missing: str, said: str) -> None:
    """A folder without configuration or safe weights is refused with what belongs there."""
    folder = base(tmp_path / "base")
    (folder / missing).unlink()
    with pytest.raises(UsageError, match=said):
        base_sha256(folder)
