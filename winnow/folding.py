"""Many texts folded at once: what `winnow.shingles.fold` gives of each, from the bytes in which Arrow holds them.

Belongs here: the quick way for texts of plain ASCII. Does not belong here: what folding means (`winnow.shingles.fold`, which has every
text that is not plain).
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.shingles import Flags, Indexes, fold, runs

Codes = npt.NDArray[np.uint8]

_CHUNK_BYTES = 1 << 18  # folded at once: its handful of arrays of as many bytes stay in the second-level cache
_CHUNK_TEXTS = 1 << 16
_SPACE = np.uint8(ord(" "))
_LETTERS, _PLAIN = np.uint8(26), np.uint8(95)  # in the alphabet; codes of ASCII behind the space
_TO_SMALL = np.uint8(5)  # the bit in which a capital and its small letter differ


def folded(texts: pa.Array | pa.ChunkedArray) -> Iterator[list[bytes]]:
    """Each of ``texts`` (strings, none of them null) as `fold` has it, in UTF-8; in parts that are small enough for a cache."""
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        large = chunk.cast(pa.large_string())
        if not len(large):
            continue
        offsets = np.frombuffer(large.buffers()[1], dtype=np.int64)[large.offset : large.offset + len(large) + 1]
        codes = np.frombuffer(large.buffers()[2] or b"", dtype=np.uint8)
        for part in runs(np.diff(offsets), _CHUNK_BYTES, _CHUNK_TEXTS):
            own = offsets[part.start : part.stop + 1]
            yield _folded(codes[own[0] : own[-1]], own - own[0])


def _folded(codes: Codes, offsets: Indexes) -> list[bytes]:
    small = codes - np.uint8(ord("A")) < _LETTERS
    lowered = codes + (small.view(np.uint8) << _TO_SMALL)
    blob, places = lowered.tobytes(), offsets.tolist()
    result = [blob[begin:end] for begin, end in pairwise(places)]
    for row in np.flatnonzero(_is_odd(codes, offsets)).tolist():
        result[row] = fold(codes[offsets[row] : offsets[row + 1]].tobytes().decode()).encode()
    return result


def _is_odd(codes: Codes, offsets: Indexes) -> Flags:
    """Which texts have a character beyond ASCII, a control character (white space may be one), or a space too many."""
    beyond = codes - _SPACE > _PLAIN
    spaces = codes == _SPACE
    beyond[1:] |= spaces[1:] & spaces[:-1]
    odd = np.zeros(len(offsets) - 1, dtype=np.bool_)
    if beyond.any():
        odd[np.searchsorted(offsets, np.flatnonzero(beyond), side="right") - 1] = True
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    odd[filled] |= spaces[offsets[filled]] | spaces[offsets[filled + 1] - 1]
    return odd
