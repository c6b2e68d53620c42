"""``make duplicate-figures``: whether the duplicates of a home's set are gone, told by an exact search, and the tables of the page.

Belongs here: the program. Does not belong here: what is counted (`evaluation.duplicate_counts`), tables
(`evaluation.duplicate_tables`).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation import duplicate_tables
from evaluation.duplicate_counts import Figures, length_name, measured
from evaluation.pages import renew
from resources.places import catalog_path, home_path
from resources.workspace import close_workspaces, shared_workspace
from winnow.errors import WinnowError

PAGE = Path(__file__).parents[1] / "docs" / "real-input.md"
PART = "measured-duplicates"


def _plain(figures: Figures) -> dict[str, Any]:
    tasks = [
        {
            "name": task.name,
            "compared": task.compared,
            "fates": dict(sorted(task.fates.items())),
            "pairs": {length_name(length): number for length, number in sorted(task.pairs.items())},
            "left": {length_name(length): number for length, number in sorted(task.left.items())},
            "wrong": dict(sorted(task.wrong.items())),
            "planted": [
                {"words": length_name(length), "fate": fate, "copies": number}
                for (length, fate), number in sorted(task.planted.items())
            ],
        }
        for task in figures.tasks
    ]
    whole = {"across": figures.across, "examples": figures.examples, "listed": figures.listed, "held": figures.held}
    return {"tasks": tasks, **whole}


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.duplicates", description="Look for duplicates in the set of a home by an exact search."
    )
    parser.add_argument("--home", type=Path, default=home_path(), help="the home (default: WINNOW_HOME, else .winnow)")
    parser.add_argument("--catalog", type=Path, default=catalog_path(), help="its catalog (default: WINNOW_CATALOG)")
    parser.add_argument(
        "--truth", type=Path, help="list of planted copies: CSV with the columns key and original, perhaps source"
    )
    parser.add_argument("--json", action="store_true", help="print counts for a program instead of tables")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/real-input.md")
    return parser.parse_args(arguments)


def _measured(chosen: argparse.Namespace) -> Figures:
    if not chosen.home.is_dir():  # opening one would make it
        raise FileNotFoundError("there is no home where --home says; `winnow run` makes one")
    try:
        return measured(shared_workspace(chosen.catalog.absolute(), chosen.home.absolute()), chosen.truth)
    finally:
        close_workspaces()


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; 1 if a duplicate is left, a drop is wrong or something stands on two sides, 2 if there is nothing to look at."""
    chosen = _arguments(arguments)
    try:
        figures = _measured(chosen)
        text = duplicate_tables.tables(figures)
        if chosen.write:
            renew(PAGE, {PART: text})
    except (FileNotFoundError, ValueError, WinnowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{json.dumps(_plain(figures), indent=1) if chosen.json else text}\n")
    wrong = list(figures.wrong())
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
