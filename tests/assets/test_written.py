"""Every format of a candidate: written from the same examples, aligned with the index, and appended to from version to version."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.checks import counts_add_up, lines_are_whole
from assets.released import pieces
from assets.trace import records, trace, verify
from assets.written import OVER_TOKEN_LIMIT
from tests.assets.conftest import Line
from tests.end_to_end.landing import put
from winnow.codebook import label_codes
from winnow.exports import exports, layout_of
from winnow.exports import records as records_of

ALL = "formats: [chat, completion, classification, alpaca, sharegpt, text, preference, vertex, bedrock, mistral, llamafactory, parquet]"

CORRECTED = """\
  - name: corrected
    asset: departmental_exports
    kind: folder
    url: {landing}/exports
    include: ["corrected-*.csv"]
    licence: proprietary
    table: {{key: [id], columns: [question, draft, edited]}}
  - name: articles
"""

PREFERENCE = """\
tasks:
  - name: corrections
    kind: preference
    sources: [corrected]
    input: question
    chosen: edited
    rejected: draft
"""

ROWS = [
    ("1", "Where is my order from last Monday?", "no idea mate", "It left the warehouse today and arrives tomorrow."),
    ("2", "Can I return an opened filter?", "read the terms", "Yes, within thirty days; a label is in the parcel."),
    ("3", "The display shows a red triangle.", "turn it off and on", "The water tank is empty; fill it to the upper mark."),
    ("4", "Nobody changed this answer at all.", "It is the same.", "It is the same."),
]


@pytest.fixture(scope="module")
def written(published: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The published company, whose next version is in every format and has pairs of answers."""
    folder = tmp_path_factory.mktemp("written")
    for name in ("landing", "home"):
        shutil.copytree(published.folder / name, folder / name)
    text = (published.folder / "catalog.yaml").read_text(encoding="utf-8").replace(str(published.folder), str(folder))
    text = text.replace("formats: [chat, completion]", ALL).replace(
        "  - name: articles\n", CORRECTED.format(landing=folder / "landing"), 1
    )
    text = text.replace("tasks:\n", PREFERENCE, 1)
    (folder / "catalog.yaml").write_text(text, encoding="utf-8")
    table = "id,question,draft,edited\n" + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in ROWS)
    put(folder / "landing", "exports/corrected-0.csv", table, 0)
    made = Line(folder)
    made.ingest()
    made.publish()
    yield made
    made.space.close()


def folder_of(line: Line) -> Path:
    """The last version's folder."""
    latest = line.space.releases.latest()
    assert latest is not None
    return line.space.releases.version_path(latest.version)


def found(folder: Path, task: str, name: str, side: str = "train") -> list[Any]:
    """The records of one file."""
    rules = json.loads((folder / "data" / task / "inference.json").read_bytes())["formats"][name]
    path = folder / "data" / task / name / f"{side}{rules['suffix']}"
    return list(records_of(path.read_bytes(), layout_of(path.name)))


def test_each_task_has_the_formats_that_have_a_use_for_it(written: Line) -> None:
    """Labels are written as classes, pairs of answers as preferences, and no task has the other's."""
    tasks = written.space.releases.manifest()["tasks"]
    everything = set(exports())
    assert set(tasks["topics"]["formats"]) == everything - {"preference"}
    assert set(tasks["corrections"]["formats"]) == everything - {"classification"}
    assert set(tasks["sections"]["formats"]) == everything - {"classification", "preference"}


def test_a_version_in_every_format_verifies_and_adds_up(written: Line) -> None:
    """Hashes, rows, rules and the alignment with the index hold in lines, arrays and Parquet."""
    latest = written.space.releases.latest()
    assert latest is not None
    assert verify(written.space, latest.version) == []
    assert lines_are_whole(written.space).passed
    assert counts_add_up(written.space).passed, counts_add_up(written.space).message


