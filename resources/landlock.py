"""Which files a process that parses a stranger's bytes may open, kept by the kernel (Linux 5.13 and later, Landlock).

It reads what Python and the system's libraries consist of, and writes in one folder. So whatever a file does to its reader, it sees
neither the ledger nor other people's files, and changes none.

Belongs here: the rules and their installation. Does not belong here: system calls (`resources.seccomp`) and limits
(`resources.confinement`). Reference: ``Documentation/userspace-api/landlock.rst`` of Linux.
"""

import contextlib
import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every machine
_ASK_VERSION = 1
_BENEATH = 1

# linux/landlock.h; the kernel's version of the interface says how many of them it knows
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_PORTS_SINCE, _BOTH_PORTS = 4, 3  # bind and connect over TCP
_SCOPES_SINCE, _BOTH_SCOPES = 6, 3  # abstract sockets and signals of processes outside

_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt/homebrew", "/nix/store", "/gnu/store")
_LOOKED_UP = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/fonts"),
    *(
        "/dev/null",
        "/dev/zero",
        "/dev/urandom",
        "/dev/random",
        "/proc/self",
        "/sys/devices/system/cpu",
        "/proc/cpuinfo",
        "/proc/meminfo",
    ),
)
_WRITTEN = ("/dev/null",)


def interface() -> int:
    """The version of the interface that this kernel has; 0 without one."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION)))


def code_folders() -> list[str]:
    """Where the running Python, its libraries and the loaded packages of this project lie.

    Of an entry of the module path that is no folder of libraries, such as a checkout, only the packages that are loaded: a home
    may lie beside them.
    """
    libraries = {path for name, path in sysconfig.get_paths().items() if name not in {"scripts", "data"}}
    libraries |= {path for path in sys.path if "site-packages" in path or "dist-packages" in path}
    libraries |= {os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix)}  # noqa: PTH118 - as sys spells it
    packages = set()
    for name, module in list(sys.modules.items()):
        places = list(getattr(module, "__path__", None) or ()) if "." not in name else []
        file = getattr(module, "__file__", None)
        packages |= set(places) or ({file} if file and "." not in name else set())
    return sorted(libraries | packages | {sys.executable})


def confine(folder: Path, *, programs: bool) -> bool:
    """Keep this process and what it starts to reading code and writing in ``folder``, for good; whether the kernel does so.

    ``programs``: it may also execute what the system has. The process must have no privileges to gain (no_new_privs).
    """
    version = interface()
    if version == 0:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    rights = (1 << _RIGHTS.get(version, 16)) - 1
    ports = _BOTH_PORTS if version >= _PORTS_SINCE else 0
    scopes = _BOTH_SCOPES if version >= _SCOPES_SINCE else 0
    described = struct.pack("=QQQ", rights, ports, scopes)
    ruleset = int(library.syscall(_CREATE, described, ctypes.c_size_t(len(described)), 0))
    if ruleset < 0:
        return False
    try:
        reading = _READ_FILE | _READ_DIR | (_EXECUTE if programs else 0)
        _allow(library, ruleset, (*_SYSTEM, *code_folders()), reading)
        _allow(library, ruleset, _LOOKED_UP, _READ_FILE | _READ_DIR)
        _allow(library, ruleset, _WRITTEN, _WRITE_FILE | _READ_FILE)
        _allow(library, ruleset, (str(folder),), rights & ~_EXECUTE)
        return not library.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # not every system has every one
            opened = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
            try:
                granted = rights if Path(path).is_dir() else rights & _OF_FILES
                # struct landlock_path_beneath_attr, which is packed
                library.syscall(_ADD, ruleset, _BENEATH, struct.pack("=Qi", granted, opened), 0)
            finally:
                os.close(opened)
