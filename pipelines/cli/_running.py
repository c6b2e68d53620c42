"""What the commands that run jobs share: opening the line, showing progress, and saying what came of it.

Belongs here: everything around a `Runner` that is printed or decides the exit code. Does not belong here: which days a command runs.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipelines.cli._app import EXIT_BLOCKED, EXIT_FAILED, console, errors, print_json

if TYPE_CHECKING:
    from pipelines.runner import Outcome, Runner
    from pipelines.runner import Progress as Report


@contextmanager
def started(command: str, wait: float | None, *, scan: bool = False) -> "Iterator[Runner]":
    """A runner with the home's lock held and, with ``scan``, every source looked at once."""
    from pipelines.runner import Runner, prepare_instance  # noqa: PLC0415 - loads Dagster
    from resources.places import catalog_path, home_path  # noqa: PLC0415 - the same
    from resources.workspace import close_workspaces  # noqa: PLC0415 - the same

    runner = Runner(catalog_path(), home_path(), command)
    prepare_instance(home_path())
    with runner.workspace.lock.held(wait):
        runner.workspace.lake.clean()
        if scan:
            result = runner.workspace.scan()
            for message in result.failed.values():
                errors.print(f"[yellow]warning:[/] {escape(message)}")
        try:
            yield runner
        finally:
            close_workspaces()


def conclude(runner: "Runner", outcome: "Outcome", *, as_json: bool) -> None:
    """Print what was done, tell the hook if something failed, and exit with the code that says so."""
    untold, latest = runner.tell(outcome), runner.workspace.releases.latest()
    if as_json:
        print_json(
            {
                "days_done": [day.isoformat() for day in outcome.done],
                "days_failed": [day.isoformat() for day in outcome.failed],
                "version": latest.version if latest else None,
                "new_version": outcome.new_version,
                "blocked": outcome.blocked,
            }
        )
    else:
        messages = runner.workspace.releases.failed_messages() if outcome.blocked else {}
        _say(outcome, _examples(runner, outcome), messages)
    if untold:
        errors.print(f"[yellow]warning:[/] the failure hook was not told: {untold}")
    if outcome.blocked:
        raise typer.Exit(EXIT_BLOCKED)
    if outcome.failed:
        raise typer.Exit(EXIT_FAILED)


def _say(outcome: "Outcome", examples: int, messages: Mapping[str, str]) -> None:
    if outcome.failed:
        days = ", ".join(day.isoformat() for day in outcome.failed)
        errors.print(
            f"[bold red]failed:[/] {days}. The UI (`winnow ui`) shows at which step; the same command tries them again."
        )
    if outcome.blocked:
        errors.print(f"[bold red]not published:[/] {outcome.blocked}; {_advice(outcome.blocked, messages)}.")
        for name, message in messages.items():
            errors.print(f"  [bold]{name}[/]: {escape(message)}")
    elif outcome.failed and not outcome.new_version:
        errors.print("Nothing was published, since a requested day failed.")
    elif outcome.new_version:
        console.print(f"published version [bold]{outcome.version}[/] with {examples:,} examples")
        if not examples:
            errors.print("[yellow]warning:[/] it is empty; `winnow status`, `winnow quarantine` and the UI's report say why")
    elif outcome.version:
        console.print(f"nothing has changed; version [bold]{outcome.version}[/] stays")


def _advice(blocked: str, messages: Mapping[str, str]) -> str:
    """Where to look after a blocked publication; what to do about each check stands in its message."""
    from assets import audit, candidate  # noqa: PLC0415 - loads Dagster

    if "one_stage_key" in blocked:
        return "`winnow run` makes the stale days again"
    places = [audit.NAME] if any(name in audit.CHECKS for name in messages) else []
    if not places or any(name not in audit.CHECKS for name in messages):
        places.insert(0, candidate.NAME)
    return f"`winnow ui` shows why at the checks of {' and of '.join(places)}"


def _examples(runner: "Runner", outcome: "Outcome") -> int:
    counts = runner.workspace.releases.manifest(outcome.version)["examples"] if outcome.version else {}
    return sum(sum(sides.values()) for sides in counts.values())


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


@contextmanager
def bytes_read(size: int) -> "Iterator[Callable[[int], None]]":
    """A progress bar over ``size`` bytes (0 if nobody knows) on a terminal, advanced by what it is called with; nothing elsewhere."""
    if not errors.is_terminal:
        yield lambda _: None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("reading", total=size or None)

        def advance(count: int) -> None:
            bar.advance(task, count)
            if size and bar.tasks[0].finished:
                bar.update(task, description="comparing")

        yield advance


def _line(job: str, day: str | None, how: str) -> None:
    if how:
        errors.print(" ".join(word for word in (job, day, how) if word))
