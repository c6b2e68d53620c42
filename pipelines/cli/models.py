"""`winnow submit`, `evaluate` and `models`: from a version to a model, what it is worth, and which one applications use."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import EXIT_FAILED, FLAG, JsonOption, app, console, errors, print_json, print_table, workspace
from pipelines.cli.releases import named
from winnow.errors import UsageError

if TYPE_CHECKING:
    from resources.catalog_models import Hyperparameter
    from resources.model_records import Record
    from resources.training import Training
    from resources.workspace import Workspace

PANEL = "Models"

VersionOption = Annotated[
    str | None,
    typer.Option(
        "--version", metavar="VERSION", help="A version, or enough of its beginning; default: the latest.", show_default=False
    ),
]


@app.command(rich_help_panel=PANEL)
def submit(  # noqa: PLR0913, PLR0917 - each is an option of the command
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A model of the catalog's `fine_tuning:` block.", show_default=False)
    ],
    version: VersionOption = None,
    base: Annotated[
        str | None, typer.Option(metavar="BASE", help="Another base model than the catalog's.", show_default=False)
    ] = None,
    suffix: Annotated[
        str | None, typer.Option(metavar="SUFFIX", help="Another suffix of the service's name.", show_default=False)
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another setting or hyperparameter; as often as needed.", show_default=False
        ),
    ] = None,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Do not follow a service's job; the same command looks again.", **FLAG)
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Begin anew where an earlier attempt failed.", **FLAG)] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model on a version: by a service with OpenAI's interface, or on this machine.

    The same version and settings are the same model: it is found again, nothing is uploaded or trained twice, and a command that was
    cut off goes on where it was. A failed model has the service's own words.

    With --json: the model's record.

    Example: [bold]winnow submit ticket_bert --set epochs=5[/]
    """
    space, trainer = _opened(quiet=as_json)
    from resources.training import changed  # noqa: PLC0415 - loads an HTTP client

    given = dict(_setting(text) for text in setting or ())
    given |= {name: value for name, value in (("base", _base(base)), ("suffix", suffix)) if value is not None}
    line = changed(_line(trainer, model), given)
    record = trainer.submit(line, _version(space, version), wait=not no_wait, again=again)
    _report(space, record, {})
    if as_json:
        print_json(_shown(trainer, record))
    elif record.state == "succeeded":
        where = record.model if record.kind == "api" else str(trainer.models.folder(record.name) / record.model)
        console.print(f"model [bold]{record.name}[/] of version {record.version}: {escape(where)}")
    else:
        console.print(f"model [bold]{record.name}[/] is {record.state}; the same command looks again")


