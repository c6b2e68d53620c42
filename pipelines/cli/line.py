"""`winnow run`, `backfill`, `publish`, `plan`, `status` and `quarantine`: driving the line and asking how it stands."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipelines.cli._app import EXIT_BLOCKED, EXIT_FAILED, JsonOption, app, console, errors, print_json, print_table
from pipelines.cli._app import workspace as open_workspace
from winnow.errors import UsageError

if TYPE_CHECKING:
    from pipelines.runner import Outcome, Runner
    from pipelines.runner import Progress as Report

PANEL = "The line"

WaitOption = Annotated[
    float | None, typer.Option(help="Seconds to wait for another writer of this home; default: as long as it takes.", min=0)
]


def parse_day(text: str) -> dt.date:
    """``text`` as a day; UsageError if it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a day; write it as 2026-10-31") from None


@app.command(rich_help_panel=PANEL)
def run(
    day: Annotated[str | None, typer.Option(help="Only this day (UTC), not every open one.", show_default=False)] = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The nightly run: every open day up to yesterday, days that have gone stale first, then a new version if anything changed.

    Example: [bold]winnow run[/]  (from cron, every night)

    Example: [bold]winnow run --day 2026-10-31[/]
    """
    chosen = parse_day(day) if day else None
    with started("run", wait, scan=True) as runner:
        today = runner.workspace.clock.today()
        _refuse_future(chosen or today, runner)
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
    first: Annotated[str, typer.Option("--from", help="First day (UTC).", show_default=False)],
    last: Annotated[str, typer.Option("--to", help="Last day (UTC), included.", show_default=False)],
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Publish although a requested day failed; the manifest says which.")
    ] = False,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every day from one to another, one after the other, then one publication.

    Days that are done already are skipped; a failed day does not stop the next, but nothing is published while one has failed.
    The runs show in the UI under one backfill.

    Example: [bold]winnow backfill --from 2026-10-01 --to 2026-10-30[/]
    """
    begin, end = parse_day(first), parse_day(last)
    if begin > end:
        raise UsageError("--from is later than --to")
    with started("backfill", wait, scan=True) as runner:
        _refuse_future(end, runner)
        if begin < runner.workspace.catalog.start:
            raise UsageError(f"the catalog starts at {runner.workspace.catalog.start}; ask for days from there on")
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

    Example: [bold]winnow publish[/]
    """
    from pipelines.runner import Outcome  # noqa: PLC0415 - loads Dagster

    with started("publish", wait) as runner:
        with reporting(0) as report:
            outcome = runner.publish(report, Outcome())
        conclude(runner, outcome, as_json=as_json)


@app.command(rich_help_panel=PANEL)
def plan(as_json: JsonOption = False) -> None:
    """What `winnow run` would do now, and why; writes nothing.

    Example: [bold]winnow plan[/]
    """
    from assets.plan import planned  # noqa: PLC0415 - loads Dagster

    found = planned(open_workspace())
    if as_json:
        print_json(found)
        return
    print_table("Sources", ("source", "new", "changed", "gone", "unchanged"), found["sources"])
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
    console.print("A new version would be made." if found["publish"] else "No new version would be made.")


@app.command(rich_help_panel=PANEL)
def status(as_json: JsonOption = False) -> None:
    """How the line stands: last version, last scan, open and stale days, checks that block.

    Exits with 1 if a check blocks the last candidate.

    Example: [bold]winnow status --json[/]
    """
    from assets.plan import standing  # noqa: PLC0415 - loads Dagster

    found = standing(open_workspace())
    if as_json:
        print_json(found)
    else:
        for name in ("version", "published_at", "last_scan", "holder"):
            console.print(f"{name.replace('_', ' ')}: {found[name] or 'none'}")
        console.print(f"open days: {', '.join(found['open_days']) or 'none'}")
        console.print(f"stale days: {', '.join(found['stale_days']) or 'none'}")
        console.print(f"blocked by: {', '.join(found['failed_checks']) or 'nothing'}")
        if found["examples"]:
            print_table("Examples in force", ("task", "train", "validation", "test"), found["examples"])
    if found["failed_checks"]:
        raise typer.Exit(EXIT_FAILED)


@app.command(rich_help_panel=PANEL)
def quarantine(
    reason: Annotated[str | None, typer.Option(help="Only this reason, with the objects.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """What could not be read, by reason, with what its owner can do about it.

    With --reason or --json also which objects: their names come from the ledger and are shown on this terminal only.

    Example: [bold]winnow quarantine --reason encrypted[/]
    """
    from assets.plan import quarantined  # noqa: PLC0415 - loads Dagster
    from winnow.reasons import QUARANTINE  # noqa: PLC0415 - beside its use

    rows = [row for row in quarantined(open_workspace()) if reason in {None, row["reason"]}]
    if as_json:
        print_json(rows)
        return
    if not rows:
        console.print("Nothing is in quarantine." if reason is None else f"Nothing is in quarantine for {reason}.")
        return
    counts = Counter(row["reason"] for row in rows)
    print_table(
        "In quarantine",
        ("reason", "rows", "what to do"),
        [(name, n, QUARANTINE.get(name, "")) for name, n in counts.most_common()],
    )
    if reason is not None:
        print_table(
            "", ("day", "source", "object", "row"), [(row["day"], row["source"], row["key"], row["row"]) for row in rows]
        )


@contextmanager
def started(command: str, wait: float | None, *, scan: bool = False) -> "Iterator[Runner]":
    """A runner with the home's lock held and, with ``scan``, every source looked at once."""
    from pipelines.runner import Runner, prepare_instance  # noqa: PLC0415 - loads Dagster
    from resources.workspace import catalog_path, home_path  # noqa: PLC0415 - the same

    runner = Runner(catalog_path(), home_path(), command)
    prepare_instance(home_path())
    with runner.workspace.lock.held(wait):
        runner.workspace.lake.clean()
        if scan:
            result = runner.workspace.scan()
            for message in result.failed.values():
                errors.print(f"[yellow]warning:[/] {message}")
        try:
            yield runner
        finally:
            runner.workspace.engine.close()


def conclude(runner: "Runner", outcome: "Outcome", *, as_json: bool) -> None:
    """Print what was done, tell the hook if something failed, and exit with the code that says so."""
    untold = runner.tell(outcome)
    if as_json:
        print_json(
            {
                "days_done": [day.isoformat() for day in outcome.done],
                "days_failed": [day.isoformat() for day in outcome.failed],
                "version": outcome.version,
                "new_version": outcome.new_version,
                "blocked": outcome.blocked,
            }
        )
    else:
        _say(outcome)
    if untold:
        errors.print(f"[yellow]warning:[/] the failure hook was not told: {untold}")
    if outcome.blocked:
        raise typer.Exit(EXIT_BLOCKED)
    if outcome.failed:
        raise typer.Exit(EXIT_FAILED)


def _say(outcome: "Outcome") -> None:
    if outcome.failed:
        days = ", ".join(day.isoformat() for day in outcome.failed)
        errors.print(
            f"[bold red]failed:[/] {days}. The UI (`winnow ui`) shows at which step; the same command tries them again."
        )
    if outcome.blocked:
        errors.print(f"[bold red]not published:[/] {outcome.blocked}. `winnow status` and the UI say more.")
    elif outcome.failed and not outcome.new_version:
        errors.print("Nothing was published, since a requested day failed.")
    elif outcome.new_version:
        console.print(f"published version [bold]{outcome.version}[/]")
    elif outcome.version:
        console.print(f"nothing has changed; version [bold]{outcome.version}[/] stays")


@contextmanager
def reporting(days: int) -> "Iterator[Report]":
    """A progress bar over ``days`` and the publication on a terminal; a line for each job's end elsewhere."""
    if not errors.is_terminal:
        yield _line
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("", total=days + 1)

        def report(job: str, day: str | None, how: str) -> None:
            bar.update(task, description=f"{job} {day or 'all days'}", advance=1 if how else 0)
            if how.startswith("failed"):
                errors.print(f"[red]{job} {day or ''} {how}[/]")

        yield report


def _line(job: str, day: str | None, how: str) -> None:
    if how:
        errors.print(" ".join(word for word in (job, day, how) if word))


def _refuse_future(day: dt.date, runner: "Runner") -> None:
    today = runner.workspace.clock.today()
    if day > today:
        raise UsageError(f"{day} is not here yet; today is {today} (UTC)")
