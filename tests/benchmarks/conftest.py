"""Which tests of the benchmarks there are: those of the peers only where these are installed beside winnow."""

import importlib.util

from benchmarks import dedup_peers

_PEERS_ARE_HERE = not dedup_peers.missing(dedup_peers.PEERS) and importlib.util.find_spec("duckdb") is not None

collect_ignore = [] if _PEERS_ARE_HERE else ["test_peers.py"]
"""`make test` does not install other people's deduplicators; `make bench-dedup` runs each of them and fails if one does."""
