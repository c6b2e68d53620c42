"""Exports in JSON that nobody vouches for: parsed whole within a bound, and looked at without trusting their shape.

Belongs here: parsing, lines, and the questions every reader of an export asks of a value. Does not belong here: what any one
export's fields mean; and tables in JSON, which are streamed (`winnow.formats.jsonl`).
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, decode, is_textual

Json = Any
"""What `json.loads` gives; no shape is promised."""

# Bytes of memory that CPython takes for a value, a member, an object and an array, rounded up: ``[{},{},…]`` grows 24 times.
_VALUE_BYTES, _MEMBER_BYTES, _OBJECT_BYTES, _ARRAY_BYTES = 40, 40, 184, 72

_MAX_TAKEN_BYTES = (
    480 * MEBIBYTE
)  # of memory for one parsed file, so that with its text and documents it stays under a gigabyte

_MAX_BYTES = 64 * MEBIBYTE  # of one file: half a million messages, which take half a minute to read

_MAX_DIGITS = 18  # of a whole number: a 64-bit integer; longer ones are no id, time or count of any export


def parse(content: bytes) -> Json:
    """The value in ``content``. NaN, infinities and whole numbers of more than 18 digits become None.

    Raises:
        UnreadableDocument: ``truncated`` (it breaks off), ``malformed`` (no JSON, or nested deeper than the interpreter goes),
            ``too_large`` (over 64 MiB, or 480 MiB of memory), ``encoding_unknown``.
    """
    _check_size(content)
    text = decode(content)
    try:
        return json.loads(text, parse_constant=_none, parse_int=_whole, parse_float=_real)
    except json.JSONDecodeError as error:
        broken = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        raise UnreadableDocument("truncated" if broken and text.lstrip()[:1] in ("{", "[") else "malformed") from None
    except (ValueError, RecursionError):
        raise UnreadableDocument("malformed") from None


def _check_size(content: bytes) -> None:
    if len(content) > _MAX_BYTES:
        raise UnreadableDocument("too_large")
    members, commas = content.count(b":"), content.count(b",")
    objects, arrays = content.count(b"{"), content.count(b"[")
    taken = members * _MEMBER_BYTES + (members + commas) * _VALUE_BYTES + objects * _OBJECT_BYTES + arrays * _ARRAY_BYTES
    if len(content) + taken > _MAX_TAKEN_BYTES:
        raise UnreadableDocument("too_large")


def _none(_: str) -> None:
    return None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _real(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


_BLANKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # marks, and what may stand before a value

_LINE_BYTES = 1024 * 1024  # of the first line, looked at; a post with all its fields is 10 kB


def is_lines(content: bytes) -> bool:
    """Whether ``content`` is an object a line: its first line is one, and others follow."""
    first_line, _, rest = content[:_LINE_BYTES].lstrip(_BLANKS).partition(b"\n")
    if not first_line.startswith(b"{") or not first_line.rstrip().endswith(b"}") or not rest.strip():
        return False
    return isinstance(next(lines_of(first_line.decode("utf-8", "replace")), None), dict)


def lines(content: bytes) -> Iterator[Json]:
    """The value of every line of ``content`` that is not blank; None for one that is no JSON.

    Raises:
        UnreadableDocument: ``too_large`` (over 64 MiB), ``encoding_unknown``.
    """
    if len(content) > _MAX_BYTES:
        raise UnreadableDocument("too_large")
    return lines_of(decode(content))


def lines_of(text: str) -> Iterator[Json]:
    """The value of every line of ``text`` that is not blank; None for one that is no JSON."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if line := text[start:end].strip():
            try:
                yield json.loads(line, parse_constant=_none, parse_int=_whole, parse_float=_real)
            except (ValueError, RecursionError):
                yield None
        start = end + 1


_OPENERS = (b"{", b"[")


def sniffs(*markers: tuple[bytes, ...], shape: Callable[[Json], bool]) -> Callable[[bytes], bool]:
    """A `Format.sniff` for one kind of JSON: cheap where no set of ``markers`` is there, exact where one is.

    Args:
        markers: sets of byte strings, such as keys in their quotes; all of one set stand in every file of the kind.
        shape: whether a parsed value is of the kind. A file that cannot be parsed is judged by its markers alone, so that its
            reader says what is wrong with it.
    """

    def sniff(content: bytes) -> bool:
        if not content.lstrip(_BLANKS).startswith(_OPENERS) or not is_textual(content):
            return False
        # UTF-16, as some shells write what a program prints, has a NUL in every character of a key.
        text = content.replace(b"\x00", b"") if b"\x00" in content[:64] else content
        if not any(all(marker in text for marker in every) for every in markers):
            return False
        try:
            return shape(parse(content))
        except UnreadableDocument as error:
            # What has one object a line is no JSON as a whole; the fallback may read it.
            return error.reason in {"truncated", "too_large"} or (error.reason == "malformed" and not is_lines(content))

    return sniff


def obj(value: Json) -> dict[str, Json]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objs(value: Json) -> list[dict[str, Json]]:
    """The objects in ``value`` if it is an array, else none."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def length(value: Json) -> int:
    """How many elements the array ``value`` has; 0 if it is none."""
    return len(value) if isinstance(value, list) else 0


def words(value: Json) -> str:
    """``value`` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def first(value: Json) -> dict[str, Json]:
    """The first object in the array ``value``, else an empty one."""
    return next(iter(objs(value)), {})
