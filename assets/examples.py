"""`examples`: a day's scrubbed documents turned into training examples, one document at a time.

Tasks that join documents (minutes and their meeting) are made behind the daily part, in `joined_examples`, so that the order of
days cannot matter. Beside its examples a day has their fingerprints (`assets.fingerprints`).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial

import dagster as dg
import pyarrow as pa

from assets import fingerprints, scrubbed
from assets.days import DayStage, identity, kept_rows, materialize_days
from resources.batches import split_batches
from resources.stage_keys import digest, example_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.errors import UsageError
from winnow.examples import example_builder, refusals
from winnow.schemas import EXAMPLES

NAME = "examples"

DESCRIPTION = (
    "Training examples of a day by task, and every candidate that was refused, with its reason. Labels and scores are those that "
    "a person gave; nothing here guesses."
)


def _inputs(workspace: Workspace, day: dt.date) -> str:
    found = identity(workspace, scrubbed.NAME, day)
    if found is None:
        raise UsageError(f"{NAME} of {day} needs {scrubbed.NAME} of that day; materialize it first")
    return digest(found)


def _covered(workspace: Workspace, day: dt.date, footer: Mapping[str, str]) -> bool:
    return workspace.lake.exists(scrubbed.NAME, day) and footer.get("contents") == _inputs(workspace, day)


def _upstream_days(workspace: Workspace) -> set[dt.date]:
    return set(workspace.lake.days(scrubbed.NAME))


def _build(workspace: Workspace, day: dt.date) -> tuple[Iterable[pa.RecordBatch], Mapping[str, str]]:
    contents = _inputs(workspace, day)
    documents = split_batches(kept_rows(workspace, [scrubbed.NAME], day), workspace.catalog.engine.batch_bytes)
    config = workspace.catalog.example_config()
    refused = partial(refusals, config=config)
    return workspace.engine.map_batches(example_builder, config, documents, on_poison=refused), {"contents": contents}


STAGE = DayStage(
    name=NAME,
    schema=EXAMPLES,
    key=example_key,
    contents=_inputs,
    covered=_covered,
    build=_build,
    upstream_days=_upstream_days,
    beside=fingerprints.write_day,
)


def examples(partitions: dg.DailyPartitionsDefinition, code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""

    @dg.asset(
        name=NAME,
        deps=[scrubbed.NAME],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        code_version=code_version,
        group_name="examples",
        kinds={"parquet"},
        owners=["team:nlp"],
        description=DESCRIPTION,
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        return materialize_days(context, workspace.open(), STAGE)

    return materialize
