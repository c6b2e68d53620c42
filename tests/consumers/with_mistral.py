"""Reads files as mistral-finetune does, with mistral-common's messages, validator and tokenizer: ``with_mistral.py FILE …``.

Prints a JSON list with, for each file, the number of lines, the first one's prompt in words, and the first error if there is one.
"""

import json
import sys
from pathlib import Path
from typing import Any

import mistral_common
from mistral_common.protocol.instruct.messages import FinetuningAssistantMessage, SystemMessage, UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.validator import ValidationMode
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

# In the package itself, so that nothing is fetched.
VOCABULARY = Path(mistral_common.__file__).parent / "data" / "tekken_240911.json"

ROLES = {"system": SystemMessage, "user": UserMessage, "assistant": FinetuningAssistantMessage}


def main(names: list[str]) -> list[dict[str, Any]]:
    """A report for each file."""
    tokenizer = MistralTokenizer.from_file(str(VOCABULARY), mode=ValidationMode.finetuning)
    return [_report(tokenizer, Path(name)) for name in names]


def _report(tokenizer: MistralTokenizer, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"lines": 0, "first": "", "error": None}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
            messages = [
                ROLES[turn["role"]](**{key: said for key, said in turn.items() if key != "role"}) for turn in record["messages"]
            ]
            more = {key: said for key, said in record.items() if key != "messages"}
            text = tokenizer.encode_chat_completion(ChatCompletionRequest(messages=messages, **more)).text
        except Exception as error:  # noqa: BLE001 - whatever the package says of a line is the answer
            return {**found, "error": type(error).__name__}
        found["first"] = found["first"] or text
        found["lines"] += 1
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(sys.argv[1:])))
