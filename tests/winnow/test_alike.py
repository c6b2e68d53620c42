"""Rows alike: which columns are sensitive, bands, and what combinations are released."""

import csv
import io
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.alike import ATTRIBUTES, band, combination, in_bands, is_rare, people_alike, sensitive_attribute, sensitive_columns
from winnow.extract import ExtractConfig, SourceReading, extractor
from winnow.formats import ReadOptions, TableOptions
from winnow.schemas import OBJECTS

SENSITIVE = {
    "Age": "age",
    "date_of_birth": "birth",
    "DOB": "birth",
    "Gender": "gender",
    "MaritalStatus": "marital status",
    "MonthlyIncome": "income",
    "annual salary": "income",
    "ZIP": "residence",
    "PostCode": "residence",
    "DistanceFromHome": "residence",
    "Nationality": "origin",
    "religion": "religion",
    "union_membership": "politics",
    "sick_days": "health",
    "sexualOrientation": "sexual orientation",
    "EducationField": "education",
    "Department": "department",
    "JobRole": "post",
    "job_title": "post",
    "YearsAtCompany": "service",
    "Geschlecht": "gender",
    "Nationalité": "origin",
}


@pytest.mark.parametrize("column", SENSITIVE)
def test_a_sensitive_column_is_known_by_its_name(column: str) -> None:
    """However its words are put together, the name of a sensitive column gives its attribute away."""
    found = sensitive_attribute(column)
    assert found is not None
    assert found.name == SENSITIVE[column]


@pytest.mark.parametrize(
    "column", ["text", "title", "stage", "usage", "page", "average", "message", "topic", "image", "orientation", "id"]
)
def test_an_ordinary_column_is_not_sensitive(column: str) -> None:
    """Words that only contain a sensitive one, and words of any table, are left alone."""
    assert sensitive_attribute(column) is None


def test_every_attribute_has_its_reason() -> None:
    """No attribute stands in the list without a reason, and each is tried above."""
    assert all(attribute.why for attribute in ATTRIBUTES)
    assert {attribute.name for attribute in ATTRIBUTES} == set(SENSITIVE.values())


def test_what_the_catalog_states_counts_alone() -> None:
    """Stated columns replace those that names give away, and an empty list says that there are none."""
    columns = ("Age", "Gender", "text", "shoe")
    assert sensitive_columns(columns) == ("Age", "Gender")
    assert sensitive_columns(columns, ("Age", "shoe")) == ("Age", "shoe")
    assert sensitive_columns(columns, ()) == ()


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        ("43", 10, "40-49"),
        ("40", 10, "40-49"),
        ("49 ", 10, "40-49"),
        ("0", 5, "0-4"),
        ("5993", 2000, "4000-5999"),
        ("5,993", 2000, "4000-5999"),
        ("€ 5993.50", 2000, "4000 to under 6000"),
        ("41 years", 5, "40-44"),
        ("-3", 10, "-10 to -1"),
        ("3.7", 0.5, "3.5 to under 4"),
        ("7", 1, "7"),
        ("1981-04-05", 10, "1980-1989"),
        ("1981-04-05T08:00:00", 5, "1980-1984"),
    ],
)
def test_a_value_becomes_its_band(value: str, width: float, shown: str) -> None:
    """Bands begin at zero, are written as people write them, and hold days by their year."""
    assert band(value, width) == shown


@pytest.mark.parametrize("value", ["", "unknown", "forty", "1.234,56", "40-49 or so", "9" * 400, "12 12"])
def test_what_has_no_band_is_left_out(value: str) -> None:
    """A value that is no number does not slip through exact."""
    assert band(value, 10) == ""
    assert in_bands({"Age": value, "text": "kept"}, {"Age": 10}) == {"text": "kept"}


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4))
def test_equal_bands_are_near_values(value: int, width: int) -> None:
    """A value has one band, and the values of a band are less than its width apart."""
    same = [other for other in (value - width, value, value + width) if band(str(other), width) == band(str(value), width)]
    assert same == [value]


def test_one_attribute_is_no_combination() -> None:
    """A row that says one sensitive thing, or leaves the others blank, needs nobody alike."""
    assert combination({"Age": "41", "Gender": " ", "text": "x"}, ("Age", "Gender"), "salt", "hr") is None


def test_case_and_space_do_not_make_rows_differ() -> None:
    """Rows alike have one hash; other values, columns, sources and salts have others."""
    rows = [{"Age": "41", "Role": "Sales  lead"}, {"Role": "sales lead ", "Age": "41"}]
    first, second = (combination(row, ("Role", "Age"), "salt", "hr") for row in rows)
    assert first == second
    others = [
        combination({"Age": "42", "Role": "sales lead"}, ("Role", "Age"), "salt", "hr"),
        combination({"Age": "41", "Post": "sales lead"}, ("Post", "Age"), "salt", "hr"),
        combination(rows[0], ("Role", "Age"), "salt", "crm"),
        combination(rows[0], ("Role", "Age"), "pepper", "hr"),
    ]
    assert len({first, *others}) == 5


