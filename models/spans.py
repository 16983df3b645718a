"""From label logits to mentions: the best valid BIO path over the words of a text, as character spans."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.labels import CLASSES, LABELS
from models.protocols import Encoding

_OUTSIDE = LABELS.index("O")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Found:
    """A mention: `text[start:end]` in code points, and how likely each class is (0 to 1; classes left out are 0)."""

    start: int
    end: int
    evidence: Mapping[str, float]

    @property
    def label(self) -> str:
        """The likeliest class; in a tie the first in the alphabet."""
        return min(self.evidence, key=lambda label: (-self.evidence[label], label))


def decode(text: str, encoding: Encoding) -> list[Found]:
    """The mentions of a text in their order, untrimmed; none crosses a blank line."""
    pieces = encoding.pieces
    if not len(pieces):
        return []
    first = np.flatnonzero(pieces.first_of_word())
    last = np.append(first[1:], len(pieces)) - 1
    starts, ends = pieces.starts[first], pieces.ends[last]
    log_odds = _log_softmax(encoding.logits[first])
    chances = np.exp(log_odds)
    fresh = np.ones(len(first), dtype=np.bool_)
    fresh[1:] = [_PARAGRAPH_BREAK.search(text, ends[row], starts[row + 1]) is not None for row in range(len(first) - 1)]
    found = []
    for start, end in _runs(best_path(log_odds, fresh)):
        rows = chances[start:end]
        evidence = {
            name: float(rows[:, [LABELS.index(f"B-{name}"), LABELS.index(f"I-{name}")]].sum(axis=1).mean())
            for name in CLASSES
        }
        found.append(Found(start=int(starts[start]), end=int(ends[end - 1]), evidence=evidence))
    return _joined(text, found)


def _joined(text: str, found: list[Found]) -> list[Found]:
    """Join neighbours of one class with only a blank between: prose puts a comma or a word between two names."""
    joined: list[Found] = []
    for item in found:
        if joined and text[joined[-1].end : item.start] == " " and joined[-1].label == item.label:
            before = joined.pop()
            evidence = {name: (before.evidence[name] + item.evidence[name]) / 2 for name in CLASSES}
            joined.append(Found(start=before.start, end=item.end, evidence=evidence))
        else:
            joined.append(item)
    return joined


def best_path(log_odds: npt.NDArray[np.float32], fresh: npt.NDArray[np.bool_]) -> list[int]:
    """The likeliest label of each word under BIO's rules (Viterbi): an I follows only a B or I of its class.

    `log_odds` is (words, labels); `fresh` is (words,), true where nothing may go on from the word before.
    """
    count = len(LABELS)
    allowed = np.zeros((count, count), dtype=np.float64)
    for row, before in enumerate(LABELS):
        for column, label in enumerate(LABELS):
            if label.startswith("I-") and before[2:] != label[2:]:
                allowed[row, column] = -np.inf
    opening = allowed[_OUTSIDE]
    best = log_odds[0] + opening
    back = np.zeros((len(log_odds), count), dtype=np.int64)
    for word in range(1, len(log_odds)):
        ways = best[:, None] + (opening[None, :] if fresh[word] else allowed)
        back[word] = ways.argmax(axis=0)
        best = ways[back[word], np.arange(count)] + log_odds[word]
    path = [int(best.argmax())]
    for word in range(len(log_odds) - 1, 0, -1):
        path.append(int(back[word, path[-1]]))
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
