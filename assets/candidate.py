"""`dataset_candidate`: the complete next version, staged where nobody reads it yet.

Belongs here: laying out a version's files and what its manifest says. Does not belong here: whether it may be published
(`assets.checks`), and publishing it (`assets.release`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from operator import add
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import examples, scrubbed, sets
from assets.chosen import ROWS_AT_ONCE, Chosen
from assets.cost import measured
from assets.days import identity
from assets.evaluation import evaluation_inputs
from assets.figures import figures_of
from assets.guard import guarded
from assets.metadata import table
from assets.pairs import is_current
from assets.written import Writing, codebook_of, codebooks, formats_of, tokens_of, write
from resources.catalog import ASSETS
from resources.releases import MANIFEST, Candidate
from resources.stage_keys import digest, set_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.balance import counts as balance_counts
from winnow.card import balance_section, data_card
from winnow.codebook import Codebook
from winnow.croissant import croissant
from winnow.index import dropped_record, index_record, lines
from winnow.manifest import File, build_manifest, inference_document, manifest_bytes
from winnow.report import reason_table, split_table
from winnow.schemas import EXAMPLES, SPLITS

NAME = "dataset_candidate"

COLUMNS = tuple(
    name for name in EXAMPLES.names if name not in {"alike", "forms", "known", "group_keys", "anchor", "day", "reason"}
)
"""What files and card tell of an example."""

FLAGGED = "flagged"

PARQUET = "parquet"
TEXT_COLUMNS = ("example_id", "input", "target", "label")
"""What all formats but Parquet, which tells where an example came from, are made of."""

ALLOW_MISSING_TAG = "winnow/allow_missing"
"""A run with this tag publishes although the days it lists failed; the manifest names them."""

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
    rows, decisions = _with_flags(workspace, sets.kept_examples(workspace, COLUMNS)), workspace.lake.read(sets.BALANCED)
    chosen = Chosen(rows, decisions)
    writings = _Writings(folder, workspace, chosen, chosen.labels())
    files = list(writings.files())
    files += _index_files(folder, chosen, writings)
    files.append(_dropped_file(folder, workspace, chosen))
    manifest = _manifest(workspace, files, chosen, writings, missing_days)
    files += _documents(folder, workspace, manifest, chosen, decisions)
    manifest["files"] = [asdict(file) for file in sorted(files)]
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return workspace.releases.seal(folder, manifest["version"], set_inputs(workspace))


class _Writings:
    """The data files of all tasks, and what their formats did to examples."""

    def __init__(self, folder: Path, workspace: Workspace, chosen: Chosen, labels: Mapping[str, list[str]]) -> None:
        before = codebooks(workspace)
        self._chosen = chosen
        self.documents: dict[str, dict[str, Any]] = {}
        self._writings: dict[str, Writing] = {}
        for name in chosen.tasks():
            task = workspace.catalog.task(name)
            book = codebook_of(workspace, task, labels[name], before.get(name, Codebook()))
            longest = max(chosen.tokens(name, "train", "target_tokens"), default=0)
            formats = formats_of(task, workspace.catalog.dataset.formats)
            self.documents[name] = inference_document(task, formats, book, labels[name], longest)
            self._writings[name] = Writing(folder, task, self.documents[name])

    def files(self) -> Iterator[File]:
        """Every file below ``data/``; `facts` and `left_out` are known behind the last."""
        for name, writing in self._writings.items():
            columns = COLUMNS if PARQUET in self.documents[name]["formats"] else TEXT_COLUMNS
            yield from writing.files(partial(self._chosen.blocks, name, columns=columns))

    def left_out(self, task: str, example_id: str) -> Mapping[str, str]:
        """Formats that do not have the example, with the reason."""
        return self._writings[task].left_out.get(example_id, {})

    def facts(self, task: str) -> dict[str, Any]:
        """What the manifest says of ``task``: its inference.json, its tokens, and what its formats changed and left out."""
        tokenizer = self.documents[task]["tokenizer"]
        sides = {
            side: map(add, *(self._chosen.tokens(task, side, name) for name in ("input_tokens", "target_tokens")))
            for side in SPLITS
        }
        return {
            **self.documents[task],
            "tokens": tokens_of(tokenizer, sides),
            "records": self._writings[task].counts,
        }


def _with_flags(workspace: Workspace, rows: pa.Table) -> pa.Table:
    """``rows`` with the quality signals of each that are out of their limits, as the last column."""
    screened = workspace.lake.read(sets.SCREENED, columns=["example_id", FLAGGED])
    if not screened["example_id"].equals(rows["example_id"]):
        screened = screened.take(pc.index_in(rows["example_id"], value_set=screened["example_id"].combine_chunks()))
    return rows.append_column(FLAGGED, screened[FLAGGED])


def _index_files(folder: Path, chosen: Chosen, writings: _Writings) -> Iterator[File]:
    for side in SPLITS:
        records = (
            index_record(example, {**decision, FLAGGED: example[FLAGGED]}, writings.left_out(task, example["example_id"]))
            for task in chosen.tasks()
            for example, decision in chosen.decided(task, side)
        )
        yield write(folder, f"index/{side}.jsonl", _counted(lines(records)))


def _dropped_file(folder: Path, workspace: Workspace, chosen: Chosen) -> File:
    """Who did not stay, and why: duplicates and the like with their keeper, then candidates that a recipe refused."""
    columns = ["example_id", "task", "label", "anchor", "input", "contents", "reason"]
    joined = workspace.lake.batches(sets.JOINED, columns=columns, batch_rows=sets.ROWS_AT_ONCE)
    parts = [batch.filter(pc.is_valid(batch.column("reason"))) for batch in joined]
    refused = pa.Table.from_batches(parts, None if parts else pa.schema([EXAMPLES.field(name) for name in columns]))

    def records() -> Iterator[dict[str, Any]]:
        for example, decision in chosen.dropped():
            yield dropped_record(example, decision)
        for batch in refused.sort_by([("example_id", "ascending"), ("reason", "ascending")]).to_batches(ROWS_AT_ONCE):
            yield from map(dropped_record, batch.to_pylist())

    return write(folder, "dropped.jsonl", _counted(lines(records())))


def _manifest(
    workspace: Workspace, files: Sequence[File], chosen: Chosen, writings: _Writings, missing_days: Sequence[str]
) -> dict[str, Any]:
    catalog = workspace.catalog
    sides = workspace.releases.published_sides()
    configuration = catalog.model_dump(mode="json", include={"tasks", "limits", "pii", "start", "quality"})
    configuration["decontaminate"] = catalog.decontaminate.model_dump(mode="json", exclude={"files": {"__all__": {"path"}}})
    # Values that are always personal data would otherwise be published by the very list that keeps them out, and so would those that
    # may stay in one source alone.
    configuration["pii"]["known"] = {entity: len(values) for entity, values in sorted(catalog.pii.known.items())}
    for source, rules in catalog.pii.sources.items():
        configuration["pii"]["sources"][source]["allow"] = len(rules.allow)
    configuration["pii"]["model"].pop("folder", None)  # a place on the machine that made the version
    configuration["dataset"] = catalog.dataset.model_dump(mode="json", exclude={"salt"})
    configuration["sources"] = [source.model_dump(mode="json", exclude={"url"}) for source in catalog.sources]
    manifest = build_manifest(
        catalog.dataset.name,
        files,
        configuration=configuration,
        code={"winnow": version("winnow"), "stages": workspace.stage_key("sets", set_key)},
        inputs={**ingested(workspace), **evaluation_inputs(workspace)},
        published=dict(zip(sides["example_id"].to_pylist(), sides["split"].to_pylist(), strict=True)),
        tasks={name: writings.facts(name) for name in chosen.tasks()},
        missing_days=missing_days,
    )
    counts = {task: {side: len(chosen.places.get((task, side), ())) for side in SPLITS} for task in chosen.tasks()}
    copies = {task: chosen.copies(task) for task in chosen.tasks()}
    return {**manifest, "examples": counts, "copies": copies}


def _documents(
    folder: Path, workspace: Workspace, manifest: Mapping[str, Any], chosen: Chosen, decisions: pa.Table
) -> Iterator[File]:
    """The data card and the Croissant document."""
    rows = chosen.rows
    kept = chosen.kept(["licence", "language", "origin", "pii"])
    files = [File(**entry) for entry in manifest["files"]]
    licences = sorted({part for name in kept["licence"].drop_null().unique().to_pylist() for part in name.split(" AND ")})
    pii: Counter[str] = Counter()
    for pair in pc.list_flatten(kept["pii"]).to_pylist():
        pii[pair["name"]] += pair["count"]
    name, catalog = workspace.catalog.dataset.name, workspace.catalog
    languages = kept["language"].drop_null().unique().to_pylist()
    card = data_card(
        name,
        [file for file in files if file.path.startswith(("data/", "index/"))],
        tasks=manifest["tasks"],
        languages=languages,
        licences=licences,
        sides=split_table(balance_counts(decisions, rows)),
        reasons=reason_table(workspace.lake.read(sets.JOINED, columns=["task", "reason"]), decisions, sets.ADVICE),
        pii=pii,
        balance=balance_section(figures_of(workspace, by_name=True, compare_texts=False, kept=rows)),
        replacement=catalog.pii.replacement,
        title=catalog.dataset.title,
        description=catalog.dataset.description,
    )
    yield write(folder, "README.md", [(card.encode(), 0)])
    document = croissant(
        name,
        manifest["version"],
        files,
        licences,
        description=catalog.dataset.description,
        languages=languages,
        kinds=sorted({task["kind"] for task in manifest["tasks"].values()}),
        pii=pii,
        replacement=catalog.pii.replacement,
        origins=kept["origin"].drop_null().unique().to_pylist(),
    )
    yield write(folder, "croissant.json", [(manifest_bytes(document), 0)])


def _counted(rows: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    return ((row, 1) for row in rows)


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
        with space.lock.held(), guarded(), measured(makes_room=True) as cost:
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
                "formats": ", ".join(sorted({name for task in manifest["tasks"].values() for name in task["formats"]})),
                "files": len(manifest["files"]),
                "bytes": sum(file["bytes"] for file in manifest["files"]),
                **cost.metadata(),
            }
        )

    return materialize
