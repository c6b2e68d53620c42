"""The line over a landing zone with text in other languages, and with rows that say too much about one person."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets import scrubbed
from assets.days import count_rows, day_metadata
from assets.held_back import held_back
from assets.plan import quarantined
from tests.assets.conftest import Line, build, gather
from tests.end_to_end.landing import PATTERNS_ALONE, day, put, words
from winnow.alike import TOO_FEW_ALIKE
from winnow.languages import UNSUPPORTED

SENTENCES = {
    "de": "Der Bericht von Frau Schmidt liegt seit gestern auf dem Tisch, und niemand hat ihn gelesen.",
    "fr": "Le rapport de Madame Lefèvre est sur la table depuis hier et personne ne l'a encore lu.",
    "pl": "Raport pani Kowalskiej leży od wczoraj na stole i nikt go jeszcze nie przeczytał.",
}
MARKS = ("Schmidt", "Lefèvre", "Kowalskiej", "gestern", "hier et personne", "wczoraj", "Tabelle")


def write_foreign(landing: Path) -> None:
    """A whole report and a ticket in each of three languages, and an English report with one paragraph in each."""
    for code, sentence in SENTENCES.items():
        put(landing, f"reports/foreign-{code}.md", f"# {sentence}\n\n" + f"{sentence}\n\n" * 6, 0)
    mixed = "\n\n".join(f"{words(60, 'mixed', code)}\n\n{sentence}" for code, sentence in SENTENCES.items())
    put(landing, "reports/mixed.md", f"# Mixed report\n\n## Findings\n\n{mixed}\n", 0)
    path = landing / "exports" / "tickets-0.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows += [{**rows[0], "id": f"F-{code}", "text": sentence} for code, sentence in SENTENCES.items()]
    text = "\n".join(
        [",".join(rows[0]), *(",".join(json.dumps(value, ensure_ascii=False) for value in row.values()) for row in rows)]
    )
    put(landing, "exports/tickets-0.csv", text + "\n", 0)


def tables(line: Line) -> str:
    """Everything behind the source assets that holds text, as one string."""
    rows: list[Any] = [line.space.lake.read(scrubbed.NAME, each).to_pylist() for each in line.space.lake.days(scrubbed.NAME)]
    rows += [line.space.lake.read("examples", each).to_pylist() for each in line.space.lake.days("examples")]
    return repr([*rows, gather(line.space).to_pylist()])


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The small company with such text among its own, after the daily stages of its first day; not to be changed."""
    made = build(tmp_path_factory.mktemp("foreign"))
    write_foreign(made.landing)
    made.ingest([day(0)])
    yield made
    made.space.close()


def test_text_in_an_unknown_language_goes_no_further(foreign: Line) -> None:
    """No word of the German, French and Polish text is in any table behind the source assets, and English text is."""
    text = tables(foreign)
    assert [mark for mark in MARKS if mark in text] == []
    assert words(60, "mixed", "pl")[:40] in text


def test_what_was_held_back_is_counted_and_listed(foreign: Line) -> None:
    """Whole documents and rows have the reason, a mixed one the number of its parts, in the metadata and in the list."""
    counts = count_rows(foreign.space.lake.batches(scrubbed.NAME, [day(0)]))
    assert counts.refused == {UNSUPPORTED: 6}
    assert counts.parts_held_back == {UNSUPPORTED: 3}
    assert {"refused_by_reason", "parts_held_back"} <= set(day_metadata(scrubbed.STAGE, counts))
    listed = [(row["key"], row["row"], row["parts"]) for row in quarantined(foreign.space) if row["reason"] == UNSUPPORTED]
    whole = [(f"foreign-{code}.md", None, None) for code in SENTENCES]
    assert sorted(listed, key=str) == sorted(
        [*whole, ("mixed.md", None, 3), *(("tickets-0.csv", 9 + n, None) for n in range(3))], key=str
    )


def test_the_report_says_what_was_held_back(foreign: Line) -> None:
    """By source: whole documents and rows, and parts of others, with what can be done."""
    shown = [(row["source"], row["reason"], row["documents"], row["parts_of_others"]) for row in held_back(foreign.space)]
    assert shown == [("reports", UNSUPPORTED, 3, 3), ("tickets", UNSUPPORTED, 3, 0)]
    assert all("pii.model" in row["what_to_do"] for row in held_back(foreign.space))


def test_a_named_persons_declared_column_is_still_known(foreign: Line) -> None:
    """Who bought, as the ticket's column says, stays in the dictionary of known people although the ticket is held back."""
    rows = foreign.space.lake.read(scrubbed.NAME, day(0)).to_pylist()
    held = [row for row in rows if row["reason"] == UNSUPPORTED and row["row_number"] is not None]
    assert [bool(row["known"]) for row in held] == [True] * 3


