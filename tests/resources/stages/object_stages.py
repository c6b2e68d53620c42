"""Readers for the tests of confined workers: each object's bytes are the word for what happens. Workers import this by name."""

import contextlib
import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from winnow.errors import UnreadableDocument

SCHEMA = pa.schema([("word", pa.string()), ("pid", pa.int64()), ("said", pa.list_(pa.struct([("text", pa.string())])))])

Reader = Callable[[Mapping[str, str], bytes], Iterator[pa.RecordBatch]]


def rows(word: str, *said: str) -> pa.RecordBatch:
    """One row that says ``said`` of ``word``."""
    return pa.RecordBatch.from_pylist([{"word": word, "pid": os.getpid(), "said": [{"text": text} for text in said]}], SCHEMA)


def check(batch: pa.RecordBatch) -> None:
    """Refuse what a test calls forged."""
    if "forged" in batch.column("word").to_pylist():
        raise ValueError


def reader(config: Mapping[str, Any]) -> Reader:
    """What an object's word stands for is done; ``config`` is for the words that need something from outside."""
    if config.get("broken"):
        message = "quoted document text"
        raise KeyError(message)

    def read(about: Mapping[str, str], content: bytes) -> Iterator[pa.RecordBatch]:
        word, _, rest = content.decode().partition(" ")
        deed = _DEEDS.get(word)
        if word == "parts":
            for number in range(int(rest)):
                yield rows(word, str(number) * 1000)
        elif word == "half":
            yield rows(word, "a first part")
            _DEEDS[rest](config, "")
        else:
            yield rows(word, *(deed(config, rest) if deed else (rest, about["key"])))

    return read


def _hang(_config: Mapping[str, Any], _rest: str) -> list[str]:
    while True:
        time.sleep(60)


def _spin(_config: Mapping[str, Any], _rest: str) -> list[str]:
    while True:
        sum(range(10_000))


