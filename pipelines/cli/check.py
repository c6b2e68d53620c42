"""`winnow check` and `winnow prepare`: what is wrong with files of examples from anywhere, and a new file without it."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipelines.cli._app import EXIT_BLOCKED, EXIT_FAILED, FLAG, JsonOption, app, console, errors, print_json
from pipelines.cli._inputs import require_files
from winnow.errors import UsageError

if TYPE_CHECKING:
    from pipelines.cli._check_files import Outputs, Prepared
    from winnow.checking.facts import FileSurvey, Options
    from winnow.checking.mend import Fix

PANEL = "Files of examples"

AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORMAT",
        help="The format that the rows should have; default: that of most of them.",
        show_default=False,
    ),
]
TokenizerOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The tokenizer that lengths are counted by; default: by format.", show_default=False),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, help="The most tokens of one example, 0 for no limit; default: by format.", show_default=False
    ),
]
ThresholdOption = Annotated[
    float, typer.Option(metavar="SHARE", min=0.5, max=1.0, help="Jaccard similarity from which two rows are nearly the same.")
]


@app.command(rich_help_panel=PANEL)
def check(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help="JSONL, JSON, CSV, TSV, XLSX or Parquet; its set is told by its name.", show_default=False
        ),
    ] = None,
    train: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A file of the training set.", show_default=False)
    ] = None,
    validation: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A file of the validation set.", show_default=False)
    ] = None,
    test: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A file of the test set.", show_default=False)] = None,
    shape: AsOption = None,
    tokenizer: TokenizerOption = None,
    max_tokens: LimitOption = None,
    threshold: ThresholdOption = 0.8,
    show: Annotated[bool, typer.Option("--show", help="Print the first rows of each finding, text and all.", **FLAG)] = False,
    as_json: JsonOption = False,
) -> None:
    r"""Find what is wrong with files of training examples, whoever made them. Nothing is written.

    Any format that winnow exports is known, and told from the rows. Found are broken lines, fields, roles, marks, labels, duplicates,
    rows in two sets, personal data, hidden characters and more, each with its count, its first lines, why it matters and what helps.

    Exits with 1 if there are errors. Rows are shown only with --show.

    With --json: `files` (`file`, `set`, `kind`, `format`, `task`, `rows`, `examples`, `classes`, `languages`,
    `near_search_cut_short`, `findings`), `errors`,
    `warnings` and `advice`. A finding has `code`, `severity`, `count`, `lines`, `columns`, `pairs`, `details`, `what`, `why`, `fix` and
    `prepare` (change, remove or none).

    Example: [bold]winnow check tickets.jsonl[/]

    Example: [bold]winnow check --train train.csv --test held_out.xlsx --json[/]
    """
    from pipelines.cli._check_files import Given, role_of, surveyed  # noqa: PLC0415 - loads numpy
    from pipelines.cli._check_view import report  # noqa: PLC0415 - the same
    from pipelines.cli._check_view import show as show_report  # noqa: PLC0415 - the same
    from winnow.checking.advice import advice  # noqa: PLC0415 - the same

    named = [Given(path, role_of(path)) for path in files or ()]
    for role, paths in (("train", train), ("validation", validation), ("test", test)):
        named += [Given(path, role) for path in paths or ()]
    if not named:
        raise UsageError("name at least one file: winnow check examples.jsonl")
    require_files([given.path for given in named])
    surveys = surveyed(named, _options(shape, tokenizer, max_tokens, threshold))
    said = advice(surveys)
    found = report(named, surveys, said)
    if as_json:
        print_json(found)
    else:
        show_report(named, surveys, said, texts=show)
    if found["errors"]:
        raise typer.Exit(EXIT_FAILED)


def _options(shape: str | None, tokenizer: str | None, max_tokens: int | None, threshold: float, skip: str = "") -> "Options":
    from winnow.checking.codes import CODES  # noqa: PLC0415 - beside its use
    from winnow.checking.facts import Options  # noqa: PLC0415 - loads numpy
    from winnow.tokens import TOKENIZERS  # noqa: PLC0415 - beside its use

    if tokenizer and tokenizer not in TOKENIZERS:
        raise UsageError(f"no tokenizer is called {tokenizer!r}; there are {', '.join(TOKENIZERS)}")
    skipped = frozenset(word.strip() for word in skip.split(",") if word.strip())
    optional = [code for code, about in CODES.items() if about.optional]
    if unknown := sorted(skipped - set(optional)):
        raise UsageError(f"{', '.join(unknown)} cannot be skipped; what can is {', '.join(optional)}")
    return Options(_shape(shape), tokenizer or "", max_tokens, threshold, skipped)


def _shape(named: str | None) -> str:
    from winnow.checking.shapes import SAME_SHAPE, SHAPES  # noqa: PLC0415 - beside its use

    if named is None:
        return ""
    if named not in SHAPES and named not in SAME_SHAPE:
        raise UsageError(f"no format is called {named!r}; there are {', '.join((*SHAPES, *SAME_SHAPE))}")
    return SAME_SHAPE.get(named, named)


@app.command(rich_help_panel=PANEL)
def prepare(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As for `winnow check`; it is only read.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The new file; .json writes one array. Default: FILE's name with .prepared.jsonl.",
            show_default=False,
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="The format to write; default: FILE's own.", show_default=False),
    ] = None,
    read_as: AsOption = None,
    skip: Annotated[str, typer.Option(metavar="CODE,…", help="Recommended steps to leave out.", show_default=False)] = "",
    apart_from: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Another set, such as the test set: rows that stand there are taken out.", show_default=False
        ),
    ] = None,
    split: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0.01,
            max=0.5,
            help="Share for a validation file; alike rows stay together.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[str, typer.Option(metavar="WORD", help="Another word divides in another way.")] = "winnow",
    tokenizer: TokenizerOption = None,
    max_tokens: LimitOption = None,
    threshold: ThresholdOption = 0.8,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.", **FLAG)] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files of an earlier run.", **FLAG)] = False,
    as_json: JsonOption = False,
) -> None:
    r"""Put a file of training examples right: show the plan, ask, and write a new file.

    FILE is never touched. Rows that go are written to a second file, .removed.jsonl, each with its line and its reason. What was
    prepared has nothing left to prepare: `winnow check` finds no error in it, and nothing that could be mended.

    Exits with 3 where nobody can be asked and --yes is not given: the plan was shown and nothing written.

    With --json: `plan` (`code`, `rows`, `action`), `fixed` (rows by code, over all rounds), `removed`, `examples`, `written` (files).

    Example: [bold]winnow prepare tickets.csv --yes[/]

    Example: [bold]winnow prepare pairs.jsonl --format chat --split 0.1 --output chat.jsonl[/]
    """
    from pipelines.cli._check_files import Outputs, Workshop  # noqa: PLC0415 - loads numpy
    from winnow.checking.mend import plan  # noqa: PLC0415 - the same

    others = apart_from or []
    require_files([file, *others])
    options = _options(read_as, tokenizer, max_tokens, threshold, skip)
    outputs = Outputs(file, output, split=split is not None, force=force)
    wanted = _shape(shape)
    with Workshop(file, outputs.folder, options, wanted, others) as workshop:
        survey = workshop.survey(file)
        _require_whole(file, survey)
        fixes = plan(survey, options.skip, wanted)
        if not fixes and split is None:
            _say_nothing(survey, as_json=as_json)
            return
        if not as_json:
            _show(fixes, outputs, split)
        if not yes:
            left_out = _asked(fixes, survey, as_json=as_json)
            if left_out:
                workshop.options = replace(options, skip=options.skip | left_out)
                survey = workshop.survey(file)
        made = workshop.mended(survey)
        written = outputs.write(made, workshop, split, seed)
        _say(made, fixes, written, as_json=as_json)


def _require_whole(file: Path, survey: "FileSurvey") -> None:
    """UsageError where the file cannot be read to its end, or holds nothing to prepare."""
    if "unreadable" in survey.found:
        raise UsageError(f"{file} cannot be read: {survey.details['unreadable']['advice']}")
    if "broken_tail" in survey.found:
        line, column = survey.source.facts["broken_tail"]
        raise UsageError(f"{file} breaks off at line {line}{f', column {column}' if column else ''}; mend that place first")
    if not survey.examples:
        raise UsageError(f"{file} has no example that can be used; `winnow check` says why")


def _show(fixes: "Sequence[Fix]", outputs: "Outputs", split: float | None) -> None:
    from pipelines.cli._check_view import show_plan  # noqa: PLC0415 - beside its use

    show_plan(fixes)
    if split is not None:
        console.print(f"Then about {split:.0%} of the rows go to validation, rows that resemble each other together.")
    console.print("Will be written: " + ", ".join(escape(str(path)) for path in (*outputs.files, outputs.removed)))


def _asked(fixes: "Sequence[Fix]", survey: "FileSurvey", *, as_json: bool) -> frozenset[str]:
    """The recommended steps that a person leaves out; ends the command if the answer is no or nobody can be asked."""
    from winnow.checking.codes import CODES  # noqa: PLC0415 - beside its use

    if as_json or not sys.stdin.isatty():
        if as_json:
            print_json(_result(fixes, None, survey, []))
        errors.print("nothing was written: nobody can be asked here; --yes does it")
        raise typer.Exit(EXIT_BLOCKED)
    while True:
        answer = console.input("Do it? (yes, no, or the numbers of recommended steps to leave out: 2,5) ").strip().lower()
        if answer in {"y", "yes", ""}:
            return frozenset()
        if answer in {"n", "no"}:
            console.print("Nothing was written.")
            raise typer.Exit
        chosen = {word.strip() for word in answer.split(",")}
        steps = {str(number): fix.code for number, fix in enumerate(fixes, 1) if CODES[fix.code].optional}
        if chosen <= steps.keys():
            return frozenset(steps[number] for number in chosen)
        console.print(f"Of the steps {', '.join(steps) or 'none'} can be left out.")


def _say_nothing(survey: "FileSurvey", *, as_json: bool) -> None:
    if as_json:
        print_json(_result([], None, survey, []))
    else:
        console.print("Nothing to do: the file can be used as it is. Nothing was written.")


def _say(made: "Prepared", fixes: "Sequence[Fix]", written: "Sequence[Path]", *, as_json: bool) -> None:
    from pipelines.cli._app import print_counts  # noqa: PLC0415 - beside its use
    from winnow.checking.advice import advice  # noqa: PLC0415 - beside its use

    if as_json:
        print_json(_result(fixes, made, made.survey, written))
    else:
        print_counts("\nDone", made.fixes)
        names = ", ".join(escape(str(path)) for path in written)
        console.print(f"{made.survey.examples:,} examples, {made.removed:,} rows taken out; written: {names}")
        for sentence in advice([made.survey]):
            console.print(f"- {escape(sentence)}")
    if not made.stable:
        errors.print("[yellow]warning:[/] a last step is left; run `winnow prepare` on the new file")


def _result(fixes: "Sequence[Fix]", made: "Prepared | None", survey: "FileSurvey", written: "Sequence[Path]") -> dict[str, Any]:
    from winnow.checking.advice import advice  # noqa: PLC0415 - beside its use
    from winnow.checking.codes import CODES  # noqa: PLC0415 - beside its use

    return {
        "plan": [{"code": fix.code, "rows": fix.rows, "action": CODES[fix.code].action} for fix in fixes],
        "fixed": dict(sorted(made.fixes.items())) if made else {},
        "removed": made.removed if made else 0,
        "examples": survey.examples,
        "written": [str(path) for path in written],
        "advice": advice([survey]),
    }
