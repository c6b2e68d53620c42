"""Which examples the set stages hold back: those of another audience, and those in which personal data is left."""

import pyarrow as pa
import pytest

from assets import sets
from tests.assets.conftest import Line, gather
from winnow.schemas import EXAMPLES


def refused(line: Line, reason: str) -> list[dict[str, object]]:
    """The rows that `gather` refused for ``reason``."""
    return [row for row in gather(line.space).to_pylist() if row["reason"] == reason]


def test_a_source_of_another_audience_feeds_no_example(copied: Line) -> None:
    """Examples of a source whose audience the dataset does not name are refused, without their text, and others stay."""
    tickets = "name: tickets\n    asset: departmental_exports"
    copied.edit(
        (tickets, tickets.replace("asset:", "audience: hr\n    asset:")), ("sources: [tickets]", "sources: [tickets, reports]")
    )
    copied.ingest()
    rows = refused(copied, sets.OUTSIDE_AUDIENCE)
    assert {row["source"] for row in rows} == {"tickets"}
    assert all(row["input"] is None and row["target"] is None and row["label"] is None for row in rows)
    kept = gather(copied.space).to_pylist()
    assert "tickets" not in {row["source"] for row in kept if row["reason"] is None}
    assert any(row["reason"] is None for row in kept)


def test_an_example_of_two_audiences_needs_both(copied: Line) -> None:
    """An example joined of documents for two audiences is refused if the dataset names only one of them."""
    meetings = "name: minutes\n    asset: meeting_transcripts"
    copied.edit((meetings, meetings.replace("asset:", "audience: board\n    asset:")))
    copied.ingest()
    assert {row["task"] for row in refused(copied, sets.OUTSIDE_AUDIENCE)} == {"summaries", "decisions"}


@pytest.mark.parametrize("column", ["input", "target", "label"])
def test_an_example_with_personal_data_left_is_held_back(copied: Line, column: str) -> None:
    """An entity in an example's finished input, target or label makes it a refusal without text, whatever brought it there."""
    (place, made) = next(
        (at, at_day)
        for at_day in copied.space.lake.days("examples")
        for at, row in enumerate(copied.space.lake.read("examples", at_day).to_pylist())
        if row["reason"] is None and row["task"] == "topics"
    )
    rows = copied.space.lake.read("examples", made)
    values = rows[column].to_pylist()
    values[place] = f"{values[place]} jane.doe@example.org"
    table = rows.set_column(rows.schema.get_field_index(column), EXAMPLES.field(column), pa.array(values, pa.string()))
    copied.space.lake.write("examples", made, table, EXAMPLES, copied.space.lake.metadata("examples", made) or {})
    (held,) = refused(copied, sets.PERSONAL_DATA_LEFT)
    assert held["example_id"] == rows["example_id"][place].as_py()
    assert held["input"] is None


def test_only_current_documents_become_examples(copied: Line) -> None:
    """Rows of day files whose object is gone or rewritten take no part, although the files still hold them."""
    (copied.landing / "exports" / "tickets-0.csv").unlink()
    copied.space.scan()
    tickets = [row for row in gather(copied.space).to_pylist() if row["task"] == "topics"]
    assert len(tickets) == 9