@app.command(rich_help_panel=PANEL)
def evaluate(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A model's name, enough of its beginning, or its line for the newest.", show_default=False
        ),
    ],
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="VERSION", help="Whose examples; default: the version that it learnt from.", show_default=False
        ),
    ] = None,
    part: Annotated[str, typer.Option("--set", metavar="SET", help="test, validation or train.")] = "test",
    curve: Annotated[
        bool,
        typer.Option(
            "--curve", help="Also train on a quarter and half of the train set, to see what more data would bring.", **FLAG
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure a model on a test set beside its baselines and the current model, and write a page about it.

    Labels: macro F1, accuracy, classes and mistakes. Texts: chrF, ROUGE-L, exact match, length, distinct n-grams. All with 95 % intervals.
    Exits with 1 if the model is worse than the current one by more than its line's `worst_drop`.

    With --json: the figures, differences, classes, mistakes, the page's path, whether the model is `promoted` and has `regressed`.

    Example: [bold]winnow evaluate ticket_bert --curve[/]
    """
    from resources.measuring import Measuring  # noqa: PLC0415 - loads an HTTP client

    if part not in {"test", "validation", "train"}:
        raise UsageError(f"there is no set {part!r}; choose of test, validation, train")
    space, trainer = _opened(quiet=as_json)
    measuring, record = Measuring(trainer), trainer.models.named(model)
    document = measuring.evaluate(
        record,
        version=named(space, version) if version else None,
        part=part,  # type: ignore[arg-type]  # one of the three, see above
        shares=curve,
    )
    regressed = measuring.has_regressed(record, document)
    promoted = measuring.settled(record, document)
    _report(space, record, document)
    page = trainer.models.folder(record.name) / "evaluation.md"
    if as_json:
        print_json({**document, "page": str(page), "promoted": promoted, "regressed": regressed})
    else:
        _print_evaluation(document, page)
        if promoted:
            console.print(f"[bold]{record.name}[/] is the current model of {record.task}")
    if regressed:
        errors.print(f"[bold red]worse[/] than the current model {document['current']} in {document['measure']}")
        raise typer.Exit(EXIT_FAILED)


@app.command(rich_help_panel=PANEL)
def models(
    promote: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Make this one the current model of its task.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """The models, the finished ones in the order in which they ended, with their scores; the current one of each task is marked.

    `CURRENT` in their folder says to applications which model to use, and with which inference.json.

    With --json: a list of records, each with its `evaluations` and whether it is `current`.

    Example: [bold]winnow models --promote ticket_bert-0f3a5c7b9d1e[/]
    """
    from resources.measuring import Measuring  # noqa: PLC0415 - loads an HTTP client

    _, trainer = _opened(quiet=True)
    if promote is not None:
        Measuring(trainer).promote(trainer.models.named(promote))
    records = trainer.models.all()
    if as_json:
        print_json([_shown(trainer, record) for record in records])
    elif not records:
        console.print("There is no model yet; `winnow submit MODEL` trains one that the catalog names.")
    else:
        columns = ("", "model", "task", "version", "train", "state", "set", "measure", "score", "baseline")
        print_table("", columns, [_row(trainer, record) for record in records])
        console.print(f"in {escape(str(trainer.models.path))}")


def _opened(*, quiet: bool) -> "tuple[Workspace, Training]":
    from assets.fine_tuning import training  # noqa: PLC0415 - loads Dagster

    space = workspace()
    say: Callable[[str], None] = (lambda _said: None) if quiet else (lambda said: errors.print(escape(said)))
    return space, training(space, say)


def _line(trainer: "Training", name: str) -> Any:
    known = sorted(model.name for model in trainer.settings.models)
    if name not in known:
        raise UsageError(f"the catalog's fine_tuning has no model {name!r}; choose of {', '.join(known)}")
    return trainer.settings.model(name)


def _version(space: "Workspace", version: str | None) -> str:
    return named(space, version) if version else str(space.releases.manifest()["version"])


def _base(base: str | None) -> str | None:
    """A folder as it is seen from here; a service's name as it stands."""
    return str(Path(base).absolute()) if base is not None and Path(base).is_dir() else base


def _setting(text: str) -> "tuple[str, Hyperparameter]":
    import json  # noqa: PLC0415 - for the one option

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("--set takes NAME=VALUE, such as --set epochs=5")
    try:
        found = json.loads(value)
    except ValueError:
        found = value
    return name, found if isinstance(found, str | int | float | bool) else value


def _report(space: "Workspace", record: "Record", document: dict[str, Any]) -> None:
    """Show the model, or its evaluation, in the UI as the asset that it is, with the lineage from the landing zone."""
    if record.share < 1 or (record.state != "succeeded" and not document):
        return
    import dagster as dg  # noqa: PLC0415 - seconds to load

    from assets import fine_tuning  # noqa: PLC0415 - the same
    from pipelines.runner import prepare_instance  # noqa: PLC0415 - the same

    known = {model.name: model for model in space.catalog.fine_tuning.models} if space.catalog.fine_tuning else {}
    if record.line not in known:
        return
    prepare_instance(space.home.path)
    line, metadata = known[record.line], fine_tuning.record_metadata(record)
    name = fine_tuning.evaluation_asset(line) if document else fine_tuning.model_asset(line)
    metadata |= fine_tuning.evaluation_metadata(document) if document else {}
    with dg.DagsterInstance.get() as store:
        store.report_runless_asset_event(dg.AssetMaterialization(name, metadata=metadata))


def _shown(trainer: "Training", record: "Record") -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415 - beside its use

    current = trainer.models.current(record.task) == record.name
    evaluations = [
        {key: found[key] for key in ("version", "set", "measure", "examples", "figures", "differences")}
        for found in trainer.models.evaluations(record.name)
    ]
    return {**asdict(record), "current": current, "path": str(trainer.models.folder(record.name)), "evaluations": evaluations}


def _row(trainer: "Training", record: "Record") -> tuple[Any, ...]:
    mark = "*" if trainer.models.current(record.task) == record.name else ""
    shown = (mark, record.name, record.task, record.version[:8], record.examples, record.state)
    found = trainer.models.evaluations(record.name)
    if not found:
        return (*shown, "", "", "", "")
    last = next((one for one in found if one["version"] == record.version and one["set"] == "test"), found[-1])
    measure = last["measure"]
    others = [row[measure][0] for name, row in last["figures"].items() if name not in {"model", "current model"}]
    value, low, high = last["figures"]["model"][measure]
    return (*shown, last["set"], measure, f"{value:.3f} ({low:.3f} to {high:.3f})", f"{max(others):.3f}" if others else "")


def _print_evaluation(document: dict[str, Any], page: Path) -> None:
    from winnow.model_evaluation import curve_rows, curve_sentence, difference_rows, figure_rows  # noqa: PLC0415 - beside its use

    for title, rows in (("Figures", figure_rows(document)), ("The model less …", difference_rows(document))):
        if rows:
            print_table(title, list(rows[0]), [list(row.values()) for row in rows])
    if document.get("curve"):
        rows = curve_rows(document["curve"])
        print_table("What more data would bring", list(rows[0]), [list(row.values()) for row in rows])
        console.print(curve_sentence(document["curve"]))
    if document["few"]:
        errors.print(f"[yellow]warning:[/] only {document['train_examples']} train examples: more chance than learning")
    console.print(f"{document['examples']} examples of {document['set']}; {escape(str(page))}")
