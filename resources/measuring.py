"""Asks a trained model about a set of a version, and says what it is worth beside its baselines and the model in use.

Belongs here: which answers are needed, where they come from and that none is asked for twice. Does not belong here: what is made of
them (`winnow.model_evaluation`), and training (`resources.training`).
"""

import json
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from resources import local_training, training_sets
from resources.catalog_models import ApiModel, CausalModel, Model
from resources.home import PRIVATE_FILE, private_folder
from resources.jobs_api import JobsApi
from resources.model_records import Record
from resources.training import FEW, Training
from resources.training_sets import Example
from winnow.baselines import label_baselines, rank, shots, text_baselines
from winnow.errors import TrainingFailed, UsageError
from winnow.exports import exports
from winnow.model_evaluation import MODEL, Asked, beats, compare, curve, page, regressed

Part = Literal["train", "validation", "test"]

SHARES = (0.25, 0.5, 1.0)
"""Of the train set that the learning curve is drawn at: each twice the one before."""

FEW_SHOT = "base, few-shot"
CURRENT = "current model"


@dataclass
class Measuring:
    """Measures models of one dataset."""

    training: Training

    def evaluate(
        self, record: Record, *, version: str | None = None, part: Part = "test", shares: bool = False
    ) -> dict[str, Any]:
        """Measure the model of ``record`` on a set of ``version`` (default: its own), keep the result and its page, and return it.

        ``shares``: train the same model on parts of the train set too, and add the learning curve.

        Raises:
            UsageError: the model is not finished, is not in the catalog any more, or the set is empty.
            TrainingFailed: a model could not be asked.
        """
        model, version = self._line(record), version or record.version
        if record.state != "succeeded":
            raise UsageError(f"model {record.name} is {record.state}; `winnow submit` goes on with it")
        examples = self._examples(record, version, part)
        answers = {MODEL: self._answers(record, model, version, part, examples)}
        answers |= self._baselines(record, model, version, part, examples)
        current = self.training.models.current(record.task)
        before = self.training.models.read(current) if current and current != record.name else None
        if before is not None and (found := self._others(before, version, part, examples)) is not None:
            answers[CURRENT] = found
        asked = _asked(examples, self._labels(record))
        document = compare(asked, answers).document()
        document |= {
            "model": record.name,
            "line": record.line,
            "task": record.task,
            "version": version,
            "set": part,
            "measure": model.measure or asked.measures[0],
            "train_examples": record.examples,
            "few": record.examples < FEW,
            "current": before.name if CURRENT in answers and before is not None else None,
        }
        if document["measure"] not in document["figures"][MODEL]:
            raise UsageError(f"task {record.task} has no {document['measure']}; choose of {', '.join(asked.measures)}")
        if shares:
            document["curve"] = self._curve(record, model, version, part, asked, answers[MODEL], examples)
        title = f"{record.name} on {part} of {version}"
        self.training.models.write_evaluation(record.name, document, page(title, said_of(record, document), document))
        return document

    def settled(self, record: Record, document: dict[str, Any]) -> bool:
        """Whether by the catalog's rule the model becomes the current one; if so it does.

        Only a figure of the test set counts: a model is made to look good on the others.
        """
        if self.training.settings.promote != "if_better" or document["set"] != "test" or record.share < 1:
            return False
        before = self.training.models.current(record.task)
        if before == record.name:
            return True
        competitors = [CURRENT] if before else [name for name in document["differences"] if name != CURRENT]
        if not set(competitors) <= set(document["differences"]) or not beats(document, document["measure"], competitors):
            return False
        self.promote(record)
        return True

    def promote(self, record: Record) -> None:
        """Make the model of ``record`` the current one of its task."""
        model = self._line(record)
        self.training.models.promote(record, model.address if isinstance(model, ApiModel) else "")

    def has_regressed(self, record: Record, document: dict[str, Any]) -> bool:
        """Whether the model is worse than the current one by more than its line allows, beyond chance."""
        if CURRENT not in document["differences"]:
            return False
        return regressed(document, document["measure"], CURRENT, self._line(record).worst_drop)

    # --- what is asked

    def _examples(self, record: Record, version: str, part: str) -> list[Example]:
        folder = self.training.releases.version_path(version)
        self.training.checked(version, record.task, record.format, part)
        found = training_sets.examples(folder, record.task, record.format, part)
        found = list({example.example_id: example for example in found}.values())  # copies are for train
        if not found:
            raise UsageError(f"version {version} has no {part} examples of {record.task}; choose another --set")
        most = self.training.settings.max_test_examples
        if most is not None and len(found) > most:
            kept = {example.example_id for example in sorted(found, key=lambda example: rank(example.example_id))[:most]}
            found = [example for example in found if example.example_id in kept]
        return found

    def _labels(self, record: Record) -> tuple[str, ...]:
        folder = self.training.releases.version_path(record.version)
        return tuple(training_sets.rules_of(folder, record.task, record.format).get("labels", ()))

    def _line(self, record: Record) -> Model:
        """The settings that the model of ``record`` was made with; where its service and Python are, the catalog says."""
        try:
            model = self.training.settings.model(record.line)
        except KeyError:
            raise UsageError(
                f"the catalog's fine_tuning has no model {record.line!r} any more; put it back to ask it"
            ) from None
        if model.kind != record.kind:
            raise UsageError(f"model {record.name} is of kind {record.kind}, and the catalog's {record.line!r} is not any more")
        own = {name: value for name, value in record.settings.items() if name not in {"kind", "address"}}
        return model.model_copy(update=own | ({"base": record.base_path} if record.base_path else {}))

    def _others(self, record: Record, version: str, part: str, examples: Sequence[Example]) -> list[str] | None:
        """The answers of another model to the same examples; None if it cannot be asked about all of them."""
        try:
            found = training_sets.examples(self.training.releases.version_path(version), record.task, record.format, part)
            own = {example.example_id: example for example in found}
            if any(example.example_id not in own for example in examples):
                return None
            same = [own[example.example_id] for example in examples]
            return self._answers(record, self._line(record), version, part, same)
        except (UsageError, TrainingFailed) as error:
            self.training.tell(f"warning: the current model is not compared: {error}")
            return None

    # --- answers

    def _answers(  # noqa: PLR0913, PLR0917 - the parts of one round of questions
        self, record: Record, model: Model, version: str, part: str, examples: Sequence[Example], shown: Sequence[Example] = ()
    ) -> list[str]:
        """Readable answers; ``shown`` examples make it a question to the base model, with these before it."""
        rules = training_sets.rules_of(self.training.releases.version_path(record.version), record.task, record.format)
        folder = self.training.models.folder(record.name)
        kept = _Kept(folder / "answers" / f"{version}-{part}{'-base' if shown else ''}.jsonl")
        missing = [example for example in examples if example.example_id not in kept.answers]
        if missing:
            self.training.tell(
                f"asking {'the base of ' if shown else ''}{record.name}: {len(missing)} of {len(examples)} examples"
            )
            requests = [_request(example, record.format, shown) for example in missing]
            if isinstance(model, ApiModel):
                name = model.base if shown else record.model
                asked = self.training.releases.version_path(version)
                api = self.training.api(model, [training_sets.data_file(asked, record.task, record.format, part)])
                try:
                    _ask(api, model, name, missing, requests, rules, kept)
                finally:
                    api.close()
            else:
                if isinstance(model, CausalModel) and local_training.base_sha256(Path(model.base)) != record.base:
                    raise UsageError(f"the base of {record.name} is not the one it was trained from; put that one back")
                weights = None if shown else folder / record.model
                found = local_training.answers(model, weights, requests, rules, folder / "answers")
                kept.add(zip((example.example_id for example in missing), found, strict=True))
        decoded = exports()[record.format].decoded
        return [decoded(kept.answers[example.example_id], rules) for example in examples]

    def _baselines(
        self, record: Record, model: Model, version: str, part: str, examples: Sequence[Example]
    ) -> dict[str, list[str]]:
        train = training_sets.examples(self.training.releases.version_path(record.version), record.task, record.format, "train")
        texts = [example.text for example in examples]
        if self._labels(record):
            found = label_baselines([one.text for one in train], [one.wanted for one in train], texts)
        else:
            found = text_baselines(texts)
        if self.training.settings.shots and isinstance(model, ApiModel | CausalModel):
            known = [{"example_id": one.example_id, "label": one.wanted if self._labels(record) else None} for one in train]
            shown = [train[place] for place in shots(known, self.training.settings.shots)]
            try:
                found[FEW_SHOT] = self._answers(record, model, version, part, examples, shown)
            except TrainingFailed as error:
                self.training.tell(f"warning: the base model is not compared: {error}")
        return found

    def _curve(  # noqa: PLR0913, PLR0917 - the parts of one evaluation, known to its only caller
        self,
        record: Record,
        model: Model,
        version: str,
        part: str,
        asked: Asked,
        whole: Sequence[str],
        examples: Sequence[Example],
    ) -> dict[str, Any]:
        points: list[tuple[int, Sequence[str]]] = []
        for share in SHARES[:-1]:
            smaller = self.training.submit(model, record.version, share)
            points.append((smaller.examples, self._answers(smaller, model, version, part, examples)))
        return curve(model.measure or asked.measures[0], asked, [*points, (record.examples, whole)])


