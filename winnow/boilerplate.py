"""Which pieces of many texts are boilerplate: disclaimers under mails, lines of navigation, a paragraph in two hundred reports.

Belongs here: counting pieces and runs of them over documents. Does not belong here: what a piece is (`winnow.pieces`), what becomes
of boilerplate in an example (`winnow.stripping`), and sections that a recipe leaves out by their headings (`winnow.recipes`).

A run of adjacent pieces with enough words is boilerplate where enough documents of one source have it. All copies are alike: none
stays for having come first, so the order of texts does not matter. Of a run every shortest part with enough words is counted by
itself, so a heading or a greeting goes with the paragraph that it nearly always stands at, and stays where it does not.

What counts as a document, so that copies of one mail are no boilerplate:

- documents that share a customer, a thread or a meeting count once: what they repeat is theirs and not the source's;
- documents that are near copies of each other *without* the pieces that many have are one: each counts as a share by how many have
  its own text (by the median of `winnow.pieces.SKETCHES` numbers of its own pairs of words);
- documents that have hardly a word of their own are one together.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from winnow.pieces import PIECES_VERSION, Pieces, powers
from winnow.shingles import SHINGLE_VERSION, Flags, Hashes, Indexes, mix

BOILERPLATE_VERSION = f"1/{PIECES_VERSION}/{SHINGLE_VERSION}"
"""Changes whenever other pieces of the same texts would be found."""

OWN_WORDS = 5
"""Words that a document needs beside what many have, to count by itself: a salutation and a name are fewer."""

ALWAYS = 2
"""A short piece belongs to its neighbour if they stand together in at least one of so many places where the neighbour stands.

