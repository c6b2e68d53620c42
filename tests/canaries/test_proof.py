"""Canaries in every place of every format: none comes through the line, but for names in prose, which are measured."""

import pytest

from tests.canaries.plan import FORMATS, PROSE, Plan
from tests.canaries.proof import Proof, described, is_prose_name, recall, run, survived, zone
from tests.canaries.survivors import squeezed
from tests.canaries.tables import COLUMNS, TABLES, rows
from tests.canaries.values import MAKERS
from winnow.extract import extract_one
from winnow.formats import ReadOptions, TableOptions, detect, formats

COUNT = 400

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
    assert proof.refused == 0


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
    canaries = Plan(10_000).canaries
    seen = {
        (canary.form, canary.place, canary.entity) for canary in canaries if canary.place in {"body", "table", "footer", "cell"}
    }
    places = {(form, place) for form, place, _ in seen}
    assert len(seen) >= 0.98 * len(places) * len(MAKERS)


def test_every_format_has_canaries() -> None:
    """What the plan writes holds a file of each format that winnow reads, told by winnow itself; a new format needs one."""
    plan = Plan(COUNT)
    told = {detect(FORMATS[suffix][0](places, "a"), f"a.{suffix}").name for suffix, places in plan.documents}
    columns = ReadOptions(table=TableOptions(columns=COLUMNS))
    told |= {detect(write(rows(plan.tables[0][1], "a")), f"a.{suffix}", columns).name for suffix, write in TABLES.items()}
    assert told == set(formats())


def test_canaries_are_in_what_winnow_reads() -> None:
    """The body's canary of every document is in the text of its blocks, so that its absence behind the scrubber says something."""
    for suffix, places in Plan(COUNT).documents:
        read = extract_one(FORMATS[suffix][0](places, "a"), f"a.{suffix}")
        parts = [read, *read.get("rows", ()), *read.get("parts", ())]
        text = " ".join(block["text"] for part in parts for block in part["blocks"])
        assert suffix == "minutes.md" or squeezed(places["body"].value) in squeezed(text), suffix


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
