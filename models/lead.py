"""The plainest summary: how the article opens. It needs no model and reads any language.

Also the rules that all extractive summaries share: how long they are, and which sentence can stand alone.
"""

import re
from collections.abc import Sequence
from typing import Final

from models.protocols import Document
from models.sentences import Sentence
from schemas.articles import ModelRef, Summary, SummarySentence

#: Sentences of a summary, and the words at which it takes no more.
SENTENCES: Final = 3
WORDS: Final = 100
#: A headline summary has no more words than this.
HEADLINE_WORDS: Final = 30

#: Shorter sentences tell too little to stand in a summary, and longer ones are lists or walls of text; either is
#: taken only when there is nothing else.
_FEWEST_WORDS: Final = 5
_LONGEST: Final = 800

_OPENS_IN_THE_AIR = re.compile(
    r"(?:he|she|it|they|we|i|you|his|her|its|their|this|that|these|those|there|but|and|or|so|yet|nor|then|however|"
    r"meanwhile|also|instead|still|such|here|moreover|furthermore|therefore|both|another|others|"
    r"the (?:latter|former))\b",
    re.IGNORECASE,
)


_ENDS = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]]*\Z")
_LEANS_BACK = re.compile(r"\b(?:he|she|they) (?:said|says|added|told|wrote)\b", re.IGNORECASE)


class LeadSummarizer:
    """Takes the first sentences as they stand."""

    references: tuple[ModelRef, ...] = ()

    def reads(self, language: str) -> bool:  # noqa: ARG002 - the protocol asks
        """Any language that parts its sentences by full stops."""
        return True

    def summarize(self, document: Document) -> Summary:
        """The first sentences, at most `SENTENCES` and about `WORDS` words."""
        chosen: list[Sentence] = []
        for sentence in telling(document.sentences)[:SENTENCES]:
            if chosen and sum(item.words for item in chosen) + sentence.words > WORDS:
                break
            chosen.append(sentence)
        return Summary(sentences=quote(chosen), method="lead")

    def headline(self, document: Document) -> str | None:
        """The first sentence that is short enough and can stand alone; None when there is none."""
        return next(map(one_line, headlines(telling(document.sentences))), None)


def telling(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The whole sentences of a common length; when there are none, all that hold a letter or digit.

    What ends without a full stop is a caption or a heading.
    """
    common = [
        item
        for item in sentences
        if item.words >= _FEWEST_WORDS and len(item.text) <= _LONGEST and _ENDS.search(item.text)
    ]
    return common or [item for item in sentences if any(letter.isalnum() for letter in item.text)]


def headlines(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that may be a headline summary.

    They are whole, since a cut can turn the sense; of at most `HEADLINE_WORDS` words; and lean on no sentence before
    by an opening pronoun, link word or quotation, or by "she said".
    """
    return [
        item
        for item in sentences
        if item.words <= HEADLINE_WORDS
        and len(item.text) <= _LONGEST
        and (item.text[0].isupper() or item.text[0].isdigit())
        and _ENDS.search(item.text)
        and not _OPENS_IN_THE_AIR.match(item.text)
        and not _LEANS_BACK.search(item.text)
        and item.text.count("“") == item.text.count("”")
        and item.text.count('"') % 2 == 0
    ]


def quote(sentences: Sequence[Sentence]) -> tuple[SummarySentence, ...]:
    """Sentences as they go into a `Summary`."""
    return tuple(SummarySentence(text=item.text, start=item.start, end=item.end) for item in sentences)


def one_line(sentence: Sentence) -> str:
    """The text of a sentence with line breaks inside it made blanks."""
    return " ".join(sentence.text.split())
