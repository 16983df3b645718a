"""The way back from what ships: the network whose weights are those of an int8 graph, in single precision.

Every quantised weight is (integer - zero point) * scale, so nothing is lost that the graph still has. It is what a
graph can be made from anew, and compared with, where the weights from before the rounding are not at hand.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from models.labels import LABELS
from models.training.network import BaseModelError, TaggerNetwork
from models.words import SHAPES

#: Width of one attention head of MiniLM: the graph states it in no one place.
HEAD_WIDTH: Final = 32
_QUANTISED: Final = "_quantized"


def restore(path: Path) -> TaggerNetwork:
    """Return the network of a graph that `models.training.export` made of a BERT encoder, ready to be run.

    Raises:
        BaseModelError: the graph is none of these.
    """
    graph: Any = onnx.load(path).graph
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    state = {
        name: value
        for name, value in values.items()
        if name.startswith(("encoder.", "head.")) and value.dtype == np.float32 and not name.endswith("_scale")
    }
    for name in values:
        if name.startswith("encoder.") and name.endswith(_QUANTISED):
            state[name.removesuffix(_QUANTISED)] = _weights(values, name)
    for number, node in enumerate(each for each in graph.node if each.op_type == "QAttention"):
        _part(state, number, _weights(values, node.input[1]), values[node.input[2]])
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            name = node.name.strip("/").removesuffix("/MatMul_quant").replace("/", ".")
            state[f"{name}.weight"] = _weights(values, node.input[1]).T
    return _network(state, path)


def _weights(values: dict[str, npt.NDArray[Any]], name: str) -> npt.NDArray[np.float32]:
    """What a quantised tensor stands for; scales and zero points are one number, or one for each column."""
    stem = name.removesuffix(_QUANTISED)
    centred = values[name].astype(np.float32) - values[f"{stem}_zero_point"].astype(np.float32)
    restored: npt.NDArray[np.float32] = centred * values[f"{stem}_scale"]
    return restored


def _part(state: dict[str, Any], layer: int, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> None:
    """Part the columns that attention's fusion laid side by side."""
    for name, columns, offsets in zip(
        ("query", "key", "value"), np.split(weight, 3, axis=1), np.split(bias, 3), strict=True
    ):
        prefix = f"encoder.encoder.layer.{layer}.attention.self.{name}"
        state[f"{prefix}.weight"], state[f"{prefix}.bias"] = columns.T, offsets


def _network(state: dict[str, npt.NDArray[np.float32]], path: Path) -> TaggerNetwork:
    embeddings = "encoder.embeddings"
    try:
        vocabulary, width = state[f"{embeddings}.word_embeddings.weight"].shape
        config = BertConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            num_hidden_layers=sum(name.endswith("intermediate.dense.weight") for name in state),
            num_attention_heads=width // HEAD_WIDTH,
            intermediate_size=len(state["encoder.encoder.layer.0.intermediate.dense.weight"]),
            max_position_embeddings=len(state[f"{embeddings}.position_embeddings.weight"]),
            type_vocab_size=len(SHAPES),
        )
        network = TaggerNetwork(BertModel(config, add_pooling_layer=False))
        network.load_state_dict({name: torch.tensor(value) for name, value in state.items()}, strict=True)
    except (KeyError, ValueError, RuntimeError) as error:
        raise BaseModelError(
            f"{path} is no int8 graph of a BERT encoder with {len(LABELS)} labels ({error}): give one that "
            "models.training.export wrote"
        ) from error
    return network.eval()
