"""`winnow extract`, `scrub` and `dedup`: one stage alone, on files, writing nothing else."""

import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import EXIT_FAILED, FLAG, JsonOption, app, console, errors, print_table
from pipelines.cli._inputs import lines_of, require_files
from winnow.errors import UsageError

PANEL = "Stages alone, on files"

NAME_COLUMNS = "this is a table; name the columns that become text: --columns text,category"

LINES_AT_ONCE = 512  # texts handed to the detector together; a name model is fastest on batches

EXCERPT_CHARS = 40  # of a span that a terminal shows


class Policy(StrEnum):
    """What a text may keep, see `winnow.detector_config.DetectorConfig`."""

    corporate = "corporate"
    strict = "strict"


@app.command(rich_help_panel=PANEL)
def extract(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Files of any format the pipeline reads.", show_default=False)
    ],
    columns: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="For tables: the columns to read, comma-separated. Others never become text."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="For tables: the columns that name a row, comma-separated.")
    ] = None,
    keep_hidden: Annotated[
        bool,
        typer.Option("--keep-hidden", help="Keep text that nobody sees on the page; else it is counted and left out.", **FLAG),
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Recognise the text of pages that are pictures; needs the program tesseract.", **FLAG)
    ] = False,
    as_json: JsonOption = False,
) -> None:
    r"""Read files as the pipeline would, and show their text or why they would be quarantined.

    They are read as in the pipeline, by processes with limits on memory, time and files and without a network: a file that breaks its
    reader is one that would be quarantined.

    With --json: one object a file, a line each, with `format`, `title`, `day` (that its text gives itself, or a row's column, if one
    does), `blocks` (text and page or start/end), `rows` for a table, `parts` (`name`, `format`, `blocks` …) for what is a document of
    its own in it (an attachment, a file of an archive, a thread, a post), and `notes` (what the reader removed or repaired), or
    `quarantine` (stage, reason, advice). Exits with 1 if any file would be quarantined.

    Example: [bold]winnow extract report.pdf --json | jq '.blocks\[0]'[/]

    Example: [bold]winnow extract tickets.csv --columns text,category --key id[/]
    """
    from winnow.formats._base import Reading, ReadOptions, TableOptions  # noqa: PLC0415 - loads what readers share

    table = TableOptions(columns=_words(columns), key=_words(key)) if columns else None
    reading = Reading(hidden_text="keep" if keep_hidden else "drop", ocr="auto" if ocr else "off")
    refused = False
    require_files(files, standard_input=True)
    for path, founds in _read(files, ReadOptions(table=table, reading=reading)):
        reason, kind, documents = _told(founds)
        if reason is not None:
            refused = True
            refusal = _refusal(reason, named=table is not None)
            if as_json:
                _print_line({"file": str(path), "format": kind, "quarantine": refusal})
            else:
                _head(path, kind)
                console.print(f"  [red]quarantined[/] at {refusal['stage']}: {refusal['reason']} ({refusal['advice']})")
        elif as_json:
            sys.stdout.writelines(_json_pieces(path, kind, documents))
        else:
            _head(path, kind)
            for document in documents:
                _show(document)
    if refused:
        raise typer.Exit(EXIT_FAILED)


def _read(files: list[Path], options: Any) -> Iterator[tuple[Path, Iterator[Any]]]:
    """Each of ``files`` with what confined readers found in it (`resources.engine.Found`), in order."""
    from resources.engine import Engine, Object, ObjectStage, cores  # noqa: PLC0415 - loads Arrow

    with Engine(min(len(files), cores())) as engine:
        engine.warm_up()  # it imports the readers while this process imports the following
        from winnow.extract import object_reader, require_programs  # noqa: PLC0415 - loads Arrow
        from winnow.schemas import DOCUMENTS  # noqa: PLC0415 - the same
        from winnow.sealed import SourceReading, require_claim  # noqa: PLC0415 - the same

        reading = SourceReading(read=options)
        require_programs([reading])
        objects = (
            Object(
                {"source": "", "key": path.name}, path.stat().st_size, partial(_bytes, path), reading.starts_programs, number
            )
            for number, path in enumerate(files)
        )
        stage = ObjectStage(object_reader, {"": reading}, DOCUMENTS, require_claim)
        for number, founds in groupby(engine.map_objects(stage, objects), lambda found: found.object.ticket):
            yield files[number], founds


