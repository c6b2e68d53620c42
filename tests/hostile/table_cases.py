"""Hostile delimited tables and lines of JSON: quotes without end, ragged rows, odd encodings, long lines, deep values."""

import json
from functools import partial

from tests.hostile.case import WORDS, Case, readable, refused

MIB = 1024 * 1024

HEAD = "id,text\n"

GOOD = f"1,{WORDS} and looked.\n"

TABLE = HEAD + GOOD

LINE = json.dumps({"id": "1", "text": f"{WORDS} and looked."}) + "\n"


def table(*more: str) -> bytes:
    """A table with a good row and ``more``."""
    return (TABLE + "".join(more)).encode()


def lines(*more: str) -> bytes:
    """A good line and ``more``."""
    return (LINE + "".join(more)).encode()


def long_line(suffix: str, size: int) -> bytes:
    """A file of good rows, one row of ``size`` characters, and a good row."""
    if suffix == ".csv":
        return b"".join((table(), b"2,", b"a" * size, b"\n3,Thanks.\n"))
    return b"".join((lines(), b'{"id": "2", "text": "', b"a" * size, b'"}\n', b'{"id": "3", "text": "Thanks."}\n'))


def wide(columns: int) -> bytes:
    """A table of so many columns, of which two are wanted."""
    names = ",".join(f"c{n}" for n in range(columns))
    return f"id,text,{names}\n1,{WORDS}.{',x' * columns}\n".encode()


