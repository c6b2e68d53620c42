from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.balance import balance
from winnow.compare import Side, compare, summarise
from winnow.dedup import deduplicate
from winnow.index import dropped_record, index_record
from winnow.split import split
from winnow.tasks import Balance

ALL_TRAIN = {"train": 1.0}


def _side(
    make_examples: Callable[..., pa.Table], rows: Any, cap: int | None = None, configuration: str = "c", code: str = "1"
) -> Side:
    """A version made by the real stages of rows ``number, object, content, text, label[, row]``."""
    examples = make_examples(
        [
            {
                "number": row["number"],
                "input": row["text"],
                "label": row.get("label", "a"),
                "contents": [{"object_id": row["object"], "content_sha256": row["content"]}],
                "spans": [{"object_id": row["object"], "part": "input", "row_number": row.get("row")}],
                "source": row.get("source", "support"),
            }
            for row in rows
        ]
    )
    decisions = split(deduplicate(examples, {}, {"trusted": 0}), examples, ALL_TRAIN, "salt")
    decisions = balance(decisions, examples, {"tickets": Balance(cap=cap, minimum=1)}, "salt")
    found = {row["example_id"]: row for row in decisions.to_pylist()}
    pairs = [(example, found[example["example_id"]]) for example in examples.to_pylist()]
    return Side(
        kept=[index_record(example, decision) for example, decision in pairs if decision["reason"] is None],
        dropped=[dropped_record(example, decision) for example, decision in pairs if decision["reason"]],
        inputs={row["object"]: row["content"] for row in rows},
        configuration=configuration,
        code={"winnow": code},
    )


def _file(number: int, text: str | None = None, **more: Any) -> dict[str, Any]:
    return {"number": number, "object": f"o{number}", "content": f"{text}", "text": text or f"text of {number}", **more}


def _facts(changes: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(change.kind, change.cause, change.because_of, change.way) for change in changes]


def test_equal_versions_differ_in_nothing(make_examples: Callable[..., pa.Table]) -> None:
    """Two versions of the same rows have no changes."""
    rows = [_file(number) for number in range(5)]
    assert compare(_side(make_examples, rows), _side(make_examples, rows)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([_file(1)], [_file(1), _file(2)], [("added", "object_new", "o2", None)]),
        ([_file(1), _file(2)], [_file(1)], [("dropped", "object_deleted", "o2", None)]),
        ([_file(1)], [_file(1, "rewritten")], [("changed", "object_rewritten", "o1", None)]),
    ],
)
def test_what_happened_to_an_object_is_the_cause(
    make_examples: Callable[..., pa.Table], before: Any, after: Any, expected: Any
) -> None:
    """A new, deleted or rewritten object is named as the cause of its example's change."""
    assert _facts(compare(_side(make_examples, before), _side(make_examples, after))) == expected


def _table(content: str, *rows: Any) -> list[dict[str, Any]]:
    return [{"number": n, "object": "t", "content": content, "text": text, "row": n} for n, text in rows]


def test_rows_of_a_rewritten_table_change_one_by_one(make_examples: Callable[..., pa.Table]) -> None:
    """In a rewritten table only the rows that came, went or say something else are changes, each named as such."""
    old = _side(make_examples, _table("v1", (1, "stays"), (2, "goes"), (3, "says this")))
    new = _side(make_examples, _table("v2", (1, "stays"), (3, "says that"), (4, "comes")))
    assert sorted(_facts(compare(old, new))) == [
        ("added", "row_added", "t", None),
        ("changed", "object_rewritten", "t", None),
        ("dropped", "row_removed", "t", None),
    ]


def test_an_example_displaced_by_a_better_copy_names_what_came(make_examples: Callable[..., pa.Table]) -> None:
    """An example that a new one of a trusted source displaces left because of that source's new object."""
    old = _side(make_examples, [_file(1, "the same words")])
    new = _side(make_examples, [_file(1, "the same words"), _file(2, "the same words", source="trusted")])
    changes = compare(old, new)
    assert _facts(changes) == [("added", "object_new", "o2", None), ("dropped", "object_new", "o2", "duplicate")]
    assert changes[1].by_way_of == changes[0].example_id


