"""Submitting a version to a service, against a real one on this machine, whatever goes wrong on the way."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from resources.catalog_models import ApiModel, FineTuning
from resources.clock import SystemClock
from resources.jobs_api import JobsApi
from resources.model_records import Record
from resources.training import Training, changed
from tests.resources import small_version
from tests.resources.jobs_server import KEY, Failure, Service, service
from winnow.errors import LockHeld, TrainingFailed, UsageError, VersionError

POST_FILES, POST_JOBS = ("POST", "/files"), ("POST", "/fine_tuning/jobs")


@pytest.fixture
def server() -> Iterator[Service]:
    """The service."""
    with service() as found:
        yield found


@dataclasses.dataclass
class Place:
    """A version, a service, and the waits that were taken."""

    server: Service
    training: Training
    model: ApiModel
    waits: list[float]

    def submit(self, **more: Any) -> Record:
        """Submit the model."""
        return self.training.submit(more.pop("model", self.model), more.pop("version", self.version), **more)

    @property
    def version(self) -> str:
        """The version in force."""
        return str(self.training.releases.manifest()["version"])


@pytest.fixture
def place(server: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Where a model can be submitted; waits are noted instead of taken."""
    model = ApiModel(
        name="topics_gpt",
        task=small_version.TASK,
        address=server.address,
        api_key=KEY,
        base="base-1",
        suffix="winnow",
        hyperparameters={"n_epochs": 3},
    )
    training = Training(small_version.publish(tmp_path), SystemClock(), FineTuning(models=(model,)))
    waits: list[float] = []
    api = Training.api

    def patient(self: Training, model: ApiModel, files: list[Path]) -> JobsApi:
        found = api(self, model, files)
        found.sleep = waits.append
        return found

    monkeypatch.setattr(Training, "api", patient)
    return Place(server, training, model, waits)


def test_a_job_is_started_with_both_files_and_followed_to_its_model(place: Place) -> None:
    """The service gets train and validation byte for byte, base, suffix and hyperparameters; the record gets the model's name."""
    record = place.submit()
    folder = place.training.releases.version_path(place.version) / "data" / small_version.TASK / "chat"
    body = place.server.bodies[0]
    assert place.server.contents[body["training_file"]] == (folder / "train.jsonl").read_bytes()
    assert place.server.contents[body["validation_file"]] == (folder / "validation.jsonl").read_bytes()
    assert (body["model"], body["suffix"], body["hyperparameters"]) == ("base-1", "winnow", {"n_epochs": 3})
    assert (record.state, record.model) == ("succeeded", "ft:base-1:winnow:ftjob-1")


def test_the_record_names_the_version_and_no_secret(place: Place) -> None:
    """Version, manifest hash, task, format and settings stand in the record's file, which is its owner's alone; the key does not."""
    record = place.submit()
    path = place.training.models.folder(record.name) / "record.json"
    found = json.loads(path.read_bytes())
    assert found["manifest_sha256"] == place.training.releases.manifest_sha256(place.version)
    assert (found["version"], found["task"], found["format"]) == (place.version, small_version.TASK, "chat")
    assert found["settings"]["hyperparameters"] == {"n_epochs": 3}
    assert KEY not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_request_is_the_same_model(place: Place) -> None:
    """Submitting again asks the service nothing; another hyperparameter is another job with the same files."""
    first = place.submit()
    before = len(place.server.requests)
    assert place.submit() == first
    assert len(place.server.requests) == before
    other = place.submit(model=changed(place.model, {"n_epochs": 4}))
    assert other.name != first.name
    assert (place.server.count(*POST_FILES), place.server.count(*POST_JOBS)) == (2, 2)


def test_another_version_is_another_model(place: Place, tmp_path: Path) -> None:
    """A new version's model is called otherwise and learns from its own file."""
    first = place.submit()
    small_version.publish(tmp_path, train=21)
    second = place.submit()
    assert (first.version, first.name) != (second.version, second.name)
    assert len(place.server.jobs) == 2


@pytest.mark.parametrize("kind", ["lost", "cut"])
@pytest.mark.parametrize("step", [POST_FILES, POST_JOBS])
def test_a_broken_connection_makes_nothing_twice(place: Place, step: tuple[str, str], kind: str) -> None:
    """Whether the request or its answer was lost: at the end there are two files and one job."""
    place.server.failures.append(Failure(*step, kind=kind))
    assert place.submit().state == "succeeded"
    assert (len(place.server.files), len(place.server.jobs)) == (2, 1)


