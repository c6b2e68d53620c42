"""Frozen sides, splits by time and large groups through the set stages."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from assets import sets
from assets.candidate import stage_candidate
from assets.checks import frozen_sides_hold, groups_small_enough, judge, no_group_on_two_sides
from assets.retention import enforce
from tests.assets.conftest import Line
from tests.end_to_end.landing import day, put, ticket_rows, tickets
from winnow import shares
from winnow.errors import CatalogError, VersionError

SHARES = "shares: {train: 0.6, validation: 0.2, test: 0.2}"
LATER = dt.datetime(2026, 11, 1, 2, tzinfo=dt.UTC)


def _records(folder: Path, side: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"index/{side}.jsonl").read_text().splitlines()]


@pytest.fixture
def frozen(copied: Line) -> tuple[Line, str]:
    """A published company whose test side is frozen as it is, and the version."""
    latest = copied.space.releases.latest()
    assert latest is not None
    copied.edit((SHARES, f"{SHARES}\n  freeze_test: {latest.version}"))
    copied.reopen(LATER)
    return copied, latest.version


def _grow(line: Line) -> None:
    for number in (2, 3, 4):
        put(line.landing, f"exports/tickets-{number}.csv", tickets(ticket_rows(number)).encode(), number)
    line.ingest()


def test_a_frozen_test_side_is_the_same_lines(frozen: tuple[Line, str]) -> None:
    """After three more days the test side is byte for byte what it was, train has grown, and the check holds."""
    line, version = frozen
    _grow(line)
    later = line.publish()
    before, after = (line.space.releases.version_path(name) for name in (version, later))
    files = sorted(path.relative_to(before) for path in before.rglob("test.jsonl"))
    assert len(files) > 5
    assert all((before / file).read_bytes() == (after / file).read_bytes() for file in files)
    assert len(_records(after, "train")) > len(_records(before, "train"))
    assert frozen_sides_hold(line.space).message == "every frozen side is whole"


def test_what_became_of_a_frozen_example_is_said_and_blocks_nothing(frozen: tuple[Line, str]) -> None:
    """A rewritten and a deleted row leave the test side; the check names both by reason, and the version is published."""
    line, version = frozen
    folder = line.space.releases.version_path(version)
    topics = [record for record in _records(folder, "test") if record["task"] == "topics"]
    places = {record["spans"][0]["row_number"]: record for record in topics if record["spans"]}
    paths = {number: line.landing / "exports" / f"tickets-{number}.csv" for number in (0, 1)}
    objects = {
        sighting.object_id: number
        for number in paths
        for sighting in line.space.ledger.objects("departmental_exports", day(number))
        if sighting.key == f"tickets-{number}.csv"
    }
    record = next(record for record in places.values() if record["spans"][0]["object_id"] in objects)
    number, row = objects[record["spans"][0]["object_id"]], record["spans"][0]["row_number"]
    rows = ticket_rows(number)
    rows[row]["text"] = f"Quite another text. {rows[row]['text']}"
    put(line.landing, f"exports/tickets-{number}.csv", tickets(rows).encode(), number)
    line.ingest()
    later = line.publish()
    found = frozen_sides_hold(line.space)
    assert (found.passed, found.warn) == (False, True)
    assert found.counts["changed_since_freeze"] >= 1
    assert record["example_id"] not in {
        left["example_id"] for left in _records(line.space.releases.version_path(later), "test")
    }
    del rows[row]
    put(line.landing, f"exports/tickets-{number}.csv", tickets(rows).encode(), number)
    line.reopen(LATER + dt.timedelta(1))
    line.ingest()
    line.publish()
    assert frozen_sides_hold(line.space).counts["deleted"] >= 1


def test_an_example_that_a_rule_takes_from_a_frozen_side_blocks(frozen: tuple[Line, str]) -> None:
    """If the catalog's own rules drop a frozen example the check fails: the side is not what was promised."""
    line, version = frozen
    line.decide()
    rows = line.space.lake.read(sets.BALANCED)
    names = {record["example_id"] for record in _records(line.space.releases.version_path(version), "test")}
    reasons = ["near_duplicate" if name in names else reason for name, reason in _columns(rows, "example_id", "reason")]
    position = rows.schema.get_field_index("reason")
    table = rows.set_column(position, rows.schema.field(position), [reasons])
    line.space.lake.write(sets.BALANCED, None, table, table.schema, line.space.lake.metadata(sets.BALANCED) or {})
    found = frozen_sides_hold(line.space)
    assert (found.passed, found.warn) == (False, False)
    assert found.counts == {"near_duplicate": len(names)}


