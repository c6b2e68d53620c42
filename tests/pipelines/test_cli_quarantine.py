"""`winnow quarantine --retry`: what is tried again, and what the operator is told."""

from pathlib import Path

import pytest

from assets.sources import Opened
from resources.ledger import Sighting
from tests.end_to_end.landing import day, markdown_report, put, write_catalog, write_landing
from tests.pipelines.cli import Place
from winnow.errors import UnreadableDocument

DAYS = 1

LIMIT = "engine: {workers: 1, extract: {output_bytes: 1048576}}"

LONG = (
    markdown_report(9, "storm")
    + "\n## Log\n\n"
    + "The wind took the roof of the depot and nobody was there to see it. " * 20_000
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A company of one day with a report that is too long for its limit and one that is broken, after its first run."""
    place = Place(tmp_path)
    write_landing(place.landing, DAYS)
    put(place.landing, "reports/damaged.docx", b"PK\x03\x04 no more", 0)
    put(place.landing, "reports/long.md", LONG, 0)
    write_catalog(place.catalog)
    text = place.catalog.read_text(encoding="utf-8")
    place.catalog.write_text(text.replace("engine: {workers: 0}", LIMIT), encoding="utf-8")
    assert place.winnow("backfill", "--from", str(day(0)), "--to", str(day(0))).code == 0
    return place


def reasons(place: Place) -> dict[str, str]:
    """Reason of each object in quarantine."""
    return {row["key"]: row["reason"] for row in place.winnow("quarantine", "--json").json()}


def raise_limit(place: Place) -> None:
    """The fix."""
    text = place.catalog.read_text(encoding="utf-8")
    place.catalog.write_text(text.replace("output_bytes: 1048576", "output_bytes: 1073741824"), encoding="utf-8")


def test_a_raised_limit_and_a_retry_bring_an_object_into_the_next_version(place: Place) -> None:
    """A limit is no part of a stage's key, so a run reads nothing again; a retry does, up to the examples, and says so."""
    assert reasons(place)["long.md"] == "too_large"
    raise_limit(place)
    assert place.winnow("run", "--day", str(day(0)), "--json").json()["new_version"] is False
    found = place.winnow("quarantine", "--retry", "--reason", "too_large", "--json").json()
    assert found == {
        "retried": [{"reason": "too_large", "tried": 1, "read": 1, "still": 0, "otherwise": {}}],
        "days_done": [str(day(0))],
        "days_failed": [],
    }
    assert list(reasons(place)) == ["damaged.docx"]
    assert place.winnow("status", "--json").json()["stale_days"] == []
    assert place.winnow("publish", "--json").json()["new_version"] is True


def test_a_retry_that_changes_nothing_says_so_and_makes_nothing_behind_it_stale(place: Place) -> None:
    """Without a fix the objects are still there for the same reason, and scrubbing is not done again."""
    lake = place.home / "lake"
    before = {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")}
    found = place.winnow("quarantine", "--retry", "--json").json()
    assert {line["reason"]: (line["read"], line["still"]) for line in found["retried"]} == dict.fromkeys(
        reasons(place).values(), (0, 1)
    )
    changed = {path.parent.parent.name for path, at in before.items() if path.stat().st_mtime_ns != at}
    assert changed == {"internal_reports"}


def test_a_retry_tells_a_person_what_became_of_each_reason(place: Place) -> None:
    """The table has a line for each reason, and the next step stands below it."""
    raise_limit(place)
    out = place.winnow("quarantine", "--retry").out
    assert "too_large" in out
    assert "`winnow publish`" in out
    assert "Nothing of this kind" in place.winnow("quarantine", "--retry", "--reason", "too_large").out


def test_other_objects_of_the_day_are_not_read_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry reads what is in quarantine for that reason; the rest of the day is taken from its file."""
    keys: list[str] = []
    genuine = Opened.content

    def noting(self: Opened, sighting: Sighting) -> bytes:
        keys.append(sighting.key)
        return genuine(self, sighting)

    monkeypatch.setattr(Opened, "content", noting)
    place.winnow("quarantine", "--retry", "--reason", "too_large")
    assert keys == ["long.md"]


def test_an_object_that_is_unreadable_otherwise_now_has_its_new_reason_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If an object fails for another reason than before, the account says which."""

    def gone(_self: Opened, _sighting: Sighting) -> bytes:
        raise UnreadableDocument("gone_while_reading")

    monkeypatch.setattr(Opened, "content", gone)
    found = place.winnow("quarantine", "--retry", "--reason", "too_large", "--json").json()
    assert found["retried"][0]["otherwise"] == {"gone_while_reading": 1}
