"""Asks the name model about texts: by passages, in batches, never twice about the same passage.

Belongs here: windows, batches and the memory. Does not belong here: loading a model (`resources.models` hands in a function),
and reading its answer (`winnow.decoding`).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b

import numpy as np

from winnow.decoding import Found, Logits, Scheme, decode
from winnow.passages import Passage, passages
from winnow.wordpieces import Ids, Pieces, WordPieces

Infer = Callable[[Ids, Ids, Ids], Logits]
"""The model: ids, case ids and mask, each [batch, pieces], to logits [batch, pieces, labels]."""

BATCH_PIECES = 1_024  # padding included: some 20 MB of activations in a small BERT, and more is no faster on one core
WAITING = 512  # passages encoded at once, so that a text of any size needs little memory
PLACES = 20_000  # passages whose spans wait to be noted, the same: a table may repeat one a million times
REMEMBERED = 50_000  # passages whose spans are kept, 10 MB or so
ROUNDING = 4  # pieces; a passage is padded to a multiple by its own length alone, so that no sum depends on the batch

_Window = tuple[int, int, int]  # number of the passage, first piece, last piece


class Tagger:
    """Texts in, spans out; remembers what it found in passages, by their hash, so that one seen before costs nothing."""

    def __init__(self, infer: Infer, pieces: WordPieces, scheme: Scheme) -> None:
        """``infer`` must give a passage the same logits whatever else is in its batch."""
        self._infer, self._pieces, self._scheme = infer, pieces, scheme
        self._memory: OrderedDict[bytes, tuple[Found, ...]] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> list[list[Found]]:
        """What the model finds in each of ``texts``, which are views (`winnow.normalise.view`), in order of place."""
        found: list[set[Found]] = [set() for _ in texts]
        waiting: dict[bytes, str] = {}
        places: list[tuple[int, Passage, bytes]] = []
        for number, text in enumerate(texts):
            for passage in passages(text):
                key = blake2b(passage.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
                places.append((number, passage, key))
                if key not in self._memory:
                    waiting[key] = passage.text
                if len(waiting) >= WAITING or len(places) >= PLACES:
                    self._settle(waiting, places, found)
                    waiting, places = {}, []
        self._settle(waiting, places, found)
        return [sorted(spans) for spans in found]

    def _settle(
        self, waiting: dict[bytes, str], places: Sequence[tuple[int, Passage, bytes]], found: Sequence[set[Found]]
    ) -> None:
        """Ask the model about the passages ``waiting``, and note what stands at the ``places``."""
        fresh = dict(zip(waiting, self.tag(list(waiting.values())), strict=True))
        for number, passage, key in places:
            spans = fresh.get(key)
            if spans is None:
                spans = self._memory[key]
                self._memory.move_to_end(key)
            found[number].update((*passage.original(start, end), entity, score) for start, end, entity, score in spans)
        self._memory.update(fresh)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)

    def tag(self, shown: Sequence[str]) -> list[tuple[Found, ...]]:
        """The spans of each passage in ``shown``, in its own characters, from the model itself."""
        encoded = self._pieces.encode(shown)
        answers = self.logits(encoded)
        return [tuple(decode(*asked, self._scheme)) for asked in zip(shown, encoded, answers, strict=True)]

    def logits(self, encoded: Sequence[Pieces]) -> list[Logits]:
        """The logits [pieces, labels] of each of ``encoded``, each piece's from the window with most of its surroundings."""
        windows = [(number, *window) for number, pieces in enumerate(encoded) for window in self._windows(len(pieces))]
        answers = [np.zeros((len(pieces), len(self._scheme.labels)), np.float32) for pieces in encoded]
        for length, batch in _batches(windows, self._scheme.max_pieces):
            logits = self._infer(*self._arrays(encoded, batch, length))
            for row, (number, start, end) in enumerate(batch):
                # In order of place, so that the later of two windows takes the second half of what they share.
                first = start + self._scheme.overlap_pieces // 2 if start else 0
                last = end if end == len(encoded[number]) else end - self._scheme.overlap_pieces // 2
                answers[number][first:last] = logits[row, 1 + first - start : 1 + last - start]
        return answers

    def _windows(self, pieces: int) -> Iterator[tuple[int, int]]:
        most = self._scheme.max_pieces - 2
        start = 0
        while start + most < pieces:
            yield start, start + most
            start += most - self._scheme.overlap_pieces
        if pieces:
            yield start, pieces

    def _arrays(self, encoded: Sequence[Pieces], batch: Sequence[_Window], length: int) -> tuple[Ids, Ids, Ids]:
        ids = np.full((len(batch), length), self._pieces.padding, np.int64)
        cases, mask = np.zeros_like(ids), np.zeros_like(ids)
        for row, (number, start, end) in enumerate(batch):
            pieces, count = encoded[number], end - start
            ids[row, 0], ids[row, count + 1] = self._pieces.opening, self._pieces.closing
            ids[row, 1 : count + 1] = pieces.ids[start:end]
            cases[row, 1 : count + 1] = pieces.case_ids[start:end]
            mask[row, : count + 2] = 1
        return ids, cases, mask


def _batches(windows: Sequence[_Window], most_pieces: int) -> Iterator[tuple[int, list[_Window]]]:
    """``windows`` of one padded length, as many as a batch may hold, shortest first."""
    by_length: dict[int, list[_Window]] = {}
    for window in windows:
        length = min(-(-(window[2] - window[1] + 2) // ROUNDING) * ROUNDING, most_pieces)
        by_length.setdefault(length, []).append(window)
    for length, members in sorted(by_length.items()):
        most = max(BATCH_PIECES // length, 1)
        for first in range(0, len(members), most):
            yield length, members[first : first + most]
