"""The default summary: sentences of the article itself, chosen by place and by closeness to the whole.

In news the place is the strongest signal, and the encoder corrects it: `0.5 z(similarity to the centroid) +
z(1 / sqrt(rank))`, picked one by one against redundancy as in maximal marginal relevance (Carbonell and Goldstein
1998).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from models import languages
from models.lead import SENTENCES, WORDS, headlines, one_line, quote, telling
from models.protocols import Document, Encoder
from models.sentences import Sentence
from schemas.articles import ModelRef, Summary

Vector = npt.NDArray[np.float64]

#: Weight of the centroid against the place, and of likeness to a chosen sentence against the score.
_CENTROID: Final = 0.5
_REDUNDANCY: Final = 1.0


class ExtractiveSummarizer:
    """Takes sentences as they stand; the document must have been made with this encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self.references: tuple[ModelRef, ...] = (encoder.reference,)

    def reads(self, language: str) -> bool:
        """The languages of the encoder."""
        return languages.reads(language)

    def summarize(self, document: Document) -> Summary:
        """At most `SENTENCES` sentences of about `WORDS` words together, in the order of the text."""
        chosen = _choose(document)
        model = self.references[0].name if chosen else None
        return Summary(sentences=quote(chosen), method="extractive", model=model)

    def headline(self, document: Document) -> str | None:
        """The first sentence of the summary that is short enough and can stand alone; None when there is none."""
        return next(map(one_line, headlines(_choose(document))), None)


def _choose(document: Document) -> list[Sentence]:
    sentences = _candidates(document)
    if not sentences:
        return []
    vectors = _vectors(document, sentences)
    scores = _scores(vectors)
    chosen: list[int] = []
    words = 0
    while len(chosen) < SENTENCES:
        penalties = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(sentences))
        values = scores - _REDUNDANCY * penalties
        fitting = [
            index
            for index, sentence in enumerate(sentences)
            if index not in chosen and (not chosen or words + sentence.words <= WORDS)
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda index: (values[index], -index))
        chosen.append(best)
        words += sentences[best].words
    return [sentences[index] for index in sorted(chosen)]


def _candidates(document: Document) -> list[Sentence]:
    """The telling ones of the sentences that the encoder has read."""
    encoding = document.encoding
    if not encoding.truncated:
        return telling(document.sentences)
    read = int(encoding.pieces.ends[-1])
    return telling([sentence for sentence in document.sentences if sentence.end <= read])


def _vectors(document: Document, sentences: list[Sentence]) -> Vector:
    """Unit vectors (sentences, width): the mean of a sentence's piece embeddings; zero where it has no piece."""
    encoding = document.encoding
    starts = np.searchsorted(encoding.pieces.starts, [sentence.start for sentence in sentences])
    ends = np.searchsorted(encoding.pieces.starts, [sentence.end for sentence in sentences])
    vectors = np.zeros((len(sentences), encoding.embeddings.shape[1]))
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end > start:
            vectors[row] = encoding.embeddings[start:end].mean(axis=0, dtype=np.float64)
    return _unit(vectors)


def _scores(vectors: Vector) -> Vector:
    similarity = vectors @ _unit(vectors.mean(axis=0, keepdims=True))[0]
    place = 1 / np.sqrt(np.arange(1, len(vectors) + 1))
    total: Vector = _CENTROID * _standard(similarity) + _standard(place)
    return total


def _unit(vectors: Vector) -> Vector:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vector = vectors / np.where(lengths > 0, lengths, 1.0)
    return result


def _standard(values: Vector) -> Vector:
    """z scores; zeros when all values are the same."""
    spread = float(values.std())
    result: Vector = (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
    return result
