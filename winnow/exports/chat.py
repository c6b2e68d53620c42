"""`chat`: one conversation a line, as OpenAI, TRL, Together, Fireworks, MLX, axolotl and most others read it.

::

    {"messages":[{"role":"system","content":"…"},{"role":"user","content":"…"},{"role":"assistant","content":"…"}]}

With ``weight`` in the catalog each line ends in ``"weight":1.37``, the example's own from balancing (1 where there is none): Fireworks
multiplies the loss of a sample by it, and wants it in every line or in none
(https://docs.fireworks.ai/fine-tuning/weighted-training). OpenAI's and Together's ``weight`` is another thing: 0 or 1 in an assistant's
message, to leave a turn out of the loss; examples have one turn, so there is none. TRL, MLX and axolotl read neither: for them there are
copies, or the weight in the index.
"""

import math
from collections.abc import Mapping
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import Export, Field, Rules, key_problems
from winnow.exports._marks import CONTROL_TOKENS
from winnow.exports._messages import answering, asking, framing, message_problems
from winnow.tasks import Format, Task

_MARKS = (CONTROL_TOKENS,)
_FOREIGN_KEYS = ("weight", "tools", "parallel_tool_calls", "functions")  # at the root, by OpenAI's schema and Fireworks'
_DIGITS = 6  # as in the index


def _inference(task: Task, book: Codebook, options: Format) -> dict[str, Any]:
    return {**framing(_MARKS)(task, book, options), "weight": options.weight}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"messages": asking(text, rules, _MARKS)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    messages = [*asking(row["input"], rules, _MARKS), answering(row, rules, _MARKS)]
    if not rules.get("weight"):
        return {"messages": messages}
    weight = row.get("weight")
    return {"messages": messages, "weight": 1.0 if weight is None else round(float(weight), _DIGITS)}


def _problems(record: Any, rules: Rules) -> list[str]:
    if "template" not in rules:
        return key_problems(record, ["messages"], optional=_FOREIGN_KEYS) or message_problems(record["messages"], rules)
    keys = ["messages", "weight"] if rules.get("weight") else ["messages"]
    if broken := key_problems(record, keys):
        return broken
    weight = record.get("weight", 1.0)
    if type(weight) not in {int, float} or not math.isfinite(weight) or weight < 0:
        return ["the weight is no number from 0"]
    return message_problems(record["messages"], rules)


EXPORT = Export(
    "chat",
    frozenset({"messages"}),
    _inference,
    _prompt,
    _record,
    _problems,
    marks=_MARKS,
    weighs=True,
    framed=True,
    fields=(Field("role", "messages", "role", many=True), Field("content", "messages", "content", many=True)),
)
