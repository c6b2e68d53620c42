"""The walls around a process that reads what strangers wrote: each is run into by a real worker."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import object_stages as stages
import pytest

from resources import confinement, landlock, seccomp
from resources.confinement import Limits, cleaned
from resources.engine import Engine, Object, ObjectStage

MIB = 1024 * 1024

SECRET = "the password of a database"

needs_walls = pytest.mark.skipif(
    not all(confinement.walls().values()), reason="this kernel lacks seccomp or Landlock; run on Linux 5.13 or later"
)


@dataclass
class Place:
    """An engine, and things in its surroundings that its workers must leave alone."""

    engine: Engine
    config: Mapping[str, Any]

    def said(self, word: str) -> list[str]:
        """What an object's reader says; its reason if it could not be read."""
        given = Object({"key": ""}, len(word), word.encode, programs=word == "program")
        (found,) = self.engine.map_objects(ObjectStage(stages.reader, self.config, stages.SCHEMA, stages.check), [given])
        if found.rows is None:
            return [found.reason or ""]
        return [pair["text"] for pair in found.rows.column("said")[0].as_py()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A worker with little of everything, a listening port, a file, and another process of the same user with a secret."""
    folder = tmp_path_factory.mktemp("surroundings")
    (folder / "file").write_text("somebody's", encoding="ascii")
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], env={**os.environ, "SECRET": SECRET})
    os.environ["DATABASE_PASSWORD"] = SECRET
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as local,
        Engine(1, limits=Limits(memory_bytes=256 * MIB, cpu_seconds=1, timeout_seconds=20)) as engine,
    ):
        local.bind(str(folder / "socket"))
        local.listen()
        names = {"port": server.getsockname()[1], "socket": str(folder / "socket"), "file": str(folder / "file")}
        yield Place(engine, {**names, "victim": victim.pid})
    os.environ.pop("DATABASE_PASSWORD")
    victim.kill()
    victim.wait()


def test_everything_that_is_tried_can_be_done_outside(place: Place) -> None:
    """The attempts are real: this process, which is not confined, succeeds at those that harm nothing."""
    harmless = {
        "connect",
        "connect to a local socket",
        "fork",
        "run a program",
        "signal a process",
        "read a file",
        "list a folder",
    }
    for name in harmless:
        stages._FORBIDDEN[name](place.config)


@needs_walls
def test_a_reader_reaches_nothing_and_nobody(place: Place) -> None:
    """No network, no other process, no file but code, no program, no way out of its limits."""
    assert place.said("attempts") == []
    assert Path(place.config["file"]).read_text(encoding="ascii") == "somebody's"
    assert sorted(path.name for path in Path(place.config["file"]).parent.iterdir()) == ["file", "socket"]


@needs_walls
def test_the_walls_stand_without_landlock_too(place: Place) -> None:
    """On a kernel that cannot say where files may be written, none may be: shown by a worker without that rule."""
    code = f"""
import json, os, socket, sys, tempfile
from pathlib import Path
sys.path.insert(0, {str(Path(stages.__file__).parent)!r})
import object_stages
from resources import confinement, landlock
landlock.interface = lambda: 0
ours, theirs = socket.socketpair()
folder = Path(tempfile.mkdtemp())
if os.fork() == 0:
    channel = confinement.confine(theirs, 2, folder, 1 << 28, programs=False)
    channel.sendall(json.dumps(object_stages._attempts({dict(place.config)!r}, "")).encode())
    os._exit(0)
theirs.close()
print(ours.recv(10_000).decode())
folder.rmdir()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    reading = {"read a file", "list a folder", "read another's environment"}  # what only Landlock keeps
    assert set(json.loads(ended.stdout)) <= reading, ended.stderr


def test_python_code_alone_is_held_by_the_hook(place: Place) -> None:
    """Where the kernel keeps nothing, Python's functions for network, programs and files refuse."""
    code = f"""
import json, sys
from pathlib import Path
sys.path.insert(0, {str(Path(stages.__file__).parent)!r})
import object_stages
from resources import confinement
confinement._refuse_by_hook(Path("/nonexistent"), programs=False)
print(json.dumps(object_stages._attempts({dict(place.config)!r}, "")))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    open_to_python = {"read a file", "list a folder", "read another's environment", "raise a limit", "leave the group"}
    open_to_python |= {"change times", "raise a signal's limit elsewhere"}
    assert set(json.loads(ended.stdout)) <= open_to_python, ended.stderr


def test_a_readers_environment_holds_no_secret(place: Place) -> None:
    """Of the caller's variables only those that find programs and libraries are passed on; the rest may be the catalog's secrets."""
    said = place.said("environment")
    assert not any(SECRET in variable for variable in said)
    names = {variable.partition("=")[0] for variable in said}
    assert not names & {"DATABASE_PASSWORD", "USER", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY"}
    assert {"TMPDIR", "PATH"} <= names


def test_only_what_is_needed_is_kept_of_an_environment() -> None:
    """What is not on the list is not passed on, whatever it is called."""
    given = {"PATH": "/bin", "TOKEN": "x", "AWS_PROFILE": "y", "LD_PRELOAD": "z", "HOME": "/h"}
    assert {name for name in cleaned(given) if name in given} == {"PATH"}


def test_a_reader_has_a_folder_of_its_own_that_goes_with_it(place: Place) -> None:
    """It is private, is where the reader stands and its temporary files go, and is gone when the reader is."""
    descriptors, folder, mode, file_mode, core, files = place.said("setting")
    assert descriptors.split()[:4] == ["0", "1", "2", "3"]
    assert len(descriptors.split()) == 5  # the fifth lists them
    assert (mode, file_mode) == ("0o700", "0o600")
    assert (core, files) == ("0", str(confinement.OPEN_FILES))
    assert not Path(folder).exists()
    said = dict(variable.partition("=")[::2] for variable in place.said("environment"))
    assert said["TMPDIR"] == said["HOME"] != folder


def test_no_folder_is_left_when_the_engine_goes() -> None:
    """With the engine the folders of all its readers leave."""
    with Engine(1) as engine:
        list(
            engine.map_objects(
                ObjectStage(stages.reader, {}, stages.SCHEMA, stages.check), [Object({"key": ""}, 1, b"a".strip)]
            )
        )
        assert engine._readers is not None
        folder = Path(engine._readers.folder())
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_processor_time_is_counted_for_each_object(place: Place) -> None:
    """One that computes for ever dies of its seconds, long before the watchdog; a worker may use more over many objects."""
    before = time.monotonic()
    assert place.said("spin") == ["timeout"]
    assert time.monotonic() - before < 15


def test_memory_is_bounded(place: Place) -> None:
    """More address space than allowed is not given, at once or piece by piece."""
    assert place.said("eat") == ["memory"]
    assert place.said("nibble") == ["memory"]


def test_a_file_cannot_fill_the_disk(place: Place) -> None:
    """Writing ends at a bound with an error, not with the disk."""
    (written,) = place.said("fill_disk")
    assert 0 < int(written) <= confinement.FILE_BYTES


def test_few_files_can_be_open(place: Place) -> None:
    """Descriptors run out early."""
    (count,) = place.said("open_files")
    assert 10 < int(count) <= confinement.OPEN_FILES


def test_libraries_may_have_threads(place: Place) -> None:
    """A thread is no process: readers' libraries use some."""
    assert place.said("thread") == ["ran"]


def test_programs_run_where_text_recognition_is_asked_for(place: Place) -> None:
    """A reader that may start programs does; everything else stays refused."""
    assert place.said("program") == ["ran"]


@needs_walls
def test_a_fork_bomb_is_refused_where_no_programs_are_asked_for(place: Place) -> None:
    """Forking fails, so the bomb only spins, and dies of its time."""
    given = Object({"key": ""}, 4, b"bomb".strip)
    (found,) = place.engine.map_objects(ObjectStage(stages.reader, place.config, stages.SCHEMA, stages.check), [given])
    assert found.reason == "timeout"


@pytest.mark.skipif(seccomp.machine() is None, reason="no numbers of system calls are known for this machine")
def test_a_filters_jumps_stay_inside_of_it() -> None:
    """Every jump of every variant lands on an instruction, and every path ends with a verdict."""
    for programs in (False, True):
        for files in (False, True):
            filters = seccomp.program(4711, programs=programs, files=files)
            count = len(filters) // 8
            assert count * 8 == len(filters)
            assert count < 4096
            for place in range(count):
                code, if_true, if_false = filters[8 * place], filters[8 * place + 2], filters[8 * place + 3]
                assert place + 1 + max(if_true, if_false) < count or code == 0x06
            assert filters[-8] == 0x06


def test_code_folders_are_no_homes() -> None:
    """What a reader may read holds the packages of this checkout, and not the checkout."""
    root = str(Path(confinement.__file__).parents[1])
    folders = landlock.code_folders()
    assert str(Path(confinement.__file__).parent) in folders
    assert root not in folders
