"""The list of notes is whole: what readers name is on it, and each has its sentence."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import winnow.formats
from winnow.extract import extract_one
from winnow.formats import ReadOptions, TableOptions, formats
from winnow.languages import UNSUPPORTED
from winnow.notes import NOTES, OTHER, known

SAMPLES: dict[str, bytes] = {
    name: content
    for path in sorted(Path(__file__).parent.glob("formats/samples*.py"))
    for name, content in getattr(importlib.import_module(f"tests.winnow.formats.{path.stem}"), "SAMPLES", {}).items()
}

READERS = sorted(Path(next(iter(winnow.formats.__path__))).glob("*.py"))


def _is_notes(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name == "notes"


def _words(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, where they stand there themselves."""
    if isinstance(node, ast.IfExp):
        yield from (*_words(node.body), *_words(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            yield from _words(key) if key is not None else ()


def _named(tree: ast.AST) -> Iterator[str]:
    """Names that code gives to notes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_notes(node.value):
            yield from _words(node.slice)
        elif isinstance(node, ast.keyword) and node.arg == "notes":
            yield from _words(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            into_notes = node.func.attr == "dropped" or (node.func.attr == "update" and _is_notes(node.func.value))
            yield from _words(node.args[0]) if into_notes and node.args else ()


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.stem)
def test_every_note_that_a_reader_names_is_on_the_list(path: Path) -> None:
    """A reader counts nothing under a name that nobody explains."""
    assert [name for name in _named(ast.parse(path.read_text(encoding="utf-8"))) if not known(name)] == []


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_note_of_a_sample_is_on_the_list(name: str) -> None:
    """What a reader notes when it reads its sample is explained, however the name came about."""
    content = SAMPLES[name]
    suffix = formats()[name].suffixes[0]
    for options in (ReadOptions(), ReadOptions(table=TableOptions(columns=("text",), key=("id",)))):
        found = extract_one(content, f"sample{suffix}", options)
        assert [note for note in found.get("notes", {}) if not known(note)] == []


def test_every_note_has_a_sentence() -> None:
    """Each note says what it counts, and is a plural noun in snake case that is no document's words."""
    assert [name for name, meaning in NOTES.items() if len(meaning.split()) < 3] == []
    assert [name for name in NOTES if not name.replace("_", "").isalpha() or name != name.lower()] == []


def test_what_is_not_on_the_list_is_not_known() -> None:
    """Only the list and the marks of transcripts are known; the scrubber's note is on it."""
    assert known("marker_laughter")
    assert known(UNSUPPORTED)
    assert not known("Ann")
    assert not known(OTHER)
