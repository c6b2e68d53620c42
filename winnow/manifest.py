"""The manifest: what a version is made of, and the check that it still is.

Belongs here: ``manifest.json`` and the version's name. Does not belong here: writing or reading files (whoever calls hands in
bytes).

A version is named by its contents: the SHA-256 over the sorted ``"sha256  path"`` lines of ``data/`` and ``index/`` alone. No
clock, host or run id stands in a manifest.
"""

import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, TypeAlias

from winnow.codebook import Codebook
from winnow.exports import Broken, count, exports, layout_of, lines_of, records
from winnow.index import KEYS
from winnow.jsonl import decode
from winnow.schemas import SPLITS
from winnow.tasks import Format, Task

MANIFEST_FORMAT = 2
"""Changes whenever a reader of older manifests would misread a newer one."""

VERSION_HEX = 16  # 64 bits: among a million versions of one dataset two share a name with a chance below 1e-7
_NAMED_BY = ("data/", "index/")
_INFERENCE = "inference.json"
_PIECE = 1 << 20  # bytes read at once


Read: TypeAlias = Callable[[str], bytes | BinaryIO]
"""Gives a file of a version by its path."""


@dataclass(frozen=True, slots=True, order=True)
class File:
    """A file of a version: its path in it (with ``/``), the number and hash of its bytes, and its lines where it has rows."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


def side_of_path(path: str) -> tuple[str, str, str] | None:
    """Task, format and side of the data file at ``path``; None if it is none."""
    parts = path.split("/")
    side = parts[-1].partition(".")[0]
    return (parts[1], parts[2], side) if len(parts) == 4 and parts[0] == "data" and side in SPLITS else None


def describe(path: str, content: bytes | BinaryIO) -> File:
    """The `File` of ``content``, which may be an open file, at ``path``.

    Rows are counted in ``.jsonl`` files and in those of data, whatever their layout.
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    rows = count(file, layout_of(path)) if side_of_path(path) or path.endswith(".jsonl") else None
    return File(path, size, digest.hexdigest(), rows)


def version_id(files: Iterable[File]) -> str:
    """The name of the version that consists of ``files``: 16 hexadecimal digits."""
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files if file.path.startswith(_NAMED_BY))
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:VERSION_HEX]


def hash_of(value: Any) -> str:
    """SHA-256 of ``value`` as canonical JSON (sorted keys, no spaces): names inputs, configuration and published sides."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def build_manifest(  # noqa: PLR0913 - keyword-only parts of one document, each known elsewhere
    dataset: str,
    files: Sequence[File],
    *,
    configuration: Mapping[str, Any],
    code: Mapping[str, str],
    inputs: Mapping[str, str],
    published: Mapping[str, str],
    tasks: Mapping[str, Mapping[str, Any]],
    missing_days: Sequence[str] = (),
) -> dict[str, Any]:
    """The manifest of a version.

    Args:
        dataset: its name.
        files: all files of the version but the manifest itself.
        configuration: the part of the catalog that the version was made with, without secrets.
        code: versions by name: winnow's own and the keys of its stages.
        inputs: content hash of every current object, by object id.
        published: sides that were given, by example id; the manifest keeps their hash and number.
        tasks: for each task what `inference_document` says, and the tokenizer that counted.
        missing_days: days that were left out on request (ISO dates).
    """
    pairs = sorted(inputs.items())
    return {
        "format": MANIFEST_FORMAT,
        "dataset": dataset,
        "version": version_id(files),
        "code": dict(sorted(code.items())),
        "configuration": dict(configuration),
        "configuration_sha256": hash_of(configuration),
        "tasks": {name: dict(tasks[name]) for name in sorted(tasks)},
        "published_sides": {"examples": len(published), "sha256": hash_of(dict(published))},
        "missing_days": sorted(missing_days),
        "files": [asdict(file) for file in sorted(files)],
        "inputs_sha256": hash_of(pairs),
        "inputs": [{"object_id": name, "content_sha256": content} for name, content in pairs],
    }


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """``manifest`` (or any other document of a version) as indented UTF-8 JSON with a line feed at its end."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def inference_document(
    task: Task, formats: Sequence[Format], book: Codebook, labels: Sequence[str], longest_answer: int = 0
) -> dict[str, Any]:
    """``data/<task>/inference.json``: the structure that a model of ``task`` was trained on, by format.

    Args:
        task: whose examples are written.
        formats: those that are, with what the catalog decides about each.
        book: the codebook of its labels.
        labels: that the version has examples of.
        longest_answer: tokens of the longest target in train, by the task's tokenizer.
    """
    rules = {one.name: exports()[one.name].rules(task, book, one, longest_answer=longest_answer) for one in formats}
    return {
        "task": task.name,
        "kind": task.kind,
        "tokenizer": task.tokenizer,
        "labels": list(labels),
        "codebook": book.document(),
        "formats": dict(sorted(rules.items())),
    }


