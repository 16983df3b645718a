"""ROUGE (Lin 2004), F1 of one summary against one reference, in points from 0 to 100.

Words are runs of ASCII letters and digits in lower case, without stemming, as the package `rouge-score` cuts them by
default; tests hold cases counted by hand.
"""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words that ROUGE compares."""
    return _WORD.findall(text.lower())


def rouge_n(summary: str | Sequence[str], reference: str | Sequence[str], n: int = 1) -> float:
    """F1 of the n-grams that both have, each counted as often as it is in both (ROUGE-N)."""
    ours, theirs = _grams(_words(summary), n), _grams(_words(reference), n)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(summary: str | Sequence[str], reference: str | Sequence[str]) -> float:
    """F1 of the longest common subsequence of words over the whole text (ROUGE-L, not split into sentences)."""
    ours, theirs = _words(summary), _words(reference)
    row = [0] * (len(theirs) + 1)
    for word in ours:
        diagonal = 0
        for column, other in enumerate(theirs, 1):
            above = row[column]
            row[column] = diagonal + 1 if word == other else max(above, row[column - 1])
            diagonal = above
    return _f1(row[-1], len(ours), len(theirs))


def _words(text: str | Sequence[str]) -> Sequence[str]:
    return words(text) if isinstance(text, str) else text


def _grams(found: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(found[start : start + n]) for start in range(len(found) - n + 1))


def _f1(common: int, ours: int, theirs: int) -> float:
    return 200 * common / (ours + theirs) if common else 0.0
