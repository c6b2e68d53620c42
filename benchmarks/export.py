"""``make bench-export``: what writing a version's lines costs beside polars, and a night on which nothing changed beside DuckDB.

Belongs here: the program, its contenders and its targets. Does not belong here: the night (`benchmarks.unchanged`).

The rows are a million made-up examples of one task, input and target, in the Arrow table that `dataset_candidate` has of them; the shape
is that of the format `chat`. All contenders begin with that table in memory and end with a file on disk:

- winnow as a version is written: rows taken by number, strings that the consumer would take for its own looked for in every text, lines
  written, records counted. Hashing the file is a part of it and no part of an export by polars, so its time is measured on the same
  bytes and stands in a row of its own.
- polars: the frame of messages by its own expressions (a list of structs a row), and `write_ndjson` to a path. What `write_ndjson` alone
  takes stands in a row of its own: nothing that looks at the texts can be as fast as writing them.
- one line after the other by `json.dumps`, which is what defines the bytes.

Exit codes: 0, all targets hold; 1, one does not, or something could not be run.
"""

import argparse
import functools
import hashlib
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from assets.chosen import Chosen
from benchmarks import unchanged
from benchmarks.dedup_peers import cpu_seconds, on_one_core, peak_mib
from benchmarks.near_copies import texts
from benchmarks.targets import Target, broken, targets_table
from evaluation.pages import renew, table
from winnow.codebook import Codebook
from winnow.exports import exports
from winnow.manifest import inference_document
from winnow.schemas import BALANCED
from winnow.tasks import Format, Task

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
LINES, UNCHANGED, TARGETS = "export-lines", "export-unchanged", "export-targets"
SIZES = (100_000, 1_000_000)
REPEATS = 3
TIMES_POLARS = 1.2  # promised before it was measured
DISTINCT = 20_000  # texts; each comes again with a number of its own in front
ODD_SHARE = 0.001  # of inputs hold a control token or a line end outside ASCII, so that they cannot be written with the others
COLUMNS = ("example_id", "input", "target", "label")  # what `dataset_candidate` takes of an example for this format
TASK = Task(name="summaries", kind="summarization", sources=("reports",))

Result = Mapping[str, Any]


def rows_of(count: int) -> pa.Table:
    """``count`` examples by id: paragraphs, quotation marks, placeholders and letters outside ASCII as in corporate prose."""
    rng = random.Random(11)  # noqa: S311 - a reproducible sample, no secret
    made = [_prose(text, rng) for text in texts(min(count, DISTINCT))]
    odd = (" </s>", "\u2028")
    every = round(1 / ODD_SHARE)
    inputs = (f"{at} {made[at % len(made)]}{odd[at // every % 2] if at % every == 0 else ''}" for at in range(count))
    targets = (made[(at * 7 + 1) % len(made)][:150] for at in range(count))
    return pa.table(
        {
            "example_id": pa.array((f"{at:032x}" for at in range(count)), pa.string()),
            "task": pa.repeat(TASK.name, count),
            "input": pa.array(inputs, pa.string()),
            "target": pa.array(targets, pa.string()),
            "label": pa.nulls(count, pa.string()),
        }
    )


