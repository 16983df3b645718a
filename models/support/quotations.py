"""Quotations in a written sentence: whether the article has them, and whether the same person says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.support.lexicon import SPEECH
from models.support.tokens import Token

_QUOTED: Final = re.compile(
    r"“([^”\n]*)(?:”|\Z|(?=\n))|\"([^\"\n]*)(?:\"|\Z|(?=\n))|«([^»\n]*)»|(?<!\w)‘([^’\n]*)’(?!\w)"
)
_LETTERS: Final = re.compile(r"[^\W_]+")
#: A quotation of this many words must be quoted in the article; a shorter one may stand there as plain text.
_WORDS: Final = 4
_GAP: Final = re.compile(r"\s*(?:\.\.\.|…|\[[^\]]*\])\s*")
_CAPITAL_NAME: Final = re.compile(r"\b[^\W\d_a-z][^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: `start` and `end` are those of the words within the marks."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> str:
        """Its words without case and punctuation, blanks between."""
        return plain(self.text)


def plain(text: str) -> str:
    """The words of a text without case and punctuation, a blank before, between and after."""
    return " " + " ".join(_LETTERS.findall(text.casefold().replace("’", "").replace("'", ""))) + " "


def find(text: str) -> tuple[Quotation, ...]:
    """The quotations of a text. One that is never closed ends with its line."""
    found = []
    for match in _QUOTED.finditer(text):
        group = next(number for number in range(1, 5) if match[number] is not None)
        if _LETTERS.search(match[group]):
            found.append(Quotation(match.start(group), match.end(group), match[group]))
    return tuple(found)


class Quotations:
    """The quotations of an article, each with the sentences in which it stands."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._plain = plain(text)
        self._found = find(text)
        self._spans = spans

    def invented(self, sentence: str) -> list[str]:
        """The quotations of a sentence that the article does not have."""
        return [quotation.text for quotation in find(sentence) if not self._has(quotation)]

    def misattributed(self, sentence: str, tokens: Sequence[Token]) -> list[str]:
        """The speakers that a sentence gives to quotations of others."""
        wrong = []
        for quotation in find(sentence):
            speakers = _speakers(sentence, tokens)
            told = self._told_by(quotation)
            if speakers and told and not any(name in told for name in speakers):
                wrong.append(" ".join(sorted(speakers)))
        return wrong

    @staticmethod
    def told_by_another(tokens: Sequence[Token], support: Sequence[Token]) -> str:
        """The speaker of a sentence without quotation, where its best support has another speaker; else empty."""
        speakers, told = _beside_verb(tokens), _beside_verb(support)
        if not speakers or not told or speakers & told or any(token.key in speakers for token in support):
            return ""
        return " ".join(sorted(speakers))

    def _has(self, quotation: Quotation) -> bool:
        parts = [plain(part) for part in _GAP.split(quotation.text) if part.strip()]
        for words in parts:
            long = len(words.split()) >= _WORDS
            if not (any(words in found.words for found in self._found) or (not long and words in self._plain)):
                return False
        return True

    def _told_by(self, quotation: Quotation) -> frozenset[str]:
        """The words with a capital around the article's quotation, in its sentence or else in those before."""
        for found in self._found:
            if quotation.words not in found.words:
                continue
            rows = [row for row, (start, end) in enumerate(self._spans) if start < found.end and found.start < end]
            if not rows:
                continue
            for first in range(rows[0], max(rows[0] - 4, -1), -1):
                names = self._names(self._spans[first][0], self._spans[rows[-1]][1])
                if names:
                    # "she said": who is meant stands before, and who comes next may be meant too.
                    return names
        return frozenset()

    def _names(self, start: int, end: int) -> frozenset[str]:
        """The words with a capital between two places, outside quotations."""
        quoted = [(found.start, found.end) for found in self._found]
        return frozenset(
            match.group().casefold()
            for match in _CAPITAL_NAME.finditer(self._text, start, end)
            if not any(first <= match.start() < last for first, last in quoted)
            and match.group().casefold() not in {"he", "she", "they", "it", "we", "the", "but", "and", "in"}
        )


def _speakers(sentence: str, tokens: Sequence[Token]) -> frozenset[str]:
    """The words with a capital beside the verb of speech of a sentence, outside quotations."""
    quoted = [(found.start, found.end) for found in find(sentence)]
    outside = [token for token in tokens if not any(start <= token.start < end for start, end in quoted)]
    return _beside_verb(outside, reach=len(outside))


def _beside_verb(tokens: Sequence[Token], reach: int = 3) -> frozenset[str]:
    """The words of the name nearest to a verb of speech, at most `reach` words away."""
    verbs = [index for index, token in enumerate(tokens) if token.key in SPEECH]
    named = [index for index, token in enumerate(tokens) if token.capital and len(token.text) > 1 and token.telling]
    if not verbs or not named:
        return frozenset()
    nearest = min(named, key=lambda index: min(abs(index - verb) for verb in verbs))
    if min(abs(nearest - verb) for verb in verbs) > reach:
        return frozenset()
    run = {nearest}
    for step in (-1, 1):
        index = nearest + step
        while index in named and tokens[index].segment == tokens[nearest].segment:
            run.add(index)
            index += step
    return frozenset(tokens[index].key for index in run)
