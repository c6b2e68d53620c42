"""`winnow boilerplate`: the blocks of text that many documents of one source share, shown to whoever decides about them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import JsonOption, app, console, print_json, print_table, workspace
from pipelines.cli.line import PANEL
from winnow.errors import UsageError

if TYPE_CHECKING:
    from assets.boilerplate import Shown

MOST_LINES = 8  # of a block on the terminal; --json has all of them


@app.command(rich_help_panel=PANEL)
def boilerplate(
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Only this source.", show_default=False)] = None,
    top: Annotated[
        int, typer.Option(metavar="N", help="Blocks shown of each source, those that take the most room first.", min=1)
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Blocks of text that many documents of one source share: disclaimers, navigation, the same paragraph in every report.

    Shows them as the next run would find them, with the text, which is shown on this terminal only: read it, and then set
    `boilerplate: strip` on a source in the catalog to take its blocks out of inputs and targets, or `keep` to look for none.

    Examples of the days made so far are searched, so run `winnow run` or `winnow backfill` before. Nothing is written.

    With --json: `sources` (`source`, `action`, `documents`, `examples`, `blocks`, `documents_with_blocks`, `examples_with_blocks`,
    `share_of_words`) and `blocks` (`source`, `block`, `words`, `documents`, `examples`, `example_id`, `text`).

    Example: [bold]winnow boilerplate --source mails --top 5[/]
    """
    from assets.boilerplate import shown  # noqa: PLC0415 - loads Dagster
    from assets.joined import whole_examples  # noqa: PLC0415 - the same

    space = workspace()
    names = sorted(known.name for known in space.catalog.sources)
    if source not in {None, *names}:
        raise UsageError(f"there is no such source; choose of {', '.join(names)}")
    current = space.ledger.current()
    found = shown(space, whole_examples(space, current), current, source, top)
    if as_json:
        print_json({"sources": found.sources, "blocks": found.blocks})
    else:
        _print(found)


def _print(found: "Shown") -> None:
    if not any(row["examples"] for row in found.sources):
        console.print("No example was searched: no day is made, or the catalog says `keep` for every source.")
        return
    columns = ("source", "action", "documents", "with blocks", "examples", "with blocks", "blocks", "share of words")
    names = (
        "source",
        "action",
        "documents",
        "documents_with_blocks",
        "examples",
        "examples_with_blocks",
        "blocks",
        "share_of_words",
    )
    shares = [{**row, "share_of_words": f"{row['share_of_words']:.1%}"} for row in found.sources]
    print_table("", columns, [[row[name] for name in names] for row in shares])
    for row in found.blocks:
        _print_block(row)


def _print_block(row: dict[str, Any]) -> None:
    console.print(
        f"\n[bold]{row['source']}[/]  block {row['block']}: {row['words']} words in {row['documents']:,} documents, "
        f"{row['examples']:,} examples, such as {row['example_id']}"
    )
    lines = row["text"].split("\n")
    for line in lines[:MOST_LINES]:
        console.print(f"    {escape(line)}")
    if len(lines) > MOST_LINES:
        console.print(f"    … and {len(lines) - MOST_LINES} lines more (--json has all)")
