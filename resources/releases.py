"""Releases: the published versions of one dataset, and the candidate on its way to become one.

Belongs here: how a version becomes visible, whole and once; which one is the latest; how old ones leave. Does not belong here:
what a version's files say (`winnow.manifest`), and which checks there are (the assets).

::

    releases/<dataset>/
      LATEST            {"manifest_sha256": …, "version": …}; replaced last
      versions/<v>/     immutable
      staging/<v>/      the sealed candidate; staging/.tmp-… while it is written
      candidate.json    which candidate is sealed, by version and hash
      verdict.json      what the blocking checks said of it, by hash
      audit.json        what the search of its files for personal data counted, by hash
      history.json      versions in the order of their publication
      withdrawn.json    versions that were rolled back from: they do not become the latest by themselves
      sides.parquet     side of every example of the versions that were pruned

A crash between any two steps leaves the former LATEST in force, and doing the step again completes it.
"""

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from resources.durable import TEMPORARY, flush_folder, flush_tree, write_bytes
from resources.home import private_folder
from resources.release_files import file_sha256, published, read_json, sides_file, tree_sha256
from winnow.errors import PublicationBlocked, VersionError

MANIFEST = "manifest.json"

_VERSION = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")


@dataclass(frozen=True)
class Candidate:
    """A sealed version; ``sha256`` is over the paths and bytes of all its files, ``inputs`` names what it was made of."""

    version: str
    sha256: str
    inputs: str = ""


@dataclass(frozen=True)
class Latest:
    """The version in force."""

    version: str
    manifest_sha256: str


@dataclass(frozen=True)
class Publication:
    """What `Releases.publish` did: ``new`` is False if the version was there already."""

    version: str
    path: Path
    new: bool


