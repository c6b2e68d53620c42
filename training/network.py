"""The network: MiniLM's encoder with a learned embedding of each word's case, and a label for each piece.

Belongs here: layers, loading the backbone, and the loss. Does not belong here: the ONNX graph of the same network
(`training.graph`).
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

LAYERS, WIDTH, HEADS, INNER, POSITIONS, VOCABULARY = 6, 384, 12, 1536, 512, 30522
"""Sizes of all-MiniLM-L6-v2."""

CASES = 8  # shapes of a word, see `winnow.wordpieces`
EPSILON = 1e-12  # of BERT's layer normalisation


class Layer(nn.Module):
    """One layer of BERT's encoder (Devlin et al. 2019)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.out_norm = nn.LayerNorm(WIDTH, EPSILON)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.down_norm = nn.LayerNorm(WIDTH, EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States of the next layer, [batch, pieces, width]; ``mask`` [batch, 1, 1, pieces] is true where there is text."""
        batch, pieces, _ = states.shape
        query, key, value = self.qkv(states).view(batch, pieces, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(batch, pieces, WIDTH)
        states = self.out_norm(states + self.dropout(self.out(seen)))
        inner = self.down(functional.gelu(self.up(states)))
        return self.down_norm(states + self.dropout(inner))


class NameModel(nn.Module):
    """Pieces and their case in, logits over the labels out."""

    def __init__(self, labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Parameter(torch.zeros(WIDTH))
        self.cases = nn.Embedding(CASES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(WIDTH, labels)
        nn.init.normal_(self.cases.weight, std=0.02)

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        """Logits [batch, pieces, labels]; all arguments are integers [batch, pieces]."""
        states = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types + self.cases(cases)
        states = self.dropout(self.norm(states))
        attended = mask.bool()[:, None, None, :]
        for layer in self.layers:
            states = layer(states, attended)
        logits: Tensor = self.head(self.dropout(states))
        return logits

    def load_backbone(self, weights: Path) -> None:
        """Take the encoder's weights from a ``model.safetensors`` of BERT's layout."""
        found = load_file(weights)
        own = {
            "words.weight": found["embeddings.word_embeddings.weight"],
            "positions.weight": found["embeddings.position_embeddings.weight"],
            "types": found["embeddings.token_type_embeddings.weight"][0],
            "norm.weight": found["embeddings.LayerNorm.weight"],
            "norm.bias": found["embeddings.LayerNorm.bias"],
        }
        for number in range(LAYERS):
            theirs = f"encoder.layer.{number}"
            for part in ("weight", "bias"):
                attention = [found[f"{theirs}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
                own[f"layers.{number}.qkv.{part}"] = torch.cat(attention)
                for ours, name in (
                    ("out", "attention.output.dense"),
                    ("out_norm", "attention.output.LayerNorm"),
                    ("up", "intermediate.dense"),
                    ("down", "output.dense"),
                    ("down_norm", "output.LayerNorm"),
                ):
                    own[f"layers.{number}.{ours}.{part}"] = found[f"{theirs}.{name}.{part}"]
        missing, unexpected = self.load_state_dict(own, strict=False)
        if unexpected or {name.partition(".")[0] for name in missing} - {"cases", "head"}:
            raise ValueError(f"not the weights of a six-layer MiniLM: {weights}")


OPEN_IS_NOTHING = 0.15
"""How much a word that no annotator looked at still counts as nothing: without it an entity that few corpora mark, and none
beside the others, takes in all words that are left open."""


def loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Mean negative log of the probability that falls on the labels which the annotation allows.

    ``allowed``: bit sets over the labels, [batch, pieces]. A piece at which all labels are allowed does not count. This is the
    marginal likelihood for partly annotated text (Tsuboi et al. 2008), which lets corpora of different label sets be mixed.
    """
    labels = logits.shape[-1]
    bits = (allowed.unsqueeze(-1) >> torch.arange(labels, device=allowed.device)) & 1
    counted = bits.sum(-1) < labels
    scores = functional.log_softmax(logits[counted].float(), dim=-1)
    bits = bits[counted]
    marginal = -torch.logsumexp(scores.masked_fill(bits == 0, float("-inf")), dim=-1)
    nothing = torch.where(bits[:, 0] == 1, -scores[:, 0], 0.0)
    return (marginal + OPEN_IS_NOTHING * nothing).mean()
