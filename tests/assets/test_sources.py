"""What is read again when a day is made again, and what comes of contents that return."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets import sources as module
from tests.assets.conftest import AFTERWARDS, Line
from tests.end_to_end.landing import day, markdown_report, put

TODAY = AFTERWARDS.date()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects whose bytes were read, as they are read."""
    keys: list[str] = []
    genuine: Callable[[Any, Path], Any] = module.open_source

    class Noting:
        """A source that notes what is read of it."""

        def __init__(self, source: Any, caches: Path) -> None:
            self._opened, self._name = genuine(source, caches), source.name

        def read(self, key: str, max_bytes: int) -> bytes:
            """As the source does."""
            keys.append(f"{self._name}: {key}")
            content: bytes = self._opened.read(key, max_bytes)
            return content

    monkeypatch.setattr(module, "open_source", Noting)
    return keys


def test_a_day_that_is_done_is_not_read_again(copied: Line, read: list[str]) -> None:
    """Making a done day once more reads nothing."""
    copied.ingest()
    assert read == []


def test_only_the_changed_source_is_read_again(copied: Line, read: list[str]) -> None:
    """When the catalog reads one source in another way, the objects of the others in the same tables are taken from them."""
    copied.edit(
        ("columns: [text, category, stars, customer_name]", "columns: [text, category, stars]"),
        ("personal: {customer_name: PERSON}\n", "\n"),
    )
    copied.ingest()
    assert sorted(read) == ["tickets: tickets-0.csv", "tickets: tickets-1.csv"]
    assert len(copied.space.lake.read("departmental_exports", day(0))) == 9 + 2


def test_another_task_reads_no_source_again(copied: Line, read: list[str]) -> None:
    """What only the example builder reads of the catalog leaves extraction and scrubbing alone."""
    before = copied.space.lake.path("scrubbed_documents", day(0)).stat().st_mtime_ns
    copied.edit(("min_words: 40", "min_words: 45"))
    copied.ingest()
    assert read == []
    assert copied.space.lake.path("scrubbed_documents", day(0)).stat().st_mtime_ns == before


def test_a_new_object_on_an_open_day_is_the_only_one_read(copied: Line, read: list[str]) -> None:
    """Objects that came late are read on their own day; those of done days are not touched."""
    put(copied.landing, "reports/late.md", markdown_report(7, "late"), 0)
    copied.ingest([TODAY])
    assert read == ["reports: late.md"]
    put(copied.landing, "reports/later.md", markdown_report(8, "later"), 0)
    copied.space.scan()
    (arrival,) = {s.day for s in copied.space.ledger.objects("internal_reports", TODAY)} - {day(0), day(1)}
    assert arrival == TODAY


def test_content_that_returns_makes_the_same_version_again(copied: Line) -> None:
    """A file rewritten and then restored (A, B, A) leads back to the first version, byte for byte and by name."""
    first = copied.space.releases.latest()
    assert first is not None
    path = copied.landing / "reports" / "report-0.md"
    original = path.read_text(encoding="utf-8")
    put(copied.landing, "reports/report-0.md", markdown_report(5, "rewritten"), 0)
    copied.ingest([TODAY])
    second = copied.publish()
    assert second != first.version
    put(copied.landing, "reports/report-0.md", original, 0)
    copied.ingest()
    assert copied.publish() == first.version