@pytest.mark.parametrize("metadata", [True, False])
def test_a_job_whose_answer_was_lost_is_known_without_metadata(place: Place, metadata: bool) -> None:
    """A service that keeps no metadata shows the job by its files, base, suffix and hyperparameters."""
    place.server.metadata = metadata
    place.server.failures.append(Failure(*POST_JOBS, kind="lost"))
    assert place.submit().job == "ftjob-1"
    assert len(place.server.jobs) == 1


def test_another_home_finds_the_job_again(place: Place) -> None:
    """A record that is lost, or another copy of the home, starts no second job."""
    first = place.submit()
    (place.training.models.folder(first.name) / "record.json").unlink()
    assert place.submit().job == first.job
    assert (len(place.server.files), len(place.server.jobs)) == (2, 1)


def test_a_service_without_lists_is_not_asked_twice_for_a_job(place: Place) -> None:
    """Where nobody can know whether the job was created, the command says so and creates none."""
    place.server.lists = False
    place.server.failures.append(Failure(*POST_JOBS, kind="lost"))
    with pytest.raises(TrainingFailed, match="lists no jobs"):
        place.submit()
    with pytest.raises(TrainingFailed, match="lists no jobs"):
        place.submit()
    assert len(place.server.jobs) == 1
    assert place.submit(again=True).state == "succeeded"


def test_a_service_without_lists_is_used_all_the_same(place: Place) -> None:
    """A service that lists nothing trains the model where nothing goes wrong."""
    place.server.lists = False
    assert place.submit().state == "succeeded"


@pytest.mark.parametrize("step", [("GET", "/files"), POST_FILES, POST_JOBS, ("GET", "/fine_tuning/jobs/")])
def test_too_many_requests_waits_as_long_as_it_is_told(place: Place, step: tuple[str, str]) -> None:
    """After 429 with Retry-After the client waits that long and goes on, and nothing is made twice."""
    place.server.failures.append(Failure(*step, status=429, headers={"Retry-After": "17"}, message="Rate limit reached"))
    assert place.submit().state == "succeeded"
    assert 17 in place.waits
    assert (len(place.server.files), len(place.server.jobs)) == (2, 1)


@pytest.mark.parametrize("step", [("GET", "/files"), POST_FILES, POST_JOBS, ("GET", "/fine_tuning/jobs/")])
@pytest.mark.parametrize("failure", [{"status": 500}, {"status": 503}, {"kind": "cut"}])
def test_a_passing_failure_is_outlived(place: Place, step: tuple[str, str], failure: dict[str, Any]) -> None:
    """Two failures in a row at any step end in one job with its model."""
    place.server.failures += [Failure(*step, **failure), Failure(*step, **failure)]
    assert place.submit().state == "succeeded"
    assert (len(place.server.files), len(place.server.jobs)) == (2, 1)


def test_a_lasting_failure_ends_with_the_services_words(place: Place) -> None:
    """A service that stays out of order is given up, in its own words."""
    place.server.failures += [Failure("GET", "/files", status=500, message="We are moving house") for _ in range(20)]
    with pytest.raises(TrainingFailed, match="500: We are moving house"):
        place.submit()
    assert sum(place.waits) < 120


