"""What every command shares: global options, the two ways of printing, and exit codes that tell.

Belongs here: parsing, printing and the mapping from errors to exit codes. Does not belong here: what a command does.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from typer.core import TyperCommand, TyperGroup

from winnow.errors import CatalogError, LockHeld, PublicationBlocked, UsageError, VersionError, WinnowError, without_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resources.workspace import Workspace

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_BLOCKED = 3
EXIT_LOCKED = 75  # EX_TEMPFAIL of sysexits.h: trying again later may work

EXIT_INTERRUPTED = 130  # 128 and SIGINT's number, as shells have it

EXIT_CODES = """\
Exit codes:

0  done

1  something failed, or a check found a problem

2  the request or the catalog is wrong

3  nothing was published or written, because a check or an unanswered question stands in the way

75  another process writes this home; try again later"""

OPTIONS_WITH_VALUE = ("--catalog", "--home")

DEBUG = "WINNOW_DEBUG"
"""Set to anything, an error that nobody foresaw is shown whole; its text may quote a document."""

PIPE_WIDTH = 100_000  # characters: outside a terminal nothing wraps, so that `grep` and `cut` see whole lines


class Command(TyperCommand):
    """A command whose help does not say ``<bool>`` beside flags, which take no value."""

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option, without a type."""
        return _untyped(super().get_help_option(ctx))


class Group(TyperGroup):
    """The commands together; see `Command`."""

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option, without a type."""
        return _untyped(super().get_help_option(ctx))


def _untyped(option: Any) -> Any:
    if option is not None:
        option.metavar = ""
    return option


app = typer.Typer(
    name="winnow",
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    epilog=EXIT_CODES,
)

console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)

FLAG: Any = {"metavar": ""}  # an option without a value

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value for a program to read.", **FLAG)]


@app.callback()
def options(
    catalog: Annotated[
        Path | None,
        typer.Option(
            envvar="WINNOW_CATALOG",
            metavar="FILE",
            help="The catalog: which sources, tasks and formats there are. Default: catalog.yaml.",
        ),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="WINNOW_HOME", metavar="FOLDER", help="The folder for all that is written, mode 0700. Default: .winnow."
        ),
    ] = None,
) -> None:
    """From a company's own words to versioned, scrubbed, balanced fine-tuning datasets.

    --catalog and --home may stand before or behind the command.
    """
    if catalog is not None:
        os.environ["WINNOW_CATALOG"] = str(catalog.absolute())
    if home is not None:
        os.environ["WINNOW_HOME"] = str(home.absolute())


def main() -> None:
    """Run the command line and exit with its code."""
    os.umask(0o077)
    hush()
    load_environment_file()
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    sys.exit(code)


def hush() -> None:
    """Keep what libraries say about what they read off the terminal and out of logs: it may quote a document."""
    if not os.environ.get(DEBUG):
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")


def _run(arguments: Sequence[str]) -> int:
    """Run the command that ``arguments`` name, say what went wrong, and return the exit code."""
    try:
        command_line().main(hoisted(arguments), prog_name="winnow")
    except SystemExit as end:  # typer says what is wrong with the request itself, and ends in this way whatever happened
        code = end.code if isinstance(end.code, int) else 0
    except WinnowError as error:
        return _fail(str(error), exit_code(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return _fail(f"{error.strerror or type(error).__name__}{place}", EXIT_FAILED)
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except Exception as error:  # nobody foresaw it
        if os.environ.get(DEBUG):
            raise
        return _fail(
            f"{without_text(error)}. This is a fault in winnow; please report these words. {DEBUG}=1 shows the error whole, "
            "which may quote a document",
            EXIT_FAILED,
        )
    if code == EXIT_INTERRUPTED:
        errors.print("interrupted; what was finished is kept, and the same command goes on from there")
    return code


def _fail(message: str, code: int) -> int:
    errors.print(f"[bold red]error:[/] {escape(message)}")
    return code


def command_line() -> Any:
    """All commands as one, ready to be given arguments."""
    _register()
    for command in app.registered_commands:
        command.cls = Command
    return typer.main.get_command(app)


def load_environment_file() -> None:
    """Read ``.env`` in the current folder as Dagster's own commands do; what is set already stays."""
    path = Path(".env")
    if path.is_file():
        from dotenv import load_dotenv  # noqa: PLC0415 - only where there is a file to read

        load_dotenv(path, override=False)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with the global options in front, so that they may stand behind the command as well.

    Raises:
        UsageError: a global option is the last word and so has no value.
    """
    front: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if argument == "--":
            rest += [argument, *queue]
            break
        if argument in OPTIONS_WITH_VALUE:
            if not queue:
                raise UsageError(f"{argument} needs a path behind it")
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
    from pipelines.cli import boilerplate, check, demo, files, line, models, prompt, quarantine, releases, ui  # noqa: F401, PLC0415 - the import is the registration


def workspace() -> "Workspace":
    """The workspace that the global options name, for reading: nothing of it is made or written, and no lock is waited for."""
    from resources.places import catalog_path, home_path  # noqa: PLC0415 - beside its use
    from resources.raw_zone import close_home  # noqa: PLC0415 - the same
    from resources.workspace import open_workspace  # noqa: PLC0415 - loads the catalog's plug-ins

    if opened := close_home(home_path(), dry=True):
        errors.print(
            f"[yellow]warning:[/] {opened} files or folders of the home are open to other users; the next command that writes closes them"
        )
    return open_workspace(catalog_path(), home_path(), reading=True)


@contextmanager
def locked(command: str, wait_seconds: float | None = None) -> "Iterator[Workspace]":
    """The workspace with its home's lock held; waits for another writer, or raises `LockHeld` after ``wait_seconds``."""
    from resources.places import catalog_path, home_path  # noqa: PLC0415 - beside its use
    from resources.workspace import close_workspaces, shared_workspace  # noqa: PLC0415 - loads the catalog's plug-ins

    space = shared_workspace(catalog_path(), home_path())
    space.lock.command = command
    with space.lock.held(wait_seconds):
        try:
            yield space
        finally:
            close_workspaces()


def print_json(value: object) -> None:
    """``value`` as one indented JSON value on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on standard output; numbers stand to the right. Prose is folded where the terminal is narrow, words never are."""
    materialized = [["" if cell is None else cell for cell in row] for row in rows]
    shown: Any = {"show_header": any(columns), "box": None, "pad_edge": False}
    grid = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", **shown)
    for index, column in enumerate(columns):
        numeric = bool(materialized) and all(isinstance(row[index], int | float) for row in materialized)
        grid.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in materialized:
        grid.add_row(*[f"{cell:,}" if isinstance(cell, int) else escape(str(cell)) for cell in row])
    narrowest = Measurement.get(console, console.options.update(width=PIPE_WIDTH), grid).minimum
    if narrowest > console.width:
        grid.width = narrowest
    console.print(grid, soft_wrap=False, crop=False)


def print_records(title: str, records: Iterable[Sequence[Any]]) -> None:
    """A line for each record, its cells two spaces apart; ids and names of files are never folded, so that they can be copied."""
    if title:
        console.print(f"[bold]{title}[/]")
    for record in records:
        console.print("  ".join(escape(str(cell)) for cell in record if cell not in {None, ""}))


def print_counts(title: str, counts: Mapping[str, int]) -> None:
    """``counts`` as a table, largest first."""
    print_table(title, ("", "count"), sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
