"""What can be said of each set of sentences that might be a summary: one row of features per set.

Sets, and not sentences one by one, since what makes a summary is the set: what it covers, how long it is. All sets
of at most three of the first `READ` candidates are few enough (298) to look at every one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from models.standing import Candidate, asks
from models.topic import Topic

Matrix = npt.NDArray[np.float64]

#: Candidates looked at, from the top of the article: what is newest and most important stands there.
READ: Final = 12
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


@dataclass(frozen=True, slots=True)
class Choices:
    """The sets and their features: `sets` as numbers of sentences in order, `features` (sets, `FEATURES`)."""

    sets: tuple[tuple[int, ...], ...]
    features: Matrix


def choices(
    candidates: Sequence[Candidate],
    vectors: Matrix,
    topic: Topic,
    *,
    most: int,
    words: int,
) -> Choices:
    """Every set of at most `most` candidates and about `words` words in which none lacks those it comes with.

    `candidates` are those of `readable`, and `vectors` (candidates, width) are unit vectors; `topic` is that of the
    article.
    """
    none = Choices((), np.zeros((0, len(FEATURES))))
    if not candidates:
        return none
    members, chosen = _sets(len(candidates), most)
    lengths = np.array([item.sentence.words for item in candidates], dtype=np.float64)
    totals = chosen @ lengths
    whole = ((chosen @ _needs(candidates) > 0) <= (chosen > 0)).all(axis=1)
    asked = np.array([asks(item.sentence) for item in candidates])
    whole &= ~asked[[first for first, *_ in members]]
    if not whole.any():
        return none
    kept = whole & ((totals <= words) | (chosen.sum(axis=1) == 1))
    if not kept.any():
        kept = whole & (totals == totals[whole].min())
    numbers = [item.index for item in candidates]
    sets = tuple(tuple(numbers[column] for column in members[row]) for row in np.flatnonzero(kept).tolist())
    bags = [topic.words[number] for number in numbers]
    return Choices(sets, _features(bags, chosen[kept], totals[kept], vectors @ vectors.T, topic))


def readable(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first `READ` candidates, without those whose companions are none of them."""
    read = list(candidates[:READ])
    while True:
        numbers = {item.index for item in read}
        closed = [item for item in read if numbers.issuperset(range(item.first, item.last + 1))]
        if len(closed) == len(read):
            return closed
        read = closed


@cache
def _sets(count: int, most: int) -> tuple[tuple[tuple[int, ...], ...], Matrix]:
    """All sets of one to `most` out of `count`: their members, and a row each with 1 for the members."""
    rows = tuple(members for size in range(1, min(most, count) + 1) for members in combinations(range(count), size))
    matrix = np.zeros((len(rows), count))
    for row, members in enumerate(rows):
        matrix[row, list(members)] = 1
    matrix.flags.writeable = False
    return rows, matrix


def _needs(read: Sequence[Candidate]) -> Matrix:
    """1 where the candidate of the row comes only with that of the column."""
    needs = np.eye(len(read))
    for row, item in enumerate(read):
        if item.first < item.last:
            needs[row] = [item.first <= other.index <= item.last for other in read]
    return needs


def _features(bags: Sequence[frozenset[str]], chosen: Matrix, totals: Matrix, cosines: Matrix, topic: Topic) -> Matrix:
    """`bags` holds the words of each candidate, `totals` (sets,) how many each set has in all."""
    members = chosen.sum(axis=1)
    length = np.log(np.maximum(totals, 1) / _LENGTH)
    # The squared length of a sum of unit vectors is their number plus twice the sum of the cosines of their pairs.
    squared = ((chosen @ cosines) * chosen).sum(axis=1)
    pairs = members * (members - 1)
    columns = (
        chosen @ (1 / np.sqrt(np.arange(1, len(bags) + 1))),
        _covered(chosen, bags, list(topic.keywords), list(topic.keywords.values())),
        _covered(chosen, bags, sorted(topic.title)),
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
    share: Matrix = np.minimum(chosen @ has, 1.0) @ weight / weight.sum()
    return share
