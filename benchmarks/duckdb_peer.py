"""A raw anti-join by DuckDB: ``python duckdb_peer.py LISTED KNOWN OUT``, two Parquet files with a column ``key``.

Belongs here: what runs in the virtual environment of the peers, where winnow is not. Does not belong here: tables
(`benchmarks.unchanged`).

The question is which listed keys are not known, over the keys alone: sizes and times, which winnow compares as well, would cost DuckDB
half as much again.
"""

import json
import resource
import sys
from pathlib import Path

REPEATS = 3


def main(listed: str, known: str, out: str) -> None:
    """Write the CPU seconds of each pass and how many keys were new; nothing to ask for is no more than a look at the version."""
    import duckdb  # noqa: PLC0415 - the program is also asked whether it is there

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    seconds, new = [], 0
    for _ in range(REPEATS if listed else 0):
        before = resource.getrusage(resource.RUSAGE_SELF)
        query = "SELECT count(*) FROM read_parquet(?) ANTI JOIN read_parquet(?) USING (key)"
        new = connection.execute(query, [listed, known]).fetchall()[0][0]
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    Path(out).write_text(json.dumps({"seconds": seconds, "new": new, "version": duckdb.__version__}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
