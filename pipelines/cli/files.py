"""`winnow extract`, `scrub` and `dedup`: one stage alone, on files, writing nothing else."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import EXIT_FAILED, JsonOption, app, console, print_table
from winnow.errors import UsageError

PANEL = "Stages alone, on files"

LINES_AT_ONCE = 512  # texts handed to the detector together; a name model is fastest on batches


@app.command(rich_help_panel=PANEL)
def extract(
    files: Annotated[list[Path], typer.Argument(help="Files of any format the pipeline reads.", show_default=False)],
    columns: Annotated[
        str | None, typer.Option(help="For tables: the columns to read, comma-separated. Others never become text.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="For tables: the columns that name a row, comma-separated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read files as the pipeline would, and show their text or why they would be quarantined.

    With --json: one object a file, a line each, with `blocks` (text and page or start/end), `rows` for a table, or `quarantine`
    (stage, reason, advice). Exits with 1 if any file would be quarantined.

    Example: [bold]winnow extract report.pdf --json | jq '.blocks[0]'[/]
    """
    from winnow.extract import extract_one  # noqa: PLC0415 - loads every reader
    from winnow.formats._base import ReadOptions, TableOptions  # noqa: PLC0415 - the same

    table = TableOptions(columns=_words(columns), key=_words(key)) if columns else None
    refused = False
    for path in files:
        found = extract_one(_bytes(path), path.name, ReadOptions(table=table))
        refused |= "quarantine" in found
        if as_json:
            sys.stdout.write(json.dumps({"file": str(path), **found}, ensure_ascii=False) + "\n")
        else:
            _show(path, found)
    if refused:
        raise typer.Exit(EXIT_FAILED)


def _show(path: Path, found: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(str(path))}[/]  {found.get('format') or 'unknown format'}")
    if "quarantine" in found:
        refusal = found["quarantine"]
        console.print(f"  [red]quarantined[/] at {refusal['stage']}: {refusal['reason']} ({refusal['advice']})")
        return
    for block in found["blocks"]:
        place = f"p.{block['page']}" if block.get("page") else f"{block.get('start', '')}"
        speaker = f"{block['speaker']}: " if block.get("speaker") else ""
        console.print(f"  [dim]{block['kind']:<10} {place:>7}[/]  {escape(speaker + block['text'])}", soft_wrap=True)
    for row in found.get("rows", ()):
        shown = (
            f"[red]{row['quarantine']['reason']}[/]"
            if "quarantine" in row
            else escape(json.dumps(_of_row(row), ensure_ascii=False))
        )
        console.print(f"  [dim]row {row['row_number']:>6}[/]  {shown}", soft_wrap=True)


def _of_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("title", "fields", "blocks") if row.get(name)}


@app.command(rich_help_panel=PANEL)
def scrub(
    file: Annotated[Path | None, typer.Argument(help="A text file, or - for standard input.", show_default=False)] = None,
    jsonl: Annotated[Path | None, typer.Option(help='Lines of {"id", "text"} instead of a text file.')] = None,
    out: Annotated[Path | None, typer.Option(help="Where the scrubbed lines go; default: standard output.")] = None,
    entities: Annotated[
        Path | None, typer.Option(help="Where the spans go: per id, [start, end, entity] in the original's characters.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what was found, by which recogniser and why.")] = False,
) -> None:
    """Replace personal data in a text, as the pipeline would.

    Example: [bold]echo 'Write to jane@example.com' | winnow scrub --explain -[/]

    Example: [bold]winnow scrub --jsonl in.jsonl --out out.jsonl --entities spans.jsonl[/]
    """
    from winnow.detect import build_detector  # noqa: PLC0415 - loads Presidio

    if (file is None) == (jsonl is None):
        raise UsageError("say either a text file (or - for standard input) or --jsonl IN")
    detect = build_detector(_detector_config())
    if jsonl is not None:
        _scrub_lines(jsonl, out, entities, detect)
    else:
        assert file is not None
        _scrub_text(file, out, entities, detect, explain=explain)


def _detector_config() -> Any:
    """The catalog's detector where there is a catalog, else the default one."""
    from resources.workspace import catalog_path  # noqa: PLC0415 - loads the adapters
    from winnow.detect import DetectorConfig  # noqa: PLC0415 - loads Presidio

    if not catalog_path().is_file():
        return DetectorConfig()
    from resources.catalog import load_catalog  # noqa: PLC0415 - loads every plug-in

    return load_catalog(catalog_path()).pii


