"""Known people over all days: who is removed from documents of other days, in whatever order they come, and who is forgotten."""

import itertools
import json

import pytest

from assets import sets
from assets.known import dictionary, known_people
from assets.retention import enforce
from tests.assets.conftest import DAYS, Line, gather
from tests.end_to_end.landing import PATTERNS_ALONE, day, meeting, put, ticket_rows, tickets, transcript
from winnow.known import KNOWN_PEOPLE

NAME = "Gerda Lindqvist"  # whom no rule finds in running text, and no other document of the landing zone names


@pytest.fixture
def told(line: Line) -> Line:
    """A company without a name model, where a meeting of the first day mentions somebody whom a ticket of the second declares."""
    said = transcript(0).replace("</v>", f" That is what {NAME} told us.</v>", 1)
    put(line.landing, f"meetings/{meeting(0)}.vtt", said, 0)
    rows = ticket_rows(1)
    rows[0]["customer_name"] = f"Ms {NAME}"
    put(line.landing, "exports/tickets-1.csv", tickets(rows), 1)
    return line


def texts(line: Line) -> str:
    """Everything that the examples of all days would release."""
    rows = gather(line.space).select(["input", "target", "label"])
    return json.dumps(rows.to_pydict(), ensure_ascii=False)


def test_somebody_declared_later_leaves_what_came_before(told: Line) -> None:
    """A name in prose goes when another day's table declares it, and the same example shows a placeholder in its place."""
    told.ingest([day(0)])
    assert NAME in texts(told)
    told.ingest([day(1)])
    assert NAME not in texts(told)
    assert "That is what <PERSON_" in texts(told)


def test_the_order_of_days_changes_nothing(told: Line) -> None:
    """Whichever day comes first, the examples of all days are the same."""
    found = []
    for order in itertools.permutations([day(number) for number in range(DAYS)]):
        for stage in ("scrubbed_documents", "examples"):
            for made in told.space.lake.days(stage):
                told.space.lake.delete(stage, made)
        told.ingest(order)
        found.append(gather(told.space))
    assert found[0].equals(found[1])
    assert sum(pair["count"] for row in found[0]["known"].to_pylist() for pair in row) > 0


def test_who_left_the_table_is_forgotten(told: Line) -> None:
    """An object that is gone adds nobody, although its day's file is still there."""
    told.ingest()
    before = len(dictionary(told.space))
    (told.landing / "exports" / "tickets-1.csv").unlink()
    told.space.scan()
    assert 0 < len(dictionary(told.space)) < before
    assert NAME in texts(told)


def test_what_is_kept_of_people_is_not_readable(told: Line) -> None:
    """What documents give away is kept as numbers, beside the ids of the objects and the types of entities."""
    told.ingest()
    rows = known_people(told.space, told.space.ledger.current())
    assert rows.schema.equals(KNOWN_PEOPLE)
    assert set(rows["entity"].to_pylist()) == {"PERSON", "EMAIL_ADDRESS"}
    assert all(isinstance(value, int) for value in rows["form_id"].to_pylist())
    assert len(rows.column_names) == len({"object_id", "content_sha256", "entity", "form_id", "words"})


def test_a_source_s_own_rules_let_its_texts_name_somebody(told: Line) -> None:
    """What may stand in one source's texts stays there, and goes from every other source's."""
    told.edit((PATTERNS_ALONE, f"{{model: {{kind: none}}, sources: {{meetings: {{allow: [{NAME}]}}}}}}"))
    told.ingest()
    assert NAME in texts(told)
    told.edit(("sources: {meetings: {allow", "sources: {articles: {allow"))
    told.ingest()
    assert NAME not in texts(told)


@pytest.mark.parametrize("setting", ["deny: [PERSON]", f"allow: [{NAME}]", "entities: [EMAIL_ADDRESS]"])
def test_what_the_catalog_never_replaces_stays(told: Line, setting: str) -> None:
    """An entity that is not looked for, and a text that is allowed, are not known either."""
    told.edit((PATTERNS_ALONE, f"{{model: {{kind: none}}, {setting}}}"))
    told.ingest()
    assert NAME in texts(told)


def test_the_ui_shows_how_much_was_known_and_replaced(told: Line) -> None:
    """Counts by entity, and no name."""
    told.ingest()
    shown = sets.joined_metadata(gather(told.space))["known_people_replaced"]
    assert {record.data["name"]: record.data["count"] for record in shown.records}["PERSON"] >= 1
    assert NAME not in str(shown)


def test_files_of_older_code_know_nobody_and_can_be_pruned(told: Line) -> None:
    """A day's file without the columns of known people takes part in nothing, and loses what is gone as any other does."""
    told.ingest()
    for stage, names in (("scrubbed_documents", ["known"]), ("examples", ["forms", "known"])):
        for made in told.space.lake.days(stage):
            rows = told.space.lake.read(stage, made).drop_columns(names)
            told.space.lake.write(stage, made, rows, rows.schema, told.space.lake.metadata(stage, made) or {})
    assert len(dictionary(told.space)) == 0
    assert NAME in texts(told)
    (told.landing / "exports" / "tickets-1.csv").unlink()
    told.space.scan()
    assert enforce(told.space)["rows"] > 0
