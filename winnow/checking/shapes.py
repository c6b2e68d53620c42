"""Consumer formats as they are met in files from anywhere: what an example is, and which format a row has.

Belongs here: the neutral form of an example, names of fields. Does not belong here: reading a row (`reading`) and writing one
(`writing`), and the formats that winnow itself writes (`winnow.exports`), whose rows all pass here unchanged.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from winnow.checking.dialogues import ASSISTANT, OTHERS, SYSTEM, USER, Turn

SHAPES = ("chat", "completion", "classification", "alpaca", "sharegpt", "text", "preference", "vertex", "bedrock", "parquet")
"""The formats by name; `parquet` is winnow's own table, and any table can have the fields of the others."""

SAME_SHAPE = {"mistral": "chat", "llamafactory": "sharegpt"}
"""Consumers whose lines are those of another format."""

SCHEMA_VERSION = "bedrock-conversation-2024"


@dataclass(frozen=True, slots=True)
class Example:
    """One row as any consumer would see it.

    Attributes:
        shape: the format it was read from.
        turns: what is said; of `alpaca` the instruction, the input and the output, of a pair prompt and completion.
        rejected: the answer that is not preferred, of `preference`.
        label: the class, of `classification`; an integer stays one.
        more: fields of the row that the consumer knows beside these.
    """

    shape: str
    turns: tuple[Turn, ...]
    rejected: Turn | None = None
    label: str | int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """All that comes before the last answer."""
        if self.shape == "text":
            return ""
        before = self.turns if self.label is not None else self.turns[:-1]
        return "\n".join(turn.text for turn in before)

    @property
    def target(self) -> str:
        """The last answer; of a classification its label."""
        return str(self.label) if self.label is not None else self.turns[-1].text

    def mapped(self, change: Callable[[str], str]) -> "Example":
        """This example with ``change`` made of every text, label included."""
        turns = tuple(turn.mapped(change) for turn in self.turns)
        label = change(self.label) if isinstance(self.label, str) else self.label
        rejected = None if self.rejected is None else self.rejected.mapped(change)
        return replace(self, turns=turns, label=label, rejected=rejected)

    def texts(self) -> Iterable[str]:
        """Every text that it holds."""
        yield from (turn.text for turn in self.turns)
        if isinstance(self.label, str):
            yield self.label
        if self.rejected is not None:
            yield self.rejected.text


OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "prompt": ("input", "question", "query", "source", "request"),
    "completion": ("output", "answer", "response", "target", "reply", "output_text", "summary"),
    "text": ("sentence", "content", "review", "document", "message", "body", "ticket", "utterance", "tweet", "comment"),
    "label": ("category", "class", "sentiment", "intent", "topic", "labels", "tag"),
    "output": ("response", "answer", "completion"),
}
"""How else programs name a field, the commonest first."""

CHAT_ROLES = {SYSTEM: SYSTEM, "developer": SYSTEM, USER: USER, ASSISTANT: ASSISTANT, **{name: name for name in OTHERS}}
SHAREGPT_ROLES = {SYSTEM: SYSTEM, "human": USER, "gpt": ASSISTANT, **{name: name for name in OTHERS}}
VERTEX_ROLES = {"user": USER, "model": ASSISTANT}
BEDROCK_ROLES = {"user": USER, "assistant": ASSISTANT}

COLUMNS = (
    *(
        "messages",
        "conversations",
        "contents",
        "prompt",
        "completion",
        "text",
        "label",
        "instruction",
        "output",
        "chosen",
        "rejected",
    ),
    *dict.fromkeys(name for names in OTHER_NAMES.values() for name in names),
)
"""Names by which the header of a table is known."""


def shape_of(record: Mapping[str, Any]) -> str | None:
    """The format whose fields ``record`` has; None if it is none's."""
    keys = {key.strip().casefold() for key in record if isinstance(key, str)}
    if "messages" in keys or "conversations" in keys or ("contents" in keys and "target" not in keys):
        return _dialogue_shape(record, keys)
    return next((shape for shape, groups in _TELLING if all(keys & group for group in groups)), None)


_ASKED, _SAID = frozenset({"prompt", *OTHER_NAMES["prompt"]}), frozenset({"completion", *OTHER_NAMES["completion"]})
_TEXT, _LABEL = frozenset({"text", *OTHER_NAMES["text"]}), frozenset({"label", *OTHER_NAMES["label"]})


def _fields(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({name}) for name in names)


_TELLING: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("parquet", _fields("example_id", "input", "target")),
    ("sharegpt", _fields("conversation")),
    ("preference", _fields("chosen", "rejected")),
    ("preference", _fields("preferred_output", "non_preferred_output")),
    ("alpaca", (*_fields("instruction"), frozenset({"output", *OTHER_NAMES["output"]}))),
    ("classification", (*_fields("label"), _TEXT)),
    ("completion", _fields("prompt")),
    ("completion", _fields("completion")),
    ("classification", (_LABEL, _TEXT)),
    ("completion", (_ASKED, _SAID)),
    ("text", _fields("text")),
    ("alpaca", _fields("instruction")),
)
"""Formats by their fields, the surest first: a row has one of each group."""


def _dialogue_shape(record: Mapping[str, Any], keys: set[str]) -> str:
    if "schemaversion" in keys:
        return "bedrock"
    if "contents" in keys and "messages" not in keys:
        return "vertex"
    turns = next((value for key, value in record.items() if key.strip().casefold() in {"messages", "conversations"}), None)
    first = turns[0] if isinstance(turns, list) and turns and isinstance(turns[0], dict) else {}
    if "messages" in keys:
        return "chat"
    return "chat" if "role" in first and "from" not in first else "sharegpt"
