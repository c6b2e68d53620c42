"""A real PostgreSQL server for tests, started on a free port and gone behind them; skips, with what to install, where none is."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests.end_to_end.programs import free_port, require, wait_for

PASSWORD = "of the tests alone"


@contextmanager
def postgres_server() -> Iterator[dict[str, str]]:
    """Where the server listens and how to log in, by the names that psycopg2 has for them."""
    programs = _program("initdb"), _program("postgres")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "password").write_text(PASSWORD)
        if not os.geteuid():
            for path in (folder, folder / "password"):
                os.chown(path, _owner().pw_uid, _owner().pw_gid)
        initialise = [programs[0], "--username", "winnow", "--auth", "scram-sha-256", "--pwfile", str(folder / "password")]
        cluster = str(folder / "cluster")
        subprocess.run(_demoted([*initialise, "--no-sync", "-D", cluster]), check=True, capture_output=True, cwd="/")
        options = ["-p", str(port), "-k", name, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(_demoted([programs[1], "-D", cluster, *options]), stdout=log, stderr=log, cwd="/")
        try:
            found = {"host": "127.0.0.1", "port": str(port), "user": "winnow", "password": PASSWORD, "dbname": "postgres"}
            wait_for("PostgreSQL's start", lambda: answers(found))
            yield found
        finally:
            server.terminate()
            server.wait(timeout=60)


def answers(server: Mapping[str, str]) -> bool:
    """Whether ``server`` takes connections."""
    try:
        psycopg2.connect(**server).close()
    except psycopg2.OperationalError:
        return False
    return True


def _program(name: str) -> str:
    """A program of the newest PostgreSQL server here; Debian keeps them outside the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return require("PostgreSQL", str(found[-1]) if found else shutil.which(name), "postgresql")


def _demoted(command: Sequence[str]) -> list[str]:
    """``command`` as a user who is not root, since PostgreSQL refuses to run as root."""
    if os.geteuid():
        return list(command)
    return ["setpriv", "--reuid", str(_owner().pw_uid), "--regid", str(_owner().pw_gid), "--clear-groups", *command]


def _owner() -> pwd.struct_passwd:
    """Whose server it is: Debian's package makes a user for it."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
