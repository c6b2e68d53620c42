"""Record batches from a process that is not trusted: what is packed comes back, and nothing else does."""

import contextlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.engine_frames import pack, unpack
from winnow.documents import Block, Document, to_batch
from winnow.schemas import DOCUMENTS

WORDS = st.text(max_size=20)

DOCUMENT = st.builds(
    Document,
    title=WORDS,
    blocks=st.lists(st.builds(Block, st.sampled_from(["paragraph", "turn"]), WORDS, speaker=st.none() | WORDS), max_size=4).map(
        tuple
    ),
    fields=st.dictionaries(WORDS, WORDS, max_size=3),
    notes=st.dictionaries(st.sampled_from(["hidden_text", "repaired"]), st.integers(1, 9), max_size=2),
    row_number=st.none() | st.integers(0, 9),
    reason=st.none() | st.just("damaged"),
)

FRAME = b"".join(
    pack(to_batch([Document(title="a", blocks=(Block("turn", "x" * 90, speaker="s", page=3),) * 3, notes={"n": 2})] * 3))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(DOCUMENT, max_size=6))
def test_what_is_packed_comes_back(documents: list[Document]) -> None:
    """Any rows are the same on the other side."""
    batch = to_batch(documents)
    assert unpack(b"".join(pack(batch)), DOCUMENTS).equals(batch)


def test_a_part_of_a_batch_comes_back_as_that_part() -> None:
    """A slice, whose buffers hold more than it says, is packed as what it says."""
    batch = to_batch([Document(title=str(number), fields={"a": "b" * number}) for number in range(9)])
    assert unpack(b"".join(pack(batch.slice(3, 4))), DOCUMENTS).equals(batch.slice(3, 4))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(FRAME) - 1), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, len(FRAME))
)
def test_a_forged_frame_is_refused_or_whole(changes: list[tuple[int, int]], cut: int) -> None:
    """Whatever bytes come, they are refused with one error, or are rows that can be read to the last character."""
    forged = bytearray(FRAME)
    for place, value in changes:
        forged[place] = value
    for frame in (bytes(forged), bytes(forged[:cut])):
        with contextlib.suppress(ValueError):
            unpack(frame, DOCUMENTS).to_pylist()


@pytest.mark.parametrize(
    "head", [b"[]", b"{}", b"7", b"[1e9]", b"[true]", b"[9" + b"9" * 5000 + b"]", b"[" * 50_000, b"[-5]", b"\xff"]
)
def test_a_head_that_is_no_list_of_lengths_is_refused(head: bytes) -> None:
    """Numbers that cannot be lengths, or are no numbers, are no frame."""
    with pytest.raises(ValueError, match="not valid"):
        unpack(len(head).to_bytes(4, "big") + head, DOCUMENTS)


def test_a_frame_of_another_schema_is_refused() -> None:
    """The schema is not the sender's to choose."""
    other = pa.RecordBatch.from_pydict({"n": [1, 2]})
    with pytest.raises(ValueError, match="not valid"):
        unpack(b"".join(pack(other)), DOCUMENTS)
    with pytest.raises(ValueError, match="not valid"):
        unpack(FRAME, other.schema)
