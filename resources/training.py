"""From a version and a model's settings to a trained model: the one way in for the command line and the assets.

Belongs here: what a model is called, which files it learns from, and who trains it. Does not belong here: the services' interface
(`resources.jobs_submission`), training on this machine (`resources.local_training`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from resources import jobs_submission, local_training, training_sets
from resources.catalog_models import ApiModel, FineTuning, Hyperparameter, Model
from resources.clock import Clock
from resources.durable import write_bytes
from resources.jobs_api import JobsApi
from resources.model_records import ENDED, Models, Record
from resources.own_words import OwnWords
from resources.release_files import file_sha256
from resources.releases import Releases
from winnow.baselines import part
from winnow.errors import TrainingFailed, UsageError, VersionError
from winnow.manifest import hash_of

FEW = 200
"""Train examples below which a model is more chance than learning: what the legacy fine-tuning guide advised at least to have some
hundred of, and where the intervals of the learning curves in docs/results.md still overlap."""

TRAINING_VERSION = 1
"""Part of a model's name: raise it when the same settings make another model."""

_WHERE_NOT_WHAT = frozenset(
    {"name", "task", "api_key", "python", "threads", "parallel_requests", "timeout_seconds", "measure", "worst_drop"}
)
"""Settings that do not decide what a model becomes."""

Tell = Callable[[str], None]
"""Called with each step as it is done: counts, states and ids."""


