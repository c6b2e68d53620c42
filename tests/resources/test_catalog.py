"""The catalog: what is accepted, and what a mistake is answered with."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources import catalog_yaml
from resources.catalog import Catalog, load_catalog
from winnow.errors import CatalogError

GOOD = """\
version: 1
start: 2026-10-01
dataset:
  name: demo
  salt: ${env:SALT}
  audiences: [internal]
  formats: [chat]
sources:
  - name: tickets
    asset: departmental_exports
    kind: folder
    url: landing/tickets
    licence: proprietary
    table:
      columns: [text, category]
      personal: {email: EMAIL_ADDRESS}
  - name: reports
    asset: internal_reports
    kind: folder
    url: /landing/reports
    licence: CC-BY-4.0
    day: {pattern: '(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})'}
tasks:
  - name: topic
    kind: pairs
    sources: [tickets]
    input: text
    target: category
"""

ENVIRONMENT = {"SALT": "0123456789abcdef"}

Load = Callable[..., Catalog]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a catalog from its text, with replacements."""

    def build(replacements: Mapping[str, str] | None = None, environment: Mapping[str, str] = ENVIRONMENT) -> Catalog:
        text = GOOD
        for old, new in (replacements or {}).items():
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "catalog.yaml").write_text(text, encoding="utf-8")
        return load_catalog(tmp_path / "catalog.yaml", environment)

    return build


def test_a_good_catalog_is_one_object(load: Load, tmp_path: Path) -> None:
    """Every part is typed, defaults are filled in, and a relative address counts from the file."""
    catalog = load()
    assert catalog.start == dt.date(2026, 10, 1)
    assert catalog.source("tickets").url == str(tmp_path / "landing/tickets")
    assert [source.name for source in catalog.sources_of("internal_reports")] == ["reports"]
    assert catalog.task("topic").sources == ("tickets",)
    assert catalog.dataset.shares.mapping() == {"train": 0.8, "validation": 0.1, "test": 0.1}


@pytest.mark.parametrize(
    ("replacements", "message"),
    [
        ({"    licence: proprietary\n": ""}, "9:5 sources[0].licence: field required; say under which licence"),
        ({"licence: prop": "lisence: prop"}, "13:5 sources[0].lisence: is no field here (did you mean `licence`?)"),
        ({"asset: internal_reports": "asset: reports"}, "18:5 sources[1].asset: 'internal_reports', 'meeting_transcripts'"),
        ({"kind: pairs": "kind: pears"}, "24:5 tasks[0]"),
        ({"kind: pairs": "kind: [pairs]"}, "24:5 tasks[0]"),
        ({"input: text": "imput: text"}, "27:5 tasks[0].imput: is no field here (did you mean `input`?)"),
        ({"sources: [tickets]": "sources: [tickets, tikets]"}, "26:24 tasks[0].sources[1]: there is no such source; choose of"),
        (
            {"tasks:\n": "pii:\n  sources:\n    tikets: {deny: [URL]}\ntasks:\n"},
            "25:5 pii.sources.tikets: there is no such source; choose of",
        ),
        ({"name: reports": "name: tickets"}, "17:5 sources[1].name: another one has this name"),
        ({"formats: [chat]": "formats: [chat, xml]"}, "7:19 dataset.formats[1]: there is no such format; choose of"),
        ({"audiences: [internal]": "audiences: [public]"}, "26:5 tasks[0].sources: none of them has an audience"),
        ({"version: 1\n": "version: 2\n"}, "1:1 version: 1 expected"),
        ({"2026-10-01": "yesterday"}, "2:1 start: a day expected, such as 2026-10-01"),
        ({"formats: [chat]": "shares: {train: 0.5}"}, "7:3 dataset.shares: train, validation and test add up to 0.7"),
        ({"(?P<day>": "(?P<tag>"}, "22:11 sources[1].day.pattern: needs a named group"),
        ({"(?P<day>": "((?P<day>"}, "22:11 sources[1].day.pattern: not a regular expression"),
        ({"columns: [text, category]": "columns: []"}, "15:7 sources[0].table.columns: at least 1 entry expected"),
        ({"url: landing/tickets": "url: [a]"}, "12:5 sources[0].url: text expected"),
        ({"name: demo": "name: Demo Set"}, "4:3 dataset.name: text that matches"),
        (
            {"sources:\n  - name: tickets": "sources:\n  - nome: tickets"},
            "9:5 sources[0].nome: is no field here (did you mean `name`?)",
        ),
    ],
)
def test_a_mistake_is_answered_with_its_place_and_a_way_out(load: Load, replacements: dict[str, str], message: str) -> None:
    """The error names file, line, column and field, says what was expected, and what to do."""
    with pytest.raises(CatalogError) as caught:
        load(replacements)
    assert f"catalog.yaml:{message}" in str(caught.value)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(load: Load) -> None:
    """Several mistakes are several lines, sorted by where they stand."""
    with pytest.raises(CatalogError) as caught:
        load({"kind: pairs": "kind: pears", "    licence: proprietary\n": "", "name: demo": "name: 7"})
    lines = str(caught.value).splitlines()
    assert [line.split()[0].split(":")[1] for line in lines] == ["4", "9", "23"]


