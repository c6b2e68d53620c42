"""What reading a file costs and gives, each in a process of its own, so that one file's memory is not another's.

Belongs here: the processes, and counts of what they give. Does not belong here: how the line itself contains its readers
(`resources.engine`), and tables (`evaluation.extraction_tables`).
"""

import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow.extract import extract_one
from winnow.formats import preload

WANTED_SECONDS = 30.0  # CPU, of one file
WANTED_MEGABYTES = 1000.0  # of one file: what its process takes besides the libraries

_CPU_LIMIT = 120  # seconds; far above what is wanted, so that the table can say by how much a file is over it

_UNIT = 1024 if sys.platform.startswith("linux") else 1  # of ru_maxrss, in bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """One file: what came of it, and what that took.

    Attributes:
        name: of the file; for whoever runs the program, never for a page.
        kind: the format it was read as, else the suffix of its name.
        reason: why it could not be read; ``died`` if its process did.
        pages: of a PDF, as pdfium counts them.
        words: in its blocks and fields.
        notes: as the reader gave them.
        seconds: CPU.
        megabytes: of memory at most, above what the process began with.
    """

    name: str
    kind: str
    reason: str | None = None
    pages: int = 0
    words: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    megabytes: float = 0.0


def readings(paths: Iterable[Path]) -> Iterator[Reading]:
    """Each of ``paths`` read in a child forked from this process, which has every library imported."""
    preload()
    for path in paths:
        yield _reading(path)


def _reading(path: Path) -> Reading:
    """One file. The child writes what it found into a pipe; what it took is known by its end."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        _child(path, into)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        said = pipe.read()
    _, _, usage = os.wait4(child, 0)
    seconds = usage.ru_utime + usage.ru_stime
    if not said:
        return Reading(path.name, path.suffix.lower().lstrip("."), "died", seconds=seconds)
    found: dict[str, Any] = json.loads(said)
    before = found.pop("before")
    peak = usage.ru_maxrss * _UNIT
    kind = found.pop("kind") or path.suffix.lower().lstrip(".")
    return Reading(path.name, kind, seconds=seconds, megabytes=max(peak - before, 0) / 1e6, **found)


def _child(path: Path, into: int) -> None:
    """Read ``path``, write counts to ``into``, and end without any of the parent's endings."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_LIMIT, _CPU_LIMIT))
        before = _resident()
        said = {"before": before, **counted(path.read_bytes(), path.name)}
        os.write(into, json.dumps(said).encode())
        status = 0
    finally:
        os._exit(status)


def counted(content: bytes, name: str) -> dict[str, Any]:
    """What a `Reading` says of the file ``name`` but for its cost."""
    found = extract_one(content, name)
    blocks = [*found.get("blocks", ()), *(block for row in found.get("rows", ()) for block in row.get("blocks", ()))]
    fields = [value for row in found.get("rows", ()) for value in row.get("fields", {}).values()]
    return {
        "kind": found["format"],
        "reason": found["quarantine"]["reason"] if "quarantine" in found else None,
        "pages": _pages(content) if found["format"] == "pdf" else 0,
        "words": sum(len(text.split()) for text in [*(block["text"] for block in blocks), *fields]),
        "notes": found.get("notes", {}),
    }


def _pages(content: bytes) -> int:
    import pypdfium2  # type: ignore[import-untyped] # noqa: PLC0415 - of PDFs alone

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return 0
    with document:
        return len(document)


def _resident() -> int:
    """Bytes of memory that this process holds now, as ``ru_maxrss`` would count them."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
