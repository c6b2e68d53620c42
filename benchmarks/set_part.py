"""``make bench-set``: what the set part costs, from the days' examples to a published version: CPU seconds and peak memory by stage.

Each stage is run as Dagster would run it, in a process of its own; then all of them once more by `winnow publish`, which is one process,
over a home of the same rows. Peak memory is VmHWM, the most that was resident of the process at once; that of the engine's worker, which
holds a batch at a time, is not in it. CPU seconds are of both.

Belongs here: the program and its table. Does not belong here: the rows (`benchmarks.set_home`).
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.set_home import ROWS_AN_OBJECT, make
from evaluation.pages import renew, table

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PART = "set-part"
SIZE = 1_000_000
CHECK = "check "
APART = ("no_group_on_two_sides", "lines_are_whole", "counts_add_up")
OTHERS = "the other checks"
WHOLE = "whole publish, one process"
AGAIN = "again"  # the folder of the home that the whole is run over

Result = Mapping[str, Any]


def stages() -> list[str]:
    """Names of the stages in their order; a check's begins with `CHECK`, and those that read little are one."""
    from assets import audit, candidate, checks, report, screened, sets  # noqa: PLC0415 - loads Dagster, which the parent does without

    decided = [sets.JOINED, screened.NAME, sets.UNIQUE, sets.SPLIT, sets.BALANCED, candidate.NAME]
    assert set(APART) <= set(checks.CHECKS), "a check has another name"
    return [*decided, *(f"{CHECK}{name}" for name in APART), OTHERS, audit.NAME, "release", report.NAME]


def one(stage: str, catalog: Path, home: Path) -> dict[str, Any]:
    """``stage`` alone, in this process: nothing has been read before, and nothing is left of another."""
    from resources.workspace import close_workspaces, shared_workspace  # noqa: PLC0415 - what the parent does without

    space = shared_workspace(catalog, home)
    is_check = stage == OTHERS or stage.startswith(CHECK)
    said = _checked(stage.removeprefix(CHECK), space) if is_check else _asset(stage, catalog, home)
    close_workspaces()
    return {"said": said}


def _checked(name: str, space: Any) -> str:
    """One of the candidate's checks, or `OTHERS`; what they find goes into the verdict, as that of all does in a run."""
    from assets.checks import CHECKS  # noqa: PLC0415 - loads Dagster

    findings = {one: CHECKS[one](space) for one in (sorted(set(CHECKS) - set(APART)) if name == OTHERS else [name])}
    failed = {one: finding.message for one, finding in findings.items() if not (finding.passed or finding.warn)}
    with space.lock.held():
        space.releases.add_to_verdict(space.releases.candidate().sha256, {one: one not in failed for one in findings}, failed)
    return "; ".join(failed.values())


def _asset(name: str, catalog: Path, home: Path) -> str:
    """One asset; an exception if it fails."""
    import dagster as dg  # noqa: PLC0415 - the parent does without

    from assets.audit import judge_audit  # noqa: PLC0415 - loads Dagster
    from assets.graph import build_assets  # noqa: PLC0415 - the same
    from resources.workspace import shared_workspace  # noqa: PLC0415 - the same
    from resources.workspace_resource import WorkspaceResource  # noqa: PLC0415 - the same

    space = shared_workspace(catalog, home)
    if name == "release":
        judge_audit(space, space.releases.audit())
    wanted = next(one for one in build_assets(space.catalog).assets if one.op.name == name)
    own = WorkspaceResource(catalog_path=str(catalog), home_path=str(home))
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([wanted], instance=instance, resources={"workspace": own})
    return ""