"Approved." above a disclaimer is an answer although some mails say just that; the heading "About this report" is not."""

LONGEST_RUN = 16  # pieces of a run, so that a long column of single numbers is not looked at for ever

_ONE = 1 << 20  # a whole document: shares are counted as whole numbers, since a sum of fractions depends on its order
_BUCKETS = 22  # bits; of 8 million different pieces a bucket has 2, and 20 only of what is frequent
_BOTH = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Minimum:
    """From when on a run is boilerplate."""

    documents: int = 20
    share: float = 0.01  # of the source's documents
    words: int = 8

    def needed(self, documents: int) -> int:
        """How many of ``documents`` must have it."""
        return max(self.documents, ceil(self.share * documents - 1e-9))


@dataclass(frozen=True, slots=True)
class Runs:
    """The longest runs of marked pieces, in order; columns of one length."""

    text: Indexes
    first: Indexes  # number of its first piece
    end: Indexes  # behind its last
    hash: Hashes
    words: Indexes


@dataclass(frozen=True, slots=True)
class _Held:
    """Whose pieces are: of each piece the number of its document and of what that belongs to, and what each document counts."""

    document: Indexes
    owner: Indexes
    weights: Indexes  # by document, in parts of `_ONE`

    def of(self, rows: Indexes) -> "_Held":
        """The same of the pieces numbered ``rows``."""
        return _Held(self.document[rows], self.owner[rows], self.weights)


def boilerplate(pieces: Pieces, documents: Indexes, owners: Indexes, minimum: Minimum) -> Flags:
    """For each of ``pieces``, those of all texts of one source, whether it is boilerplate.

    Args:
        pieces: in the order of the texts.
        documents: of each text a number of its document.
        owners: of each text a number that is equal for documents that belong together; those of a document are equal.
        minimum: what is asked.
    """
    marked = np.zeros(len(pieces), dtype=np.bool_)
    if not len(pieces):
        return marked
    (groups, owner), (names, document) = (np.unique(numbers, return_inverse=True) for numbers in (owners, documents))
    needed, said = minimum.needed(len(groups)) * _ONE, pieces.length > 0
    held = _Held(document.ravel()[pieces.text], owner.ravel()[pieces.text], np.full(len(names), _ONE, dtype=np.int64))
    frequent = said & _frequent(pieces, held, needed, said)
    here = np.flatnonzero(frequent)
    held = _Held(held.document, held.owner, _weights(pieces, held.document, frequent, len(names)))
    places = np.zeros(len(pieces), dtype=np.int64)
    places[here] = _documents(mix(pieces.hash[here]), held.of(here))
    places[places < needed] = 0
    while True:
        left = np.where(marked, 0, places)
        found = _found(pieces, held, left, np.flatnonzero(said & ~marked), minimum.words, needed)
        if not len(found):
            return _with_marks(pieces, said, marked)
        marked[found] = True  # and what they stood between are neighbours now


def runs_of(pieces: Pieces, marked: Flags) -> Runs:
    """The ``marked`` ones of ``pieces`` with those next to them, each run once."""
    chosen = np.flatnonzero(marked)
    begins = np.ones(len(chosen), dtype=np.bool_)
    begins[1:] = (chosen[1:] != chosen[:-1] + 1) | (pieces.text[chosen[1:]] != pieces.text[chosen[:-1]])
    firsts = np.flatnonzero(begins)
    if not len(firsts):
        none = np.zeros(0, dtype=np.int64)
        return Runs(none, none, none, none.astype(np.uint64), none)
    length = pieces.length[chosen].astype(np.int64)
    before = np.cumsum(length) - length
    before -= before[firsts][np.cumsum(begins) - 1]
    hashes = pieces.hash[chosen] * powers(int(before.max()))[before]
    ends = np.append(chosen[firsts[1:] - 1], chosen[-1]) + 1
    words = np.add.reduceat(pieces.words[chosen].astype(np.int64), firsts)
    return Runs(pieces.text[chosen[firsts]].astype(np.int64), chosen[firsts], ends, mix(np.add.reduceat(hashes, firsts)), words)


def _frequent(pieces: Pieces, held: _Held, needed: int, said: Flags) -> Flags:
    """Which pieces enough documents have, whatever else those say; most fall out before anything is sorted."""
    bits = min(_BUCKETS, len(pieces.hash).bit_length() + 3)
    buckets = (mix(pieces.hash) >> np.uint64(64 - bits)).astype(np.uint32)
    times = np.bincount(buckets, said, minlength=1 << bits)
    result = said & (times * _ONE >= needed)[buckets]
    here = np.flatnonzero(result)
    result[here] = _documents(mix(pieces.hash[here]), held.of(here)) >= needed
    return result


def _documents(hashes: Hashes, held: _Held) -> Indexes:
    """For each of ``hashes`` in how many documents it is, in parts of `_ONE`.

    Of those that belong together the one counts that counts most; those that have nothing of their own are one together.
    """
    if not len(hashes):
        return np.zeros(0, dtype=np.int64)
    shares = held.weights[held.document]
    order = np.lexsort((-shares, held.owner, hashes))
    sorted_hashes, sorted_owners, shares = hashes[order], held.owner[order], shares[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = sorted_hashes[1:] != sorted_hashes[:-1]
    first = new.copy()
    first[1:] |= sorted_owners[1:] != sorted_owners[:-1]
    begins = np.flatnonzero(new)
    sums = np.add.reduceat(np.where(first, shares, 0), begins)
    sums += np.where(np.logical_or.reduceat(first & (shares == 0), begins), _ONE, 0)
    result = np.zeros(len(order), dtype=np.int64)
    result[order] = sums[np.cumsum(new) - 1]
    return result


def _weights(pieces: Pieces, document: Indexes, frequent: Flags, documents: int) -> Indexes:
    """What each document counts, in parts of `_ONE`: its share among those with its own text, 0 where it has none."""
    own = np.flatnonzero(~frequent & (pieces.length > 0)) if frequent.any() else np.zeros(0, dtype=np.int64)
    own = own[np.argsort(document[own], kind="stable")]
    weights = np.zeros(documents, dtype=np.int64)
    if not len(own):
        return weights
    begins = np.flatnonzero(np.append(True, document[own][1:] != document[own][:-1]))
    least = np.minimum.reduceat(pieces.sketch[own], begins, axis=0)
    words = np.add.reduceat(pieces.words[own].astype(np.int64), begins)
    enough = words >= OWN_WORDS
    who, least = document[own][begins][enough], least[enough]
    alike = np.ones(least.shape, dtype=np.int64)
    for slot in range(least.shape[1]):
        _, inverse, times = np.unique(least[:, slot], return_inverse=True, return_counts=True)
        alike[:, slot] = times[inverse.ravel()]
    weights[who] = _ONE // np.median(alike, axis=1).astype(np.int64)
    return weights


def _found(  # noqa: PLR0913, PLR0917 - what is known of the pieces by now
    pieces: Pieces, held: _Held, places: Indexes, live: Indexes, words: int, needed: int
) -> Indexes:
    """The numbers of the pieces, of those ``live``, that are in a run with enough ``words`` in enough documents.

    ``places`` has the documents of each frequent piece, and 0 of others; it and ``needed`` count in parts of `_ONE`.
    """
    linked = np.zeros(len(live), dtype=np.bool_)  # with the next one
    if len(live):
        usable = (places[live] > 0) & ~pieces.alone[live]
        linked[:-1] = usable[1:] & usable[:-1] & (pieces.text[live[1:]] == pieces.text[live[:-1]])
    single = live[(places[live] > 0) & (pieces.words[live] >= words)]
    first, last, hashes, most = _short_runs(pieces, places, live, linked, words)
    together = _documents(mix(hashes), held.of(live[first]))
    kept = (together >= needed) & (together * ALWAYS >= most)
    changes = np.zeros(len(live) + 1, dtype=np.int64)
    np.add.at(changes, first[kept], 1)
    np.add.at(changes, last[kept] + 1, -1)
    return np.union1d(single, live[np.cumsum(changes[:-1]) > 0])


def _short_runs(
    pieces: Pieces, places: Indexes, live: Indexes, linked: Flags, words: int
) -> tuple[Indexes, Indexes, Hashes, Indexes]:
    """Runs of two or more linked pieces that have enough words, and would not without their first or without their last one.

    Of each the places in ``live`` of its first and last piece, its hash, and in how many documents that piece of it is which has
    enough words by itself, or else the rarest one.
    """
    hashes, length, count = pieces.hash[live], pieces.length[live].astype(np.int64), pieces.words[live].astype(np.int64)
    documents = places[live]
    weights = powers(int(length.max()) * LONGEST_RUN if len(live) else 0)
    parts: list[tuple[Indexes, Indexes, Hashes, Indexes]] = []
    for forward in (True, False):
        begin = np.flatnonzero((count < words) & (linked if forward else np.append(np.zeros(1, np.bool_), linked[:-1])))
        runs = _Growing(begin, begin, count[begin], length[begin], hashes[begin], documents[begin])
        for _ in range(LONGEST_RUN - 1):
            runs = runs.of(linked[runs.stop] if forward else (runs.stop > 0) & linked[runs.stop - 1])
            stop = runs.stop + (1 if forward else -1)
            near, far = (runs.hash, hashes[stop]) if forward else (hashes[stop], runs.hash)
            by_itself = count[stop] >= words
            runs = _Growing(
                runs.start,
                stop,
                runs.words + count[stop],
                runs.size + length[stop],
                near + weights[runs.size if forward else length[stop]] * far,
                np.where(by_itself, documents[stop], np.minimum(runs.documents, documents[stop])),
            )
            done = runs.of(runs.words >= words)
            parts.append(
                (done.start, done.stop, done.hash, done.documents)
                if forward
                else (done.stop, done.start, done.hash, done.documents)
            )
            runs = runs.of(runs.words < words)
    first, last = (np.concatenate([part[column] for part in parts]) for column in (0, 1))
    value, most = np.concatenate([part[2] for part in parts]), np.concatenate([part[3] for part in parts])
    _, once = np.unique(first.astype(np.uint64) << _BOTH | last.astype(np.uint64), return_index=True)
    return first[once], last[once], value[once], most[once]


@dataclass(frozen=True, slots=True)
class _Growing:
    """Runs that are made longer at one end; columns of one length."""

    start: Indexes  # place of the first piece looked at …
    stop: Indexes  # … and of the last one
    words: Indexes
    size: Indexes  # words hashed
    hash: Hashes
    documents: Indexes  # those of the piece that has enough words by itself, else of the rarest one

    def of(self, chosen: Flags) -> "_Growing":
        """Those for which ``chosen`` says so."""
        return _Growing(
            self.start[chosen],
            self.stop[chosen],
            self.words[chosen],
            self.size[chosen],
            self.hash[chosen],
            self.documents[chosen],
        )


def _with_marks(pieces: Pieces, said: Flags, marked: Flags) -> Flags:
    """``marked``, and of the pieces without a word (rules, rows of dots) those that would be left over."""
    if not marked.any() or said.all():
        return marked
    numbers = np.arange(len(pieces))
    before = np.maximum.accumulate(np.where(said, numbers, -1))
    after, kept = (_next(np.where(which, numbers, len(pieces))) for which in (said, said & ~marked))
    texts, flags = np.append(pieces.text, [-1, -2]), np.append(marked, [False, False])  # -1 in front, len(pieces) behind all
    behind = np.where(before < 0, len(pieces) + 1, before)
    follows = (texts[behind] == pieces.text) & flags[behind]
    begins = texts[behind] != pieces.text
    leads = (texts[after] == pieces.text) & flags[after] & (begins | (texts[kept] != pieces.text))
    return np.asarray(marked | (~said & (follows | leads)))


def _next(numbers: Indexes) -> Indexes:
    result: Indexes = np.minimum.accumulate(numbers[::-1])[::-1]
    return result
