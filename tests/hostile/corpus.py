"""The whole corpus: every hostile file, the honest ones beside them, and what lies in a folder and is no file."""

import contextlib
import os
import socket
import stat
from collections.abc import Iterable
from pathlib import Path

from tests.hostile import (
    archive_cases,
    crossed_cases,
    mail_cases,
    markup_cases,
    office_cases,
    pdf_cases,
    table_cases,
    talk_cases,
    weight_cases,
    workbook_cases,
)
from tests.hostile.case import SECRET, Case
from tests.hostile.crossed_cases import GOOD, TABULAR

CASES: tuple[Case, ...] = (
    *archive_cases.CASES,
    *pdf_cases.CASES,
    *office_cases.CASES,
    *workbook_cases.CASES,
    *table_cases.CASES,
    *markup_cases.CASES,
    *talk_cases.CASES,
    *mail_cases.CASES,
    *crossed_cases.CASES,
    *weight_cases.CASES,
)

LIGHT: tuple[Case, ...] = tuple(case for case in CASES if not case.heavy)
"""Those that cost less than a second each."""

FOLDERS = {False: "files", True: "tables"}
"""Below the landing zone, by whether columns are named."""

GIGABYTE = 1024**3

GIGABYTES = ((False, ".txt", b""), (True, ".csv", b"id,text\n1,"), (True, ".jsonl", b'{"id": "1", "text": "'))
"""Files of one line of a gigabyte: whether columns are named, suffix, and how the line begins."""

_OUTSIDE = "outside"

MISPLACED = ("link", "linked_folder", "ring", "dangling", "pipe", "socket", "device", "up")
"""Names of what is in the folders and must never be listed."""


def write(landing: Path, cases: Iterable[Case]) -> None:
    """Put ``cases`` below ``landing``."""
    for folder in FOLDERS.values():
        (landing / folder).mkdir(parents=True, exist_ok=True)
    for case in cases:
        (landing / FOLDERS[case.table] / case.file).write_bytes(case.make())


def write_good(landing: Path) -> None:
    """Put an honest file of every format below ``landing``."""
    for folder in FOLDERS.values():
        (landing / folder).mkdir(parents=True, exist_ok=True)
    for name, (content, suffix) in GOOD.items():
        (landing / FOLDERS[name in TABULAR] / f"honest_{name}{suffix}").write_bytes(content)


def write_misplaced(landing: Path) -> None:
    """Put links, pipes, sockets and devices below ``landing``, some of which lead to a secret beside it."""
    outside = landing.parent / _OUTSIDE
    outside.mkdir(exist_ok=True)
    (outside / "secret.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    for folder in FOLDERS.values():
        root = landing / folder
        (root / "link.txt").symlink_to(outside / "secret.txt")
        (root / "linked_folder").symlink_to(outside, target_is_directory=True)
        (root / "ring").symlink_to(root, target_is_directory=True)
        (root / "dangling.txt").symlink_to(root / "nothing.txt")
        (root / "up").symlink_to("..", target_is_directory=True)
        os.mkfifo(root / "pipe.txt")
        with socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):  # a socket's path may be too long
            server.bind(str(root / "socket.txt"))
        with contextlib.suppress(OSError):  # only root may
            os.mknod(root / "device.txt", stat.S_IFCHR | 0o600, os.makedev(1, 5))


def write_odd_names(landing: Path) -> int:
    """Put honest files of odd names and deep places below ``landing``; how many."""
    root = landing / FOLDERS[False]
    text = b"Sales rose in autumn.\n"
    names = [
        b"\xff\xfe.txt",
        b"line\nend.txt",
        b"n" * 251 + b".txt",
        "cafe\u0301.txt".encode(),
        b"-rf.txt",
        b"a;b'c\"d$(e).txt",
        b" .txt",
        b"a..txt",
    ]
    count = 0
    for name in names:
        with contextlib.suppress(OSError):  # a file system may refuse such names
            Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(text)
            count += 1
    deep = root.joinpath(*["deep"] * 60)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(text)
    return count + 1


def write_gigabytes(landing: Path) -> None:
    """Put `GIGABYTES` below ``landing``; they are written in pieces, not held."""
    for table, suffix, head in GIGABYTES:
        with (landing / FOLDERS[table] / f"gigabyte{suffix}").open("wb") as file:
            file.write(head)
            for _ in range(GIGABYTE // (1024 * 1024)):
                file.write(b"a" * 1024 * 1024)
