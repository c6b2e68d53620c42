"""What a consumer format is.

Belongs here: the type that all formats share. Does not belong here: any one format; each is a file of this folder.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from winnow.jsonl import decode, encode
from winnow.tasks import Task

Rules: TypeAlias = Mapping[str, Any]
"""All that turns a new input into what the model saw in training; JSON-serialisable, released as part of inference.json."""

LABEL_KINDS = frozenset({"classification", "sentiment"})
"""Task kinds whose targets are labels."""


@dataclass(frozen=True, slots=True)
class Export:
    """One consumer format.

    ``inference`` gives the rules of a task, ``prompt`` the record without its answer that they make of a new input, ``record``
    the whole record of an example (a row of `EXAMPLES`, or any mapping with ``input`` and ``target``), and ``problems`` says
    what is wrong with a record, in words that never quote it.
    """

    name: str
    suffix: str
    inference: Callable[[Task, Sequence[str]], dict[str, Any]]
    prompt: Callable[[str, Rules], dict[str, Any]]
    record: Callable[[Mapping[str, Any], Rules], dict[str, Any]]
    problems: Callable[[Any, Rules], list[str]]

    def lines(self, rows: Iterable[Mapping[str, Any]], task: Task, labels: Sequence[str] = ()) -> Iterator[bytes]:
        """One line of the file for each of ``rows``, in their order."""
        rules = self.inference(task, labels)
        for row in rows:
            yield encode(self.record(row, rules))

    def check(self, line: bytes, rules: Rules) -> list[str]:
        """What is wrong with ``line`` under the rules of its task; nothing for every line that `lines` made."""
        if not line.endswith(b"\n"):
            return ["the line does not end in a line feed"]
        try:
            record = decode(line)
        except ValueError:
            return ["the line is not one JSON object in UTF-8 with each key once"]
        return self.problems(record, rules)


def key_problems(record: Any, keys: Sequence[str], where: str = "the record") -> list[str]:
    """Whether ``record`` is an object of exactly ``keys`` in this order."""
    if not isinstance(record, dict):
        return [f"{where} is no object"]
    if list(record) != list(keys):
        return [f"{where} has {len(record)} keys, expected exactly {', '.join(keys)} in this order"]
    return []


def text_problems(value: Any, where: str) -> list[str]:
    """Whether ``value`` is text with anything but white space in it."""
    if not isinstance(value, str):
        return [f"{where} is no text"]
    return [] if value.strip() else [f"{where} is empty"]
