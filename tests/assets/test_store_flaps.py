"""A store that does not answer for a moment costs the objects of that moment, and one that is gone costs the asset its run."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from assets import sources as module
from assets.days import is_fresh, make_day
from assets.graph import DAILY_STAGES
from resources.ledger import Sighting
from tests.assets.conftest import Line
from tests.end_to_end.landing import day, markdown_report, put
from winnow.errors import SourceError, UnreadableDocument
from winnow.ids import content_sha256

CONTENT = b"# A report\n\nwith words.\n"


class Store:
    """A source that fails as often for each key as it is told to."""

    def __init__(self, failures: dict[str, int]) -> None:
        """``failures`` by key."""
        self.left, self.asked = Counter(failures), Counter[str]()

    def read(self, key: str, _max_bytes: int) -> bytes:
        """The same content each time, or a failure."""
        self.asked[key] += 1
        if self.left[key]:
            self.left[key] -= 1
            raise SourceError("source 'reports' cannot be read")
        return CONTENT


def sighting(key: str) -> Sighting:
    """What the ledger knows of the object at ``key``."""
    return Sighting(key, "reports", key, content_sha256(CONTENT), len(CONTENT), dt.date(2026, 10, 1), "")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that take no time."""
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0))


def outcome(opened: module.Opened, key: str) -> str:
    """The reason, or nothing."""
    try:
        opened.content(sighting(key))
    except UnreadableDocument as error:
        return error.reason
    return ""


def test_a_failure_that_passes_is_not_seen() -> None:
    """A store that answers when asked again has given the object."""
    opened = module.Opened(Store({"a": 2}), 1000)  # type: ignore[arg-type]  # it is only read
    assert outcome(opened, "a") == ""


def test_few_failures_cost_only_their_objects() -> None:
    """Objects that cannot be had for now have that reason, and the others are read."""
    opened = module.Opened(Store(dict.fromkeys("abd", 9)), 1000)  # type: ignore[arg-type]  # the same
    reasons = [outcome(opened, key) for key in "abcdef"]
    assert reasons == ["unavailable_while_reading", "unavailable_while_reading", "", "unavailable_while_reading", "", ""]


def test_a_store_that_is_gone_is_an_error() -> None:
    """After some objects in a row nothing more is blamed on objects."""
    opened = module.Opened(Store(dict.fromkeys("abcdefgh", 99)), 1000)  # type: ignore[arg-type]  # the same
    for key in "abc":
        assert outcome(opened, key) == "unavailable_while_reading"
    with pytest.raises(SourceError):
        outcome(opened, "d")


def test_another_content_than_was_seen_is_no_object_of_this_day() -> None:
    """What changed between the scan and the reading is told by its hash."""
    opened = module.Opened(Store({}), 1000)  # type: ignore[arg-type]  # the same
    with pytest.raises(UnreadableDocument, match="changed_while_reading"):
        opened.content(Sighting("a", "reports", "a", "0" * 64, 3, dt.date(2026, 10, 1), ""))


def test_the_day_stays_open_until_the_object_was_read(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day with an object that could not be had is made, is not done, and is whole after the next run."""
    put(line.landing, "reports/late.md", markdown_report(7, "late"), 0)
    genuine: Callable[[module.Opened, Sighting], bytes] = module.Opened.content

    def flapping(self: module.Opened, seen: Sighting) -> bytes:
        if seen.key == "late.md":
            raise UnreadableDocument("unavailable_while_reading")
        return genuine(self, seen)

    monkeypatch.setattr(module.Opened, "content", flapping)
    line.ingest()
    (stage,) = (stage for stage in DAILY_STAGES if stage.name == "internal_reports")
    rows = line.space.lake.read("internal_reports", day(0)).to_pylist()
    assert [row["reason"] for row in rows if row["name"] == ""] == ["unavailable_while_reading"]
    assert not is_fresh(line.space, stage, day(0))
    monkeypatch.setattr(module.Opened, "content", genuine)
    make_day(line.space, stage, day(0))
    assert is_fresh(line.space, stage, day(0))
    assert [row["reason"] for row in line.space.lake.read("internal_reports", day(0)).to_pylist()].count(None) == len(rows)
