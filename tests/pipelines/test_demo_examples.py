"""What becomes of the demo's landing zone: the examples of its week, by the stages' pure functions and without Dagster."""

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines.demo import Summary, write_landing
from resources.catalog import load_catalog
from resources.sources import open_source
from winnow.balance import balance
from winnow.dedup import deduplicate
from winnow.documents import from_batch
from winnow.examples import example_builder, join_examples
from winnow.extract import extractor
from winnow.finished import finished
from winnow.known import Known
from winnow.schemas import EXAMPLES, OBJECTS, SCRUBBED
from winnow.scrub import scrubber
from winnow.split import split

CATALOG = Path(__file__).parents[2] / "docs" / "examples" / "demo.yaml"


@dataclass(frozen=True)
class Week:
    """The demo's examples, what was decided about each, and what was planted in the material."""

    examples: pa.Table
    decisions: pa.Table
    planted: Summary

    def sides(self) -> dict[tuple[str, str | None], Counter[str]]:
        """Task and label → examples kept by side."""
        labels = dict(zip(self.examples["example_id"].to_pylist(), self.examples["label"].to_pylist(), strict=True))
        found: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
        for row in self.decisions.filter(pc.is_null(self.decisions["reason"])).to_pylist():
            found[row["task"], labels[row["example_id"]]][row["split"]] += 1
        return found


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The whole line over the demo's material."""
    landing = tmp_path_factory.mktemp("landing")
    planted = write_landing(landing)
    catalog = load_catalog(CATALOG, {"LANDING": str(landing)})
    scrub, build = scrubber(catalog.scrub_config()), example_builder(catalog.example_config())
    scrubbed: list[pa.RecordBatch] = []
    for source in catalog.sources:
        opened, extract = open_source(source, landing), extractor(catalog.extract_config(source.asset))
        keys = sorted(listed.key for listed in opened.list())
        objects = [{"source": source.name, "key": key, "content": opened.read(key, source.max_bytes)} for key in keys]
        documents = extract(pa.RecordBatch.from_pylist(objects, schema=OBJECTS))
        scrubbed.append(scrub(documents.filter(pc.is_null(documents["reason"]))))
    daily = pa.Table.from_batches([build(batch) for batch in scrubbed], schema=EXAMPLES)
    together = pa.concat_tables([daily, join_examples(pa.Table.from_batches(scrubbed, SCRUBBED), catalog.example_config())])
    known = [astuple(form) for batch in scrubbed for document in from_batch(batch) for form in document.known]
    together = finished(together, Known(known, catalog.dataset.salt), catalog.example_config())
    fit = pc.and_(pc.is_null(together["reason"]), pc.is_in(together["audience"], pa.array(catalog.dataset.audiences)))
    kept = together.filter(fit).sort_by("example_id").combine_chunks()
    thresholds = {task.name: task.near_duplicate_threshold for task in catalog.tasks}
    salt = catalog.dataset.salt
    decisions = split(deduplicate(kept, thresholds), kept, catalog.dataset.shares.mapping(), salt)
    return Week(kept, balance(decisions, kept, {task.name: task.balance for task in catalog.tasks}, salt), planted)


def test_every_task_has_examples_on_every_side(week: Week) -> None:
    """No line of the demo's table is empty in train, validation or test."""
    assert {
        (task, label): sides for (task, label), sides in week.sides().items() if {*sides} < {"train", "validation", "test"}
    } == {}


def test_each_pole_has_a_hundred_examples_in_train(week: Week) -> None:
    """Enough reviews of each kind are left to learn from."""
    sides = week.sides()
    assert all(sides["review_sentiment", pole]["train"] >= 100 for pole in ("positive", "neutral", "negative"))


def test_of_the_planted_names_only_those_in_prose_are_left(week: Week) -> None:
    """Speakers, attendees, columns, headers and tables are scrubbed; a name amid a sentence needs a language model."""
    text = "\n".join(part for name in ("input", "target") for part in week.examples[name].to_pylist())
    prose = {entry.value for entry in week.planted.planted if entry.where == "prose"}
    left = {(entry.entity, entry.where) for entry in week.planted.planted if entry.value not in prose and entry.value in text}
    assert left == set()


def test_targets_hold_no_marks_of_layout(week: Week) -> None:
    """No clock time, list of attendees, bullet, e-mail header or empty end is asked of a model."""
    for target in week.examples["target"].to_pylist():
        assert not any(mark in target for mark in ("[00:", "Present:", "•", "\uf0b7", "\ufffd", "  "))
        assert target.rstrip(":") == target == target.strip()
