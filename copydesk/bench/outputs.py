"""What both sides of a row of the encoder must give of a text, from one pass of ours or several of torch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.protocols import Encoder, Encoding
from models.sentences import split

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Outputs:
    """A label for each word piece, a unit vector for each sentence, and one for the text."""

    labels: npt.NDArray[np.int64]
    sentences: Floats
    text: Floats


def one_pass(encoder: Encoder, text: str) -> Outputs:
    """Return all three from one reading of a text."""
    encoding = encoder.encode(text)
    return Outputs(labels(encoding), sentence_vectors(text, encoding), text_vector(encoding))


def labels(encoding: Encoding) -> npt.NDArray[np.int64]:
    """Return an index into ``models.labels.LABELS`` for each piece."""
    found: npt.NDArray[np.int64] = encoding.logits.argmax(axis=-1)
    return found


def sentence_vectors(text: str, encoding: Encoding) -> Floats:
    """Return the unit mean of the embeddings of each sentence's pieces, (sentences, width)."""
    spans = [np.searchsorted(encoding.pieces.starts, (sentence.start, sentence.end)) for sentence in split(text)]
    vectors = [_unit(encoding.embeddings[first:last]) for first, last in spans if first < last]
    return np.stack(vectors) if vectors else np.zeros((0, encoding.embeddings.shape[1]), dtype=np.float32)


def text_vector(encoding: Encoding) -> Floats:
    """Return the unit mean of all embeddings, (width,); zeros for a text without pieces."""
    return _unit(encoding.embeddings) if len(encoding.pieces) else np.zeros(encoding.embeddings.shape[1], np.float32)


def _unit(rows: Floats) -> Floats:
    mean: Any = rows.mean(axis=0)
    unit: Floats = mean / np.linalg.norm(mean)
    return unit
