"""What reading one file costs: processor seconds and the most memory, of a process of its own.

The process is forked from this one, in which all readers are loaded, and is under the limits that the engine sets
(`resources.confinement.Limits`), so that what is measured is what a run would take.

Belongs here: the measurement. Does not belong here: the walls around a reader (`tests.hostile.line` runs behind them).
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, Pipe

import pyarrow.compute as pc

from resources.confinement import Limits, limit, limit_memory, limit_next
from resources.engine_frames import pack
from tests.hostile.case import Case, Outcome
from winnow.errors import UnreadableDocument
from winnow.extract import object_reader
from winnow.formats import ReadOptions, TableOptions, preload
from winnow.sealed import SourceReading

CPU_SECONDS = 30.0  # that one file may take at most

MEMORY_BYTES = 1000**3  # the same, of all that its process holds

COLUMNS = TableOptions(columns=("id", "text"))

SOURCES = {"files": SourceReading(), "tables": SourceReading(read=ReadOptions(table=COLUMNS))}

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes here


@dataclass(frozen=True, slots=True)
class Cost:
    """What came of one file, and at what cost.

    Attributes:
        name: of the case.
        label: of the outcome, see `Outcome.label`.
        cpu_seconds: of the process, system time included.
        memory_bytes: the most that the process held, with all that it shares with its parent.
    """

    name: str
    label: str
    cpu_seconds: float
    memory_bytes: int

    @property
    def is_bounded(self) -> bool:
        """Whether it took no more than one file may."""
        return self.cpu_seconds <= CPU_SECONDS and self.memory_bytes <= MEMORY_BYTES


def costs(cases: Iterable[Case]) -> list[Cost]:
    """The cost of each of ``cases``, measured by a fresh interpreter, so that what this one holds is not counted."""
    names = "\n".join(case.name for case in cases)
    done = subprocess.run([sys.executable, "-m", "tests.hostile.cost"], input=names, capture_output=True, text=True, check=True)
    return [Cost(**json.loads(line)) for line in done.stdout.splitlines()]


def measured(cases: Iterable[Case]) -> Iterator[Cost]:
    """The cost of each of ``cases``, one after the other, in children of this process."""
    preload()
    for case in cases:
        yield _measured(case)


def _measured(case: Case) -> Cost:
    content = case.make()
    ours, theirs = Pipe(duplex=False)
    pid = os.fork()
    if not pid:
        try:
            ours.close()
            _read(case, content, theirs)
        finally:
            os._exit(1)
    theirs.close()
    outcome = _heard(ours)
    _, status, used = os.wait4(pid, 0)
    if outcome is None:
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        outcome = Outcome(reasons={"timeout" if killed == signal.SIGXCPU else "worker_died"})
    return Cost(case.name, outcome.label, used.ru_utime + used.ru_stime, used.ru_maxrss * _MAXRSS_UNIT)


def _heard(channel: Connection) -> Outcome | None:
    try:
        said = json.loads(channel.recv_bytes())
    except EOFError:
        return None
    return Outcome(documents=said["documents"], reasons=set(said["reasons"]))


def _read(case: Case, content: bytes, channel: Connection) -> None:
    """In the child: read ``content`` under the engine's limits, and tell what came of it, without its words."""
    limits, documents, reasons = Limits(), 0, set[str]()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    limit_memory(limits.memory_bytes)
    limit(resource.RLIMIT_CORE, 0)
    limit_next(limits.cpu_seconds)
    source = "tables" if case.table else "files"
    try:
        for batch in object_reader(SOURCES)({"source": source, "key": case.file}, content):
            documents += batch.column("reason").null_count
            reasons |= set(pc.unique(batch.column("reason").drop_null()).to_pylist())
            pack(batch)  # as a reader does before it sends them
    except UnreadableDocument as error:
        documents, reasons = 0, {error.reason}
    except MemoryError:
        documents, reasons = 0, {"memory"}
    channel.send_bytes(json.dumps({"documents": documents, "reasons": sorted(reasons)}).encode())
    os._exit(0)


def main() -> None:
    """Measure the cases whose names are the lines of standard input, and print their costs as lines of JSON."""
    from tests.hostile.corpus import CASES  # noqa: PLC0415 - who imports this module may have made a corpus of its own

    wanted = set(sys.stdin.read().split())
    for cost in measured(case for case in CASES if case.name in wanted):
        sys.stdout.write(json.dumps(asdict(cost)) + "\n")


if __name__ == "__main__":
    main()
