"""What leaves a stage when it fails, and what metadata says of classes."""

import traceback

import pyarrow as pa
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from assets.guard import StageFailed, guarded
from assets.labels import opaque_labels
from assets.metadata import count_table, table
from tests.assets.conftest import Line
from winnow.errors import SourceError
from winnow.schemas import EXAMPLES

TEXT = "a word of a document"


def quoting() -> None:
    """Fail as a library does: while treating another error, and with the text in both."""
    try:
        _ = {}[TEXT]
    except KeyError as error:
        raise ValueError(TEXT) from error


def test_a_library_error_leaves_as_its_kind_and_place() -> None:
    """The message names the kind of error and the innermost calls, and nothing of what the error said."""
    with pytest.raises(StageFailed, match=r"ValueError in quoting \(test_guard.py:\d+\)") as raised, guarded():
        quoting()
    assert TEXT not in str(raised.value)
    assert "withheld" in str(raised.value)


def test_no_cause_and_no_context_goes_along() -> None:
    """Neither Python's own traceback nor the form that Dagster records holds the text of any error before."""
    try:
        with guarded():
            quoting()
    except StageFailed as error:
        shown = "".join(traceback.format_exception(error))
        recorded = serializable_error_info_from_exc_info((type(error), error, error.__traceback__))
    assert TEXT not in shown
    assert TEXT not in repr(recorded)
    assert (recorded.cause, recorded.context) == (None, None)


def test_errors_of_the_project_pass_unchanged() -> None:
    """An error that winnow raises on purpose says what to do and quotes nothing, so it is kept."""
    error = SourceError("source 'a' cannot be listed")
    with pytest.raises(SourceError) as raised, guarded():
        raise error
    assert raised.value is error


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_program_is_not_held_up(kind: type[BaseException]) -> None:
    """An interrupt is no failure of a stage."""
    with pytest.raises(kind), guarded():
        raise kind


def test_nested_guards_keep_the_innermost_place() -> None:
    """A failure that passes two guards still names where it arose."""
    with pytest.raises(StageFailed, match="in quoting"), guarded(), guarded():
        quoting()


def examples(*pairs: tuple[str, str | None]) -> pa.Table:
    """Rows of task and label."""
    empty = dict.fromkeys(EXAMPLES.names)
    return pa.Table.from_pylist([{**empty, "task": task, "label": label} for task, label in pairs], schema=EXAMPLES)


def test_a_label_that_the_catalog_names_is_shown(line: Line) -> None:
    """Labels of a mapping, poles and sources are the catalog's and the recipes' own words."""
    rows = examples(("topics", "invoice"), ("satisfaction", "negative"), ("sections", "reports"), ("sections", None))
    assert opaque_labels(rows, line.space.catalog).equals(rows)


def test_a_label_that_came_from_a_column_is_a_hash_in_metadata(line: Line) -> None:
    """A label that no one named is a word of a document: equal labels have one hash, which another salt changes."""
    rows = examples(("topics", TEXT), ("topics", "invoice"), ("satisfaction", TEXT))
    first, second, third = opaque_labels(rows, line.space.catalog)["label"].to_pylist()
    assert first.startswith("class ")
    assert (first, second) == (third, "invoice")
    line.edit(("a salt that only the tests know", "another salt, as long as it is"))
    assert opaque_labels(rows, line.space.catalog)["label"][0].as_py() != first


def test_count_tables_put_the_largest_first_and_break_ties_by_name() -> None:
    """Equal counts are shown in one order whatever order they came in."""
    records = count_table({"b": 1, "c": 3, "a": 1}).records
    assert [record.data for record in records] == [
        {"name": "c", "count": 3},
        {"name": "a", "count": 1},
        {"name": "b", "count": 1},
    ]


def test_tables_know_what_is_a_number() -> None:
    """A column of numbers is declared as one, a column with anything else as text; nothing is an empty cell."""
    made = table(("name", "n", "share"), [("a", 1, 0.5), (None, 2, 1)])
    assert [column.type for column in made.schema.columns] == ["string", "int", "float"]
    assert made.records[1].data == {"name": "", "n": 2, "share": 1}
