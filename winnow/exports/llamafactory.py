"""`llamafactory`: chats as one JSON array, and the ``dataset_info.json`` that tells LLaMA-Factory what they are.

::

    {"messages":[{"role":"user","content":"…"},{"role":"assistant","content":"…"}]}

The folder is its ``dataset_dir``, and the datasets are called ``<task>_train``, ``<task>_validation`` and ``<task>_test``. A task of
the kind ``preference`` has the prompt's messages with ``chosen`` and ``rejected`` beside them, and is a ranking dataset.
Form: https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md (ShareGPT format). Its multimodal models count ``<image>``,
``<video>`` and ``<audio>`` in texts and fail where no such file comes with them: they become ``< image>`` and so on.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from winnow.codebook import Codebook
from winnow.exports._base import Export, Field, Rules, key_problems, text_problems
from winnow.exports._marks import CONTROL_TOKENS, MEDIA, neutral
from winnow.exports._messages import answering, asking, framing, message_problems
from winnow.exports.preference import PREFERENCE_KINDS
from winnow.tasks import Format, Task

_MARKS = (CONTROL_TOKENS, MEDIA)

_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}


def _inference(task: Task, book: Codebook, options: Format) -> dict[str, Any]:
    return {**framing(_MARKS)(task, book, options), "ranking": task.kind in PREFERENCE_KINDS}


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"messages": asking(text, rules, _MARKS)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    asked, chosen = asking(row["input"], rules, _MARKS), answering(row, rules, _MARKS)
    if not rules["ranking"]:
        return {"messages": [*asked, chosen]}
    rejected = {"role": "assistant", "content": neutral(row["rejected"], _MARKS, "target")}
    return {"messages": asked, "chosen": chosen, "rejected": rejected}


def _problems(record: Any, rules: Rules) -> list[str]:
    ranking = rules.get("ranking", isinstance(record, dict) and "chosen" in record)
    if broken := key_problems(record, ["messages", "chosen", "rejected"] if ranking else ["messages"]):
        return broken
    broken = message_problems(record["messages"], rules, answered=not ranking)
    for key in ("chosen", "rejected") if ranking else ():
        if not_keys := key_problems(record[key], ["role", "content"], key):
            broken += not_keys
            continue
        broken += [] if record[key]["role"] == "assistant" else [f"{key} is not the assistant's"]
        broken += text_problems(record[key]["content"], f"the content of {key}")
    if ranking and not broken and record["chosen"] == record["rejected"]:
        broken.append("chosen and rejected are the same")
    return broken


def _companions(task: str, sides: Sequence[str], rules: Rules) -> dict[str, bytes]:
    ranking = {"ranking": True} if rules["ranking"] else {}
    answers = {"chosen": "chosen", "rejected": "rejected"} if rules["ranking"] else {}
    described = {
        f"{task}_{side}": {
            "file_name": f"{side}{rules['suffix']}",
            "formatting": "sharegpt",
            **ranking,
            "columns": {"messages": "messages", **answers},
            "tags": _TAGS,
        }
        for side in sides
    }
    return {"dataset_info.json": (json.dumps(described, indent=1) + "\n").encode()}


EXPORT = Export(
    "llamafactory",
    frozenset({"messages"}),
    _inference,
    _prompt,
    _record,
    _problems,
    layout="array",
    marks=_MARKS,
    framed=True,
    companions=_companions,
    fields=(Field("role", "messages", "role", many=True), Field("content", "messages", "content", many=True)),
)
