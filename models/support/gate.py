"""The gate: each written sentence is held against the article, and passes with the sentences that support it."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from models.sentences import Sentence, split
from models.support import amounts, moments, negation, roles
from models.support.amounts import Amount
from models.support.moments import Moment
from models.support.proper import Names
from models.support.quotations import Quotations, plain
from models.support.quotations import find as find_quotations
from models.support.tokens import Token, cut

#: Finds the (start, end) of names in a text, in code points: the tagger.
FindNames = Callable[[str], Iterable[tuple[int, int]]]

#: Sentences of the article that may support one written sentence, which may have been put together from several.
_SUPPORTS: Final = 4
#: A sentence shares at least this part of its words, by weight, with those that support it.
_SHARED: Final = 0.3
#: Its best support has at least so many of its telling words: single ones can be gathered from anywhere.
_TOGETHER: Final = 2
#: From this part on, a sentence and its support say the same, so that they must name the same speaker.
_WELL_SHARED: Final = 0.6
#: A further supporting sentence adds at least this part.
_ADDED: Final = 0.12


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a sentence. It passes if there are no `reasons`.

    `reasons` are pairs: what is wrong (`name`, `number`, `time`, `negation`, `roles`, `quote`, `speaker`, `support`)
    and the words. `supported_by` are the article's sentences that support it, the best first.
    """

    reasons: tuple[tuple[str, str], ...]
    supported_by: tuple[Sentence, ...]

    @property
    def passes(self) -> bool:
        """Whether all that it says was found in the article."""
        return not self.reasons


def _read(text: str) -> "_Read":
    found = moments.find(text)
    return _Read(text, cut(text), amounts.find(text, found), found)


class _Read:
    """A sentence with its words, numbers and times."""

    def __init__(
        self, text: str, tokens: tuple[Token, ...], numbers: tuple[Amount, ...], times: tuple[Moment, ...]
    ) -> None:
        self.text, self.tokens, self.amounts, self.moments = text, tokens, numbers, times
        self.stems = frozenset(token.stem for token in tokens if token.telling)

    def has_amount(self, amount: Amount) -> bool:
        return any(amount.agrees(told) for told in self.amounts) or (
            amount.kind == "number" and not amount.unit and amount.value in moments.years(self.moments)
        )

    def has_moment(self, moment: Moment) -> bool:
        return any(moment.agrees(told) for told in self.moments)


