"""Channels of the feed-forward layers that int8 cannot hold: found once, and set apart in single precision.

All values of a tensor share one scale. In all-mpnet-base-v2 a few channels of most layers reach 20 to 95 where the
others stay below 6, and those are left with some twenty steps. Set apart, they cost two thin products a layer (outlier
features: Dettmers et al. 2022, LLM.int8()).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import torch
from torch import nn

#: Channels of a layer that are set apart. Four do as well: the embeddings' cosine to those in single precision is
#: 0.9994 with 4, 16 or 64, and 0.93 with none.
COUNT: Final = 16
#: What the names of their nodes in a graph hold.
MARK: Final = "/outliers/"


def find_outliers(
    network: nn.Module, encoder: nn.Module, batches: Iterable[Sequence[torch.Tensor]], *, count: int = COUNT
) -> list[list[int]]:
    """The channels of each of the encoder's layers that reach furthest while the network reads the batches."""
    reached = dict[int, torch.Tensor]()

    def watch(number: int) -> Callable[[nn.Module, tuple[torch.Tensor]], None]:
        def look(_: nn.Module, given: tuple[torch.Tensor]) -> None:
            furthest = given[0].abs().flatten(0, -2).amax(0)
            reached[number] = torch.maximum(reached.get(number, furthest), furthest)

        return look

    hooks = [
        layer.output.dense.register_forward_pre_hook(watch(number)) for number, layer in enumerate(_layers(encoder))
    ]
    network.eval()
    with torch.inference_mode():
        for batch in batches:
            network(*batch)
    for hook in hooks:
        hook.remove()
    return [sorted(reached[number].topk(count).indices.tolist()) for number in sorted(reached)]


def set_apart(encoder: nn.Module, channels: Sequence[Sequence[int]]) -> None:
    """Part each feed-forward layer of the encoder into two that are added up; what it computes stays the same.

    Raises:
        ValueError: there are more or fewer layers, or no such channels.
    """
    for layer, some in zip(_layers(encoder), channels, strict=True):
        inner, outer = layer.intermediate.dense, layer.output.dense
        if not {*some} < {*range(inner.out_features)}:
            raise ValueError(f"a layer of {inner.out_features} channels has not all of these: {some}")
        if not some:
            continue
        others = [channel for channel in range(inner.out_features) if channel not in {*some}]
        layer.intermediate = _Inner(inner, layer.intermediate.intermediate_act_fn, others, some)
        layer.output.dense = _Outer(outer, others, some)


class _Inner(nn.Module):
    def __init__(self, whole: nn.Linear, activation: nn.Module, others: Sequence[int], some: Sequence[int]) -> None:
        super().__init__()
        self.others = _linear(whole.weight[others], whole.bias[others])
        self.outliers = _linear(whole.weight[some], whole.bias[some])
        self.activation = activation

    def forward(self, hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.activation(self.others(hidden)), self.activation(self.outliers(hidden))


class _Outer(nn.Module):
    def __init__(self, whole: nn.Linear, others: Sequence[int], some: Sequence[int]) -> None:
        super().__init__()
        self.others = _linear(whole.weight[:, others], whole.bias)
        self.outliers = _linear(whole.weight[:, some], None)

    def forward(self, parts: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        summed: torch.Tensor = self.others(parts[0]) + self.outliers(parts[1])
        return summed


def _linear(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Linear:
    linear = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    linear.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
    if bias is not None:
        linear.bias = nn.Parameter(bias.detach().clone(), requires_grad=False)
    return linear


def _layers(encoder: Any) -> Any:
    return encoder.encoder.layer
