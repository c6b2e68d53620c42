"""Turns of a conversation, whichever consumer's: who speaks, in which order, and what is put right.

Belongs here: turns and their order. Does not belong here: where a format keeps them (`winnow.checking.shapes`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"

OTHERS = frozenset({"tool", "function", "observation", "function_call", "tool_call"})
"""Roles of programs: they stand between a question and its answer."""

_BETWEEN = "\n\n"  # what joins two turns of one role

_ALIASES = {
    **dict.fromkeys(("user", "human", "prompter", "customer", "question", "client"), USER),
    **dict.fromkeys(
        ("assistant", "gpt", "bot", "ai", "model", "chatbot", "agent", "answer", "chatgpt", "bing", "bard"), ASSISTANT
    ),
    **dict.fromkeys(("system", "developer"), SYSTEM),
    **{name: name for name in OTHERS},
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says.

    Attributes:
        role: `SYSTEM`, `USER`, `ASSISTANT` or one of `OTHERS`.
        text: all of its text.
        own: how the file names the role, where several names are right (OpenAI's ``developer``).
        raw: a value of the consumer's own that holds the text: a list of parts, a list of messages.
        more: fields that the consumer knows beside role and text.
    """

    role: str
    text: str
    own: str = ""
    raw: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def mapped(self, change: Callable[[str], str]) -> "Turn":
        """This turn with ``change`` made of its text, wherever that stands."""
        raw = None if self.raw is None else map_texts(self.raw, change)
        return replace(self, text=change(self.text) if raw is None else text_of(raw) or "", raw=raw)

    @property
    def is_bare(self) -> bool:
        """Whether it is text and nothing else, so that it can be joined with another."""
        return self.raw is None and not self.more


class Refused(Exception):
    """The row cannot be used; ``args[0]`` is the code of why."""


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with ``change`` made of every text in a list of parts or messages; names of roles and types stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_texts(inner, change) for inner in value]
    if isinstance(value, dict):
        return {
            name: map_texts(inner, change) if name in {"text", "content", "parts"} else inner for name, inner in value.items()
        }
    return value


def text_of(value: Any) -> str | None:
    """The text in ``value``: itself, or what its parts or messages say; None if it is of no such kind."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        said = [text_of(inner) for inner in value]
        return None if None in said else "\n".join(text for text in said if text)
    if isinstance(value, dict):
        if isinstance(value.get("type"), str) and value["type"] != "text" and not isinstance(value.get("text"), str):
            return ""  # a picture or a sound
        held = next((value[name] for name in ("text", "content", "parts") if name in value), None)
        return None if held is None else text_of(held)
    return None


def role_of(named: Any, right: Mapping[str, str]) -> tuple[str, bool]:
    """The role that a file calls ``named``, and whether it is one of the format's ``right`` names (name → role).

    Raises:
        Refused: ``wrong_type``, ``unknown_role``.
    """
    if not isinstance(named, str):
        raise Refused("wrong_type" if named is not None else "missing_field")
    if named in right:
        return right[named], True
    role = _ALIASES.get(named.strip().casefold())
    if role is None or role not in right.values():
        raise Refused("unknown_role")
    return role, False


def in_order(turns: Sequence[Turn], codes: set[str]) -> tuple[Turn, ...]:
    """``turns`` as every chat template takes them; what was put right is added to ``codes``.

    Raises:
        Refused: ``empty_field``, ``no_answer``, ``no_question``.
    """
    said = [turn for turn in turns if turn.role != SYSTEM]
    if any(not turn.text.strip() and turn.is_bare for turn in said):
        raise Refused("empty_field")
    if not any(turn.role == ASSISTANT for turn in said):
        raise Refused("no_answer")
    asked = next((at for at, turn in enumerate(said) if turn.role == USER), None)
    if asked is None:
        raise Refused("no_question")
    if asked:
        codes.add("starts_with_answer")
    said = _joined(said[asked:], codes)
    last = max((at for at, turn in enumerate(said) if turn.role == ASSISTANT), default=None)
    if last is None:
        raise Refused("no_answer")
    if last + 1 < len(said):
        codes.add("ends_without_answer")
    return (*_system(turns, codes), *said[: last + 1])


def _system(turns: Sequence[Turn], codes: set[str]) -> list[Turn]:
    """At most one system turn, of all that ``turns`` have."""
    found = [turn for turn in turns if turn.role == SYSTEM]
    held = [turn for turn in found if turn.text.strip() or not turn.is_bare]
    if len(held) < len(found):
        codes.add("extra_fields")  # an empty system message says nothing
    if len(held) > 1 or (held and turns[0].role != SYSTEM):
        codes.add("system_not_first")
    if len(held) > 1:
        return [Turn(SYSTEM, _BETWEEN.join(turn.text for turn in held), held[0].own)]
    return held


def _joined(turns: Sequence[Turn], codes: set[str]) -> list[Turn]:
    made: list[Turn] = []
    for turn in turns:
        if made and made[-1].role == turn.role and turn.role in {USER, ASSISTANT} and turn.is_bare and made[-1].is_bare:
            made[-1] = replace(made[-1], text=f"{made[-1].text}{_BETWEEN}{turn.text}")
            codes.add("not_alternating")
        else:
            made.append(turn)
    return made
