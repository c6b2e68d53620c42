"""Fingerprints beside the examples: nothing is hashed twice, no table is needed, and none outlives its text."""

import random
import shutil
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet
import pytest

import assets.fingerprints as kept_beside
import winnow.fingerprints
from assets import sets, similar
from assets.days import day_metadata, make_day
from assets.fingerprints import DAILY, JOINED, TABLE, Prints, write_missing
from assets.graph import DAILY_STAGES
from assets.retention import enforce
from resources.workspace import close_workspaces
from resources.workspace_resource import WorkspaceResource
from tests.assets.conftest import AFTERWARDS, Line, gather
from tests.assets.test_known import NAME, told
from tests.end_to_end.landing import day, markdown_report, put, ticket_rows, tickets
from winnow import recall
from winnow.contents import KEPT, KEPT_VERSION, contents
from winnow.fingerprints import fingerprints
from winnow.schemas import EXAMPLES

__all__ = ["told"]  # a fixture


class Anew(Prints):
    """Fingerprints made of the texts themselves, whatever is stored."""

    def __call__(self, rows: pa.Table) -> pa.Table:
        """As `Prints`."""
        return fingerprints(rows)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many examples were hashed, a number for each call of the real function from anywhere."""
    counts: list[int] = []
    own = winnow.fingerprints.fingerprints

    def counted(examples: pa.Table) -> pa.Table:
        if len(examples):
            counts.append(len(examples))
        return own(examples)

    for module in (kept_beside, recall, winnow.fingerprints):
        monkeypatch.setattr(module, "fingerprints", counted)
    return counts


def tables(line: Line) -> list[Path]:
    """Every table of fingerprints."""
    root = line.space.lake.root
    return sorted([*(root / DAILY / TABLE).glob("*.parquet"), *(root / JOINED / TABLE).glob("*.parquet")])


def stored(line: Line) -> set[bytes]:
    """The names of the contents in all tables of fingerprints."""
    return {name for path in tables(line) for name in pa.parquet.read_table(path)["content"].to_pylist()}


def finished(line: Line) -> set[bytes]:
    """The names of the contents that the examples of all days have now."""
    return set(contents(sets.own_examples(line.space)))


def lose_memory(line: Line) -> None:
    """Delete `similar/`."""
    shutil.rmtree(similar.folder(line.space))


def test_a_day_has_the_fingerprints_of_its_examples(line: Line, hashed: list[int]) -> None:
    """Behind the daily part alone, every example of one document has its fingerprint, under the name of its finished text."""
    line.ingest()
    made = sum(hashed)
    sets.write_set(line.space, sets.JOINED, gather(line.space), EXAMPLES)
    own = sets.own_examples(line.space)
    alone = own.filter(pa.compute.is_in(own["task"], value_set=pa.array(["topics", "satisfaction"])))
    assert len(alone) > 20
    assert set(contents(alone)) <= stored(line)
    assert made == len(stored(line))
    assert any("<PERSON_1>" in text for text in alone["input"].to_pylist())


def test_a_fingerprint_is_that_of_the_finished_text(copied: Line) -> None:
    """What is given for tonight's examples, read from the tables, is what would be made of them."""
    own = sets.own_examples(copied.space)
    prints = Prints(copied.space)
    assert prints(own).equals(fingerprints(own))
    assert (prints.made, prints.read) == (0, len(finished(copied)))


def test_a_lost_memory_makes_no_fingerprint(copied: Line, hashed: list[int]) -> None:
    """A night after losing `similar/` decides the same and hashes nothing, examples that join documents included."""
    before = copied.space.lake.read(sets.UNIQUE)
    assert "summaries" in before["task"].to_pylist()
    lose_memory(copied)
    prints = Prints(copied.space)
    assert sets.decide_unique(copied.space, prints).equals(before)
    assert hashed == []
    assert prints.counts() == {
        "fingerprints_in_memory": 0,
        "fingerprints_read": len(finished(copied)),
        "fingerprints_made": 0,
        "not_compared_with_all": 0,
    }


