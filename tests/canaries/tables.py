"""Tables with canaries: declared columns, names in prose cells, and columns that no one named.

The tickets of a table are rows of one file; a declared column's person may be mentioned in the text of the same row, and the staff
table's people in documents of other sources: both have to be found there.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.canaries.values import Canary, filler, sentence

Row = Mapping[str, Canary]

COLUMNS = ("id", "text", "topic", "stars", "customer_name", "customer_email", "internal_note")
PLACES = ("cell", "disguised", "declared column", "declared address", "unnamed column")


def rows(canaries: Sequence[Row], name: str) -> list[dict[str, str]]:
    """One ticket for each of ``canaries``; the person of its declared column is named in its text as well."""
    made = []
    for place, own in enumerate(canaries):
        person = own.get("declared column")
        told = [sentence(own[part]) for part in ("cell", "disguised") if part in own]
        if person is not None:
            told.append(f"The caller, {person.value}, waits.")
        made.append(
            {
                "id": f"{name}-{place}",
                "text": f"{filler(3, name, place)} {' '.join(told)}",
                "topic": ("fares", "delays", "lost property")[place % 3],
                "stars": str(1 + place % 5),
                "customer_name": person.value if person else "",
                "customer_email": own["declared address"].value if "declared address" in own else "",
                "internal_note": sentence(own["unnamed column"]) if "unnamed column" in own else "",
            }
        )
    return made


def as_csv(table: Sequence[Mapping[str, str]]) -> bytes:
    """``table`` as CSV."""
    target = io.StringIO()
    writer = csv.DictWriter(target, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return target.getvalue().encode()


def as_xlsx(table: Sequence[Mapping[str, str]]) -> bytes:
    """``table`` as a workbook."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(list(table[0]))
    for row in table:
        book.active.append(list(row.values()))
    book.save(target)
    return target.getvalue()


def as_jsonl(table: Sequence[Mapping[str, str]]) -> bytes:
    """``table`` as lines of JSON."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table).encode()


def as_parquet(table: Sequence[Mapping[str, str]]) -> bytes:
    """``table`` as Parquet."""
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in table]), target)
    return target.getvalue()


TABLES: dict[str, Callable[[Sequence[Mapping[str, str]]], bytes]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
}
"""Suffix → what writes a table."""