def test_the_formats_never_disagree(written: Line) -> None:
    """On each line of each side chat, Alpaca, Vicuna, GPT, BERT and Parquet say the same of the same example."""
    folder = folder_of(written)
    book = {row["number"]: row["label"] for row in written.space.releases.manifest()["tasks"]["topics"]["codebook"]}
    for side in ("train", "validation", "test"):
        ids = [row["example_id"] for row in records(folder / "index" / f"{side}.jsonl") if row["task"] == "topics"]
        tables = found(folder, "topics", "parquet", side)
        assert [row["example_id"] for row in tables[: len(ids)]] == ids
        others = (
            found(folder, "topics", name, side) for name in ("chat", "alpaca", "sharegpt", "completion", "classification")
        )
        for table, chat, alpaca, vicuna, gpt, bert in zip(tables, *others, strict=True):
            assert chat["messages"][-1]["content"] == alpaca["output"] == vicuna["conversations"][1]["value"] == table["target"]
            assert book[bert["label"]] == table["label"] == table["target"]
            assert gpt["completion"] == f" {table['label_code']}\n"
            assert chat["messages"][-2]["content"] == alpaca["input"] == bert["text"] == table["input"]


def test_pairs_of_answers_are_preferences_and_plain_examples(written: Line) -> None:
    """The pair is in `preference`; a chat learns from the edited answer alone; an answer nobody changed is no example."""
    folder = folder_of(written)
    pairs = [row for side in ("train", "validation", "test") for row in found(folder, "corrections", "preference", side)]
    chats = [row for side in ("train", "validation", "test") for row in found(folder, "corrections", "chat", side)]
    assert {(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in pairs} == {
        (edited, draft) for _, _, draft, edited in ROWS[:3]
    }
    assert [row["messages"][-1]["content"] for row in chats] == [row["chosen"][0]["content"] for row in pairs]
    refused = Counter(row["reason"] for row in records(folder / "dropped.jsonl") if row["task"] == "corrections")
    assert refused == {"same_answers": 1}


def test_llamafactory_has_its_description_beside_the_files(written: Line) -> None:
    """dataset_info.json names the files that are there and hold records, and marks pairs as a ranking."""
    place = folder_of(written) / "data" / "corrections" / "llamafactory"
    described = json.loads((place / "dataset_info.json").read_bytes())
    for entry in described.values():
        assert entry["ranking"] is True
        assert json.loads((place / entry["file_name"]).read_bytes())


def test_the_audit_reads_every_string_of_every_layout(written: Line) -> None:
    """The search of the finished files sees each example's text in each format, Parquet included, under the example's own id."""
    folder = folder_of(written)
    tables = {row["example_id"]: row for row in found(folder, "topics", "parquet")}
    seen = {(piece.path.split("/")[2], piece.example_id) for piece in pieces(folder) if piece.task == "topics" and piece.split == "train"
            and piece.example_id in tables and piece.text == tables[piece.example_id]["input"].strip()}  # fmt: skip
    names = set(exports()) - {"preference"}
    assert seen == {(name, example) for name in names for example in tables}


def test_trace_names_the_line_in_every_layout(written: Line) -> None:
    """An example's line is where its text stands: counted from the bracket in an array, by rows in Parquet."""
    folder = folder_of(written)
    *_, last = [row for row in records(folder / "index" / "train.jsonl") if row["task"] == "topics"]
    text = next(row["input"] for row in found(folder, "topics", "parquet") if row["example_id"] == last["example_id"])
    lines = {place["file"]: place["line"] for place in trace(written.space, last["example_id"])["lines"]}
    assert len(lines) == len(exports()) - 1
    for file, number in lines.items():
        if file.endswith(".parquet"):
            assert found(folder, "topics", "parquet")[number - 1]["input"] == text
        else:
            line = (folder / file).read_text(encoding="utf-8").splitlines()[number - 1]
            assert any(text in said for said in _said(json.loads(line.removesuffix(",")))), file


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _said(below)


def test_what_a_format_cannot_hold_is_left_out_and_counted(copied: Line) -> None:
    """A record over its format's limit is missing there alone; index, manifest, checks and trace agree on which."""
    copied.edit(("formats: [chat, completion]", "formats: [chat, {name: completion, token_limit: 40}, classification]"))
    copied.publish()
    folder, task = folder_of(copied), copied.space.releases.manifest()["tasks"]["sections"]
    index = [row for side in ("train", "validation", "test") for row in records(folder / "index" / f"{side}.jsonl")]
    absent = [row for row in index if row["task"] == "sections" and row["left_out"]]
    assert absent
    assert all(row["left_out"] == {"completion": OVER_TOKEN_LIMIT} for row in absent)
    assert task["records"]["completion"]["left_out"] == {OVER_TOKEN_LIMIT: len(absent)}
    assert task["records"]["chat"]["left_out"] == {}
    assert task["records"]["completion"]["tokens"]["exact"] is True
    assert task["records"]["completion"]["tokens"]["longest"] <= 40
    assert lines_are_whole(copied.space).passed
    assert counts_add_up(copied.space).passed
    lines = trace(copied.space, absent[0]["example_id"])["lines"]
    assert [line["file"].split("/")[2] for line in lines] == ["chat"]


def test_codes_and_numbers_are_appended_to(copied: Line) -> None:
    """A label that comes later gets the next number, whatever its name, and those before keep theirs."""
    copied.edit(
        ("formats: [chat, completion]", "formats: [completion, classification]"),
        ("{invoice: invoice, delivery: delivery, repair: repair}", "{invoice: bill, delivery: delivery, repair: broken thing}"),
    )
    before = {row["label"]: row for row in copied.space.releases.manifest()["tasks"]["topics"]["codebook"]}
    copied.ingest()
    copied.publish()
    now = {row["label"]: row for row in copied.space.releases.manifest()["tasks"]["topics"]["codebook"] if row["label"]}
    assert set(before) == {"delivery", "invoice", "repair"}
    assert set(now) == {"bill", "broken thing", "delivery"}
    assert now["delivery"] == before["delivery"]
    assert (now["bill"]["number"], now["broken thing"]["number"]) == (3, 4)
    assert now["broken thing"]["code"] == label_codes()[0]
    written_labels = {row["label"] for row in found(folder_of(copied), "topics", "classification")}
    assert written_labels <= {3, 4, before["delivery"]["number"]}


def test_publishing_again_changes_nothing(copied: Line) -> None:
    """With its own codebook as an input a version is the same version."""
    copied.edit(("formats: [chat, completion]", ALL))
    assert copied.publish() == copied.publish()


def test_a_format_of_one_task_is_that_tasks_alone(copied: Line) -> None:
    """A task's own formats stand in the place of the dataset's."""
    copied.edit(("    label: category\n", "    label: category\n    formats: [classification, {name: chat, weight: true}]\n"))
    copied.publish()
    tasks = copied.space.releases.manifest()["tasks"]
    assert set(tasks["topics"]["formats"]) == {"chat", "classification"}
    assert set(tasks["satisfaction"]["formats"]) == {"chat", "completion"}
    assert all("weight" in row for row in found(folder_of(copied), "topics", "chat"))


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ("[chit]", "there is no such format"),
        ("[chat, chat]", "name each once"),
        ("[{name: chat, over_limit: truncate}]", "cannot be cut"),
        ("[{name: chat, over_limit: drop}]", "say how many tokens"),
        ("[{name: completion, weight: true}]", "no consumer of this format reads weights"),
        ("[{name: chat, lines: true}]", "no JSON array"),
        ("[{name: chat, token_limit: 99, tokenizer: gpt9}]", "no such tokenizer"),
        ("[classification]", "no format of the dataset is for a task of this kind"),
        ("[{name: chat, wieght: true}]", "weight"),
    ],
)
def test_what_a_format_cannot_do_is_told_at_its_place(copied: Line, formats: str, expected: str) -> None:
    """A catalog that asks a format for what it cannot do is refused, with the line and what to do."""
    from resources.catalog import load_catalog  # noqa: PLC0415 - beside its use
    from winnow.errors import CatalogError  # noqa: PLC0415 - the same

    text = copied.catalog.read_text(encoding="utf-8").replace("formats: [chat, completion]", f"formats: {formats}")
    copied.catalog.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=expected):
        load_catalog(copied.catalog)