def test_a_night_hashes_what_is_new(copied: Line, hashed: list[int]) -> None:
    """A new file costs the fingerprints of its examples, once: when its day is made, and no more when it is published."""
    rows = ticket_rows(7)
    put(copied.landing, "exports/tickets-7.csv", tickets(rows), 1)
    copied.ingest([AFTERWARDS.date()])
    assert sum(hashed) == len(rows)
    copied.decide()
    copied.decide()
    assert sum(hashed) == len(rows)


def test_a_day_made_again_hashes_what_is_new_in_it(copied: Line, hashed: list[int]) -> None:
    """A day whose examples are made once more of the same documents takes its fingerprints over."""
    before = [path.read_bytes() for path in tables(copied)]
    for made in (day(0), day(1)):
        copied.space.lake.path(DAILY, made).unlink()
    copied.ingest([day(0), day(1)])
    assert hashed == []
    assert [path.read_bytes() for path in tables(copied)] == before


def test_what_another_s_document_changes_is_hashed_once(told: Line, hashed: list[int]) -> None:
    """A text in which somebody is known from elsewhere gets its fingerprint on that night, and it is kept."""
    told.ingest([day(0)])
    told.decide()
    told.ingest([day(1)])
    told.decide()
    assert NAME not in str(sets.own_examples(told.space)["input"].to_pylist())
    hashed.clear()
    lose_memory(told)
    told.decide()
    assert hashed == []


