"""Makes tiny models of random weights, with tokenizers trained on the spot: bases for the tests of training.

Started as a program under the Python that has torch: ``bases.py KIND FOLDER CORPUS``. No hub is asked.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AlbertConfig,
    AlbertModel,
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def main(kind: str, folder: Path, corpus: Path) -> None:
    """Write the model to ``folder``."""
    torch.manual_seed(7)
    tokenizer = _word_pieces(corpus) if kind in {"bert", "albert"} else _byte_pairs(corpus, chat=kind == "llama")
    model = _model(kind, len(tokenizer), tokenizer)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)


def _model(kind: str, size: int, tokenizer: Any) -> Any:
    small = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96, "vocab_size": size}
    if kind == "bert":
        return BertModel(BertConfig(**small, max_position_embeddings=64))
    if kind == "albert":
        return AlbertModel(AlbertConfig(**small, embedding_size=48, max_position_embeddings=64))
    marks = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": None}
    return LlamaForCausalLM(LlamaConfig(**small, max_position_embeddings=256, tie_word_embeddings=True, **marks))


def _word_pieces(corpus: Path) -> Any:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    made.train([str(corpus)], trainers.WordPieceTrainer(vocab_size=400, special_tokens=SPECIAL))
    ends = [(name, made.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    return PreTrainedTokenizerFast(tokenizer_object=made, **names)


def _byte_pairs(corpus: Path, *, chat: bool) -> Any:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    special = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train([str(corpus)], trainers.BpeTrainer(vocab_size=500, special_tokens=special, initial_alphabet=alphabet))
    found = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<|pad|>", eos_token="<|end|>")
    if chat:
        found.chat_template = TEMPLATE
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
