import math
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.balance import REASONS, balance, counts
from winnow.charts import bar_chart, embed, stacked_chart
from winnow.figures import dropped_table
from winnow.ids import keyed_hash
from winnow.report import (
    Figures,
    dataset_report,
    label_table,
    markdown,
    reason_table,
    split_table,
    token_table,
)
from winnow.schemas import DECISIONS, EXAMPLES
from winnow.tasks import Balance

RULE = Balance.model_validate({"cap": 12, "minimum": 8, "per_source": {"share": 0.6}})
RULES = {"tickets": RULE, "reviews": Balance(cap=9), "summaries": Balance()}
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def _side(name: str) -> str:
    drawn = int(keyed_hash("sides", "test", name)[:4], 16)
    return "train" if drawn % 10 < 8 else "validation" if drawn % 10 == 8 else "test"


def _decided(examples: pa.Table) -> pa.Table:
    rows = [
        {
            "example_id": row["example_id"],
            "task": row["task"],
            "group": row["example_id"],
            "split": _side(row["example_id"]),
            "weight": 1.0,
        }
        for row in examples.to_pylist()
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["example_id"]), schema=DECISIONS)


def _figures(examples: pa.Table, rules: dict[str, Balance] | None = None) -> Figures:
    before = _decided(examples)
    rules = RULES if rules is None else rules
    return Figures(examples, before, balance(before, examples, rules, "salt"), rules, SHARES)


@pytest.fixture(scope="module")
def examples(make_examples: Callable[..., pa.Table]) -> pa.Table:
    """Tickets of two sources with a rare label, reviews of uneven intensity, and a few summaries."""
    tickets = [
        {
            "input": f"ticket number {n} about {'abcdefghij'[n % 10] * 9}",
            "label": "rare" if n < 6 else "xy"[n % 2],
            "source": "mail" if n % 5 == 0 else "desk",
            "language": "de" if n % 7 == 0 else "en",
        }
        for n in range(60)
    ]
    reviews = [
        {"task": "reviews", "input": f"review {n}", "label": "positive", "intensity": 1.0 if n % 6 else 0.25, "source": "web"}
        for n in range(40)
    ]
    summaries = [{"task": "summaries", "input": f"a long report {n}", "target": f"summary {n}"} for n in range(3)]
    return make_examples([*tickets, *reviews, *summaries])


@pytest.fixture(scope="module")
def figures(examples: pa.Table) -> Figures:
    """Their figures."""
    return _figures(examples)


def test_the_label_table_adds_up(figures: Figures) -> None:
    """Before and after add up to the examples that stay, and only train has less after."""
    table = label_table(counts(figures.before, figures.examples), counts(figures.after, figures.examples))
    assert sum(row["before"] for row in table) == figures.before["reason"].null_count
    assert sum(row["after"] for row in table) == figures.after["reason"].null_count
    assert all(row["after"] == row["before"] for row in table if row["split"] != "train")
    assert sum(row["all"] for row in split_table(counts(figures.after, figures.examples))) == figures.after["reason"].null_count


def test_what_balancing_kept_and_dropped_adds_up(figures: Figures) -> None:
    """For each task and label the columns of the reasons and of what stays are what train had."""
    table = dropped_table(figures.after, figures.examples)
    assert all(row["before"] == row["after"] + sum(row.get(reason, 0) for reason in REASONS) for row in table)
    assert sum(row["before"] for row in table) == _decided(figures.examples)["split"].to_pylist().count("train")
    assert {"over_cap", "source_over_share"} <= set(table[0])


def test_every_example_is_kept_or_has_a_counted_reason(figures: Figures, make_example: Callable[..., dict[str, Any]]) -> None:
    """Reasons of recipes and of the set stages together with what stays account for every candidate, each with advice."""
    refused = pa.Table.from_pylist([make_example(number="r", input=None, target=None, reason="too_short")], schema=EXAMPLES)
    table = reason_table(pa.concat_tables([figures.examples, refused]), figures.after, {"too_short": "write more"})
    assert sum(row["examples"] for row in table) + figures.after["reason"].null_count == len(figures.examples) + 1
    assert all(row["advice"] for row in table)


def test_tokens_are_those_of_what_stays(figures: Figures) -> None:
    """Token figures cover input and target of the examples that stay."""
    rows = token_table(figures.examples, figures.after)
    assert sum(row["examples"] for row in rows) == figures.after["reason"].null_count
    assert all((row["min"], row["max"], row["sum"]) == (11, 11, 11 * row["examples"]) for row in rows)


