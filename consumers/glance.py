"""Tells at a glance the paragraphs that nobody would take for boilerplate: rules and scorer need not look at them.

A regression over single words and a few marks, which costs a tenth of what the patterns cost. Its weights are in
``consumers/scorer/weights.json``, its limit is set where hardly a line of boilerplate is passed over.
"""

import re
from collections.abc import Iterator

from consumers.weights import Weights

_WORD = re.compile(r"[a-z]+")
_MARKS = ':|@©"?!'
_ENDS = ".!?\"'):;,"
_STEP, _MOST = 10, 60


def glance_features(form: str, words: int) -> frozenset[str]:
    """Return what a glance at a line in normal form sees: its words, its marks, its length by tens and its end."""
    lower = form.lower()
    return frozenset((*_WORD.findall(lower), *_shape(lower, words)))


def _shape(lower: str, words: int) -> Iterator[str]:
    yield f"words={min(words, _MOST) // _STEP}"
    yield lower[-1:] if lower.endswith(tuple(_ENDS)) else "open"
    yield from (f"has {mark}" for mark in _MARKS if mark in lower)


def is_plain(form: str, words: int, weights: Weights, below: int) -> bool:
    """Whether a line weighs less than ``below`` (thousandths)."""
    return weights.total(glance_features(form, words)) < below
