"""When a candidate has nothing left to do: what a run asks before it does the set part again."""

from pathlib import Path

import pytest

from resources.releases import Candidate, Releases


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Nothing published yet."""
    return Releases(tmp_path / "releases", "demo")


def stage(releases: Releases, version: str, *, passed: bool = True) -> Candidate:
    """A sealed and checked candidate."""
    folder = releases.begin()
    (folder / "manifest.json").write_text(f'{{"version": "{version}"}}', encoding="utf-8")
    candidate = releases.seal(folder, version, f"inputs of {version}")
    releases.write_verdict(candidate.sha256, passed=passed, checks={"groups": passed})
    return candidate


def test_a_published_candidate_is_settled_with_its_inputs(releases: Releases) -> None:
    """Behind LATEST, and not before, the candidate is settled; what it was made of is remembered outside its files."""
    candidate = stage(releases, "v1")
    assert releases.settled() is None
    releases.publish()
    assert releases.settled() == candidate == Candidate("v1", candidate.sha256, "inputs of v1")
    assert "inputs" not in (releases.version_path("v1") / "manifest.json").read_text(encoding="utf-8")


def test_a_later_candidate_unsettles(releases: Releases) -> None:
    """A candidate that waits for its publication is not settled, nor one that failed a check, whatever is in force."""
    stage(releases, "v1")
    releases.publish()
    stage(releases, "v2")
    assert releases.settled() is None
    stage(releases, "v1", passed=False)
    assert releases.settled() is None


def test_a_version_that_was_rolled_back_from_stays_settled(releases: Releases) -> None:
    """After a rollback, the same inputs are no reason to make the version again that a person has withdrawn."""
    stage(releases, "v1")
    releases.publish()
    candidate = stage(releases, "v2")
    releases.publish()
    releases.rollback("v1")
    assert releases.settled() == candidate
