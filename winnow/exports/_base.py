"""What a consumer format is.

Belongs here: the type that all formats share, and what they all check. Does not belong here: any one format; each is a file of this
folder. What those of messages share is in `_messages`, how records lie in a file in `_layout`, which strings are a consumer's own in
`_marks`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from winnow.codebook import Codebook
from winnow.exports._layout import SUFFIXES, Layout, layout_of, written
from winnow.exports._marks import Mark, found, neutral
from winnow.jsonl import decode
from winnow.tasks import Format, Task
from winnow.tokens import count_tokens, cut

Rules: TypeAlias = Mapping[str, Any]
"""All that turns a new input into what the model saw in training; JSON-serialisable, released as part of inference.json.

Every format has ``suffix`` (of its files), ``labels`` (that stand in the version), ``answers`` (label → what is written for it; empty
for texts) and ``max_tokens`` (of an answer, by the task's tokenizer; not where an answer is a number). With a limit there are
``tokenizer``, ``token_limit`` and ``over_limit`` too. The rest is the format's own.
"""

LABEL_KINDS = frozenset({"classification", "sentiment"})
"""Task kinds whose targets are labels."""

ENVELOPE_TOKENS = 16  # role marks of a chat of three messages, or separator and stop sequence; as in `winnow.examples`


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a record may be, unless the catalog says otherwise: tokens of ``tokenizer``; ``reserved`` are the model's own."""

    tokenizer: str
    tokens: int
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record as Croissant describes it: a ``column``, and in each of its values, if need be, a JSON path ``within``.

    ``many``: the column is a list, and the field has a value for each of its elements.
    """

    name: str
    column: str
    within: str = ""
    many: bool = False
    kind: str = "sc:Text"


@dataclass(frozen=True, slots=True)
class Export:
    """One consumer format.

    Attributes:
        name: what the catalog calls it.
        keys: those that every record has, whoever made it.
        inference: the format's own rules of a task, from its codebook and what the catalog decides.
        prompt: the record without its answer that the rules make of a new input.
        record: the whole record of an example: a row of `EXAMPLES`, or any mapping with ``input``, ``target`` and, if it has one,
            ``label``.
        problems: what is wrong with a record, in words that never quote it. What the rules do not say is not held against it, so that
            with none at all it is the consumer's own schema that is asked.
        rendered: the one text that the consumer makes of a record; None where that is each model's own affair (its chat template).
        layout: how records lie in a file, unless the catalog wants lines.
        kinds: the task kinds that it can be written for; None for all.
        marks: strings in a text that the consumer would take for its own.
        limit: how long a record may be.
        cuts: whether a longer one may be cut.
        weighs: whether a record can have the example's weight.
        coded: whether labels are written as codes of one token, not by name.
        framed: whether a record is a constant frame around an example's texts, or the label's code, changed by ``marks`` alone, so that
            many can be written at once (`winnow.exports._frames`). Said of the format without limit and weights.
        schema: of Parquet.
        fields: what a record holds, for whoever reads it by its description.
        companions: other files beside the sides, by name, from the task, its sides with records and the rules.
    """

    name: str
    keys: frozenset[str]
    inference: Callable[[Task, Codebook, Format], dict[str, Any]]
    prompt: Callable[[str, Rules], dict[str, Any]]
    record: Callable[[Mapping[str, Any], Rules], dict[str, Any]]
    problems: Callable[[Any, Rules], list[str]]
    rendered: Callable[[Mapping[str, Any], Rules], str] | None = None
    layout: Layout = "lines"
    kinds: frozenset[str] | None = None
    marks: tuple[Mark, ...] = ()
    limit: Limit | None = None
    cuts: bool = False
    weighs: bool = False
    coded: bool = False
    framed: bool = False
    schema: pa.Schema | None = None
    fields: tuple[Field, ...] = ()
    companions: Callable[[str, Sequence[str], Rules], dict[str, bytes]] | None = None

    def applies_to(self, task: Task) -> bool:
        """Whether the format can be written for ``task``."""
        return self.kinds is None or task.kind in self.kinds

    def rules(
        self, task: Task, book: Codebook | None = None, options: Format | None = None, *, longest_answer: int = 0
    ) -> dict[str, Any]:
        """What inference.json says of the format.

        Args:
            task: whose examples are written.
            book: of its labels; without one there are none.
            options: what the catalog decides.
            longest_answer: tokens of the longest target in train, by the task's tokenizer.
        """
        book, options = book or Codebook(), options or Format(name=self.name)
        labels = book.codes if self.coded else {label: label for label in book.numbers}
        layout: Layout = "lines" if options.lines else self.layout
        rules = {
            "suffix": SUFFIXES[layout],
            "labels": sorted(labels),
            "answers": {label: neutral(labels[label], self.marks, "target") for label in sorted(labels)},
            **self.inference(task, book, options),
        }
        if "numbers" not in rules:  # there an answer is a number, or nobody is asked for one
            rules["max_tokens"] = _longest(rules, task, longest_answer)
        return {**rules, **self._limits(task, options)}

    def _limits(self, task: Task, options: Format) -> dict[str, Any]:
        """The limit in force, with the tokenizer that counts, and what becomes of a longer record."""
        tokens = options.token_limit or (self.limit.tokens if self.limit else None)
        if tokens is None:
            return {}
        tokenizer = options.tokenizer or (self.limit.tokenizer if self.limit else task.tokenizer)
        reserved = self.limit.reserved if self.limit else ENVELOPE_TOKENS
        over_limit = options.over_limit or ("truncate" if self.cuts else "drop")
        return {"tokenizer": tokenizer, "token_limit": tokens, "reserved_tokens": reserved, "over_limit": over_limit}

    def tokens(self, record: Mapping[str, Any], rules: Rules) -> int:
        """How many tokens ``record`` has by the rules' tokenizer, with those that the model adds; only where there is a limit."""
        texts = [self.rendered(record, rules)] if self.rendered else list(_strings(record))
        return sum(count_tokens(texts, rules["tokenizer"])) + int(rules["reserved_tokens"])

    def changed(self, row: Mapping[str, Any]) -> set[str]:
        """Names of the marks that stand in the texts of ``row``, and that its record has otherwise."""
        return {*found(row["input"], self.marks, "input"), *found(row["target"], self.marks, "target")}

    def cuts_short(self, row: Mapping[str, Any], record: Mapping[str, Any], rules: Rules) -> bool:
        """Whether ``record`` has less of the input of ``row`` than there is."""
        if not self.cuts or rules.get("over_limit") != "truncate" or self.rendered is None:
            return False
        return len(self.rendered(record, rules)) < len(neutral(row["input"], self.marks, "input"))

    def pieces(self, records: Iterable[Mapping[str, Any]], rules: Rules) -> Iterator[tuple[bytes, int]]:
        """The bytes of the file of ``records``, in their order, each with how many of them end in it."""
        yield from written(records, layout_of(f"x{rules['suffix']}"), self.schema)

    def lines(self, rows: Iterable[Mapping[str, Any]], rules: Rules) -> Iterator[bytes]:
        """The same of the records of ``rows``, bytes alone: one line each where the layout is lines."""
        yield from (piece for piece, _ in self.pieces((self.record(row, rules) for row in rows), rules))

    def check(self, line: bytes, rules: Rules) -> list[str]:
        """What is wrong with ``line`` under ``rules``; nothing for every line that a format of lines wrote."""
        if not line.endswith(b"\n"):
            return ["the line does not end in a line feed"]
        try:
            record = decode(line)
        except (ValueError, RecursionError):
            return ["the line is not one JSON object in UTF-8 with each key once"]
        return self.problems(record, rules)

    def decoded(self, output: str | int, rules: Rules) -> str:
        """What a model's ``output`` says: the label that a number or a code stands for, else the text without space and stop.

        What is no label of the rules comes back as it is; a number that is none, as an empty text.
        """
        if isinstance(output, int):
            names = rules.get("names", ())
            return str(names[output]) if 0 <= output < len(names) else ""
        stop = rules.get("stop")
        text = (output.partition(stop)[0] if stop else output).strip()
        labels: dict[str, str] = {written: label for label, written in rules.get("answers", {}).items()}
        return labels.get(text, text)


def _longest(rules: Rules, task: Task, longest_answer: int) -> int:
    """Tokens that the longest answer takes, with the stop sequence or the token that ends a turn."""
    answers = [f" {answer}" for answer in rules["answers"].values()]
    longest = max(count_tokens(answers, task.tokenizer)) if answers else longest_answer
    return longest + (count_tokens([rules["stop"]], task.tokenizer)[0] if rules.get("stop") else 1)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below)


