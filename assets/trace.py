"""The way back: from an example in a version to the lines of its files and to the objects it was made of. Nothing here writes."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from resources.sources._cache import Cache
from resources.workspace import Workspace
from winnow.compare import Change, compare, side_of
from winnow.errors import UsageError, VersionError
from winnow.manifest import verify_manifest
from winnow.schemas import SPLITS
from winnow.screen import explained

DROPPED_FILE = "dropped.jsonl"
SCREENED_STAGE = "screened_examples"
BOILERPLATE = "boilerplate"


def latest_version(workspace: Workspace) -> str:
    """The version in force; VersionError if nothing is published."""
    latest = workspace.releases.latest()
    if latest is None:
        raise VersionError("nothing is published yet; `winnow run` or `winnow backfill` makes the first version")
    return latest.version


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records in a JSONL file of a version; nothing if it is not there."""
    if path.is_file():
        with path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)


def trace(workspace: Workspace, example_id: str, version: str | None = None) -> dict[str, Any]:
    """Every step of ``example_id`` (or a unique beginning of it) from the source objects to the lines of the files.

    Without ``version`` the one in force is looked in, and then a candidate that its checks hold back, whose examples they name.

    Raises:
        UsageError: no example of the version, kept or dropped, has that id, or several begin with it.
        VersionError: there is no such version.
    """
    tried = ((name, _found(folder, example_id)) for name, folder in _versions(workspace, version))
    name, found = next((one for one in tried if one[1]), ("", []))
    name = name or version or latest_version(workspace)
    if len({record["example_id"] for record in found}) > 1:
        raise UsageError(f"{len(found)} examples of version {name} begin with that id; give more of it")
    if not found:
        raise UsageError(
            f"version {name} has no example with that id, kept or dropped; `winnow trace --version` looks in another"
        )
    (record, *_) = found
    objects = sorted({content["object_id"] for content in record["contents"]})
    return {
        "version": name,
        **record,
        **_screened(workspace, record["example_id"]),
        **_preferred(workspace, record),
        "boilerplate": _blocks(workspace, record["example_id"]),
        "objects": [_object(workspace, object_id, record) for object_id in objects],
    }


def _screened(workspace: Workspace, example_id: str) -> dict[str, Any]:
    """What the last screen found in the example: ``signals`` out of their limits, and the ``evaluation`` file that has its text."""
    if not workspace.lake.exists(SCREENED_STAGE):
        return {"signals": [], "evaluation": None}
    filters = [("example_id", "=", example_id)]
    rows = pq.read_table(workspace.lake.path(SCREENED_STAGE), filters=filters).to_pylist()
    signals = [found for row in rows for found in explained(row, workspace.catalog.quality)]
    return {"signals": signals, "evaluation": rows[0]["evaluation"] if rows else None}


def _preferred(workspace: Workspace, record: dict[str, Any]) -> dict[str, Any]:
    """Of a dropped example by which rule its keeper comes before it; null if that cannot be told."""
    from assets.preferred import preferred  # noqa: PLC0415 - it asks what builds on this

    return {"preferred_by": preferred(workspace, record)} if record["status"] == "dropped" else {}


def _blocks(workspace: Workspace, example_id: str) -> list[dict[str, Any]]:
    """The blocks that many documents share which were last found in the example, and whether they were taken out of it."""
    if not workspace.lake.exists(BOILERPLATE):
        return []
    filters = [("example_id", "=", example_id)]
    columns = ["part", "block", "words", "taken_out"]
    found: list[dict[str, Any]] = pq.read_table(workspace.lake.path(BOILERPLATE), columns=columns, filters=filters).to_pylist()
    return found


def _versions(workspace: Workspace, version: str | None) -> Iterator[tuple[str, Path]]:
    """Names and folders of the versions to look in."""
    releases = workspace.releases
    if version is not None:
        yield version, releases.version_path(version)
        return
    latest, candidate = releases.latest(), releases.candidate()
    if latest is not None:
        yield latest.version, releases.version_path(latest.version)
    if candidate is not None and releases.failed_checks():
        yield candidate.version, releases.candidate_path()


