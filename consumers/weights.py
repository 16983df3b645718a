"""A logistic regression over named features, with whole numbers for weights."""

import math
from collections.abc import Iterable
from itertools import repeat

import msgspec


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bias, and a weight for each feature that has one, in thousandths.

    Whole numbers, since floats would add up differently with each order of the features.
    """

    bias: int
    weights: dict[str, int]

    def total(self, found: Iterable[str]) -> int:
        """Return the sum for the features that hold, each given once."""
        return self.bias + sum(map(self.weights.get, found, repeat(0)))

    def chance(self, found: Iterable[str]) -> float:
        """Return the probability of boilerplate."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.total(found) / 1000))))
