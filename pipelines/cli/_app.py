"""What every command shares: global options, the two ways of printing, and exit codes that tell.

Belongs here: parsing, printing and the mapping from errors to exit codes. Does not belong here: what a command does.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from winnow.errors import CatalogError, LockHeld, PublicationBlocked, UsageError, VersionError, WinnowError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resources.workspace import Workspace

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_BLOCKED = 3
EXIT_LOCKED = 75  # EX_TEMPFAIL of sysexits.h: trying again later may work

EXIT_CODES = """\
Exit codes: 0 done; 1 something failed, or a check found a problem; 2 the request or the catalog is wrong;
3 nothing was published, because a check or a failed day stands in the way; 75 another process writes this home."""

OPTIONS_WITH_VALUE = ("--catalog", "--home")

app = typer.Typer(
    name="winnow",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    pretty_exceptions_enable=False,
    epilog=EXIT_CODES,
)

console = Console(soft_wrap=not sys.stdout.isatty(), highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value for a program to read.")]


@app.callback()
def options(
    catalog: Annotated[
        Path | None,
        typer.Option(
            envvar="WINNOW_CATALOG", help="The catalog: which sources, tasks and formats there are. Default: catalog.yaml."
        ),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(envvar="WINNOW_HOME", help="The folder for all that is written, mode 0700. Default: .winnow."),
    ] = None,
) -> None:
    """From a company's own words to versioned, scrubbed, balanced fine-tuning datasets."""
    if catalog is not None:
        os.environ["WINNOW_CATALOG"] = str(catalog.absolute())
    if home is not None:
        os.environ["WINNOW_HOME"] = str(home.absolute())


def main() -> None:
    """Run the command line and exit with its code."""
    os.umask(0o077)
    load_environment_file()
    _register()
    sys.argv[1:] = hoisted(sys.argv[1:])
    try:
        app()
    except WinnowError as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}")
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        errors.print("interrupted; what was finished is kept, and the same command goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)


def load_environment_file() -> None:
    """Read ``.env`` in the current folder as Dagster's own commands do; what is set already stays."""
    path = Path(".env")
    if path.is_file():
        from dotenv import load_dotenv  # noqa: PLC0415 - only where there is a file to read

        load_dotenv(path, override=False)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with the global options in front, so that they may stand behind the command as well."""
    front: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if argument == "--":
            rest += [argument, *queue]
            break
        if argument in OPTIONS_WITH_VALUE and queue:
            front += [argument, queue.pop(0)]
        elif argument.startswith(tuple(f"{option}=" for option in OPTIONS_WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def exit_code(error: WinnowError) -> int:
    """The exit code that tells a script what kind of ``error`` it was."""
    if isinstance(error, LockHeld):
        return EXIT_LOCKED
    if isinstance(error, PublicationBlocked):
        return EXIT_BLOCKED
    if isinstance(error, UsageError | CatalogError | VersionError):
        return EXIT_USAGE
    return EXIT_FAILED


def _register() -> None:
    """Import the modules whose commands hang on `app`; each imports its heavy parts when it is called."""
    from pipelines.cli import demo, files, line, releases, ui  # noqa: F401, PLC0415 - the import is the registration


def workspace() -> "Workspace":
    """The workspace that the global options name."""
    from resources.workspace import catalog_path, home_path, shared_workspace  # noqa: PLC0415 - loads the catalog's plug-ins

    return shared_workspace(catalog_path(), home_path())


@contextmanager
def locked(command: str, wait_seconds: float | None = None) -> "Iterator[Workspace]":
    """The workspace with its home's lock held; waits for another writer, or raises `LockHeld` after ``wait_seconds``."""
    space = workspace()
    space.lock.command = command
    with space.lock.held(wait_seconds):
        yield space


def print_json(value: object) -> None:
    """``value`` as one indented JSON value on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on standard output; numbers stand to the right."""
    materialized = [["" if cell is None else cell for cell in row] for row in rows]
    grid = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(materialized) and all(isinstance(row[index], int | float) for row in materialized)
        grid.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in materialized:
        grid.add_row(*[f"{cell:,}" if isinstance(cell, int) else escape(str(cell)) for cell in row])
    console.print(grid)


def print_counts(title: str, counts: Mapping[str, int]) -> None:
    """``counts`` as a table, largest first."""
    print_table(title, ("", "count"), sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
