"""The whole corpus, through the line and measured file by file: ``python -m tests.hostile.report`` prints what came of it.

Ends with status 1 if any file has another outcome than is true of it, costs more than it may, or an honest one suffers.

Belongs here: the figures and the table. Does not belong here: the run (`tests.hostile.line`) and the measurement
(`tests.hostile.cost`).
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.hostile import corpus, line
from tests.hostile.case import Case, Outcome
from tests.hostile.cost import CPU_SECONDS, MEMORY_BYTES, Cost, costs

WORST = 5  # files that are named by their cost

MEGABYTE = 1000**2


def main() -> int:
    """Print the tables; 1 if something is wrong."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus.write(folder / "landing", corpus.CASES)
        corpus.write_good(folder / "landing")
        corpus.write_misplaced(folder / "landing")
        corpus.write_gigabytes(folder / "landing")
        found = line.run(folder)
    wrong = line.faults(found, corpus.CASES)
    wrong |= {key: "honest, and not read" for (_, key), rows in found.honest().items() if any(row["reason"] for row in rows)}
    wrong |= _gigabytes(found)
    outcomes = {case.name: found.outcome(case) for case in corpus.CASES}
    print_table(corpus.CASES, outcomes, wrong)
    ran = time.monotonic() - began
    measured = costs(corpus.CASES)
    print_costs(measured)
    wrong |= {cost.name: "costs more than one file may" for cost in measured if not cost.is_bounded}
    wrong |= {cost.name: "killed its reader" for cost in measured if cost.label == "worker_died"}
    said = [f"{name}: {fault}" for name, fault in sorted(wrong.items())]
    _say(f"\n{len(corpus.CASES)} hostile and {len(corpus.GOOD)} honest files in {ran:.0f} s; {len(said)} wrong", *said)
    return 1 if wrong else 0


def _gigabytes(found: line.Run) -> dict[str, str]:
    """What is wrong with the lines of a gigabyte, which are over the size limit of their sources."""
    reasons = {key: {row["reason"] for row in rows} for (_, key), rows in found.rows.items() if key.startswith("gigabyte.")}
    wrong = {key: f"{sorted(map(str, said))}, not too_large" for key, said in reasons.items() if said != {"too_large"}}
    return wrong if len(reasons) == len(corpus.GIGABYTES) else wrong | {"gigabyte": "not listed"}


def print_table(cases: Sequence[Case], outcomes: Mapping[str, Outcome], wrong: Mapping[str, str]) -> None:
    """What came of ``cases``, a row a kind of hostility."""
    _say("| kind | files | read | in part | refused | wrong |", "| --- | ---: | ---: | ---: | --- | ---: |")
    for kind in sorted({case.kind for case in cases}):
        ours = [case for case in cases if case.kind == kind]
        labels = Counter(outcomes[case.name].label for case in ours)
        read, part = labels.pop("read", 0), labels.pop("read in part", 0)
        refused = ", ".join(f"`{label}` {count}" for label, count in sorted(labels.items()))
        _say(
            f"| {kind} | {len(ours)} | {read or ''} | {part or ''} | {refused} | {sum(case.name in wrong for case in ours) or ''} |"
        )


def print_costs(measured: Sequence[Cost]) -> None:
    """The files that cost most."""
    slow = sorted(measured, key=lambda cost: -cost.cpu_seconds)[:WORST]
    fat = sorted(measured, key=lambda cost: -cost.memory_bytes)[:WORST]
    _say("", f"| slowest, of {CPU_SECONDS:.0f} CPU s | CPU s | outcome |", "| --- | ---: | --- |")
    _say(*(f"| {cost.name} | {cost.cpu_seconds:.1f} | {cost.label} |" for cost in slow))
    _say("", f"| fattest, of {MEMORY_BYTES // MEGABYTE} MB | MB | outcome |", "| --- | ---: | --- |")
    _say(*(f"| {cost.name} | {cost.memory_bytes // MEGABYTE} | {cost.label} |" for cost in fat))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