def said_of(record: Record, document: dict[str, Any]) -> dict[str, str]:
    """What the page says above its tables: where the model came from."""
    found = {
        "model": record.name,
        "dataset version": f"{record.version} (manifest {record.manifest_sha256[:16]}…)",
        "task and format": f"{record.task}, {record.format}",
        "base": f"{record.settings.get('base', '')} ({record.kind})",
        "learnt from": f"{record.examples:,} train examples",
        "measured on": f"{document['set']} of version {document['version']}",
    }
    if document["few"]:
        found["warning"] = f"fewer than {FEW} train examples: such a model is more chance than learning"
    return found


class _Kept:
    """Answers by example id in a file of JSON lines, each written as it comes, so that a stopped evaluation goes on."""

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, str | int] = {}
        self._path, self._lock = path, threading.Lock()
        whole = 0
        if path.exists():
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):  # the writer was killed in the middle of it
                    break
                entry = json.loads(line)
                self.answers[entry["example_id"]] = entry["answer"]
                whole += len(line)
            os.truncate(path, whole)

    def add(self, answers: Iterable[tuple[str, str | int]]) -> None:
        """Keep ``answers`` (id, answer); a power cut may lose the last ones, which are then asked for again."""
        with self._lock:
            private_folder(self._path.parent)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
            with os.fdopen(descriptor, "ab") as file:
                for example_id, answer in answers:
                    self.answers[example_id] = answer
                    file.write(json.dumps({"example_id": example_id, "answer": answer}).encode() + b"\n")


