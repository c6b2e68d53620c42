"""Strings that a consumer takes for its own, and what they become where they stand in a text.

Belongs here: finding and replacing them, and those that several formats share. Does not belong here: those of one format.

A text is changed where a reader sees it and always in the same way, in training and in `winnow prompt` alike, and the manifest counts
the examples it happened to. Leaving such an example out would cost an honest text for what its consumer cannot read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["input", "target"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One such string: what it is called in counts, how it is found, and what stands there instead.

    ``sign`` is found in every text that ``pattern`` is found in, and seldom in others: an expression without looking around, as polars
    has them, that whole columns can be searched for (`winnow.exports._frames`).
    """

    name: str
    pattern: re.Pattern[str]
    replacement: str
    sign: str
    parts: tuple[Part, ...] = ("input", "target")


def neutral(text: str, marks: Iterable[Mark], part: Part) -> str:
    """``text``, an example's ``part``, with none of ``marks`` in it."""
    for mark in marks:
        if part in mark.parts:
            text = mark.pattern.sub(mark.replacement, text)
    return text


def found(text: str, marks: Iterable[Mark], part: Part) -> list[str]:
    """Names of the ``marks`` that stand in ``text``, an example's ``part``."""
    return [mark.name for mark in marks if part in mark.parts and mark.pattern.search(text)]


CONTROL_TOKENS = Mark(
    "control_token",
    # Llama's, Gemma's, Mistral's and ChatML's: their tokenizers read them as commands wherever they stand. An example that holds one
    # of the more obvious is refused long before (`winnow.examples`); a new input at use has passed no such rule.
    re.compile(
        r"<(?=/?s>|(?:unk|pad|bos|eos|mask)>|\|[/\w]{1,32}\|>|(?:start|end)_of_turn>|</?SYS>>)"
        r"|\[(?=/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|SYSTEM_PROMPT)\])"
    ),
    r"\g<0> ",
    r"</?s>|<unk>|<pad>|<bos>|<eos>|<mask>|<\||_of_turn>|SYS>>"
    r"|\[/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|SYSTEM_PROMPT)\]",
)
"""What chat templates put between turns: ``</s>`` becomes ``< /s>``, ``[INST]`` becomes ``[ INST]``."""

MEDIA = Mark("media_placeholder", re.compile(r"<(?=(?:image|video|audio)>)"), "< ", "<(?:image|video|audio)>")
"""Where a multimodal loader expects a picture: ``<image>`` becomes ``< image>``."""
