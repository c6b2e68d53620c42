"""Releases: the gate, the one step that users see, and what is left after a crash before it."""

import json
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from resources.releases import Candidate, Releases
from winnow.errors import PublicationBlocked, VersionError

Run = Callable[..., subprocess.CompletedProcess[str]]

SIDES = {"a": "train", "b": "train", "c": "test"}


def stage(releases: Releases, version: str, sides: Mapping[str, str] = SIDES) -> Candidate:
    """A sealed candidate whose index has these examples."""
    folder = releases.begin()
    (folder / "index").mkdir()
    for split in ("train", "validation", "test"):
        lines = [json.dumps({"example_id": example}) + "\n" for example, side in sides.items() if side == split]
        (folder / "index" / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    return releases.seal(folder, version)


def passed(releases: Releases, candidate: Candidate) -> None:
    """A verdict that lets the candidate through."""
    releases.write_verdict(candidate.sha256, passed=True, checks={"personal_data": True, "groups": True})


def publish(releases: Releases, version: str, sides: Mapping[str, str] = SIDES) -> None:
    """Stage, check and publish."""
    passed(releases, stage(releases, version, sides))
    releases.publish()


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of every file by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    """Nothing published yet."""
    return Releases(tmp_path / "releases", "demo")


def test_a_checked_candidate_becomes_the_latest(releases: Releases) -> None:
    """Publishing makes the candidate's folder a version and names it and its manifest's hash."""
    candidate = stage(releases, "v1")
    passed(releases, candidate)
    publication = releases.publish(checks=["groups"])
    latest = releases.latest()
    assert (publication.version, publication.new, releases.versions()) == ("v1", True, ["v1"])
    assert latest is not None
    assert latest.version == "v1"
    assert releases.manifest() == {"version": "v1"}
    assert releases.candidate_path() == releases.version_path("v1")


def test_nothing_is_published_without_a_verdict(releases: Releases) -> None:
    """A candidate that no one checked stays one."""
    stage(releases, "v1")
    with pytest.raises(PublicationBlocked, match="no check has looked"):
        releases.publish()
    assert releases.latest() is None
    assert releases.versions() == []


def test_nothing_is_published_after_a_failed_check(releases: Releases) -> None:
    """A single failed check blocks, whatever the summary says, and the error names it."""
    candidate = stage(releases, "v1")
    releases.write_verdict(candidate.sha256, passed=True, checks={"groups": False, "counts": True})
    with pytest.raises(PublicationBlocked, match="failed groups"):
        releases.publish()
    assert releases.latest() is None


def test_a_later_check_is_added_to_the_verdict(releases: Releases) -> None:
    """Checks that are made later join those that were; each failure keeps what it said, and one alone blocks."""
    candidate = stage(releases, "v1")
    releases.write_verdict(candidate.sha256, passed=True, checks={"groups": True}, said={})
    releases.add_to_verdict(candidate.sha256, {"secrets": False}, {"secrets": "2 found; look"})
    assert releases.failed_messages() == {"secrets": "2 found; look"}
    with pytest.raises(PublicationBlocked, match="failed secrets"):
        releases.publish(checks=["groups", "secrets"])
    releases.add_to_verdict(candidate.sha256, {"secrets": True}, {})
    assert releases.failed_messages() == {}
    releases.publish(checks=["groups", "secrets"])


def test_a_check_added_for_another_candidate_begins_a_verdict(releases: Releases) -> None:
    """What was said of an earlier candidate does not count for this one, and a new first verdict drops what was added."""
    stage(releases, "v1")
    releases.write_verdict("of another", passed=True, checks={"groups": True})
    candidate = stage(releases, "v2")
    releases.add_to_verdict(candidate.sha256, {"secrets": True}, {})
    with pytest.raises(PublicationBlocked, match="not checked for groups"):
        releases.publish(checks=["groups", "secrets"])
    passed(releases, candidate)
    with pytest.raises(PublicationBlocked, match="not checked for secrets"):
        releases.publish(checks=["groups", "secrets"])


def test_what_the_audit_counted_is_kept_beside_the_candidate(releases: Releases) -> None:
    """The audit's report is read back as it was written, and is no file of the version."""
    candidate = stage(releases, "v1")
    assert releases.audit() is None
    releases.write_audit({"candidate_sha256": candidate.sha256, "texts": 3})
    assert releases.audit() == {"candidate_sha256": candidate.sha256, "texts": 3}
    assert "audit.json" not in contents(releases.candidate_path())


def test_a_check_that_was_not_made_blocks(releases: Releases) -> None:
    """Every check that publication asks for has to be in the verdict."""
    passed(releases, stage(releases, "v1"))
    with pytest.raises(PublicationBlocked, match="not checked for counts"):
        releases.publish(checks=["groups", "counts"])


def test_a_verdict_is_good_for_its_own_candidate_only(releases: Releases) -> None:
    """A verdict on an earlier candidate lets no other through."""
    passed(releases, stage(releases, "v1"))
    stage(releases, "v2", {"z": "train"})
    with pytest.raises(PublicationBlocked, match="no check has looked"):
        releases.publish()


def test_a_candidate_changed_after_its_checks_is_refused(releases: Releases) -> None:
    """One changed byte after the verdict, and nothing is published."""
    passed(releases, stage(releases, "v1"))
    (releases.candidate_path() / "index" / "train.jsonl").write_text('{"example_id": "x"}\n', encoding="utf-8")
    with pytest.raises(VersionError, match="changed after its checks"):
        releases.publish()
    assert releases.latest() is None


def test_publishing_the_same_version_again_writes_nothing(releases: Releases) -> None:
    """If the version is there already, neither its folder nor LATEST is touched."""
    publish(releases, "v1")
    before = {
        path: path.stat().st_mtime_ns for path in releases.path.rglob("*") if "versions" in path.parts or path.name == "LATEST"
    }
    passed(releases, stage(releases, "v1"))
    assert releases.publish().new is False
    assert releases.publish().new is False
    after = {
        path: path.stat().st_mtime_ns for path in releases.path.rglob("*") if "versions" in path.parts or path.name == "LATEST"
    }
    assert after == before
    assert releases.versions() == ["v1"]


def test_versions_come_in_the_order_of_publication(releases: Releases) -> None:
    """The order is that in which they were published, not that of their names."""
    for version in ("v2", "v9", "v1"):
        publish(releases, version, {version: "train"})
    assert releases.versions() == ["v2", "v9", "v1"]


def test_a_rollback_names_an_older_version_and_changes_no_file(releases: Releases) -> None:
    """After a rollback the older version is the latest, and both versions are as they were."""
    publish(releases, "v1")
    publish(releases, "v2", {"d": "train"})
    before = contents(releases.path / "versions")
    assert releases.rollback("v1").version == "v1"
    assert releases.manifest() == {"version": "v1"}
    assert contents(releases.path / "versions") == before


def test_rolling_back_to_what_is_not_there_is_refused(releases: Releases) -> None:
    """An unknown version leaves the latest in force."""
    publish(releases, "v1")
    with pytest.raises(VersionError, match="winnow versions"):
        releases.rollback("../v0")
    assert releases.manifest() == {"version": "v1"}


def test_pruning_keeps_the_newest_and_the_latest(releases: Releases) -> None:
    """All but the newest go, and never the one in force, however old."""
    for number in range(1, 5):
        publish(releases, f"v{number}", {f"e{number}": "train"})
    releases.rollback("v1")
    assert releases.prune(1) == ["v2", "v3"]
    assert releases.versions() == ["v1", "v4"]


def test_published_sides_outlive_pruning(releases: Releases) -> None:
    """The side of every example ever published is known after its version is gone, in a private file."""
    publish(releases, "v1", {"a": "train", "b": "test"})
    publish(releases, "v2", {"c": "validation", "a": "train"})
    before = releases.published_sides()
    assert before.to_pylist() == [
        {"example_id": "a", "split": "train"},
        {"example_id": "b", "split": "test"},
        {"example_id": "c", "split": "validation"},
    ]
    releases.prune(1)
    assert releases.published_sides() == before
    assert (releases.path / "sides.parquet").stat().st_mode & 0o777 == 0o600


def test_a_damaged_index_is_an_error_and_not_forgotten(releases: Releases) -> None:
    """Sides that cannot be read stop the line, since guessing them would move published examples."""
    publish(releases, "v1")
    (releases.version_path("v1") / "index" / "test.jsonl").write_text("{broken", encoding="utf-8")
    with pytest.raises(VersionError, match=r"index/test\.jsonl of version v1"):
        releases.published_sides()


def test_everything_is_private(releases: Releases) -> None:
    """No file or folder of a release is open to others, whatever the caller's own modes were."""
    folder = releases.begin()
    folder.chmod(0o755)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "manifest.json").chmod(0o644)
    passed(releases, releases.seal(folder, "v1"))
    releases.publish()
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in [releases.path, *releases.path.rglob("*")]}
    assert modes == {(True, 0o700), (False, 0o600)}