def whole(catalog: Path, home: Path) -> dict[str, Any]:
    """`winnow publish`; an error if it publishes nothing."""
    from pipelines.cli import main as command  # noqa: PLC0415 - what the parent does without
    from resources.release_files import read_json  # noqa: PLC0415 - the same

    os.environ |= {"WINNOW_CATALOG": str(catalog), "WINNOW_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    sys.argv = ["winnow", "publish"]
    try:
        command()
    except SystemExit as ended:
        if ended.code:
            raise
    (latest,) = (read_json(path) for path in home.glob("releases/*/LATEST"))
    return {"said": latest["version"]}


def measured(stage: str, catalog: Path, home: Path, out: Path) -> Result:
    """``stage`` in a process of its own, on one core; with what it cost."""
    command = [sys.executable, "-m", "benchmarks.set_part", "--one", stage, str(catalog), str(home), str(out)]
    threads = ("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(threads, "1"), "DAGSTER_DISABLE_TELEMETRY": "1"}
    # Programs are compiled once and not by every stage, whatever is set here.
    environment |= {"PYTHONPYCACHEPREFIX": str(out.parent / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - this very program
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"{stage} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**json.loads(out.read_text(encoding="utf-8")), "seconds": seconds}


def peak_megabytes() -> float:
    """The most that was resident of this process at once, in 10⁶ bytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) * 1024 / 1e6
    except (OSError, StopIteration):  # no Linux: the same figure, in KiB there too but for macOS, which counts bytes
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def tabled(results: Mapping[str, Result]) -> str:
    """The table of stages, with their sum and the whole."""
    rows = [
        (name if name in {WHOLE, OTHERS} else f"`{name}`", f"{result['seconds']:,.1f}", f"{result['peak_mb']:,.0f}")
        for name, result in results.items()
    ]
    alone = [result for name, result in results.items() if name != WHOLE]
    if WHOLE in results:
        seconds, peak = sum(result["seconds"] for result in alone), max(result["peak_mb"] for result in alone)
        rows.insert(len(alone), ("sum and highest of these", f"{seconds:,.1f}", f"{peak:,.0f}"))
    return table(("stage", "CPU seconds", "peak MB"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.set_part",
        description="Measure what the set part costs, stage by stage and as a whole.",
    )
    parser.add_argument("--one", nargs=4, metavar=("STAGE", "CATALOG", "HOME", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=SIZE, help="examples (default: %(default)s)")
    parser.add_argument(
        "--rows-an-object", type=int, default=ROWS_AN_OBJECT, help="examples of one source object (default: %(default)s)"
    )
    parser.add_argument("--folder", type=Path, help="where to work, and to leave what was made; a temporary folder by default")
    parser.add_argument("--stages", nargs="+", metavar="STAGE", help="only these, over the home that stands in --folder")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.one:
        stage, catalog, home, out = chosen.one
        result = whole(Path(catalog), Path(home)) if stage == WHOLE else one(stage, Path(catalog), Path(home))
        Path(out).write_text(json.dumps({**result, "peak_mb": peak_megabytes()}), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        text = _run(chosen, (chosen.folder or Path(temporary)).absolute())
    sys.stdout.write(f"{text}\n")
    if chosen.write:
        renew(PAGE, {PART: text})
    return 0


def _run(chosen: argparse.Namespace, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    catalog, home = folder / "catalog.yaml", folder / "home"
    if not home.exists():
        make(folder, chosen.size, chosen.rows_an_object)
        shutil.copytree(home, folder / AGAIN)
    results: dict[str, Result] = {}
    for stage in chosen.stages or [*stages(), WHOLE]:
        result = measured(stage, catalog, folder / AGAIN if stage == WHOLE else home, folder / "result.json")
        sys.stderr.write(f"{stage}: {result['seconds']:.1f} s, {result['peak_mb']:.0f} MB {result['said']}\n")
        results[stage] = result
    setting = (
        f"{chosen.size:,} made-up examples, {chosen.rows_an_object} an object, one core; "
        f"Python {platform.python_version()}, {platform.machine()}."
    )
    return f"{setting}\n\n{tabled(results)}"


if __name__ == "__main__":
    sys.exit(main())
