"""What can be said of each set of sentences that might be a summary: one row of features per set.

Sets, and not sentences one by one, since what makes a summary is the set: what it covers, how long it is. All sets
of at most three of the first `READ` candidates are few enough (298) to look at every one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from models.sentences import Sentence
from models.standing import Candidate, asks

Matrix = npt.NDArray[np.float64]

#: Candidates looked at, from the top of the article: what is newest and most important stands there.
READ: Final = 12
#: Words of the article, the most frequent first, that a summary could cover.
_KEYWORDS: Final = 25
#: Words of a summary from which its length is measured; the weights say how much it may differ.
_LENGTH: Final = 50

#: The columns of `Choices.features`, in order.
FEATURES: Final = (
    "place",  # sum of 1 / sqrt(rank of the sentence among the candidates)
    "covers",  # share of the article's keywords, weighed by the log of the sentences they are in, that the set has
    "covers_title",  # share of the content words of the title that the set has; 0 without a title
    "alike",  # mean cosine between the sentences of the set, by the encoder
    "length",  # log of the words over _LENGTH
    "length_squared",
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_COMMON = frozenset(
    """a about above after again against all also although am an and any are aren't as at back be because been before
    being below between both but by came can can't come could couldn't did didn't do does doesn't doing don't
    down during each even every few first for from further get go going got had hadn't has hasn't have haven't
    having he he's her here hers herself him himself his how however i i'm i've if in into is isn't it it's its
    itself just last later like made make many may me might more most much must my myself new no nor not now of
    off on once one only or other our ours out over own put said same say says see she should since so some
    still such take than that that's the their theirs them themselves then there these they they're this those
    three through time to told too two under until up upon us very was wasn't way we were weren't what when
    where which while who whom whose why will with within without won't would year years yet you your""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Choices:
    """The sets and their features: `sets` as numbers of sentences in order, `features` (sets, `FEATURES`)."""

    sets: tuple[tuple[int, ...], ...]
    features: Matrix


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about: no function words, case folded, without a possessive."""
    found = (word.casefold().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text))
    return frozenset(word for word in found if word not in _COMMON and (len(word) > 1 or word.isdigit()))


def choices(
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    vectors: Matrix,
    *,
    most: int,
    words: int,
    title: str | None = None,
) -> Choices:
    """Every set of at most `most` candidates and about `words` words in which none lacks those it comes with.

    `vectors` (sentences, width) are unit vectors.
    """
    read = _closed(candidates[:READ])
    if not read:
        return Choices((), np.zeros((0, len(FEATURES))))
    chosen = _sets(len(read), most)
    lengths = np.array([item.sentence.words for item in read], dtype=np.float64)
    members = chosen @ np.ones(len(read))
    totals = chosen @ lengths
    needs = _needs(read)
    whole = ((chosen @ needs > 0) <= (chosen > 0)).all(axis=1)
    asked = np.array([asks(item.sentence) for item in read])
    whole &= ~asked[(chosen > 0).argmax(axis=1)]
    if not whole.any():
        return Choices((), np.zeros((0, len(FEATURES))))
    kept = whole & ((totals <= words) | (members == 1))
    if not kept.any():
        kept = whole & (totals == totals[whole].min())
    chosen = chosen[kept]
    numbers = [item.index for item in read]
    features = _features(sentences, read, chosen, vectors, title)
    sets = tuple(tuple(numbers[column] for column in np.flatnonzero(row)) for row in chosen)
    return Choices(sets, features)


def _closed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates whose companions are candidates, too."""
    read = list(candidates)
    while True:
        numbers = {item.index for item in read}
        closed = [item for item in read if numbers.issuperset(range(item.first, item.last + 1))]
        if len(closed) == len(read):
            return closed
        read = closed


@cache
def _sets(count: int, most: int) -> Matrix:
    """All sets of one to `most` out of `count`, a row each: 1 for the members."""
    rows = [members for size in range(1, min(most, count) + 1) for members in combinations(range(count), size)]
    matrix = np.zeros((len(rows), count))
    for row, members in enumerate(rows):
        matrix[row, list(members)] = 1
    return matrix


def _needs(read: Sequence[Candidate]) -> Matrix:
    """1 where the candidate of the row comes only with that of the column."""
    return np.array([[float(item.first <= other.index <= item.last) for other in read] for item in read])


def _features(
    sentences: Sequence[Sentence],
    read: Sequence[Candidate],
    chosen: Matrix,
    vectors: Matrix,
    title: str | None,
) -> Matrix:
    bags = [content_words(item.sentence.text) for item in read]
    numbers = [item.index for item in read]
    counts = Counter(word for item in sentences for word in content_words(item.text))
    keywords = sorted(((float(np.log(count)), word) for word, count in counts.items()), reverse=True)[:_KEYWORDS]
    members = chosen.sum(axis=1)
    totals = chosen @ np.array([item.sentence.words for item in read], dtype=np.float64)
    length = np.log(np.maximum(totals, 1) / _LENGTH)
    # The squared length of a sum of unit vectors is their number plus twice the sum of the cosines of their pairs.
    squared = ((chosen @ vectors[numbers]) ** 2).sum(axis=1)
    pairs = members * (members - 1)
    columns = (
        chosen @ (1 / np.sqrt(np.arange(1, len(read) + 1))),
        _covered(chosen, bags, [word for _, word in keywords], [weight for weight, _ in keywords]),
        _covered(chosen, bags, sorted(content_words(title or ""))),
        np.divide(squared - members, pairs, out=np.zeros_like(pairs), where=pairs > 0),
        length,
        length**2,
    )
    return np.stack(columns, axis=1)


def _covered(
    chosen: Matrix, bags: Sequence[frozenset[str]], words: Sequence[str], weights: Sequence[float] | None = None
) -> Matrix:
    """The share of some words that each set has; zeros where there are no words."""
    weight = np.ones(len(words)) if weights is None else np.array(weights)
    if weight.sum() <= 0:
        return np.zeros(len(chosen))
    has = np.array([[word in bag for word in words] for bag in bags], dtype=np.float64)
    share: Matrix = ((chosen @ has) > 0) @ weight / weight.sum()
    return share