def test_an_example_whose_keeper_went_names_what_went(make_examples: Callable[..., pa.Table]) -> None:
    """A copy that comes back when its keeper's object is deleted was added because of that deletion."""
    pair = [_file(1, "the same words"), _file(2, "the same words", source="trusted")]
    changes = compare(_side(make_examples, pair), _side(make_examples, pair[:1]))
    assert _facts(changes) == [("added", "object_deleted", "o2", "keeper_gone"), ("dropped", "object_deleted", "o2", None)]


def test_a_new_copy_of_what_is_there_changes_nothing(make_examples: Callable[..., pa.Table]) -> None:
    """An object that only brings a duplicate makes no line."""
    rows = [_file(1, "the same words", source="trusted")]
    assert compare(_side(make_examples, rows), _side(make_examples, [*rows, _file(2, "the same words")])) == []


def test_a_shift_of_the_balance_names_what_shifted_it(make_examples: Callable[..., pa.Table]) -> None:
    """An example that a cap lets in or out changed because of the object that came or went."""
    rows = [_file(number) for number in range(8)]
    full = _side(make_examples, rows, cap=4)
    gone = next(row["contents"][0]["object_id"] for row in full.kept)
    fewer = _side(make_examples, [row for row in rows if row["object"] != gone], cap=4)
    assert sorted(_facts(compare(full, fewer))) == [
        ("added", "object_deleted", gone, "balance"),
        ("dropped", "object_deleted", gone, None),
    ]
    assert sorted(_facts(compare(fewer, full))) == [
        ("added", "object_new", gone, None),
        ("dropped", "object_new", gone, "balance"),
    ]


@pytest.mark.parametrize(("change", "cause"), [({"configuration": "d"}, "catalog_changed"), ({"code": "2"}, "code_changed")])
def test_another_catalog_or_code_is_a_cause(make_examples: Callable[..., pa.Table], change: Any, cause: str) -> None:
    """Where no object changed, a difference comes from the catalog, else from the code."""
    rows = [_file(number) for number in range(4)]
    changes = compare(_side(make_examples, rows), _side(make_examples, rows, cap=2, **change))
    assert [(kind, found) for kind, found, *_ in _facts(changes)] == [("dropped", cause)] * 2


def test_a_table_exported_again_is_no_cause_for_rows_that_stayed_the_same(make_examples: Callable[..., pa.Table]) -> None:
    """A row that says what it said is not changed by other bytes around it; what the catalog did to it is the catalog's doing."""
    rows = [(number, f"row {number}") for number in range(4)]
    old = _side(make_examples, _table("v1", *rows))
    assert compare(old, _side(make_examples, _table("v2", *rows))) == []
    changes = compare(old, _side(make_examples, _table("v2", *rows), cap=2, configuration="d"))
    assert [(kind, found) for kind, found, *_ in _facts(changes)] == [("dropped", "catalog_changed")] * 2


def test_what_nothing_explains_says_so(make_examples: Callable[..., pa.Table]) -> None:
    """A difference without any recorded cause is reported as a defect, not blamed on something."""
    rows = [_file(1), _file(2)]
    old, new = _side(make_examples, rows), _side(make_examples, rows)
    assert [change.cause for change in compare(old, Side(new.kept[:1], (), new.inputs, "c", {"winnow": "1"}))] == [
        "unexplained"
    ]


STATES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.sampled_from("ab")), max_size=10, unique_by=lambda t: t[0])


@given(STATES, STATES, st.sampled_from([None, 2]))
@settings(max_examples=40, deadline=None)
def test_every_line_names_an_outside_cause(
    make_examples: Callable[..., pa.Table], before: Any, after: Any, cap: int | None
) -> None:
    """Between any two states of the sources, each change names a new, rewritten or deleted object, and counts add up."""
    phrases = ["the cat sat", "the cat sat!", "a dog ran", "A dog ran", "birds fly", "fish swim"]
    old, new = (
        _side(make_examples, [_file(n, phrases[p], label=label) | {"content": f"{p}{label}"} for n, p, label in state], cap=cap)
        for state in (before, after)
    )
    changes = compare(old, new)
    assert {change.cause for change in changes} <= {"object_new", "object_rewritten", "object_deleted"}
    changed_objects = {name for name in {*old.inputs, *new.inputs} if old.inputs.get(name) != new.inputs.get(name)}
    assert {change.because_of for change in changes} <= changed_objects
    kinds = [change.kind for change in changes]
    assert len(old.kept) + kinds.count("added") - kinds.count("dropped") == len(new.kept)
    assert sum(row["examples"] for row in summarise(changes)) == len(changes)
