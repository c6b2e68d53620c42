"""Flags, drop rules and the tables that account for them."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.decontaminate import Contamination
from winnow.quality.measures import measure
from winnow.quality.signals import SIGNALS
from winnow.reasons import SCREENED as REASONS
from winnow.schemas import DECISIONS
from winnow.screen import (
    SCREENED,
    contradiction_table,
    evaluation_table,
    explained,
    kept_table,
    reason_table,
    screen,
    signal_table,
    staying,
    with_dropped,
)
from winnow.screen_config import Contradictions, DropRule, Quality, Threshold

Make = Callable[[Sequence[dict[str, Any]]], pa.Table]

PROSE = (
    "The board met on Monday. It spoke about the budget of the next year, and agreed to have another look with care. The head of sales "
    "had asked for more people, which nobody was against. What they would cost is to be told by the end of the month, and until then "
    "no one is to be hired. The next meeting is in May."
)
LOG = "\n".join(f"2026-10-{day:02} 12:00:00 4711 0 0x00 OK" for day in range(1, 15))
MENU = "Home\nProducts\nPrices\nAbout us\nCareers\nContact\n" * 9
ECHO = "My card has not arrived. My card has not arrived."

ROWS: list[dict[str, Any]] = [
    {"input": PROSE, "label": "news", "source": "wiki"},
    {"input": LOG, "label": "log", "source": "servers"},
    {"input": MENU, "label": "menu", "source": "crawl"},
    {"input": ECHO, "label": "card", "source": "support"},
    {"input": "lost card", "label": "card", "source": "support"},
    {"input": "Lost  CARD", "label": "card", "source": "support"},
    {"input": "lost card", "label": "theft", "source": "support"},
]


def screened(make: Make, config: Quality | None = None, found: Sequence[Contamination | None] = (), **more: Any) -> pa.Table:
    """`SCREENED` of `ROWS`."""
    examples = make(ROWS)
    return screen(examples, pa.Table.from_batches([measure(examples)]), config or Quality(), found, **more)


def reasons(table: pa.Table) -> list[str | None]:
    """Why each row leaves."""
    found: list[str | None] = table["reason"].to_pylist()
    return found


def test_the_default_drops_nobody(make_examples: Make) -> None:
    """Without a rule in the catalog signals are flagged and contradictions told, and everybody stays."""
    table = screened(make_examples)
    assert reasons(table) == [None] * len(ROWS)
    assert [bool(flags) for flags in table["flagged"].to_pylist()] == [False, True, True, True, False, False, False]
    assert [name is not None for name in table["contradiction"].to_pylist()] == [False] * 4 + [True] * 3


def test_a_rule_drops_by_source_and_the_reason_names_the_signal(make_examples: Make) -> None:
    """Only examples of the rule's sources leave, each for the first of the rule's signals that is out of its limits."""
    rule = DropRule(signals=("fineweb", "repetition"), sources=("crawl", "wiki"))
    found = reasons(screened(make_examples, Quality(drop=(rule,))))
    assert found == [None, None, "fineweb_lines_with_end_mark", None, None, None, None]
    every = reasons(screened(make_examples, Quality(drop=(DropRule(signals=("fineweb", "repetition")),))))
    assert every[1:4] == ["fineweb_lines_with_end_mark", "fineweb_lines_with_end_mark", "repeats_itself"]


def test_a_rule_drops_by_task(make_examples: Make) -> None:
    """A rule for another task drops nobody."""
    rule = DropRule(signals=("fineweb", "gopher", "c4", "repetition"), tasks=("other",))
    assert reasons(screened(make_examples, Quality(drop=(rule,)))) == [None] * len(ROWS)


def test_thresholds_of_the_catalog_replace_the_published_ones(make_examples: Make) -> None:
    """Limits given for all change the flags; those of a rule change whom the rule drops, and no flag."""
    lenient = screened(make_examples, Quality(thresholds={"repeats_itself": Threshold()}))
    assert "repeats_itself" not in lenient["flagged"].to_pylist()[3]
    strict = DropRule(signals=("too_short",), thresholds={"too_short": Threshold(min=12)})
    table = screened(make_examples, Quality(drop=(strict,)))
    assert reasons(table)[4:] == ["too_short"] * 3
    assert not any("too_short" in flags for flags in table["flagged"].to_pylist())


def test_an_evaluation_text_comes_before_signals_and_contradictions(make_examples: Make) -> None:
    """What an evaluation file has leaves for that, and its label contradicts nobody any more."""
    found: list[Contamination | None] = [None] * len(ROWS)
    found[6] = Contamination("contaminated_exact", "bank", 1.0)
    table = screened(make_examples, Quality(contradictions=Contradictions(action="drop_all")), found)
    assert reasons(table) == [None] * 6 + ["contaminated_exact"]
    assert evaluation_table(table, ["bank", "other"]) == [
        {"file": "bank", "exact": 1, "near": 0, "ngram": 0},
        {"file": "other", "exact": 0, "near": 0, "ngram": 0},
    ]


def test_the_minority_leaves_or_all_do(make_examples: Make) -> None:
    """Of two labels against one the one leaves; by `drop_all` the whole set does; a rule for another task only reports."""
    minority = screened(make_examples, Quality(contradictions=Contradictions(action="drop_minority")))
    assert reasons(minority)[4:] == [None, None, "contradicting_labels"]
    everyone = screened(make_examples, Quality(contradictions=Contradictions(action="drop_all")))
    assert reasons(everyone)[4:] == ["contradicting_labels"] * 3
    other = screened(make_examples, Quality(contradictions=Contradictions(action="drop_all", tasks=("other",))))
    assert reasons(other) == [None] * len(ROWS)
    assert contradiction_table(minority) == [{"task": "tickets", "prompts": 1, "examples": 3, "dropped": 1}]


def test_members_of_a_frozen_side_stay(make_examples: Make) -> None:
    """An example that is pinned is flagged like any other, and leaves for nothing."""
    ids = make_examples(ROWS)["example_id"].to_pylist()
    config = Quality(drop=(DropRule(signals=("fineweb",)),), contradictions=Contradictions(action="drop_all"))
    found: list[Contamination | None] = [Contamination("contaminated_exact", "bank", 1.0), *[None] * (len(ROWS) - 1)]
    table = screened(make_examples, config, found, pinned=ids)
    assert reasons(table) == [None] * len(ROWS)
    assert table["flagged"].to_pylist() == screened(make_examples)["flagged"].to_pylist()


def test_a_language_that_is_not_wanted_is_flagged(make_examples: Make) -> None:
    """Text told to be in another language is flagged; what is too short to tell is not."""
    table = screened(make_examples, Quality(languages=("de",)))
    flagged = ["language_not_wanted" in flags for flags in table["flagged"].to_pylist()]
    assert flagged[0]
    assert not flagged[1]  # figures are in no language


def test_the_tables_add_up(make_examples: Make) -> None:
    """Examples are those kept and dropped, drops by reason are all drops, and a signal flags at most where it applies."""
    config = Quality(drop=(DropRule(signals=("fineweb", "repetition")),), contradictions=Contradictions(action="drop_minority"))
    table = screened(make_examples, config)
    assert table.schema == SCREENED
    kept = kept_table(table)
    assert sum(row["kept"] + row["dropped"] for row in kept) == len(ROWS)
    assert sum(row["dropped"] for row in reason_table(table)) == sum(row["dropped"] for row in kept)
    assert {row["reason"] for row in reason_table(table)} <= set(REASONS)
    assert all(row["dropped"] <= row["flagged"] <= row["applies"] for row in signal_table(table))


def test_who_leaves_has_a_decision_of_its_own(make_examples: Make) -> None:
    """Every example has one decision: of deduplication if it stays, of the screen if it does not."""
    examples = make_examples(ROWS)
    table = screened(make_examples, Quality(drop=(DropRule(signals=("fineweb",)),)))
    left = staying(examples, table)
    made = [
        {**dict.fromkeys(DECISIONS.names), "example_id": name, "task": "tickets"}
        for name in sorted(left["example_id"].to_pylist())
    ]
    decisions = with_dropped(pa.Table.from_pylist(made, schema=DECISIONS), table)
    assert decisions["example_id"].to_pylist() == sorted(examples["example_id"].to_pylist())
    dropped = decisions.filter(pa.array([reason is not None for reason in decisions["reason"].to_pylist()]))
    assert dropped["group"].to_pylist() == dropped["example_id"].to_pylist()
    assert len(dropped) == len(examples) - len(left) == 2


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(len(ROWS))))
def test_the_order_of_rows_does_not_matter(make_examples: Make, order: list[int]) -> None:
    """Each example has the same flags and the same reason in whatever order they come."""
    examples = make_examples(ROWS)
    config = Quality(drop=(DropRule(signals=("fineweb",)),), contradictions=Contradictions(action="drop_minority"))
    mixed = examples.take(pa.array(order))
    found = screen(mixed, pa.Table.from_batches([measure(mixed)]), config)
    assert found.sort_by("example_id").equals(screened(make_examples, config).sort_by("example_id"))


def test_a_value_at_the_limit_stays_but_for_fineweb(make_examples: Make) -> None:
    """At Gopher's limits a text is well, at FineWeb's it is not, as their papers say."""
    examples = make_examples([{"input": PROSE, "label": "a"}])
    measures = pa.Table.from_batches([measure(examples)])
    for name in ("gopher_mean_word_length", "fineweb_short_lines"):
        signal = SIGNALS[name]
        limit = signal.high
        assert limit is not None
        part = {**measures["input"].to_pylist()[0], signal.measured: limit}
        changed = measures.set_column(3, measures.schema.field("input"), pa.array([part], measures.schema.field("input").type))
        flags = screen(examples, changed, Quality())["flagged"].to_pylist()[0]
        assert (name in flags) == signal.leaves_at_limit


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"drop": [{"signals": ["gofer"]}]}, "no signal and no family"),
        ({"thresholds": {"gopher": {"max": 1}}}, "no signal"),
        ({"drop": [{"signals": ["c4"], "thresholds": {"too_short": {"min": 3}}}]}, "drops nothing"),
        ({"thresholds": {"too_short": {"min": 3, "max": 2}}}, "above"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(broken: dict[str, Any], said: str) -> None:
    """Unknown names, limits that no rule uses and limits in the wrong order are mistakes, and the message says which."""
    with pytest.raises(ValueError, match=said):
        Quality.model_validate(broken)


def test_who_left_is_explained_by_figure_and_limit(make_examples: Make) -> None:
    """A row tells its figures that are out of their limits, and for the reason the limits of the rule that it left by."""
    rule = DropRule(signals=("too_short",), thresholds={"too_short": Threshold(min=12)})
    config = Quality(drop=(rule,))
    table = screened(make_examples, config)
    echo, short = (explained(table.to_pylist()[place], config) for place in (3, 4))
    assert echo == [{"signal": "repeats_itself", "input": 0.5, "target": None, "min": None, "max": 0.4}]
    assert short == [{"signal": "too_short", "input": 9, "target": None, "min": 12.0, "max": None}]
