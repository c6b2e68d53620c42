"""The documentation says what the code does: tables, links, commands, examples, figures of the catalog."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.audit import REQUIRED
from assets.graph import DAILY_STAGES, SET_ASSETS
from pipelines.cli import _app
from pipelines.schedules import CRON, nightly_schedule
from pipelines.sensors import SENSORS
from resources.catalog import Catalog, load_catalog
from tests.documentation import reference
from tests.documentation.reference import DOCS, ROOT, pages
from winnow.exports import exports
from winnow.exports.completion import SEPARATOR, STOP_TEXT
from winnow.tasks import TOKEN_LIMIT_LABELS, TOKEN_LIMIT_TEXTS
from winnow.tokens import TOKENIZERS

RENEW = "run `.venv/bin/python -m tests.documentation.reference`"

PAGES = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in pages()}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^ {4}(\S.*)$", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_PROSE_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def fences(text: str, *languages: str) -> list[str]:
    """The code blocks of ``text`` in one of ``languages``."""
    return [body for language, body in _FENCE.findall(text) if language in languages]


def command_lines() -> Iterator[tuple[str, str]]:
    """Page and text of everything that stands in a page as code and could be typed."""
    for page, text in PAGES.items():
        lines = [line for block in fences(text, "sh", "cron") for line in block.splitlines()]
        lines += _INDENTED.findall(_PROSE_FENCE.sub("", text)) + _INLINE.findall(_PROSE_FENCE.sub("", text))
        for line in lines:
            yield page, line.split(" #")[0].strip()


def typed(program: str) -> list[tuple[str, list[str]]]:
    """Page and arguments of every quoted call of ``program``, be it behind a path, a pipe or an assignment."""
    found = []
    for page, line in command_lines():
        for part in re.split(r"\s(?:\||&&|>)\s", line):
            try:
                words = shlex.split(part)
            except ValueError:
                continue
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words.pop(0)
            if words and words[0].removeprefix(".venv/bin/") == program:
                found.append((page, words[1:]))
    return found


def slug(heading: str) -> str:
    """The anchor that a renderer gives to ``heading``."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", sorted(reference.BLOCKS))
def test_tables_are_those_of_the_code(name: str) -> None:
    """Every table that is written from the code stands in a page, and says there what the code says now."""
    found = [body for text in PAGES.values() for block, body in reference.blocks_of(text) if block == name]
    assert found, f"no page has the part {name}"
    assert all(body == reference.current(name) for body in found), RENEW


def test_no_page_asks_for_an_unknown_table() -> None:
    """A comment that asks for a part which nobody writes would stay empty for ever."""
    assert {name for text in PAGES.values() for name, _ in reference.blocks_of(text)} <= set(reference.BLOCKS)


def test_every_key_of_the_catalog_has_a_meaning() -> None:
    """No key of any block of the catalog, of any recipe or source kind, is without a description."""
    models = [*reference.models().values(), *(recipe.task for recipe in reference.recipes().values())]
    silent = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not reference.meaning(name, field)
    ]
    assert silent == []


