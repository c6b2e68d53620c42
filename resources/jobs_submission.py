"""The steps of a service's fine-tuning, each of which is kept before and after it is taken: upload, create, follow.

Belongs here: their order, and how a step is found again whose answer was lost. Does not belong here: the requests
(`resources.jobs_api`).

Nothing is made twice. A file is called by the hash of its content, so one that arrived though its answer was lost, or that another
model uploaded, is found in the service's list. A job carries the model's name as metadata, and is looked for before it is created;
where a service keeps no metadata it is known by its files, base and suffix. Where a service lists neither, a step whose end nobody
knows is not repeated: the error says so.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resources.catalog_models import ApiModel
from resources.jobs_api import FIRST_WAIT, LONGEST_WAIT, TRIES, JobsApi, NotOffered, Uncertain
from resources.model_records import ENDED, Models, Record
from winnow.errors import TrainingFailed

FILE_WAITS = 120  # looks at a file that the service still checks: half an hour at the longest wait

_NOT_READY = frozenset({"pending", "running", "uploading"})
_STATES = {"succeeded": "succeeded", "completed": "succeeded", "failed": "failed", "error": "failed", "cancelled": "cancelled"}
"""A job's last states, as services call them; every other is one on the way."""

METADATA = "winnow_model"


class Submission:
    """The training of one model by one service."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one step, each known elsewhere
        self,
        models: Models,
        api: JobsApi,
        model: ApiModel,
        files: Mapping[str, Path],
        now: Callable[[], str],
        tell: Callable[[str], None],
        *,
        anew: bool = False,
    ) -> None:
        """``files``: side → data file; ``anew``: a job of the same name that failed or was cancelled is none."""
        self._models, self._api, self._model, self._files = models, api, model, files
        self._now, self._tell, self._anew = now, tell, anew

    def carried_out(self, record: Record, *, wait: bool) -> Record:
        """``record`` when its job has ended; with ``wait`` false, when the service has taken it.

        Raises:
            TrainingFailed: a step failed; what was done before it is kept, and the same call goes on from there.
        """
        if not record.job:
            # A record that says "creating" must keep saying so: it is how the next call knows that there may be a job.
            record = self._created(record if record.state == "creating" else self._uploaded(record))
        return self._followed(record, wait=wait)

    # --- files

    def _uploaded(self, record: Record) -> Record:
        record = self._models.write(record.but(state="uploading"))
        for side, path in self._files.items():
            if side not in record.files:
                file_id = self._file(path, record.sha256[side])
                record = self._models.write(record.but(files={**record.files, side: file_id}))
                self._tell(f"{side}: file {file_id}")
        for file_id in record.files.values():
            self._checked(file_id)
        return record

    def _file(self, path: Path, sha256: str) -> str:
        """The service's id of the file, found or uploaded."""
        name, size = f"winnow-{sha256}.jsonl", path.stat().st_size
        for number in range(TRIES):
            try:
                found = self._api.find_file(name, size)
            except NotOffered:
                found = None
                if number:
                    raise TrainingFailed(
                        "the connection broke during the upload, and the service lists no files; the same command uploads again"
                    ) from None
            if found:
                return found
            try:
                return self._api.upload(path, name)
            except Uncertain:
                self._api.sleep(min(FIRST_WAIT * 2**number, LONGEST_WAIT))
        raise TrainingFailed(f"the upload broke {TRIES} times; the same command goes on from here")

    def _checked(self, file_id: str) -> None:
        """Wait until the service has looked at the file."""
        for number in range(FILE_WAITS):
            status, said = self._api.file_status(file_id)
            if status in {"error", "failed"}:
                raise TrainingFailed(f"the service refuses file {file_id}: {said or 'without a reason'}")
            if status not in _NOT_READY:
                return
            self._api.sleep(min(FIRST_WAIT * 2**number, LONGEST_WAIT))
        raise TrainingFailed(f"the service has not finished looking at file {file_id}; the same command goes on from here")

    # --- the job

    def _created(self, record: Record) -> Record:
        uncertain = record.state == "creating"
        record = self._models.write(record.but(state="creating"))
        for number in range(TRIES):
            try:
                job = self._api.find_job(lambda job: self._is_it(job, record))
            except NotOffered:
                job = None
                if uncertain or number:
                    raise TrainingFailed(
                        "the connection broke while the job was created, and the service lists no jobs; see at the service whether "
                        "there is one, and if not begin anew by `winnow submit --again`"
                    ) from None
            try:
                job = job or self._api.create_job(self._body(record))
            except Uncertain:
                self._api.sleep(min(FIRST_WAIT * 2**number, LONGEST_WAIT))
                continue
            except TrainingFailed as error:
                self._models.write(record.but(state="failed", said=str(error), finished=self._now()))
                raise
            self._tell(f"job {job['id']}")
            return self._models.write(record.but(state="running", job=str(job["id"])))
        raise TrainingFailed(
            f"the connection broke {TRIES} times while the job was created; the same command goes on from here"
        )

    def _body(self, record: Record) -> dict[str, Any]:
        model = self._model
        body: dict[str, Any] = {
            "model": model.base,
            "training_file": record.files["train"],
            "metadata": {METADATA: record.name},
        }
        if "validation" in record.files:
            body["validation_file"] = record.files["validation"]
        if model.suffix:
            body["suffix"] = model.suffix
        if model.seed is not None:
            body["seed"] = model.seed
        if model.method != "none":
            body["method"] = {"type": model.method, model.method: {"hyperparameters": dict(model.hyperparameters)}}
        elif model.hyperparameters:
            body["hyperparameters"] = dict(model.hyperparameters)
        return body

    def _is_it(self, job: Mapping[str, Any], record: Record) -> bool:
        """Whether ``job`` is the one of ``record``."""
        state = _STATES.get(str(job.get("status")), "")
        if self._anew and state in {"failed", "cancelled"}:
            return False
        metadata = job.get("metadata")
        if isinstance(metadata, Mapping) and METADATA in metadata:
            return bool(metadata[METADATA] == record.name)
        if state in {"failed", "cancelled"}:
            return False
        same = job.get("training_file") == record.files["train"] and job.get("model") == self._model.base
        given = job.get("hyperparameters")
        wanted = self._model.hyperparameters
        alike = not isinstance(given, Mapping) or all(given.get(name, value) == value for name, value in wanted.items())
        return (
            same
            and alike
            and (job.get("validation_file") or "") == record.files.get("validation", "")
            and self._suffix_fits(job)
        )

    def _suffix_fits(self, job: Mapping[str, Any]) -> bool:
        said = job.get("user_provided_suffix", job.get("suffix"))
        return said is None or said == self._model.suffix

    def _followed(self, record: Record, *, wait: bool) -> Record:
        """``record`` as its job is now, or with ``wait`` when it has ended."""
        seconds, before = FIRST_WAIT, ""
        while True:
            job = self._api.job(record.job)
            status = str(job.get("status"))
            if status != before:
                self._tell(f"job {record.job}: {status}")
                before = status
            state = _STATES.get(status)
            if state in ENDED:
                return self._ended(record, state, job)
            if not wait:
                return record
            self._api.sleep(seconds)
            seconds = min(seconds * 1.5, LONGEST_WAIT)

    def _ended(self, record: Record, state: Any, job: Mapping[str, Any]) -> Record:
        model = str(job.get("fine_tuned_model") or job.get("output_name") or "")
        said = "" if state == "succeeded" else self._api.job_words(job)
        if state == "succeeded" and not model:
            state, said = "failed", "the service says that the job succeeded, and names no model"
        return self._models.write(record.but(state=state, model=model, said=said, finished=self._now()))
