"""The parts of the documentation that are written from the code: tables of keys, commands, reasons, entities, checks.

Each part stands in a page between two comments that name it. ``python -m tests.documentation.reference`` writes them all anew;
`tests/test_docs.py` fails while one differs from the code. What belongs here: tables. What does not: sentences, which people write.
"""

import datetime as dt
import enum
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assets import sets
from assets.audit import CHECKS as AUDIT_CHECKS
from assets.checks import CHECKS
from assets.graph import build_assets
from pipelines.cli import _app
from resources import catalog as catalogs
from resources.raw_zone import ENTRIES
from resources.sources import Source, kinds
from winnow.compare import CAUSES
from winnow.detect import available
from winnow.examples import COMMON_REASONS
from winnow.formats import _spoken, formats
from winnow.notes import MARKERS, NOTES
from winnow.quality.signals import SIGNALS, Signal
from winnow.reasons import QUALITY, QUARANTINE
from winnow.recipes import recipes
from winnow.report import ADVICE
from winnow.schemas import SPLITS
from winnow.tasks import Balance, Task

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DEMO = DOCS / "examples" / "demo.yaml"

_BLOCK = re.compile(r"(<!-- begin (?P<name>[a-z_:]+) -->\n)(?P<body>.*?)(<!-- end (?P=name) -->)", re.DOTALL)

_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", dt.date: "day", Any: "value"}

_BOUNDS = {Ge: ("ge", "≥"), Gt: ("gt", ">"), Le: ("le", "≤"), Lt: ("lt", "<")}


def pages() -> list[Path]:
    """Every Markdown page of the repository that people read."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines)


def code(text: str) -> str:
    """``text`` as inline code."""
    return f"`{text}`"


# --- the catalog


def models() -> dict[str, type[BaseModel]]:
    """Every part of the catalog by the path at which it stands, but for what recipes add (see `recipe`)."""
    found: dict[str, type[BaseModel]] = {"the file": catalogs.Catalog}
    for name, field in catalogs.Catalog.model_fields.items():
        if name not in {"sources", "tasks"}:
            found |= _below(name, field.annotation)
    found["sources[]"] = Source
    for name, field in Source.model_fields.items():
        found |= _below(f"sources[].{name}", field.annotation)
    for model, names in _shared_by_kinds().items():
        found[f"sources[], kinds {' and '.join(names)}"] = model
    for kind in kinds().values():
        found[f"sources[], kind {kind.name}"] = kind.options
        for name, field in kind.options.model_fields.items():
            if name not in Source.model_fields:
                found |= _below(f"sources[].{name}", field.annotation)
    found["tasks[]"] = Task
    found["tasks[].balance"] = Balance
    for name, field in Balance.model_fields.items():
        found |= _below(f"tasks[].balance.{name}", field.annotation)
    for recipe in recipes().values():
        for name, field in recipe.task.model_fields.items():
            if name not in Task.model_fields:
                found |= _below(f"tasks[].{name}", field.annotation)
    return found


def _shared_by_kinds() -> dict[type[BaseModel], list[str]]:
    """What only some kinds of source share, with those kinds."""
    found: dict[type[BaseModel], list[str]] = {}
    for kind in kinds().values():
        for base in kind.options.__mro__[1:]:
            if issubclass(base, Source) and base is not Source:
                found.setdefault(base, []).append(kind.name)
    return found


def _below(path: str, annotation: Any) -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    below = _models(annotation)
    for model in below:
        kind = model.model_fields.get("kind")
        found[path if len(below) == 1 or kind is None else f"{path}, kind {kind.default}"] = model
        for name, field in model.model_fields.items():
            found |= _below(f"{path}.{name}", field.annotation)
    return found


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def meaning(name: str, field: FieldInfo) -> str:
    """What a key is for: its description, else what its block says of itself; empty if nobody said."""
    if field.description:
        return field.description
    if name == "kind":
        return "which kind it is"
    nested = _models(field.annotation)
    return _first_sentence(nested[0].__doc__) if len(nested) == 1 else ""


def _first_sentence(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].replace("\n", " ").replace("``", "`").strip()


def _type(annotation: Any) -> str:  # noqa: PLR0911 - one line a kind of annotation
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(parts[0])
    if origin is typing.Literal:
        return " or ".join(code(str(part)) for part in parts)
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_type(part) for part in parts if part is not type(None)))
    if origin is tuple:
        inner = _type(parts[0])
        return f"list of {inner}" if Ellipsis in parts else " and ".join(_type(part) for part in parts)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{_type(parts[0])} → {_type(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return " or ".join(code(str(member.value)) for member in annotation)
    return _PLAIN.get(annotation, "block")


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _bounds(field: FieldInfo) -> str:
    said = []
    for rule in field.metadata:
        for kind, (attribute, sign) in _BOUNDS.items():
            if isinstance(rule, kind):
                said.append(f"{sign} {_number(getattr(rule, attribute))}")
        if isinstance(rule, MinLen):
            said.append(f"at least {rule.min_length}")
    return f", {', '.join(said)}" if said else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default_factory() if field.default_factory is not None else field.default
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, BaseModel):
        return ""
    if isinstance(value, tuple):
        return code("[" + ", ".join(map(str, value)) + "]")
    return code(str(value).lower() if isinstance(value, bool) else str(value))


def _said(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    """What a key's value may be; each kind of source says its own name."""
    if model is Source and name == "kind":
        return " or ".join(map(code, kinds()))
    return _type(field.annotation) + _bounds(field)