@dataclass
class Training:
    """The models of one dataset, and how they are made."""

    releases: Releases
    clock: Clock
    settings: FineTuning
    tell: Tell = lambda _said: None

    @property
    def models(self) -> Models:
        """Where they are kept."""
        return Models(self.releases.path)

    def planned(self, model: Model, version: str, share: float = 1.0) -> Record:
        """The record of ``model`` on ``version`` before anything is done, or as it was left; nothing is written.

        Raises:
            UsageError: the version has no such task or format, or the base is no model.
            VersionError: there is no such version.
        """
        folder = self.releases.version_path(version)
        training_sets.rules_of(folder, model.task, model.format)
        settings = _settings(model)
        base = model.base if isinstance(model, ApiModel) else local_training.base_sha256(Path(model.base))
        manifest = self.releases.manifest_sha256(version)
        key = hash_of([TRAINING_VERSION, version, manifest, model.task, model.kind, {**settings, "base": base}, share])
        name = f"{model.name}-{key[:12]}"
        if (found := self.models.read(name)) is not None:
            return found
        return Record(
            name=name,
            line=model.name,
            kind=model.kind,
            dataset=self.releases.path.name,
            version=version,
            manifest_sha256=manifest,
            task=model.task,
            format=model.format,
            base=base,
            settings=settings,
            share=share,
            base_path="" if isinstance(model, ApiModel) else str(Path(model.base).absolute()),
        )

    def submit(self, model: Model, version: str, share: float = 1.0, *, wait: bool = True, again: bool = False) -> Record:
        """Train ``model`` on ``version``, or go on where an earlier call was left; a finished model is returned as it is.

        Args:
            model: its settings.
            version: of the dataset.
            share: of the train set, by hash rank, so that smaller parts lie in larger ones.
            wait: follow a service's job to its end; local training always ends within the call.
            again: begin anew where an earlier attempt failed.

        Raises:
            TrainingFailed: it failed, with the service's or the trainer's words; the record has them too.
            LockHeld: another process is at work on the same model.
        """
        planned = self.planned(model, version, share)
        if planned.state == "succeeded":
            return planned
        with self.models.writing(planned.name):
            record = self.models.read(planned.name) or planned
            if record.state in ENDED and record.state != "succeeded":
                if not again:
                    raise TrainingFailed(
                        f"model {record.name} {record.state}: {record.said}; `winnow submit --again` begins anew"
                    )
                record = record.but(state="new", job="", said="", finished="", model="")
            elif again and record.state == "creating":  # a person has looked at the service, which lists no jobs
                record = record.but(state="new")
            record, files = self._prepared(record)
            if isinstance(model, ApiModel):
                with_api = self.api(model, list(files.values()))
                try:
                    job = jobs_submission.Submission(self.models, with_api, model, files, self._now, self.tell, anew=again)
                    record = job.carried_out(record, wait=wait)
                finally:
                    with_api.close()
            else:
                rules = training_sets.rules_of(self.releases.version_path(version), model.task, model.format)
                record = local_training.trained(self.models, model, record, files, rules, self._now, self.tell)
        if record.state in ENDED and record.state != "succeeded":
            raise TrainingFailed(f"model {record.name} {record.state}: {record.said}")
        return record

    def api(self, model: ApiModel, files: list[Path]) -> JobsApi:
        """A client of the model's service, which hides the words of ``files`` from what the service says."""
        return JobsApi(model.address, model.api_key, model.timeout_seconds, hidden=OwnWords(files).hide)

    def _prepared(self, record: Record) -> tuple[Record, dict[str, Path]]:
        """The record with its data's hashes, kept, and the train and validation files."""
        files = self._published(record)
        found = training_sets.examples(self.releases.version_path(record.version), record.task, record.format, "train")
        if not found:
            raise UsageError(f"version {record.version} has no train examples of {record.task}")
        if record.share < 1:
            kept = part([{"example_id": example.example_id} for example in found], record.share)
            found = [found[place] for place in kept]
            files["train"] = self.models.folder(record.name) / "train.jsonl"
            write_bytes(files["train"], training_sets.lines_of(found))
        if len(found) < FEW:
            self.tell(f"warning: {len(found)} train examples; below {FEW} a model is more chance than learning")
        sums = {side: file_sha256(path) for side, path in files.items()}
        started = record.started or self._now()
        return self.models.write(record.but(examples=len(found), sha256=sums, started=started)), files

    def _published(self, record: Record) -> dict[str, Path]:
        """The version's train and validation files, the latter if it has any line."""
        files = {side: self.checked(record.version, record.task, record.format, side) for side in ("train", "validation")}
        return {side: path for side, path in files.items() if path.is_file() and path.stat().st_size}

    def checked(self, version: str, task: str, form: str, side: str) -> Path:
        """Where the data file of one side lies, if it is there.

        Raises:
            VersionError: it is not the one that was published.
        """
        folder = self.releases.version_path(version)
        path = training_sets.data_file(folder, task, form, side)
        name = path.relative_to(folder).as_posix()
        sums = {file["path"]: file["sha256"] for file in self.releases.manifest(version)["files"]}
        if (name in sums or path.is_file()) and (not path.is_file() or file_sha256(path) != sums.get(name)):
            raise VersionError(f"{name} of version {version} is not the file that was published; `winnow verify` says more")
        return path

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")


def changed(model: Model, changes: Mapping[str, Hyperparameter]) -> Model:
    """``model`` with some settings changed; a service's model takes names it does not know as hyperparameters.

    Raises:
        UsageError: there is no such setting, or the value is not one of it.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - only where something is changed

    given: dict[str, Any] = model.model_dump()
    fixed = {"name", "kind", "task", "api_key"}
    for name, value in changes.items():
        if name in given and name not in fixed | {"hyperparameters"}:
            given[name] = value
        elif isinstance(model, ApiModel) and name not in fixed:
            given["hyperparameters"] = {**given["hyperparameters"], name: value}
        else:
            known = ", ".join(sorted(set(given) - fixed))
            raise UsageError(f"a {model.kind} has no setting {name!r}; choose of {known}")
    try:
        return type(model).model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _settings(model: Model) -> dict[str, Any]:
    """What decides what ``model`` becomes, without where a local base lies (its hash stands for it) and without secrets."""
    found = {name: value for name, value in model.model_dump().items() if name not in _WHERE_NOT_WHAT}
    if isinstance(model, ApiModel):
        found["address"] = _without_password(model.address)
    else:
        found["base"] = Path(model.base).name
    return found


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