class Gate:
    """Judges sentences written about one article.

    `find_names` is the tagger; without it names are found by their capitals alone.
    """

    def __init__(
        self, text: str, sentences: Sequence[Sentence] | None = None, find_names: FindNames | None = None
    ) -> None:
        self._sentences = tuple(split(text) if sentences is None else sentences)
        self._find_names = find_names
        self._read = [_read(sentence.text) for sentence in self._sentences]
        self._names = Names(text, [read.tokens for read in self._read])
        self._quotations = Quotations(text, [(sentence.start, sentence.end) for sentence in self._sentences])
        self._verbatim = {plain(sentence.text): sentence for sentence in reversed(self._sentences)}
        self._currencies = amounts.currencies(text)
        counts = Counter(stem for read in self._read for stem in read.stems)
        self._weights = {stem: math.log(1 + len(self._read) / count) for stem, count in counts.items()}
        self._new_weight = math.log(1 + len(self._read))

    def judge(self, sentence: str) -> Judgement:
        """Hold a sentence against the article."""
        as_it_stands = self._verbatim.get(plain(sentence))
        if as_it_stands is not None:
            return Judgement((), (as_it_stands,))
        read = _read(sentence)
        if not read.stems and not read.amounts:
            return Judgement((("support", sentence),), ())
        chosen, shared = self._supports(read)
        supports = [self._read[row] for row in chosen]
        reasons = [("name", name) for name in self._unknown_names(read)]
        reasons += self._numbers(read, supports)
        reasons += self._times(read, supports)
        reasons += [("quote", quotation) for quotation in self._quotations.invented(sentence)]
        reasons += [("speaker", name) for name in self._quotations.misattributed(sentence, read.tokens)]
        if supports and shared >= _WELL_SHARED and not find_quotations(sentence):
            speaker = Quotations.told_by_another(read.tokens, supports[0].tokens)
            reasons += [("speaker", speaker)] if speaker else []
        reasons += self._statements(read, chosen)
        if shared < _SHARED:
            reasons.append(("support", f"{shared:.0%} of its words"))
        elif not self._holds_together(read, chosen[0]):
            reasons.append(("support", "its words stand apart in the article"))
        return Judgement(tuple(dict.fromkeys(reasons)), tuple(self._sentences[row] for row in chosen))

    def _unknown_names(self, read: _Read) -> list[str]:
        taken = [(found.start, found.end) for found in read.amounts]
        taken += [(found.start, found.end) for found in read.moments]
        skip = frozenset(token.start for token in read.tokens for start, end in taken if start <= token.start < end)
        opened = {quotation.start for quotation in find_quotations(read.text)}
        starts = frozenset(
            token.start
            for index, token in enumerate(read.tokens)
            if index == 0
            or read.text[: token.start].rstrip(" \"“‘'")[-1:] in {".", ":", "?", "!"}
            or token.start in opened
        )
        tagged = tuple(self._find_names(read.text)) if self._find_names else ()
        return self._names.unknown(read.tokens, tagged, skip, starts, read.text)

    def _numbers(self, read: _Read, supports: Sequence[_Read]) -> list[tuple[str, str]]:
        reasons = [("number", unit) for unit in amounts.currencies(read.text) - self._currencies]
        for amount in read.amounts:
            words = read.text[amount.start : amount.end]
            told = [support for support in self._read if support.has_amount(amount)]
            if not any(support in told for support in supports) and not self._beside(read, amount, told):
                reasons.append(("number", words))
            elif not _is_year(amount) and self._misplaced(read, amount):
                reasons.append(("roles", words))
        return reasons

    def _beside(self, read: _Read, amount: Amount, told: Sequence[_Read]) -> bool:
        """Whether a sentence with the number, though no support, shares a word with what stands beside it."""
        near = {token.stem for token in read.tokens if token.telling and abs(token.start - amount.end) < 40}
        return any(near & support.stems for support in told)

    def _times(self, read: _Read, supports: Sequence[_Read]) -> list[tuple[str, str]]:
        reasons = []
        for moment in read.moments:
            words = read.text[moment.start : moment.end]
            best = supports[0] if supports else None
            others = best and [told for told in best.moments if told.kind == moment.kind]
            if not any(support.has_moment(moment) for support in self._read) or (
                best and others and not best.has_moment(moment) and not any(s.has_moment(moment) for s in supports)
            ):
                reasons.append(("time", words))
        return reasons

    def _misplaced(self, read: _Read, amount: Amount) -> bool:
        anchor = [token for token in read.tokens if amount.start <= token.start < amount.end]
        if not anchor:
            return False
        segments = {token.segment for token in anchor}
        beside = [
            other
            for other in read.amounts
            if other is not amount and any(t.start == other.start and t.segment in segments for t in read.tokens)
        ]
        places = [[(t.start, t.end) for t in told.amounts if amount.agrees(t)] for told in self._read]
        rivals = [
            [
                (rival.start, rival.end)
                for rival in told.amounts
                if rival.kind == amount.kind
                and not amount.agrees(rival)
                and not any(other.agrees(rival) for other in beside)
            ]
            for told in self._read
        ]
        return roles.misplaced(anchor, read.tokens, [told.tokens for told in self._read], places=places, rivals=rivals)

    def _statements(self, read: _Read, chosen: Sequence[int]) -> list[tuple[str, str]]:
        supports = [self._read[row].tokens for row in chosen]
        others = [other.tokens for row, other in enumerate(self._read) if row not in chosen]
        reasons = []
        if word := negation.flipped(read.tokens, supports, others):
            reasons.append(("negation", word))
        if verb := roles.swapped(read.tokens, supports):
            reasons.append(("roles", verb))
        return reasons

    def _holds_together(self, read: _Read, best: int) -> bool:
        """Whether a sentence says one thing: it has half of its words but once, and one support has several of them."""
        telling = [token.stem for token in read.tokens if token.telling]
        together = len(read.stems & self._read[best].stems)
        return 2 * len(read.stems) > len(telling) and together >= min(_TOGETHER, len(read.stems))

    def _supports(self, read: _Read) -> tuple[list[int], float]:
        """The rows of the sentences that cover most of a sentence, the best first, and how much they cover together."""
        weights = {stem: self._weights.get(stem, self._new_weight) for stem in read.stems}
        total = sum(weights.values()) + 2.0 * (len(read.amounts) + len(read.moments))
        left = set(read.stems)
        facts: set[Amount | Moment] = {*read.amounts, *read.moments}
        chosen: list[int] = []
        covered = 0.0
        while len(chosen) < min(_SUPPORTS, len(self._read)):
            gains = {}
            for row, told in enumerate(self._read):
                if row not in chosen:
                    gains[row] = sum(weights[stem] for stem in left & told.stems) + 2.0 * len(_told(facts, told))
            best = max(gains, key=lambda row: (gains[row], -row))
            if not gains[best] or (chosen and gains[best] < _ADDED * total):
                break
            chosen.append(best)
            covered += gains[best]
            left -= self._read[best].stems
            facts -= _told(facts, self._read[best])
        return chosen, covered / total if total else 0.0


def _told(facts: set[Amount | Moment], told: _Read) -> set[Amount | Moment]:
    return {fact for fact in facts if (told.has_amount(fact) if isinstance(fact, Amount) else told.has_moment(fact))}


def _is_year(amount: Amount) -> bool:
    return amount.kind == "number" and not amount.unit and 1500 <= amount.value < 2200
