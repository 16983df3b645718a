"""What a model of each kind must do. Text goes in as a `Document`, results are the structs of `schemas.articles`."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from models.calibration import Calibration
from models.sentences import Sentence, split
from models.topic import Topic, topic_of
from models.words import Pieces
from schemas.articles import Entity, ModelRef, Summary

#: Code points read of one text, some 16,000 words: bounds time and memory; what follows is left unread.
LONGEST_TEXT: Final = 100_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """What an encoder says of a text, one row per word piece.

    `logits` is (pieces, labels) over `models.labels.LABELS` and `embeddings` is (pieces, width), both float32.
    `truncated` tells that the text goes on after the last piece.
    """

    pieces: Pieces
    logits: npt.NDArray[np.float32]
    embeddings: npt.NDArray[np.float32]
    truncated: bool


class Encoder(Protocol):
    """Turns a text into numbers, once for all who need them."""

    @property
    def reference(self) -> ModelRef:
        """What is running: name, revision, sha256 of the weights, engine and precision."""
        ...

    @property
    def calibration(self) -> Calibration:
        """What the raw scores of names are worth that a tagger reads off its passes."""
        ...

    def encode(self, text: str) -> Encoding:
        """Read a text; the empty text gives an encoding without pieces."""
        ...


class Document:
    """A text on its way through the models; made of it when first asked for: sentences, topic, the one encoder pass."""

    def __init__(self, text: str, encoder: Encoder | None = None, *, title: str | None = None) -> None:
        self.text: Final = text[:LONGEST_TEXT]
        self.title: Final = title
        self._cut_off = len(text) > LONGEST_TEXT
        self._encoder = encoder

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in their order, with offsets into the text."""
        return split(self.text)

    @cached_property
    def topic(self) -> Topic:
        """What the text is about, by its sentences and its title."""
        return topic_of(self.sentences, self.title)

    @cached_property
    def encoding(self) -> Encoding:
        """The encoder pass.

        Raises:
            TypeError: the document was made without an encoder.
        """
        if self._encoder is None:
            raise TypeError("this document has no encoder: pass one, or use models that need none")
        return self._encoder.encode(self.text)

    def leave_unread(self) -> None:
        """Say that a part of the text was left unread."""
        self._cut_off = True

    @property
    def truncated(self) -> bool:
        """Whether a part of the text was left unread by what has run so far."""
        return self._cut_off or ("encoding" in self.__dict__ and self.encoding.truncated)


class Tagger(Protocol):
    """Finds the names in a text."""

    @property
    def references(self) -> tuple[ModelRef, ...]:
        """The models that take part."""
        ...

    def reads(self, language: str) -> bool:
        """Whether it can be used on a text in this language (ISO 639-1, or `und`)."""
        ...

    def tag(self, document: Document) -> tuple[Entity, ...]:
        """The names with all their mentions, in the order in which they first appear."""
        ...


class Summarizer(Protocol):
    """Says in few sentences what a text says."""

    @property
    def references(self) -> tuple[ModelRef, ...]:
        """The models that take part; empty where there is none."""
        ...

    def reads(self, language: str) -> bool:
        """Whether it can be used on a text in this language (ISO 639-1, or `und`)."""
        ...

    def summarize(self, document: Document) -> Summary:
        """A summary of about a hundred words; no sentences for a text without any."""
        ...

    def headline(self, document: Document) -> str | None:
        """One true sentence of at most 30 words; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the models say of one text; offsets are Unicode code points of it.

    `flags` are short words: `language-not-read` (the tagger does not read it: no entities, the summary is the lead),
    `language-unknown` (read as English, if it is in Latin script), `case-lost` (all in capitals, or none: names are
    less certain), `text-truncated` (the end of a very long text was left unread).
    """

    entities: tuple[Entity, ...]
    summary: Summary
    headline_summary: str | None
    flags: tuple[str, ...]