def damage(path: Path, rng: random.Random) -> None:
    """Something that can happen to a file."""
    content = bytearray(path.read_bytes())
    kind = rng.choice(["whole", "missing", "another version", "other rows", "a bit", "cut", "empty"])
    if kind == "missing":
        path.unlink()
    elif kind == "another version":
        rows = pa.parquet.read_table(path)
        lie = rows.set_column(1, KEPT.field(1), pa.array([bytes(16)] * len(rows), KEPT.field(1).type))
        pa.parquet.write_table(lie.replace_schema_metadata({"stage_key": "0/none"}), path)
    elif kind == "other rows":
        rows = pa.parquet.read_table(path)
        few = rows.slice(0, len(rows) // 2)
        pa.parquet.write_table(few.replace_schema_metadata({"stage_key": KEPT_VERSION, "contents": "others"}), path)
    elif kind == "a bit":
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
    elif kind in {"cut", "empty"}:
        path.write_bytes(content[: rng.randrange(len(content)) if kind == "cut" else 0])


def test_decisions_hang_on_no_table(copied: Line) -> None:
    """With tables missing, old, damaged or of other rows, with and without a memory, all is decided as from nothing."""
    own = sets.own_examples(copied.space)
    lose_memory(copied)
    wanted = sets.decide_unique(copied.space, Anew(copied.space))
    assert {"exact_duplicate", "near_duplicate"} & set(wanted["reason"].to_pylist())
    made = fingerprints(own)
    whole = shutil.copytree(copied.space.lake.root, copied.folder / "whole")
    for seed in range(12):
        rng = random.Random(seed)
        shutil.rmtree(copied.space.lake.root)
        shutil.copytree(whole, copied.space.lake.root)
        for path in tables(copied):
            damage(path, rng)
        if rng.random() < 0.5:
            shutil.rmtree(similar.folder(copied.space), ignore_errors=True)
        assert sets.decide_unique(copied.space).equals(wanted)
        prints = Prints(copied.space)
        assert prints(own).equals(made)
        again = Prints(copied.space)
        assert again(own).equals(made)
        assert again.made == 0


def test_another_version_is_written_anew_once(copied: Line, monkeypatch: pytest.MonkeyPatch, hashed: list[int]) -> None:
    """After a change of the fingerprints' version the next publication writes every day's table, and the one after it none."""
    monkeypatch.setattr(kept_beside, "KEPT_VERSION", "another")
    lose_memory(copied)
    assert sets.decide_unique(copied.space).equals(copied.space.lake.read(sets.UNIQUE))
    assert sum(hashed) == len(stored(copied))
    assert {copied.space.lake.key(DAILY, made, TABLE) for made in copied.space.lake.days(DAILY)} == {"another"}
    assert copied.space.lake.key(JOINED, name=TABLE) == "another"
    hashed.clear()
    lose_memory(copied)
    sets.decide_unique(copied.space)
    assert hashed == []


def test_no_fingerprint_outlives_its_text(copied: Line, hashed: list[int]) -> None:
    """`winnow prune` takes the fingerprints of deleted, replaced and joined texts with the rows, and hashes nothing for it."""
    before = finished(copied)
    assert before <= stored(copied)
    (copied.landing / "exports" / "tickets-0.csv").unlink()
    (copied.landing / "meetings" / f"{day(1)}-round.minutes.md").unlink()
    put(copied.landing, "reports/report-0.md", markdown_report(0, "rewritten"), 0)
    copied.ingest([AFTERWARDS.date()])
    copied.decide()
    after = finished(copied)
    gone = before - after
    assert len(gone) >= 10
    assert gone <= stored(copied)
    hashed.clear()
    assert enforce(copied.space)["rows"] > 0
    assert gone & stored(copied) == set()
    assert after <= stored(copied)
    assert hashed == []


def test_prune_mends_what_an_interrupted_one_left(copied: Line) -> None:
    """Fingerprints beside rows that were rewritten without them, or beside none at all, are gone after the next prune."""
    before = stored(copied)
    space = copied.space
    rows, footer = space.lake.read(DAILY, day(0)), space.lake.metadata(DAILY, day(0)) or {}
    space.lake.write(DAILY, day(0), rows.slice(0, 0), rows.schema, {**footer, "contents": "none"})
    space.lake.path(DAILY, day(1)).unlink()
    space.lake.path(JOINED).unlink()
    assert stored(copied) == before
    enforce(space)
    assert stored(copied) == set()


def test_tables_are_private(copied: Line) -> None:
    """Fingerprints are made of text, so nobody else may read them."""
    assert len(tables(copied)) == 3
    assert {path.stat().st_mode & 0o777 for path in tables(copied)} == {0o600}


def test_a_night_without_news_writes_no_table(copied: Line) -> None:
    """Tables that are there are left as they are."""
    before = {path: path.stat().st_ino for path in tables(copied)}
    assert write_missing(copied.space) == 0
    copied.decide()
    assert {path: path.stat().st_ino for path in tables(copied)} == before


def test_a_day_counts_its_fingerprints(line: Line) -> None:
    """The UI shows how many fingerprints a day has, and how many of them were hashed when it was made."""
    line.space.scan()
    for stage in DAILY_STAGES:
        shown = day_metadata(stage, make_day(line.space, stage, day(0)))
    assert [shown[name].value for name in ("fingerprints", "fingerprints_made")] == [len(stored(line))] * 2


def test_publication_counts_where_fingerprints_came_from(copied: Line) -> None:
    """The UI shows of `unique_examples` how many fingerprints the memory had, and how many were read and made."""
    found = []
    for lost in (False, True):
        if lost:
            lose_memory(copied)
        resource = WorkspaceResource(catalog_path=str(copied.catalog), home_path=str(copied.space.home.path))
        unique = [asset for asset in sets.set_assets("key") if asset.key.path == [sets.UNIQUE]]
        result = dg.materialize(unique, resources={"workspace": resource})
        metadata = result.asset_materializations_for_node(sets.UNIQUE)[0].metadata
        found.append([metadata[f"fingerprints_{where}"].value for where in ("in_memory", "read", "made")])
    close_workspaces()
    examples, contents_ = len(sets.own_examples(copied.space)), len(finished(copied))
    assert found == [[examples, 0, 0], [0, contents_, 0]]
