"""A small published version for the tests of what comes behind it, written by the exports themselves."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resources.releases import Releases
from winnow.codebook import Codebook, extended
from winnow.exports import exports
from winnow.jsonl import encode
from winnow.manifest import describe
from winnow.recipes import recipes

WORDS = {
    "order": ("parcel", "courier", "delivery", "box", "tracking"),
    "refund": ("money", "refund", "charge", "invoice", "payment"),
    "card": ("card", "pin", "chip", "magnetic", "wallet"),
}
FILLERS = ("please", "today", "again", "my", "the", "still", "where", "about", "with", "not")

TASK = "topics"
TEXTS = "answers"


def text(label: str, number: int) -> str:
    """A message about ``label``, another for each number."""
    digits = hashlib.sha256(f"{label}{number}".encode()).digest()
    words = [FILLERS[digits[place] % len(FILLERS)] for place in range(5)]
    words.insert(digits[5] % 5, WORDS[label][digits[6] % 5])
    words.insert(digits[7] % 5, WORDS[label][digits[8] % 5])
    return " ".join(words)


def examples(side: str, count: int) -> list[dict[str, Any]]:
    """``count`` examples of each label."""
    made = []
    for number in range(count):
        for label in WORDS:
            wanted = text(label, number if side == "train" else number + 10_000 * (1 + ("validation", "test").index(side)))
            made.append(
                {"id": hashlib.sha256(f"{side}{label}{number}".encode()).hexdigest()[:32], "input": wanted, "label": label}
            )
    return made


def publish(root: Path, train: int = 20, others: int = 5, salt: str = "sham salt of a test", more: str = "") -> Releases:
    """Publish a version of two tasks, `TASK` with labels and `TEXTS` with texts, and return its releases."""
    releases = Releases(root, "small")
    folder = releases.begin()
    label_task = recipes()["classification"].task(
        name=TASK, kind="classification", sources=("a",), text="t", label="l", system="Say what it is about."
    )
    text_task = recipes()["generation"].task(name=TEXTS, kind="generation", sources=("a",), template="Repeat: {input}")
    book = extended(Codebook(), WORDS, salt, TASK)
    for task, own in ((label_task, book), (text_task, None)):
        rules = {
            name: form.rules(task, own, longest_answer=20)
            for name, form in exports().items()
            if name in {"chat", "completion", "classification"} and form.applies_to(task)
        }
        put(folder / "data" / task.name / "inference.json", json.dumps({"task": task.name, "formats": rules}).encode())
        for side, count in (("train", train), ("validation", others), ("test", others)):
            for name, own_rules in rules.items():
                lines = [
                    encode(exports()[name].record({**one, "target": one["label"] if own else one["input"] + more}, own_rules))
                    for one in examples(side, count)
                ]
                put(folder / "data" / task.name / name / f"{side}.jsonl", b"".join(lines))
    for side, count in (("train", train), ("validation", others), ("test", others)):
        lines = [
            encode(
                {
                    "example_id": one["id"] if task == TASK else one["id"][::-1],
                    "task": task,
                    "split": side,
                    "group": one["id"],
                    "label": one["label"] if task == TASK else None,
                    "copies": 1,
                    "left_out": {},
                }
            )
            for task in (TASK, TEXTS)
            for one in examples(side, count)
        ]
        put(folder / "index" / f"{side}.jsonl", b"".join(lines))
    version = hashlib.sha256(f"{train} {others} {more}".encode()).hexdigest()[:16]
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [asdict(describe(path.relative_to(folder).as_posix(), path.read_bytes())) for path in paths]
    put(folder / "manifest.json", json.dumps({"version": version, "files": files}).encode())
    candidate = releases.seal(folder, version)
    releases.write_verdict(candidate.sha256, passed=True, checks={})
    releases.publish()
    return releases


def put(path: Path, content: bytes) -> None:
    """Write a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
