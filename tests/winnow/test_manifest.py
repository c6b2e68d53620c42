import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from winnow.codebook import Codebook, extended
from winnow.exports import exports
from winnow.index import DROPPED_KEYS, KEYS, dropped_record, index_record, lines, text_sha256
from winnow.jsonl import decode, encode
from winnow.manifest import (
    build_manifest,
    describe,
    inference_document,
    manifest_bytes,
    verify_manifest,
    version_id,
)
from winnow.tasks import Format, Task

TASK = Task(name="tickets", kind="classification", sources=("support",), system="Sort.", template="Which? {input}")
BOOK = extended(Codebook(), ["a", "b"], "salt of the tests", "tickets")
FORMATS = [Format(name=name) for name, export in exports().items() if export.applies_to(TASK)]
INPUTS = {"o1": "c1", "o2": "c2"}


def _version(make_example: Callable[..., dict[str, Any]], count: int = 6) -> dict[str, bytes]:
    """The files of a small version, by path."""
    examples = [make_example(number=n, input=f"ticket {n}", label="ab"[n % 2]) for n in range(count)]
    sides = [("train", "train", "validation", "test")[n % 4] for n in range(count)]
    document = inference_document(TASK, FORMATS, BOOK, ["a", "b"])
    files = {"data/tickets/inference.json": manifest_bytes(document)}
    for side in ("train", "validation", "test"):
        chosen = [example for example, stands in zip(examples, sides, strict=True) if stands == side]
        records = [index_record(e, {"split": side, "group": e["example_id"], "weight": 1.0}) for e in chosen]
        files[f"index/{side}.jsonl"] = b"".join(lines(records))
        for name, rules in document["formats"].items():
            files[f"data/tickets/{name}/{side}{rules['suffix']}"] = b"".join(exports()[name].lines(chosen, rules))
    return files


def _manifest(files: dict[str, bytes], **changes: Any) -> dict[str, Any]:
    facts = {
        "configuration": {"dataset": "demo"},
        "code": {"winnow": "1"},
        "inputs": INPUTS,
        "published": {"x": "train"},
        "tasks": {"tickets": {"tokenizer": "o200k_base"}},
    }
    return build_manifest("demo", [describe(path, content) for path, content in files.items()], **{**facts, **changes})


