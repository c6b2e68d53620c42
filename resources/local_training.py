"""Training on this machine, in a process of its own: the parent's side.

The extra `train` (torch, transformers, peft, TRL) may live in another Python; what crosses are files: ``job.json`` in, ``weights/``,
``progress.json`` and the exit code out. The child reaches no network, and loads weights as safetensors alone, since a pickle is a
program.

Belongs here: what the child is given, and what came of it. Does not belong here: torch (`resources.training_child`).
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from resources.catalog_models import CausalModel, ClassifierModel
from resources.durable import flush_tree, write_bytes
from resources.home import PRIVATE_FILE, private_folder
from resources.model_records import Models, Record
from resources.release_files import file_sha256, read_json
from winnow.errors import TrainingFailed, UsageError

CHILD = Path(__file__).parent / "training_child.py"

WEIGHTS = "weights"

_MODEL_FILES = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "*.jsonl")
"""What a folder of a model may be made of: configuration, weights, vocabularies, templates."""

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "WANDB_DISABLED": "true",
    "PYTHONHASHSEED": "0",
}

_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "SALT", "WINNOW_")
"""Parts of names of variables that the child need not know."""


def base_sha256(base: Path) -> str:
    """A hash over the files of the model in the folder ``base``: configuration, tokenizer and weights.

    Raises:
        UsageError: it is no folder of a model, or its weights are not safetensors.
    """
    if not (base / "config.json").is_file():
        raise UsageError("`base` is no folder of a model: it has no config.json. Nothing is ever downloaded; put one there")
    if not list(base.glob("*.safetensors")):
        raise UsageError("`base` has no weights as .safetensors; other kinds can hold programs and are not read")
    found = sorted({path for pattern in _MODEL_FILES for path in base.glob(pattern) if path.is_file()})
    lines = "".join(f"{file_sha256(path)}  {path.name}\n" for path in found)
    return hashlib.sha256(lines.encode()).hexdigest()


def trained(  # noqa: PLR0913, PLR0917 - the parts of one training, each known elsewhere
    models: Models,
    model: ClassifierModel | CausalModel,
    record: Record,
    files: Mapping[str, Path],
    rules: Mapping[str, Any],
    now: Callable[[], str],
    tell: Callable[[str], None],
) -> Record:
    """``record`` with its weights in place; a training that was cut off goes on from its last checkpoint.

    Raises:
        TrainingFailed: the child failed; the record has its words.
    """
    folder = models.folder(record.name)
    private_folder(folder / "training")
    record = models.write(record.but(state="running"))
    job = {
        "do": "train",
        "kind": model.kind,
        "base": str(Path(model.base).absolute()),
        "train": str(files["train"]),
        "validation": str(files["validation"]) if "validation" in files else None,
        "into": str(folder / "training"),
        "weights": str(folder / WEIGHTS),
        "names": rules.get("names", []),
        "settings": model.model_dump(exclude={"name", "task", "python", "base"}),
    }
    tell(f"{record.examples} train examples, {model.epochs:g} epochs")
    said = run_child(model.python, job, folder / "training", model.threads)
    if said:
        record = models.write(record.but(state="failed", said=said, finished=now()))
        raise TrainingFailed(f"model {record.name} failed: {said}")
    flush_tree(folder / WEIGHTS)
    return models.write(record.but(state="succeeded", model=WEIGHTS, finished=now()))


def answers(
    model: ClassifierModel | CausalModel,
    weights: Path | None,
    requests: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Any],
    scratch: Path,
) -> list[str | int]:
    """The answers of a local model to ``requests``, in their order; ``weights`` None asks the base itself.

    Raises:
        TrainingFailed: the child failed.
    """
    private_folder(scratch)
    write_bytes(scratch / "requests.json", json.dumps(list(requests)).encode())
    job = {
        "do": "answer",
        "kind": model.kind,
        "base": str(Path(model.base).absolute()),
        "weights": None if weights is None else str(weights),
        "requests": str(scratch / "requests.json"),
        "answers": str(scratch / "answers.json"),
        "stop": rules.get("stop"),
        "max_new_tokens": int(rules.get("max_tokens") or 16) * 2,
        "settings": model.model_dump(exclude={"name", "task", "python", "base"}),
    }
    said = run_child(model.python, job, scratch, model.threads)
    found = read_json(scratch / "answers.json")
    for name in ("requests.json", "answers.json"):
        (scratch / name).unlink(missing_ok=True)
    if said or not isinstance(found, list) or len(found) != len(requests):
        raise TrainingFailed(f"the model did not answer: {said or 'its answers are not whole'}")
    return found


def run_child(python: str | None, job: Mapping[str, Any], folder: Path, threads: int | None) -> str:
    """Run the child on ``job``; what went wrong, in the child's words, or nothing."""
    write_bytes(folder / "job.json", json.dumps(dict(job)).encode())
    said = folder / "said.json"
    said.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not any(part in name.upper() for part in _SECRET)}
    environment |= _OFFLINE | ({"OMP_NUM_THREADS": str(threads)} if threads else {})
    log = folder / "log.txt"
    try:
        # Isolated from the folder it starts in, so that no file there is taken for a library.
        with log.open("wb") as sink:
            log.chmod(PRIVATE_FILE)
            done = subprocess.run(  # noqa: S603 - the catalog's owner names the interpreter; there is no shell
                [python or sys.executable, "-P", str(CHILD), str(folder / "job.json")],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=folder,
                check=False,
            )
    except OSError as error:
        return f"the Python of `python` does not start ({error.strerror})"
    if done.returncode == 0:
        return ""
    found = read_json(said)
    if isinstance(found, dict) and found.get("said"):
        return str(found["said"])
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
    return f"the training process ended with {how}; training/log.txt in the model's folder has its words (SIGKILL, 9: out of memory)"
