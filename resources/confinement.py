"""What holds a process that parses a stranger's bytes: limits, and walls around it, all kept by the kernel.

A worker puts itself under them after the fork and before the first byte, for good. What each system keeps:

=================  ==========================================  ====================================================
what               Linux (x86_64, aarch64)                     macOS and others
=================  ==========================================  ====================================================
memory             RLIMIT_AS                                   not kept (the kernel ignores the limit)
processor time     RLIMIT_CPU, set anew for each object        the same
wall-clock time    a watchdog kills the process group          the same
size of files      RLIMIT_FSIZE                                the same
open files         RLIMIT_NOFILE; nothing is inherited         the same
network, signals,  seccomp: refused                            refused to Python code, by an audit hook; C code is free
other processes
programs           seccomp: refused, but for OCR               the same hook
reading files      Landlock: code only (Linux 5.13)            not kept
writing files      Landlock: one private folder; on older      the hook
                   kernels seccomp: none
privileges         no_new_privs, and root's are dropped        not kept
=================  ==========================================  ====================================================

Belongs here: what a process does to itself. Does not belong here: who starts, watches and kills it (`resources.engine_pool`,
`resources.engine_nursery`).
"""

import contextlib
import ctypes
import math
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources import landlock, seccomp

MIB = 1024 * 1024

MEMORY_BYTES = 768 * MIB  # with the 150 MiB that a reader shares with its parent it stays below 1 GB whatever it reads
CPU_SECONDS = 25  # rounded up to a whole second of the process's own clock, an object has less than 27
TIMEOUT_SECONDS = 180.0  # for an object that waits instead of computing, and for machines with more work than cores
OUTPUT_BYTES = 2048 * MIB  # of one object, as Arrow; it lies on disk until the object is done
OBJECTS_PER_WORKER = 200  # what a library leaves behind in memory grows with them; a fork costs 5 ms

FILE_BYTES = 64 * MIB  # of a page's picture for OCR; no reader writes files
OPEN_FILES = 64  # modules are imported one at a time
STARTED = 256  # processes and threads that a reader with OCR may add to those its user has

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_CAPABILITIES = 0x20080522  # _LINUX_CAPABILITY_VERSION_3

KEPT_VARIABLES = frozenset({"PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT"})
"""Of the caller's environment: how to find programs and libraries. All else may be a secret that the catalog names."""

FIXED_VARIABLES = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"}  # the same on every host


