"""`winnow check` and `winnow prepare`: what they say, write and leave alone."""

import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli._check_files import Given, Workshop, role_of, surveyed
from tests.pipelines.cli import Place
from tests.winnow.checking.words import WORDS
from winnow.checking.codes import CODES
from winnow.checking.facts import Options
from winnow.checking.mend import plan
from winnow.exports import exports

QUICK = Options(language_rows=3)


def pairs(count: int, seed: int = 1, words: int = 22) -> list[dict[str, Any]]:
    """Pairs without marks, of two classes."""
    drawn = random.Random(seed)
    return [
        {"prompt": " ".join(drawn.choices(WORDS, k=words)), "completion": ("billing", "hardware")[number % 2]}
        for number in range(count)
    ]


def written(path: Path, rows: list[Any]) -> Path:
    """``path`` with ``rows`` as JSON lines; bytes stand as they are."""
    path.write_bytes(b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder with a file that has a little of everything."""
    mixed = [
        *pairs(210),
        pairs(210)[0],
        b"{",
        {"prompt": "x"},
        {"Prompt": "Which printer is it?", "completion": "hardware", "id": 1},
    ]
    written(tmp_path / "mixed.jsonl", mixed)
    return Place(tmp_path)


def test_check_tells_errors_by_its_exit_code(place: Place) -> None:
    """Errors end with 1, warnings alone with 0, and a wrong request with 2; no row's text is printed unasked."""
    file = str(place.folder / "mixed.jsonl")
    ended = place.winnow("check", file)
    assert ended.code == 1
    assert "malformed: 1 row is no JSON; line 212:2" in ended.out
    assert "Which printer is it?" not in ended.out
    assert place.winnow("check", str(written(place.folder / "fine.jsonl", pairs(210)))).code == 0
    assert place.winnow("check").code == 2
    assert place.winnow("check", str(place.folder / "none.jsonl")).code == 2
    assert place.winnow("check", file, "--as", "nonsense").code == 2


def test_check_gives_json(place: Place) -> None:
    """With --json every finding has its code, severity, count, lines, reason and remedy, and the file its task and advice."""
    found = place.winnow("check", str(place.folder / "mixed.jsonl"), "--json").json()
    (file,) = found["files"]
    assert (file["format"], file["task"], file["rows"]) == ("completion", "classification", 214)
    by_code = {finding["code"]: finding for finding in file["findings"]}
    assert by_code["malformed"]["columns"] == {"212": 2}
    assert by_code["exact_duplicates"]["pairs"] == [[211, 1]]
    assert {"severity", "count", "lines", "what", "why", "fix", "prepare"} <= by_code["separator_missing"].keys()
    assert found["errors"] == 2
    assert any("small base model" in sentence for sentence in found["advice"])


def test_check_shows_rows_when_asked(place: Place) -> None:
    """--show prints the first rows of each finding."""
    assert '\'{"Prompt": "Which printer is it?"' in place.winnow("check", str(place.folder / "mixed.jsonl"), "--show").out


def test_sets_are_told_by_name_or_option(place: Place) -> None:
    """A row of train in a file called test is a leak; the options say otherwise."""
    train = written(place.folder / "tickets_train.jsonl", pairs(30))
    test = written(place.folder / "tickets.test.jsonl", pairs(30)[:3])
    assert [
        role_of(Path(name)) for name in ("a.jsonl", "latest.jsonl", "my-dev.csv", "x_validation_1.json", "holdout.jsonl")
    ] == [*("train", "train", "validation", "validation", "test")]
    codes = [
        {f["code"] for f in file["findings"]} for file in place.winnow("check", str(test), str(train), "--json").json()["files"]
    ]
    assert ["leaks" in found for found in codes] == [True, False]
    ended = place.winnow("check", "--train", str(test), "--train", str(train), "--json")
    assert all("leaks" not in {f["code"] for f in file["findings"]} for file in ended.json()["files"])


def test_prepare_asks_before_it_writes(place: Place) -> None:
    """Where nobody can be asked the plan is shown, nothing is written, and the exit code says so."""
    before = sorted(place.folder.iterdir())
    ended = place.winnow("prepare", str(place.folder / "mixed.jsonl"))
    assert ended.code == 3
    assert "separator_missing" in ended.out
    assert "--yes" in ended.err
    assert sorted(place.folder.iterdir()) == before


def test_prepare_accounts_for_every_row(place: Place) -> None:
    """Each row of the input is in the new file, or among the removed with its line and reason; the input is as it was."""
    file = place.folder / "mixed.jsonl"
    before = file.read_bytes()
    ended = place.winnow("prepare", str(file), "--yes", "--json")
    assert ended.code == 0
    assert file.read_bytes() == before
    kept = (place.folder / "mixed.prepared.jsonl").read_bytes().splitlines()
    gone = [json.loads(line) for line in (place.folder / "mixed.removed.jsonl").read_bytes().splitlines()]
    assert len(kept) + len(gone) == 214
    assert {row["line"]: row["reason"] for row in gone} == {211: "exact_duplicates", 212: "malformed", 213: "missing_field"}
    assert [row.get("raw") for row in gone if row["reason"] == "malformed"] == ["{"]
    assert ended.json()["removed"] == 3
    assert json.loads(kept[-1]) == {"prompt": "Which printer is it?\n\n###\n\n", "completion": " hardware\n"}


def test_prepare_never_overwrites_unasked(place: Place) -> None:
    """An output that is there is refused unless --force is given, and the input is never one."""
    file = place.folder / "mixed.jsonl"
    assert place.winnow("prepare", str(file), "--yes").code == 0
    ended = place.winnow("prepare", str(file), "--yes")
    assert (ended.code, "--force" in ended.err) == (2, True)
    assert place.winnow("prepare", str(file), "--yes", "--force").code == 0
    assert place.winnow("prepare", str(file), "--yes", "--force", "--output", str(file)).code == 2


def test_what_was_prepared_is_done(place: Place) -> None:
    """Check finds no error and nothing to mend in what was prepared, and prepare does nothing about it."""
    assert place.winnow("prepare", str(place.folder / "mixed.jsonl"), "--yes").code == 0
    new = place.folder / "mixed.prepared.jsonl"
    found = place.winnow("check", str(new), "--json").json()
    assert found["errors"] == 0
    assert [finding for finding in found["files"][0]["findings"] if finding["prepare"] != "none"] == []
    ended = place.winnow("prepare", str(new), "--yes", "--output", str(place.folder / "again.jsonl"))
    assert (ended.code, "Nothing to do" in ended.out) == (0, True)
    assert not (place.folder / "again.jsonl").exists()


@pytest.mark.parametrize("shape", ["chat", "alpaca", "sharegpt", "classification", "text", "vertex", "bedrock", "mistral"])
def test_prepare_converts(shape: str, place: Place) -> None:
    """Pairs become any other format, without their marks, and every row is right under that format's own rules."""
    out = place.folder / "new.jsonl"
    ended = place.winnow("prepare", str(place.folder / "mixed.jsonl"), "--yes", "--format", shape, "--output", str(out))
    assert ended.code == 0
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert len(rows) == 211
    export = exports()[shape]
    if shape != "classification":  # whose labels that export numbers
        assert [export.problems(row, {}) for row in rows] == [[]] * 211
    assert "###" not in out.read_text(encoding="utf-8")


def test_an_array_is_written_for_json(place: Place) -> None:
    """A name that ends in .json gets one array, as Alpaca's and Vicuna's loaders want it."""
    out = place.folder / "new.json"
    place.winnow("prepare", str(place.folder / "mixed.jsonl"), "--yes", "--format", "alpaca", "--output", str(out))
    assert len(json.loads(out.read_bytes())) == 211
    assert place.winnow("prepare", str(out), "--yes", "--output", str(place.folder / "x.json")).out.startswith("Nothing to do")


def test_a_division_holds_alike_rows_together(place: Place) -> None:
    """Validation gets its share, nothing of it resembles train, and the same command divides in the same way."""
    rows = [
        {**row, "prompt": row["prompt"] + end} for row in pairs(150) for end in ("", " now please", " once more today thanks")
    ]
    file = written(place.folder / "many.jsonl", rows)
    options = ("--yes", "--split", "0.2", "--skip", "near_duplicates")
    written_files = place.winnow("prepare", str(file), *options, "--json").json()["written"]
    train, validation = (Path(name) for name in written_files[:2])
    first = (train.read_bytes(), validation.read_bytes())
    sizes = [content.count(b"\n") for content in first]
    assert sum(sizes) == 450
    assert 40 < sizes[1] < 160
    surveys = surveyed([Given(train, "train"), Given(validation, "validation")], QUICK)
    assert not {"leaks", "near_leaks"} & surveys[1].found.keys()
    place.winnow("prepare", str(file), *options, "--force")
    assert (train.read_bytes(), validation.read_bytes()) == first


def test_rows_of_another_set_are_taken_out(place: Place) -> None:
    """--apart-from names the test set; what stands there, or nearly so, leaves the file with that reason."""
    rows = pairs(120)
    test = written(place.folder / "test.jsonl", [rows[5], {**rows[6], "prompt": rows[6]["prompt"] + " now"}])
    file = written(place.folder / "mine.jsonl", rows)
    assert place.winnow("prepare", str(file), "--yes", "--apart-from", str(test)).code == 0
    gone = [json.loads(line) for line in (place.folder / "mine.removed.jsonl").read_bytes().splitlines()]
    assert {row["line"]: row["reason"] for row in gone} == {6: "leaks", 7: "near_leaks"}


def test_steps_can_be_left_out(place: Place) -> None:
    """--skip leaves a recommended step away; a necessary one cannot be skipped."""
    file = str(place.folder / "mixed.jsonl")
    ended = place.winnow("prepare", file, "--yes", "--skip", "exact_duplicates,separator_missing", "--json")
    assert ended.json()["examples"] == 212
    assert "###" not in (place.folder / "mixed.prepared.jsonl").read_text(encoding="utf-8")
    assert place.winnow("prepare", file, "--yes", "--skip", "malformed").code == 2


def test_a_file_that_breaks_off_is_not_prepared(place: Place) -> None:
    """Of an array that is broken in its midst no half is written: the place is told."""
    broken = place.folder / "broken.json"
    broken.write_text('[{"text": "a"},\n {"text": oops}]', encoding="utf-8")
    ended = place.winnow("prepare", str(broken), "--yes")
    assert (ended.code, "line 2, column 11" in ended.err) == (2, True)
    assert sorted(path.name for path in place.folder.iterdir()) == ["broken.json", "mixed.jsonl"]


TEXTS = st.sampled_from(
    (
        "a",
        "The printer is slow",
        "the printer is SLOW",
        "Tell me about this: x",
        "yes",
        "Yes",
        " no",
        "no\n",
        " END",
        "a\u200bb",
        "\ud800",
    )
)
SPICE = st.sampled_from(("", " ->", "\n\n###\n\n", " END", "\n", "###", " ", "\x00", "END END", "\n\nAnswer:"))
TEXT = st.builds(lambda *parts: "".join(parts), TEXTS, SPICE, SPICE)
ROWS = st.one_of(
    st.fixed_dictionaries({"prompt": TEXT, "completion": TEXT}),
    st.fixed_dictionaries({"prompt": TEXT, "completion": TEXT}),
    st.fixed_dictionaries({"prompt": TEXT}, optional={"completion": st.none() | st.integers(), "x": TEXT}),
    st.fixed_dictionaries({"text": TEXT, "label": TEXT | st.integers(0, 3)}),
    st.builds(
        lambda turns: {"messages": [{"role": role, "content": text} for role, text in turns]},
        st.lists(st.tuples(st.sampled_from(("system", "user", "assistant", "human")), TEXT), max_size=4),
    ),
    st.sampled_from((b"{", b"", b"[1]", b'{"text": "\xff"}', b'{"prompt": NaN}')),
)


@given(
    rows=st.lists(ROWS, min_size=1, max_size=14),
    skip=st.sampled_from(((), ("near_duplicates",), ("leading_space", "stop_missing"))),
)
@settings(max_examples=30, deadline=None)
def test_any_file_is_prepared_for_good(rows: list[Any], skip: tuple[str, ...]) -> None:
    """Whatever stands in a file: what is prepared has nothing left to prepare and no error, and no row is lost in silence."""
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder) / "file.jsonl", rows)
        options = Options(language_rows=3, skip=frozenset(skip))
        with Workshop(file, Path(folder), options, "", []) as workshop:
            survey = workshop.survey(file)
            stays = survey.examples - sum(1 for reason in survey.reasons if reason) + (survey.rows - survey.examples)
            if not survey.examples or stays <= 0:
                return
            try:
                made = workshop.mended(survey)
            except Exception as error:  # noqa: BLE001 - the one that may come
                assert "nothing would be left" in str(error)  # noqa: PT017 - see above
                return
            kept = made.path.read_bytes().splitlines() if made.path != file else []
            gone = [json.loads(line) for line in workshop.removed.read_bytes().splitlines()]
            assert made.stable
            assert plan(made.survey, skip) == []
            assert [code for code in made.survey.found if CODES[code].severity == "error"] == []
            if made.path != file:
                whole = {number for number, row in enumerate(rows, 1) if row != b""}
                assert len(kept) + len(gone) == len(whole)
                assert {row["line"] for row in gone} <= whole
                assert max(Counter(row["line"] for row in gone).values(), default=1) == 1


CELLS = st.sampled_from(
    (b'"', b",", b";", b"\n", b"\r\n", b"\t", b"prompt", b"completion", b"text,label", b"\x00", b"\xff", b"{", b"[")
)
HOSTILE = st.one_of(
    st.binary(max_size=80),
    st.lists(CELLS, max_size=30).map(b"".join),
    st.sampled_from((b"PK\x03\x04", b"PAR1", b"PARE", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf", b"\xff\xfe")).flatmap(
        lambda magic: st.binary(max_size=60).map(lambda rest: magic + rest + magic)
    ),
)


@given(content=HOSTILE, suffix=st.sampled_from((".jsonl", ".json", ".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".ods", "")))
@settings(max_examples=80, deadline=None)
def test_no_file_ends_in_a_traceback(content: bytes, suffix: str) -> None:
    """Whatever bytes have whatever name, the answer is findings."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"file{suffix}"
        file.write_bytes(content)
        (survey,) = surveyed([Given(file, "train")], QUICK)
        assert survey.found
        assert survey.rows == len(survey.reasons)