CASES: tuple[Case, ...] = (
    refused(
        "csv_quote_never_closed",
        "quotes",
        ".csv",
        lambda: table('2,"never closed\n', *[f"{n},row\n" for n in range(3, 500)]),
        "malformed",
        table=True,
    ),
    readable(
        "csv_ragged_rows",
        "ragged",
        ".csv",
        lambda: table("2\n", "3,a,b,c\n", "4,fine\n"),
        WORDS,
        "fine",
        beside={"ragged_rows"},
        table=True,
    ),
    readable(
        "csv_broken_quote",
        "quotes",
        ".csv",
        lambda: table('2,"a"b"c\n', "3,fine\n", "4,fine too\n"),
        beside={"malformed"},
        table=True,
    ),
    refused(
        "csv_only_quotes",
        "regex",
        ".csv",
        lambda: HEAD.encode() + b'"' * 2_000_001,
        "malformed",
        "ragged_rows",
        "too_large",
        table=True,
    ),
    refused(
        "csv_only_delimiters", "regex", ".csv", lambda: b"," * 3_000_000, "missing_columns", "empty", "too_large", table=True
    ),
    readable(
        "csv_long_runs",
        "regex",
        ".csv",
        lambda: table(*[f"{n},{run * 100_000}\n" for n, run in enumerate((" ", "-", ":", "'", "=", "\t.", ">"))]),
        table=True,
    ),
    readable("csv_100000_columns", "many", ".csv", partial(wide, 100_000), table=True),
    readable(
        "csv_line_of_20_megabytes",
        "long line",
        ".csv",
        partial(long_line, ".csv", 20 * MIB),
        WORDS,
        "Thanks",
        beside={"too_large"},
        reasons={"too_large"},
        table=True,
    ),
    readable(
        "csv_line_of_200_megabytes",
        "long line",
        ".csv",
        partial(long_line, ".csv", 200 * MIB),
        WORDS,
        "Thanks",
        beside={"too_large"},
        reasons={"too_large"},
        table=True,
        heavy=True,
    ),
    readable("csv_nuls", "encoding", ".csv", lambda: table("2,a\0b\n", *[GOOD] * 50, "\0\0\0,x\n"), table=True),
    readable("csv_utf16_without_a_mark", "encoding", ".csv", lambda: table().decode().encode("utf-16-le"), table=True),
    readable(
        "csv_utf16_of_odd_length",
        "encoding",
        ".csv",
        lambda: b"\xff\xfe" + table().decode().encode("utf-16-le") + b"x",
        beside={"ragged_rows"},
        table=True,
    ),
    readable("csv_utf7", "encoding", ".csv", lambda: table("2,+AGE-b+AGM-\n"), WORDS, "+AGE-", table=True),
    readable(
        "csv_mixed_line_ends", "lie", ".csv", lambda: table("2,a\r\n3,b\r4,c\n\r5,d").replace(b"\n", b"\r\n", 1), table=True
    ),
    readable(
        "csv_mixed_encodings",
        "encoding",
        ".csv",
        lambda: table("2,Ümläut ünd mehr\n" * 3) + "3,Größe\n".encode("cp1252"),
        table=True,
    ),
    refused("csv_header_alone", "empty", ".csv", HEAD.encode, "empty", table=True),
    refused("csv_blank_lines", "empty", ".csv", lambda: b"\r\n \r\n\r\n" * 1000, "empty", "missing_columns", table=True),
    refused("csv_other_columns", "columns", ".csv", lambda: b"a,b\n1,2\n", "missing_columns", table=True),
    refused("csv_equal_columns", "columns", ".csv", lambda: b"id,text,text\n1,a,b\n", "malformed", table=True),
    refused("csv_columns_nobody_named", "columns", ".csv", table, "missing_columns"),
    refused("csv_rubbish", "damage", ".csv", lambda: bytes(range(1, 32)) * 3000, "encoding_unknown", table=True),
    readable("csv_formulas", "lie", ".csv", lambda: table("2,=cmd|' /C calc'!A0\n", '3,"@SUM(1)"\n'), table=True),
    readable("csv_numbers_without_end", "regex", ".csv", lambda: table(f"{'9' * 200_000},{'1.' * 100_000}\n"), table=True),
    readable(
        "jsonl_lone_surrogates",
        "encoding",
        ".jsonl",
        lambda: lines('{"id": "\\ud800", "text": "a\\udfff b\\ud83d"}\n'),
        table=True,
    ),
    readable(
        "jsonl_values_80_deep",
        "depth",
        ".jsonl",
        lambda: lines('{"id": "2", "text": ' + "[" * 80 + "]" * 80 + "}\n"),
        table=True,
    ),
    readable(
        "jsonl_values_100000_deep",
        "depth",
        ".jsonl",
        lambda: lines('{"id": "2", "text": ' + "[" * 100_000 + "]" * 100_000 + "}\n"),
        beside={"malformed"},
        table=True,
    ),
    readable(
        "jsonl_never_closed",
        "cut",
        ".jsonl",
        lambda: lines('{"id": "2", "text": "' + "[{" * 100_000),
        beside={"malformed"},
        table=True,
    ),
    readable(
        "jsonl_odd_numbers",
        "lie",
        ".jsonl",
        lambda: lines(
            '{"id": NaN, "text": 1e999}\n',
            '{"id": "3", "text": -Infinity, "id": 4}\n',
            f'{{"id": {"9" * 5000}, "text": "x"}}\n',
        ),
        beside={"malformed", "empty"},
        table=True,
    ),
    readable(
        "jsonl_nuls",
        "encoding",
        ".jsonl",
        lambda: lines('{"id": "2", "text": "a\\u0000b"}\n', '{"id":\0 "3"}\n'),
        beside={"malformed"},
        table=True,
    ),
    readable("jsonl_utf16_without_a_mark", "encoding", ".jsonl", lambda: lines().decode().encode("utf-16-be"), table=True),
    readable(
        "jsonl_line_of_20_megabytes",
        "long line",
        ".jsonl",
        partial(long_line, ".jsonl", 20 * MIB),
        WORDS,
        "Thanks",
        beside={"too_large"},
        reasons={"too_large"},
        table=True,
    ),
    readable(
        "jsonl_line_of_200_megabytes",
        "long line",
        ".jsonl",
        partial(long_line, ".jsonl", 200 * MIB),
        WORDS,
        "Thanks",
        beside={"too_large"},
        reasons={"too_large"},
        table=True,
        heavy=True,
    ),
    readable(
        "jsonl_100000_members",
        "many",
        ".jsonl",
        lambda: lines(json.dumps({"id": "2", "text": "x", **{f"c{n}": n for n in range(100_000)}}) + "\n"),
        table=True,
    ),
    readable(
        "jsonl_escapes_without_end",
        "regex",
        ".jsonl",
        lambda: lines('{"id": "2", "text": "' + '\\\\\\"' * 500_000 + '"}\n'),
        table=True,
    ),
    refused("jsonl_of_no_objects", "damage", ".jsonl", lambda: b"1\n2\nnull\n", "malformed", table=True),
    refused("jsonl_html", "suffix", ".jsonl", lambda: b"<html><p>x</p></html>\n", "malformed", "wrong_type", table=True),
    refused("json_empty_array", "empty", ".json", lambda: b"[]", "empty", table=True),
    refused(
        "json_array_cut", "cut", ".json", lambda: b"[" + b'{"id": "1", "text": "x"},' * 50, "truncated", "malformed", table=True
    ),
    refused(
        "json_arrays_100000_deep", "depth", ".json", lambda: b"[" * 100_000 + b"]" * 100_000, "malformed", "bomb", table=True
    ),
    refused(
        "json_objects_100000_deep",
        "depth",
        ".json",
        lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "malformed",
        "bomb",
        table=True,
    ),
)