def _asked(examples: Sequence[Example], labels: tuple[str, ...]) -> Asked:
    return Asked(
        [example.example_id for example in examples],
        [example.group for example in examples],
        [example.wanted for example in examples],
        labels,
    )


def _request(example: Example, form: str, shown: Sequence[Example]) -> dict[str, Any]:
    """The question that ``example`` is, behind the ``shown`` ones with their answers."""
    request = training_sets.request_of(example.record, form)
    if not shown:
        return request
    if form == "completion":
        before = "".join(one.record["prompt"] + one.record["completion"] + "\n\n" for one in shown)
        return {"prompt": before + request["prompt"]}
    system = [message for message in request["messages"] if message["role"] == "system"]
    turns = [message for one in shown for message in one.record["messages"] if message["role"] != "system"]
    return {"messages": [*system, *turns, *(message for message in request["messages"] if message["role"] != "system")]}


def _ask(  # noqa: PLR0913, PLR0917 - the parts of one round of questions
    api: JobsApi,
    model: ApiModel,
    name: str,
    examples: Sequence[Example],
    requests: Sequence[dict[str, Any]],
    rules: dict[str, Any],
    kept: _Kept,
) -> None:
    """Ask a service each of ``requests``, some at once, and keep each answer as it comes; the first failure ends it."""
    most = max(1, int(rules.get("max_tokens") or 256))
    if "labels" not in rules or not rules["labels"]:
        most *= 2  # an answer may be longer than any in train

    def one(place: int) -> None:
        request = requests[place]
        if "messages" in request:
            answer = api.chat(name, request["messages"], most)
        else:
            answer = api.complete(name, request["prompt"], most, rules.get("stop"))
        kept.add([(examples[place].example_id, answer)])

    with ThreadPoolExecutor(model.parallel_requests) as pool:
        tasks = [pool.submit(one, place) for place in range(len(requests))]
        try:
            for task in tasks:
                task.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
