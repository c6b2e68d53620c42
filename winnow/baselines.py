"""What costs nothing and knows little: the answers that a trained model is measured against.

Belongs here: baselines without a model, the examples that a prompt shows, and the nested parts of a train set. Does not belong here:
baselines that count words (`winnow.bag_of_words`), and asking a base model (whoever has one).
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from winnow.bag_of_words import logistic_regression, naive_bayes

SHOTS = 8
"""Most examples that a prompt to the base model shows: what is gained by more is small (Brown et al. 2020, figure 3.8 on)."""

_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"'”’)\]]*\s+|\n\s*\n")


def label_baselines(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> dict[str, list[str]]:
    """The answers to ``asked`` of each baseline for labels, taught ``texts`` with their ``labels``."""
    return {
        "majority": [majority(labels)] * len(asked),
        "naive Bayes": naive_bayes(texts, labels, asked),
        "logistic regression": logistic_regression(texts, labels, asked),
    }


def text_baselines(asked: Sequence[str]) -> dict[str, list[str]]:
    """The answers to ``asked`` of each baseline for texts."""
    return {"lead-1": [first_sentence(text) for text in asked]}


def majority(labels: Sequence[str]) -> str:
    """The commonest label, of several the first in the alphabet.

    Raises:
        ValueError: there is none.
    """
    if not labels:
        raise ValueError("a majority needs at least one label")
    return min(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def first_sentence(text: str) -> str:
    """The first sentence of ``text``, or its first paragraph if that ends sooner (the "lead" of Nenkova 2005)."""
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0].strip()


def rank(example_id: str) -> str:
    """Where an example stands in the order by which train sets are cut: a hash of its id, so that parts are nested and fair."""
    return hashlib.sha256(b"part" + example_id.encode()).hexdigest()


def part(examples: Sequence[Mapping[str, Any]], share: float) -> list[int]:
    """The places of a ``share`` (above 0, at most 1) of the ``examples`` by `rank` of their ``example_id``, in their order.

    A smaller share lies in every larger one. Copies of an example stand or fall together.

    Raises:
        ValueError: ``share`` is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise ValueError("a share is above 0 and at most 1")
    ids = sorted({str(example["example_id"]) for example in examples}, key=rank)
    kept = set(ids[: math.ceil(share * len(ids))])
    return [place for place, example in enumerate(examples) if example["example_id"] in kept]


def shots(examples: Sequence[Mapping[str, Any]], most: int = SHOTS) -> list[int]:
    """The places of the examples that a prompt shows: first of each label in the order of `rank`, commonest labels first."""
    order = sorted(range(len(examples)), key=lambda place: rank(str(examples[place]["example_id"])))
    often = Counter(examples[place].get("label") for place in order)
    seen: Counter[Any] = Counter()
    turns = []
    for place in order:
        label = examples[place].get("label")
        turns.append((seen[label], -often[label], str(label), place))
        seen[label] += 1
    return [place for *_, place in sorted(turns)[:most]]
