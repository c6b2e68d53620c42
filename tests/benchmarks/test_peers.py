"""The peers of the benchmarks, each asked what it is timed over; collected where they are installed."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import dedup_peers, duckdb_peer, near_copies, unchanged


@pytest.mark.parametrize("name", dedup_peers.PEERS)
def test_a_peer_finds_equal_texts_and_leaves_others_alone(name: str, tmp_path: Path) -> None:
    """Run as its documentation has it, it takes copies for copies and nothing else of so little."""
    made = list(near_copies.texts(40, seed=3))[:20]
    distinct = [text for place, text in enumerate(made) if not near_copies.truth([*made[:place], text], 0.3)]
    lines = [json.dumps({"id": place, "text": text}) for place, text in enumerate([*distinct, distinct[0]])]
    (tmp_path / "texts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    peer = dedup_peers.PEERS[name]
    if peer.pairs:
        assert dedup_peers.of_library(peer.pairs, tmp_path / "texts.jsonl")["pairs"] == [(0, len(distinct))]
    else:
        assert peer.leaves is not None
        assert len(dedup_peers.of_program(peer.leaves, tmp_path / "texts.jsonl")["left"]) == len(distinct)


def test_the_anti_join_finds_what_is_new(tmp_path: Path) -> None:
    """It is asked the question that it is timed over."""
    for name, count in (("listed", 30), ("known", 20)):
        pq.write_table(pa.table({"key": [one.key for one in unchanged.listing(count)]}), tmp_path / f"{name}.parquet")
    duckdb_peer.main(str(tmp_path / "listed.parquet"), str(tmp_path / "known.parquet"), str(tmp_path / "out.json"))
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["new"] == 10
