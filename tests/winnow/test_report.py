import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from winnow.balance import balance, counts, shortages
from winnow.charts import bar_chart, embed
from winnow.dedup import deduplicate
from winnow.report import dataset_report, label_table, markdown, reason_table, split_table, token_table
from winnow.schemas import EXAMPLES
from winnow.split import split
from winnow.tasks import Balance

RULES = {"tickets": Balance(cap=3, minimum=5)}


def _stages(make_examples: Callable[..., pa.Table]) -> tuple[pa.Table, pa.Table, pa.Table]:
    texts = [f"ticket number {number} about {'abcdefghij'[number % 10] * 9}" for number in range(30)]
    examples = make_examples([{"input": text, "label": "xy"[number % 2]} for number, text in enumerate([*texts, texts[0]])])
    before = split(deduplicate(examples, {}), examples, {"train": 0.5, "test": 0.5}, "salt")
    return examples, before, balance(before, examples, RULES, "salt")


def test_the_label_table_adds_up(make_examples: Callable[..., pa.Table]) -> None:
    """Before and after add up to the examples that stay, and only train has less after."""
    examples, before, after = _stages(make_examples)
    table = label_table(counts(before, examples), counts(after, examples))
    assert sum(row["before"] for row in table) == before["reason"].null_count
    assert sum(row["after"] for row in table) == after["reason"].null_count
    assert all(row["after"] == (min(row["before"], 3) if row["split"] == "train" else row["before"]) for row in table)
    assert sum(row["all"] for row in split_table(counts(after, examples))) == after["reason"].null_count


def test_every_example_is_kept_or_has_a_counted_reason(
    make_examples: Callable[..., pa.Table], make_example: Callable[..., dict[str, Any]]
) -> None:
    """Reasons of recipes and of the set stages together with what stays account for every candidate, each with advice."""
    examples, _, after = _stages(make_examples)
    refused = pa.Table.from_pylist([make_example(number="r", input=None, target=None, reason="too_short")], schema=EXAMPLES)
    table = reason_table(pa.concat_tables([examples, refused]), after, {"too_short": "write more"})
    assert sum(row["examples"] for row in table) + after["reason"].null_count == len(examples) + 1
    assert all(row["advice"] for row in table)


def test_tokens_are_those_of_what_stays(make_examples: Callable[..., pa.Table]) -> None:
    """Token figures cover input and target of the examples that stay."""
    examples, _, after = _stages(make_examples)
    (row,) = token_table(examples, after)
    assert (row["examples"], row["min"], row["max"], row["sum"]) == (after["reason"].null_count, 11, 11, 11 * row["examples"])


def test_the_report_is_the_same_every_time_and_holds_no_text(make_examples: Callable[..., pa.Table]) -> None:
    """Two reports of the same examples in another order are equal, and no input stands in them."""
    examples, before, after = _stages(make_examples)
    few = shortages(after, examples, RULES)
    report = dataset_report(examples, before, after, few)
    backwards = examples.take(list(reversed(range(len(examples)))))
    assert report == dataset_report(backwards, before, after, few)
    assert "over_cap" in report
    assert "ticket number" not in report


def test_a_chart_is_well_formed_whatever_its_labels_are() -> None:
    """A chart with markup in its labels is XML with one bar a value, and embeds as one line."""
    svg = bar_chart("<b> & co", ["a<b", "c" * 50], [("before", [3, 0]), ("after", [1, 0])])
    bars = [shape for shape in ET.fromstring(svg) if shape.tag.endswith("rect") and shape.get("x") == "220"]
    assert len(bars) == 4 + 1  # and the first series' key
    assert "\n" not in embed(svg, "a chart")


def test_a_table_keeps_its_columns_whatever_its_cells_hold() -> None:
    """Bars and line breaks in a cell do not break a Markdown table."""
    lines = markdown([{"name": "a|b\nc", "count": 3}]).splitlines()
    assert lines == ["| name | count |", "| --- | ---: |", "| a\\|b c | 3 |"]
