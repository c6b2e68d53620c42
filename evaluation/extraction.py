"""``make extraction-figures DATA=folder``: what is read of files whose text is known, and the tables of ``docs/extraction.md``.

Belongs here: the program. Does not belong here: measures (`evaluation.articles`, `files`, `meetings`), tables
(`evaluation.extraction_tables`).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation import articles, extraction_tables, files, meetings
from evaluation.articles import Score
from evaluation.files import Reading
from evaluation.pages import renew
from evaluation.tables import sections

PAGE = Path(__file__).parents[1] / "docs" / "extraction.md"
PART = "measured-extraction"


def measured(folder: Path) -> tuple[str, dict[str, Any]]:
    """All tables of what ``folder`` holds (``public``, ``reports``, ``transcripts``), and the same figures for a program.

    Raises:
        FileNotFoundError: one of the three is not there.
    """
    for name in ("public", "reports", "transcripts"):
        if not (folder / name).is_dir():
            raise FileNotFoundError(f"no folder {name} in the folder that was given")
    scores = articles.measured(folder / "public")
    read = list(files.readings(sorted(path for path in (folder / "reports").rglob("*") if path.is_file())))
    spoken = meetings.meetings(folder / "transcripts")
    written = meetings.studies(folder / "public")
    text = sections(
        [
            ("Articles", extraction_tables.article_scores(scores)),
            ("Reports", extraction_tables.files(read)),
            ("Pages of PDFs", extraction_tables.pdf_pages(read)),
            ("Transcripts", extraction_tables.meetings(spoken)),
            ("Studies", extraction_tables.studies(written)),
        ]
    )
    return text, {"articles": scores, "reports": read, "transcripts": spoken, "studies": written}


def _plain(value: Any) -> Any:
    shown = asdict(value)
    shown.pop("name", None)  # of a file
    return shown


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.extraction", description="Measure the readers on files whose text is known."
    )
    parser.add_argument("data", type=Path, help="folder with public, reports and transcripts")
    parser.add_argument("--json", action="store_true", help="print counts for a program instead of tables")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/extraction.md")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; 2 if the files are not there, or the page has no place for the tables."""
    chosen = _arguments(arguments)
    try:
        text, raw = measured(chosen.data)
        if chosen.write:
            renew(PAGE, {PART: text})
    except (FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{json.dumps(raw, default=_plain, indent=1) if chosen.json else text}\n")
    scores: dict[str, list[Score]] = raw["articles"]
    read: list[Reading] = raw["reports"]
    for shortfall in extraction_tables.missed(scores, read):
        sys.stderr.write(f"short of what is wanted: {shortfall}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
