"""Summaries written by a sequence-to-sequence model of the hub (BART, T5 and their kin)."""

from models.hub.generate import Generator
from models.lead import LeadSummarizer
from models.protocols import Document
from models.sentences import Sentence, split
from schemas.articles import ModelRef, Summary, SummarySentence


class HubSummarizer:
    """The writing of a `Generator`: the same text gives the same summary."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.references: tuple[ModelRef, ...] = (generator.reference,)
        self._lead = LeadSummarizer()

    def reads(self, language: str) -> bool:  # noqa: ARG002 - the protocol asks
        """Who names a hub model has chosen it for the languages of the sources."""
        return True

    def summarize(self, document: Document) -> Summary:
        """The summary that the model writes.

        The offsets of a sentence are those of the sentence of the text that shares most of its words: where to check.
        """
        written = split(self._generator.generate([document.text])[0]) if document.sentences else ()
        return Summary(
            sentences=tuple(_trace(sentence, document.sentences) for sentence in written),
            method="abstractive",
            model=self.references[0].name,
        )

    def headline(self, document: Document) -> str | None:
        """A sentence of the text, not of the model, since a headline must be true."""
        return self._lead.headline(document)


def _trace(written: Sentence, sentences: tuple[Sentence, ...]) -> SummarySentence:
    words = set(written.text.casefold().split())
    source = max(sentences, key=lambda item: (len(words & set(item.text.casefold().split())), -item.start))
    return SummarySentence(text=written.text, start=source.start, end=source.end)