class Releases:
    """The releases of one dataset below ``root``. One process writes them at a time, under the home's lock."""

    def __init__(self, root: Path, dataset: str) -> None:
        """``root`` is the home's `releases` folder; nothing is made before something is staged."""
        self.path = root / dataset
        self._versions, self._staging = self.path / "versions", self.path / "staging"

    # --- the candidate

    def begin(self) -> Path:
        """A new, empty, private folder to write a version's files into; what an earlier attempt left is removed."""
        for folder in (self.path, self._versions, self._staging):
            private_folder(folder)
        for left in self._staging.glob(f"{TEMPORARY}*"):
            shutil.rmtree(left)
        for left in self.path.glob(f"{TEMPORARY}*"):
            left.unlink()
        return Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self._staging))

    def seal(self, folder: Path, version: str, inputs: str = "") -> Candidate:
        """Make ``folder`` (from `begin`) durable and the one candidate, called ``version``; the former one is dropped.

        ``inputs`` is remembered beside the candidate and not in it: it may tell of arrival days, which no version does.
        """
        if not _VERSION.match(version) or not (folder / MANIFEST).is_file():
            raise VersionError(f"a version needs a name of letters and digits and a {MANIFEST}; got {version!r}")
        flush_tree(folder)
        candidate = Candidate(version, tree_sha256(folder), inputs)
        for other in self._staging.iterdir():
            if other != folder:
                shutil.rmtree(other)
        folder.rename(self._staging / version)
        flush_folder(self._staging)
        self._write("candidate.json", asdict(candidate))
        return candidate

    def candidate(self) -> Candidate | None:
        """The sealed candidate, published or not; None before the first."""
        found = read_json(self.path / "candidate.json")
        return Candidate(found["version"], found["sha256"], found.get("inputs", "")) if found else None

    def candidate_path(self) -> Path:
        """Where the candidate's files lie; VersionError if there is none."""
        candidate = self.candidate()
        for folder in (self._staging, self._versions) if candidate else ():
            path = folder / candidate.version  # type: ignore[union-attr]  # the loop is empty without one
            if path.is_dir():
                return path
        raise VersionError("there is no candidate; materialize dataset_candidate first, for instance by `winnow publish`")

    def candidate_manifest(self) -> dict[str, Any]:
        """The candidate's manifest; VersionError if there is no candidate."""
        found: dict[str, Any] = read_json(self.candidate_path() / MANIFEST)
        return found

    def settled(self) -> Candidate | None:
        """The candidate if nothing is left to do for it: it passed, and is the latest version or one that was rolled back from."""
        candidate, latest, verdict = self.candidate(), self.latest(), read_json(self.path / "verdict.json")
        if candidate is None or latest is None or candidate.version not in {latest.version, *self._withdrawn()}:
            return None
        passed = verdict is not None and verdict["candidate_sha256"] == candidate.sha256 and verdict["passed"] is True
        return candidate if passed else None

    # --- the gate

    def failed_checks(self) -> list[str]:
        """The checks that the candidate failed, by name; empty if it passed or none has looked."""
        candidate, verdict = self.candidate(), read_json(self.path / "verdict.json")
        if candidate is None or verdict is None or verdict["candidate_sha256"] != candidate.sha256:
            return []
        return sorted(name for name, passed in verdict["checks"].items() if not passed)

    def failed_messages(self) -> dict[str, str]:
        """What each check that the candidate failed has to say: counts, ids and advice, by name."""
        said = (read_json(self.path / "verdict.json") or {}).get("said", {})
        return {name: str(said[name]) for name in self.failed_checks() if name in said}

    def write_verdict(
        self, sha256: str, *, passed: bool, checks: Mapping[str, bool], said: Mapping[str, str] | None = None
    ) -> None:
        """Bind what the blocking ``checks`` (name → passed) said to the candidate of that hash, in place of all before."""
        passed = passed and all(checks.values())
        verdict = {"candidate_sha256": sha256, "passed": passed, "checks": dict(checks), "said": dict(said or {})}
        self._write("verdict.json", verdict)

    def add_to_verdict(self, sha256: str, checks: Mapping[str, bool], said: Mapping[str, str]) -> None:
        """Add more ``checks`` to the verdict on the candidate of that hash, or begin one."""
        before = read_json(self.path / "verdict.json")
        if before is None or before.get("candidate_sha256") != sha256:
            before = {}
        kept = {name: message for name, message in before.get("said", {}).items() if name not in checks}
        self.write_verdict(
            sha256,
            passed=True,
            checks={**before.get("checks", {}), **checks},
            said={**kept, **said},
        )

    def write_audit(self, report: Mapping[str, Any]) -> None:
        """Keep what the audit of the candidate counted; its ``candidate_sha256`` says of which."""
        self._write("audit.json", dict(report))

    def audit(self) -> dict[str, Any] | None:
        """What the last audit counted, of whichever candidate; None before the first."""
        found = read_json(self.path / "audit.json")
        return dict(found) if found else None

    def require_verdict(self, sha256: str, checks: Collection[str] = ()) -> None:
        """Return only if the candidate of that hash passed, and every one of ``checks`` was among those made.

        Raises:
            PublicationBlocked: it did not, or no one looked.
        """
        verdict = read_json(self.path / "verdict.json")
        if verdict is None or verdict.get("candidate_sha256") != sha256:
            raise PublicationBlocked(
                "no check has looked at this candidate; materialize dataset_candidate with its checks first"
            )
        made: Mapping[str, bool] = verdict.get("checks", {})
        failed = sorted(name for name, passed in made.items() if not passed)
        if failed or verdict.get("passed") is not True:
            raise PublicationBlocked(
                f"the candidate failed {', '.join(failed) or 'its checks'}; see dataset_candidate's checks, mend the cause, "
                "and run `winnow publish`"
            )
        if missing := sorted(set(checks) - set(made)):
            raise PublicationBlocked(
                f"the candidate was not checked for {', '.join(missing)}; materialize dataset_candidate again"
            )

    def publish(self, checks: Collection[str] = ()) -> Publication:
        """Make the candidate the latest version: rename it into place, then replace LATEST.

        If its directory exists already nothing in it is written; if it is the latest already nothing is written at all.

        Raises:
            PublicationBlocked: the candidate has no passing verdict of its own, with ``checks`` among those made.
            VersionError: there is no candidate, or its files are not those that were checked.
        """
        path = self.candidate_path()
        candidate = self.candidate()
        assert candidate is not None
        self.require_verdict(candidate.sha256, checks)
        target, staged = self._versions / candidate.version, self._staging / candidate.version
        if staged.is_dir() and tree_sha256(staged) != candidate.sha256:
            raise VersionError(f"the files of candidate {candidate.version} changed after its checks; materialize it again")
        new = not target.is_dir()
        if new:
            path.rename(target)
            flush_folder(self._versions)
        if candidate.version not in self._withdrawn():
            self._point(candidate.version)
        if staged.is_dir():
            shutil.rmtree(staged)
        return Publication(candidate.version, target, new)

    # --- versions

    def versions(self) -> list[str]:
        """Every version there is, in the order of publication, oldest first."""
        found = {path.name for path in self._versions.glob("*") if path.is_dir() and _VERSION.match(path.name)}
        listed = [version for version in self._history() if version in found]
        return [*sorted(found - set(listed)), *listed]

    def latest(self) -> Latest | None:
        """The version in force; None before the first."""
        found = read_json(self.path / "LATEST")
        return Latest(found["version"], found["manifest_sha256"]) if found else None

    def published_at(self) -> str | None:
        """When LATEST was replaced last, as ISO 8601 in UTC; None before the first publication."""
        try:
            changed = (self.path / "LATEST").stat().st_mtime
        except FileNotFoundError:
            return None
        return dt.datetime.fromtimestamp(changed, dt.UTC).isoformat(timespec="seconds")

    def version_path(self, version: str) -> Path:
        """The folder of ``version``; VersionError if there is none."""
        if version not in self.versions():
            raise VersionError(f"there is no version {version}; `winnow versions` lists those there are")
        return self._versions / version

    def manifest(self, version: str | None = None) -> dict[str, Any]:
        """The manifest of ``version``, or of the latest; VersionError if it is absent or not JSON."""
        if version is None:
            latest = self.latest()
            if latest is None:
                raise VersionError("nothing is published yet; `winnow publish` makes the first version")
            version = latest.version
        found = read_json(self.version_path(version) / MANIFEST)
        if found is None:
            raise VersionError(f"version {version} has no readable manifest; restore it, or roll back to another")
        return dict(found)

    def manifest_sha256(self, version: str) -> str:
        """SHA-256 of the manifest of ``version`` as it lies there."""
        return file_sha256(self.version_path(version) / MANIFEST)

    def rollback(self, version: str) -> Latest:
        """Make ``version`` the latest again. Its examples and all others keep their sides.

        The version that was the latest is withdrawn: `publish` does not make it the latest again, `rollback` to it does.
        """
        self.manifest(version)
        latest = self.latest()
        withdrawn = set(self._withdrawn()) - {version}
        if latest is not None and latest.version != version:
            withdrawn.add(latest.version)
        self._write("withdrawn.json", sorted(withdrawn))
        self._point(version)
        latest = self.latest()
        assert latest is not None
        return latest

    def prune(self, keep: int, named: Collection[str] = ()) -> list[str]:
        """Remove all but the ``keep`` newest versions, the latest and those ``named``, and return those removed.

        The sides of their examples are kept first, in `sides.parquet`, so that no example ever changes its side.
        """
        latest = self.latest()
        kept = set(self.versions()[-keep:] if keep > 0 else ()) | ({latest.version} if latest else set()) | set(named)
        removed = [version for version in self.versions() if version not in kept]
        if removed:
            sides_file(self.path, self.published_sides())
        for version in removed:
            trash = self._staging / f"{TEMPORARY}{version}"
            (self._versions / version).rename(trash)
            flush_folder(self._versions)
            shutil.rmtree(trash)
        return removed

    def published_sides(self) -> pa.Table:
        """``example_id`` and ``split`` of every example ever published, by id; of two sides the one published first counts."""
        return published(self.path, [self._versions / version for version in self.versions()])

    def _point(self, version: str) -> None:
        """Replace LATEST, the one step that users see."""
        latest = Latest(version, file_sha256(self._versions / version / MANIFEST))
        if self.latest() == latest:
            return
        history = self._history()
        if version not in history:
            self._write("history.json", [*history, version])
        self._write("LATEST", asdict(latest))

    def _withdrawn(self) -> list[str]:
        found = read_json(self.path / "withdrawn.json")
        return list(found) if found else []

    def _history(self) -> list[str]:
        found = read_json(self.path / "history.json")
        return list(found) if found else []

    def _write(self, name: str, value: object) -> None:
        write_bytes(self.path / name, (json.dumps(value, sort_keys=True, indent=1) + "\n").encode())