def keys(model: type[BaseModel], leave_out: Iterable[str] = ()) -> str:
    """The table of one block's keys."""
    hidden = set(leave_out)
    rows = [
        (code(name), _said(model, name, field), _default(field), meaning(name, field))
        for name, field in model.model_fields.items()
        if name not in hidden
    ]
    return table(("key", "value", "default", "meaning"), rows)


def catalog_reference() -> str:
    """Every block of the catalog with its keys; what a kind of source shares with others stands there alone."""
    found = models()
    shared = [model for model in found.values() if issubclass(model, Source)]
    parts = []
    for path, model in found.items():
        above = {name for base in shared if base is not model and issubclass(model, base) for name in base.model_fields}
        parts.append(f"### {path}\n\n{_first_sentence(model.__doc__)}\n\n{keys(model, above)}")
    return "\n".join(parts)


def recipe(name: str) -> str:
    """What one recipe adds to a task, and why it refuses a candidate."""
    found = recipes()[name]
    own = keys(found.task, set(Task.model_fields))
    reasons = table(("refused as", "what to do"), [(code(reason), advice) for reason, advice in sorted(found.reasons.items())])
    return f"{own}\n{reasons}"


# --- the rest


def commands() -> str:
    """Every command by panel, with its arguments and options."""
    panels: dict[str, list[str]] = {}
    for name, command in cli().commands.items():
        rows = [(_signature(parameter), _help(parameter)) for parameter in command.params if parameter.name != "help"]
        text = re.sub(r"\[/?[a-z]*\]", "", (command.help or "")).replace("\\[", "[").strip()
        said, _, example = text.partition("Example: ")
        paragraphs = "\n\n".join(" ".join(part.split()) for part in said.strip().split("\n\n"))
        examples = "".join(
            f"    {' '.join(part.partition('  (')[0].split())}\n" for part in example.split("Example: ") if part.strip()
        )
        options = f"\n{table(('option', 'meaning'), rows)}" if rows else ""
        panels.setdefault(command.rich_help_panel, []).append(f"### {name}\n\n{paragraphs}\n\n{examples}{options}")
    return "\n".join(f"## {panel}\n\n" + "\n".join(found) for panel, found in panels.items())


def cli() -> Any:
    """The command line as a group of commands."""
    return _app.command_line()


