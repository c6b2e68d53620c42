"""Docstrings of installed libraries, read from their source files at run time: technical prose that this project did not write.

Belongs here: finding and choosing them. Nothing of them is stored, imported or run.
"""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from evaluation.gold import Gold

LIBRARIES = ("pyarrow", "numpy", "fsspec", "polars", "pydantic", "click", "jinja2", "starlette", "sqlalchemy", "dagster")
"""Under the Apache, MIT and BSD licences, and installed with the project or its development tools."""

WORDS = 3_000  # of each library at most, so that none decides the figure
MIN_WORDS = 25  # of a docstring: shorter ones are a summary line
_CREDITS = re.compile(
    r"author|copyright|contribut|written by|thanks|reference|et al|\bed\.|press|journal|@|://|\.com|:ref:|[A-Z]\. ?[A-Z][a-z]"
    r"|\b(?:alice|bob|john|jane|doe|smith|mary|peter|anna?|tom|jack|joe|ed|wendy|fred|squidward|sandy|patrick|spongebob|jones)\b"
    r"|\b(?:phone|birth|password|secret|token|email|address)",
    re.IGNORECASE,
)  # what may quote a person, or an example of personal data


def docstrings() -> list[Gold]:
    """Docstrings without credits, literature or examples of names: up to `WORDS` words of each of `LIBRARIES` that is there."""
    found: list[Gold] = []
    for library in LIBRARIES:
        words = 0
        for text in _texts(library):
            if words >= WORDS:
                break
            words += len(text.split())
            found.append(Gold(f"{library}-{len(found)}", text, (), "docstrings"))
    return found


def _texts(library: str) -> Iterator[str]:
    spec = importlib.util.find_spec(library)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for path in sorted(
        path for folder in folders for path in Path(folder).rglob("*.py") if "test" not in str(path.relative_to(folder))
    ):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):
            continue  # a template, or for another Python
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node) or ""
                if len(text.split()) >= MIN_WORDS and not _CREDITS.search(text):
                    yield text
