r"""A small grammar for text with marked entities: frames are compiled once and written many times.

What belongs here: the frame language and the scene a document is written in. What does not: what the slots hold
(:mod:`training.synthetic.slots`) and the frames themselves (``frames/*.txt``).

A frame is text with

- ``[a|b|c]`` a choice, nested as one likes; ``[a|]`` is optional;
- ``{slot}`` or ``{slot:argument}`` a value; ``{@section}`` a frame of a section, ``{@section*2-5}`` several, parted by a space,
  ``{@section*2-5/\n}`` by what stands after the stroke;
- ``<P:...>`` an entity over what it holds (letters in :data:`ENTITIES`); entities inside it are not marked again;
- ``\n`` and ``\t``; ``\`` before any other character takes it as it is.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.name_pools import NamePools
    from training.persons import Person

ENTITIES = {
    "P": "PERSON",
    "L": "LOCATION",
    "O": "ORGANIZATION",
    "T": "DATE_TIME",
    "D": "DEMOGRAPHIC",
    "Q": "QUANTITY",
    "A": "ADDRESS",
    "R": "REFERENCE_NUMBER",
    "M": "MISC",
}


@dataclass(slots=True)
class Scene:
    """One document being written: its text so far, its spans, and the people and places that come back in it."""

    rng: random.Random
    names: "NamePools"
    parts: list[str] = field(default_factory=list)
    position: int = 0
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    marked: bool = False
    people: dict[int, "Person"] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def write(self, text: str) -> None:
        """Add text that is no entity."""
        self.parts.append(text)
        self.position += len(text)

    def mark(self, text: str, entity: str) -> None:
        """Add text that is an entity, unless it stands inside one already."""
        if not self.marked:
            self.spans.append((self.position, self.position + len(text), entity))
        self.parts.append(text)
        self.position += len(text)

    def person(self, number: int) -> "Person":
        """The document's n-th person; the same one each time."""
        person = self.people.get(number)
        if person is None:
            person = self.people[number] = self.names.person(self.rng)
        return person

    def keep(self, key: str, make: Callable[[random.Random], str]) -> str:
        """A value that stays the same in this document."""
        value = self.kept.get(key)
        if value is None:
            value = self.kept[key] = make(self.rng)
        return value


Node = Callable[[Scene], None]
SlotFactory = Callable[[str, str], Node]


def literal(text: str) -> Node:
    """Text as it stands."""
    length = len(text)

    def write(scene: Scene) -> None:
        scene.parts.append(text)
        scene.position += length

    return write


def sequence(nodes: list[Node]) -> Node:
    """One node after the other."""
    if len(nodes) == 1:
        return nodes[0]
    fixed = tuple(nodes)

    def write(scene: Scene) -> None:
        for node in fixed:
            node(scene)

    return write


def choice(nodes: list[Node]) -> Node:
    """One of the nodes, evenly."""
    fixed = tuple(nodes)
    count = len(fixed)

    def write(scene: Scene) -> None:
        fixed[int(scene.rng.random() * count)](scene)

    return write


def entity(inner: Node, name: str) -> Node:
    """An entity over what ``inner`` writes."""

    def write(scene: Scene) -> None:
        if scene.marked:
            inner(scene)
            return
        start = scene.position
        scene.marked = True
        inner(scene)
        scene.marked = False
        if scene.position > start:
            scene.spans.append((start, scene.position, name))

    return write


def several(frames: Callable[[], tuple[Node, ...]], low: int, high: int, joiner: str) -> Node:
    """Between ``low`` and ``high`` of the ``frames``, parted by ``joiner``; none comes again before all have come."""

    def write(scene: Scene) -> None:
        options, rng = frames(), scene.rng
        count = len(options)
        left = list(range(count))
        for index in range(low + int(rng.random() * (high - low + 1))):
            if index:
                scene.write(joiner)
            # Swapping the chosen one to the end and off is a shuffle that stops early.
            at = int(rng.random() * len(left))
            left[at], left[-1] = left[-1], left[at]
            options[left.pop()](scene)
            left = left or list(range(count))

    return write


class Parser:
    """Parses one frame; ``make_slot`` builds the node of a ``{slot}``."""

    def __init__(self, text: str, make_slot: SlotFactory) -> None:
        """Set the parser to the start of ``text``."""
        self.text, self.make_slot, self.at = text, make_slot, 0

    def parse(self) -> Node:
        """The whole frame.

        Raises:
            ValueError: a bracket is not closed or closes nothing.
        """
        node = self._until("")
        if self.at < len(self.text):
            raise ValueError(f"unbalanced bracket at {self.at} in frame: {self.text}")
        return node

    def _until(self, closers: str) -> Node:
        """Nodes up to one of ``closers`` (not consumed) or the end."""
        nodes: list[Node] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                nodes.append(literal("".join(plain)))
                plain.clear()

        while self.at < len(self.text) and self.text[self.at] not in closers:
            letter = self.text[self.at]
            if letter == "\\":
                following = self.text[self.at + 1]
                plain.append({"n": "\n", "t": "\t"}.get(following, following))
                self.at += 2
            elif letter == "[":
                flush()
                nodes.append(self._choice())
            elif letter == "{":
                flush()
                nodes.append(self._slot())
            elif letter == "<" and self.text[self.at + 2 : self.at + 3] == ":" and self.text[self.at + 1] in ENTITIES:
                flush()
                name = ENTITIES[self.text[self.at + 1]]
                self.at += 3
                nodes.append(entity(self._until(">"), name))
                self._expect(">")
            else:
                plain.append(letter)
                self.at += 1
        flush()
        return sequence(nodes) if nodes else literal("")

    def _expect(self, closer: str) -> None:
        if self.text[self.at : self.at + 1] != closer:
            raise ValueError(f"{closer} is missing in frame: {self.text}")
        self.at += 1

    def _choice(self) -> Node:
        options = []
        while True:
            self.at += 1
            options.append(self._until("|]"))
            if self.text[self.at : self.at + 1] != "|":
                break
        self._expect("]")
        return choice(options)

    def _slot(self) -> Node:
        end = self.text.find("}", self.at)
        if end < 0:
            raise ValueError(f"}} is missing in frame: {self.text}")
        name, _, argument = self.text[self.at + 1 : end].partition(":")
        self.at = end + 1
        return self.make_slot(name, argument)