def _signature(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return code(str(parameter.name).upper() + ("" if parameter.required else " (optional)"))
    metavar = "" if parameter.is_flag else f" {parameter.metavar or str(parameter.name).upper()}"
    return code(parameter.opts[0] + metavar) + (" (required)" if parameter.required else "")


def _help(parameter: Any) -> str:
    default = parameter.default if isinstance(parameter.default, int | float | str) else None
    shown = f" Default: {default}." if default not in (None, "", False) and "efault" not in (parameter.help or "") else ""
    return (getattr(parameter, "help", "") or "").replace("\\[", "[") + shown


def exit_codes() -> str:
    """What each exit code tells."""
    found = re.findall(r"^(\d+) +(\S.*)$", _app.EXIT_CODES, re.MULTILINE)
    assert {int(number) for number, _ in found} >= {0, _app.EXIT_FAILED, _app.EXIT_USAGE, _app.EXIT_BLOCKED, _app.EXIT_LOCKED}
    return table(("code", "meaning"), found)


def places() -> str:
    """What lies where in the home: text and names first; who clears it, and who may read it."""
    rows = [(code(entry.pattern), entry.kind, entry.holds, entry.cleared_by, code(f"{entry.mode:04o}")) for entry in ENTRIES]
    return table(("place", "text", "what", "cleared by", "mode"), rows)


def assets() -> str:
    """Every asset in the order of the line."""
    graph = build_assets(catalogs.load_catalog(DEMO, {"LANDING": "/landing"}))
    rows = []
    for definition in graph.assets:
        for key in sorted(
            definition.keys, key=lambda key: SPLITS.index(key.to_user_string()) if len(definition.keys) > 1 else 0
        ):
            spec = definition.specs_by_key[key]
            daily = "daily" if spec.partitions_def else "all days"
            rows.append((code(key.to_user_string()), str(spec.group_name), daily, " ".join((spec.description or "").split())))
    return table(("asset", "group", "made for", "what it is"), rows)


def checks() -> str:
    """The checks that block a publication."""
    rows = [(code(name), _first_sentence(check.__doc__)) for name, check in CHECKS.items()]
    rows += [(code(name), description) for name, (description, _) in AUDIT_CHECKS.items()]
    return table(("check", "what must hold"), rows)


A_DOCUMENT = {
    "bluesky": "a post",
    "chat": "a file, or a day",
    "confluence": "a page",
    "eml": "a mail, and each attachment",
    "feed": "an entry",
    "jats": "an article",
    "mastodon": "a post",
    "mbox": "a mail, and each attachment",
    "reddit": "a post or comment",
    "slack": "a thread, or a day",
    "teams": "a thread, or a day",
    "xlsx": "a row; without `table:` a file",
    "zip": "what each file in it is",
}
"""What a document is in formats whose documents are neither files nor rows."""


def format_table() -> str:
    """Every format with its suffixes and libraries."""
    rows = [
        (
            f"[{name}](#{name})",
            ", ".join(map(code, form.suffixes)),
            A_DOCUMENT.get(name, "a row" if form.tabular else "a file"),
            ", ".join(form.versions()) or "none",
        )
        for name, form in formats().items()
    ]
    return table(("format", "suffixes", "a document is", "libraries"), rows)


def notes() -> str:
    """What readers count of what they leave out, mend or suspect; marks of transcripts are one line."""
    kinds_of_marks = ", ".join(sorted({*_spoken._EVENTS, "other"}))
    rows = [(code(name), meaning) for name, meaning in NOTES.items()]
    rows.append((code(f"{MARKERS}…"), f"marks of transcribers and recognisers by their kind; left out: {kinds_of_marks}"))
    return table(("note", "what it counts"), rows)


def quarantine() -> str:
    """Why an object or row is put aside."""
    return table(("reason", "what to do"), [(code(reason), advice) for reason, advice in QUARANTINE.items()])


def common_reasons() -> str:
    """Refusals that any recipe may give, and those of the set stages."""
    reasons = {**COMMON_REASONS, **sets.REASONS, **ADVICE}
    return table(("reason", "what to do"), [(code(reason), advice) for reason, advice in reasons.items()])


def recognizers() -> str:
    """Every entity with the ways in which it is found."""
    rows = [
        (code(found.entities[0]), code(f"{name}:{rule.name}"), rule.why, f"{rule.score:.2f}")
        for name, found in available().items()
        for rule in found.rules
    ]
    return table(("entity", "rule", "found is", "score"), rows)


def causes() -> str:
    """The causes that `winnow diff` names."""
    return table(("cause", "what happened"), [(code(cause), text) for cause, text in CAUSES.items()])


def signals() -> str:
    """Every quality signal with its limits."""
    rows = [(code(name), signal.family, _limits(signal), QUALITY[name].partition(";")[0]) for name, signal in SIGNALS.items()]
    return table(("signal", "family", "is well", "flagged means"), rows)


def _limits(signal: Signal) -> str:
    least, most = (">", "<") if signal.leaves_at_limit else ("≥", "≤")
    said = [f"{sign} {limit:g}" for sign, limit in ((least, signal.low), (most, signal.high)) if limit is not None]
    return ", ".join(said) or "no limit until the catalog gives one"


BLOCKS: dict[str, Callable[[], str]] = {
    "assets": assets,
    "catalog": catalog_reference,
    "causes": causes,
    "checks": checks,
    "commands": commands,
    "common_reasons": common_reasons,
    "exit_codes": exit_codes,
    "formats": format_table,
    "notes": notes,
    "places": places,
    "quarantine": quarantine,
    "recognizers": recognizers,
    "signals": signals,
    **{f"recipe:{name}": (lambda name=name: recipe(name)) for name in recipes()},
}
"""Every part that is written from the code, by the name that stands in its comments."""


def blocks_of(page: str) -> Iterator[tuple[str, str]]:
    """Name and text of each such part in ``page``."""
    for match in _BLOCK.finditer(page):
        yield match["name"], match["body"]


def current(name: str) -> str:
    """The text that should stand between the comments called ``name``."""
    return f"\n{BLOCKS[name]().strip()}\n\n"


def main() -> None:
    """Write every part anew, and the JSON schema beside them."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        new = _BLOCK.sub(lambda match: f"{match[1]}{current(match['name'])}{match[4]}", text)
        if new != text:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
