"""Canaries in every place of every format: none comes through the line, but for names in prose, which are measured."""

import pytest

from tests.canaries.plan import PROSE, Plan
from tests.canaries.proof import Proof, described, is_prose_name, recall, run, survived, zone
from tests.canaries.values import MAKERS
from winnow.formats import formats

COUNT = 300

FLOOR = 0.5
"""Least share of names in prose that are replaced: far below what the model's card says, so that chance does not fail a test."""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """One run of the whole line over canaries."""
    return run(tmp_path_factory.mktemp("canaries"), COUNT, workers=1)


def test_no_canary_survives_that_must_not(proof: Proof) -> None:
    """Pattern entities, secrets, declared columns, speakers and what is known elsewhere stand in no file but the raw zone's."""
    assert described(proof.faults) == ""


def test_the_run_made_something_of_the_canaries_files(proof: Proof) -> None:
    """A version was published and no document held back, so that the search had something to find them in."""
    assert proof.version
    assert proof.files > 30
    assert proof.held_back == 0


def test_names_in_prose_are_mostly_replaced(proof: Proof) -> None:
    """Recall on names that stand in prose alone is above a floor, and every place is in the table."""
    rows = recall(proof)
    assert sum(int(row["planted"]) for row in rows if row["place"] != "all") == len(proof.names)
    assert float(rows[-1]["recall"]) >= FLOOR


def test_every_entity_was_planted(proof: Proof) -> None:
    """The table of survivors has a row for each entity, with canaries in it."""
    rows = survived(proof)
    assert {row["entity"] for row in rows} == set(MAKERS)
    assert all(int(row["planted"]) > 0 for row in rows)


def test_a_large_plan_has_every_entity_in_every_place_of_every_format() -> None:
    """At full size each format's places see all entities that can stand there."""
    canaries = Plan(4_000).canaries
    seen = {
        (canary.form, canary.place, canary.entity) for canary in canaries if canary.place in {"body", "table", "footer", "cell"}
    }
    places = {(form, place) for form, place, _ in seen}
    assert len(seen) >= 0.98 * len(places) * len(MAKERS)


PLANTED = {"csv", "docx", "feed", "html", "jats", "jsonl", "md", "pdf", "srt", "txt", "vtt", "xlsx"}
"""The formats that canaries are planted in, one of each way that text reaches the line: pages, paragraphs, turns, rows, entries."""


def test_the_formats_that_are_said_to_have_canaries_have_them() -> None:
    """A reader whose canaries are counted on has some; it is one that winnow has."""
    forms = {canary.form for canary in Plan(600).canaries}
    names = {"jats": "xml", "feed": "rss", "json": "jsonl"}
    assert set(formats()) >= PLANTED
    assert {names.get(name, name) for name in PLANTED} <= forms


def test_only_prose_hides_names(proof: Proof) -> None:
    """Speakers, signatures, declared columns and mail headers are never counted as prose."""
    assert {canary.place.partition(":")[0] for canary in proof.names} <= PROSE | {"file name"}
    assert not any(is_prose_name(canary) for canary in proof.plan.canaries if canary.place in {"speaker", "declared column"})


def test_zones_are_those_of_the_home() -> None:
    """Lake tables before scrubbing may hold canaries, releases, logs and what lies outside the home may not."""
    assert zone("home/lake/internal_reports/rows/2026-10-05.parquet") == "raw"
    assert zone("home/ledger.sqlite") == "names"
    for path in (
        "home/releases/x/versions/1/README.md",
        "home/dagster/history/runs.db",
        "tmp/x",
        "printed/0-run.txt",
        "ledger.sqlite",
    ):
        assert zone(path) == "none"
