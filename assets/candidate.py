"""`dataset_candidate`: the complete next version, staged where nobody reads it yet.

Belongs here: laying out a version's files and what its manifest says. Does not belong here: whether it may be published
(`assets.checks`), and publishing it (`assets.release`).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import examples, scrubbed, sets
from assets.cost import measured
from assets.days import identity
from assets.figures import figures_of
from assets.guard import guarded
from assets.metadata import table
from assets.pairs import is_current
from resources.catalog import ASSETS
from resources.releases import MANIFEST, Candidate
from resources.stage_keys import digest, set_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.balance import counts as balance_counts
from winnow.card import balance_section, data_card
from winnow.croissant import croissant
from winnow.exports import exports
from winnow.index import dropped_record, index_record, lines
from winnow.manifest import File, build_manifest, inference_document, manifest_bytes
from winnow.report import reason_table, split_table
from winnow.schemas import SPLITS
from winnow.tasks import Task

NAME = "dataset_candidate"

ALLOW_MISSING_TAG = "winnow/allow_missing"
"""A run with this tag publishes although the days it lists failed; the manifest names them."""

ROWS_AT_ONCE = 2_000  # decoded to Python at a time: some 20 MB of text at 10 kB an example

DESCRIPTION = "Every file of the next version: data by task and format, index, manifest, card. Published only after its checks."


def set_inputs(workspace: Workspace) -> str:
    """What the set part would read; a candidate remembers it. It tells of arrival days, and so has no place in a version."""
    lake = workspace.lake
    days = {
        day.isoformat(): identity(workspace, examples.NAME, day)
        for day in lake.days(examples.NAME)
        if lake.row_count(examples.NAME, day) or lake.row_count(scrubbed.NAME, day)  # a day without news changes nothing
    }
    inputs = sorted(ingested(workspace).items())
    return digest(workspace.stage_key("sets", set_key), inputs, days)


def is_settled(workspace: Workspace) -> bool:
    """Whether the last candidate was made of what the set part would read now, and has become a version."""
    settled = workspace.releases.settled()
    return settled is not None and settled.inputs == set_inputs(workspace)


def ingested(workspace: Workspace) -> dict[str, str]:
    """Content hash of every object that is in the sources now and in a day's file, quarantined ones included, by object id."""
    current = workspace.ledger.current()
    found: dict[str, str] = {}
    for asset in ASSETS:
        for day in workspace.lake.days(asset):
            rows = workspace.lake.read(asset, day, ["object_id", "content_sha256"])
            rows = rows.filter(is_current(rows, current))
            found.update(zip(rows["object_id"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True))
    return found


def stage_candidate(workspace: Workspace, missing_days: Sequence[str] = ()) -> Candidate:
    """Write the version that the set stages decided on, and seal it."""
    folder = workspace.releases.begin()
    rows, decisions = sets.kept_examples(workspace), workspace.lake.read(sets.BALANCED)
    chosen = _chosen(rows, decisions)
    tasks = {task.name: task for task in workspace.catalog.tasks}
    labels = _labels(chosen)
    files = list(_data_files(folder, workspace, chosen, tasks, labels))
    files += _index_files(folder, chosen)
    files.append(_dropped_file(folder, workspace, rows, decisions))
    manifest = _manifest(workspace, files, chosen, labels, missing_days)
    files += _documents(folder, workspace, manifest, chosen, decisions)
    manifest["files"] = [asdict(file) for file in sorted(files)]
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return workspace.releases.seal(folder, manifest["version"], set_inputs(workspace))


class _Chosen:
    """The examples that stay, by task and side, each list by example id, as row numbers of one table."""

    def __init__(self, rows: pa.Table, decisions: Mapping[str, dict[str, Any]]) -> None:
        self.rows = rows
        self.decisions = decisions
        self.places: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.copies: dict[int, int] = {}
        for place, (name, task) in enumerate(zip(rows["example_id"].to_pylist(), rows["task"].to_pylist(), strict=True)):
            if name in decisions:
                self.places[task, decisions[name]["split"]].append(place)
                self.copies[place] = decisions[name].get("copies") or 1

    def tasks(self) -> list[str]:
        """Names of the tasks that have examples, in order."""
        return sorted({task for task, _ in self.places})

    def examples(self, task: str, side: str) -> Iterator[dict[str, Any]]:
        """The examples of one task and side, by id."""
        return self._of(self.places.get((task, side), []))

    def lines(self, task: str, side: str) -> Iterator[dict[str, Any]]:
        """What a file of one task and side holds: the examples by id, then those with a second line, a third, and so on."""
        places, times = self.places.get((task, side), []), 1
        while places:
            yield from self._of(places)
            places, times = [place for place in places if self.copies[place] > times], times + 1

    def _of(self, places: Sequence[int]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(places), ROWS_AT_ONCE):
            yield from self.rows.take(pa.array(places[start : start + ROWS_AT_ONCE], pa.int64())).to_pylist()


def _chosen(rows: pa.Table, decisions: pa.Table) -> _Chosen:
    kept = decisions.filter(pc.is_null(decisions["reason"]))
    return _Chosen(rows.sort_by("example_id"), {row["example_id"]: row for row in kept.to_pylist()})


def _labels(chosen: _Chosen) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {task: set() for task in chosen.tasks()}
    names = chosen.rows.select(["example_id", "task", "label"]).to_pylist()
    for row in names:
        if row["label"] is not None and row["example_id"] in chosen.decisions:
            found[row["task"]].add(row["label"])
    return {task: sorted(labels) for task, labels in found.items()}


def _data_files(
    folder: Path, workspace: Workspace, chosen: _Chosen, tasks: Mapping[str, Task], labels: Mapping[str, list[str]]
) -> Iterator[File]:
    formats = sorted(workspace.catalog.dataset.formats)
    for name in chosen.tasks():
        document = manifest_bytes(inference_document(tasks[name], formats, labels[name]))
        yield _write(folder, f"data/{name}/inference.json", [document])
        for kind in formats:
            export = exports()[kind]
            for side in SPLITS:
                path = f"data/{name}/{kind}/{side}{export.suffix}"
                yield _write(folder, path, export.lines(chosen.lines(name, side), tasks[name], labels[name]))


def _index_files(folder: Path, chosen: _Chosen) -> Iterator[File]:
    for side in SPLITS:
        records = (
            index_record(example, chosen.decisions[example["example_id"]])
            for task in chosen.tasks()
            for example in chosen.examples(task, side)
        )
        yield _write(folder, f"index/{side}.jsonl", lines(records))


def _dropped_file(folder: Path, workspace: Workspace, rows: pa.Table, decisions: pa.Table) -> File:
    """Who did not stay, and why: duplicates and the like with their keeper, then candidates that a recipe refused."""
    dropped = {row["example_id"]: row for row in decisions.filter(pc.is_valid(decisions["reason"])).to_pylist()}
    joined = workspace.lake.read(sets.JOINED)
    refused = joined.filter(pc.is_valid(joined["reason"]))

    def records() -> Iterator[dict[str, Any]]:
        for batch in rows.sort_by("example_id").to_batches(max_chunksize=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                if row["example_id"] in dropped:
                    yield dropped_record(row, dropped[row["example_id"]])
        for batch in refused.sort_by([("example_id", "ascending"), ("reason", "ascending")]).to_batches(ROWS_AT_ONCE):
            yield from map(dropped_record, batch.to_pylist())

    return _write(folder, "dropped.jsonl", lines(records()))


def _manifest(
    workspace: Workspace, files: Sequence[File], chosen: _Chosen, labels: Mapping[str, list[str]], missing_days: Sequence[str]
) -> dict[str, Any]:
    catalog = workspace.catalog
    sides = workspace.releases.published_sides()
    configuration = catalog.model_dump(mode="json", include={"tasks", "limits", "pii", "start"})
    # Values that are always personal data would otherwise be published by the very list that keeps them out, and so would those that
    # may stay in one source alone.
    configuration["pii"]["known"] = {entity: len(values) for entity, values in sorted(catalog.pii.known.items())}
    for source, rules in catalog.pii.sources.items():
        configuration["pii"]["sources"][source]["allow"] = len(rules.allow)
    configuration["pii"]["model"].pop("folder", None)  # a place on the machine that made the version
    configuration["dataset"] = catalog.dataset.model_dump(mode="json", exclude={"salt"})
    configuration["sources"] = [source.model_dump(mode="json", exclude={"url"}) for source in catalog.sources]
    formats = sorted(catalog.dataset.formats)
    manifest = build_manifest(
        catalog.dataset.name,
        files,
        configuration=configuration,
        code={"winnow": version("winnow"), "stages": workspace.stage_key("sets", set_key)},
        inputs=ingested(workspace),
        published=dict(zip(sides["example_id"].to_pylist(), sides["split"].to_pylist(), strict=True)),
        tasks={
            name: {**inference_document(catalog.task(name), formats, labels[name]), "tokenizer": catalog.task(name).tokenizer}
            for name in chosen.tasks()
        },
        missing_days=missing_days,
    )
    counts = {task: {side: len(chosen.places.get((task, side), ())) for side in SPLITS} for task in chosen.tasks()}
    copies = {
        task: sum(chosen.copies[place] - 1 for place in chosen.places.get((task, "train"), ())) for task in chosen.tasks()
    }
    return {**manifest, "examples": counts, "copies": copies}


def _documents(
    folder: Path, workspace: Workspace, manifest: Mapping[str, Any], chosen: _Chosen, decisions: pa.Table
) -> Iterator[File]:
    """The data card and the Croissant document."""
    rows = chosen.rows
    kept = rows.filter(pc.is_in(rows["example_id"], value_set=pa.array(sorted(chosen.decisions), pa.string())))
    files = [File(**entry) for entry in manifest["files"]]
    licences = sorted({part for name in kept["licence"].drop_null().unique().to_pylist() for part in name.split(" AND ")})
    pii: Counter[str] = Counter()
    for pair in pc.list_flatten(kept["pii"]).to_pylist():
        pii[pair["name"]] += pair["count"]
    name = workspace.catalog.dataset.name
    card = data_card(
        name,
        [file for file in files if file.path.startswith(("data/", "index/"))],
        tasks=manifest["tasks"],
        languages=kept["language"].drop_null().unique().to_pylist(),
        licences=licences,
        sides=split_table(balance_counts(decisions, rows)),
        reasons=reason_table(workspace.lake.read(sets.JOINED), decisions, sets.ADVICE),
        pii=pii,
        balance=balance_section(figures_of(workspace, by_name=True, compare_texts=False)),
        replacement=workspace.catalog.pii.replacement,
        title=workspace.catalog.dataset.title,
        description=workspace.catalog.dataset.description,
    )
    yield _write(folder, "README.md", [card.encode()])
    yield _write(folder, "croissant.json", [manifest_bytes(croissant(name, manifest["version"], files, licences))])


def _write(folder: Path, path: str, pieces: Iterable[bytes]) -> File:
    """Write ``pieces`` to ``path`` below ``folder`` and describe the file; a piece that ends a line counts as a row."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest_, size, rows = hashlib.sha256(), 0, 0
    with target.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest_.update(piece)
            size += len(piece)
            rows += 1
    return File(path, size, digest_.hexdigest(), rows if path.endswith(".jsonl") else None)


def dataset_candidate(code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""

    @dg.asset(
        name=NAME,
        deps=[sets.BALANCED],
        code_version=code_version,
        group_name="release",
        kinds={"jsonl"},
        owners=["team:data-platform"],
        description=DESCRIPTION,
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        missing = [day for day in context.run_tags.get(ALLOW_MISSING_TAG, "").split(",") if day]
        with space.lock.held(), guarded(), measured() as cost:
            candidate = stage_candidate(space, missing)
        manifest = space.releases.candidate_manifest()
        examples = [(task, *(sides[side] for side in SPLITS)) for task, sides in sorted(manifest["examples"].items())]
        return dg.MaterializeResult(
            metadata={
                "version": candidate.version,
                "sha256": candidate.sha256,
                "already_published": candidate.version in space.releases.versions(),
                "dagster/row_count": sum(sum(sides.values()) for sides in manifest["examples"].values()),
                "examples": table(("task", *SPLITS), examples),
                "formats": ", ".join(sorted(space.catalog.dataset.formats)),
                "files": len(manifest["files"]),
                "bytes": sum(file["bytes"] for file in manifest["files"]),
                **cost.metadata(),
            }
        )

    return materialize