def _told(founds: Iterator[Any]) -> tuple[str | None, str, Iterator[Any]]:
    """Why the file could not be read, if so, its format and its documents."""
    from winnow.documents import from_batch  # noqa: PLC0415 - loads Arrow

    first = next(founds)
    if first.rows is None:
        return first.reason, first.kind, iter(())
    documents = from_batch(first.rows)
    others = (document for found in founds for document in from_batch(found.rows))
    return documents[0].reason if _section(documents[0]) == "blocks" else None, first.kind, chain(documents, others)


def _section(document: Any) -> str:
    """Where ``document`` is shown: ``blocks`` for the object as a whole, ``rows`` for one of a table, ``parts`` for any other."""
    if document.row_number is not None:
        return "rows"
    return "parts" if document.document_id else "blocks"


def _refusal(reason: str, *, named: bool) -> dict[str, str]:
    from winnow.extract import quarantine  # noqa: PLC0415 - loads Arrow

    refusal = quarantine(reason)
    return refusal if named or reason != "missing_columns" else {**refusal, "advice": NAME_COLUMNS}


def _json_pieces(path: Path, kind: str, documents: Iterable[Any]) -> Iterator[str]:
    """One line of JSON in pieces, however many rows or parts there are; a file has the one or the other."""
    from winnow.extract import plain_block, plain_day, plain_part, plain_row  # noqa: PLC0415 - loads Arrow

    notes: Counter[str] = Counter()
    titles: list[str] = []
    days: dict[str, str] = {}
    yield f'{{"file": {_json(str(path))}, "format": {_json(kind)}, "blocks": ['
    begun, section = False, "blocks"
    for document in documents:  # the whole object's come first
        notes.update(document.notes)
        found = _section(document)
        if found == "blocks":
            titles.append(document.title)
            days = days or plain_day(document)
            plain: list[Any] = list(map(plain_block, document.blocks))
        else:
            plain = [(plain_row if found == "rows" else plain_part)(document)]
        if found != "blocks" and section == "blocks":
            yield f'], "{found}": ['
            begun, section = False, found
        for value in plain:
            yield f"{', ' if begun else ''}{_json(value)}"
            begun = True
    told = {"title": "".join(titles[:1]), **days, "notes": dict(sorted(notes.items()))}
    yield f"], {_json(told)[1:]}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_line(value: Any) -> None:
    """``value`` as a line of JSON."""
    sys.stdout.write(f"{_json(value)}\n")


def _head(path: Path, kind: str) -> None:
    console.print(f"[bold]{escape(str(path))}[/]  {kind or 'unknown format'}")


def _show(document: Any) -> None:
    from winnow.extract import plain_block, plain_part, plain_row  # noqa: PLC0415 - loads Arrow

    if _section(document) == "parts":
        refusal = plain_part(document).get("quarantine")
        named = f"{escape(document.name or 'part')}  {document.format}"
        console.print(f"  [bold]{named}[/]" + (f"  [red]{refusal['reason']}[/]" if refusal else ""))
    if document.row_number is not None:
        row = plain_row(document)
        refusal = row.get("quarantine")
        shown = f"[red]{refusal['reason']}[/]" if refusal else escape(_json(_of_row(row)))
        console.print(f"  [dim]row {row['row_number']:>6}[/]  {shown}", soft_wrap=True)
        return
    for block in map(plain_block, document.blocks):
        place = f"p.{block['page']}" if block.get("page") else f"{block.get('start', '')}"
        speaker = f"{block['speaker']}: " if block.get("speaker") else ""
        console.print(f"  [dim]{block['kind']:<10} {place:>7}[/]  {escape(speaker + block['text'])}", soft_wrap=True)


def _of_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("title", "fields", "blocks") if row.get(name)}


