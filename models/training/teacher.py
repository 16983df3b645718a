"""The teacher, which is the `quality` tier too: all-mpnet-base-v2 with a low-rank adapter, word shapes and one head.

The base stays as it is, so that only the adapter need be shipped (LoRA; Hu et al. 2021). MPNet has no token types:
an embedding of the word's shape is added to that of the piece.
"""

import hashlib
import math
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn
from transformers import MPNetModel

from models.labels import LABELS
from models.training.network import BaseModelError
from models.words import SHAPES

#: all-mpnet-base-v2 (Apache-2.0), hub revision e8c3b32e.
BASE_SHA256: Final = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
RANK: Final = 16
SCALE: Final = 2.0
#: The layers below stay as they are: half of the backward pass saved.
FIRST_LAYER: Final = 4


class LowRank(nn.Module):
    """A linear layer with a product of two thin matrices added to its weights."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.empty(RANK, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, RANK))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.base(hidden) + SCALE * ((hidden @ self.a.T) @ self.b.T)
        return result


class TeacherNetwork(nn.Module):
    """ids, mask and shapes, each (batch, pieces), to label logits (batch, pieces, 7) and embeddings (.., 768)."""

    def __init__(self, encoder: MPNetModel) -> None:
        super().__init__()
        self.enc = encoder.requires_grad_(False)
        layers: Any = encoder.encoder.layer
        for layer in layers[FIRST_LAYER:]:
            attention = layer.attention.attn
            for name in "qkvo":
                setattr(attention, name, LowRank(getattr(attention, name)))
            layer.intermediate.dense = LowRank(layer.intermediate.dense)
            layer.output.dense = LowRank(layer.output.dense)
        self.shape = nn.Embedding(len(SHAPES), encoder.config.hidden_size)
        nn.init.zeros_(self.shape.weight)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, len(LABELS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, shapes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        embedded = self.enc.embeddings.word_embeddings(ids) + self.shape(shapes)
        hidden = self.enc(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return self.head(self.drop(hidden)), hidden

    def adapter(self) -> dict[str, torch.Tensor]:
        """What was trained: the thin matrices, the shapes and the head."""
        return {name: tensor.detach() for name, tensor in self.named_parameters() if tensor.requires_grad}

    def load_adapter(self, adapter: dict[str, torch.Tensor]) -> None:
        """Put what was trained back in place.

        Raises:
            BaseModelError: something is missing, or left over.
        """
        if {*adapter} != {*self.adapter()}:
            raise BaseModelError("the adapter was made for another network: train it again, or take the shipped one")
        self.load_state_dict(adapter, strict=False)


def load_teacher(base: Path) -> TeacherNetwork:
    """Build the network on the pinned base weights.

    Raises:
        BaseModelError: `base` does not hold them.
    """
    weights = base / "model.safetensors"
    if not weights.is_file():
        raise BaseModelError(f"no model.safetensors in {base}: run `copydesk models pull quality` first")
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise BaseModelError(f"{weights} has sha256 {found}, not {BASE_SHA256}: fetch it again")
    return TeacherNetwork(MPNetModel.from_pretrained(base, add_pooling_layer=False))
