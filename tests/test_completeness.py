"""Nothing is half there: each plug-in has its sample, its test and its words, each reason its advice; and nothing is there too much."""

import ast
import importlib
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from assets import sets
from resources.sources import kinds
from tests.documentation.reference import DOCS, ROOT, pages
from winnow.card import _CATEGORIES
from winnow.detect import available
from winnow.examples import REASONS
from winnow.exports import exports
from winnow.extract import extract_one
from winnow.formats import ReadOptions, TableOptions, formats
from winnow.reasons import QUARANTINE
from winnow.recipes import recipes
from winnow.report import ADVICE

TESTS = ROOT / "tests"

SAMPLES: dict[str, bytes] = {
    name: content
    for path in sorted((TESTS / "winnow" / "formats").glob("samples*.py"))
    for name, content in getattr(importlib.import_module(f"tests.winnow.formats.{path.stem}"), "SAMPLES", {}).items()
}

_MACHINE = re.compile(r"(?<![\w.}~-])/(?:home|Users|work|workspace|workspaces|root)/[\w.-]+")
_INDEX = re.compile(r"https?://\S*/simple(?:/|\b)|--(?:extra-)?index-url|\b(?:files\.pythonhosted|pypi)\.org\b")

MAY_NAME_AN_INDEX = {"tests/test_completeness.py"}
"""Files that may: this one, which says what is looked for."""


def tracked() -> Iterator[Path]:
    """Every file that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout; clone the repository")
    yield from (ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every such file that is text."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace")


@pytest.mark.parametrize("name", sorted(formats()))
def test_a_sample_of_every_format_is_read(name: str) -> None:
    """Each format has a sample, and its reader finds words in it."""
    form = formats()[name]
    options = ReadOptions(table=TableOptions(columns=("text",), key=("id",))) if form.tabular else ReadOptions()
    found = extract_one(SAMPLES[name], f"sample{form.suffixes[0]}", options)
    assert found["format"] == name
    assert "quarantine" not in found
    inner = [*found.get("rows", ()), *found.get("parts", ())]
    assert any(block["text"] for block in found["blocks"]) or (inner and all(row["fields"] or row["blocks"] for row in inner))


@pytest.mark.parametrize(
    ("folder", "names"),
    [("formats", formats), ("recipes", recipes), ("recognizers", available)],
    ids=["formats", "recipes", "recognizers"],
)
def test_every_plugin_has_tests_of_its_own(folder: str, names: Callable[[], Mapping[str, object]]) -> None:
    """Each format, recipe and recogniser has a test file of its name."""
    present = {path.stem.removeprefix("test_") for path in (TESTS / "winnow" / folder).glob("test_*.py")}
    assert set(names()) <= present


@pytest.mark.parametrize(
    ("page", "names"),
    [("formats.md", formats), ("recipes.md", recipes), ("exports.md", exports)],
    ids=["formats", "recipes", "exports"],
)
def test_every_plugin_has_a_section(page: str, names: Callable[[], Mapping[str, object]]) -> None:
    """Each format, recipe and export has a section that is about it, with words of its own."""
    sections = dict(re.findall(r"^##+ ([\w ]+)\n+(\S.*)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for name in names() if not sections.get(name)} == set()


def test_every_source_kind_is_in_the_catalogs_page() -> None:
    """Each kind of source has its keys in the page about the catalog."""
    page = (DOCS / "catalog.md").read_text(encoding="utf-8")
    assert [name for name in kinds() if f"kind {name}" not in page] == []


def test_every_recipe_has_a_category_on_the_card() -> None:
    """The data card knows a task category for each recipe."""
    assert set(recipes()) == set(_CATEGORIES)


def test_every_reason_comes_with_advice() -> None:
    """No reason of any stage is without a sentence about what to do."""
    reasons = {**QUARANTINE, **REASONS, **sets.REASONS, **ADVICE}
    assert [reason for reason, advice in reasons.items() if len(advice.split()) < 3] == []


def test_every_quarantine_reason_is_known_and_used() -> None:
    """Readers and sources raise only reasons of the closed list, and no reason of the list has lost its last use."""
    raised, named = set(), set()
    for folder in ("winnow", "resources", "assets"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            raised |= set(_raised(tree))
            if path.name != "reasons.py":
                named |= {
                    node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
                }
    assert raised <= set(QUARANTINE)
    assert set(QUARANTINE) <= named


def _raised(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "UnreadableDocument":
            yield from (value for argument in node.args for value in _values(argument))


def _values(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, where they stand there themselves."""
    if isinstance(node, ast.IfExp):
        yield from (*_values(node.body), *_values(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_refusal_is_declared_by_its_recipe() -> None:
    """A recipe refuses for reasons that it declares, and declares none that it does not give."""
    for name, recipe in recipes().items():
        modules = [
            f"{name}.py",
            *{"summarization": ["_minutes.py"], "question_answering": ["_turns.py", "_context.py"]}.get(name, []),
        ]
        code = "".join((ROOT / "winnow" / "recipes" / module).read_text(encoding="utf-8") for module in modules)
        written = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', code))
        assert set(recipe.reasons) <= written, name


def test_no_file_knows_a_developers_machine() -> None:
    """No file of the repository holds an absolute path of the machine it was written on, this checkout's among them."""
    here = re.compile(rf"(?<![\w.]){re.escape(str(ROOT))}(?![\w-])")
    assert [name for name, text in texts() if _MACHINE.search(text) or here.search(text)] == []


def test_no_page_speaks_of_numbered_issues() -> None:
    """What the documentation says stands by itself: it refers to no issue, request or session by number."""
    said = re.compile(r"\b(?:issues?|tickets?|sessions?|PRs?|pull requests?) #?\d+\b", re.IGNORECASE)
    assert [page.name for page in pages() if said.search(page.read_text(encoding="utf-8"))] == []


def test_no_file_knows_a_package_index() -> None:
    """No file of the repository names the address of a package index, so that a lock works behind any."""
    assert [name for name, text in texts() if name not in MAY_NAME_AN_INDEX and _INDEX.search(text)] == []


def test_the_lock_is_pinned_by_hash() -> None:
    """Every requirement of both locks has one exact version and at least one hash."""
    for lock in ("requirements.lock", "requirements-installers.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        entries = re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:]
        assert entries
        assert [entry for entry in entries if "==" not in entry.split()[0] or "--hash=sha256:" not in entry] == []
