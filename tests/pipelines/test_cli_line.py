"""`winnow run`, `backfill`, `publish`, `plan`, `status` and `quarantine` over a small company."""

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.landing import day, markdown_report, put, write_catalog, write_landing
from tests.pipelines.cli import Place, commands

DAYS = 2

BACKFILL = ("backfill", "--from", str(day(0)), "--to", str(day(DAYS - 1)))

READING = {"plan", "status", "versions", "quarantine"}


def files(folder: Path) -> dict[str, tuple[str, int]]:
    """Path → hash and modification time of every file below ``folder``."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def company(folder: Path, more: str = "") -> Place:
    """A landing zone and its catalog in ``folder``; no home yet."""
    place = Place(folder)
    write_landing(place.landing, DAYS)
    put(place.landing, "reports/damaged.docx", b"PK\x03\x04 no more", 0)
    write_catalog(place.catalog, more=more)
    return place


@pytest.fixture
def fresh(tmp_path: Path) -> Place:
    """A company whose home was never written."""
    return company(tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company after its first backfill."""
    place = company(tmp_path_factory.mktemp("published"))
    ended = place.winnow(*BACKFILL, "--json")
    assert ended.code == 0, ended.err
    assert ended.json()["new_version"] is True
    return place


@pytest.fixture
def copied(published: Place, tmp_path: Path) -> Place:
    """A copy of the published home that a test may change."""
    place = Place(tmp_path)
    shutil.copytree(published.home, place.home)
    shutil.copytree(published.landing, place.landing)
    shutil.copy(published.catalog, place.catalog)
    return place


# --- a home that was never written


@pytest.mark.parametrize("command", sorted(READING))
def test_reading_commands_answer_before_there_is_a_home(fresh: Place, command: str) -> None:
    """Whoever looks first gets a sensible answer, on the screen and in JSON, and no home is made by looking."""
    assert fresh.winnow(command).code == 0
    assert fresh.winnow(command, "--json").json() is not None
    assert not fresh.home.exists()


@pytest.mark.parametrize("command", [["verify"], ["trace", "ab"], ["diff", "a"], ["rollback", "a"], ["publish"]])
def test_commands_that_need_a_version_say_how_to_get_one(fresh: Place, command: list[str]) -> None:
    """Without a version they end with 2 and name the command that makes one or lists them."""
    ended = fresh.winnow(*command)
    assert ended.code == 2
    assert re.search(r"`winnow (run|backfill|versions)`", ended.err)


def test_the_first_plan_lists_every_day_and_stage(fresh: Place) -> None:
    """Before the first run every day with something in the sources is to do in all six stages, and yesterday too."""
    found = fresh.winnow("plan", "--json").json()
    stages = {row["stage"] for row in found["days"] if row["day"] == str(day(0))}
    assert len(stages) == 6
    assert {row["day"] for row in found["days"]} == {str(day(0)), str(day(1)), "2026-10-30"}
    assert {row["why"] for row in found["days"]} == {"never made"}
    assert found["publish"] is True
    assert {row["source"]: row["new"] for row in found["sources"]}["reports"] == DAYS + 1


# --- wrong requests


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["run", "--day", "2026-13-01"], "is not a day; write it as 2026-10-31"),
        (["run", "--day", "2026-11-02"], "is not here yet; today is 2026-10-31"),
        (["run", "--day", "2026-10-04"], "ask for days from 2026-10-05 on"),
        (["backfill", "--from", "2026-10-06", "--to", "2026-10-05"], "is later than --to"),
        (["backfill", "--from", "2026-10-01", "--to", "2026-10-06"], "ask for days from 2026-10-05 on"),
        (["backfill", "--from", "2026-10-06", "--to", "2026-11-06"], "is not here yet"),
        (["quarantine", "--reason", "nonsense"], "choose of bomb"),
    ],
)
def test_a_wrong_request_says_what_would_be_right(fresh: Place, command: list[str], said: str) -> None:
    """A day that is none, not here yet or before the start, and an unknown reason end with 2 before anything is written."""
    ended = fresh.winnow(*command)
    assert (ended.code, said in ended.err, ended.out) == (2, True, "")
    assert not fresh.home.exists()


