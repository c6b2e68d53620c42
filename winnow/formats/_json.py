"""JSON values out of a stream of text, one after the other: the text is never held whole.

Belongs here: lines, arrays, values one behind the other, arrays inside of one large object. Does not belong here: which values are
rows of a table.

JSON is RFC 8259. Two things that programs write beside it are read and reported: ``NaN`` and ``Infinity``, which are no value, and
a name that an object gives twice, of which nobody knows which is meant.
"""

import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from winnow.errors import UnreadableDocument

VALUE_CHARS = 16 * 1024 * 1024  # of one value or line: a longer one is not a row of anything, and takes ten times that to parse

_READ_CHARS = 256 * 1024  # taken from the stream at once

_SPACE = " \t\r\n"


@dataclass(slots=True)
class Value:
    """One value: what it is (None if it could not be read), its text if that is needed to know it again, and what was odd."""

    value: Any
    text: str = ""
    not_finite: int = 0
    ambiguous: bool = False


class Parser:
    """Parses one value at a time, and says what was odd in it."""

    def __init__(self) -> None:
        self._not_finite, self._ambiguous = 0, False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant, parse_float=self._number
        )

    def line(self, text: str) -> Value:
        """The value that ``text`` is; None in it if it is none."""
        try:
            return self._told(self._decoder.decode(text), text)
        except (ValueError, RecursionError):  # a number of 5,000 digits is a ValueError, too deep a nesting a RecursionError
            self._told(None)
            return Value(None, text)

    def at(self, text: str, start: int) -> tuple[Value, int]:
        """The value at ``start`` and where it ends.

        Raises:
            ValueError: there is none, or ``text`` ends too early.
        """
        try:
            value, end = self._decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            self._told(None)
            raise ValueError from error
        return self._told(value), end

    def _told(self, value: Any, text: str = "") -> Value:
        told = Value(value, text, self._not_finite, self._ambiguous)
        self._not_finite, self._ambiguous = 0, False
        return told

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self._ambiguous = self._ambiguous or any(made[name] != value for name, value in pairs)
        return made

    def _constant(self, _name: str) -> None:
        self._not_finite += 1

    def _number(self, text: str) -> float | None:
        number = float(text)
        if math.isfinite(number):
            return number
        self._not_finite += 1
        return None


class Stream:
    """Values one behind the other in a stream of text."""

    def __init__(self, stream: io.TextIOWrapper, parser: Parser) -> None:
        """Read ``stream`` from where it is."""
        self._stream, self._parser = stream, parser
        self._text, self._at, self._ended = "", 0, False

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more(_READ_CHARS):
                return ""

    def take(self, character: str) -> None:
        """Pass over ``character``.

        Raises:
            UnreadableDocument: ``malformed``: something else comes next.
        """
        if self.peek() != character:
            raise UnreadableDocument("malformed")
        self._at += 1

    def value(self) -> Value:
        """The next value.

        Raises:
            UnreadableDocument: ``malformed``, or ``too_large`` for one over `VALUE_CHARS`.
        """
        self.peek()
        wanted = _READ_CHARS
        while True:
            try:
                found, end = self._parser.at(self._text, self._at)
            except ValueError:
                end = len(self._text)
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return found
                if not self._more(1):  # a number might go on
                    self._at = end
                    return found
                continue
            if len(self._text) - self._at >= VALUE_CHARS:
                raise UnreadableDocument("too_large")
            if not self._more(wanted):
                raise UnreadableDocument("malformed")
            wanted *= 2  # twice as much each time: a long value is parsed a few times, not once a piece

    def _more(self, characters: int) -> bool:
        """Read on, forgetting what is behind; False at the end."""
        fresh = "" if self._ended else self._stream.read(characters)
        self._ended = self._ended or not fresh
        self._text, self._at = self._text[self._at :] + fresh, 0
        return bool(fresh)

    def elements(self) -> Iterator[Value]:
        """The elements of the array that comes next."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.peek() == "]":
                self.take("]")
                return
            self.take(",")

    def members(self) -> Iterator[str]:
        """The names of the object that comes next; each time the caller must take the value before going on."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            name = self.value().value
            if not isinstance(name, str):
                raise UnreadableDocument("malformed")
            self.take(":")
            yield name
            if self.peek() == "}":
                self.take("}")
                return
            self.take(",")

    def rows_in(self, path: tuple[str, ...], is_row: Callable[[Any], bool]) -> Iterator[Value]:
        """The elements of the array at ``path`` in the object that comes next; with no path of the first array of rows in it."""
        done = False
        for name in self.members():
            found = (name == path[0]) if path else not done
            if found and path[1:] and self.peek() == "{":
                yield from self.rows_in(path[1:], is_row)
            elif found and self.peek() == "[":
                for number, element in enumerate(self.elements()):
                    done = done or bool(path) or (number == 0 and is_row(element.value))
                    if done:
                        yield element
            else:
                self.value()
