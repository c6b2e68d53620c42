"""What every command has in common: help with examples that work, global options anywhere, codes, and a quick start."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli._app import EXIT_CODES, command_line, exit_code, hoisted
from tests.pipelines.cli import WINNOW, Place, commands
from winnow.errors import (
    CatalogError,
    LockHeld,
    PublicationBlocked,
    SourceError,
    UnreadableDocument,
    UsageError,
    VersionError,
    WinnowError,
)

EXAMPLE = re.compile(r"Example: \[bold\](.+?)\[/\]")

NAMES = sorted(commands())


def examples(name: str) -> list[str]:
    """The examples in the help of the command ``name``, as they are shown."""
    return [shown.replace("\\[", "[") for shown in EXAMPLE.findall(commands()[name].help)]


def test_every_command_of_the_line_is_there() -> None:
    """The commands are those that the documentation names, and no other."""
    line = {"demo", "run", "backfill", "publish", "plan", "status", "quarantine", "boilerplate", "ui"}
    files, models = {"extract", "scrub", "dedup", "check", "prepare", "prompt"}, {"submit", "evaluate", "models"}
    assert set(NAMES) == line | {"versions", "verify", "diff", "trace", "rollback", "prune"} | files | models


@pytest.mark.parametrize("name", NAMES)
def test_every_example_in_the_help_parses(name: str) -> None:
    """Each command's help shows at least one example, and the command takes it as it stands."""
    group, found = command_line(), examples(name)
    assert found
    for example in found:
        words = shlex.split(re.split(r"[|>]", example[example.index("winnow") :])[0])
        assert words[:2] == ["winnow", name]
        with group.make_context("winnow", words[1:2]) as context:
            group.commands[name].make_context(name, words[2:], parent=context).close()


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_the_command_does_and_ends_well(name: str, tmp_path: Path) -> None:
    """``--help`` of a command needs neither a catalog nor a home, exits with 0 and shows its examples."""
    ended = Place(tmp_path).winnow(name, "--help", COLUMNS="200")
    assert ended.code == 0
    assert "Example: " in ended.out
    assert "<bool>" not in ended.out
    assert not (tmp_path / "home").exists()


def test_help_names_every_exit_code(tmp_path: Path) -> None:
    """The codes that commands end with stand in the general help."""
    shown = Place(tmp_path).winnow("--help").out
    for code in (0, 1, 2, 3, 75):
        assert re.search(rf"^ {code}  \w", shown, re.MULTILINE), code
    assert "75" in EXIT_CODES


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (CatalogError("x"), 2),
        (VersionError("x"), 2),
        (PublicationBlocked("x"), 3),
        (LockHeld("x"), 75),
        (SourceError("x"), 1),
        (UnreadableDocument("empty"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_error_has_its_exit_code(error: WinnowError, code: int) -> None:
    """A script can tell by the code alone whether to correct the request, look at a check, or try again later."""
    assert exit_code(error) == code


@pytest.mark.parametrize(
    "given",
    [["--home", "h", "plan", "--json"], ["plan", "--json", "--home", "h"], ["plan", "--home", "h", "--json"]],
    ids=["before", "behind", "between"],
)
def test_global_options_may_stand_anywhere(given: list[str]) -> None:
    """``--catalog`` and ``--home`` are taken before and behind the command alike."""
    assert hoisted(given) == ["--home", "h", "plan", "--json"]


def test_what_stands_behind_two_dashes_is_left_alone() -> None:
    """Behind ``--`` every word is an argument, also one that looks like a global option."""
    assert hoisted(["extract", "--", "--home"]) == ["extract", "--", "--home"]
    assert hoisted(["plan", "--home=h"]) == ["--home=h", "plan"]


def test_a_global_option_without_its_value_is_refused(tmp_path: Path) -> None:
    """A forgotten path is told as such."""
    ended = Place(tmp_path).winnow("plan", "--home")
    assert (ended.code, "--home needs a path" in ended.err) == (2, True)


@pytest.mark.parametrize("given", [["bogus"], ["plan", "--bogus"], ["trace"], ["backfill", "--from", "2026-10-05"]])
def test_a_request_that_does_not_parse_ends_with_2(given: list[str], tmp_path: Path) -> None:
    """An unknown command or option, a missing argument and a missing option end with 2 and point to the help."""
    ended = Place(tmp_path).winnow(*given)
    assert (ended.code, "-h' for help" in ended.err) == (2, True)


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"], ["plan", "--help"]])
def test_help_starts_without_loading_the_orchestrator(arguments: list[str]) -> None:
    """Showing help loads neither Dagster nor a table library, so that it answers at once."""
    heavy = "{'dagster', 'pandas', 'pyarrow', 'numpy', 'presidio_analyzer'}"
    code = f"import sys\nsys.argv[1:] = {arguments}\nfrom pipelines.cli._app import _run\n_run(sys.argv[1:])\n"
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}print('loaded:', sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "loaded: []" in ended.stdout


def test_an_interrupted_pipe_is_no_error(tmp_path: Path) -> None:
    """``winnow … | head`` ends quietly when `head` has seen enough."""
    lines = tmp_path / "many.jsonl"
    lines.write_text("".join(f'{{"id": {n}, "text": "{" ".join(str(n * k) for k in range(1, 9))}"}}\n' for n in range(2_000)))
    command = f"{shlex.join([*WINNOW, 'dedup', str(lines)])} | head -n 1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    first, code = ended.stdout.splitlines()
    assert '"id": 0' in first
    assert (code, ended.stderr) == ("1", "")


def test_a_fault_is_told_without_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw shows its kind and place; its text, which may quote a document, only on request."""

    def broken(*_: object) -> object:
        message = "a word of a document"
        raise ValueError(message)

    (tmp_path / "in.txt").write_text("a word of a document")
    monkeypatch.setattr("winnow.detect.build_detector", broken)
    ended = Place(tmp_path).winnow("scrub", str(tmp_path / "in.txt"))
    assert ended.code == 1
    assert "ValueError in broken" in ended.err
    assert "a word of a document" not in ended.err + ended.out
    with pytest.raises(ValueError, match="a word of a document"):
        Place(tmp_path).winnow("scrub", str(tmp_path / "in.txt"), WINNOW_DEBUG="1")
