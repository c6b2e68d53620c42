"""`winnow ui`: the Dagster UI on this machine."""

from typing import Annotated

import typer

from pipelines.cli._app import FLAG, app, console

PANEL = "The line"


@app.command(rich_help_panel=PANEL)
def ui(
    port: Annotated[int, typer.Option(metavar="PORT", help="Port on the loopback interface.", min=1, max=65535)] = 3000,
    write: Annotated[
        bool,
        typer.Option(
            "--write",
            help="Allow launching runs and backfills, and start the daemon that queues and schedules them.",
            **FLAG,
        ),
    ] = False,
) -> None:
    """The Dagster UI: lineage, runs, checks and their figures, on the loopback interface; read-only unless --write.

    Requests for another host, from pages of another origin, and GraphQL by GET are refused: any web page could send them.

    Example: [bold]winnow ui --write[/]
    """
    from pipelines.runner import prepare_instance  # noqa: PLC0415 - loads Dagster
    from pipelines.ui import HOST, serve  # noqa: PLC0415 - the same
    from resources.catalog import load_catalog  # noqa: PLC0415 - loads every plug-in
    from resources.home import Home  # noqa: PLC0415 - the same
    from resources.places import catalog_path, home_path  # noqa: PLC0415 - the same
    from resources.raw_zone import close_home  # noqa: PLC0415 - the same

    load_catalog(catalog_path())  # a mistake is told here, not in a page that stays empty
    close_home(Home(home_path()).create().path)
    prepare_instance(home_path())
    mode = "runs and backfills allowed" if write else "read-only; --write allows runs and backfills"
    console.print(f"Dagster UI at http://{HOST}:{port}/asset-groups ({mode}); Ctrl-C ends it")
    serve(port, write=write)
