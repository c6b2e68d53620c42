"""`winnow run`, `backfill`, `publish`, `plan` and `status`: driving the line and asking how it stands."""

import datetime as dt
import os
from typing import Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import (
    EXIT_FAILED,
    FLAG,
    JsonOption,
    app,
    console,
    errors,
    print_json,
    print_table,
    workspace,
)
from pipelines.cli._running import conclude, reporting, started
from winnow.errors import UsageError

PANEL = "The line"

WaitOption = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS", help="How long to wait for another writer of this home; default: as long as it takes.", min=0
    ),
]

DAY: Any = {"metavar": "DAY", "show_default": False}  # an option that takes a day


def parse_day(text: str) -> dt.date:
    """``text`` as a day; UsageError if it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a day; write it as 2026-10-31") from None


@app.command(rich_help_panel=PANEL)
def run(
    day: Annotated[str | None, typer.Option(help="Only this day (UTC), not every open one.", **DAY)] = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The nightly run: every open day up to yesterday, days that have gone stale first, then a new version if anything changed.

    With --json: `days_done`, `days_failed`, `version` (the one in force then), `new_version`, `blocked` (why, or null).

    Example: [bold]winnow run[/]  (from cron, every night)

    Example: [bold]winnow run --day 2026-10-31[/]
    """
    chosen = parse_day(day) if day else None
    if chosen is not None:
        _require_days(chosen, chosen)
    with started("run", wait, scan=True) as runner:
        today = runner.workspace.clock.today()
        yesterday = today - dt.timedelta(days=1)
        if chosen is not None:
            days = [*runner.stale_days(today, made=True), chosen]
        else:
            days = [*runner.stale_days(yesterday), *([yesterday] if yesterday >= runner.workspace.catalog.start else [])]
        with reporting(len(set(days))) as report:
            outcome = runner.ingest(sorted(set(days)), report)
            if not outcome.failed:
                runner.publish(report, outcome)
        conclude(runner, outcome, as_json=as_json)


