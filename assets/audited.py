"""Asks the audit's questions of every string of a candidate, each once, while its files are read.

Millions of strings are never in memory together: of each a hash is remembered and the first example that it stands in. Where it stands
besides is read again, and only if something was found in it.

Belongs here: which string is asked when, and under whose rules. Does not belong here: the questions (`winnow.audit`, `assets.rescan`)
and what follows from the answers (`assets.audit`).
"""

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assets.released import Piece
from assets.rescan import Search
from assets.scopes import Scopes
from resources.batches import batches_by_bytes
from resources.workspace import Workspace
from winnow.audit import AUDIT_TEXTS, AuditConfig, auditor, unaudited
from winnow.audit_patterns import is_opaque
from winnow.detector_config import effective_of
from winnow.rescan import text_hash

_BLOCK_CHARS = 1 << 25  # of strings that are asked about together
_MOST_PLAIN = 1 << 16  # strings of no example that are known by their text: keys, roles, system messages, labels
_PLAIN_CHARS = 4_096  # and the longest of these

_PREFIX = 8  # bytes of a hash by which strings are counted: of ten million, two are taken for one with a chance of 3e-6


@dataclass(slots=True)
class _Block:
    """Strings that are asked about together, by the examples whose scopes and rules hold for each."""

    audited: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    lines: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # those that consumers read
    chars: int = 0


class Strings:
    """The distinct strings of one candidate, and what was found in them.

    Attributes:
        audited: rows of `winnow.audit.HIT_COUNT` by `winnow.rescan.text_hash` of the string they were found in.
        left: what the scrubber's own recognisers find in the lines that consumers read: entity counts by the same.
        chars: how long an example's own strings are together, by task and side, and by its id.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Nothing is read yet."""
        self._workspace, self._scopes, self._search = workspace, Scopes(workspace), Search(workspace)
        self.audited: dict[str, list[dict[str, Any]]] = {}
        self.left: dict[str, Mapping[str, int]] = {}
        self.chars: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self._first: dict[bytes, str | None] = {}  # first example, empty for none; None while it stands in no line of data
        self._others: dict[bytes, tuple[str, set[str]]] = {}  # strings of several examples: the text, and all of those
        self._opaque = array("Q")

    def search(self, pieces: Iterable[Piece]) -> None:
        """Ask about every string of ``pieces``."""
        block = _Block()
        for piece in self._once(pieces):
            self._take(block, piece)
            if block.chars >= _BLOCK_CHARS:
                self._ask(block)
                block = _Block()
        self._ask(block)
        block = _Block()
        for text, examples in self._others.values():
            name, them = text_hash(text), frozenset(examples)
            # Asked about before, with the first example alone: what holds for all of them counts.
            self.audited.pop(name, None)
            self.left.pop(name, None)
            block.audited[name] = block.lines[name] = text, them
        self._ask(block)
        self._search.remember()

    def count(self) -> int:
        """How many distinct strings there are."""
        own = np.frombuffer(b"".join(key[:_PREFIX] for key in self._first), dtype="<u8")
        return len(np.unique(np.concatenate([own, np.frombuffer(self._opaque, dtype=np.uint64)])))

    def places(self, pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
        """Where in ``pieces`` those strings stand in which something was found, by their hash."""
        found: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            name = text_hash(self._scopes.hidden(piece))
            if name in self.audited or name in self.left:
                found[name].append(piece)
        return found

    def own(self, pieces: Iterable[Piece]) -> tuple[dict[str, dict[str, Piece]], dict[str, str]]:
        """Of ``pieces`` what is one example's own, by its id and hash, and the texts by hash; what all lines share is no one's."""
        by_example: dict[str, dict[str, Piece]] = defaultdict(dict)
        texts: dict[str, str] = {}
        for piece in pieces:
            if piece.example_id and not piece.shared:
                text = self._scopes.hidden(piece)
                name = text_hash(text)
                texts.setdefault(name, text)
                by_example[piece.example_id].setdefault(name, piece)
        return by_example, texts

    def _once(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """``pieces`` without most of those that are of no example and were there before: nearly all strings are keys and ids."""
        plain: set[tuple[str, bool]] = set()
        for piece in pieces:
            if piece.example_id and (not piece.shared or self._scopes.has_surrogates(piece.example_id)):
                yield piece
                continue
            known = piece.text, bool(piece.split)
            if known in plain:
                continue
            if not piece.split and is_opaque(piece.text):
                self._opaque.append(int.from_bytes(_digest(piece.text)[:_PREFIX], "little"))
                continue
            if len(plain) < _MOST_PLAIN and len(piece.text) <= _PLAIN_CHARS:
                plain.add(known)
            yield piece

    def _take(self, block: _Block, piece: Piece) -> None:
        """Put the string of ``piece`` into ``block`` if it has to be asked about, and remember where it stands."""
        text = self._scopes.hidden(piece)
        key, own = _digest(text), "" if piece.shared else piece.example_id
        is_new, before = key not in self._first, self._first.get(key)
        if own and (is_new or before != own) and own not in self._others.get(key, ("", ()))[1]:
            lengths = self.chars[piece.task, piece.split]
            lengths[own] = lengths.get(own, 0) + len(text)
        if piece.split and own and before and before != own:
            self._others.setdefault(key, (text, {before}))[1].add(own)
            return
        if not is_new and (before or not piece.split or (before is not None and not own)):
            return
        if not is_new:  # asked about before as a string of no example: the rules and the scope of this one hold
            self.audited.pop(key.hex(), None)
            self.left.pop(key.hex(), None)
        self._first[key] = own if piece.split else None
        examples = frozenset({own} if own else ())
        block.chars += len(text)
        block.audited[key.hex()] = text, examples
        if piece.split:
            block.lines[key.hex()] = text, examples

    def _ask(self, block: _Block) -> None:
        """The questions of all strings in ``block``."""
        space = self._workspace
        for sources, names in self._by_rules(block.audited).items():
            rules = effective_of(space.catalog.pii, sources)
            config = AuditConfig(space.catalog.dataset.salt, rules, self._scopes.known_forms(rules))
            asked = ((name, *block.audited[name]) for name in names)
            rows = ({"text_hash": name, "text": text, "scope": sorted(self._scopes.of(them))} for name, text, them in asked)
            batches = batches_by_bytes(rows, AUDIT_TEXTS, space.catalog.engine.batch_bytes)
            for batch in space.engine.map_batches(auditor, config, batches, on_poison=unaudited):
                self.audited.update({row["text_hash"]: row["found"] for row in batch.to_pylist() if row["found"]})
        for sources, names in self._by_rules(block.lines).items():
            self.left.update(self._search.left((block.lines[name][0] for name in names), sources))

    def _by_rules(self, strings: Mapping[str, tuple[str, frozenset[str]]]) -> dict[tuple[str, ...], list[str]]:
        """The hashes of ``strings``, sorted, by the sources whose rules hold for them."""
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in sorted(strings):
            groups[self._scopes.rules(strings[name][1])].append(name)
        return dict(sorted(groups.items()))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