def test_a_catalog_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Every command says that the catalog is missing and how to name another."""
    for command in (["status"], ["run"], [*BACKFILL]):
        ended = Place(tmp_path).winnow(*command)
        assert (ended.code, "--catalog" in ended.err) == (2, True)
    assert not (tmp_path / "home").exists()


def test_a_wrong_catalog_is_told_by_line_and_column(fresh: Place) -> None:
    """A mistake in the catalog ends with 2 and shows file, line, column and what was expected."""
    fresh.catalog.write_text(fresh.catalog.read_text(encoding="utf-8").replace("kind: folder", "kind: floder", 1))
    ended = fresh.winnow("plan")
    assert ended.code == 2
    assert re.search(r"catalog\.yaml:\d+:\d+ .*expected", ended.err)


def test_options_win_over_the_environment(fresh: Place, tmp_path: Path) -> None:
    """``--catalog`` and ``--home`` are taken even where the environment says otherwise."""
    wrong = {"WINNOW_CATALOG": str(tmp_path / "none.yaml"), "WINNOW_HOME": "/proc/nowhere"}
    given = ("--catalog", str(fresh.catalog), "--home", str(fresh.home))
    assert fresh.winnow("status", *given, **wrong).code == 0
    assert fresh.winnow("status", **wrong).code == 2


def test_a_home_that_cannot_be_made_is_told(fresh: Place) -> None:
    """A file where the home should be ends with 2 and advice."""
    fresh.home.write_text("")
    ended = fresh.winnow(*BACKFILL)
    assert (ended.code, "name another with --home" in ended.err) == (2, True)


# --- what a run says and does


def keys(command: str, value: Any) -> set[str]:
    """Every key in the JSON of a command, keys of free mappings left out."""
    free = {"unlisted", "pii"}
    if isinstance(value, list):
        return set().union(*(keys(command, entry) for entry in value))
    if not isinstance(value, dict):
        return set()
    return set(value) | set().union(*(keys(command, entry) for name, entry in value.items() if name not in free))


@pytest.mark.parametrize(
    "command", ["run", "backfill", "publish", "plan", "status", "quarantine", "versions", "verify", "prune"]
)
def test_every_key_of_json_output_stands_in_the_help(copied: Place, command: str) -> None:
    """``--json`` prints one JSON value on standard output and nothing else, and its keys are those that the help names."""
    arguments = BACKFILL if command == "backfill" else (command,)
    ended = copied.winnow(*arguments, "--json")
    assert ended.code == 0, ended.err
    named = set(re.findall(r"`([a-z_]+)`", commands()[command].help))
    found = keys(command, json.loads(ended.out))
    assert found
    assert found <= named


def test_away_from_a_terminal_a_run_prints_plain_lines(copied: Place) -> None:
    """In cron each job's end is a line without colours or bars on standard error."""
    put(copied.landing, "reports/late.md", markdown_report(7, "late"), 1)
    ended = copied.winnow("run", "--day", "2026-10-31")
    assert ended.code == 0
    assert ended.err.splitlines() == ["ingest 2026-10-31 done", "publish done"]
    assert "\x1b" not in ended.err + ended.out
    assert re.search(r"^published version [0-9a-f]{16} with \d+ examples$", ended.out, re.MULTILINE)


def test_nothing_new_publishes_nothing(published: Place) -> None:
    """The same request again finds every day done, keeps the version and says so."""
    ended = published.winnow(*BACKFILL)
    assert (ended.code, "nothing has changed" in ended.out) == (0, True)
    assert ended.err.splitlines() == [f"ingest {day(number)} up to date" for number in range(DAYS)]


def test_plan_says_what_a_run_then_does_and_why(copied: Place) -> None:
    """A changed file makes its day's stages stale one after the other; a changed part of the catalog those that read it."""
    put(copied.landing, "reports/report-0.md", markdown_report(0, "rewritten"), 0)
    found = copied.winnow("plan", "--json").json()
    assert {row["source"]: row["changed"] for row in found["sources"]}["reports"] == 1
    text = copied.catalog.read_text(encoding="utf-8")
    copied.catalog.write_text(text.replace("min_words: 40", "min_words: 45"), encoding="utf-8")
    stale = [row for row in copied.winnow("plan", "--json").json()["days"] if row["day"] == str(day(1))]
    assert [(row["stage"], row["why"]) for row in stale] == [("examples", "the catalog, the code or a library changed")]


def test_plan_writes_nothing(copied: Place) -> None:
    """With news in the sources and days to do again, every file of the home is the same afterwards, and none has come."""
    put(copied.landing, "reports/new.md", markdown_report(9, "new"), 1)
    before = files(copied.home)
    for command in ("plan", "status", "quarantine", "versions", "verify"):
        assert copied.winnow(command).code == 0
    assert files(copied.home) == before


