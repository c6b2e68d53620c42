"""One JSON record a line, the same bytes for the same record, wherever it is written.

Belongs here: the encoding of lines. Does not belong here: what stands in them (`winnow.exports`, `winnow.index`).
"""

import json
from collections.abc import Mapping
from typing import Any

# Valid inside a JSON string, but a line end to readers that split on every Unicode line separator, as str.splitlines does.
_LINE_ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def encode(record: Mapping[str, Any]) -> bytes:
    """``record`` as one line of UTF-8 JSON (RFC 8259), keys in their order, no spaces, with a line feed at its end.

    Raises:
        ValueError: a number is not finite, or a text holds half a surrogate pair.
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text.translate(_LINE_ENDS)}\n".encode()


def decode(line: bytes) -> Any:
    """The inverse of `encode`, strict about what JSON leaves open.

    Raises:
        ValueError: the line is not one JSON value in UTF-8, an object names a key twice, or a number is not finite.
    """
    return json.loads(line.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a key twice")
    return found


def _refuse(_constant: str) -> None:
    raise ValueError("a number is not finite")