def fitting(text: str, rules: Rules) -> str:
    """The longest beginning of ``text`` that the rules have room for; ``text`` where they do not cut."""
    if rules.get("over_limit") != "truncate":
        return text
    return cut(text, rules["tokenizer"], rules["token_limit"] - rules["reserved_tokens"])


def answer_of(row: Mapping[str, Any], rules: Rules, marks: Iterable[Mark]) -> str:
    """What is written for the target of ``row``: a label's code or name, or the text without ``marks``."""
    answers: Mapping[str, str] = rules.get("answers", {})
    target = str(row["target"])
    return answers[target] if target in answers else neutral(target, marks, "target")


def key_problems(record: Any, keys: Sequence[str], where: str = "the record", optional: Sequence[str] = ()) -> list[str]:
    """Whether ``record`` is an object of exactly ``keys`` in this order; any of ``optional`` may stand behind or between them."""
    if not isinstance(record, dict):
        return [f"{where} is no object"]
    if [key for key in record if key not in optional] != list(keys):
        return [f"{where} has {len(record)} keys, expected exactly {', '.join(keys)} in this order"]
    return []


def text_problems(value: Any, where: str) -> list[str]:
    """Whether ``value`` is text with anything but white space in it."""
    if not isinstance(value, str):
        return [f"{where} is no text"]
    return [] if value.strip() else [f"{where} is empty"]


def label_problems(answer: str, rules: Rules, where: str) -> list[str]:
    """Whether ``answer`` is what is written for one of the labels, where the rules name any."""
    answers = rules.get("answers")
    return [f"{where} is none of the task's labels"] if answers and answer not in answers.values() else []
