"""`winnow prompt`: a new input in the frame that a task's models were trained in."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli._app import JsonOption, app, print_json, workspace
from pipelines.cli.releases import PANEL, named
from winnow.errors import UsageError, VersionError

if TYPE_CHECKING:
    from winnow.exports import Export, Rules

CHAT = "chat"


@app.command(rich_help_panel=PANEL)
def prompt(
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task, by its name.", show_default=False)],
    text: Annotated[
        str,
        typer.Argument(metavar="[INPUT]", help="The new input; - or nothing: standard input, as UTF-8.", show_default=False),
    ] = "-",
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="As this format of the task; default: chat, else its first.", show_default=False
        ),
    ] = None,
    version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="By this version's rules; default: the latest.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """What to ask a trained model: a new input, byte for byte as training rendered it.

    Where the format is one text, that text is printed and nothing behind it, not even a line break; where it is messages, one line of
    JSON. Personal data in the input is not replaced: `winnow scrub` does that first, as it was done in training.

    With --json: `version`, `task`, `format`, `prompt` (the record without its answer), `text` (null where the model's own chat
    template makes it), `stop`, `max_tokens`, `changed` (names of what was neutralised) and `cut`.

    Example: [bold]winnow prompt ticket_topics "The pump is loud." --format completion[/]
    """
    from assets.trace import latest_version  # noqa: PLC0415 - loads Dagster
    from winnow.exports import exports  # noqa: PLC0415 - loads Arrow

    space = workspace()
    version = named(space, version) if version else latest_version(space)
    chosen, rules = _rules(space.releases.version_path(version), task, form)
    given = _given(text)
    shown = _shown(exports()[chosen], given, rules)
    if as_json:
        print_json({"version": version, "task": task, "format": chosen, **shown})
        return
    line = json.dumps(shown["prompt"], ensure_ascii=False, separators=(",", ":")) + "\n"
    sys.stdout.write(line if shown["text"] is None else shown["text"])
    sys.stdout.flush()


def _given(text: str) -> str:
    """The input without white space around it, which no example has either; UsageError if there is none."""
    try:
        content = sys.stdin.buffer.read() if text == "-" else text.encode("utf-8", "surrogateescape")
        text = content.decode()
    except UnicodeDecodeError:
        raise UsageError("the input is not UTF-8; convert it, for instance with iconv") from None
    if not text.strip():
        raise UsageError("there is no input; give it as an argument or on standard input")
    return text.strip()


def _rules(folder: Path, task: str, form: str | None) -> tuple[str, dict[str, Any]]:
    """The format's name and its rules in a version; UsageError if the version has no such task or format of it."""
    path = folder / "data" / task / "inference.json"
    if task != Path(task).name or not path.is_file():
        tasks = sorted(path.parent.name for path in folder.glob("data/*/inference.json"))
        raise UsageError(f"version {folder.name} has no task {task!r}; it has {', '.join(tasks)}")
    try:
        formats = json.loads(path.read_bytes())["formats"]
    except (ValueError, KeyError, TypeError):
        raise VersionError(f"inference.json of {task} in version {folder.name} is damaged; `winnow verify` says more") from None
    name = form or (CHAT if CHAT in formats else min(formats))
    if name not in formats:
        raise UsageError(f"{task} has no format {name!r} in version {folder.name}; it has {', '.join(sorted(formats))}")
    return name, formats[name]


def _shown(export: "Export", text: str, rules: "Rules") -> dict[str, Any]:
    record = export.prompt(text, rules)
    return {
        "prompt": record,
        "text": export.rendered(record, rules) if export.rendered else None,
        "stop": rules.get("stop"),
        "max_tokens": rules.get("max_tokens"),
        "changed": sorted(export.changed({"input": text, "target": ""})),
        "cut": export.cuts_short({"input": text}, record, rules),
    }
