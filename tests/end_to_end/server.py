"""The program that `forked.Forked` talks to: it imports everything once, stays single-threaded, and forks for every request.

Belongs here: what happens in a child before the command, and the moments at which it may have to die. A request is a line of JSON
on standard input, the answer a line with the exit code; output goes to files in the folder that the request names.
"""

import importlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.cli._app import _register, main
from pipelines.definitions import build
from pipelines.runner import QUIET, prepare_instance
from winnow.detect import build_detector
from winnow.detector_config import DetectorConfig
from winnow.exports import exports
from winnow.formats import formats
from winnow.languages import language_of
from winnow.tokens import count_tokens

FAILED = 1

LOADED_LATE = (
    "alembic.command",
    "dagster._core.execution.execute_in_process",
    "dagster._core.storage.event_log.sqlite.consolidated_sqlite_event_log",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.sqlite_storage",
    "dagster._daemon.run_coordinator.queued_run_coordinator_daemon",
    "fsspec.implementations.local",
    "pandas",
    "sqlalchemy.dialects.mysql",
    "trafilatura",
)
"""What the line loads when it is used: three seconds that each child would spend by itself."""

_connect = sqlite3.connect


class Moments:
    """The steps of this process that make something durable below the home, counted, and the one to die at.

    Calls are ``rename``, ``replace``, ``fsync`` and ``rmtree`` with the name of the file or folder (where there are two, the new
    one), ``commit`` for the ledger's commits and ``write`` for its insertions and updates. Each has a moment ``before`` it and
    one ``after`` it; writes are not counted, but can be named. To die ``inside`` a commit is to die in the middle of what SQLite
    writes for it, when ``bytes`` of it are on the disk.
    """

    def __init__(self, home: Path, kill: Mapping[str, Any]) -> None:
        """``kill`` as `forked.Forked.run` takes it."""
        self._home, self._dagster, self._kill = home, home / "dagster", kill
        self._count = self._matching = 0

    def install(self) -> None:
        """Wrap the calls of this process."""
        for name, place in (("rename", 1), ("replace", 1), ("fsync", 0)):
            setattr(os, name, self._wrapped(name, getattr(os, name), place))
        shutil.rmtree = self._wrapped("rmtree", shutil.rmtree, 0)
        sqlite3.connect = self._connected  # type: ignore[assignment]

    def moment(self, call: str, name: str, when: str) -> None:
        """Die here if this is the moment."""
        self._count += call != "write"
        wanted = self._count == self._kill["count"] if "count" in self._kill else self.is_named(call, name, when)
        if wanted:
            os.killpg(0, signal.SIGKILL)

    def is_named(self, call: str, name: str, when: str) -> bool:
        """Whether this is the moment that was asked for by name; ``nth`` says which of several."""
        if (call, when) != (self._kill.get("call"), self._kill.get("when")) or self._kill.get("name", "") not in name:
            return False
        self._matching += 1
        return bool(self._matching == self._kill.get("nth", 1))

    def tear(self, path: Path) -> None:
        """Let the kernel kill this process when ``path`` has grown by the bytes that were asked for."""
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        size = path.stat().st_size if path.exists() else 0
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + self._kill["bytes"], resource.RLIM_INFINITY))

    def _wrapped(self, call: str, function: Callable[..., Any], place: int) -> Any:
        def wrapper(*given: Any, **named: Any) -> Any:
            target = given[place]
            path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else Path(target)
            if not path.is_relative_to(self._home) or path.is_relative_to(self._dagster):
                return function(*given, **named)
            self.moment(call, path.name, "before")
            result = function(*given, **named)
            self.moment(call, path.name, "after")
            return result

        return wrapper

    def _connected(self, path: Any, *given: Any, **named: Any) -> Any:
        if Path(path).name == "ledger.sqlite":
            named["factory"] = type("LedgerConnection", (_Connection,), {"moments": self, "wal": Path(f"{path}-wal")})
        return _connect(path, *given, **named)


class _Connection(sqlite3.Connection):
    """The ledger's connection, whose commits and writes are moments."""

    moments: Moments
    wal: Path

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and self.moments.is_named("commit", "ledger", "inside"):
            self.moments.tear(self.wal)
        call = "commit" if sql == "COMMIT" else "write" if sql.lstrip().startswith(("INSERT", "UPDATE")) else None
        if call is None:
            return super().execute(sql, *given)
        self.moments.moment(call, "ledger", "before")
        result = super().execute(sql, *given)
        self.moments.moment(call, "ledger", "after")
        return result


def serve() -> None:
    """Fork for every line of standard input, and answer with how the child ended."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            become(request)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def load() -> None:
    """Load what a night needs; nothing of it starts a thread of Python's."""
    for name in LOADED_LATE:
        importlib.import_module(name)
    _register()
    formats()
    exports()
    count_tokens(["vocabulary"], "o200k_base")
    build_detector(DetectorConfig())(["nobody"])
    language_of("which language nobody speaks")


def become(request: Mapping[str, Any]) -> None:
    """Run the requested command in this child, and never return."""
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, descriptor in (("out", 1), ("err", 2)):
        os.dup2(os.open(Path(request["folder"], name), os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
    for name in [name for name in os.environ if name.startswith(("WINNOW_", "DAGSTER_"))]:
        del os.environ[name]
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    if request["kill"]:
        Moments(Path(os.environ["WINNOW_HOME"]), request["kill"]).install()
    code: Any = FAILED
    try:
        execute(request["arguments"])
        code = 0
    except SystemExit as error:
        code = error.code
    except BaseException:  # noqa: BLE001 - a child that came back from here would serve requests itself
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else FAILED if code else 0)


def execute(arguments: Sequence[str]) -> None:
    """The command itself."""
    if arguments[0] != "dg-ingest":
        sys.argv[1:] = arguments
        main()
        return
    home = Path(os.environ["WINNOW_HOME"])
    prepare_instance(home)
    job = build(Path(os.environ["WINNOW_CATALOG"]), home).resolve_job_def("ingest")
    with dg.DagsterInstance.get() as instance:
        for day in arguments[1:]:
            assert job.execute_in_process(run_config=QUIET, partition_key=day, instance=instance).success


if __name__ == "__main__":
    load()
    serve()
