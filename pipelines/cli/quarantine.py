"""`winnow quarantine`: what could not be read or was held back, and trying it again."""

from collections import Counter
from typing import Annotated, Any

import typer

from pipelines.cli._app import (
    EXIT_FAILED,
    FLAG,
    JsonOption,
    app,
    console,
    errors,
    print_json,
    print_records,
    print_table,
    workspace,
)
from pipelines.cli._running import reporting, started
from pipelines.cli.line import PANEL, WaitOption
from winnow.errors import UsageError


@app.command(rich_help_panel=PANEL)
def quarantine(
    reason: Annotated[
        str | None, typer.Option(metavar="REASON", help="Only this reason, with the objects.", show_default=False)
    ] = None,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry", help="Read these objects again, after a fix: limits raised, a tool installed, a store mended.", **FLAG
        ),
    ] = False,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """What could not be read or was held back, by reason, with what its owner can do about it.

    With --reason or --json also which objects: their names come from the ledger and are shown on this terminal only.

    With --retry they are tried again although nothing about them has changed, and their days made up to the examples; nothing is
    published. A file that was exported again needs no retry: it is new to the next run.

    With --json: a list of `day`, `stage`, `source`, `object_id`, `key`, `row`, `reason` and `parts` (how many parts of a document
    were held back; null if it is all of it). With --retry --json: `retried` (a list of `reason`, `tried`, `read`, `still` and
    `otherwise`: how many objects, those of other reasons by reason), `days_done` and `days_failed`.

    Example: [bold]winnow quarantine --reason encrypted[/]

    Example: [bold]winnow quarantine --retry --reason timeout[/]  (after raising engine.extract.cpu_seconds)
    """
    from winnow.reasons import QUARANTINE  # noqa: PLC0415 - beside its use

    if reason not in {None, *QUARANTINE}:
        raise UsageError(f"no object is ever quarantined for {reason!r}; choose of {', '.join(sorted(QUARANTINE))}")
    if retry:
        _retry(reason, wait, as_json=as_json)
    else:
        _list_quarantine(reason, as_json=as_json)


def _list_quarantine(reason: str | None, *, as_json: bool) -> None:
    from assets.plan import quarantined  # noqa: PLC0415 - loads Dagster
    from winnow.reasons import QUARANTINE  # noqa: PLC0415 - beside its use

    rows = [row for row in quarantined(workspace()) if reason in {None, row["reason"]}]
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
        print_records("", [(row["day"], f"{row['source']}: {row['key']}", _row(row["row"], row["parts"])) for row in rows])
    else:
        console.print("\nWhich objects those are: `winnow quarantine --reason REASON`")


def _retry(reason: str | None, wait: float | None, *, as_json: bool) -> None:
    """Try what is in quarantine again, for ``reason`` or for any, and say what became of it."""
    from assets.plan import mark_for_retry, quarantined, recovered  # noqa: PLC0415 - loads Dagster
    from pipelines.runner import Outcome  # noqa: PLC0415 - the same

    with started("quarantine", wait, scan=True) as runner:
        before = [row for row in quarantined(runner.workspace) if reason in {None, row["reason"]}]
        days = mark_for_retry(runner.workspace, before)
        outcome = Outcome()
        if days:
            with reporting(len(days)) as report:
                outcome = runner.ingest(days, report)
        account = recovered(before, quarantined(runner.workspace))
        if as_json:
            done, failed = ([day.isoformat() for day in found] for found in (outcome.done, outcome.failed))
            print_json({"retried": account, "days_done": done, "days_failed": failed})
        else:
            _say_recovered(account)
        if outcome.failed:
            untold = runner.tell(outcome)
            failed_days = ", ".join(day.isoformat() for day in outcome.failed)
            errors.print(
                f"[bold red]failed:[/] {failed_days}. The UI (`winnow ui`) shows at which step; the same command tries again."
            )
            if untold:
                errors.print(f"[yellow]warning:[/] the failure hook was not told: {untold}")
            raise typer.Exit(EXIT_FAILED)


def _say_recovered(account: list[dict[str, Any]]) -> None:
    if not account:
        console.print("Nothing of this kind is in quarantine.")
        return
    columns = ("reason", "tried again", "read now", "still so", "otherwise")
    rows = []
    for line in account:
        otherwise = ", ".join(f"{name} {count}" for name, count in line["otherwise"].items())
        rows.append((line["reason"], line["tried"], line["read"], line["still"], otherwise))
    print_table("Tried again, by the reason they had", columns, rows)
    if any(line["read"] for line in account):
        console.print("\nWhat was read now is in the days' examples; `winnow publish`, or the next `winnow run`, publishes it.")


def _row(number: int | None, parts: int | None) -> str:
    said = [] if number is None else [f"row {number}"]
    return ", ".join(said if parts is None else [*said, f"{parts} part{'' if parts == 1 else 's'} of it"])