def _columns(rows: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))


def test_a_frozen_version_is_not_pruned(frozen: tuple[Line, str]) -> None:
    """Pruning keeps the version that a side is frozen as, however old it is."""
    line, version = frozen
    _grow(line)
    later = line.publish()
    enforce(line.space, keep=1)
    assert set(line.space.releases.versions()) == {version, later}


def test_a_version_that_is_not_there_cannot_be_frozen(copied: Line) -> None:
    """A version nobody published is an error that names it and says where versions are listed."""
    copied.edit((SHARES, f"{SHARES}\n  freeze_test: v0"))
    with pytest.raises(VersionError, match="no version v0"):
        copied.decide()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("split: {by: time, validation_from: 2026-02-01, test_from: 2026-01-01}", "test is the latest side"),
        ("split: {test_from: 2026-01-01}", "say `by: time`"),
        ("group_share: 0", "more than 0"),
        ("freeze_test: ../x", "freeze_test"),
    ],
)
def test_what_contradicts_itself_is_refused(copied: Line, words: str, said: str) -> None:
    """Days out of order, days of no split by time, and a limit of nothing are mistakes of the catalog."""
    with pytest.raises(CatalogError, match=said):
        copied.edit((SHARES, f"{SHARES}\n  {words}"))


def test_a_side_without_a_share_has_no_day_and_no_version(copied: Line) -> None:
    """A first day of test, or a frozen test side, while test has no share is a mistake of the catalog."""
    none = "shares: {train: 0.8, validation: 0.2, test: 0}"
    with pytest.raises(CatalogError, match=r"shares\.test is 0"):
        copied.edit((SHARES, f"{none}\n  split: {{by: time, test_from: 2026-01-01}}"))


def test_a_split_by_time_follows_the_rows_days(copied: Line) -> None:
    """With a day in each row validation is later than train and test than validation, and the independent check passes."""
    copied.edit(
        ("table:\n      key: [id]", "table:\n      day: opened\n      key: [id]"),
        (SHARES, f"{SHARES}\n  split: {{by: time, undated: train}}"),
    )
    first = dt.date(2026, 1, 1)
    for number in (0, 1):
        rows = [
            {**row, "opened": (first + dt.timedelta(20 * number + place)).isoformat()}
            for place, row in enumerate(ticket_rows(number))
        ]
        put(copied.landing, f"exports/tickets-{number}.csv", tickets(rows).encode(), number)
    copied.space.releases.path.joinpath("LATEST").unlink()
    for version in copied.space.releases.versions():
        for side in ("train", "validation", "test"):
            (copied.space.releases.version_path(version) / "index" / f"{side}.jsonl").write_bytes(b"")
    copied.reopen(LATER)
    copied.ingest()
    copied.decide()
    days = dict(_columns(sets.kept_examples(copied.space), "example_id", "day"))
    latest: dict[tuple[str, str], dt.date] = {}
    for name, task, side, group in _columns(copied.space.lake.read(sets.BALANCED), "example_id", "task", "split", "group"):
        if task == "topics" and side is not None:
            latest[side, group] = max(latest.get((side, group), days[name]), days[name])
    begin = {
        side: min(day for (stands, _), day in latest.items() if stands == side) for side in ("train", "validation", "test")
    }
    end = {side: max(day for (stands, _), day in latest.items() if stands == side) for side in begin}
    assert end["train"] < begin["validation"] <= end["validation"] < begin["test"]
    stage_candidate(copied.space)
    judge(copied.space)
    assert no_group_on_two_sides(copied.space).passed


def test_a_group_that_cannot_be_cut_is_a_warning(copied: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group over the limit that stays whole is named by its id and share, and does not block."""
    rows = copied.space.lake.read(sets.SPLIT)
    groups = ["one" if reason is None else group for group, reason in _columns(rows, "group", "reason")]
    position = rows.schema.get_field_index("group")
    table = rows.set_column(position, rows.schema.field(position), [groups])
    copied.space.lake.write(sets.SPLIT, None, table, table.schema, copied.space.lake.metadata(sets.SPLIT) or {})
    monkeypatch.setattr(shares, "SMALLEST", 2)  # the company is smaller than any chain
    found = groups_small_enough(copied.space)
    assert (found.passed, found.warn) == (False, True)
    assert "one (" in found.message
