"""Measured parts of the documentation: what stands between two comments of a page, and tables in Markdown.

Names of measured parts hold a hyphen. Parts that tests derive from the code hold none, so neither program touches the other's.

Belongs here: pages, parts and tables. Does not belong here: what is measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def renewed(page: str, name: str, body: str) -> str:
    """``page`` with ``body`` between the comments ``<!-- begin name -->`` and ``<!-- end name -->``.

    Raises:
        ValueError: the page does not hold both comments, once, in that order.
    """
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed or begin in rest:
        raise ValueError(f"the page has no part between {begin.strip()} and {end}")
    return f"{before}{begin}\n{body.strip()}\n\n{end}{after}"


def renew(path: Path, parts: Mapping[str, str]) -> None:
    """Put each of ``parts`` between its comments in the page at ``path``; ValueError as from `renewed`, and then nothing is written."""
    page = path.read_text(encoding="utf-8")
    for name, body in parts.items():
        page = renewed(page, name, body)
    path.write_text(page, encoding="utf-8")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in [header, marks, *rows])
