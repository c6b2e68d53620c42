"""The trained network as an ONNX graph of eight-bit products, for onnxruntime on a CPU.

Written operator by operator, because the usual dynamic quantisation scales an activation by the largest value of the *batch*: a
text would get other scores in other company, and a version other bytes in another order. Here every activation has a fixed scale,
measured once (`training.calibration`), so that a row's result is its own, and products are sums of whole numbers, the same on
every machine. Fixed scales are also 2 to 5 times faster than scales by row.

Belongs here: quantising weights and laying out the graph. Does not belong here: training (`training.network`), running it
(`resources.models`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[np.float32]

HEADS = 12
EPSILON = 1e-12
MICROSOFT = "com.microsoft"  # the domain of onnxruntime's own operators
LARGEST_WEIGHT = 63  # seven bits: two products of a byte and a weight then fit 16 bits, which processors without VNNI add in


@dataclass(frozen=True, slots=True)
class Scale:
    """How the input of one matrix product becomes bytes: ``round(input / smoothing / step) + zero``."""

    smoothing: Array  # [inner]
    step: float
    zero: int  # 0..255


class Graph:
    """Nodes and constants of a graph under construction."""

    def __init__(self, scales: Mapping[str, Scale] | None = None) -> None:
        """Without ``scales`` products are made in 32-bit floating point, for comparison."""
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.scales = scales

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        """Add ``value`` under ``name``; returns the name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        """Add an operator with one output; returns the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def quantise(self, states: str, product: str, *, smooth: bool) -> str:
        """``states`` as bytes at the scale of ``product``; ``smooth``: its smoothing is not part of the weights before."""
        if self.scales is None:
            return states
        scale = self.scales[product]
        if smooth:
            factor = self.constant(f"{product}.smoothing", (1 / scale.smoothing).astype(np.float32))
            states = self.node("Mul", [states, factor], f"{product}.smoothed")
        self.constant(f"{product}.step", np.array(scale.step, np.float32))
        self.constant(f"{product}.zero", np.array(scale.zero, np.uint8))
        return self.node("QuantizeLinear", [states, f"{product}.step", f"{product}.zero"], f"{product}.bytes")

    def matmul(self, states: str, weight: Array, product: str, output: str) -> str:
        """``states @ weight`` for ``states`` as from `quantise` and a ``weight`` [inner, outer], a scale for each column."""
        if self.scales is None:
            return self.node("MatMul", [states, self.constant(f"{output}.weight", weight)], output)
        whole, steps = quantised(weight * self.scales[product].smoothing[:, None])
        inputs = [
            states,
            self.constant(f"{output}.weight", whole),
            f"{product}.step",
            self.constant(f"{output}.steps", steps),
            f"{product}.zero",
        ]
        return self.node("MatMulIntegerToFloat", inputs, output, MICROSOFT)


def quantised(weight: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """``weight`` [inner, outer] as whole numbers and the step of each column [outer]."""
    steps = (np.abs(weight).max(axis=0) / LARGEST_WEIGHT).astype(np.float32)
    steps = np.where(steps == 0, np.float32(1), steps)
    return np.rint(weight / steps).astype(np.int8), steps


def build(weights: Mapping[str, Array], labels: int, positions: int, graph: Graph | None = None) -> onnx.ModelProto:
    """The ONNX model of `training.network.NameModel` with its state's ``weights``.

    Inputs ``input_ids``, ``case_ids`` and ``attention_mask``, int64 [batch, pieces] with at most ``positions`` pieces; output
    ``logits``, float32 [batch, pieces, ``labels``].
    """
    graph = graph or Graph()
    states = _embedded(graph, weights, positions)
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for number in range(layers):
        states = _layer(graph, weights, f"layers.{number}", states)
    graph.node("MatMul", [states, graph.constant("head.weight", weights["head.weight"].T)], "head.product")
    graph.node("Add", ["head.product", graph.constant("head.bias", weights["head.bias"])], "logits")
    shape = ["batch", "pieces"]
    made = helper.make_graph(
        graph.nodes,
        "names",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "case_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, labels])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="winnow")


def _embedded(graph: Graph, weights: Mapping[str, Array], positions: int) -> str:
    """Words by int8 rows, positions and cases in full."""
    words = weights["words.weight"]
    scales = (np.abs(words).max(axis=1, keepdims=True) / 127).astype(np.float32)
    scales = np.where(scales == 0, np.float32(1), scales)
    graph.constant("words", np.rint(words / scales).astype(np.int8))
    graph.constant("words.scale", scales)
    graph.node("Gather", ["words", "input_ids"], "words.rows")
    graph.node("Cast", ["words.rows"], "words.float", to=TensorProto.FLOAT)
    graph.node("Gather", ["words.scale", "input_ids"], "words.factor")
    graph.node("Mul", ["words.float", "words.factor"], "words.states")
    graph.node("Gather", [graph.constant("cases", weights["cases.weight"] + weights["types"]), "case_ids"], "cases.states")
    graph.constant("positions", weights["positions.weight"][:positions])
    graph.node("Shape", ["input_ids"], "pieces", start=1, end=2)
    graph.constant("zero", np.array([0], np.int64))
    graph.node("Slice", ["positions", "zero", "pieces", "zero"], "positions.rows")
    graph.node("Add", ["cases.states", "positions.rows"], "context.states")
    return graph.node(
        "SkipLayerNormalization",
        [
            "words.states",
            "context.states",
            graph.constant("norm.weight", weights["norm.weight"]),
            graph.constant("norm.bias", weights["norm.bias"]),
        ],
        "embedded",
        MICROSOFT,
        epsilon=EPSILON,
    )


def _layer(graph: Graph, weights: Mapping[str, Array], name: str, states: str) -> str:
    """Attention and feed-forward of one layer, each with its residual and norm."""

    def normed(part: str, source: str, residual: str, output: str) -> str:
        norm = f"{name}.{part}_norm"
        gamma = graph.constant(f"{norm}.weight", weights[f"{norm}.weight"])
        beta = graph.constant(f"{norm}.bias", weights[f"{norm}.bias"])
        bias = graph.constant(f"{name}.{part}.bias", weights[f"{name}.{part}.bias"])
        return graph.node("SkipLayerNormalization", [source, residual, gamma, beta, bias], output, MICROSOFT, epsilon=EPSILON)

    def product(part: str, source: str, *, smooth: bool = True) -> str:
        bytes_ = graph.quantise(source, f"{name}.{part}", smooth=smooth)
        return graph.matmul(bytes_, weights[f"{name}.{part}.weight"].T, f"{name}.{part}", f"{name}.{part}")

    attended = normed("out", product("out", _attention(graph, weights, name, states), smooth=False), states, f"{name}.attended")
    up_bias = graph.constant(f"{name}.up.bias", weights[f"{name}.up.bias"])
    inner = graph.node("BiasGelu", [product("up", attended), up_bias], f"{name}.inner", MICROSOFT)
    return normed("down", product("down", inner), attended, f"{name}.states")


def _attention(graph: Graph, weights: Mapping[str, Array], name: str, states: str) -> str:
    """What the heads saw; the smoothing of the product behind it is part of the values' weights."""
    weight, bias = weights[f"{name}.qkv.weight"].copy(), weights[f"{name}.qkv.bias"].copy()
    width = weight.shape[1]
    if graph.scales is not None:
        weight[2 * width :] /= graph.scales[f"{name}.out"].smoothing[:, None]
        bias[2 * width :] /= graph.scales[f"{name}.out"].smoothing
    source = graph.quantise(states, f"{name}.qkv", smooth=True)
    parts = [
        graph.matmul(source, weight[at * width : (at + 1) * width].T, f"{name}.qkv", f"{name}.{part}")
        for at, part in enumerate(("query", "key", "value"))
    ]
    biases = graph.constant(f"{name}.qkv.bias", bias)
    return graph.node("MultiHeadAttention", [*parts, biases, "mask"], f"{name}.seen", MICROSOFT, num_heads=HEADS)
