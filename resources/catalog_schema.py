"""The catalog's fields as a JSON schema for editors, and as suggestions for a misspelt one."""

import difflib
import json
import sys
import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

REFERENCE = {"type": "string", "pattern": r"\$\{(env|file):[^}]+\}"}


def with_references(schema: Any) -> Any:
    """``schema`` where a number, a boolean or a bounded text may also be a reference such as ``${env:WORKERS:-4}``."""
    if isinstance(schema, list):
        return [with_references(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    built = {name: with_references(part) for name, part in schema.items()}
    kind = schema.get("type")
    bounded = kind == "string" and bool(schema.keys() & {"pattern", "format", "minLength"})
    if bounded or (isinstance(kind, str) and kind in {"integer", "number", "boolean"}):
        outer = {name: built.pop(name) for name in ("title", "description", "default") if name in built}
        return outer | {"anyOf": [built, REFERENCE]}
    return built


def suggestion(model: type[BaseModel], value: Any, where: Sequence[str | int]) -> str:
    """`` (did you mean `licence`?)`` for the unknown field at the end of ``where``; empty if none is close."""
    fields = _fields(model, value, where[:-1])
    close = difflib.get_close_matches(str(where[-1]), sorted(fields), 1) if where else []
    return f" (did you mean `{close[0]}`?)" if close else ""


def _fields(annotation: Any, value: Any, where: Sequence[str | int]) -> set[str]:
    """The fields that may stand at ``where`` below a value of type ``annotation``."""
    models = [model for model in _models(annotation) if _is_kind(model, value)]
    if not where:
        return {name for model in models for name in model.model_fields}
    step, *rest = where
    below = value[step] if isinstance(value, dict) and step in value else None
    if isinstance(value, list) and isinstance(step, int):
        return _fields(annotation, value[step], rest)
    found: set[str] = set()
    for model in models:
        if step in model.model_fields:
            found |= _fields(model.model_fields[str(step)].annotation, below, rest)
    return found


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Every model that ``annotation`` names, however deep in unions, tuples and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _is_kind(model: type[BaseModel], value: Any) -> bool:
    """Whether ``value`` may be a ``model``, by its ``kind``."""
    kind = model.model_fields.get("kind")
    if kind is None or not isinstance(value, dict) or "kind" not in value:
        return True
    names = typing.get_args(kind.annotation)
    return not names or value["kind"] in names


def main() -> None:
    """Print the schema as ``docs/catalog.schema.json`` holds it; ``make schema`` writes it there."""
    from resources.catalog import Catalog  # noqa: PLC0415 - that module imports this one

    sys.stdout.write(json.dumps(Catalog.json_schema(), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