def test_the_report_is_the_same_every_time_and_holds_no_text(examples: pa.Table) -> None:
    """Two reports of the same examples in another order are equal, and no input stands in them."""
    report = dataset_report(_figures(examples), examples)
    backwards = examples.take(list(reversed(range(len(examples)))))
    assert report == dataset_report(_figures(backwards), backwards)
    assert "over_cap" in report
    assert "ticket number" not in report
    assert "summary 1" not in report


def test_evenness_is_exp_of_entropy(figures: Figures) -> None:
    """The effective number of classes is that of the counts in train, and balancing raises it."""
    train = {row["example_id"] for row in figures.before.to_pylist() if row["split"] == "train"}
    rows = [row for row in figures.examples.to_pylist() if row["example_id"] in train and row["task"] == "tickets"]
    shares = [number / len(rows) for number in Counter(row["label"] for row in rows).values()]
    (found,) = [row for row in figures.evenness if row["task"] == "tickets"]
    assert found["effective before"] == pytest.approx(math.exp(-sum(share * math.log(share) for share in shares)))
    assert found["effective before"] < found["after"] <= 3
    assert found["effective sources before"] < found["sources after"]
    (texts,) = [row for row in figures.evenness if row["task"] == "summaries"]
    assert texts["classes"] is None


def test_weights_and_copies_show_in_what_is_trained_on(examples: pa.Table) -> None:
    """With weights, and with copies, classes are more even as trained than as counted."""
    for rule in ({"weights": "inverse"}, {"target": {"of_largest": 1.0}, "oversample": "copies"}):
        found = _figures(examples, {"tickets": Balance.model_validate(rule)}).evenness
        (row,) = [row for row in found if row["task"] == "tickets"]
        assert row["as trained"] > row["after"] == pytest.approx(row["effective before"])


def test_shares_of_tokens_are_of_the_lines(figures: Figures) -> None:
    """The shares of a task's labels add up to 1, before and after; where all texts are as long, they are those of the lines."""
    rows = [row for row in figures.token_shares if row["task"] == "tickets"]
    for name in ("examples before", "tokens before", "examples after", "tokens after"):
        assert sum(row[name] for row in rows) == pytest.approx(1)
    assert all(row["tokens after"] == pytest.approx(row["examples after"]) for row in rows)


def test_intensities_are_counted_by_pole_and_step(figures: Figures) -> None:
    """Train reviews stand in the step of their intensity, and balancing evens the steps out."""
    rows = figures.intensities
    assert [(row["pole"], row["intensity"]) for row in rows] == [("positive", "0.00 to 0.33"), ("positive", "0.67 to 1.00")]
    weak, strong = rows
    assert weak["before"] < strong["before"]
    assert weak["after"] + strong["after"] == 9
    assert abs(weak["after"] - strong["after"]) <= 1 or weak["after"] == weak["before"]


def test_languages_are_counted_by_side(figures: Figures) -> None:
    """Every example that stays is counted once by its language."""
    assert sum(row[side] for row in figures.languages for side in SHARES) == figures.after["reason"].null_count
    assert {row["language"] for row in figures.languages} == {"de", "en"}


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5), st.lists(st.integers(0, 50), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_a_chart_draws_what_it_is_given(first: list[int], second: list[int]) -> None:
    """The bars of a chart are as long as their values, stacked or side by side."""
    size = min(len(first), len(second))
    names, series = [str(n) for n in range(size)], [("a", first[:size]), ("b", second[:size])]
    for draw, highest in (
        (bar_chart, max(*first[:size], *second[:size])),
        (stacked_chart, max(map(sum, zip(first, second, strict=False)))),
    ):
        shapes = [
            shape
            for shape in ET.fromstring(draw("t", names, series))
            if shape.tag.endswith("rect") and shape.get("height") == "15"
        ]
        drawn = sum(float(shape.get("width", "0")) for shape in shapes)
        assert drawn == pytest.approx(360 * (sum(first[:size]) + sum(second[:size])) / (highest or 1), abs=1)


def test_a_chart_is_well_formed_whatever_its_labels_are() -> None:
    """A chart with markup in its labels is XML with one bar a value, and embeds as one line."""
    svg = bar_chart("<b> & co", ["a<b", "c" * 50], [("before", [3, 0]), ("after", [1, 0])])
    bars = [shape for shape in ET.fromstring(svg) if shape.tag.endswith("rect") and shape.get("height") == "15"]
    assert len(bars) == 4
    assert "\n" not in embed(svg, "a chart\nof [two] lines")


def test_a_table_keeps_its_columns_whatever_its_cells_hold() -> None:
    """Bars and line breaks in a cell do not break a Markdown table, and a figure that there is not is an empty cell."""
    lines = markdown([{"name": "a|b\nc", "count": 3}, {"name": "d", "count": None}]).splitlines()
    assert lines == ["| name | count |", "| --- | ---: |", "| a\\|b c | 3 |", "| d |  |"]