@app.command(rich_help_panel=PANEL)
def backfill(
    first: Annotated[str, typer.Option("--from", help="First day (UTC).", **DAY)],
    last: Annotated[str, typer.Option("--to", help="Last day (UTC), included.", **DAY)],
    allow_missing: Annotated[
        bool,
        typer.Option("--allow-missing", help="Publish although a requested day failed; the manifest says which.", **FLAG),
    ] = False,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every day from one to another, one after the other, then one publication.

    Days that are done already are skipped; a failed day does not stop the next, but nothing is published while one has failed.
    The runs show in the UI under one backfill.

    With --json: `days_done`, `days_failed`, `version` (the one in force then), `new_version`, `blocked` (why, or null).

    Example: [bold]winnow backfill --from 2026-10-01 --to 2026-10-30[/]
    """
    begin, end = parse_day(first), parse_day(last)
    if begin > end:
        raise UsageError(f"--from {begin} is later than --to {end}; swap them")
    _require_days(begin, end)
    with started("backfill", wait, scan=True) as runner:
        requested = [begin + dt.timedelta(days=offset) for offset in range((end - begin).days + 1)]
        stale = runner.stale_days(runner.workspace.clock.today(), made=True)
        days = sorted({*stale, *requested})
        with reporting(len(days)) as report:
            outcome = runner.ingest(days, report, backfill=True)
            if not outcome.failed or allow_missing:
                runner.publish(report, outcome, outcome.failed)
        conclude(runner, outcome, as_json=as_json)


@app.command(rich_help_panel=PANEL)
def publish(wait: WaitOption = None, as_json: JsonOption = False) -> None:
    """The set part alone: join, deduplicate, split, balance, check, and publish a version if anything changed.

    With --json: `days_done`, `days_failed`, `version` (the one in force then), `new_version`, `blocked` (why, or null).

    Example: [bold]winnow publish[/]
    """
    from pipelines.runner import Outcome  # noqa: PLC0415 - loads Dagster

    with started("publish", wait) as runner:
        if not runner.workspace.lake.days("examples"):
            raise UsageError(
                "no day was made yet, so there is nothing to publish; `winnow run` or `winnow backfill` makes them"
            )
        with reporting(0) as report:
            outcome = runner.publish(report, Outcome())
        conclude(runner, outcome, as_json=as_json)


@app.command(rich_help_panel=PANEL)
def plan(as_json: JsonOption = False) -> None:
    """What `winnow run` would do now, and why; writes nothing.

    With --json: `sources` (`source`, `new`, `changed`, `gone`, `unchanged`), `unlisted` (source → why), `days` (`day`, `stage`,
    `why`), `waiting` (objects of a day that is not over), `publish` (whether the set part would run).

    Example: [bold]winnow plan[/]
    """
    from assets.plan import planned  # noqa: PLC0415 - loads Dagster

    found = planned(workspace())
    if as_json:
        print_json(found)
        return
    columns = ("source", "new", "changed", "gone", "unchanged")
    print_table("Sources", columns, [[row[name] for name in columns] for row in found["sources"]])
    for message in found["unlisted"].values():
        errors.print(f"[yellow]warning:[/] {escape(message)}")
    if found["days"]:
        days: dict[tuple[str, str], list[str]] = {}
        for row in found["days"]:
            days.setdefault((row["stage"], row["why"]), []).append(row["day"])
        rows = [(stage, why, len(found_days), found_days[0], found_days[-1]) for (stage, why), found_days in days.items()]
        print_table("Days to do", ("stage", "why", "days", "first", "last"), rows)
    else:
        console.print("No day up to yesterday is open or stale.")
    if found["waiting"]:
        console.print(f"{found['waiting']} objects arrive on a day that is not over; tomorrow's run takes them.")
    console.print(
        "Then the set part would run; it publishes a version if anything in it differs."
        if found["publish"]
        else "Nothing to publish: the version in force was made of all this."
    )


@app.command(rich_help_panel=PANEL)
def status(as_json: JsonOption = False) -> None:
    """How the line stands: last version, last scan, open and stale days, checks that block.

    Exits with 1 if a check blocks the last candidate.

    With --json: `version`, `published_at`, `last_scan`, `holder` (who writes now), `open_days`, `stale_days`, `failed_checks`,
    `examples` (`task`, `train`, `validation`, `test`).

    Example: [bold]winnow status --json[/]
    """
    from assets.plan import standing  # noqa: PLC0415 - loads Dagster

    found = standing(workspace())
    if as_json:
        print_json(found)
    else:
        published = f"{found['version']}, published {found['published_at']}" if found["version"] else "nothing published yet"
        rows = [
            ("version in force", published),
            ("last look at the sources", found["last_scan"] or "never; `winnow plan` shows what a run would find"),
            ("days never made", _days(found["open_days"])),
            ("days to make again", _days(found["stale_days"])),
            ("checks that block", ", ".join(found["failed_checks"]) or "none"),
        ]
        if found["holder"]:
            rows.append(("being written by", found["holder"]))
        print_table("", ("", ""), rows)
        if found["examples"]:
            columns = ("task", "train", "validation", "test")
            print_table("\nExamples in force", columns, [[row[name] for name in columns] for row in found["examples"]])
    if found["failed_checks"]:
        raise typer.Exit(EXIT_FAILED)


def _days(days: list[str]) -> str:
    """``days`` in a line: all of them if they are few, else how many between which."""
    return ", ".join(days) or "none" if len(days) <= 4 else f"{len(days)} from {days[0]} to {days[-1]}"


def _require_days(first: dt.date, last: dt.date) -> None:
    """UsageError unless there are partitions for the days from ``first`` to ``last``; asked before anything is opened."""
    from resources.catalog import load_catalog  # noqa: PLC0415 - loads every plug-in
    from resources.clock import clock_from  # noqa: PLC0415 - the same
    from resources.places import catalog_path  # noqa: PLC0415 - the same

    start, today = load_catalog(catalog_path()).start, clock_from(os.environ).today()
    if first < start:
        raise UsageError(f"{first} is before the catalog's start; ask for days from {start} on, or set `start` earlier there")
    if last > today:
        raise UsageError(f"{last} is not here yet; today is {today} (UTC)")
