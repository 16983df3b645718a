"""What one writes first: transformers' own classes in torch, single precision, padded, a pass for each output."""

from pathlib import Path

import numpy as np
import torch

from copydesk.bench.outputs import Floats, Outputs, labels, sentence_vectors, text_vector
from models.encoder import OVERLAP
from models.protocols import Encoding
from models.training.network import TaggerNetwork
from models.words import brackets, cut, load_tokenizer

PADDED = 512
"""Word pieces of every pass, special ones included: the positions that BERT has."""


class TorchPasses:
    """A network in torch on one thread. It reads the same pieces as ours: ``tokenizer`` is the same file."""

    def __init__(self, network: TaggerNetwork, tokenizer: Path) -> None:
        self._network = network.eval()
        self._tokenizer = load_tokenizer(tokenizer)
        self._brackets = brackets(self._tokenizer)
        torch.set_num_threads(1)

    def encode(self, text: str) -> Encoding:
        """Read a text in windows of ``PADDED`` pieces, all in one batch. Where they overlap, the earlier one counts."""
        pieces = cut(text, self._tokenizer)
        starts = list(range(0, max(len(pieces) - OVERLAP, 1), PADDED - 2 - OVERLAP))
        ids, mask, shapes = (np.zeros((len(starts), PADDED), dtype=np.int64) for _ in range(3))
        for row, start in enumerate(starts):
            inner = slice(start, start + PADDED - 2)
            bracketed = (self._brackets[0], *pieces.ids[inner], self._brackets[1])
            ids[row, : len(bracketed)] = bracketed
            mask[row, : len(bracketed)] = 1
            shapes[row, 1 : len(bracketed) - 1] = pieces.shapes[inner]
        with torch.inference_mode():
            found = self._network(*map(torch.from_numpy, (ids, mask, shapes)))
        logits, embeddings = (_laid_out(each.numpy(), starts, len(pieces)) for each in found)
        return Encoding(pieces=pieces, logits=logits, embeddings=embeddings, truncated=False)

    def three_passes(self, text: str) -> Outputs:
        """Return all three outputs, each from a pass of its own."""
        return Outputs(
            labels=labels(self.encode(text)),
            sentences=sentence_vectors(text, self.encode(text)),
            text=text_vector(self.encode(text)),
        )


def _laid_out(windows: Floats, starts: list[int], count: int) -> Floats:
    whole: Floats = np.zeros((count, windows.shape[2]), dtype=np.float32)
    for window, start in reversed(list(zip(windows, starts, strict=True))):
        end = min(start + PADDED - 2, count)
        whole[start:end] = window[1 : end - start + 1]
    return whole
