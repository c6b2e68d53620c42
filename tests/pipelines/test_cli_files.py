"""`winnow extract`, `scrub` and `dedup`: one stage alone, on files."""

import datetime as dt
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.pipelines.cli import WINNOW, Place
from tests.winnow.formats.archives import zipped
from tests.winnow.formats.samples import parts

REPORT = "# Quarter\n\n## Summary\n\nThe depot is full. Write to jane@example.com.\n"

TICKETS = "id,text,secret\n1,The machine leaks,hidden\n2,No invoice came,hidden\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder without a catalog: these commands need none."""
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    return Place(tmp_path)


def test_extract_gives_one_object_a_file(place: Place) -> None:
    """``--json`` prints a line for each file: blocks with text and place, or what quarantine says, and 1 if any is refused."""
    names = [str(place.folder / name) for name in ("report.md", "broken.pdf")]
    ended = place.winnow("extract", *names, "--json")
    report, broken = map(json.loads, ended.out.splitlines())
    assert [report["file"], broken["file"]] == names
    assert all(
        block["text"] in REPORT[block["start"] : block["end"]] for block in report["blocks"] if block["kind"] == "paragraph"
    )
    assert any(block["kind"] == "heading" for block in report["blocks"])
    assert set(broken["quarantine"]) == {"stage", "reason", "advice"}
    assert "blocks" not in broken
    assert ended.code == 1


def test_extract_shows_what_is_a_document_of_its_own_as_a_part(place: Place) -> None:
    """A mail's attachments and the files of an archive are parts with names and formats, apart from the mail's own text."""
    attached = "Content-Type: text/plain\nContent-Disposition: attachment; filename=note.txt\n\nThe spare key is in the drawer."
    broken = "Content-Type: application/pdf\nContent-Disposition: attachment; filename=b.pdf\n\n%PDF-1.4 no more"
    (place.folder / "mail.eml").write_bytes(parts("Content-Type: text/plain\n\nPlease find it attached.", attached, broken))
    (place.folder / "two.zip").write_bytes(zipped({"a/x.txt": b"First text.\n", "t.csv": TICKETS.encode()}))
    names = [str(place.folder / name) for name in ("mail.eml", "two.zip")]
    mail, archive = map(json.loads, place.winnow("extract", *names, "--columns", "text", "--json").out.splitlines())
    assert mail["blocks"][-1]["text"] == "Please find it attached."
    assert (mail["parts"][0]["name"], mail["parts"][0]["format"]) == ("note", "txt")
    assert [block["text"] for block in mail["parts"][0]["blocks"]] == ["The spare key is in the drawer."]
    assert "quarantine" in mail["parts"][1]
    assert archive["blocks"] == []
    text, *rows = archive["parts"]
    assert (text["name"], text["blocks"][0]["text"]) == ("x", "First text.")
    assert [row["fields"]["text"] for row in rows] == ["The machine leaks", "No invoice came"]
    shown = place.winnow("extract", names[0]).out
    assert "note" in shown
    assert "The spare key" in shown


def test_extract_of_a_table_reads_the_named_columns_only(place: Place) -> None:
    """Columns that are not named never become text, also not here."""
    ended = place.winnow("extract", str(place.folder / "tickets.csv"), "--columns", "text", "--json")
    assert ended.code == 0
    assert [row["fields"] for row in ended.json()["rows"]] == [{"text": "The machine leaks"}, {"text": "No invoice came"}]
    assert "hidden" not in ended.out


def test_extract_of_a_table_without_columns_says_how_to_name_them(place: Place) -> None:
    """Whoever forgets ``--columns`` is told about it, on the screen and in JSON."""
    for more in ([], ["--json"]):
        ended = place.winnow("extract", str(place.folder / "tickets.csv"), *more)
        assert (ended.code, "--columns text,category" in ended.out) == (1, True)


def test_a_file_that_is_not_there_is_told_before_anything_is_read(place: Place) -> None:
    """A wrong name among several ends with 2 and no half of an answer."""
    ended = place.winnow("extract", str(place.folder / "report.md"), str(place.folder / "nothing.pdf"), "--json")
    assert (ended.code, ended.out, "no such file" in ended.err) == (2, "", True)
    assert "name the files in it" in place.winnow("extract", str(place.folder)).err