def verify_manifest(manifest: Mapping[str, Any], read: Read, present: Iterable[str] | None = None) -> list[str]:
    """What is wrong with a version; nothing if it is whole.

    Re-reads every file: hash, size and row count, each line's own rules, the same rows in every format and in the index, no
    example twice and no group on two sides.

    Args:
        manifest: as `build_manifest` made it, parsed.
        read: a file of the version by its path, open or as bytes; raises `OSError` if it cannot. Of open files that hold lines no
            more than a line is in memory.
        present: paths of all files that are there, to find those that the manifest does not name.
    """
    files = [File(**entry) for entry in manifest["files"]]
    problems = [
        f"{file}: not in the manifest" for file in sorted(set(present or ()) - {f.path for f in files} - {"manifest.json"})
    ]
    if manifest["version"] != version_id(files):
        problems.append("manifest.json: the version's name does not follow from its files; it was edited")
    if manifest["inputs_sha256"] != hash_of([[pair["object_id"], pair["content_sha256"]] for pair in manifest["inputs"]]):
        problems.append("manifest.json: the hash of the inputs is not that of their list; it was edited")
    there: dict[str, File] = {}
    for file in files:
        try:
            with _opened(read(file.path)) as content:
                there[file.path] = describe(file.path, content)
        except OSError as error:
            problems.append(f"{file.path}: cannot be read ({type(error).__name__})")
            continue
        problems += _file_problems(file, there[file.path])
    return problems + list(_row_problems(there, read)) + list(_index_problems(there, read))


def _opened(content: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _file_problems(file: File, found: File) -> Iterator[str]:
    for name in ("bytes", "sha256", "rows"):
        if getattr(found, name) != getattr(file, name):
            yield f"{file.path}: {name} {getattr(found, name)}, expected {getattr(file, name)}"


def _row_problems(there: Mapping[str, File], read: Read) -> Iterator[str]:
    """Records that break the rules of their format, each kind of break once a file with how often and where first."""
    rules = {}
    for path in there:
        if path.endswith(_INFERENCE):
            with _opened(read(path)) as content:
                rules[path.split("/")[1]] = json.loads(content.read())
    yield from _codebook_problems(rules)
    for path in sorted(there):
        if path.count("/") != 3 or not path.startswith("data/"):
            continue
        _, task, name, file = path.split("/")
        if task not in rules or name not in rules[task]["formats"] or name not in exports():
            yield f"{path}: no rules for this format in the task's {_INFERENCE}"
            continue
        form = rules[task]["formats"][name]
        if side_of_path(path) is None:
            continue  # a companion, which has no records
        if file != f"{file.partition('.')[0]}{form['suffix']}":
            yield f"{path}: another suffix than the {form['suffix']} of the task's {_INFERENCE}"
        broken: dict[str, list[int]] = defaultdict(list)
        with _opened(read(path)) as content:
            for number, record in enumerate(records(content, layout_of(path)), start=1):
                for problem in [record.problem] if isinstance(record, Broken) else exports()[name].problems(record, form):
                    broken[problem].append(number)
        for problem, numbers in broken.items():
            yield f"{path}: record {numbers[0]}: {problem} ({len(numbers)} records)"


def _codebook_problems(rules: Mapping[str, Any]) -> Iterator[str]:
    for task, document in sorted(rules.items()):
        try:
            book = Codebook.parsed(document["codebook"])
        except ValueError as error:
            yield f"data/{task}/{_INFERENCE}: {error}"
            continue
        if not set(document["labels"]) <= set(book.numbers):
            yield f"data/{task}/{_INFERENCE}: a label is not in the codebook"


def _index_problems(there: Mapping[str, File], read: Read) -> Iterator[str]:
    """Index lines that say something impossible, and files whose row counts disagree with the index."""
    lines: Counter[tuple[str, str]] = Counter()
    left_out: Counter[tuple[str, str, str]] = Counter()
    seen: set[str] = set()
    sides: dict[str, str] = {}
    for side in SPLITS:
        path = f"index/{side}.jsonl"
        for number, record in enumerate(_records(path, read) if path in there else (), start=1):
            if record is None:
                yield f"{path}: line {number}: not one JSON object"
                continue
            if list(record) != list(KEYS) or record["split"] != side:
                yield f"{path}: line {number}: other keys than an index line, or of another side"
                continue
            if record["example_id"] in seen:
                yield f"{path}: line {number}: example {record['example_id']} stands twice in the version"
            if sides.setdefault(record["group"], side) != side:
                yield f"{path}: line {number}: group {record['group']} stands on two sides"
            seen.add(record["example_id"])
            copies = record["copies"]
            if type(copies) is not int or copies < 1 or (copies > 1 and side != SPLITS[0]):
                yield f"{path}: line {number}: {record['example_id']} has no valid number of copies; only train has more than one"
                continue
            lines[record["task"], side] += copies
            for name in record["left_out"]:
                left_out[record["task"], name, side] += copies
    for path, file in sorted(there.items()):
        if place := side_of_path(path):
            task, name, side = place
            rows, expected = file.rows, lines[task, side] - left_out[task, name, side]
            if rows != expected:
                yield f"{path}: {rows} rows, but the index has {expected} of this task and side, copies included"


def _records(path: str, read: Read) -> Iterator[Any]:
    """The values of the lines of a file; None for a line that is none."""
    with _opened(read(path)) as content:
        for line in lines_of(content):
            try:
                yield decode(line)
            except ValueError:
                yield None
