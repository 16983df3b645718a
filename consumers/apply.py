"""The rules for paragraphs, tried in their order: first those that hold anywhere, then inwards from both ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from consumers.places import Bounds, authors, bounds, places, shape
from consumers.rulepack import NEEDS, Place, Rule, RulePack, Scope, score
from consumers.shape import Hit, Line

MAX_CHARACTERS = 900
"""Longer paragraphs are body: no rule takes so many words."""
_MAX_HEADLINES = 14
_ROUNDS = 2
"""What a scored rule takes may move the ends, and so be a cue for another."""

Hits = list[Hit | None]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What the patterns alone say of a line: the rules that match, and the sums of the scored rules."""

    rules: tuple[Rule, ...] = ()
    scored: tuple[tuple[int, float], ...] = ()


_NONE = _Candidate()


def apply_rules(lines: Sequence[Line], hits: Hits, pack: RulePack) -> None:
    """Fill ``hits`` with what the rules take; what is hit already stays as it is."""
    passes = _Passes(lines, hits, pack)
    passes.rules(passes.busy, ("anywhere",))
    for _ in range(_ROUNDS):
        passes.from_the_ends()
        passes.scored()
    passes.from_the_ends()


def meaning(line: Line, pack: RulePack) -> Rule | None:
    """Return the rule by which a line says something of the article, whoever takes it out: credit, byline, stamp."""
    return next((rule for rule in _candidate(line, pack).rules if rule.keep or rule.stamp), None)


def _candidate(line: Line, pack: RulePack) -> _Candidate:
    form = line.form
    if not form or line.plain or len(form) > MAX_CHARACTERS:
        return _NONE
    matched = pack.matcher.matches(form, line.words)
    guarded = pack.guards.matches(form, line.words) if matched else matched
    rules = tuple(pack.rules[i] for i in sorted(matched - guarded) if line.words <= pack.rules[i].max_words)
    sums: dict[int, float] = {}
    for cue in pack.cues.matches(form, line.words):
        number, weight = pack.weights[cue]
        sums[number] = sums.get(number, 0.0) + weight
    scored = tuple(
        (number, total)
        for number, total in sorted(sums.items())
        if pack.scored[number].min_words <= line.words <= pack.scored[number].max_words
        and total + sum(weight for weight in pack.placed[number].values() if weight > 0) >= NEEDS
    )
    return _Candidate(rules, scored) if rules or scored else _NONE


class _Passes:
    """One article on its way through the rules."""

    def __init__(self, lines: Sequence[Line], hits: Hits, pack: RulePack) -> None:
        self._lines, self._hits, self._pack = lines, hits, pack
        self._candidates = [_NONE if hit else _candidate(line, pack) for line, hit in zip(lines, hits, strict=True)]
        self._body, self._names = Bounds(0, 0), frozenset[str]()
        self._shapes: dict[int, frozenset[Place]] = {}
        self.busy = [index for index, candidate in enumerate(self._candidates) if candidate is not _NONE]

    def from_the_ends(self) -> None:
        """Try the rules for the head and for the tail, line by line until prose stays."""
        ways: tuple[tuple[Iterable[int], tuple[Scope, ...]], ...] = (
            (range(len(self._lines)), ("head", "ends")),
            (reversed(range(len(self._lines))), ("tail", "ends")),
        )
        self._look_round()
        left = sum(line.prose and not hit for line, hit in zip(self._lines, self._hits, strict=True))
        for way, scopes in ways if left else ():
            for index in way:
                prose = self._lines[index].prose
                if "head" in scopes:
                    self._body = Bounds(index + (not prose), self._body.last)
                else:
                    self._body = Bounds(self._body.first, index - (not prose))
                if prose and not self._hits[index] and left == 1:
                    break  # What is all there is of an article is no footer of one.
                if self._candidates[index] is not _NONE and not self._hits[index]:
                    self.rules((index,), scopes)
                    self._scored(index, scopes)
                    left -= prose and self._hits[index] is not None
                if prose and not self._hits[index]:
                    break

    def rules(self, indices: Iterable[int], scopes: Sequence[Scope]) -> None:
        """Try the rules of one pattern on some lines."""
        hits = self._hits
        for index in indices:
            for rule in self._candidates[index].rules:
                if hits[index] or rule.scope not in scopes:
                    continue
                below = self._headlines(index) if rule.headlines != "no" else []
                if rule.headlines == "must" and not below:
                    continue
                for hit in (index, *below):
                    hits[hit] = Hit(rule.id, rule.score, rule.keep, rule.stamp)

    def scored(self) -> None:
        """Try the scored rules that hold anywhere."""
        self._look_round()
        for index in self.busy:
            if not self._hits[index]:
                self._scored(index, ("anywhere",))

    def _scored(self, index: int, scopes: Sequence[Scope]) -> None:
        rules = [(self._pack.scored[i], self._pack.placed[i], total) for i, total in self._candidates[index].scored]
        rules = [entry for entry in rules if entry[0].scope in scopes]
        if self._hits[index] or not rules:
            return
        found = self._places(index)
        # Exact, since the order of a set of strings differs from process to process.
        sums = [(fsum((total, *(placed.get(place, 0.0) for place in found))), rule) for rule, placed, total in rules]
        total, rule = max(sums, key=lambda entry: entry[0])
        if total >= NEEDS:
            self._hits[index] = Hit(rule.id, score(total), rule.keep)

    def _places(self, index: int) -> frozenset[Place]:
        if index not in self._shapes:
            self._shapes[index] = shape(index, self._lines)
        return self._shapes[index].union(places(index, self._lines, self._hits, self._body, self._names))

    def _look_round(self) -> None:
        """Find out anew where the body begins and ends, and who wrote it."""
        self._body, self._names = bounds(self._lines, self._hits), authors(self._lines, self._hits)

    def _headlines(self, heading: int) -> list[int]:
        """Return the lines below a heading that read like headlines."""
        found = []
        for index in range(heading + 1, min(heading + 1 + _MAX_HEADLINES, len(self._lines))):
            if self._hits[index] or self._candidates[index].rules or not self._lines[index].headline:
                break
            found.append(index)
        return found