@pytest.mark.parametrize("version", ["", "../x", "a/b", ".hidden", "x" * 200])
def test_a_version_is_a_plain_name(releases: Releases, version: str) -> None:
    """A name that is a path, or begins with a dot, is refused."""
    folder = releases.begin()
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(VersionError):
        releases.seal(folder, version)


CRASH = """
import os, shutil, signal, sys
import pandas  # Arrow would import it anew in every child
from pathlib import Path
from resources.releases import Releases

def publish_and_prune(root, point):
    calls = 0

    def counted(real):
        def call(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        return call

    Path.rename = counted(Path.rename)
    Path.replace = counted(Path.replace)
    os.fsync = counted(os.fsync)
    shutil.rmtree = counted(shutil.rmtree)
    releases = Releases(root, "demo")
    folder = releases.begin()
    (folder / "index").mkdir()
    (folder / "index" / "train.jsonl").write_text('{"example_id": "z"}\\n')
    (folder / "manifest.json").write_text('{"version": "v2"}')
    candidate = releases.seal(folder, "v2")
    releases.write_verdict(candidate.sha256, passed=True, checks={"groups": True})
    releases.publish()
    releases.prune(1)
    return calls

root, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for point in range(first, last + 1):
    child = os.fork()  # many crashes for one start of the interpreter
    if child == 0:
        print(publish_and_prune(root / str(point), point if sys.argv[4] == "kill" else 0), flush=True)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if (os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)) != int(sys.argv[5]):
        sys.exit(f"point {point}: {status}")
"""


def test_killed_at_any_step_the_old_or_the_new_version_is_whole(tmp_path: Path, run_python: Run) -> None:
    """Before every rename, flush and removal a kill leaves LATEST naming a whole version, and doing it again completes it."""
    clean = Releases(tmp_path / "0", "demo")
    publish(clean, "v1")
    total = int(run_python(CRASH, tmp_path, 0, 0, "run", 0).stdout)
    assert total > 20
    crashed = [Releases(tmp_path / str(point), "demo") for point in range(1, total + 1)]
    for releases in crashed:
        publish(releases, "v1")
    done = run_python(CRASH, tmp_path, 1, total, "kill", int(signal.SIGKILL))
    assert done.returncode == 0, done.stderr
    named = set()
    for releases in crashed:
        latest = releases.latest()
        assert latest is not None
        named.add(latest.version)
        assert releases.manifest() == {"version": latest.version}
        assert {row["example_id"] for row in releases.published_sides().to_pylist()} >= set(SIDES)
    assert named == {"v1", "v2"}
    done = run_python(CRASH, tmp_path, 1, total, "run", 0)
    assert done.returncode == 0, done.stderr
    for releases in crashed:
        assert contents(releases.path) == contents(clean.path)
