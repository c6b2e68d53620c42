"""`winnow versions`, `verify`, `diff`, `trace`, `rollback` and `prune`: what was published."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import (
    EXIT_FAILED,
    FLAG,
    JsonOption,
    app,
    console,
    errors,
    locked,
    print_json,
    print_records,
    print_table,
    workspace,
)
from winnow.errors import UsageError
from winnow.survivor_rules import PINNED, PLAINEST, SMALLEST_ID

if TYPE_CHECKING:
    from resources.workspace import Workspace

PANEL = "Versions"

VersionArgument = Annotated[
    str | None,
    typer.Argument(metavar="VERSION", help="A version, or enough of its beginning; default: the latest.", show_default=False),
]


@app.command(rich_help_panel=PANEL)
def versions(as_json: JsonOption = False) -> None:
    """The published versions, oldest first, with their examples; the one in force is marked.

    With --json: a list of `version`, `latest`, `train`, `validation`, `test` and `path`.

    Example: [bold]winnow versions --json[/]
    """
    releases = workspace().releases
    latest = releases.latest()
    rows = []
    for version in releases.versions():
        examples: dict[str, dict[str, int]] = releases.manifest(version)["examples"]
        sides = {side: sum(counts.get(side, 0) for counts in examples.values()) for side in ("train", "validation", "test")}
        in_force = latest is not None and version == latest.version
        rows.append({"version": version, "latest": in_force, **sides, "path": str(releases.version_path(version))})
    if as_json:
        print_json(rows)
    elif not rows:
        console.print("Nothing is published yet; `winnow run` or `winnow backfill` makes the first version.")
    else:
        columns = ("", "version", "train", "validation", "test")
        print_table("", columns, [("*" if row["latest"] else "", *(row[name] for name in columns[1:])) for row in rows])
        console.print(f"in {escape(str(releases.path / 'versions'))}")


@app.command(rich_help_panel=PANEL)
def verify(version: VersionArgument = None, as_json: JsonOption = False) -> None:
    """Read a version again and check every hash, row count and rule. Exits with 1 if anything is wrong.

    With --json: `version` and `problems`.

    Example: [bold]winnow verify[/]
    """
    from assets.trace import latest_version  # noqa: PLC0415 - loads Dagster
    from assets.trace import verify as problems_of  # noqa: PLC0415 - the same

    space = workspace()
    version = named(space, version) if version else latest_version(space)
    problems = problems_of(space, version)
    if as_json:
        print_json({"version": version, "problems": problems})
    else:
        for problem in problems:
            errors.print(f"[red]{escape(problem)}[/]")
        console.print(
            f"version {version}: " + (f"{len(problems)} problems" if problems else "every file, hash, row and rule holds")
        )
    if problems:
        raise typer.Exit(EXIT_FAILED)


@app.command(rich_help_panel=PANEL)
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older version.", show_default=False)],
    new: VersionArgument = None,
    full: Annotated[bool, typer.Option("--full", help="Every example, not only counts.", **FLAG)] = False,
    as_json: JsonOption = False,
) -> None:
    """What changed between two versions: examples added, dropped and changed, by task, label and cause.

    With --json: a list of `task`, `kind` (added, dropped, changed), `example_id`, `label`, `split`, `cause`, `because_of` (an
    object), `way` and `by_way_of` (another example).

    Example: [bold]winnow diff 1f0c2a 9b77d0 --full[/]
    """
    from assets.trace import diff as changes_of  # noqa: PLC0415 - loads Dagster
    from assets.trace import latest_version  # noqa: PLC0415 - the same
    from winnow.compare import CAUSES, summarise  # noqa: PLC0415 - beside its use

    space = workspace()
    changes = changes_of(space, named(space, old), named(space, new) if new else latest_version(space))
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    if not changes:
        console.print("The two versions hold the same examples.")
        return
    rows = summarise(changes)
    columns = ("task", "kind", "label", "cause", "way", "examples")
    print_table("Changes", columns, [[row[name] for name in columns] for row in rows])
    for cause in sorted({row["cause"] for row in rows}):
        console.print(f"  [dim]{cause}: {CAUSES[cause]}[/]")
    if full:
        lines = [
            (change.kind, change.task, change.example_id, change.split, change.cause, change.because_of) for change in changes
        ]
        print_records("\nkind  task  example  side  cause  object", lines)


def named(space: "Workspace", version: str) -> str:
    """The one version that begins with ``version``; UsageError if none or several do."""
    found = [name for name in space.releases.versions() if name.startswith(version)]
    if len(found) != 1:
        raise UsageError(f"{len(found) or 'no'} versions begin with {version!r}; `winnow versions` lists those there are")
    return found[0]


@app.command(rich_help_panel=PANEL)
def trace(
    example: Annotated[
        str, typer.Argument(metavar="EXAMPLE", help="An example's id, or enough of its beginning.", show_default=False)
    ],
    version: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION", help="Look in this version; default: the latest, and what is held back.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Where an example came from: its objects, pages and characters, what was done to it, and its lines in the files.

    Names of files come from the ledger and are shown on this terminal only.

    With --json: `version`, `status` (kept or dropped), `objects` (each with its `key`, contents and `spans`, and of a fetched one
    under `fetched` its address, licence, basis and verdict), `lines` (`file`, `line`), `signals` and `evaluation` (quality figures
    out of their limits, and an evaluation file with its text, as last screened), `boilerplate` (blocks that many documents share, as
    last found: `part`, `block`, `words`, `taken_out`), of a dropped one `preferred_by` (the rule of the survivor order that put its
    keeper first, where it can still be told), and what the version's index says of the example.

    Example: [bold]winnow trace 4be1d0 --json[/]
    """
    from assets.trace import trace as trace_of  # noqa: PLC0415 - loads Dagster

    space = workspace()
    found = trace_of(space, example, named(space, version) if version else None)
    if as_json:
        print_json(found)
    else:
        _show(found)