def test_the_schema_for_editors_is_the_catalogs_own() -> None:
    """The JSON schema in the repository is what the models give."""
    written = json.loads((DOCS / "catalog.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(Catalog.json_schema())), "run `make schema`"


def test_the_smallest_catalog_is_valid(tmp_path: Path) -> None:
    """The catalog in the README, typed as it stands there, is accepted."""
    (example,) = fences(PAGES["README.md"], "yaml")
    path = tmp_path / "support.yaml"
    path.write_text(example, encoding="utf-8")
    catalog = load_catalog(path, {"WINNOW_SALT": "0123456789abcdef"})
    assert [task.name for task in catalog.tasks] == ["topics"]


@pytest.mark.parametrize("number", range(len(fences(PAGES["docs/catalog.md"], "yaml"))))
def test_the_other_examples_of_the_catalog_are_valid(number: int, tmp_path: Path) -> None:
    """Each fragment in the page about the catalog fits into the smallest one: its sources come besides, its blocks instead."""
    (whole,) = fences(PAGES["README.md"], "yaml")
    fragment = fences(PAGES["docs/catalog.md"], "yaml")[number]
    environment = dict.fromkeys(re.findall(r"\$\{env:(\w+)\}", whole + fragment), "0123456789abcdef")
    for name in re.findall(r"\$\{file:([\w.-]+)\}", fragment):
        (tmp_path / name).write_text("0123456789abcdef\n", encoding="utf-8")
    catalog, parts = yaml.safe_load(whole), yaml.safe_load(fragment)
    sources = [*catalog["sources"], *parts.pop("sources", [])]
    path = tmp_path / "catalog.yaml"
    path.write_text(yaml.safe_dump({**catalog, **parts, "sources": sources}), encoding="utf-8")
    assert len(load_catalog(path, environment).sources) == len(sources)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_links_lead_somewhere(page: str) -> None:
    """A link inside the repository names a file that is there, and a heading that it has."""
    for target in _LINK.findall(_PROSE_FENCE.sub("", PAGES[page])):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.resolve().is_file(), f"{page}: {target} is not there"
        if anchor and path.suffix == ".md":
            headings = _HEADING.findall(_PROSE_FENCE.sub("", path.read_text(encoding="utf-8")))
            assert anchor in {slug(heading) for heading in headings}, f"{page}: {target} has no such heading"


def test_quoted_winnow_commands_parse() -> None:
    """Each call of winnow in a page names a command that there is, with options that it takes."""
    cli = reference.cli()
    quoted = typed("winnow")
    assert len(quoted) > 20
    for page, words in quoted:
        arguments = _app.hoisted([word for word in words if word != "…"])
        problem = _parse(cli, arguments)
        assert problem is None, f"{page}: winnow {' '.join(words)}: {problem}"


def _parse(cli: Any, arguments: list[str]) -> str | None:
    """What is wrong with ``arguments``; nothing is run, and what is left out in a sentence is no mistake."""
    if not arguments:
        return None
    try:
        context = cli.make_context("winnow", list(arguments), resilient_parsing=True)
        rest = [*context._protected_args, *context.args]
        name, command, remainder = cli.resolve_command(context, rest)
        command.make_context(name, remainder, parent=context)
    except Exception as error:  # noqa: BLE001 - typer brings its own copy of click's exceptions
        return None if type(error).__name__ in {"MissingParameter", "NoArgsIsHelpError"} else str(error)
    return None


def test_every_command_is_quoted_with_an_example() -> None:
    """The help of each command has an example, and the page of commands shows it."""
    shown = {words[0] for page, words in typed("winnow") if page == "docs/commands.md" and words}
    assert set(reference.cli().commands) <= shown


def test_quoted_make_targets_exist() -> None:
    """Each make target in a page stands in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    quoted = [(page, word) for page, words in typed("make") for word in words if "=" not in word]
    assert len(quoted) > 5
    assert [(page, word) for page, word in quoted if word not in targets] == []


def test_dagsters_own_ways_are_quoted_with_what_exists() -> None:
    """The README's calls of Dagster's commands name jobs, assets and days of the demo."""
    calls = [" ".join(words) for program in ("dg", "dagster") for page, words in typed(program) if page == "README.md"]
    assert any(re.match(r"launch --job ingest --partition \d{4}-\d\d-\d\d$", call) for call in calls)
    assert any(
        re.match(r"launch --assets \+examples --partition-range \d{4}-\d\d-\d\d\.{3}\d{4}-\d\d-\d\d$", call) for call in calls
    )
    assert any(call.startswith("job backfill --job ingest --from ") for call in calls)
    assert "examples" in {stage.name for stage in DAILY_STAGES}


def test_the_line_is_documented_by_name() -> None:
    """Assets, checks, schedule and sensors are spoken of by the names that they have in the UI."""
    everything = "\n".join(PAGES.values())
    names = [*(stage.name for stage in DAILY_STAGES), *SET_ASSETS, *REQUIRED, nightly_schedule.name]
    names += [sensor.name for sensor in SENSORS]
    assert [name for name in names if f"`{name}`" not in everything] == []
    assert CRON == "0 2 * * *"
    assert "02:00 UTC" in PAGES["README.md"]


def test_every_dependency_says_why() -> None:
    """Each dependency of the project has its line among the decisions, and no line is about one that left."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [entry for group in project["optional-dependencies"].values() for entry in group]
    wanted = {re.split(r"[^\w.-]", entry)[0].lower() for entry in [*project["dependencies"], *extras]}
    rows = re.findall(r"^\| (\w[\w.-]*) \| \S", PAGES["docs/decisions/dependencies.md"], re.MULTILINE)
    assert set(rows) - {"package"} == wanted


def test_exports_are_documented_to_the_character() -> None:
    """The page of exports has a section for each format, with the separator and stop that the code writes."""
    page = PAGES["docs/exports.md"]
    assert {*exports()} <= {slug(heading) for heading in _HEADING.findall(page)}
    assert f"`{SEPARATOR.encode('unicode_escape').decode()}`" in page
    assert f"`{STOP_TEXT}`" in page


def test_figures_in_the_recipes_are_those_of_the_code() -> None:
    """Token limits and tokenizers in the page about recipes are the ones in force."""
    page = PAGES["docs/recipes.md"]
    assert f"{TOKEN_LIMIT_LABELS:,}" in page
    assert f"{TOKEN_LIMIT_TEXTS:,}" in page
    assert [name for name in TOKENIZERS if f"`{name}`" not in page] == []


def test_reading_a_version_in_python_compiles() -> None:
    """The Python in the pages is Python."""
    for page, text in PAGES.items():
        for block in fences(text, "python"):
            compile(block, page, "exec")
