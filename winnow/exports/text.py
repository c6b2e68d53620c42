r"""`text`: one text a line, as GPT-2 and other language models are trained on.

::

    {"text":"<input>\n\n###\n\n <target> END"}

It is the prompt of `completion` with its completion behind it, so that a model which only continues text is asked in the same way. The
token that ends a text (``<|endoftext|>``) is the trainer's to add.
"""

from collections.abc import Mapping
from typing import Any

from winnow.exports._base import Export, Field, Rules, key_problems, text_problems
from winnow.exports.completion import MARKS, answered, asked, frame, pair_problems


def _prompt(text: str, rules: Rules) -> dict[str, Any]:
    return {"text": asked(text, rules)}


def _record(row: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    return {"text": asked(row["input"], rules) + answered(row, rules)}


def _rendered(record: Mapping[str, Any], _rules: Rules) -> str:
    return str(record["text"])


def _problems(record: Any, rules: Rules) -> list[str]:
    broken = key_problems(record, ["text"]) or text_problems(record["text"], "the text")
    if broken or "separator" not in rules:
        return broken
    prompt, separator, completion = record["text"].partition(rules["separator"])
    if not separator:
        return ["the text does not hold the separator"]
    return pair_problems(prompt + separator, completion, rules)


EXPORT = Export(
    "text",
    frozenset({"text"}),
    frame,
    _prompt,
    _record,
    _problems,
    rendered=_rendered,
    marks=MARKS,
    coded=True,
    framed=True,
    fields=(Field("text", "text"),),
)