_PREFERRED = {
    PINNED: "is of a frozen side",
    "trusted": "is of a more trusted source",
    "longest": "is longer",
    "newest": "is newer",
    PLAINEST: "is written plainly, not in capitals, small letters alone or with doubled spaces",
    SMALLEST_ID: "has the smaller id",
}


def _figures(signal: dict[str, Any]) -> str:
    """One quality signal: its figures, and what would be well."""
    figures = [f"{part} {signal[part]}" for part in ("input", "target", "example") if signal.get(part) is not None]
    limits = [f"{word} {signal[key]:g}" for word, key in (("at least", "min"), ("at most", "max")) if signal[key] is not None]
    return f"{signal['signal']}: {', '.join(figures)}" + (f" (well: {' and '.join(limits)})" if limits else "")


def _show(found: dict[str, Any]) -> None:
    console.print(f"[bold]{found['example_id']}[/]  {found['task']}  {found['status']} in version {found['version']}")
    for thing in found["objects"]:
        place = (
            f"{thing['source']}: {escape(thing['key'])}" if thing["key"] else "an object that this home's ledger does not know"
        )
        console.print(f"  from {place}" + ("" if thing["still_there"] else " [yellow](replaced or deleted since)[/]"))
        console.print(
            f"    arrived {thing['arrival_day']}, first seen {thing['first_seen']}, content {thing['content_sha256'][:16]}…"
        )
        if thing["fetched"]:
            said = thing["fetched"]
            console.print(f"    fetched {said['stored_at']} from {escape(said['address'])}")
            console.print(
                f"    licence {escape(said['licence'])}, basis {escape(said['basis'])}, verdict {escape(said['verdict'])}"
            )
        for span in thing["spans"]:
            console.print(f"    {span['part']}: {_place(span)}")
    if found["evaluation"]:
        console.print(f"  shares text with evaluation file {found['evaluation']}")
    for signal in found["signals"]:
        console.print(f"  {_figures(signal)}")
    for block in found["boilerplate"]:
        becomes = "taken out" if block["taken_out"] else "kept"
        console.print(f"  boilerplate: block {block['block']}, {block['words']} words of the {block['part']}, {becomes}")
    if found["status"] == "dropped":
        measure = "share of it there" if found["reason"] == "contained" else "similarity"
        keeper = f" in favour of {found['keeper']} ({measure} {found['similarity']})" if found["keeper"] else ""
        why = f", which {_PREFERRED[found['preferred_by']]}" if found["preferred_by"] else ""
        console.print(f"  dropped: {found['reason']}{keeper}{why}")
        return
    pii = ", ".join(f"{count} × {name}" for name, count in found["pii"].items()) or "none"
    console.print(f"  personal data replaced: {pii}")
    label = "" if found["label"] is None else f", label {escape(found['label'])}"
    often = f", {found['copies']} lines in each file" if found.get("copies", 1) > 1 else ""
    console.print(f"  group {found['group']}, side {found['split']}{label}, weight {found['weight']:g}{often}")
    for line in found["lines"]:
        console.print(f"  line {line['line']} of {line['file']}")


def _place(span: dict[str, Any]) -> str:
    parts = []
    if "row_number" in span:
        parts.append(f"row {span['row_number']}")
    if "page" in span:
        parts.append(f"page {span['page']}")
    if "start" in span:
        parts.append(f"characters {span['start']}-{span['end']}")
    if "start_ms" in span:
        parts.append(f"{span['start_ms'] / 1000:.1f} s to {span.get('end_ms', span['start_ms']) / 1000:.1f} s")
    return ", ".join(parts) or "the whole object"


@app.command(rich_help_panel=PANEL)
def rollback(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The version to put in force again.", show_default=False)],
) -> None:
    """Put an earlier version in force again; nothing is deleted, and every example keeps its side.

    The version rolled back from does not come into force by itself again; the next one that differs from it does.

    Example: [bold]winnow rollback 1f0c2a[/]
    """
    with locked("rollback") as space:
        latest = space.releases.rollback(named(space, version))
    console.print(f"version [bold]{latest.version}[/] is in force")


@app.command(rich_help_panel=PANEL)
def prune(
    keep: Annotated[
        int | None, typer.Option(metavar="N", help="Newest versions to keep; default: the catalog's, else all.", min=1)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Remove old versions, and everything that has outlived its retention in the catalog.

    The version in force always stays. The sides of removed examples are remembered, so that none ever changes its side.

    With --json: how many `versions`, `expired_objects`, `fetched` (objects or rows that sources had fetched), `rows`, `clean_texts` and
    `runs` were removed.

    Example: [bold]winnow prune --keep 5[/]
    """
    from assets.retention import enforce  # noqa: PLC0415 - loads Dagster
    from pipelines.runner import prepare_instance  # noqa: PLC0415 - the same

    with locked("prune") as space:
        prepare_instance(space.home.path)
        removed = enforce(space, keep)
    if as_json:
        print_json(removed)
        return
    for name, number in removed.items():
        console.print(f"{name.replace('_', ' ')}: {number}")
    if removed["expired_objects"]:
        console.print("The next version is made without the objects that expired: `winnow publish`")