@app.command(rich_help_panel=PANEL)
def scrub(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE|-", help="Text files, or - for standard input.", show_default=False)
    ] = None,
    jsonl: Annotated[
        Path | None, typer.Option(metavar="IN", help='Lines of {"id", "text"} instead of text files; - for standard input.')
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Where the scrubbed text goes; default: standard output.")
    ] = None,
    entities: Annotated[
        Path | None,
        typer.Option(metavar="SPANS", help=r"Where the spans go: per id, \[start, end, entity] in the original's characters."),
    ] = None,
    policy: Annotated[
        Policy | None,
        typer.Option(
            help="What goes: `strict` takes dates, quantities, places and organisations too. Default: the catalog's, else corporate.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the scrubbed text, then what was found where, by what and why.", **FLAG)
    ] = False,
) -> None:
    r"""Replace personal data in texts, as the pipeline would.

    With a catalog its detector searches, and its name model; without one all that winnow has. Nothing is kept of the texts.

    The spans are one line for each id, or for each file by its path: {"id": …, "entities": \[\[start, end, entity], …]}.

    Example: [bold]echo 'Write to jane@example.com' | winnow scrub --explain -[/]

    Example: [bold]winnow scrub --policy strict letter.txt[/]

    Example: [bold]winnow scrub --jsonl in.jsonl --out out.jsonl --entities spans.jsonl[/]
    """
    from winnow.detect import build_detector  # noqa: PLC0415 - loads Presidio

    if (not files) == (jsonl is None):
        raise UsageError("say either text files (or - for standard input) or --jsonl IN")
    if explain and (jsonl or out or entities):
        raise UsageError("--explain only shows what was found; leave --jsonl, --out and --entities away")
    inputs = [*(files or ()), *([jsonl] if jsonl else ())]
    require_files(inputs, standard_input=True)
    _require_apart(inputs, out, entities)
    detect = build_detector(*_detector(policy))
    if explain:
        _explain(files or [], detect)
    elif jsonl is not None:
        _scrub_lines(jsonl, out, entities, detect)
    else:
        _scrub_texts(files or [], out, entities, detect)


def _detector(policy: Policy | None) -> tuple[Any, Any]:
    """Configuration and name model: the catalog's where there is a catalog, else the default ones."""
    from resources.models import model_factory  # noqa: PLC0415 - beside its use
    from resources.places import catalog_path  # noqa: PLC0415 - the same
    from winnow.detector_config import DetectorConfig  # noqa: PLC0415 - loads Presidio

    config = DetectorConfig()
    if catalog_path().is_file():
        from resources.catalog import load_catalog  # noqa: PLC0415 - loads every plug-in

        config = load_catalog(catalog_path()).pii
    if policy is not None:
        config = config.model_copy(update={"policy": policy.value})
    return config, model_factory(config)


def _explain(files: list[Path], detect: Any) -> None:
    from winnow.detect import is_guess  # noqa: PLC0415 - loads Presidio
    from winnow.scrub import reason, scrub_texts  # noqa: PLC0415 - the same

    for path in files:
        text = _text(path)
        ((scrubbed, spans),) = scrub_texts([text], detect)
        console.print(scrubbed, markup=False, highlight=False, soft_wrap=True)
        # The text is the user's own, on the user's own terminal; nothing of it is kept.
        rows = [
            (
                _place(text, span.start),
                _excerpt(text[span.start : span.end]),
                span.entity,
                span.recognizer,
                f"{span.score:.2f}",
                reason(span),
            )
            for span in spans
        ]
        name = "standard input" if str(path) == "-" else path
        columns = ("place", "text", "entity", "found by", "score", "why")
        print_table(f"{name}: {len(spans)} found", columns, rows)
        guesses = sum(map(is_guess, spans))
        if guesses:
            console.print(
                f"\n{guesses} of them are guesses of the name model: it may miss a name, and may take a word for one. "
                "A guess's score is the model's own probability that something personal stands there."
            )


