"""The way back from an example to what it was made of."""

from assets.trace import records, trace
from resources.sources._cache import Cache, Record
from tests.assets.conftest import Line


def an_example(line: Line, source: str) -> dict[str, object]:
    """The trace of one published example of ``source``."""
    latest = line.space.releases.latest()
    assert latest is not None
    kept = records(line.space.releases.version_path(latest.version) / "index" / "train.jsonl")
    found = (trace(line.space, record["example_id"]) for record in kept)
    return next(one for one in found if one["objects"][0]["source"] == source)


def test_what_was_not_fetched_says_nothing_of_a_fetch(copied: Line) -> None:
    """Of a file in a folder nobody judged a licence page by page."""
    assert an_example(copied, "reports")["objects"][0]["fetched"] is None


def test_a_fetched_object_is_traced_to_its_licence_basis_and_verdict(copied: Line) -> None:
    """What the source's cache remembers of the very bytes that were read is shown; once others have come, nothing is."""
    thing = an_example(copied, "reports")["objects"][0]
    said = {"licence": "CC-BY-4.0", "basis": "licence", "verdict": "allowed: robots.txt", "address": "https://example.org/a"}
    signals = '[{"name": "tdm-reservation", "value": "0"}]'
    record = Record(kind="page", found_by="catalog", key=thing["key"], state="present", signals=signals, **said)
    with Cache("reports", copied.space.home.fetched / "reports").writing() as cache:
        cache.save(record)
        assert an_example(copied, "reports")["objects"][0]["fetched"] is None
        record.sha256 = thing["content_sha256"]
        cache.save(record)
        found = an_example(copied, "reports")["objects"][0]["fetched"]
    assert said.items() <= found.items()
    assert found["signals"] == [{"name": "tdm-reservation", "value": "0"}]