# --- through the readers

TABLE = TableOptions(key=("id",), columns=("Age", "Gender", "note"), bands={"Age": 10})


def read(objects: dict[str, list[dict[str, str]]], table: TableOptions = TABLE) -> list[dict[str, Any]]:
    """The rows of ``objects`` (key → rows of a CSV) as documents."""
    config = ExtractConfig("salt", {"hr": SourceReading(ReadOptions(table=table))})
    contents = []
    for key, rows in objects.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, ["id", "Age", "Gender", "note", "person"], restval="")
        writer.writeheader()
        writer.writerows(rows)
        contents.append(
            {"object_id": key, "content_sha256": key, "source": "hr", "key": key, "content": text.getvalue().encode()}
        )
    found: list[dict[str, Any]] = extractor(config)(pa.RecordBatch.from_pylist(contents, schema=OBJECTS)).to_pylist()
    return found


def row(number: int, age: int, gender: str = "f") -> dict[str, str]:
    """A row of the table."""
    return {"id": str(number), "Age": str(age), "Gender": gender, "note": f"note {number}"}


def test_what_is_read_is_the_band() -> None:
    """No exact value of a column with bands is in the document."""
    (found,) = read({"a.csv": [row(1, 43)]})
    assert {pair["name"]: pair["value"] for pair in found["fields"]}["Age"] == "40-49"
    assert "43" not in repr(
        {name: value for name, value in found.items() if name not in {"document_id", "alike", "individual"}}
    )


def test_somebody_in_two_exports_counts_once() -> None:
    """The same key on another day, or twice in one file, is the same person."""
    rows = read({"monday.csv": [row(1, 41), row(1, 42)], "tuesday.csv": [row(1, 43), row(2, 44)]})
    assert set(people_alike((each["alike"], each["individual"]) for each in rows).values()) == {2}


def test_a_customer_with_many_rows_counts_once() -> None:
    """Where a column names the person, rows under one name are one person."""
    table = TABLE.model_copy(update={"customer": "person"})
    rows = read({"a.csv": [{**row(number, 41), "person": "Ann" if number else "Bob"} for number in range(6)]}, table)
    assert set(people_alike((each["alike"], each["individual"]) for each in rows).values()) == {2}


def test_a_declared_column_is_no_part_of_a_combination() -> None:
    """What is replaced whole says nothing; a stated empty list switches the rule off for the source."""
    declared = TABLE.model_copy(update={"personal": {"Gender": "DEMOGRAPHIC"}})
    nothing = TABLE.model_copy(update={"sensitive": ()})
    assert [each["alike"] for table in (declared, nothing) for each in read({"a.csv": [row(1, 41)]}, table)] == [None, None]


PEOPLE = st.lists(st.tuples(st.integers(0, 12), st.integers(20, 59), st.sampled_from("fmx")), max_size=14)


@settings(max_examples=40, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4), st.integers(1, 5), st.data())
def test_what_is_released_has_k_people_alike(days: list[list[tuple[int, int, str]]], least: int, data: st.DataObject) -> None:
    """Whatever days there are, in whatever order, each row released has k people with its values; a deletion only takes away."""
    objects = {f"{number}.csv": [row(*person) for person in day] for number, day in enumerate(days)}
    shuffled = dict(data.draw(st.permutations(list(objects.items()))))
    rows, again = read(objects), read(shuffled)
    people = people_alike((each["alike"], each["individual"]) for each in rows)
    assert people == people_alike((each["alike"], each["individual"]) for each in again)
    released = [each for each in rows if each["reason"] is None and not is_rare([each["alike"]], people, least)]
    for each in released:
        shown = {pair["name"]: pair["value"] for pair in each["fields"]}
        alike = {
            number
            for day in days
            for number, age, gender in day
            if (band(str(age), 10), gender) == (shown["Age"], shown["Gender"])
        }
        assert len(alike) >= least
    fewer = people_alike((each["alike"], each["individual"]) for each in read(dict(list(objects.items())[1:])))
    assert all(fewer[alike] <= people[alike] for alike in fewer)


def test_the_threshold_is_at_k() -> None:
    """Exactly k people alike are enough, one fewer is not, and a combination that nobody has any more is rare."""
    people = {"a": 5, "b": 4}
    assert [is_rare([alike], people, 5) for alike in "abc"] == [False, True, True]
    assert not is_rare(None, people, 5)
    assert not is_rare([], people, 5)
    assert [is_rare(["a"], people, least) for least in range(4, 7)] == [False, False, True]
    assert all(first <= second for first, second in pairwise([is_rare(["b"], people, least) for least in range(1, 8)]))