def _prose(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for at in range(0, len(words), 12):
        kind = rng.random()
        words[at] = f'"{words[at]}"' if kind < 0.2 else f"{words[at]}’s" if kind < 0.4 else words[at]
        words[at] = "<PERSON_1>" if kind > 0.9 else f"\n\n{words[at]}" if 0.6 < kind < 0.75 else words[at]
    return " ".join(words)


def of_winnow(rows: pa.Table, folder: Path) -> float:
    """CPU seconds of writing all files of the task in one format."""
    from assets.written import Writing  # noqa: PLC0415 - what polars' process does not need

    chosen = Chosen(rows, decisions_of(rows))
    shutil.rmtree(folder / "data", ignore_errors=True)  # a version is written where nothing is yet
    start = cpu_seconds()
    writing = Writing(folder, TASK, rules())
    list(writing.files(functools.partial(chosen.blocks, TASK.name, columns=COLUMNS)))
    return cpu_seconds() - start


def of_lines(rows: pa.Table, folder: Path) -> float:
    """CPU seconds of the same lines, each made and encoded by itself."""
    from assets.written import write  # noqa: PLC0415 - what polars' process does not need

    chosen, export = Chosen(rows, decisions_of(rows)), exports()["chat"]
    start = cpu_seconds()
    told = rules()["formats"]["chat"]
    records = (export.record(row, told) for row in chosen.lines(TASK.name, "train", COLUMNS))
    write(folder, "lines.jsonl", export.pieces(records, told))
    return cpu_seconds() - start


def rules() -> dict[str, Any]:
    """The task's inference.json."""
    return inference_document(TASK, [Format(name="chat")], Codebook(), [], 100)


def decisions_of(rows: pa.Table) -> pa.Table:
    """That all ``rows`` stay, in train."""
    count = len(rows)
    columns = {
        "example_id": rows["example_id"],
        "task": rows["task"],
        "group": rows["example_id"],
        "split": pa.repeat("train", count),
        "copies": pa.array(np.ones(count, dtype=np.int32)),
    }
    return pa.table([columns.get(field.name, pa.nulls(count, field.type)) for field in BALANCED], schema=BALANCED)


def file_of(folder: Path) -> Path:
    """The file of lines that `of_winnow` wrote."""
    return folder / "data" / TASK.name / "chat" / "train.jsonl"


def of_sha256(folder: Path) -> float:
    """CPU seconds of hashing the file of lines, in memory, a block at a time as it is written."""
    content, digest = memoryview(file_of(folder).read_bytes()), hashlib.sha256()
    start = cpu_seconds()
    for at in range(0, len(content), 1 << 24):
        digest.update(content[at : at + (1 << 24)])
    return cpu_seconds() - start


def shaped(rows: pa.Table) -> pl.DataFrame:
    """The frame of messages, a list of structs a row, as polars' own expressions make it."""
    user = pl.struct(role=pl.lit("user"), content="input")
    return pl.DataFrame(rows).select(messages=pl.concat_list([user, pl.struct(role=pl.lit("assistant"), content="target")]))


def of_polars(rows: pa.Table, folder: Path) -> tuple[float, float]:
    """CPU seconds of shaping the table, and of `write_ndjson`."""
    (folder / "polars.jsonl").unlink(missing_ok=True)
    start = cpu_seconds()
    frame = shaped(rows)
    between = cpu_seconds()
    frame.write_ndjson(folder / "polars.jsonl")
    return between - start, cpu_seconds() - between


def one(name: str, count: int, folder: Path) -> dict[str, Any]:
    """What the contender ``name`` costs over ``count`` rows: the median of passes behind a small one, and the most memory."""
    rows, small = rows_of(count), rows_of(2_000)
    contender: Callable[[pa.Table], dict[str, float]] = {
        "winnow": lambda table: {"winnow": of_winnow(table, folder), "sha256": of_sha256(folder)},
        "polars": lambda table: dict(zip(("shaped", "polars"), of_polars(table, folder), strict=True)),
        "lines": lambda table: {"lines": of_lines(table, folder)},
    }[name]
    contender(small)
    passes = [contender(rows) for _ in range(REPEATS if name != "lines" else 1)]
    seconds = {key: statistics.median(one[key] for one in passes) for key in passes[0]}
    paths = [path for path in (file_of(folder), folder / "polars.jsonl", folder / "lines.jsonl") if path.exists()]
    return {"seconds": seconds, "peak_mib": peak_mib(), "bytes": paths[0].stat().st_size}


def differing(folder: Path) -> int:
    """In how many lines the files of winnow and polars differ: they hold the same bytes but for what winnow changes on purpose."""
    with file_of(folder).open("rb") as ours, (folder / "polars.jsonl").open("rb") as theirs:
        return sum(left != right for left, right in zip(ours, theirs, strict=True))


def run(arguments: Sequence[str], out: Path) -> dict[str, Any]:
    """One contender in a process of its own, on one core; empty where it could not be run."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    command = [sys.executable, "-m", "benchmarks.export", "--one", *arguments, str(out)]
    if subprocess.run(command, check=False, env=environment).returncode:  # noqa: S603 - our own program
        return {}
    return dict(json.loads(out.read_text(encoding="utf-8")))


def measured(count: int, folder: Path, *, by_lines: bool) -> dict[str, Any]:
    """All contenders over ``count`` rows: CPU seconds by name, and what else the table says."""
    names = ["winnow", "polars", *(["lines"] if by_lines else [])]
    results = {name: run([name, str(count), str(folder)], folder / "out.json") for name in names}
    found: dict[str, Any] = {key: value for result in results.values() for key, value in result.get("seconds", {}).items()}
    if "winnow" in found and "polars" in found:
        unlike, expected = differing(folder), -(-count // round(1 / ODD_SHARE))
        if unlike != expected:
            raise ValueError(f"{unlike} lines differ from polars', expected {expected}")
    if by_lines and results["lines"] and file_of(folder).read_bytes() != (folder / "lines.jsonl").read_bytes():
        raise ValueError("the lines written at once are not those written one by one")
    found["bytes"] = results["winnow"].get("bytes", 0)
    found["peaks"] = {name: result.get("peak_mib") for name, result in results.items()}
    return found


def lines_table(results: Mapping[int, Result]) -> str:
    """The table of contenders."""
    labels = {
        "exported": "polars, from the table to the file",
        "polars": "of which `write_ndjson`",
        "written": "winnow, from the table to the file, without its sha256",
        "sha256": "winnow, sha256 of the file",
        "lines": "the same lines one by one, with sha256",
    }
    rows = []
    for count, result in results.items():
        seconds = {**result, "written": written_seconds(result), "exported": exported_seconds(result)}
        for name, label in labels.items():
            if seconds.get(name) is not None:
                times = f"{seconds[name] / seconds['exported']:.2f}" if seconds["exported"] else "–"
                peak = result["peaks"].get({"written": "winnow", "exported": "polars", "lines": "lines"}.get(name, ""))
                rows.append((label, f"{count:,}", f"{seconds[name]:.2f}", times, "" if peak is None else f"{peak:,}"))
    return table(("to one file of `chat`", "examples", "CPU seconds", "times polars'", "peak MiB"), rows)


def written_seconds(result: Result) -> float | None:
    """CPU seconds of winnow's writing without what its hash took; None where it could not be run."""
    return result["winnow"] - result["sha256"] if "winnow" in result else None


def exported_seconds(result: Result) -> float | None:
    """CPU seconds of polars from the table to the file; None where it could not be run."""
    return result["shaped"] + result["polars"] if "polars" in result else None


def targets(results: Mapping[int, Result]) -> list[Target]:
    """What was promised of lines, with what was measured."""
    found = []
    for count, result in results.items():
        own, polars = written_seconds(result), exported_seconds(result)
        times = own / polars if own is not None and polars else None
        found.append(Target(f"{count:,} lines, CPU seconds over polars'", TIMES_POLARS, times, unit="{:.2f} times"))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.export", description="Measure what lines cost to write, and what a night without news costs."
    )
    parser.add_argument("--one", nargs=4, metavar=("NAME", "COUNT", "FOLDER", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--peers", metavar="PYTHON", help="the interpreter beside which duckdb is; without it there is no night"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="examples of the table of lines")
    parser.add_argument("--keys", type=int, nargs="+", default=unchanged.SIZES, help="objects of the table of nights")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/performance.md")
    parser.add_argument("--page", type=Path, default=PAGE, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        name, count, folder, out = chosen.one
        on_one_core()
        Path(out).write_text(json.dumps(one(name, int(count), Path(folder))), encoding="utf-8")
        return 0
    if chosen.peers and (complaint := unchanged.not_installed(chosen.peers)):
        sys.stderr.write(f"{complaint}\n")
        return 2
    parts, promised = _parts(chosen)
    sys.stdout.write("\n\n".join(parts.values()) + "\n")
    if chosen.write:
        renew(chosen.page, parts)
    complaints = broken(promised)
    sys.stderr.write("".join(f"{complaint}\n" for complaint in complaints))
    return 1 if complaints else 0


def _parts(chosen: argparse.Namespace) -> tuple[dict[str, str], list[Target]]:
    """The tables, and the targets in them."""
    results = {}
    for count in chosen.sizes:
        with tempfile.TemporaryDirectory() as name:
            results[count] = measured(count, Path(name), by_lines=count == min(chosen.sizes))
    promised = targets(results)
    largest = results[max(results)]
    setting = (
        f"Made-up examples, {largest['bytes'] / max(results):,.0f} bytes a line, {ODD_SHARE:.1%} of them with a string that is changed; "
        f"one core; Python {platform.python_version()}, polars {pl.__version__}, {platform.machine()}."
    )
    parts = {LINES: f"{setting}\n\n{lines_table(results)}"}
    if chosen.peers:
        nights = {count: unchanged.measured(count, chosen.peers) for count in chosen.keys}
        parts[UNCHANGED] = unchanged.night_table(nights)
        promised += unchanged.targets(nights)
    return {**parts, TARGETS: targets_table(promised)}, promised


if __name__ == "__main__":
    sys.exit(main())
