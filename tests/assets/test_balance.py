"""Balance through the set stages: what the catalog says of labels and copies is what stands in the version's files."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets import sets
from assets.figures import figures_of
from assets.report import _metadata, write_report
from assets.trace import verify
from resources.catalog import Catalog, load_catalog
from tests.assets.conftest import Line
from winnow.errors import CatalogError

RULE = "balance: {cap: 6, minimum: 2}"


def _index(folder: Path, task: str) -> list[dict[str, Any]]:
    lines = [
        line for side in ("train", "validation", "test") for line in (folder / f"index/{side}.jsonl").read_text().splitlines()
    ]
    return [record for record in map(json.loads, lines) if record["task"] == task]


def _lines(folder: Path, task: str, kind: str = "chat", side: str = "train") -> list[bytes]:
    return (folder / f"data/{task}/{kind}/{side}.jsonl").read_bytes().splitlines()


@pytest.fixture
def copied_rule(copied: Line, request: pytest.FixtureRequest) -> Line:
    """A published company whose topics are balanced by another rule."""
    copied.edit((RULE, f"balance: {{{request.param}}}"))
    return copied


COPIES = "target: {of_largest: 1}, oversample: copies, oversample_limit: 3, minimum: 2"


@pytest.mark.parametrize("copied_rule", [COPIES], indirect=True)
def test_copies_are_lines_behind_the_others(copied_rule: Line) -> None:
    """A train file begins with one line for each index line; behind them stand the copies, as many as the index says, and no more."""
    version = copied_rule.publish()
    folder = copied_rule.space.releases.version_path(version)
    index = [record for record in _index(folder, "topics") if record["split"] == "train"]
    first, behind = _lines(folder, "topics")[: len(index)], _lines(folder, "topics")[len(index) :]
    assert len(behind) == sum(record["copies"] - 1 for record in index) > 0
    expected = Counter({line: record["copies"] for line, record in zip(first, index, strict=True)})
    assert Counter(first + behind) == expected
    assert max(expected.values()) <= 3
    labels = Counter(json.loads(line)["messages"][-1]["content"] for line in first + behind)
    there = Counter(record["label"] for record in index)
    assert labels == {label: min(max(there.values()), 3 * number) for label, number in there.items()}
    assert all(record["copies"] == 1 for record in _index(folder, "topics") if record["split"] != "train")
    assert verify(copied_rule.space, version) == []


@pytest.mark.parametrize("copied_rule", [COPIES], indirect=True)
def test_a_copy_more_than_the_index_says_is_found(copied_rule: Line) -> None:
    """A version whose train file has a line more than its index has copies is not whole."""
    version = copied_rule.publish()
    path = copied_rule.space.releases.version_path(version) / "data/topics/chat/train.jsonl"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])
    assert any("copies included" in problem for problem in verify(copied_rule.space, version))


@pytest.mark.parametrize("copied_rule", ["merge: {delivery: repair}, minimum: 2"], indirect=True)
def test_a_merged_label_stands_on_no_side(copied_rule: Line) -> None:
    """Index, files and inference rules know the new label alone, in train, validation and test, and the report counts the change."""
    version = copied_rule.publish()
    folder = copied_rule.space.releases.version_path(version)
    assert {record["label"] for record in _index(folder, "topics")} == {"invoice", "repair"}
    assert json.loads((folder / "data/topics/inference.json").read_bytes())["labels"] == ["invoice", "repair"]
    (renamed,) = figures_of(copied_rule.space, by_name=True).renamed
    assert (renamed["label"], renamed["now"]) == ("delivery", "repair")
    assert "Labels that were merged" in (folder / "README.md").read_text()
    assert verify(copied_rule.space, version) == []


@pytest.mark.parametrize("copied_rule", ["minimum: 900, below_minimum: other, other: rest"], indirect=True)
def test_small_labels_are_one_on_every_side(copied_rule: Line) -> None:
    """Where every label is small, all are part of the label for small ones, and the version passes its checks."""
    version = copied_rule.publish()
    folder = copied_rule.space.releases.version_path(version)
    assert {record["label"] for record in _index(folder, "topics")} == {"rest"}
    assert "3 small labels" in (folder / "README.md").read_text()


@pytest.mark.parametrize("copied_rule", ["minimum: 900, below_minimum: drop"], indirect=True)
def test_small_labels_are_left_out_before_there_are_sides(copied_rule: Line) -> None:
    """Examples of a label that is left out never get a side, and say why."""
    copied_rule.decide()
    decisions = copied_rule.space.lake.read(sets.SPLIT).to_pylist()
    topics = [row for row in decisions if row["task"] == "topics"]
    assert {row["reason"] for row in topics if row["reason"] not in {"exact_duplicate", "near_duplicate"}} == {
        "class_below_minimum"
    }
    assert {row["split"] for row in topics} == {None}


def test_the_page_in_the_ui_holds_tables_and_plots(copied: Line) -> None:
    """The asset page has what to collect, what cannot be measured, and plots that load nothing from anywhere."""
    metadata, report = _metadata(copied.space), write_report(copied.space)
    for name in ("evenness", "dropped", "variety", "intensity", "small_labels", "not_measurable", "collect_next", "languages"):
        assert isinstance(metadata[name], dg.TableMetadataValue)
    plots = metadata["plots"]
    assert isinstance(plots, dg.MarkdownMetadataValue)
    assert plots.md_str is not None
    assert "data:image/svg+xml;base64," in plots.md_str
    assert "http" not in plots.md_str
    assert "## What to collect next" in report
    assert "label repair of task topics" in report


def _catalog(line: Line, rule: str) -> Catalog:
    text = line.catalog.read_text(encoding="utf-8").replace(RULE, f"balance: {{{rule}}}")
    path = line.folder / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return load_catalog(path)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("merge: {invoices: repair}", "the task gives no such label; choose of delivery, invoice, repair"),
        ("merge: {invoice: repair, repair: delivery}", "name the last one for all of them"),
        ("oversample: copies", "say how many, such as"),
        ("target: {count: 3, of_median: 1}", "say exactly one of"),
        ("weights: inverse, oversample: weight, target: {count: 9}", "leave one of them out"),
        ("per_source: {share: 1}", "less than 1"),
        ("beta: 1", "less than 1"),
    ],
)
def test_a_mistake_says_what_to_write(line: Line, rule: str, said: str) -> None:
    """Each rule that cannot hold is refused at its place in the file, with what to write."""
    with pytest.raises(CatalogError, match="balance") as error:
        _catalog(line, rule)
    assert said in str(error.value)


def test_sentiment_is_weighed_by_default(line: Line) -> None:
    """A sentiment task without a balance block of its own weighs its poles and intensities."""
    text = line.catalog.read_text(encoding="utf-8").replace("    balance: {minimum: 2}\n", "")
    path = line.folder / "other.yaml"
    path.write_text(text, encoding="utf-8")
    rule = load_catalog(path).task("satisfaction").balance
    assert (rule.weights, rule.weight_limit, rule.intensity_bins) == ("effective", 5.0, 3)
