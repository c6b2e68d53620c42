"""The catalog: which sources, tasks and formats there are, as one validated, immutable object.

Belongs here: what the YAML may say and what must agree across its parts. Does not belong here: where a mistake stands in the
file (`resources.catalog_yaml`), and what recipes, formats and the detector take as options (their own files in `winnow`).
"""

import datetime as dt
import functools
import operator
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from resources import catalog_schema, catalog_yaml
from resources.catalog_checks import disagreements
from resources.catalog_models import FineTuning
from resources.confinement import CPU_SECONDS, MEMORY_BYTES, OBJECTS_PER_WORKER, OUTPUT_BYTES, TIMEOUT_SECONDS
from resources.sources import ASSETS, Asset, DayRule, Listed, Source, kinds
from winnow.detector_config import DetectorConfig
from winnow.errors import CatalogError
from winnow.recipes import recipes
from winnow.schemas import SPLITS
from winnow.screen_config import Decontaminate, Quality
from winnow.survivor_rules import SURVIVOR, SurvivorRule
from winnow.tasks import Balance, Format, Formats, Name, Settings, Task

if TYPE_CHECKING:
    from winnow.examples import ExampleConfig
    from winnow.extract import ExtractConfig, SourceReading
    from winnow.scrub import ScrubConfig

__all__ = [
    "ASSETS",
    "Asset",
    "Balance",
    "Catalog",
    "Dataset",
    "DayRule",
    "EngineSettings",
    "Hook",
    "Hooks",
    "Limits",
    "Listed",
    "Retention",
    "Shares",
    "Source",
    "SplitRule",
    "Task",
    "load_catalog",
]

MIB = 1024 * 1024

Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", description="as `winnow versions` lists it")]

if TYPE_CHECKING:
    AnySource = Source
    AnyTask = Task
else:

    def _union(options: list[type[Settings]]) -> Any:
        """One type that is any of ``options``, told apart by ``kind``; pydantic refuses a discriminator on a union of one."""
        union = functools.reduce(operator.or_, options)
        return Annotated[union, Field(discriminator="kind")] if len(options) > 1 else union

    AnySource = _union([kind.options for kind in kinds().values()])
    AnyTask = _union([recipe.task for recipe in recipes().values()])


class Shares(Settings):
    """What part of the examples each side gets; together 1."""

    train: float = Field(0.8, gt=0, le=1, description="share that models learn from")
    validation: float = Field(0.1, ge=0, lt=1, description="share that training is watched by")
    test: float = Field(0.1, ge=0, lt=1, description="share that the trained model is measured on")

    @model_validator(mode="after")
    def _whole(self) -> "Shares":
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            message = f"train, validation and test add up to {total:g}; make them add up to 1"
            raise ValueError(message)
        return self

    def mapping(self) -> dict[str, float]:
        """Side → share, in the order of `winnow.schemas.SPLITS`."""
        return {split: getattr(self, split) for split in SPLITS}


