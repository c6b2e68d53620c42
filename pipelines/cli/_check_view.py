"""How findings, plans and results of `winnow check` and `winnow prepare` are shown, as tables and as JSON.

Belongs here: words and columns. Does not belong here: what is found (`winnow.checking`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from pipelines.cli._app import console, print_table
from pipelines.cli._check_files import Given, texts_of
from winnow.checking.codes import CODES, SEVERITIES
from winnow.checking.facts import FileSurvey
from winnow.checking.mend import Fix
from winnow.checking.nearness import MOST_COMPARED

_COLOURS = {"error": "red", "warning": "yellow", "advice": "blue"}
_SHOWN_CHARS = 300  # of a row that --show prints
_SHOWN_LINES = 5


def report(files: Sequence[Given], surveys: Sequence[FileSurvey], said: Sequence[str]) -> dict[str, Any]:
    """All that was found, for a program."""
    shown = [_file(given, survey) for given, survey in zip(files, surveys, strict=True)]
    worst = {
        severity: sum(row["severity"] == severity for file in shown for row in file["findings"]) for severity in SEVERITIES
    }
    return {"files": shown, "errors": worst["error"], "warnings": worst["warning"], "advice": list(said)}


def _file(given: Given, survey: FileSurvey) -> dict[str, Any]:
    return {
        "file": str(given.path),
        "set": survey.role,
        "kind": survey.source.kind,
        "format": survey.shape or None,
        "task": survey.task or None,
        "rows": survey.rows,
        "examples": survey.examples,
        "classes": survey.classes,
        "languages": {"told_from": survey.told, "of": survey.examples, "found": dict(survey.languages.most_common())},
        "near_search_cut_short": survey.cut_short,
        "findings": [_finding(survey, code) for code in ordered(survey)],
    }


def ordered(survey: FileSurvey) -> list[str]:
    """The codes that were found, the worst first, then in the order in which a file is looked at."""
    names = list(CODES)
    return sorted(survey.found, key=lambda code: (SEVERITIES.index(CODES[code].severity), names.index(code)))


def _finding(survey: FileSurvey, code: str) -> dict[str, Any]:
    about, tally = CODES[code], survey.found[code]
    columns = {line: column for line in tally.first if (column := survey.columns.get(f"{code}:{line}"))}
    return {
        "code": code,
        "severity": about.severity,
        "count": None if about.of_file else tally.count,
        "lines": tally.first,
        **({"columns": columns} if columns else {}),
        **({"pairs": survey.pairs[code]} if code in survey.pairs else {}),
        **({"details": survey.details[code]} if code in survey.details else {}),
        "what": about.what,
        "why": about.why,
        "fix": about.fix,
        "prepare": about.action,
    }


def show(files: Sequence[Given], surveys: Sequence[FileSurvey], said: Sequence[str], *, texts: bool) -> None:
    """All that was found, for a person."""
    for given, survey in zip(files, surveys, strict=True):
        _show_file(given, survey)
        if texts:
            _show_texts(given, survey)
    if said:
        console.print("\n[bold]What next[/]")
        for sentence in said:
            console.print(f"- {escape(sentence)}")


def _show_file(given: Given, survey: FileSurvey) -> None:
    kind = f"{survey.shape or 'no known format'}, {survey.task or 'no task'}"
    console.print(
        f"\n[bold]{escape(str(given.path))}[/]  {survey.role}: {survey.examples:,} examples in {survey.rows:,} rows; {kind}"
    )
    if survey.classes:
        shown = ", ".join(f"{escape(_short(name, 30))} {count:,}" for name, count in list(survey.classes.items())[:12])
        more = len(survey.classes) - 12
        console.print(f"{len(survey.classes)} classes: {shown}" + (f" and {more} more" if more > 0 else ""))
    if not survey.found:
        console.print("[green]Nothing to find fault with.[/]")
    for code in ordered(survey):
        about, tally = CODES[code], survey.found[code]
        subject = "the file" if about.of_file else f"{tally.count:,} row{'' if tally.count == 1 else 's'}"
        colour = _COLOURS[about.severity]
        console.print(
            f"[{colour}]{about.severity:<8}[/] [bold]{code}[/]: {subject} {escape(_grammar(about.what, tally.count))}{_place(survey, code)}"
        )
        console.print(f"         {escape(about.why)}. {_fix(about.action)}{escape(about.fix)}.", style="dim")
        if code in survey.details:
            console.print(f"         {escape(_detail(survey.details[code]))}", style="dim")
    _show_limits(survey)


_OF_ONE = {"are": "is", "have": "has", "go": "goes", "say": "says"}
_OF_FILES = frozenset({"is", "has", "begins", "repeats", "breaks", "cannot"})  # what is said of a file is said of one


def _grammar(what: str, count: int) -> str:
    """``what`` as it is said of so many rows; the list of codes speaks of several, or of one file."""
    verb, _, rest = what.partition(" ")
    if count != 1 or verb in _OF_FILES:
        return what
    return f"{_OF_ONE.get(verb, f'{verb}s')} {rest}"


def _place(survey: FileSurvey, code: str) -> str:
    tally = survey.found[code]
    if code in survey.pairs:
        shown = [f"{line} (as {other})" for line, other in survey.pairs[code][:_SHOWN_LINES]]
    else:
        columns = [survey.columns.get(f"{code}:{line}", 0) for line in tally.first[:_SHOWN_LINES]]
        shown = [f"{line}:{column}" if column else str(line) for line, column in zip(tally.first, columns, strict=False)]
    if not shown:
        return ""
    more = tally.count > len(shown)
    return f"; line{'' if len(shown) == 1 else 's'} {', '.join(shown)}{', …' if more else ''}"


def _fix(action: str) -> str:
    return {"change": "prepare: ", "remove": "prepare: "}.get(action, "")


def _detail(detail: Any) -> str:
    if isinstance(detail, Mapping):
        return ", ".join(f"{_short(str(name), 40)} {value}" for name, value in detail.items())
    return ", ".join(_short(str(name), 40) for name in detail)


def _show_limits(survey: FileSurvey) -> None:
    if survey.told < survey.examples:
        console.print(f"languages were told from {survey.told:,} of {survey.examples:,} examples", style="dim")
    if survey.cut_short:
        console.print(
            f"{survey.cut_short:,} rows have words in common with over {MOST_COMPARED} others, and were compared with so many of them",
            style="dim",
        )


def _show_texts(given: Given, survey: FileSurvey) -> None:
    wanted = {line for tally in survey.found.values() for line in tally.first[:_SHOWN_LINES]}
    values = texts_of(given.path, wanted)
    for code in ordered(survey):
        lines = [line for line in survey.found[code].first[:_SHOWN_LINES] if line in values]
        if lines:
            console.print(f"\n{code}", style="bold")
        for line in lines:
            value = values[line]
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            console.print(f"  {line:>8}  {_short(text, _SHOWN_CHARS)!r}", markup=False, highlight=False)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def show_plan(fixes: Sequence[Fix]) -> None:
    """The numbered steps of a plan."""
    rows = [
        (
            number,
            fix.rows if not CODES[fix.code].of_file else "the file",
            fix.code,
            CODES[fix.code].what,
            CODES[fix.code].fix,
            _necessity(fix),
        )
        for number, fix in enumerate(fixes, 1)
    ]
    print_table("Plan", ("", "rows", "what", "", "then", ""), rows)


def _necessity(fix: Fix) -> str:
    return "recommended" if CODES[fix.code].optional else "necessary"