def _found(folder: Path, example_id: str) -> list[dict[str, Any]]:
    return list(_kept(folder, example_id)) or list(_dropped(folder, example_id))


def _kept(folder: Path, example_id: str) -> Iterator[dict[str, Any]]:
    for side in SPLITS:
        before: Counter[str] = Counter()
        absent: Counter[tuple[str, str]] = Counter()
        for record in records(folder / "index" / f"{side}.jsonl"):
            task = record["task"]
            left_out = record.get("left_out", {})
            before[task] += 1
            absent.update((task, name) for name in left_out)
            if record["example_id"].startswith(example_id):
                files = sorted(path.relative_to(folder).as_posix() for path in folder.glob(f"data/{task}/*/{side}.*"))
                places = [(file, name) for file in files if (name := file.split("/")[2]) not in left_out]
                lines = [{"file": file, "line": _line(file, before[task] - absent[task, name])} for file, name in places]
                yield {"status": "kept", **record, "lines": lines}


def _line(file: str, record: int) -> int:
    """The line of the ``record``-th record: an array begins one line later; of Parquet it is the row."""
    return record + 1 if file.endswith(".json") else record


def _dropped(folder: Path, example_id: str) -> Iterator[dict[str, Any]]:
    for record in records(folder / DROPPED_FILE):
        if record["example_id"].startswith(example_id):
            yield {"status": "dropped", **record, "spans": [], "lines": []}


def _object(workspace: Workspace, object_id: str, record: dict[str, Any]) -> dict[str, Any]:
    """Where an object lies, by the ledger, which content of it was read, and which part of it became text."""
    used = next(content["content_sha256"] for content in record["contents"] if content["object_id"] == object_id)
    sightings = workspace.ledger.resolve(object_id)
    sighting = next((sighting for sighting in sightings if sighting.sha256 == used), None)
    return {
        "object_id": object_id,
        "content_sha256": used,
        "source": sighting.source if sighting else None,
        "key": sighting.key if sighting else None,
        "arrival_day": sighting.day.isoformat() if sighting else None,
        "first_seen": sighting.first_seen if sighting else None,
        "still_there": bool(sightings) and sightings[0].gone is None and sightings[0].sha256 == used,
        "fetched": _fetched(workspace, sighting.source, sighting.key, used) if sighting else None,
        "spans": [span for span in record["spans"] if span["object_id"] == object_id],
    }


_SAID = ("address", "stored_at", "licence", "basis", "verdict", "signals", "licences")
"""What the cache of a source that fetches remembers of an object, see `resources.sources._cache.Record`."""


def _fetched(workspace: Workspace, source: str, key: str, content_sha256: str) -> dict[str, Any] | None:
    """By what right an object was fetched, as it was judged then; None where nothing was, or other bytes have come since."""
    cache = Cache(source, workspace.home.fetched / source)
    said = cache.about(key) if cache.exists() else {}
    if said.get("sha256") != content_sha256:
        return None
    return {name: json.loads(said[name]) if name in {"signals", "licences"} else said[name] for name in _SAID}


def verify(workspace: Workspace, version: str) -> list[str]:
    """What is wrong with ``version``: re-reads every file and checks every hash, row count and rule; nothing if it is whole."""
    folder = workspace.releases.version_path(version)
    present = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    problems = verify_manifest(workspace.releases.manifest(version), lambda path: (folder / path).open("rb"), present)
    latest = workspace.releases.latest()
    if (
        latest is not None
        and latest.version == version
        and workspace.releases.manifest_sha256(version) != latest.manifest_sha256
    ):
        problems.append("manifest.json: not the one that was published")
    return problems


def diff(workspace: Workspace, old: str, new: str) -> list[Change]:
    """Every example added, dropped or changed from version ``old`` to ``new``, with its cause."""
    sides = []
    for version in (old, new):
        folder = workspace.releases.version_path(version)
        kept = [record for side in SPLITS for record in records(folder / "index" / f"{side}.jsonl")]
        sides.append(side_of(workspace.releases.manifest(version), kept, list(records(folder / DROPPED_FILE))))
    return compare(*sides)