class SplitRule(Settings):
    """What decides on which side an example stands."""

    by: Literal["hash", "time"] = Field(
        "hash",
        description="`hash`: a keyed hash of the group, as the shares ask; `time`: validation is later than train, and test later still, "
        "by the own days of rows (table.day), objects (day.pattern) and what their texts say (day.stated)",
    )
    validation_from: dt.date | None = Field(
        None, description="time: first day of validation; default: as published, else as the shares ask"
    )
    test_from: dt.date | None = Field(
        None, description="time: first day of test; default: as published, else as the shares ask"
    )
    embargo_days: int = Field(
        0, ge=0, le=3650, description="time: days before validation and before test that stay empty, for what echoes into them"
    )
    undated: Literal["hold_back", "train"] = Field(
        "hold_back", description="time: what becomes of examples without an own day; a modification time is none"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "SplitRule":
        if self.by != "time" and self.model_fields_set - {"by"}:
            raise ValueError("days are for a split by time; say `by: time`, or leave them out")
        if self.validation_from and self.test_from and self.validation_from > self.test_from:
            raise ValueError("validation_from comes after test_from; test is the latest side")
        return self


class Dataset(Settings):
    """What is published, and under which name."""

    name: Name
    salt: str = Field(
        min_length=16,
        repr=False,
        description="secret that keys every id and the split; changing it changes them all. Best ${env:…} or ${file:…}",
    )
    shares: Shares = Shares()
    split: SplitRule = SplitRule()
    group_share: float = Field(
        0.02,
        gt=0,
        le=1,
        description="a group with a larger share of a task's examples is cut at its weakest links; 1: never",
    )
    survivor: tuple[SurvivorRule, ...] = Field(
        SURVIVOR,
        min_length=1,
        json_schema_extra={"uniqueItems": True},
        description="which of several examples that say the same stays, the first rule first: `trusted`: of the source of the highest "
        "priority; `longest`: with the most characters; `newest`: of the latest own day, those without one last; behind all rules what "
        "is written plainly, and then the smallest id",
    )
    freeze_test: Version | None = Field(
        None, description="version whose test side stays as it was: nothing joins it, and nothing near it is trained on"
    )
    freeze_validation: Version | None = Field(None, description="the same for validation")
    formats: Formats = Field(
        (Format(name="chat"), Format(name="completion")),
        description="consumer formats to write, of every task that names none itself; one that a task has no use for is not written",
    )
    audiences: tuple[str, ...] = Field(min_length=1, description="only sources with one of these audiences feed the dataset")
    title: str = Field("", description="heading of the data card; default: the name")
    description: str = Field("", description="first paragraph of the data card")

    @field_validator("survivor")
    @classmethod
    def _each_once(cls, rules: tuple[SurvivorRule, ...]) -> tuple[SurvivorRule, ...]:
        if len(set(rules)) < len(rules):
            raise ValueError("names a rule twice; behind itself it decides nothing")
        return rules


class Limits(Settings):
    """How much may go wrong before someone is told, and before nothing is published."""

    quarantine_share: float = Field(0.05, ge=0, le=1, description="a larger share of quarantined objects is a warning")
    quarantine_limit: float = Field(0.5, ge=0, le=1, description="a larger share blocks the publication")
    k_anonymity: int = Field(
        5,
        ge=1,
        description="rows whose text combines sensitive attributes need so many people alike; see sources[].table.sensitive",
    )
    gone_limit: float = Field(
        0.5,
        ge=0,
        le=1,
        description="a larger share of the last version's objects gone blocks it: a share mounted empty looks so",
    )


class Hook(Settings):
    """Whom to tell: a command or an address; it is given counts and ids, never text."""

    command: tuple[str, ...] | None = Field(None, min_length=1, description="program and arguments, no shell")
    webhook: str | None = Field(None, pattern=r"^https?://", repr=False, description="address that gets a JSON POST")
    timeout_seconds: float = Field(30, gt=0, le=600, description="how long it may take before it is given up")

    @model_validator(mode="after")
    def _one(self) -> "Hook":
        if (self.command is None) == (self.webhook is None):
            raise ValueError("say either `command` or `webhook`")
        return self


class Hooks(Settings):
    """What runs besides the line."""

    on_failure: Hook | None = Field(None, description="after a failed run or a blocked publication")


class ReadingLimits(Settings):
    """What one object may take of the confined process that reads it; past a limit it is quarantined with that reason."""

    memory_bytes: int = Field(MEMORY_BYTES, ge=128 * MIB, description="address space beyond what the process starts with")
    cpu_seconds: int = Field(CPU_SECONDS, ge=1, description="processor time")
    timeout_seconds: float = Field(TIMEOUT_SECONDS, gt=0, description="wall-clock time")
    output_bytes: int = Field(OUTPUT_BYTES, ge=MIB, description="all rows of one object together")
    objects_per_worker: int = Field(
        OBJECTS_PER_WORKER, ge=1, description="after so many a process is replaced; 1: no two objects share one (5 ms each)"
    )


class EngineSettings(Settings):
    """How the map stages run on this machine."""

    workers: int | None = Field(None, ge=0, description="processes; default: one a core; 0: inside the calling process")
    batch_bytes: int = Field(8 * MIB, ge=1024, description="most bytes handed to a worker at once")
    timeout_seconds: float = Field(120, gt=0, description="wall-clock time for one batch before its worker is killed")
    memory_bytes: int = Field(2048 * MIB, ge=256 * MIB, description="address space of one worker beyond what it starts with")
    extract: ReadingLimits = Field(ReadingLimits(), description="limits of reading one object, apart from those of batches")


class Retention(Settings):
    """How long versions and logs are kept; a source says itself how long its text is. `winnow prune` enforces both."""

    versions: int | None = Field(None, ge=1, description="newest published versions to keep; default: all")
    log_days: int | None = Field(None, ge=1, description="days that run logs are kept")


class Catalog(Settings):
    """Everything that the pipeline is told."""

    version: Literal[1] = Field(description="of this file's own format")
    start: dt.date = Field(description="first day (UTC) that there is a partition for; older objects arrive on it")
    dataset: Dataset
    sources: tuple[AnySource, ...] = Field(min_length=1, description="where objects come from")
    tasks: tuple[AnyTask, ...] = Field(min_length=1, description="which examples are made")
    pii: DetectorConfig = DetectorConfig()
    limits: Limits = Limits()
    hooks: Hooks = Hooks()
    engine: EngineSettings = EngineSettings()
    retention: Retention = Retention()
    quality: Quality = Quality()
    decontaminate: Decontaminate = Decontaminate()
    fine_tuning: FineTuning | None = Field(
        None, description="models that are trained on the published versions; without it none are"
    )

    def source(self, name: str) -> Source:
        """The source called ``name``; KeyError if there is none."""
        return {source.name: source for source in self.sources}[name]

    def sources_of(self, asset: str) -> tuple[Source, ...]:
        """The sources of one class, by name."""
        return tuple(sorted((source for source in self.sources if source.asset == asset), key=lambda source: source.name))

    def task(self, name: str) -> Task:
        """The task called ``name``; KeyError if there is none."""
        return {task.name: task for task in self.tasks}[name]

    def reading(self, source: Source) -> "SourceReading":
        """What the extraction stage needs to know about ``source``; its key is `winnow.extract.extract_key`."""
        return reading(source)

    def extract_config(self, asset: str) -> "ExtractConfig":
        """Configuration of the extraction stage for the sources of ``asset``."""
        from winnow.extract import ExtractConfig  # noqa: PLC0415 - a catalog can be validated without loading every reader

        return ExtractConfig(salt=self.dataset.salt, sources={s.name: reading(s) for s in self.sources_of(asset)})

    def scrub_config(self) -> "ScrubConfig":
        """Configuration of the scrubbing stage."""
        from resources.models import model_factory  # noqa: PLC0415 - as above
        from winnow.scrub import KNOWN_TO_PATTERNS, ScrubConfig  # noqa: PLC0415 - as above

        model = model_factory(self.pii)
        tables = {source.name: source.table for source in self.sources if source.table is not None}
        return ScrubConfig(
            salt=self.dataset.salt,
            detector=self.pii,
            personal={name: dict(table.personal) for name, table in tables.items() if table.personal},
            spans={name: dict(table.spans) for name, table in tables.items() if table.spans},
            classes=self._classes(),
            languages=KNOWN_TO_PATTERNS if model is None else model.languages,
            model=model,
        )

    def _classes(self) -> dict[str, tuple[str, ...]]:
        """Source → the columns from which tasks take labels and scores."""
        columns = [
            (source, column)
            for task in self.tasks
            for column in (getattr(task, "label", None), getattr(task, "score", None))
            for source in task.sources
            if column
        ]
        return {source: tuple(sorted({column for name, column in columns if name == source})) for source, _ in sorted(columns)}

    def example_config(self) -> "ExampleConfig":
        """Configuration of the example builder."""
        from winnow.examples import ExampleConfig  # noqa: PLC0415 - as above

        return ExampleConfig(salt=self.dataset.salt, tasks=self.tasks, replacement=self.pii.replacement)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """JSON Schema (draft 2020-12) of the file, for editors; it allows ``${env:…}`` wherever a scalar stands."""
        return dict(catalog_schema.with_references(cls.model_json_schema()))


def reading(source: Source) -> "SourceReading":
    """What the extraction stage needs to know about ``source``."""
    from winnow.extract import SourceReading  # noqa: PLC0415 - a catalog can be validated without loading every reader
    from winnow.formats._base import ReadOptions  # noqa: PLC0415 - as above

    return SourceReading(
        read=ReadOptions(
            table=source.table,
            # Of a department's export only named columns may become text: a forgotten `table` must not mean all of them.
            bare_workbooks=source.asset != "departmental_exports",
            reading=source.reading,
            max_bytes=source.max_bytes,
        ),
        language=source.language,
        licence=source.licence,
        audience=source.audience,
        origin=source.origin,
        link_pattern=source.link_pattern,
        rows_are_unique=source.rows_are_unique,
        day_pattern=source.day.pattern,
        stated_days=source.day.stated == "read",
    )


def load_catalog(path: Path | str, environment: Mapping[str, str] | None = None) -> Catalog:
    """The catalog at ``path``, with ``${env:NAME}``, ``${env:NAME:-default}`` and ``${file:PATH}`` filled in.

    Raises:
        CatalogError: every mistake found, one a line, as ``file:line:column where: what was expected; what to do``.
    """
    path = Path(path)
    document = catalog_yaml.read(path, os.environ if environment is None else environment)
    document.suggest = lambda where: catalog_schema.suggestion(Catalog, document.value, where)
    try:
        catalog = Catalog.model_validate(document.value, context={"folder": path.absolute().parent})
    except ValidationError as error:
        raise CatalogError(document.report(error.errors())) from None
    if found := disagreements(catalog):
        raise CatalogError(document.report(found))
    return catalog