def _scrub_text(file: Path, out: Path | None, entities: Path | None, detect: Any, *, explain: bool) -> None:
    from winnow.scrub import explain as explanation  # noqa: PLC0415 - loads Presidio
    from winnow.scrub import scrub_texts  # noqa: PLC0415 - the same

    text = sys.stdin.read() if str(file) == "-" else _bytes(file).decode("utf-8", "replace")
    ((scrubbed, spans),) = scrub_texts([text], detect)
    if explain:
        # The text is the user's own, on the user's own terminal; nothing of it is kept.
        rows = [(text[span.start : span.end], span.entity, f"{span.score:.2f}", explanation(span)) for span in spans]
        print_table(f"{len(spans)} found", ("text", "entity", "score", "why"), rows)
        return
    _write(out, scrubbed)
    if entities is not None:
        _write(entities, json.dumps([[span.start, span.end, span.entity] for span in spans]) + "\n")


def _scrub_lines(jsonl: Path, out: Path | None, entities: Path | None, detect: Any) -> None:
    from winnow.scrub import scrub_texts  # noqa: PLC0415 - loads Presidio

    with _opened(out) as scrubbed_lines, _opened(entities, discard=True) as span_lines:
        for chunk in _chunks(_records(jsonl)):
            results = scrub_texts([text for _, text in chunk], detect)
            for (name, _), (scrubbed, spans) in zip(chunk, results, strict=True):
                scrubbed_lines.write(json.dumps({"id": name, "text": scrubbed}, ensure_ascii=False) + "\n")
                places = [[span.start, span.end, span.entity] for span in spans]
                span_lines.write(json.dumps({"id": name, "entities": places}, ensure_ascii=False) + "\n")


@app.command(rich_help_panel=PANEL)
def dedup(
    file: Annotated[Path, typer.Argument(help='A JSONL file with lines of {"id", "text"}.', show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Where the decisions go; default: standard output.")] = None,
    threshold: Annotated[float, typer.Option(min=0.5, max=1.0, help="Jaccard similarity from which two texts are one.")] = 0.8,
) -> None:
    """Say which lines of a file are exact or near duplicates, and of which line.

    Writes one line of `id`, `group`, `kept`, `reason`, `keeper` and `similarity` for each line read.

    Example: [bold]winnow dedup tickets.jsonl --threshold 0.8 > decisions.jsonl[/]
    """
    from winnow.dedup import deduplicate_texts  # noqa: PLC0415 - loads numpy

    names, texts = [], []
    for name, text in _records(file):
        names.append(name)
        texts.append(text)
    try:
        decisions = deduplicate_texts([str(name) for name in names], texts, threshold)
    except ValueError as error:
        raise UsageError(f"{file.name}: {error}; give every line an id of its own") from None
    by_id = {row["example_id"]: row for row in decisions.to_pylist()}
    with _opened(out) as lines:
        for name in names:
            row = by_id[str(name)]
            kept = row["reason"] is None
            line = {"id": name, "group": row["group"], "kept": kept, "reason": row["reason"], "keeper": row["keeper"]}
            similarity = None if row["similarity"] is None else round(row["similarity"], 4)
            lines.write(json.dumps({**line, "similarity": similarity}, ensure_ascii=False) + "\n")


def _records(path: Path) -> Iterator[tuple[Any, str]]:
    """``(id, text)`` of every line; UsageError names the line that is not what it should be."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                    yield record["id"], str(record["text"])
                except (ValueError, KeyError, TypeError):
                    raise UsageError(f'line {number}: expected a JSON object with "id" and "text"') from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _chunks(records: Iterator[tuple[Any, str]]) -> Iterator[list[tuple[Any, str]]]:
    chunk: list[tuple[Any, str]] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == LINES_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _opened(path: Path | None, *, discard: bool = False) -> Any:
    """``path`` for writing, standard output without one, or, with ``discard``, nowhere."""
    if path is not None:
        return path.open("w", encoding="utf-8")
    return Path(os.devnull).open("w", encoding="utf-8") if discard else contextlib.nullcontext(sys.stdout)


def _write(path: Path | None, text: str) -> None:
    with _opened(path) as file:
        file.write(text)