def test_scrub_writes_texts_and_spans_by_id(place: Place) -> None:
    """Each line's id comes back with the scrubbed text, and with the spans in the characters of the original."""
    texts = {
        "a": "Ask jane@example.com or \U0001f600 joe@example.com.",
        7: "Nothing here.",
        "c": "Call +44 7700 900123 \ue000now",
    }
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
    (place.folder / "in.jsonl").write_text(lines, encoding="utf-8")
    given, out, spans = (str(place.folder / name) for name in ("in.jsonl", "out.jsonl", "spans.jsonl"))
    assert place.winnow("scrub", "--jsonl", given, "--out", out, "--entities", spans).code == 0
    scrubbed = {line["id"]: line["text"] for line in map(json.loads, Path(out).read_text(encoding="utf-8").splitlines())}
    found = {line["id"]: line["entities"] for line in map(json.loads, Path(spans).read_text(encoding="utf-8").splitlines())}
    assert scrubbed["a"] == "Ask <EMAIL_ADDRESS_1> or \U0001f600 <EMAIL_ADDRESS_2>."
    assert [texts["a"][start:end] for start, end, _ in found["a"]] == ["jane@example.com", "joe@example.com"]
    assert {entity for _, _, entity in found["a"]} == {"EMAIL_ADDRESS"}
    assert (scrubbed[7], found[7]) == ("Nothing here.", [])
    assert [texts["c"][start:end] for start, end, _ in found["c"]] == ["+44 7700 900123"]


def test_scrub_reads_standard_input_and_several_files(place: Place) -> None:
    """``-`` is standard input; of several files each is headed by its name."""
    ended = subprocess.run(
        [*WINNOW, "scrub", "-", str(place.folder / "report.md")],
        input="Mail to joe@example.com\n",
        env=place.environment(PATH=""),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.startswith("==> - <==\nMail to <EMAIL_ADDRESS_1>\n==> ")
    assert "Write to <EMAIL_ADDRESS_1>." in ended.stdout
    assert ended.stderr == ""


def test_scrub_never_empties_what_it_reads(place: Place) -> None:
    """An output with the name of the input is refused before it is opened."""
    (place.folder / "in.jsonl").write_text('{"id": 1, "text": "one"}\n', encoding="utf-8")
    given = str(place.folder / "in.jsonl")
    for options in (["--out", given], ["--entities", given], ["--out", "x", "--entities", "x"]):
        ended = place.winnow("scrub", "--jsonl", given, *options)
        assert (ended.code, "give every file a name of its own" in ended.err) == (2, True)
    assert Path(given).read_text(encoding="utf-8") == '{"id": 1, "text": "one"}\n'


@pytest.mark.parametrize("options", [[], ["report.md", "--jsonl", "in.jsonl"], ["report.md", "--explain", "--out", "o"]])
def test_scrub_refuses_requests_that_make_no_sense(place: Place, options: list[str]) -> None:
    """No input, two kinds of input, and an explanation that should write text end with 2."""
    assert place.winnow("scrub", *options).code == 2


def test_scrub_explains_what_it_found(place: Place) -> None:
    """``--explain`` shows the scrubbed text, then place, text, entity, recogniser, score and why of each span."""
    shown = place.winnow("scrub", "--explain", str(place.folder / "report.md")).out
    scrubbed, _, table = shown.partition(" found ")
    assert "Write to <EMAIL_ADDRESS_1>." in scrubbed
    assert re.search(r"\b\d+:\d+ +jane@example\.com +EMAIL_ADDRESS +email:address", table)


def test_scrub_says_what_is_a_guess(place: Place) -> None:
    """A name in prose is explained as the name model's guess, with the sentence that guesses may be wrong."""
    (place.folder / "prose.txt").write_text("Yesterday Maria Keller met Thomas Brown in Leeds.\n", encoding="utf-8")
    ended = place.winnow("scrub", "--explain", str(place.folder / "prose.txt"))
    assert ended.out.startswith("Yesterday <PERSON_1> met <PERSON_2> in Leeds.")
    assert "name_model:PERSON" in ended.out
    assert "2 of them are guesses of the name model" in " ".join(ended.out.split())


def test_scrub_takes_a_policy(place: Place) -> None:
    """``--policy strict`` removes a place that the default keeps; another word is refused."""
    (place.folder / "prose.txt").write_text("Yesterday Maria Keller met Thomas Brown in London.", encoding="utf-8")
    assert "London" in place.winnow("scrub", str(place.folder / "prose.txt")).out
    assert "London" not in place.winnow("scrub", "--policy", "strict", str(place.folder / "prose.txt")).out
    assert place.winnow("scrub", "--policy", "lax", str(place.folder / "prose.txt")).code == 2


def test_scrub_uses_the_catalogs_own_patterns(place: Place) -> None:
    """Where there is a catalog its detector is the one that searches."""
    place.landing.mkdir()
    place.catalog.write_text(
        "version: 1\nstart: 2026-10-05\n"
        "dataset: {name: d, salt: sixteen characters or so, audiences: [internal]}\n"
        f"sources: [{{name: s, asset: internal_reports, kind: folder, url: {place.landing}, licence: proprietary}}]\n"
        "tasks: [{name: t, kind: generation, sources: [s]}]\n"
        "pii: {patterns: {ORDER_NUMBER: 'TV-[0-9]{6}'}}\n",
        encoding="utf-8",
    )
    (place.folder / "text.txt").write_text("About TV-123456.", encoding="utf-8")
    assert place.winnow("scrub", str(place.folder / "text.txt")).out == "About <ORDER_NUMBER_1>."


def test_dedup_says_of_every_line_whether_it_stays(place: Place) -> None:
    """Every line read has a line with id, group, kept and reason, and the keeper of each duplicate is a line that stays."""
    texts = ["the pump of the boiler leaks when it is cold outside", "no invoice came for the order of last week"]
    records = [("a", texts[0]), ("b", texts[1]), ("c", texts[0]), (4, texts[0].upper()), ("e", texts[1] + " again")]
    (place.folder / "in.jsonl").write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in records), encoding="utf-8"
    )
    ended = place.winnow("dedup", str(place.folder / "in.jsonl"), "--threshold", "0.6")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["id"] for row in rows] == [name for name, _ in records]
    assert all({"id", "group", "kept", "reason"} <= set(row) for row in rows)
    assert all(row["kept"] == (row["reason"] is None) for row in rows)
    stays = {str(row["id"]) for row in rows if row["kept"]}
    assert {row["keeper"] for row in rows if not row["kept"]} <= stays
    assert sum(row["reason"] == "exact_duplicate" for row in rows) == 2
    assert sum(row["reason"] == "near_duplicate" for row in rows) == 1
    assert {row["group"] for row in rows if row["id"] in {"a", "c", 4}} == {rows[0]["group"]}


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"id": 1}', '{"id": null, "text": "x"}', '{"id": 1, "text": null}', '{"id": 1, "text": 5}']
)
@pytest.mark.parametrize("command", [["dedup"], ["scrub", "--jsonl"]])
def test_a_wrong_line_is_named_by_its_number(place: Place, line: str, command: list[str]) -> None:
    """What is not ``{"id", "text"}`` ends with 2 and says which line it is, without repeating it."""
    (place.folder / "in.jsonl").write_text(f'{{"id": 0, "text": "one"}}\n\n{line}\n', encoding="utf-8")
    ended = place.winnow(*command, str(place.folder / "in.jsonl"))
    assert (ended.code, "line 3: expected" in ended.err) == (2, True)