def test_a_model_for_the_language_lets_its_text_through(line: Line) -> None:
    """With a pipeline that is said to know German, German text goes on without the names that it finds, French text does not."""
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("de")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "PER", "pattern": "Schmidt"}])
    pipeline.to_disk(line.folder / "german")
    write_foreign(line.landing)
    line.edit((PATTERNS_ALONE, f"{{model: {{kind: spacy, folder: {line.folder / 'german'}, languages: [de, en]}}}}"))
    line.ingest([day(0)])
    text = tables(line)
    assert [mark for mark in MARKS if mark in text] == ["gestern"]
    counts = count_rows(line.space.lake.batches(scrubbed.NAME, [day(0)]))
    assert (counts.refused, counts.parts_held_back) == ({UNSUPPORTED: 4}, {UNSUPPORTED: 2})


# --- rows alike

PEOPLE = """
  - name: people
    asset: departmental_exports
    kind: folder
    url: {landing}/exports
    include: ["people-*.csv"]
    licence: proprietary
    table:
      key: [id]
      columns: [note, Age, Gender, topic]
      bands: {{Age: 10}}
tasks:
  - name: notes
    kind: classification
    sources: [people]
    text: [Age, Gender, note]
    label: topic
"""


def with_people(line: Line, days: list[list[tuple[int, int, str]]]) -> None:
    """Tables of people (id, age, gender), one a day, and a task over them; then the daily stages."""
    for number, people in enumerate(days):
        rows = [f"{person},{age},{gender},{words(9, 'note', person, number)},visits" for person, age, gender in people]
        put(line.landing, f"exports/people-{number}.csv", "\n".join(["id,Age,Gender,note,topic", *rows]) + "\n", number)
    if "people" not in {source.name for source in line.space.catalog.sources}:
        line.edit(("\ntasks:\n", PEOPLE.format(landing=line.landing)))
    line.ingest()


def released(line: Line) -> list[dict[str, Any]]:
    """The examples of that task which are released."""
    return [row for row in gather(line.space).to_pylist() if row["task"] == "notes" and row["reason"] is None]


FOUR = [(number, 40 + number, "f") for number in range(4)]


def test_rows_with_few_people_alike_are_refused(line: Line) -> None:
    """Four people of one band and gender are too few, whatever their exact ages; with a fifth, of another day, all are released."""
    with_people(line, [FOUR])
    refused = [row for row in gather(line.space).to_pylist() if row["task"] == "notes"]
    assert [(row["reason"], row["input"]) for row in refused] == [(TOO_FEW_ALIKE, None)] * 4
    with_people(line, [FOUR, [(4, 48, "f"), (5, 48, "m")]])
    assert len(released(line)) == 5
    assert all("40-49" in row["input"] for row in released(line))


def test_the_same_person_on_another_day_adds_nobody(line: Line) -> None:
    """An export that comes every night with the same people does not make them more."""
    with_people(line, [FOUR, FOUR])
    assert released(line) == []


def test_a_deletion_takes_the_others_along(line: Line) -> None:
    """When one of five leaves, the other four are too few from the next publication on."""
    with_people(line, [FOUR, [(4, 48, "f")]])
    assert len(released(line)) == 5
    (line.landing / "exports" / "people-1.csv").unlink()
    line.ingest()
    assert released(line) == []


def test_the_catalog_says_how_many(line: Line) -> None:
    """`limits.k_anonymity` is the least number of people alike."""
    with_people(line, [FOUR])
    line.edit(("\ntasks:\n", "\nlimits: {k_anonymity: 4}\ntasks:\n"))
    assert len(released(line)) == 4


PERSON = st.tuples(st.integers(0, 9), st.sampled_from([41, 44, 47, 52]), st.sampled_from("fffm"))


@settings(max_examples=3, deadline=None)
@given(st.lists(st.lists(PERSON, min_size=4, max_size=10, unique_by=lambda person: person[0]), min_size=2, max_size=2))
def test_every_released_combination_has_enough_current_people(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[tuple[int, int, str]]]
) -> None:
    """Over all days, and after a file is gone, each released row has five people of its band and gender in current files."""
    made = build(tmp_path_factory.mktemp("people"))
    try:
        with_people(made, days)
        for current in (days, days[:1]):
            if current is not days:
                (made.landing / "exports" / "people-1.csv").unlink()
                made.ingest()
            everyone = [(person, age // 10, gender) for people in current for person, age, gender in people]
            for row in released(made):
                decade, gender = int(row["input"][0]), next(mark for mark in "fm" if f"\n{mark}\n" in f"\n{row['input']}\n")
                assert len({person for person, *shown in everyone if shown == [decade, gender]}) >= 5
    finally:
        made.space.close()
