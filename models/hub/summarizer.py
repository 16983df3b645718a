"""Summaries written by a sequence-to-sequence model of the hub (BART, T5 and their kin), each sentence checked.

What a model writes may be untrue, so no sentence of it is published that `models.support` has not found in the article;
and where too little of it is left, the article is quoted instead.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Final

from models import languages
from models.headline import headline_of
from models.hub.generate import Generator
from models.hub.parts import divide, paragraphs
from models.lead import LeadSummarizer
from models.protocols import Document, Summarizer
from models.sentences import Sentence, split
from models.support import Gate, Judgement
from models.support.tokens import cut
from schemas.articles import Entity, ModelRef, Span, Summary, SummarySentence

#: Finds the names of a short text: the tagger, for the gate.
FindNames = Callable[[str], Iterable[Entity]]

#: Words at which a summary takes no further sentence.
_WORDS: Final = 100
#: A summary of fewer words, or of less than this part of what was written, is no summary of the article.
_FEWEST_WORDS: Final = 12
_LEAST_KEPT: Final = 1 / 3
#: A sentence of whose telling words this part stands in one that was taken before is a repeat.
_REPEATED: Final = 0.7
#: What was cut off at the longest output ends without any of these, and is half a sentence.
_ENDS: Final = re.compile(r"[.!?…][\"'”’»)\]]*\Z")
#: Tokenizers of the BART kind leave blanks before punctuation.
_BLANK_BEFORE: Final = re.compile(r"\s+(?=[.,;:!?%)\]”’])")


class HubSummarizer:
    """The writing of a `Generator`, behind the gate: the same text gives the same summary.

    `fallback` sums up where too little of the writing passes; the plain lead where None. `find_names` is the tagger,
    with which the gate finds names beside those that it knows by their capitals.
    """

    def __init__(
        self, generator: Generator, *, fallback: Summarizer | None = None, find_names: FindNames | None = None
    ) -> None:
        self._generator = generator
        self._fallback = fallback or LeadSummarizer()
        self._find_names = find_names
        self._latest: tuple[Document, Summary] | None = None
        self.references: tuple[ModelRef, ...] = (generator.reference, *self._fallback.references)

    def reads(self, language: str) -> bool:
        """The languages of the gate, whatever the model reads: nothing is published unchecked."""
        return languages.reads(language)

    def summarize(self, document: Document) -> Summary:
        """What the model writes and the article supports, at most about `_WORDS` words.

        Each sentence has in `supported_by` the sentences of the article that support it, and the best of them in
        `start` and `end`. `dropped` counts the sentences that did not pass, half ones among them. Where too little
        passes it is the summary of the fallback, with its own method, and `dropped` counts all that was written.
        """
        if self._latest is None or self._latest[0] is not document:
            self._latest = (document, self._summarize(document))
        return self._latest[1]

    def headline(self, document: Document) -> str | None:
        """A sentence of the summary that can stand alone, whole or shortened; else the headline of the fallback."""
        summary = self.summarize(document)
        line = None
        if summary.method == "abstractive":
            # The places of written sentences tell their order only; those in the article are of other sentences.
            written = (Sentence(item.text, at, at, 0) for at, item in enumerate(summary.sentences))
            line = headline_of(written, (), document.topic)
        return line or self._fallback.headline(document)

    def _summarize(self, document: Document) -> Summary:
        if not document.sentences:
            return self._fallback.summarize(document)
        written = self._write(document)
        gate = Gate(document.text, document.sentences, self._spans if self._find_names else None)
        judged = [[(sentence, gate.judge(sentence)) for sentence in part if _ENDS.search(sentence)] for part in written]
        passed = [[pair for pair in part if pair[1].passes] for part in judged]
        dropped = sum(map(len, written)) - sum(map(len, passed))
        taken = _fit(passed)
        words = sum(len(sentence.split()) for sentence, _ in taken)
        all_words = sum(len(sentence.split()) for part in written for sentence in part)
        if words < _FEWEST_WORDS or (dropped and words < _LEAST_KEPT * min(all_words, _WORDS)):
            summary = self._fallback.summarize(document)
            return Summary(
                sentences=summary.sentences, method=summary.method, model=summary.model, dropped=sum(map(len, written))
            )
        return Summary(
            sentences=tuple(_published(sentence, judgement) for sentence, judgement in taken),
            method="abstractive",
            model=self.references[0].name,
            dropped=dropped,
        )

    def _write(self, document: Document) -> list[list[str]]:
        """The sentences that the model writes, part by part."""
        parts, whole = divide(document.sentences, self._generator.count, self._generator.longest_input)
        if not whole:
            document.leave_unread()
        texts = self._generator.generate([paragraphs(part) for part in parts])
        return [[_tidy(sentence.text) for sentence in split(text)] for text in texts]

    def _spans(self, text: str) -> Iterable[tuple[int, int]]:
        found = self._find_names(text) if self._find_names else ()
        return [(mention.start, mention.end) for entity in found for mention in entity.mentions]


def _fit(parts: Sequence[Sequence[tuple[str, Judgement]]]) -> list[tuple[str, Judgement]]:
    """The sentences that fit the budget, without repeats, in their order.

    First the first of each part, then the second, so that the end of a long article is not crowded out.
    """
    chosen: list[tuple[int, int]] = []
    seen: list[frozenset[str]] = []
    words = 0
    for row, rank in enumerate(zip_longest(*parts)):
        for part, pair in enumerate(rank):
            if pair is None:
                continue
            stems = frozenset(token.stem for token in cut(pair[0]) if token.telling)
            length = len(pair[0].split())
            if _is_repeat(stems, seen) or (chosen and words + length > _WORDS):
                continue
            chosen.append((part, row))
            seen.append(stems)
            words += length
    return [parts[part][row] for part, row in sorted(chosen)]


def _is_repeat(stems: frozenset[str], seen: Sequence[frozenset[str]]) -> bool:
    return any(len(stems & other) >= _REPEATED * max(min(len(stems), len(other)), 1) for other in seen)


def _published(sentence: str, judgement: Judgement) -> SummarySentence:
    supports = tuple(Span(start=item.start, end=item.end) for item in judgement.supported_by)
    return SummarySentence(text=sentence, start=supports[0].start, end=supports[0].end, supported_by=supports)


def _tidy(sentence: str) -> str:
    return _BLANK_BEFORE.sub("", " ".join(sentence.split()))