@dataclass(frozen=True, slots=True)
class Limits:
    """What one object may take of its reader.

    Attributes:
        memory_bytes: address space beyond what the process starts with.
        cpu_seconds: processor time.
        timeout_seconds: wall-clock time in which the caller listens.
        output_bytes: of all its rows together, as Arrow.
        objects_per_worker: after so many a reader is replaced; 1: no two objects share a process.
    """

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    timeout_seconds: float = TIMEOUT_SECONDS
    output_bytes: int = OUTPUT_BYTES
    objects_per_worker: int = OBJECTS_PER_WORKER


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` without what may be secret or makes hosts differ."""
    return {**{name: value for name, value in environment.items() if name in KEPT_VARIABLES}, **FIXED_VARIABLES}


def walls() -> dict[str, bool]:
    """Which walls this system's kernel keeps: ``network`` (and signals, programs), ``files``, ``memory``."""
    return {"network": seccomp.is_there(), "files": landlock.interface() > 0, "memory": sys.platform == "linux"}


def confine(channel: socket.socket, errors: int, folder: Path, memory_bytes: int, *, programs: bool) -> socket.socket:
    """Put this process under all limits but that on time, and behind all walls; ``channel`` at its new descriptor.

    ``errors`` is the descriptor that takes what libraries print, ``folder`` the only place for files. ``programs``: it may start
    programs.
    """
    die_with_parent()
    os.umask(0o077)
    kept = _only(channel, errors)
    os.chdir(folder)
    os.environ.update(
        {"TMPDIR": str(folder), "HOME": str(folder)}
    )  # a library that looks for its settings finds an empty folder
    tempfile.tempdir = str(folder)
    limit_memory(memory_bytes)
    limit(resource.RLIMIT_CORE, 0)  # a core file would hold text
    limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    if programs:
        limit(resource.RLIMIT_NPROC, _tasks_of_user() + STARTED)
    _wall_in(folder, programs=programs)
    return kept


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, where it can (Linux)."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit_memory(memory_bytes: int) -> None:
    """Let this process take ``memory_bytes`` of address space beyond what it has; only Linux tells and keeps it."""
    with contextlib.suppress(OSError, ValueError):
        limit(resource.RLIMIT_AS, address_space() + memory_bytes)


def limit(kind: int, most: int) -> None:
    """Set a limit of this process for good, or leave a lower one as it is."""
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def limit_next(cpu_seconds: int) -> None:
    """Give this process ``cpu_seconds`` from now on; then it dies by SIGXCPU, which no code of it is asked about."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(used.ru_utime + used.ru_stime + cpu_seconds)
    with contextlib.suppress(OSError, ValueError):  # the user's own limit is lower, and holds
        resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def address_space() -> int:
    """Bytes of address space that this process has; ValueError or OSError where the system does not tell."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def highest_address_space() -> int:
    """The most that it ever had; 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmPeak:")[2].split()[0]) * 1024
    return 0


def _only(channel: socket.socket, errors: int) -> socket.socket:
    """Close every descriptor but ``channel``, and let standard output go nowhere and standard error to ``errors``."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    held = os.dup2(channel.fileno(), 100, inheritable=False)  # above those that are set now, below those that are closed
    for source, target in ((nowhere, 0), (nowhere, 1), (errors, 2)):
        os.dup2(source, target)
    os.dup2(held, 3, inheritable=False)
    channel.detach()
    os.closerange(4, max(101, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform != "linux" else _highest() + 1))
    return socket.socket(fileno=3)


def _highest() -> int:
    """The highest open descriptor, so that a million closed ones need not be closed."""
    try:
        return max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _wall_in(folder: Path, *, programs: bool) -> None:
    """Everything after which this process can do less for good; what the kernel does not keep an audit hook keeps from Python."""
    kept = {"network": False, "files": False}
    with contextlib.suppress(OSError, AttributeError):
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            kept["files"] = landlock.confine(folder, programs=programs)
            _drop_privileges()
    with contextlib.suppress(OSError):
        if seccomp.is_there():
            seccomp.install(seccomp.program(os.getpid(), programs=programs, files=kept["files"] or programs))
            kept["network"] = True
    if not kept["network"]:
        _refuse_by_hook(folder, programs=programs)


def _drop_privileges() -> None:
    """Root without its capabilities: it may no longer raise limits, read what is closed to it, or see other processes."""
    header = struct.pack("=Ii", _CAPABILITIES, 0)
    ctypes.CDLL(None).capset(header, struct.pack("=6I", *([0] * 6)))


def _tasks_of_user() -> int:
    """Processes and threads that this user has now, which RLIMIT_NPROC counts too."""
    count = 0
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):  # noqa: PTH208 - names alone
            if name.isdigit():
                with contextlib.suppress(OSError):
                    if os.stat(f"/proc/{name}").st_uid == os.getuid():  # noqa: PTH116 - the same
                        count += len(os.listdir(f"/proc/{name}/task"))  # noqa: PTH208 - the same
    return count


_REFUSED = (
    *("socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "os.kill", "os.killpg", "ctypes.dlopen"),
    *("os.chmod", "os.chown", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"),
)
_STARTING = ("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")


def _refuse_by_hook(folder: Path, *, programs: bool) -> None:
    """The last resort: Python's own functions refuse what the kernel should. C code is not asked."""
    refused = frozenset((*_REFUSED, *(() if programs else _STARTING)))
    own = str(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        inside = bool(arguments) and str(arguments[0]).startswith(own)
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if (event in refused or writes) and not inside:
            raise PermissionError

    sys.addaudithook(hook)