def _problems(manifest: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return verify_manifest(json.loads(manifest_bytes(manifest)), read, files)


def test_a_whole_version_has_no_problems(make_example: Callable[..., dict[str, Any]]) -> None:
    """A version that was just built verifies."""
    files = _version(make_example)
    assert _problems(_manifest(files), files) == []


def test_the_same_facts_give_the_same_bytes(make_example: Callable[..., dict[str, Any]]) -> None:
    """The manifest's bytes do not depend on the order in which files, inputs and sides are given."""
    files = _version(make_example)
    backwards = dict(reversed(files.items()))
    changes = {"inputs": dict(reversed(INPUTS.items()))}
    assert manifest_bytes(_manifest(files)) == manifest_bytes(_manifest(backwards, **changes))


def test_only_lines_and_index_name_a_version(make_example: Callable[..., dict[str, Any]]) -> None:
    """Another card is the same version; another byte in a line or in the index is another one."""
    files = _version(make_example)

    def name(changes: Any) -> Any:
        return version_id([describe(path, content) for path, content in (files | changes).items()])

    assert name({}) == name({"README.md": b"card", "croissant.json": b"{}"})
    assert len({name({}), name({"index/train.jsonl": b""}), name({"data/tickets/chat/train.jsonl": b""})}) == 3


def _record(files: dict[str, bytes], path: str, change: Any) -> dict[str, bytes]:
    first, *rest = files[path].splitlines(keepends=True)
    record = decode(first)
    change(record)
    return {path: encode(record) + b"".join(rest)}


DAMAGES = {
    "changed byte": lambda f: {
        "data/tickets/chat/train.jsonl": f["data/tickets/chat/train.jsonl"].replace(b"ticket 0", b"ticket X")
    },
    "lost line": lambda f: {"index/train.jsonl": b"".join(f["index/train.jsonl"].splitlines(keepends=True)[1:])},
    "missing file": lambda _: {"index/test.jsonl": None},
    "extra file": lambda _: {"data/tickets/chat/more.jsonl": b""},
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_each_damage_to_a_version_is_found(make_example: Callable[..., dict[str, Any]], damage: str) -> None:
    """A changed, cut, missing or added file is named."""
    files = _version(make_example)
    manifest = _manifest(files)
    changes = DAMAGES[damage](files)
    damaged = {path: content for path, content in (files | changes).items() if content is not None}
    problems = _problems(manifest, damaged)
    assert any(problem.startswith(next(iter(changes))) for problem in problems)


WRONG = {
    "wrong role": lambda f: _record(f, "data/tickets/chat/test.jsonl", lambda r: r["messages"][0].update(role="tool")),
    "missing separator": lambda f: _record(f, "data/tickets/completion/train.jsonl", lambda r: r.update(prompt="x")),
    "extra key in the index": lambda f: _record(f, "index/train.jsonl", lambda r: r.update(text="x")),
    "group on two sides": lambda f: _record(
        f, "index/test.jsonl", lambda r: r.update(group=decode(f["index/train.jsonl"].splitlines()[0])["group"])
    ),
    "example twice": lambda f: _record(
        f, "index/test.jsonl", lambda r: r.update(example_id=decode(f["index/train.jsonl"].splitlines()[0])["example_id"])
    ),
    "row missing in one format": lambda _: {"data/tickets/chat/train.jsonl": b""},
    "record missing in an array": lambda _: {"data/tickets/alpaca/train.json": b"[\n]\n"},
    "array that is none": lambda _: {"data/tickets/alpaca/test.json": b"{}\n"},
    "no parquet": lambda _: {"data/tickets/parquet/test.parquet": b"PAR1"},
    "left out by nobody": lambda f: _record(f, "index/train.jsonl", lambda r: r["left_out"].update(chat="over_token_limit")),
    "codebook with a gap": lambda f: {
        "data/tickets/inference.json": f["data/tickets/inference.json"].replace(b'"number": 1', b'"number": 3')
    },
    "unknown format": lambda f: {"data/tickets/chit/train.jsonl": f["data/tickets/chat/train.jsonl"]},
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_version_built_wrong_is_found(make_example: Callable[..., dict[str, Any]], name: str) -> None:
    """A line that breaks its rules is found even where every hash is right."""
    files = _version(make_example)
    files |= WRONG[name](files)
    assert _problems(_manifest(files), files)


@pytest.mark.parametrize("change", [{"version": "0" * 16}, {"inputs": [{"object_id": "o1", "content_sha256": "c9"}]}])
def test_an_edited_manifest_is_found(make_example: Callable[..., dict[str, Any]], change: Any) -> None:
    """A manifest whose version or inputs were edited does not verify."""
    files = _version(make_example)
    assert any("edited" in problem for problem in _problems(_manifest(files) | change, files))


def test_index_lines_hold_their_keys_and_no_text(make_example: Callable[..., dict[str, Any]]) -> None:
    """Index and dropped records have exactly their keys, and nothing of the example's words."""
    example = make_example(input="Secret words", target="secret answer", intensity=0.1, pii=[{"name": "PERSON", "count": 2}])
    kept = index_record(example, {"split": "train", "group": "g", "weight": 0.3333333432674408})
    gone = dropped_record(example, {"reason": "exact_duplicate", "keeper": "k", "similarity": 1.0})
    assert (tuple(kept), tuple(gone)) == (KEYS, DROPPED_KEYS)
    assert (kept["pii"], kept["weight"], kept["intensity"]) == ({"PERSON": 2}, 0.333333, 0.1)
    assert b"ecret" not in encode(kept) + encode(gone)
    assert kept["sha256"] == gone["sha256"] == text_sha256("Secret words", "secret answer")


def test_a_refused_candidate_has_a_record(make_example: Callable[..., dict[str, Any]]) -> None:
    """A candidate without text is recorded with its reason."""
    refused = dropped_record(make_example(input=None, target=None, reason="too_few_words"))
    assert (refused["reason"], refused["sha256"]) == ("too_few_words", None)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085", "\r", "\x1c", "\n"])
def test_no_character_breaks_a_line(mark: str) -> None:
    """A text with any line separator stays one line for every reader and comes back as it was."""
    line = encode({"text": f"a{mark}b"})
    assert len(line.decode().splitlines()) == 1
    assert decode(line) == {"text": f"a{mark}b"}


def test_open_files_are_judged_as_their_bytes_are(make_example: Callable[..., dict[str, Any]]) -> None:
    """A version that is read line by line from open files has the problems of one that is handed over whole."""
    files = _version(make_example)
    manifest = json.loads(manifest_bytes(_manifest(files)))
    for changes in ({}, WRONG["wrong role"](files), {"index/train.jsonl": b"{}\rx\n"}, {"data/tickets/chat/train.jsonl": b"{"}):
        some = files | changes
        found = verify_manifest(manifest, lambda path, some=some: io.BytesIO(some[path]), some)
        assert found == verify_manifest(manifest, some.__getitem__, some)
        assert bool(found) == bool(changes)