def test_dedup_refuses_an_id_that_stands_twice(place: Place) -> None:
    """Two lines of one id could not be told apart in the answer."""
    (place.folder / "in.jsonl").write_text('{"id": 1, "text": "one"}\n{"id": 1, "text": "two"}\n', encoding="utf-8")
    ended = place.winnow("dedup", str(place.folder / "in.jsonl"))
    assert (ended.code, "an id of its own" in ended.err) == (2, True)


def test_stages_alone_write_nothing_else(place: Place) -> None:
    """Neither a home nor any file but the named ones is made."""
    before = sorted(place.folder.rglob("*"))
    place.winnow("extract", str(place.folder / "report.md"))
    place.winnow("scrub", str(place.folder / "report.md"))
    (place.folder / "in.jsonl").write_text("", encoding="utf-8")
    assert place.winnow("dedup", str(place.folder / "in.jsonl")).out == ""
    assert sorted(place.folder.rglob("*")) == sorted([*before, place.folder / "in.jsonl"])


def test_an_output_that_cannot_be_written_is_told(place: Place) -> None:
    """A wrong folder for ``--out`` ends with 2 and says why."""
    ended = place.winnow("scrub", str(place.folder / "report.md"), "--out", str(place.folder / "none" / "out.txt"))
    assert (ended.code, "cannot be written" in ended.err) == (2, True)


