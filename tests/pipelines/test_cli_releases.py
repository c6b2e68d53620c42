"""`winnow versions`, `verify`, `diff`, `trace`, `rollback` and `prune` over two versions of a small company."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.landing import day, markdown_report, put, write_catalog, write_landing
from tests.pipelines.cli import AFTERWARDS, Place, commands

DAYS = 2

TODAY = AFTERWARDS[:10]  # what comes after its day was done arrives on the day of the scan


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company with two versions: the second has one report more."""
    place = Place(tmp_path_factory.mktemp("releases"))
    write_landing(place.landing, DAYS)
    write_catalog(place.catalog)
    assert place.winnow("backfill", "--from", str(day(0)), "--to", str(day(DAYS - 1))).code == 0
    put(place.landing, "reports/late.md", markdown_report(6, "late"), 1)
    assert place.winnow("run", "--day", TODAY).code == 0
    return place


@pytest.fixture
def copied(published: Place, tmp_path: Path) -> Place:
    """A copy that a test may change."""
    place = Place(tmp_path)
    shutil.copytree(published.home, place.home)
    shutil.copy(published.catalog, place.catalog)
    write_landing(place.landing, DAYS)
    return place


def names(place: Place) -> list[str]:
    """The versions, oldest first."""
    return [row["version"] for row in place.winnow("versions", "--json").json()]


def test_versions_marks_the_one_in_force(published: Place) -> None:
    """Both versions are listed oldest first, with their examples, and the second is in force."""
    rows = published.winnow("versions", "--json").json()
    assert [row["latest"] for row in rows] == [False, True]
    assert all(Path(row["path"], "manifest.json").is_file() for row in rows)
    assert rows[1]["train"] + rows[1]["validation"] + rows[1]["test"] > 0
    assert re.search(rf"^\*  {rows[1]['version']} ", published.winnow("versions").out, re.MULTILINE)


@pytest.mark.parametrize("columns", [40, 100])
def test_paths_and_ids_are_whole_on_any_terminal(published: Place, columns: int) -> None:
    """On a narrow terminal too the folder of the versions and every version's name can be copied in one piece."""
    shown = published.on_terminal(columns, "versions")
    assert all(name in shown for name in names(published))
    # the terminal itself may break the line; the program must not
    assert str(published.home / "releases" / "small" / "versions") in shown


def test_verify_passes_on_what_was_published(published: Place) -> None:
    """Every version verifies, by its name, by its beginning, and by default."""
    first, second = names(published)
    assert published.winnow("verify", "--json").json() == {"version": second, "problems": []}
    assert published.winnow("verify", first[:6], "--json").json()["version"] == first


def test_verify_notices_one_changed_byte(copied: Place) -> None:
    """A byte changed in a published file ends with 1 and names the file."""
    version = copied.home / "releases" / "small" / "versions" / names(copied)[1]
    path = next(path for path in sorted(version.glob("data/*/chat/train.jsonl")) if path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    ended = copied.winnow("verify")
    assert (ended.code, path.relative_to(version).as_posix() in ended.err) == (1, True)


def test_diff_names_the_cause_of_every_line(published: Place) -> None:
    """What the late report brought is said to have come with a new object, in counts, in full and in JSON."""
    first, second = names(published)
    changes = published.winnow("diff", first[:8], second[:8], "--json").json()
    assert {change["kind"] for change in changes} >= {"added"}
    assert {change["cause"] for change in changes} == {"object_new"}
    assert set(changes[0]) <= set(re.findall(r"`([a-z_]+)`", commands()["diff"].help))
    counted, full = published.winnow("diff", first).out, published.winnow("diff", first, "--full").out
    assert "an object came" in counted
    assert changes[0]["example_id"] not in counted
    assert all(change["example_id"] in full for change in changes)
    assert "hold the same examples" in published.winnow("diff", first, first).out


def test_trace_leads_from_an_example_to_its_object_and_lines(published: Place) -> None:
    """An example of the late report is traced to that file, a place in it, and a line in each format's file."""
    change = next(
        change for change in published.winnow("diff", names(published)[0], "--json").json() if change["kind"] == "added"
    )
    found = published.winnow("trace", change["example_id"], "--json").json()
    assert {"version", "status", "objects", "lines"} <= set(found)
    (source,) = found["objects"]
    assert (source["key"], source["source"], source["arrival_day"]) == ("late.md", "reports", str(source["arrival_day"]))
    assert all({"start", "end"} <= set(span) for span in source["spans"])
    assert source["spans"]
    assert {Path(line["file"]).parts[2] for line in found["lines"]} == {"chat", "completion"}
    shown = published.winnow("trace", change["example_id"][:10]).out
    assert "from reports: late.md" in shown
    assert f"line {found['lines'][0]['line']} of {found['lines'][0]['file']}" in shown


def test_trace_says_why_a_duplicate_s_keeper_stayed(published: Place) -> None:
    """Of a near copy the keeper is named with the rule that put it first, in words and by its name."""
    folder = published.home / "releases" / "small" / "versions" / names(published)[-1]
    dropped = [json.loads(line) for line in (folder / "dropped.jsonl").read_text(encoding="utf-8").splitlines()]
    record = next(one for one in dropped if one["reason"] == "near_duplicate")
    found = published.winnow("trace", record["example_id"], "--json").json()
    words = {"longest": "is longer", "smallest_id": "has the smaller id"}
    assert found["preferred_by"] in words
    shown = " ".join(published.winnow("trace", record["example_id"]).out.split())
    assert f"in favour of {record['keeper']} (similarity {record['similarity']}), which {words[found['preferred_by']]}" in shown


def test_trace_looks_in_another_version_when_told(published: Place) -> None:
    """An example that only the second version has is not found in the first."""
    first, second = names(published)
    change = next(change for change in published.winnow("diff", first, "--json").json() if change["kind"] == "added")
    assert published.winnow("trace", change["example_id"], "--version", second[:6]).code == 0
    ended = published.winnow("trace", change["example_id"], "--version", first)
    assert (ended.code, "`winnow trace --version`" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["trace", "zz"], "has no example with that id"),
        (["trace", ""], "give more of it"),
        (["verify", "zz"], "no versions begin with 'zz'; `winnow versions`"),
        (["diff", "zz"], "no versions begin with 'zz'"),
        (["rollback", ""], "2 versions begin with ''"),
        (["prune", "--keep", "0"], "greater than or equal to 1"),
    ],
)
def test_what_is_not_there_is_told(published: Place, command: list[str], said: str) -> None:
    """An unknown or ambiguous example or version ends with 2 and says how to find the right one."""
    ended = published.winnow(*command)
    assert (ended.code, said in ended.err) == (2, True)


def test_rollback_puts_the_earlier_version_in_force(copied: Place) -> None:
    """After a rollback the first version is marked, both are there, and a run does not undo it."""
    first, second = names(copied)
    assert f"version {first} is in force" in copied.winnow("rollback", first[:8]).out
    assert [row["latest"] for row in copied.winnow("versions", "--json").json()] == [True, False]
    assert names(copied) == [first, second]


def test_prune_keeps_the_newest_and_the_one_in_force(copied: Place) -> None:
    """``--keep 1`` removes the older version, counts it, and leaves one that verifies; nothing is left to do then."""
    assert copied.winnow("prune", "--keep", "1", "--json").json()["versions"] == 1
    assert len(names(copied)) == 1
    assert copied.winnow("verify").code == 0
    assert "versions: 0" in copied.winnow("prune", "--keep", "1").out