def _trickle(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """Send what is no frame, a byte at a time, for ever."""
    while True:
        os.write(3, b"P")
        time.sleep(0.05)


def _shout(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """Say that another object is done, several times over."""
    os.write(3, (b"D" + (2).to_bytes(8, "big") + b"{}") * 3)
    return []


def _abort_for_memory(_config: Mapping[str, Any], _rest: str) -> list[str]:
    os.write(2, b"memory allocation of 8589934592 bytes failed\n")
    os.abort()


def _eat(_config: Mapping[str, Any], _rest: str) -> list[str]:
    return [str(len(bytearray(1 << 33)))]


def _nibble(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """Take all there is and hide it, as libraries do that turn a lack of memory into an error of their own."""
    hoard = []
    with contextlib.suppress(MemoryError):
        while True:
            hoard.append(bytearray(1 << 22))
    hoard.clear()
    raise UnreadableDocument("damaged")


def _crash_once(config: Mapping[str, Any], _rest: str) -> list[str]:
    """Die in the first process that reads this; the parent, which may write, has been told so by the folder's number of readers."""
    flag = Path(config["flag"])
    if not flag.exists():
        os.abort()
    return ["there"]


def _refuse(_config: Mapping[str, Any], rest: str) -> list[str]:
    raise UnreadableDocument(rest, kind="sham")


def _fail(_config: Mapping[str, Any], _rest: str) -> list[str]:
    message = "quoted document text"
    raise RuntimeError(message)


def _leak(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """Keep memory between objects."""
    _KEPT.append(bytearray(64 << 20))
    return [str(len(_KEPT))]


def _attempts(config: Mapping[str, Any], _rest: str) -> list[str]:
    """Try everything that a reader must not do; the names of what succeeded."""
    found = []
    for name, deed in _FORBIDDEN.items():
        try:
            deed(config)
        except (OSError, ValueError, RuntimeError):
            continue
        found.append(name)
    return found


def _environment(_config: Mapping[str, Any], _rest: str) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(os.environ.items())]


def _setting(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """What this process was given: descriptors, folder, limits."""
    folder = Path.cwd()
    (folder / "own").write_text("own", encoding="ascii")
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)]
    return [
        " ".join(sorted(path.name for path in Path("/proc/self/fd").iterdir())),
        str(folder),
        oct(folder.stat().st_mode & 0o777),
        oct((folder / "own").stat().st_mode & 0o777),
        *map(str, limits),
    ]


def _fill_disk(_config: Mapping[str, Any], _rest: str) -> list[str]:
    written = 0
    try:
        with Path("large").open("wb") as file:
            for _ in range(1024):
                written += file.write(b"x" * (1 << 20))
                file.flush()
    except OSError:
        return [str(written)]
    return ["all"]


def _open_files(_config: Mapping[str, Any], _rest: str) -> list[str]:
    opened = []
    try:
        while True:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return [str(len(opened))]


def _program(_config: Mapping[str, Any], _rest: str) -> list[str]:
    return [subprocess.run(["echo", "ran"], capture_output=True, text=True, check=True).stdout.strip()]


def _bomb(_config: Mapping[str, Any], _rest: str) -> list[str]:
    """Fork for ever, each child as well."""
    while True:
        with contextlib.suppress(OSError):
            os.fork()


def _thread(_config: Mapping[str, Any], _rest: str) -> list[str]:
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append("ran"))
    thread.start()
    thread.join()
    return said


_KEPT: list[bytearray] = []

_DEEDS: dict[str, Callable[[Mapping[str, Any], str], list[str]]] = {
    "hang": _hang,
    "spin": _spin,
    "trickle": _trickle,
    "shout": _shout,
    "crash": lambda _config, _rest: [str(ctypes.string_at(0))],
    "abort": lambda _config, _rest: [str(os.abort())],
    "abort_for_memory": _abort_for_memory,
    "exit": lambda _config, _rest: [str(os._exit(0))],
    "eat": _eat,
    "nibble": _nibble,
    "crash_once": _crash_once,
    "refuse": _refuse,
    "fail": _fail,
    "leak": _leak,
    "large": lambda _config, rest: ["x" * int(rest)],
    "attempts": _attempts,
    "environment": _environment,
    "setting": _setting,
    "fill_disk": _fill_disk,
    "open_files": _open_files,
    "program": _program,
    "bomb": _bomb,
    "thread": _thread,
}


def _connect(family: socket.AddressFamily, address: Any) -> None:
    with socket.socket(family) as opened:
        opened.connect(address)


def _fork(_config: Mapping[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _trace(config: Mapping[str, Any]) -> None:
    if ctypes.CDLL(None).ptrace(16, config["victim"], 0, 0):  # PTRACE_ATTACH
        raise OSError


def _raise_limits(_config: Mapping[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


_FORBIDDEN: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "connect": lambda config: _connect(socket.AF_INET, ("127.0.0.1", config["port"])),
    "connect over IPv6": lambda config: _connect(socket.AF_INET6, ("::1", config["port"])),
    "connect to a local socket": lambda config: _connect(socket.AF_UNIX, config["socket"]),
    "send a datagram": lambda config: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
        b"x", ("127.0.0.1", config["port"])
    ),
    "look a name up": lambda _config: socket.gethostbyname("localhost.localdomain.invalid"),
    "fork": _fork,
    "run a program": lambda _config: subprocess.run(["true"], check=True),
    "signal a process": lambda config: os.kill(config["victim"], 0),
    "signal all": lambda _config: os.kill(-1, 0),
    "leave the group": lambda _config: os.setsid(),
    "trace a process": _trace,
    "read a file": lambda config: Path(config["file"]).read_bytes(),
    "list a folder": lambda config: list(Path(config["file"]).parent.iterdir()),
    "read another's environment": lambda config: Path(f"/proc/{config['victim']}/environ").read_bytes(),
    "write a file": lambda config: Path(config["file"]).write_bytes(b"changed"),
    "make a file": lambda config: Path(config["file"]).with_name("new").write_bytes(b"made"),
    "remove a file": lambda config: Path(config["file"]).unlink(),
    "rename a file": lambda config: Path(config["file"]).rename(f"{config['file']}.new"),
    "truncate a file": lambda config: os.truncate(config["file"], 0),
    "change a mode": lambda config: Path(config["file"]).chmod(0o777),
    "change an owner": lambda config: os.chown(config["file"], os.getuid(), os.getgid()),
    "change times": lambda config: os.utime(config["file"], (0, 0)),
    "link a file": lambda config: os.link(config["file"], "link"),
    "raise a limit": _raise_limits,
    "write below sys.path": lambda _config: Path(sys.path[-1], "planted.py").write_bytes(b""),
    "raise a signal's limit elsewhere": lambda config: resource.prlimit(config["victim"], resource.RLIMIT_NOFILE, (16, 16)),
}