DOUBLED = [
    ("one", "The pump of the boiler leaks when it is cold"),
    ("two", "THE PUMP of the boiler leaks when it is cold"),
    ("three", "else"),
]


def test_dedup_writes_what_stays_and_what_does_not(place: Place) -> None:
    """With ``--output`` the rows that stay are written as they stood, and each that is dropped is listed with its keeper."""
    path, output = place.folder / "in.jsonl", place.folder / "kept.jsonl"
    lines = [json.dumps({"id": name, "more": [1], "text": text}) + "\n" for name, text in DOUBLED]
    path.write_text("\n".join(lines), encoding="utf-8")
    ended = place.winnow("dedup", str(path), "--output", str(output))
    dropped = [json.loads(line) for line in (place.folder / "kept.drops.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (ended.code, ended.out) == (0, "")
    assert "3 rows, 2 stay" in ended.err
    assert [{key: row[key] for key in ("id", "keeper", "similarity", "reason")} for row in dropped] == [
        {"id": "two", "keeper": "one", "similarity": 1.0, "reason": "exact_duplicate"}
        if dropped[0]["id"] == "two"
        else {"id": "one", "keeper": "two", "similarity": 1.0, "reason": "exact_duplicate"}
    ]
    kept = output.read_text(encoding="utf-8").splitlines(keepends=True)
    assert kept == [line for number, line in enumerate(lines, 1) if number != dropped[0]["row"]]


def test_dedup_finds_what_stands_in_a_longer_text(place: Place) -> None:
    """A mail that another one quotes is dropped as contained, with the share that stands there; --keep-contained leaves it."""
    path, output = place.folder / "in.jsonl", place.folder / "kept.jsonl"
    mail = " ".join(f"word{number}" for number in range(30))
    quoting = " ".join([*(f"own{number}" for number in range(30)), mail])
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in (mail, quoting)), encoding="utf-8")
    ended = place.winnow("dedup", str(path), "--output", str(output))
    (dropped,) = [json.loads(line) for line in (place.folder / "kept.drops.jsonl").read_text(encoding="utf-8").splitlines()]
    assert dropped == {"row": 1, "id": 1, "keeper": "2", "similarity": 1.0, "reason": "contained"}
    assert "2 rows, 1 stay; dropped: 1 contained" in ended.err
    rows = [json.loads(line) for line in place.winnow("dedup", str(path), "--keep-contained").out.splitlines()]
    assert [row["kept"] for row in rows] == [True, True]
    assert len({row["group"] for row in rows}) == 1


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_dedup_reads_tables(place: Place, kind: str) -> None:
    """A Parquet or CSV file without an id column is compared by the named column, and written again without the dropped rows."""
    path, output = place.folder / f"in.{kind}", place.folder / f"kept.{kind}"
    table = pl.DataFrame({"title": [name for name, _ in DOUBLED], "body": [text for _, text in DOUBLED], "n": [1, 2, 3]})
    table.write_parquet(path) if kind == "parquet" else table.write_csv(path)
    ended = place.winnow("dedup", str(path), "--column", "body", "--output", str(output), "--drops", str(place.folder / "d"))
    kept = pl.read_parquet(output) if kind == "parquet" else pl.read_csv(output)
    (dropped,) = [json.loads(line) for line in (place.folder / "d").read_text(encoding="utf-8").splitlines()]
    assert ended.code == 0
    assert kept.rows() == [row for row in table.rows() if row[2] != dropped["row"]]
    assert (dropped["row"], dropped["keeper"]) == (2, "1")


def test_dedup_says_what_a_table_lacks(place: Place) -> None:
    """A missing column is named with those there are, a row without text by its number, and a file of another kind refused."""
    pl.DataFrame({"body": ["one", None]}).write_parquet(place.folder / "in.parquet")
    missing = place.winnow("dedup", str(place.folder / "in.parquet"))
    empty = place.winnow("dedup", str(place.folder / "in.parquet"), "--column", "body")
    (place.folder / "in.txt").write_text("text", encoding="utf-8")
    other = place.winnow("dedup", str(place.folder / "in.txt"))
    (place.folder / "bad.parquet").write_bytes(b"no table")
    damaged = place.winnow("dedup", str(place.folder / "bad.parquet"))
    assert [ended.code for ended in (missing, empty, other, damaged)] == [2, 2, 2, 2]
    assert "no column 'text', but body" in missing.err
    assert "row 2: expected text" in empty.err
    assert "ends with .jsonl" in other.err
    assert "damaged" in damaged.err