def test_a_crash_between_two_steps_goes_on(place: Place) -> None:
    """Killed after each step, the same command ends with two files and one job."""

    class Killed(BaseException):
        pass

    def once(after: int) -> Callable[[str], None]:
        left = [after]

        def tell(_said: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        return tell

    for after in (2, 2, 2, 2, 2):  # the first thing told is a warning: there are few examples
        place.training.tell = once(after)
        try:
            place.submit()
        except Killed:
            continue
    place.training.tell = lambda _said: None
    assert place.submit().state == "succeeded"
    assert (place.server.count(*POST_FILES), place.server.count(*POST_JOBS)) == (2, 1)


def test_a_failed_job_tells_the_services_words_and_not_ours(place: Place) -> None:
    """What the service says of a failed job stands in the error and the record, without the line and the key that it quotes."""
    example = small_version.examples("train", 1)[0]["input"]
    place.server.ends = "failed"
    place.server.error = {"code": "invalid_file", "message": f'Line 1 is too short: "{example}" (sent with {KEY})'}
    with pytest.raises(TrainingFailed, match="invalid_file: Line 1 is too short") as caught:
        place.submit()
    record = place.training.models.all()[0]
    for said in (str(caught.value), record.said):
        assert KEY not in said
        assert example not in said
        assert not any(" ".join(example.split()[start : start + 3]) in said for start in range(len(example.split()) - 2))


def test_a_failed_model_begins_anew_only_when_asked(place: Place) -> None:
    """The same command repeats the failure without a new job; --again starts one with the files that are there."""
    place.server.ends, place.server.error = "failed", {"message": "Out of quota"}
    for _ in range(2):
        with pytest.raises(TrainingFailed, match="Out of quota"):
            place.submit()
    assert len(place.server.jobs) == 1
    place.server.ends = "succeeded"
    assert place.submit(again=True).state == "succeeded"
    assert (len(place.server.files), len(place.server.jobs)) == (2, 2)


def test_a_refused_job_is_not_tried_again_and_again(place: Place) -> None:
    """A request that the service calls wrong is a failure with its words, after one try."""
    place.server.failures.append(Failure(*POST_JOBS, status=400, message="model base-1 cannot be fine-tuned"))
    with pytest.raises(TrainingFailed, match="cannot be fine-tuned"):
        place.submit()
    assert place.server.count(*POST_JOBS) == 1


def test_a_wrong_key_is_told_without_it(place: Place) -> None:
    """Services quote the key that they refuse; the error does not."""
    wrong = place.model.model_copy(update={"api_key": "secret-of-ours-1"})
    with pytest.raises(TrainingFailed, match="401: Incorrect API key") as caught:
        place.submit(model=wrong)
    assert "secret-of-ours-1" not in str(caught.value)


def test_a_redirect_is_not_followed(place: Place) -> None:
    """The key goes to the address of the catalog and nowhere else."""
    with service() as elsewhere:
        place.server.failures.append(Failure("GET", "/files", status=307, headers={"Location": f"{elsewhere.address}/files"}))
        with pytest.raises(TrainingFailed, match="redirect"):
            place.submit()
        assert elsewhere.requests == []


def test_without_waiting_the_job_is_left_to_run(place: Place) -> None:
    """--no-wait ends when the service has the job; the same command later brings the model."""
    place.server.ends = "running"
    assert place.submit(wait=False).state == "running"
    place.server.ends = "succeeded"
    assert place.submit().state == "succeeded"
    assert len(place.server.jobs) == 1


def test_a_part_of_the_train_set_is_a_model_of_its_own(place: Place) -> None:
    """A quarter of the examples is uploaded as a file of its own, and is a part of the half."""
    quarter, half = place.submit(share=0.25), place.submit(share=0.5)
    assert (quarter.examples, half.examples) == (15, 30)
    contents = [place.server.contents[record.files["train"]].splitlines() for record in (quarter, half)]
    assert set(contents[0]) < set(contents[1])


def test_two_processes_do_not_make_one_model(place: Place) -> None:
    """While one is at work on a model, another is refused."""
    name = place.training.planned(place.model, place.version).name
    with place.training.models.writing(name), pytest.raises(LockHeld):
        place.submit()


def test_a_format_that_the_version_lacks_is_named(place: Place) -> None:
    """The error says which formats a model could learn from."""
    with pytest.raises(UsageError, match="no task elsewhere"):
        place.submit(model=place.model.model_copy(update={"task": "elsewhere"}))


@pytest.mark.parametrize("side", ["train", "validation"])
@pytest.mark.parametrize("damage", [(b'"role":"assistant"', b'"role":"assistent"'), (b"}\n", b',"more":1}\n'), (b"{", b"")])
def test_a_file_that_is_not_the_published_one_is_not_sent(place: Place, side: str, damage: tuple[bytes, bytes]) -> None:
    """A wrong role, a key too much, half a line: whatever was changed since the publication, nothing is uploaded."""
    folder = place.training.releases.version_path(place.version)
    path = folder / "data" / small_version.TASK / "chat" / f"{side}.jsonl"
    path.write_bytes(path.read_bytes().replace(*damage, 1))
    with pytest.raises(VersionError, match=f"{side}.jsonl of version .* is not the file that was published"):
        place.submit()
    assert place.server.requests == []


def test_few_examples_are_warned_of(place: Place) -> None:
    """Fewer than two hundred train examples are said to be too few."""
    told: list[str] = []
    place.training.tell = told.append
    place.submit()
    assert any(said.startswith("warning: 60 train examples") for said in told)
