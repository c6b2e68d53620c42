"""The shipped graph: eight bits answer as 32 do, and a text's answer does not depend on its company."""

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from training.graph import Array, Graph, Scale, build, quantised

WIDTH, INNER, LABELS, PIECES, WORDS = 48, 96, 5, 32, 50
PRODUCTS = {"qkv": (WIDTH, 3 * WIDTH), "out": (WIDTH, WIDTH), "up": (WIDTH, INNER), "down": (INNER, WIDTH)}
Inputs = dict[str, npt.NDArray[np.int64]]


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    """A network of one layer with random weights."""
    draw = np.random.default_rng(1)

    def some(*shape: int) -> Array:
        return draw.normal(0, 0.15, shape).astype(np.float32)

    made = {"words.weight": some(WORDS, WIDTH), "positions.weight": some(PIECES, WIDTH), "types": some(WIDTH)}
    made |= {"cases.weight": some(8, WIDTH), "head.weight": some(LABELS, WIDTH), "head.bias": some(LABELS)}
    for part, (inner, outer) in PRODUCTS.items():
        made |= {f"layers.0.{part}.weight": some(outer, inner), f"layers.0.{part}.bias": some(outer)}
    for norm in ("norm", "layers.0.out_norm", "layers.0.down_norm"):
        made |= {f"{norm}.weight": 1 + some(WIDTH), f"{norm}.bias": some(WIDTH)}
    return made


@pytest.fixture(scope="module")
def scales() -> dict[str, Scale]:
    """Scales that take in all that the random network can say."""
    draw = np.random.default_rng(2)
    return {
        f"layers.0.{part}": Scale(draw.uniform(0.5, 2, inner).astype(np.float32), 12 / 255, 128)
        for part, (inner, _) in PRODUCTS.items()
    }


@pytest.fixture
def texts() -> Inputs:
    """Four texts of random pieces and different lengths."""
    draw = np.random.default_rng(3)
    mask = (np.arange(PIECES) < np.array([[32], [20], [7], [32]])).astype(np.int64)
    return {
        "input_ids": draw.integers(0, WORDS, (4, PIECES)),
        "case_ids": draw.integers(0, 8, (4, PIECES)),
        "attention_mask": mask,
    }


def logits(weights: dict[str, Array], scales: dict[str, Scale] | None, texts: Inputs) -> Array:
    """What the graph answers."""
    content = build(weights, LABELS, PIECES, Graph(scales)).SerializeToString()
    answer: Array = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(None, texts)[0]
    return answer


def test_eight_bits_answer_as_32_do(weights: dict[str, Array], scales: dict[str, Scale], texts: Inputs) -> None:
    """The quantised graph's logits are those of the same graph in floating point, up to the coarseness of a byte."""
    seen = texts["attention_mask"].astype(bool)
    difference = np.abs(logits(weights, scales, texts) - logits(weights, None, texts))[seen]
    assert difference.mean() < 0.05


def test_company_changes_no_answer(weights: dict[str, Array], scales: dict[str, Scale], texts: Inputs) -> None:
    """A text's logits are the same to the bit alone and in a batch."""
    together = logits(weights, scales, texts)
    for row in range(4):
        alone = logits(weights, scales, {name: values[row : row + 1] for name, values in texts.items()})
        assert np.array_equal(alone[0], together[row])


def test_padding_is_not_read(weights: dict[str, Array], scales: dict[str, Scale], texts: Inputs) -> None:
    """Other pieces behind the end of a text change none of its logits."""
    other = dict(texts, input_ids=np.where(texts["attention_mask"] == 1, texts["input_ids"], 1))
    seen = texts["attention_mask"].astype(bool)
    assert np.array_equal(logits(weights, scales, texts)[seen], logits(weights, scales, other)[seen])


def test_weights_fit_seven_bits() -> None:
    """A quantised weight times its step is the weight, to half a step, and none is larger than 63."""
    weight = np.random.default_rng(4).normal(size=(16, 8)).astype(np.float32)
    whole, steps = quantised(weight)
    assert np.abs(whole).max() == 63
    assert np.abs(whole * steps - weight).max() <= steps.max() / 2 + 1e-6