def test_no_message_repeats_a_value(load: Load) -> None:
    """A value may have come from the environment, so errors name types and fields only."""
    secret = "hunter2hunter2"
    with pytest.raises(CatalogError) as caught:
        load(
            {"version: 1": "version: ${env:X}", "2026-10-01": "${env:X}", "kind: folder": "kind: ${env:X}"},
            {**ENVIRONMENT, "X": secret},
        )
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sftp://me:hunter2@host/x",
        "https://store/x?sig=abcdef",
        "postgresql://me:hunter2@host/db",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(load: Load, url: str) -> None:
    """Passwords and tokens belong in the environment; the message does not spread them."""
    with pytest.raises(CatalogError, match="put it in the environment") as caught:
        load({"url: landing/tickets": f"url: {url}"})
    assert "hunter2" not in str(caught.value)
    assert "abcdef" not in str(caught.value)


def test_a_secret_from_the_environment_is_taken_and_not_shown(load: Load) -> None:
    """The same address with a reference is right, and neither it nor the salt shows when the catalog is printed."""
    catalog = load({"url: landing/tickets": "url: sftp://me:${env:PW}@host/x"}, {**ENVIRONMENT, "PW": "hunter2"})
    assert catalog.source("tickets").url == "sftp://me:hunter2@host/x"
    assert "hunter2" not in repr(catalog)
    assert ENVIRONMENT["SALT"] not in repr(catalog)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${env:A}/x", "one/x"),
        ("${env:NONE:-two}", "two"),
        ("${env:NONE:-}x", "x"),
        ("$${env:A}", "${env:A}"),
        ("${file:salt.txt}", "from a file"),
        ("a$b", "a$b"),
    ],
)
def test_references_are_filled_in(tmp_path: Path, text: str, value: str) -> None:
    """Environment, default, escape and file."""
    (tmp_path / "salt.txt").write_text("from a file\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(f"a: '{text}'", encoding="utf-8")
    assert catalog_yaml.read(tmp_path / "c.yaml", {"A": "one"}).value == {"a": value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n  - ${env:NONE}", "c.yaml:2:5 a[0]: the environment has no NONE"),
        ("a: ${file:none.txt}", "c.yaml:1:1 a: the file it names cannot be read"),
        ("a: ${secret:x}", "c.yaml:1:1 a: knows ${env:NAME} and ${file:PATH} only"),
        ("a: 1\nb: 2\na: 3", "c.yaml:3:1 a: stands here and on line 1; keep one"),
        ("a: [1", "c.yaml:1:6"),
        ("a: 2026-13-45", "c.yaml:1:1 a: is neither text, number"),
        ("a: &x [*x]", "aliases make the file endless"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "c.yaml:3:3 c.<<: merge keys are not read"),
        ("? [a]\n: 1", "a key is a word"),
        ("a: !!python/object:os.system x", "c.yaml:1:1 a: is neither text"),
        ("", "is empty"),
        ("[" * 3000, "c.yaml"),
    ],
)
def test_what_is_wrong_as_yaml_has_its_place(tmp_path: Path, text: str, message: str) -> None:
    """Syntax, references, repeated keys and aliases are answered with a position too."""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        catalog_yaml.read(tmp_path / "c.yaml", {})
    assert message in str(caught.value)


def test_a_bomb_of_aliases_is_refused_in_no_time(tmp_path: Path) -> None:
    """A few lines that stand for billions of values are an error, not a full memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (tmp_path / "c.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CatalogError, match="aliases make the file endless"):
        catalog_yaml.read(tmp_path / "c.yaml", {})


def test_no_and_numbers_as_keys_are_text(tmp_path: Path) -> None:
    """The language no, the label on and the rating 5 are words where words stand."""
    (tmp_path / "c.yaml").write_text("language: no\nlabels: {on: yes, 5: positive}\nflag: true", encoding="utf-8")
    value = catalog_yaml.read(tmp_path / "c.yaml", {}).value
    assert value == {"language": "no", "labels": {"on": "yes", "5": "positive"}, "flag": True}


def test_a_missing_catalog_names_the_option(tmp_path: Path) -> None:
    """A file that is not there is answered with the option that names another."""
    with pytest.raises(CatalogError, match="--catalog"):
        load_catalog(tmp_path / "none.yaml", {})


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)
    )
)
def test_any_values_give_a_catalog_error(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    """Whatever stands in the file, the answer is an error of the project's own that begins with the file's name."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(path, {})
    assert str(caught.value).startswith("any.yaml")


def test_the_schema_knows_every_field_and_takes_references() -> None:
    """The schema for editors describes the same fields as the models, and a number may be a reference."""
    schema = Catalog.json_schema()
    assert set(schema["properties"]) == set(Catalog.model_fields)
    engine = schema["$defs"]["EngineSettings"]["properties"]["batch_bytes"]
    assert [option["type"] for option in engine["anyOf"]] == ["integer", "string"]
    json.dumps(schema)


def test_the_stages_configurations_come_from_the_catalog(load: Load) -> None:
    """Reading, scrubbing and example building are told their sources' part, and no other's."""
    catalog = load()
    extract = catalog.extract_config("departmental_exports")
    assert list(extract.sources) == ["tickets"]
    assert extract.sources["tickets"].read.table == catalog.source("tickets").table
    assert catalog.scrub_config().personal == {"tickets": {"email": "EMAIL_ADDRESS"}}
    assert catalog.example_config().tasks == catalog.tasks
