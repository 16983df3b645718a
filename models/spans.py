"""From label logits to mentions: the best valid BIO path over the words of a text, as character spans."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.labels import CLASSES, LABELS
from models.protocols import Encoding
from models.speakers import PRIOR, speakers

Logits = npt.NDArray[np.float32]

_OUTSIDE = LABELS.index("O")
_BEGIN = tuple(LABELS.index(f"B-{name}") for name in CLASSES)
_INSIDE = tuple(LABELS.index(f"I-{name}") for name in CLASSES)
_SPEAKS, _SPEAKS_ON = LABELS.index("B-ORG"), LABELS.index("I-ORG")
#: Nothing goes on over a blank line, over a dash between blanks, or over the hyphen behind a dateline in capitals.
_BREAK = re.compile(r"\n[^\S\n]*\n|(?<=\s)[–—](?=\s)|(?<=[^\W\d_a-z]{3} |..\) )-(?= )")
#: A name that ends in one of these goes on: "Bank of| England".
_GOES_ON = re.compile(r" (?:of|of the|for|for the|and|de|du)\Z")
_CAPITALISED = re.compile(r"(?: [A-ZÀ-Þ][\w'’-]+){1,3}")
_LONGEST_TAIL = len(" for the")


@dataclass(frozen=True, slots=True)
class Found:
    """A mention: `text[start:end]` in code points, and how likely each class is (0 to 1; classes left out are 0)."""

    start: int
    end: int
    evidence: Mapping[str, float]

    @property
    def label(self) -> str:
        """The likeliest class; in a tie the one given first."""
        return max(self.evidence, key=self.evidence.__getitem__)


def decode(text: str, encoding: Encoding) -> list[Found]:
    """The mentions of a text in their order, untrimmed; none crosses a blank line."""
    pieces = encoding.pieces
    if not len(pieces):
        return []
    first = np.flatnonzero(pieces.first_of_word())
    last = np.append(first[1:], len(pieces)) - 1
    starts, ends = pieces.starts[first], pieces.ends[last]
    log_odds = _log_softmax(_with_speakers(text, encoding.logits[first], starts))
    chances = np.exp(log_odds)
    # Sums from the first word on, so that those of a mention are one difference.
    sums = np.zeros((len(first) + 1, len(CLASSES)), dtype=np.float64)
    np.cumsum(chances[:, _BEGIN] + chances[:, _INSIDE], axis=0, out=sums[1:])
    fresh = np.zeros(len(first), dtype=np.bool_)
    fresh[0] = True
    breaks = np.searchsorted(ends, [match.end() for match in _BREAK.finditer(text)], side="right")
    fresh[breaks[breaks < len(first)]] = True
    found = []
    for start, end in _runs(best_path(log_odds, fresh)):
        means = ((sums[end] - sums[start]) / (end - start)).tolist()
        evidence = dict(zip(CLASSES, means, strict=True))
        found.append(Found(start=int(starts[start]), end=int(ends[end - 1]), evidence=evidence))
    return _joined(text, found)


def _with_speakers(text: str, logits: Logits, starts: npt.NDArray[np.integer]) -> Logits:
    """The logits of the words, (words, labels), with what is known of those who are said to speak."""
    spans = list(speakers(text))
    if not spans:
        return logits
    raised = logits.copy()
    for begin, end in spans:
        words = np.arange(*np.searchsorted(starts, (begin, end)))
        raised[words[:1], _SPEAKS] += PRIOR
        raised[words[1:], _SPEAKS_ON] += PRIOR
    return raised


def _joined(text: str, found: list[Found]) -> list[Found]:
    """Join neighbours of one class with only a blank between: prose puts a comma or a word between two names.

    A name that stops at "of" is joined to what follows, and has its class; to words that nobody took for a name, too.
    """
    joined: list[Found] = []
    for item in found:
        before = joined[-1] if joined else None
        if before is not None and text[before.end : item.start] == " ":
            if _goes_on(text, before):
                joined[-1] = Found(start=before.start, end=item.end, evidence=before.evidence)
                continue
            if before.label == item.label:
                evidence = {name: (before.evidence[name] + item.evidence[name]) / 2 for name in CLASSES}
                joined[-1] = Found(start=before.start, end=item.end, evidence=evidence)
                continue
        joined.append(item)
    for place, item in enumerate(joined):
        rest = _CAPITALISED.match(text, item.end) if _goes_on(text, item) else None
        bound = joined[place + 1].start if place + 1 < len(joined) else len(text)
        if rest and rest.end() <= bound:
            joined[place] = Found(start=item.start, end=rest.end(), evidence=item.evidence)
    return joined


def _goes_on(text: str, item: Found) -> bool:
    return _GOES_ON.search(text, max(item.start, item.end - _LONGEST_TAIL), item.end) is not None


def best_path(log_odds: npt.NDArray[np.float32], fresh: npt.NDArray[np.bool_]) -> list[int]:
    """The likeliest label of each word under BIO's rules (Viterbi): an I follows only a B or I of its class.

    `log_odds` is (words, labels); `fresh` is (words,), true where nothing may go on from the word before. The rules
    forbid and weigh nothing, so where the likeliest labels of a stretch obey them they are its best path.
    """
    path = log_odds.argmax(axis=1)
    before = np.append(_OUTSIDE, path[:-1])
    before[fresh] = _OUTSIDE
    broken = np.zeros(len(path), dtype=np.bool_)
    for begin, inside in zip(_BEGIN, _INSIDE, strict=True):
        broken |= (path == inside) & (before != begin) & (before != inside)
    opens = np.flatnonzero(fresh)
    closes = np.append(opens[1:], len(path))
    for stretch in np.unique(np.searchsorted(opens, np.flatnonzero(broken), side="right") - 1):
        part = slice(int(opens[stretch]), int(closes[stretch]))
        path[part] = _viterbi(log_odds[part].tolist())
    result: list[int] = path.tolist()
    return result


def _viterbi(rows: list[list[float]]) -> list[int]:
    """The best path of one stretch, which no name enters or leaves."""
    best = [-np.inf if label in _INSIDE else score for label, score in enumerate(rows[0])]
    back: list[list[int]] = []
    for row in rows[1:]:
        top = max(range(len(best)), key=best.__getitem__)
        came, now = [top] * len(best), [best[top] + score for score in row]
        for begin, inside in zip(_BEGIN, _INSIDE, strict=True):
            came[inside] = begin if best[begin] >= best[inside] else inside
            now[inside] = best[came[inside]] + row[inside]
        back.append(came)
        best = now
    path = [max(range(len(best)), key=best.__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


def _runs(path: list[int]) -> Iterator[tuple[int, int]]:
    """The (first, one past last) word of each name on a valid BIO path."""
    start: int | None = None
    for word, label in enumerate([*path, _OUTSIDE]):
        if start is not None and not LABELS[label].startswith("I-"):
            yield start, word
            start = None
        if LABELS[label].startswith("B-"):
            start = word


def _log_softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: npt.NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
