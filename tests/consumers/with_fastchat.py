"""Reads a file with FastChat's own `train.py`: ``with_fastchat.py PACKAGES CORPUS FILE …``.

PACKAGES is where the package lies. The tokenizer is trained on CORPUS in LLaMA's manner (a mark before each word, `<s>` in front),
since FastChat's offsets count on it. Prints, for each file, rows, rows whose every token is masked, and what the first row teaches.
"""

import json
import sys
from types import SimpleNamespace
from typing import Any

sys.path.append(sys.argv[1])

from fastchat.train.train import IGNORE_TOKEN_ID, make_supervised_data_module
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast


def tokenizer_of(corpus: str) -> Any:
    """A tokenizer that splits as LLaMA's does."""
    made = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    made.decoder = decoders.Metaspace(prepend_scheme="first", split=False)
    letters = [chr(number) for number in range(32, 127)] + ["▁", "\n"]
    made.train([corpus], trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=letters))
    made.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    found = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", bos_token="<s>", eos_token="</s>")
    found.pad_token, found.model_max_length, found.legacy = found.unk_token, 1024, True
    return found


def main(corpus: str, names: list[str]) -> list[dict[str, Any]]:
    """What FastChat makes of each file."""
    tokenizer = tokenizer_of(corpus)
    return [_report(tokenizer, name) for name in names]


def _report(tokenizer: Any, name: str) -> dict[str, Any]:
    try:
        options = SimpleNamespace(data_path=name, eval_data_path=None, lazy_preprocess=False)
        rows = make_supervised_data_module(tokenizer, options)["train_dataset"]
    except Exception as error:  # noqa: BLE001 - whatever the trainer dies of is the answer
        return {"error": type(error).__name__}
    kept = [[number for number in row.tolist() if number != IGNORE_TOKEN_ID] for row in rows.labels]
    return {"error": None, "rows": len(rows), "masked": sum(not row for row in kept), "taught": tokenizer.decode(kept[0])}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(sys.argv[2], sys.argv[3:])))
