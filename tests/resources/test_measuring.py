"""Measuring a service's model: what is asked, what is not asked twice, baselines, the model in use, the curve, the page."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resources.catalog_models import ApiModel, FineTuning
from resources.clock import SystemClock
from resources.measuring import CURRENT, FEW_SHOT, Measuring
from resources.model_records import Record
from resources.training import Training, changed
from tests.resources import small_version
from tests.resources.jobs_server import KEY, Failure, Service, service
from winnow.errors import TrainingFailed, UsageError, VersionError

CHAT = ("POST", "/chat/completions")


def knowing(body: dict[str, Any]) -> str:
    """A model that knows the words of each label."""
    said = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
    return next((label for label, words in small_version.WORDS.items() if any(word in said.split() for word in words)), "order")


def fooled(share: int) -> Callable[[dict[str, Any]], str]:
    """A model that is wrong about every message whose length is a multiple of ``share``."""
    return lambda body: "card" if len(body["messages"][-1]["content"]) % share == 0 else knowing(body)


@dataclass
class Place:
    """A version, a service, and models of it."""

    server: Service
    measuring: Measuring
    model: ApiModel

    def trained(self, **changes: Any) -> Record:
        """The model, trained with some settings changed."""
        training = self.measuring.training
        return training.submit(changed(self.model, changes), str(training.releases.manifest()["version"]))


@pytest.fixture
def server() -> Iterator[Service]:
    """The service."""
    with service() as found:
        found.answer, found.quick = knowing, True
        yield found


def placed(server: Service, root: Path, train: int = 8, **settings: Any) -> Place:
    """A place whose catalog says ``settings``."""
    fields = {"task": small_version.TASK, **{name: settings.pop(name) for name in ("task", "format") if name in settings}}
    model = ApiModel(name="topics_gpt", address=server.address, api_key=KEY, base="base-1", **fields)
    more = small_version.publish(root, train=train, others=20, more=" Indeed so.")
    return Place(server, Measuring(Training(more, SystemClock(), FineTuning(models=(model,), **settings))), model)


def test_a_model_that_knows_the_words_beats_the_majority(server: Service, tmp_path: Path) -> None:
    """All labels are right, the majority a third; the whole interval of the difference lies above zero."""
    place = placed(server, tmp_path)
    document = place.measuring.evaluate(place.trained())
    assert document["figures"]["model"]["accuracy"] == [1.0, 1.0, 1.0]
    assert document["figures"]["majority"]["accuracy"][0] == pytest.approx(1 / 3, abs=1e-6)
    assert document["differences"]["majority"]["macro_f1"][1] > 0
    assert set(document["figures"]) == {"model", "majority", "naive Bayes", "logistic regression", FEW_SHOT}
    assert document["few"]


def test_the_model_is_asked_exactly_as_it_was_taught(server: Service, tmp_path: Path) -> None:
    """A request is the file's record without its answer, for the model's own name, without chance."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    place.measuring.evaluate(record)
    folder = place.measuring.training.releases.version_path(record.version) / "data" / small_version.TASK / "chat"
    wanted = [json.loads(line)["messages"][:-1] for line in (folder / "test.jsonl").read_bytes().splitlines()]
    asked = [body for body in server.bodies if "messages" in body]
    assert sorted(map(str, wanted)) == sorted(str(body["messages"]) for body in asked)
    assert {(body["model"], body["temperature"]) for body in asked} == {(record.model, 0)}


def test_the_base_model_is_shown_examples_of_train(server: Service, tmp_path: Path) -> None:
    """The few-shot baseline asks the base with as many train examples as the catalog says before the question."""
    place = placed(server, tmp_path, shots=3)
    place.measuring.evaluate(place.trained())
    base = [body["messages"] for body in server.bodies if body.get("model") == "base-1" and "messages" in body]
    assert len(base) == 60
    assert [message["role"] for message in base[0]] == ["system", *["user", "assistant"] * 3, "user"]
    assert {message["content"] for message in base[0] if message["role"] == "assistant"} == set(small_version.WORDS)


def test_nothing_is_asked_twice(server: Service, tmp_path: Path) -> None:
    """A second evaluation asks nothing, and one that was cut off asks only what is missing."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    server.failures += [Failure(*CHAT, status=400, message="context too long")]
    with pytest.raises(TrainingFailed, match="context too long"):
        place.measuring.evaluate(record)
    place.measuring.evaluate(record)
    asked = server.count(*CHAT)
    assert asked <= 61
    place.measuring.evaluate(record)
    assert server.count(*CHAT) == asked


def test_a_torn_line_of_answers_is_asked_again(server: Service, tmp_path: Path) -> None:
    """A command that was killed while writing an answer loses that answer alone."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    first = place.measuring.evaluate(record)
    path = next((place.measuring.training.models.folder(record.name) / "answers").glob("*.jsonl"))
    path.write_bytes(path.read_bytes()[:-9])
    assert place.measuring.evaluate(record)["figures"] == first["figures"]
    assert server.count(*CHAT) == 61


def test_texts_are_measured_as_texts(server: Service, tmp_path: Path) -> None:
    """A task without labels has chrF, ROUGE-L, exact match, length and variety, and the lead as baseline."""
    place = placed(server, tmp_path, task=small_version.TEXTS, shots=0)
    server.answer = lambda body: body["messages"][-1]["content"].removeprefix("Repeat: ") + " Indeed so."
    document = place.measuring.evaluate(place.trained())
    assert document["measure"] == "chrf"
    assert document["figures"]["model"]["exact_match"][0] == 1.0
    assert 50 < document["figures"]["lead-1"]["chrf"][0] < 100
    assert document["plain"]["model"]["distinct-1"] < 1
    assert document["figures"]["lead-1"]["length_ratio"][0] < 1


