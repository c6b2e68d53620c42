"""`preference`: a prompt and two answers to it, of which a person preferred one, as TRL's DPO and its kin read them.

::

    {"prompt":[{"role":"user","content":"…"}],
     "chosen":[{"role":"assistant","content":"…"}],"rejected":[{"role":"assistant","content":"…"}]}

Only where there are real pairs: tasks of the kind ``preference``, whose source has an answer as it was first given and as somebody
corrected it. No answer is made worse, or made up, to have one to reject.
"""

from collections.abc import Mapping
from typing import Any

from winnow.exports._base import Export, Field, Rules, key_problems, text_problems
from winnow.exports._marks import CONTROL_TOKENS, neutral
from winnow.exports._messages import answering, asking, framing, message_problems

PREFERENCE_KINDS = frozenset({"preference"})

_MARKS = (CONTROL_TOKENS,)


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"prompt": asking(text, rules, _MARKS)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    rejected = {"role": "assistant", "content": neutral(row["rejected"], _MARKS, "target")}
    return {**_prompt(row["input"], rules), "chosen": [answering(row, rules, _MARKS)], "rejected": [rejected]}


def _problems(record: Any, rules: Rules) -> list[str]:
    if broken := key_problems(record, ["prompt", "chosen", "rejected"]):
        return broken
    if "template" not in rules and isinstance(record["prompt"], str):
        broken = [problem for key in record for problem in text_problems(record[key], f"the {key} text")]
        return broken or _same(record["chosen"], record["rejected"])
    broken = message_problems(record["prompt"], rules, answered=False)
    for key in ("chosen", "rejected"):
        answer = record[key]
        if not isinstance(answer, list) or len(answer) != 1:
            broken.append(f"{key} is no list of one message")
        elif not_keys := key_problems(answer[0], ["role", "content"], f"the message of {key}"):
            broken += not_keys
        else:
            broken += [] if answer[0]["role"] == "assistant" else [f"the message of {key} is not the assistant's"]
            broken += text_problems(answer[0]["content"], f"the content of {key}")
    return broken or _same(record["chosen"], record["rejected"])


def _same(chosen: Any, rejected: Any) -> list[str]:
    return ["chosen and rejected are the same"] if chosen == rejected else []


EXPORT = Export(
    "preference",
    frozenset({"prompt", "chosen", "rejected"}),
    framing(_MARKS),
    _prompt,
    _record,
    _problems,
    kinds=PREFERENCE_KINDS,
    marks=_MARKS,
    fields=(
        Field("role", "prompt", "role", many=True),
        Field("content", "prompt", "content", many=True),
        Field("chosen", "chosen", "content", many=True),
        Field("rejected", "rejected", "content", many=True),
    ),
)