def _excerpt(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= EXCERPT_CHARS else f"{shown[: EXCERPT_CHARS - 1]}…"


def _place(text: str, start: int) -> str:
    """Line and column, both from 1 on."""
    return f"{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"


def _scrub_texts(files: list[Path], out: Path | None, entities: Path | None, detect: Any) -> None:
    from winnow.scrub import scrub_texts  # noqa: PLC0415 - loads Presidio

    with _opened(out) as scrubbed_texts, _opened(entities, discard=True) as span_lines:
        for path in files:
            ((scrubbed, spans),) = scrub_texts([_text(path)], detect)
            if len(files) > 1:
                scrubbed_texts.write(f"==> {path} <==\n")  # as `head` does
            scrubbed_texts.write(scrubbed)
            span_lines.write(_span_line(str(path), spans))


def _span_line(name: Any, spans: list[Any]) -> str:
    places = [[span.start, span.end, span.entity] for span in spans]
    return json.dumps({"id": name, "entities": places}, ensure_ascii=False) + "\n"


def _scrub_lines(jsonl: Path, out: Path | None, entities: Path | None, detect: Any) -> None:
    from winnow.scrub import scrub_texts  # noqa: PLC0415 - loads Presidio

    with _opened(out) as scrubbed_lines, _opened(entities, discard=True) as span_lines:
        for chunk in _chunks(_records(jsonl)):
            results = scrub_texts([text for _, text in chunk], detect)
            for (name, _), (scrubbed, spans) in zip(chunk, results, strict=True):
                scrubbed_lines.write(json.dumps({"id": name, "text": scrubbed}, ensure_ascii=False) + "\n")
                span_lines.write(_span_line(name, spans))


@app.command(rich_help_panel=PANEL)
def dedup(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|-",
            help="A file of rows: .jsonl, .parquet or .csv; or - for JSONL from standard input.",
            show_default=False,
        ),
    ],
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column that is compared; default: `text`.", show_default=False)
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="NAME",
            help="The column that names a row; default: `id` if there is one, else row numbers.",
            show_default=False,
        ),
    ] = None,
    threshold: Annotated[
        float, typer.Option(metavar="SHARE", min=0.5, max=1.0, help="Jaccard similarity from which two texts are one.")
    ] = 0.8,
    survivor: Annotated[
        str,
        typer.Option(
            metavar="RULE,…",
            help="Which of several rows that say the same stays, the first rule first: `longest`; `first` or `last` in the file; "
            "`newest=COLUMN` of days or times; `highest=COLUMN` of numbers. A row without a value comes last; behind all rules the "
            "smallest id stays.",
        ),
    ] = "longest",
    keep_contained: Annotated[
        bool, typer.Option("--keep-contained", help="Keep a text that stands nearly whole in a longer one.", **FLAG)
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where the rows that stay go, as they are and in the format of FILE.", show_default=False
        ),
    ] = None,
    drops: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the dropped rows are listed, with keeper, similarity and reason; default: beside --output, as `NAME.drops.jsonl`.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where a decision on every row goes; default: standard output, unless --output is given."
        ),
    ] = None,
) -> None:
    """Say which rows of a file are exact or near duplicates or contained in others, and in which; or write the file without them.

    Of rows that say the same the longest stays, or that which --survivor says. Every pair is verified exactly: five-word runs in
    common, five-character runs in texts under 20 words, where 0.85 is asked at least. A text of 20 words or more is `contained` in
    a longer one that has 95% of its five-word runs, as a mail that quotes another has. Writes one line of `id`, `group`, `kept`,
    `reason`, `keeper` and `similarity` (of a contained row the share of it that is there) for each row; with --output the rows that
    stay, and a line for each that does not.

    Example: [bold]winnow dedup tickets.jsonl --threshold 0.8 > decisions.jsonl[/]

    Example: [bold]winnow dedup mails.parquet --column body --output mails.unique.parquet[/]

    Example: [bold]winnow dedup articles.jsonl --survivor newest=updated,longest --output articles.unique.jsonl[/]
    """
    from pipelines.cli import _rows  # noqa: PLC0415 - loads Arrow
    from pipelines.cli._survivor import columns_of, rules_of  # noqa: PLC0415 - the same

    rules = rules_of(survivor)
    require_files([file], standard_input=True)
    if output is not None and str(file) == "-":
        raise UsageError(
            "standard input can be read only once; save it to a file, or leave --output away and take the decisions"
        )
    if output is not None and drops is None:
        drops = output.with_name(f"{output.stem}.drops.jsonl")
    _require_apart([file], *(path for path in (output, drops, out) if path is not None))
    names, rows = _deduplicated(
        file, _rows.Columns(column, name, columns_of(rules)), threshold, rules, keep_contained=keep_contained
    )
    if out is not None or output is None:
        with _opened(out) as lines:
            lines.writelines(map(_decision_line, names, rows))
    if drops is not None:
        with _opened(drops) as lines:
            dropped = ((number, *pair) for number, pair in enumerate(zip(names, rows, strict=True), 1) if pair[1]["reason"])
            lines.writelines(_drop_line(number, name, row) for number, name, row in dropped)
    if output is not None:
        kept = [row["reason"] is None for row in rows]
        _rows.write_kept(file, output, kept)
        by_reason = Counter(row["reason"] for row in rows if row["reason"])
        told = ", ".join(map(_told_dropped, sorted(by_reason.items()))) or "none"
        errors.print(f"{len(rows):,} rows, {sum(kept):,} stay; dropped: {told}", highlight=False)


