"""The group `fine_tuning`: for each model of the catalog the trained model, behind `train` and `validation`, and its evaluation.

There is no such group before the catalog has a ``fine_tuning:`` block. A model takes minutes or days and costs money, so nothing
launches these assets but a person, the job `fine_tune`, or a schedule of one's own.

Belongs here: the assets, their check, and what the UI shows of them. Does not belong here: how models are made and measured
(`resources.training`, `resources.measuring`).
"""

from typing import Any

import dagster as dg

from assets.guard import guarded
from assets.metadata import plot, records_table, table
from resources.catalog import Catalog
from resources.catalog_models import Model
from resources.measuring import FEW_SHOT, Measuring
from resources.model_records import Record
from resources.training import FEW, Training
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.errors import UsageError
from winnow.model_evaluation import charts, curve_rows, difference_rows, figure_rows

GROUP = "fine_tuning"

REGRESSION = "no_regression"


def model_asset(model: Model) -> str:
    """The name of the asset that is the trained model."""
    return f"{model.name}_model"


def evaluation_asset(model: Model) -> str:
    """The name of the asset that is its evaluation."""
    return f"{model.name}_evaluation"


def fine_tuning_assets(catalog: Catalog) -> list[dg.AssetsDefinition]:
    """Two assets for each model of the catalog; none without a ``fine_tuning:`` block."""
    models = catalog.fine_tuning.models if catalog.fine_tuning else ()
    return [asset for model in models for asset in (_trained(model), _evaluated(model))]


def fine_tuning_checks(catalog: Catalog) -> list[dg.AssetChecksDefinition]:
    """The check of each model's evaluation."""
    return [_no_regression(model) for model in (catalog.fine_tuning.models if catalog.fine_tuning else ())]


def training(space: Workspace, log: Any = None) -> Training:
    """How models of ``space`` are made.

    Raises:
        UsageError: the catalog has no ``fine_tuning:`` block.
    """
    settings = space.catalog.fine_tuning
    if settings is None:
        raise UsageError("the catalog has no `fine_tuning:` block; see docs/fine-tuning.md")
    return Training(space.releases, space.clock, settings, tell=log or (lambda _said: None))


def _trained(model: Model) -> dg.AssetsDefinition:
    @dg.asset(
        name=model_asset(model),
        deps=["train", "validation"],
        group_name=GROUP,
        kinds={"openai"} if model.kind == "api" else {"pytorch"},
        owners=["team:data-platform"],
        description=f"The model {model.name} of task {model.task}, trained on the version in force; the same request is the same model.",
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        with guarded():
            version = space.releases.manifest()["version"]
            record = training(space, context.log.info).submit(model, version)
            return dg.MaterializeResult(metadata=record_metadata(record))

    return materialize


def _evaluated(model: Model) -> dg.AssetsDefinition:
    @dg.asset(
        name=evaluation_asset(model),
        deps=[model_asset(model), "test"],
        group_name=GROUP,
        kinds={"markdown"},
        owners=["team:data-platform"],
        description=f"What {model.name} is worth on the test set, beside its baselines and the current model.",
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        with guarded():
            trainer = training(space, context.log.info)
            record = trainer.planned(model, space.releases.manifest()["version"])
            measuring = Measuring(trainer)
            document = measuring.evaluate(record)
            is_current = measuring.settled(record, document)
            metadata = {
                **record_metadata(record),
                **evaluation_metadata(document),
                "current": dg.MetadataValue.bool(is_current),
            }
            return dg.MaterializeResult(metadata=metadata)

    return materialize


def _no_regression(model: Model) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=evaluation_asset(model),
        name=REGRESSION,
        description="The model is not worse than the current one of its task by more than `worst_drop`, beyond chance.",
    )
    def check(workspace: WorkspaceResource) -> dg.AssetCheckResult:
        space = workspace.open()
        with guarded():
            trainer = training(space)
            version = space.releases.manifest()["version"]
            record = trainer.planned(model, version)
            document = trainer.models.evaluation(record.name, version, "test")
            if document is None:
                return dg.AssetCheckResult(passed=False, description="nothing is measured yet")
            return dg.AssetCheckResult(
                passed=not Measuring(trainer).has_regressed(record, document),
                metadata={"compared with": document["current"] or "no model before it", "measure": document["measure"]},
            )

    return check


def record_metadata(record: Record) -> dict[str, dg.MetadataValue[Any]]:
    """Of which version, task and settings a model was made."""
    shown = {
        "model": record.name,
        "service_model": record.model if record.kind == "api" else "",
        "version": record.version,
        "manifest_sha256": record.manifest_sha256,
        "task": record.task,
        "format": record.format,
        "job": record.job,
        "state": record.state,
    }
    found: dict[str, dg.MetadataValue[Any]] = {name: dg.MetadataValue.text(value) for name, value in shown.items() if value}
    found["train_examples"] = dg.MetadataValue.int(record.examples)
    found["settings"] = dg.MetadataValue.json(record.settings)
    if record.examples < FEW:
        found["warning"] = dg.MetadataValue.text(f"fewer than {FEW} train examples: more chance than learning")
    return found


def evaluation_metadata(document: dict[str, Any]) -> dict[str, dg.MetadataValue[Any]]:
    """Figures as numbers, of which the UI draws one point a model, tables and plots; labels and counts, no text."""
    found: dict[str, dg.MetadataValue[Any]] = {
        key: dg.MetadataValue.float(entry[0]) for key, entry in document["figures"]["model"].items()
    }
    found["figures"] = records_table(figure_rows(document))
    found["differences"] = records_table(difference_rows(document))
    found |= {f"plot_{name}": plot(svg, words) for name, (svg, words) in charts(document).items()}
    if document["classes"]:
        columns = ("label", "examples", "precision", "recall", "f1", "taken for")
        rows = [[_short(row[column]) for column in columns] for row in document["classes"]]
        found["classes"] = table(columns, rows)
    if document.get("curve"):
        found["curve"] = records_table(curve_rows(document["curve"]))
    found["few_shot"] = dg.MetadataValue.bool(FEW_SHOT in document["figures"])
    return found


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