def test_dedup_names_rows_by_number_where_nothing_else_does(place: Place) -> None:
    """Lines without an id are named by their row."""
    path = place.folder / "in.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for _, text in DOUBLED), encoding="utf-8")
    rows = [json.loads(line) for line in place.winnow("dedup", str(path)).out.splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert [row["keeper"] for row in rows] == [None, "1", None]


CLAIM = "the pump of the boiler leaks when it is cold"

VERSIONS: list[dict[str, Any]] = [
    {"id": "a", "text": CLAIM, "updated": "2026-01-05T10:00:00+01:00", "score": 3},
    {"id": "b", "text": f"{CLAIM.upper()}  ", "updated": "Mon, 5 Jan 2026 09:30:00 +0000", "score": 2.5},
    {"id": "c", "text": CLAIM, "updated": "soon", "score": "10"},
    {"id": "d", "text": CLAIM, "updated": None, "score": None},
]


@pytest.mark.parametrize(
    ("rules", "stays"),
    [
        ("longest", "b"),
        ("first", "a"),
        ("last", "d"),
        ("newest=updated", "b"),
        ("highest=score", "c"),
        ("highest=none,last", "d"),
        ("newest=none, longest ,first", "b"),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_dedup_keeps_the_row_that_is_asked_for(place: Place, kind: str, rules: str, stays: str) -> None:
    """The first rule decides, then the next; rows without a value come last, and a column of none decides nothing."""
    path = place.folder / f"in.{kind}"
    rows = [{**row, "none": None} for row in VERSIONS]
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        pl.DataFrame([{name: None if value is None else str(value) for name, value in row.items()} for row in rows]).write_csv(
            path
        )
    ended = place.winnow("dedup", str(path), "--survivor", rules)
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [row["id"] for row in found if row["kept"]] == [stays]
    assert {row["keeper"] for row in found} == {None, stays}
    assert ("1 rows say nothing in updated" in ended.err) == ("updated" in rules)


def test_dedup_compares_times_and_numbers_of_tables_as_they_are(place: Place) -> None:
    """Times with a zone and days, and numbers of any size, are compared exactly."""
    moments = [dt.datetime(2026, 1, 1, 0, 0, 0, 2, dt.UTC), dt.datetime(2026, 1, 1, 0, 0, 0, 3, dt.UTC), None]
    table = {
        "text": [CLAIM] * 3,
        "at": moments,
        "day": [dt.date(2026, 1, 1), None, dt.date(2026, 1, 2)],
        "n": [2**53, 2**53 - 1, 2**53 + 1],
    }
    pl.DataFrame(table).write_parquet(place.folder / "in.parquet")
    kept = {}
    for rule in ("newest=at", "newest=day", "highest=n", "newest=n"):
        ended = place.winnow("dedup", str(place.folder / "in.parquet"), "--survivor", rule)
        kept[rule] = [row["id"] for row in map(json.loads, ended.out.splitlines()) if row["kept"]]
    assert kept == {"newest=at": [2], "newest=day": [3], "highest=n": [3], "newest=n": [3]}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("oldest", "longest, first, last, newest=COLUMN or highest=COLUMN expected"),
        ("newest", "name its column"),
        ("longest=text", "has no column"),
        ("first=", "has no column"),
        ("first,first", "several different ones"),
        (",", "name one rule"),
        ("newest=score", "no row has a day or time"),
        ("highest=updated", "no row has a number"),
    ],
)
def test_dedup_refuses_rules_that_say_nothing(place: Place, rules: str, said: str) -> None:
    """A word that is none, lacks its column or has one too many, and a column without one value to compare, end with 2."""
    rows = [{"id": 1, "text": CLAIM, "updated": "soon", "score": "much"}, {"id": 2, "text": CLAIM}]
    (place.folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ended = place.winnow("dedup", str(place.folder / "in.jsonl"), "--survivor", rules)
    assert (ended.code, said in " ".join(ended.err.split())) == (2, True)


def test_dedup_names_a_column_that_a_rule_misses(place: Place) -> None:
    """A table without the column of a rule is refused with the columns it has."""
    pl.DataFrame({"text": [CLAIM]}).write_parquet(place.folder / "in.parquet")
    ended = place.winnow("dedup", str(place.folder / "in.parquet"), "--survivor", "newest=updated")
    assert (ended.code, "no column 'updated', but text" in " ".join(ended.err.split())) == (2, True)