def _told_dropped(counted: tuple[str, int]) -> str:
    """How many rows were dropped for one reason, in words."""
    reason, count = counted
    plural = "s" if count > 1 and reason != "contained" else ""
    return f"{count:,} {reason.replace('_', ' ')}{plural}"


def _deduplicated(
    file: Path, columns: Any, threshold: float, rules: Sequence[Any], *, keep_contained: bool
) -> tuple[list[Any], list[dict[str, Any]]]:
    """The names of all rows, and what was decided of each, in the order of the file."""
    from pipelines.cli._rows import batches  # noqa: PLC0415 - loads Arrow
    from pipelines.cli._running import bytes_read  # noqa: PLC0415 - the same
    from pipelines.cli._survivor import standing  # noqa: PLC0415 - the same
    from winnow.dedup import bare, decide_rows, fingerprinted  # noqa: PLC0415 - loads numpy

    names: list[Any] = []
    parts = []
    values: dict[str, list[Any]] = {column: [] for column in columns.more}
    with bytes_read(0 if str(file) == "-" else file.stat().st_size) as advance:
        for more, texts, size, found in batches(file, columns):
            parts.append(fingerprinted(bare([_as_id(name) for name in more], texts)))
            names += more
            for column, said in found.items():
                values[column] += said
            advance(size)
        numbers = standing(rules, len(names), values, _say_unread)
        try:
            rows = decide_rows(parts, threshold, [rule.name for rule in rules], numbers, keep_contained=keep_contained)
        except ValueError as error:
            raise UsageError(
                f"{file.name}: {error}; give every row an id of its own, or name another column with --id"
            ) from None
    own = {_as_id(name): str(name) for name in names}
    return names, [{**row, "keeper": own.get(row["keeper"])} for row in rows]


def _say_unread(column: str, count: int) -> None:
    errors.print(f"{count:,} rows say nothing in {escape(column)} that can be compared; they come last", highlight=False)


def _as_id(name: Any) -> str:
    """A number in as many digits as make its order that of the texts."""
    return f"{name:020}" if isinstance(name, int) and name >= 0 else str(name)


def _decision_line(name: Any, row: dict[str, Any]) -> str:
    line = {"id": name, "group": row["group"], "kept": row["reason"] is None, "reason": row["reason"]}
    return f"{_json({**line, 'keeper': row['keeper'], 'similarity': _rounded(row['similarity'])})}\n"


def _drop_line(number: int, name: Any, row: dict[str, Any]) -> str:
    line = {"row": number, "id": name, "keeper": row["keeper"]}
    return f"{_json({**line, 'similarity': _rounded(row['similarity']), 'reason': row['reason']})}\n"


def _rounded(similarity: float | None) -> float | None:
    return None if similarity is None else round(similarity, 4)


def _records(path: Path) -> Iterator[tuple[Any, str]]:
    """``(id, text)`` of every line; UsageError names the line that is not what it should be."""
    try:
        for number, line in lines_of(path):
            yield _record(line, number)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _record(line: bytes, number: int) -> tuple[Any, str]:
    try:
        record = json.loads(line)
        name, text = record["id"], record["text"]
    except (ValueError, KeyError, TypeError):
        name, text = None, None
    if not isinstance(text, str) or not isinstance(name, str | int):
        raise UsageError(f'line {number}: expected a JSON object with "id" (text or a whole number) and "text" (text)')
    return name, text


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


def _text(path: Path) -> str:
    content = sys.stdin.buffer.read() if str(path) == "-" else _bytes(path)
    return content.decode("utf-8", "replace")


def _require_apart(inputs: list[Path], *outputs: Path | None) -> None:
    """UsageError if one of ``outputs`` is an input: opening it would empty what is to be read."""
    written = [path.resolve() for path in outputs if path is not None]
    if len(set(written)) < len(written) or set(written) & {path.resolve() for path in inputs}:
        raise UsageError("an output is also an input, or named twice; give every file a name of its own")


def _opened(path: Path | None, *, discard: bool = False) -> Any:
    """``path`` for writing, standard output without one, or, with ``discard``, nowhere."""
    if path is None:
        return Path(os.devnull).open("w", encoding="utf-8") if discard else contextlib.nullcontext(sys.stdout)
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
