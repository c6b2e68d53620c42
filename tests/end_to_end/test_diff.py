"""Every change in a landing zone shows in the next version's diff, and every line of the diff names what brought it about."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.landing import (
    DAYS,
    markdown_report,
    put,
    ticket_rows,
    tickets,
    write_landing,
)
from tests.end_to_end.line import Line, night
from winnow.ids import object_id

SALT = "a salt that only the tests know"


@dataclass(frozen=True)
class Changed:
    """A home before and after four changes, and the lines of its diff."""

    line: Line
    old: str
    new: str
    changes: list[dict[str, Any]]

    def by(self, source: str, key: str) -> list[dict[str, Any]]:
        """The lines that name one object as their cause, and no other example as the way it took."""
        name = object_id(SALT, source, key)
        return [change for change in self.changes if change["because_of"] == name and change["way"] is None]


REWRITTEN, COPIED, DELETED, TABLE = "report-0.md", "report-older.md", "2026-10-06-round.vtt", "tickets-2.csv"


def rewrite_under_the_same_time(path: Path) -> None:
    """Change a file so that neither its size nor its modification time shows it."""
    before = path.stat()
    content = path.read_text(encoding="utf-8")
    first = next(word for word in content.split() if word.isalpha() and word.istitle() and len(word) > 5)
    path.write_text(content.replace(first, first[::-1].title()), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.fixture(scope="module")
def changed(new_line: Callable[[Path], Line], tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """A published version, then a rewrite, a copy with an older time, a deletion and a late row, and the version after them."""
    landing = write_landing(tmp_path_factory.mktemp("landing"))
    line = new_line(landing)
    line.backfill(DAYS, at=night(DAYS - 1))
    old = line.latest()
    rewrite_under_the_same_time(landing / "reports" / REWRITTEN)
    put(landing, f"reports/{COPIED}", markdown_report(0, "another report"), -30)
    (landing / "meetings" / DELETED).unlink()
    put(landing, f"exports/{TABLE}", tickets([*ticket_rows(2), late_row()]), 2)
    line.winnow("run", at=night(DAYS)).ok()  # what is late arrives on the day of the scan,
    line.winnow("run", at=night(DAYS + 1)).ok()  # which is over a night later
    new = line.latest()
    return Changed(line, old, new, line.winnow("diff", old, new, "--json").ok().json())


def late_row() -> dict[str, str]:
    """A ticket that says a little more than one of the same table does, and so takes its place."""
    row = ticket_rows(2)[3]
    return {**row, "id": "T2999", "text": f"{row['text']} Many thanks."}


def test_rewritten_file(changed: Changed) -> None:
    """A file rewritten under the same size and modification time changes its examples."""
    found = changed.by("reports", REWRITTEN)
    assert {"changed"} <= {change["kind"] for change in found}
    assert {change["cause"] for change in found} == {"object_rewritten"}


def test_copy_with_an_older_time(changed: Changed) -> None:
    """A file copied in with a time a month before the catalog's first day adds its examples."""
    found = changed.by("reports", COPIED)
    assert {(change["task"], change["kind"]) for change in found} >= {("report_summaries", "added"), ("sections", "added")}
    assert {change["cause"] for change in found} == {"object_new"}


def test_deletion(changed: Changed) -> None:
    """A deleted meeting takes the examples that were made with it along."""
    found = changed.by("meetings", DELETED)
    assert {(change["task"], change["kind"]) for change in found} == {
        ("summaries", "dropped"),
        ("decisions", "dropped"),
        ("answers", "dropped"),
    }
    assert {change["cause"] for change in found} == {"object_deleted"}


def test_late_row(changed: Changed) -> None:
    """A row more in a table adds that row's examples, and none of the other rows is called changed for it."""
    found = changed.by("tickets", TABLE)
    assert {(change["task"], change["kind"], change["cause"]) for change in found} == {
        ("topics", "added", "row_added"),
        ("satisfaction", "added", "row_added"),
    }
    assert len(found) == 2


def test_every_line_names_one_of_the_four(changed: Changed) -> None:
    """Each line's cause is one of the four things that happened."""
    happened = {
        ("object_rewritten", object_id(SALT, "reports", REWRITTEN)),
        ("object_new", object_id(SALT, "reports", COPIED)),
        ("object_deleted", object_id(SALT, "meetings", DELETED)),
        ("row_added", object_id(SALT, "tickets", TABLE)),
    }
    assert {(change["cause"], change["because_of"]) for change in changed.changes} == happened


def test_the_diff_is_complete(changed: Changed) -> None:
    """Applied to the old version's examples, the diff gives the new version's."""
    old, new = ({row["example_id"]: row["sha256"] for row in changed.line.index(name)} for name in (changed.old, changed.new))
    kinds = {change["example_id"]: change["kind"] for change in changed.changes}
    assert {name for name, kind in kinds.items() if kind == "added"} == new.keys() - old.keys()
    assert {name for name, kind in kinds.items() if kind == "dropped"} == old.keys() - new.keys()
    assert {name for name in old.keys() & new.keys() if old[name] != new[name]} <= kinds.keys()
