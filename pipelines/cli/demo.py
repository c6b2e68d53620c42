"""`winnow demo`: a fictional company's week, from files to a published version."""

import datetime as dt
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli._app import EXIT_BLOCKED, EXIT_FAILED, app, console, errors, print_table

if TYPE_CHECKING:
    from resources.workspace import Workspace

PANEL = "The line"

CATALOG = Path(__file__).parent.parent.parent / "docs" / "examples" / "demo.yaml"


@app.command(rich_help_panel=PANEL)
def demo(
    landing: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the company's files go; default: landing/ in the home.")
    ] = None,
) -> None:
    """Make the landing zone of a fictional company and run the whole line over its week.

    Example: [bold]winnow demo[/]
    """
    from pipelines.cli._running import reporting, started  # noqa: PLC0415 - loads the progress bars
    from pipelines.demo import DAYS, START, write_landing  # noqa: PLC0415 - loads the writers of Office files

    began = time.monotonic()
    folder = landing_folder(landing)
    os.environ["LANDING"] = str(folder)
    os.environ["WINNOW_CATALOG"] = str(CATALOG)
    written = write_landing(folder)
    console.print(f"{written.files} files of a company that does not exist, {written.bytes / 1e6:.1f} MB, in {_shown(folder)}")
    days = [START + dt.timedelta(days=offset) for offset in range(DAYS)]
    with started("demo", None, scan=True) as runner:
        with reporting(len(days)) as report:
            outcome = runner.ingest(days, report, backfill=True)
            if not outcome.failed:
                runner.publish(report, outcome)
        if outcome.failed or outcome.blocked:
            errors.print(f"[bold red]not published:[/] {outcome.blocked or 'a day failed'}; `winnow ui` shows why")
            raise typer.Exit(EXIT_BLOCKED if outcome.blocked else EXIT_FAILED)
        _summarise(runner.workspace)
    console.print(f"\nversion [bold]{outcome.version}[/] in {time.monotonic() - began:.0f} s. Next:")
    _suggest(runner.workspace)


def landing_folder(given: Path | None) -> Path:
    """Where the demo's files go. Never what ``LANDING`` names: that may be somebody's own landing zone, which is read-only."""
    from resources.places import home_path  # noqa: PLC0415 - beside its use

    return (given or home_path() / "landing").absolute()


def _summarise(space: "Workspace") -> None:
    from assets import sets  # noqa: PLC0415 - loads Dagster
    from assets.days import DayCounts, count_rows  # noqa: PLC0415 - the same
    from assets.scrubbed import NAME as SCRUBBED  # noqa: PLC0415 - the same
    from resources.catalog import ASSETS  # noqa: PLC0415 - the same
    from winnow.dedup import REASONS  # noqa: PLC0415 - the same

    totals = DayCounts()
    for asset in ASSETS:
        totals.add(count_rows(space.lake.batches(asset, space.lake.days(asset), ["source", "pii", "reason"])))
    scrubbed = count_rows(space.lake.batches(SCRUBBED, space.lake.days(SCRUBBED), ["source", "pii", "reason"]))
    decisions = space.lake.read(sets.BALANCED, columns=["reason"])
    dropped = Counter(decisions["reason"].drop_null().to_pylist())
    duplicates = sum(dropped[reason] for reason in REASONS)
    quarantined = ", ".join(f"{number} {reason}" for reason, number in totals.refused.most_common())
    entities = ", ".join(f"{number} {name}" for name, number in scrubbed.entities.most_common(5))
    print_table(
        "The week",
        ("", "", ""),
        [
            ("documents in", totals.kept, ""),
            ("quarantined", totals.rows - totals.kept, quarantined),
            ("entities replaced", scrubbed.entities.total(), entities + ", …"),
            ("duplicates dropped", duplicates, ""),
        ],
    )
    _print_examples(space)


def _print_examples(space: "Workspace") -> None:
    from assets import sets  # noqa: PLC0415 - loads Dagster
    from winnow.balance import counts  # noqa: PLC0415 - loads numpy
    from winnow.report import split_table  # noqa: PLC0415 - the same

    rows = split_table(counts(space.lake.read(sets.BALANCED), sets.kept_examples(space)))
    columns = ("task", "label", "train", "validation", "test")
    print_table("\nExamples", columns, [[row[name] for name in columns] for row in rows])


def _suggest(space: "Workspace") -> None:
    from assets.trace import records  # noqa: PLC0415 - loads Dagster

    latest = space.releases.latest()
    assert latest is not None
    folder = space.releases.version_path(latest.version)
    example = next(iter(records(folder / "index" / "train.jsonl")))["example_id"]
    chosen = next(iter(sorted(path for path in folder.glob("data/*/chat/train.jsonl") if path.stat().st_size)))
    if not Path(".env").is_file():  # `make` writes one, which every command reads
        console.print(f"  export WINNOW_CATALOG={CATALOG} WINNOW_HOME={space.home.path} LANDING={os.environ['LANDING']}")
    console.print(f"  .venv/bin/winnow trace {example[:12]}      where one example came from")
    console.print(f"  head -n 3 {_shown(chosen)}      what a fine-tuning job reads")
    console.print("  make ui      the lineage in the Dagster UI")


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
