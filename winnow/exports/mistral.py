"""`mistral`: one conversation a line, as Mistral's API and mistral-finetune take it.

::

    {"messages":[{"role":"system","content":"…"},{"role":"user","content":"…"},{"role":"assistant","content":"…"}]}

Published form: https://docs.mistral.ai/capabilities/finetuning/text_finetuning. The roles are system (first, if at all), user and
assistant, which take turns from the user on and end with the assistant; an assistant's message may have ``weight`` 0 or 1. Nothing else
may stand in a record. The tokenizer's commands (``[INST]``, ``[TOOL_CALLS]``, ``</s>``) stand in no text.
"""

from collections.abc import Mapping
from typing import Any

from winnow.exports._base import Export, Field, Rules, key_problems
from winnow.exports._marks import CONTROL_TOKENS
from winnow.exports._messages import answering, asking, framing, message_problems

_MARKS = (CONTROL_TOKENS,)


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"messages": asking(text, rules, _MARKS)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return {"messages": [*asking(row["input"], rules, _MARKS), answering(row, rules, _MARKS)]}


def _problems(record: Any, rules: Rules) -> list[str]:
    optional = () if "template" in rules else ("tools",)
    return key_problems(record, ["messages"], optional=optional) or message_problems(record["messages"], rules)


EXPORT = Export(
    "mistral",
    frozenset({"messages"}),
    framing(_MARKS),
    _prompt,
    _record,
    _problems,
    marks=_MARKS,
    framed=True,
    fields=(Field("role", "messages", "role", many=True), Field("content", "messages", "content", many=True)),
)
