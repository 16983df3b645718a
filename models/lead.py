"""The plainest summary: how the article opens. It needs no model and reads any language."""

from collections.abc import Sequence
from typing import Final

from models.headline import headline_of
from models.openings import behind_opening
from models.protocols import Document
from models.sentences import Sentence
from models.standing import FEWEST_WORDS, LONGEST, candidates, ends
from schemas.articles import ModelRef, Summary, SummarySentence

#: Sentences of a summary, and the words at which it takes no more.
SENTENCES: Final = 3
WORDS: Final = 100


class LeadSummarizer:
    """Takes the first sentences as they stand; one is taken even if it is longer than `words`."""

    references: tuple[ModelRef, ...] = ()

    def __init__(self, *, words: int = WORDS) -> None:
        self._words = words

    def reads(self, language: str) -> bool:  # noqa: ARG002 - the protocol asks
        """Any language that parts its sentences by full stops."""
        return True

    def summarize(self, document: Document) -> Summary:
        """The first sentences that may stand in a summary, at most `SENTENCES` and about as many words as asked for."""
        return Summary(sentences=quote(lead(document.sentences, self._words)), method="lead")

    def headline(self, document: Document) -> str | None:
        """One line of at most 30 words; see `models.headline`."""
        return headline_of(lead(document.sentences, self._words), document.sentences, document.topic, english=False)


def lead(sentences: Sequence[Sentence], words: int = WORDS) -> list[Sentence]:
    """The first sentences that may stand in a summary, with those that they come with."""
    numbers: set[int] = set()
    for candidate in candidates(sentences, SENTENCES):
        group = [number for number in range(candidate.first, candidate.last + 1) if number not in numbers]
        if len(numbers) + len(group) > SENTENCES:
            break
        if numbers and sum(sentences[number].words for number in (*numbers, *group)) > words:
            break
        numbers.update(group)
    return [sentences[number] for number in sorted(numbers)] or scraps(sentences, words)


def scraps(sentences: Sequence[Sentence], words: int = WORDS) -> list[Sentence]:
    """What is taken where no sentence may stand in a summary: the first whole ones, or else whatever holds a letter."""
    common = [
        item for item in sentences if item.words >= FEWEST_WORDS and len(item.text) <= LONGEST and ends(item)
    ] or [item for item in sentences if any(letter.isalnum() for letter in item.text)]
    chosen: list[Sentence] = []
    for item in common[:SENTENCES]:
        if chosen and sum(other.words for other in chosen) + item.words > words:
            break
        chosen.append(item)
    return chosen


def quote(sentences: Sequence[Sentence]) -> tuple[SummarySentence, ...]:
    """Sentences as they go into a `Summary`, without their bullets and the report's dateline."""
    return tuple(
        SummarySentence(text=item.text[begin:], start=item.start + begin, end=item.end)
        for item in sentences
        for begin in (behind_opening(item.text, item.paragraph),)
    )