def test_status_says_how_the_line_stands(published: Place) -> None:
    """Version, last look at the sources, days to do and examples by task and side."""
    found = published.winnow("status", "--json").json()
    assert re.fullmatch("[0-9a-f]{16}", found["version"])
    assert found["last_scan"] == "2026-10-31T02:00:00+00:00"
    assert (found["open_days"], found["stale_days"], found["failed_checks"], found["holder"]) == ([], [], [], None)
    assert {row["task"] for row in found["examples"]} >= {"topics", "sections"}
    assert f"version in force          {found['version']}" in published.winnow("status").out


def test_quarantine_names_the_object_only_when_asked(published: Place) -> None:
    """The overview counts reasons with advice; ``--reason`` and ``--json`` name the object."""
    overview = published.winnow("quarantine").out
    ((reason, row),) = [(row["reason"], row) for row in published.winnow("quarantine", "--json").json()]
    assert (row["key"], row["source"], row["row"]) == ("damaged.docx", "reports", None)
    assert reason in overview
    assert "damaged.docx" not in overview
    assert "reports: damaged.docx" in published.winnow("quarantine", "--reason", reason).out
    assert "Nothing is in quarantine for bomb." in published.winnow("quarantine", "--reason", "bomb").out


def test_a_day_that_fails_ends_with_1_and_publishes_nothing(copied: Place) -> None:
    """A folder that is gone fails its days, which are named; the hook is told; the version in force stays."""
    before = copied.winnow("status", "--json").json()["version"]
    told = copied.folder / "told"
    hook = f"hooks: {{on_failure: {{command: [sh, -c, 'cat > {told}']}}}}\n"
    copied.catalog.write_text(copied.catalog.read_text(encoding="utf-8") + hook, encoding="utf-8")
    put(copied.landing, "articles/new.html", b"<p>new</p>", 0)
    shutil.rmtree(copied.landing / "reports")
    (copied.home / "lake" / "internal_reports" / "rows" / f"{day(1)}.parquet").unlink()
    ended = copied.winnow(*BACKFILL, "--json")
    assert ended.code == 1
    assert ended.json()["days_failed"] == [str(day(1))]
    assert "warning: source 'reports' cannot be listed" in ended.err
    assert ended.json() | {"version": before, "new_version": False, "blocked": None} == ended.json()
    assert json.loads(told.read_bytes())["failed_days"] == str(day(1))
    plain = copied.winnow(*BACKFILL)
    assert "Nothing was published, since a requested day failed." in plain.err


def test_a_check_that_blocks_ends_with_3(fresh: Place) -> None:
    """A candidate that fails a check is not published; the check is named, and ``status`` ends with 1 until it passes."""
    text = fresh.catalog.read_text(encoding="utf-8")
    strict = text.replace("balance: {minimum: 2}", "balance: {minimum: 9999, below_minimum: error}")
    fresh.catalog.write_text(strict, encoding="utf-8")
    ended = fresh.winnow(*BACKFILL, "--json")
    assert (ended.code, ended.json()["version"]) == (3, None)
    assert ended.json()["blocked"] == "failed checks: classes_large_enough"
    status = fresh.winnow("status")
    assert (status.code, "classes_large_enough" in status.out) == (1, True)


def test_a_home_in_use_ends_with_75_and_names_its_holder(copied: Place) -> None:
    """A second writer waits as long as it is told, then says who holds the home; looking needs no lock."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom resources.lock import HomeLock\n"
        "HomeLock(Path(sys.argv[1]), 'backfill').acquire()\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(copied.home / "lock")], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        for command in (["publish", "--wait", "0.1"], ["run", "--wait", "0"]):
            ended = copied.winnow(*command)
            assert (ended.code, f"process {holder.pid}" in ended.err) == (75, True)
        status = copied.winnow("status", "--json")
        assert "winnow backfill" in status.json()["holder"]
        assert copied.winnow("plan").code == 0
    finally:
        holder.kill()
        holder.wait()


def test_ctrl_c_ends_the_command_and_keeps_what_is_finished(fresh: Place) -> None:
    """An interrupt ends the whole backfill with 130, not only its day, and the home can be written at once."""
    begun = fresh.start("backfill", "--from", str(day(0)), "--to", str(day(20)))
    assert begun.stderr is not None
    assert begun.stderr.readline() == f"ingest {day(0)} done\n"
    begun.send_signal(signal.SIGINT)
    out, err = begun.communicate(timeout=60)
    assert (begun.returncode, out) == (130, "")
    assert "interrupted; what was finished is kept" in err
    assert len([line for line in err.splitlines() if line.endswith("done")]) < 20
    assert fresh.winnow("status", "--json").json()["version"] is None
