"""The default summary: sentences of the article itself, as they stand.

Every set of up to three sentences from the top of the article is scored by what it covers, where it stands and how
long it is (`models.choices`); the best is the summary. The weights were fitted to summaries by people and by language
models.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models import languages
from models.choices import FEATURES, choices, readable
from models.headline import headline_of
from models.lead import SENTENCES, WORDS, quote, scraps
from models.protocols import Document, Encoder
from models.sentences import Sentence
from models.standing import Candidate, candidates
from schemas.articles import ModelRef, Summary

Matrix = npt.NDArray[np.float64]

#: What a feature adds to the score of a set; printed by `python -m copydesk.quality.train_summaries`.
WEIGHTS: Final[dict[str, float]] = {
    "place": 0.73,
    "covers": 2.91,
    "covers_title": 1.90,
    "alike": -0.90,
    "length": -0.83,
    "length_squared": -0.94,
}


@dataclass(frozen=True, slots=True)
class Read:
    """The sentences that the encoder has read, those that may be chosen, and a vector for each of these.

    `vectors` (candidates, width) are unit vectors along the means of the piece embeddings; zero where a sentence has
    no piece.
    """

    sentences: tuple[Sentence, ...]
    candidates: tuple[Candidate, ...]
    vectors: Matrix


class ExtractiveSummarizer:
    """Takes sentences as they stand; the document must have been made with this encoder.

    `words` bounds the length of a summary; one sentence is taken even if it is longer.
    """

    def __init__(self, encoder: Encoder, *, words: int = WORDS) -> None:
        self.references: tuple[ModelRef, ...] = (encoder.reference,)
        self._words = words
        self._weights = np.array([WEIGHTS[name] for name in FEATURES])
        self._last: tuple[Document, list[Sentence]] | None = None

    def reads(self, language: str) -> bool:
        """The languages of the encoder."""
        return languages.reads(language)

    def summarize(self, document: Document) -> Summary:
        """At most `SENTENCES` sentences of about as many words as were asked for, in the order of the text."""
        chosen = self._choose(document)
        model = self.references[0].name if chosen else None
        return Summary(sentences=quote(chosen), method="extractive", model=model)

    def headline(self, document: Document) -> str | None:
        """What tells most in at most 30 words, the summary first; see `models.headline`."""
        return headline_of(self._choose(document), document.sentences, document.topic)

    def _choose(self, document: Document) -> list[Sentence]:
        """The sentences of the summary, chosen once a document."""
        if self._last is None or self._last[0] is not document:
            self._last = document, self._best(document)
        return self._last[1]

    def _best(self, document: Document) -> list[Sentence]:
        found = read(document)
        sets = choices(found.candidates, found.vectors, document.topic, most=SENTENCES, words=self._words)
        if not sets.sets:
            return scraps(found.sentences, self._words)
        best = sets.sets[int(np.argmax(sets.features @ self._weights))]
        return [found.sentences[number] for number in best]


def read(document: Document) -> Read:
    """What is known of the sentences of a document that the encoder has read."""
    encoding = document.encoding
    sentences = document.sentences
    if encoding.truncated:
        end = int(encoding.pieces.ends[-1]) if len(encoding.pieces) else 0
        sentences = tuple(item for item in sentences if item.end <= end)
    found = readable(candidates(sentences, SENTENCES))
    starts = np.searchsorted(encoding.pieces.starts, [item.sentence.start for item in found])
    ends = np.searchsorted(encoding.pieces.starts, [item.sentence.end for item in found])
    vectors = np.zeros((len(found), encoding.embeddings.shape[1]))
    for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if end > start:
            vectors[row] = encoding.embeddings[start:end].sum(axis=0, dtype=np.float64)
    # Of a mean and of a sum, the unit vector is the same.
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    vectors /= np.where(lengths > 0, lengths, 1.0)
    return Read(sentences, tuple(found), vectors)