def test_the_completion_format_is_asked_with_its_stop_and_read_by_its_codes(server: Service, tmp_path: Path) -> None:
    """Prompts end in the separator, the stop goes with them, and a code with a space is read as its label."""
    place = placed(server, tmp_path, format="completion", shots=0)
    server.answer = lambda body: f" {knowing(body)}\n"
    document = place.measuring.evaluate(place.trained())
    asked = [body for body in server.bodies if "prompt" in body]
    assert all(body["prompt"].endswith("###\n\n") and body["stop"] == "\n" for body in asked)
    assert document["figures"]["model"]["accuracy"][0] == 1.0


def test_a_worse_model_is_a_regression_and_does_not_become_current(server: Service, tmp_path: Path) -> None:
    """The first model that beats its baselines becomes current; one that is worse, beyond chance, is told and stays out."""
    place = placed(server, tmp_path, train=1, promote="if_better")  # too few for a bag of words
    measuring, models = place.measuring, place.measuring.training.models
    good = place.trained()
    server.answer = lambda body: knowing(body) if body["model"] == good.model else "order"  # the base knows nothing
    assert measuring.settled(good, measuring.evaluate(good))
    assert models.current(small_version.TASK) == good.name
    bad = place.trained(n_epochs=9)
    server.answer = lambda body: knowing(body) if body["model"] == good.model else fooled(2)(body)
    document = measuring.evaluate(bad)
    assert document["current"] == good.name
    assert measuring.has_regressed(bad, document)
    assert not measuring.settled(bad, document)
    assert models.current(small_version.TASK) == good.name


def test_an_equal_model_neither_regresses_nor_takes_over(server: Service, tmp_path: Path) -> None:
    """Being as good is no reason to change what applications use."""
    place = placed(server, tmp_path, promote="if_better", shots=0)
    first, second = place.trained(), place.trained(n_epochs=9)
    place.measuring.promote(first)
    document = place.measuring.evaluate(second)
    assert document["differences"][CURRENT]["macro_f1"] == [0.0, 0.0, 0.0]
    assert not place.measuring.has_regressed(second, document)
    assert not place.measuring.settled(second, document)


def test_by_hand_means_by_hand(server: Service, tmp_path: Path) -> None:
    """With `promote: manual` no evaluation changes the model in use."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    assert not place.measuring.settled(record, place.measuring.evaluate(record))
    assert place.measuring.training.models.current(small_version.TASK) is None


def test_current_says_all_that_an_application_needs(server: Service, tmp_path: Path) -> None:
    """CURRENT names the service, the model and the inference.json of the version that it learnt from, and no key."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    place.measuring.promote(record)
    path = place.measuring.training.models.path / "CURRENT"
    found = json.loads(path.read_bytes())["tasks"][small_version.TASK]
    assert (found["model"], found["address"], found["version"]) == (record.model, server.address, record.version)
    assert json.loads(Path(found["inference"]).read_bytes())["task"] == small_version.TASK
    assert KEY not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_curve_shows_a_quarter_half_and_whole(server: Service, tmp_path: Path) -> None:
    """--curve trains two models more and reports each figure and its rise over the one before."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    document = place.measuring.evaluate(record, shares=True)
    points = document["curve"]["points"]
    assert [point["examples"] for point in points] == [6, 12, 24]
    assert ["rise" in point for point in points] == [False, True, True]
    assert len(server.jobs) == 3


def test_the_page_has_figures_classes_and_no_text_of_an_example(server: Service, tmp_path: Path) -> None:
    """evaluation.md has the tables, plots and the version; what the messages said is not in it, nor in the kept figures."""
    place = placed(server, tmp_path)
    server.answer = fooled(2)
    record = place.trained()
    place.measuring.evaluate(record, shares=True)
    folder = place.measuring.training.models.folder(record.name)
    page = (folder / "evaluation.md").read_text()
    assert {"## Figures", "## Classes, weakest first", "## Commonest mistakes"} <= set(page.splitlines())
    assert record.version in page
    assert page.count("data:image/svg+xml") == 5
    kept = page + next((folder / "evaluations").glob("*.json")).read_text()
    assert not any(example["input"] in kept for example in small_version.examples("test", 20))


def test_the_same_examples_are_chosen_every_time(server: Service, tmp_path: Path) -> None:
    """A limit on examples takes the same ones for every model, so that they can be compared."""
    place = placed(server, tmp_path, shots=0, max_test_examples=10)
    first, second = place.trained(), place.trained(n_epochs=9)
    place.measuring.evaluate(first)
    place.measuring.promote(first)
    assert place.measuring.evaluate(second)["figures"][CURRENT]
    assert server.count(*CHAT) == 20


def test_a_changed_test_set_measures_nothing(server: Service, tmp_path: Path) -> None:
    """An answer that was mended by hand in the test file is noticed before a question is asked."""
    place = placed(server, tmp_path, shots=0)
    record = place.trained()
    folder = place.measuring.training.releases.version_path(record.version)
    path = folder / "data" / small_version.TASK / "chat" / "test.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"content":"card"', b'"content":"order"', 1))
    with pytest.raises(VersionError, match="not the file that was published"):
        place.measuring.evaluate(record)
    assert server.count(*CHAT) == 0


def test_an_unfinished_model_is_not_measured(server: Service, tmp_path: Path) -> None:
    """The error says what goes on with it."""
    place = placed(server, tmp_path)
    record = place.trained().but(state="running")
    with pytest.raises(UsageError, match="winnow submit"):
        place.measuring.evaluate(record)
