"""Weighs the lines that no rule knows: two logistic regressions over ``consumers.line_features``.

The first looks at each line by itself, the second also at what the first made of the lines beside it. Weights are
data, ``consumers/scorer/weights.json``, made by ``python -m copydesk.quality.train_scorer``; its README says from what.
Logistic regression over words and their place is what jusText's and Boilerpipe's features led to (Kohlschuetter et
al., Boilerplate Detection using Shallow Text Features, 2010), without the markup.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import msgspec

from consumers.apply import MAX_CHARACTERS
from consumers.line_features import (
    Article,
    Features,
    chances_known,
    features,
    neighbour_features,
    read_article,
    subject_of,
)
from consumers.places import authors, bounds
from consumers.shape import Hit, Line
from infra.errors import Refused

WEIGHTS = Path(__file__).parent / "scorer" / "weights.json"
RULE = "weighed"
"""The id under which lines are taken out."""
REASON = (
    "lines that read like what stands around articles: their words, their place and what stands beside them weighed"
)
MAX_WORDS = 80
"""Longer paragraphs are body."""
MAX_LINES = 3_000
"""Texts of more are no article's; to weigh them would only take time."""
_TITLE_WORDS = 4
_HOPELESS = 0.05
"""Chance by itself below which no neighbours make a line boilerplate."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One regression, in thousandths: a bias, and a weight for each feature that has one.

    Whole numbers, since floats would add up differently with each order of the features.
    """

    bias: int
    weights: dict[str, int]

    def chance(self, found: Iterable[str]) -> float:
        """Return the probability of boilerplate."""
        total = self.bias + sum(map(self.weights.get, found, repeat(0)))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total / 1000))))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at_the_ends: float
    within: float
    line: Weights
    context: Weights


@dataclass(frozen=True, slots=True)
class LineScorer:
    """Both regressions, and the probabilities from which a line is taken out.

    ``at_the_ends``: before and behind the body. ``within`` it, where an article would lose more, one must be surer.
    ``version`` is a short hash of all of it.
    """

    at_the_ends: float
    within: float
    line: Weights
    context: Weights
    version: str = ""

    @property
    def data(self) -> bytes:
        """The contents as a file, a weight a line."""
        file = _File(self.at_the_ends, self.within, self.line, self.context)
        return msgspec.json.format(msgspec.json.encode(file, order="sorted"), indent=0) + b"\n"

    def take(self, lines: Sequence[Line], hits: list[Hit | None]) -> None:
        """Fill ``hits`` with the lines that weigh enough; what is hit already stays as it is.

        Texts without prose (results, verse, lists), without end, or in other languages than English are left alone.
        """
        if len(lines) > MAX_LINES:
            return
        body = bounds(lines, hits)
        article = read_article(lines, body, authors(lines, hits))
        if not article.english or body.last < 0:
            return
        found: dict[int, Features] = {
            index: features(index, article)
            for index, line in enumerate(lines)
            if not hits[index] and weighable(line) and not (index == 0 and is_title(line, article))
        }
        chances = [0.0] * len(lines)
        for index, own in found.items():
            chances[index] = self.line.chance(own)
        chances = chances_known(hits, chances)
        taken: dict[int, Hit] = {}
        for index, own in found.items():
            if chances[index] < _HOPELESS:
                continue
            chance = self.context.chance((*own, *neighbour_features(index, chances)))
            if chance >= (self.within if body.first <= index <= body.last else self.at_the_ends):
                taken[index] = Hit(RULE, round(chance, 2))
        if any(line.prose and not hits[index] and index not in taken for index, line in enumerate(lines)):
            for index, hit in taken.items():  # else nothing would be left: it is what the text is about
                hits[index] = hit


def weighable(line: Line) -> bool:
    """Whether a line is weighed at all; the others are body, or nothing."""
    return 0 < line.words <= MAX_WORDS and len(line.form) <= MAX_CHARACTERS and not line.plain


def is_title(line: Line, article: Article) -> bool:
    """Whether the first line of a text is its headline: it names what the article goes on to speak of."""
    if line.words < _TITLE_WORDS or not line.headline:
        return False
    subject = subject_of(line.form)
    return 2 * sum(word in article.repeated for word in subject) >= len(subject)


@lru_cache(maxsize=1)
def load_scorer() -> LineScorer:
    """Return the scorer that comes with Copydesk. Raises ``Refused`` where its file is damaged."""
    return read_scorer(WEIGHTS)


def read_scorer(path: Path) -> LineScorer:
    """Return the scorer of a file. Raises ``Refused`` naming what is wrong."""
    try:
        data = path.read_bytes()
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, OSError) as error:
        raise Refused(f"the weights {path.name} cannot be used: {error}; restore them from the repository") from error
    return LineScorer(file.at_the_ends, file.within, file.line, file.context, hashlib.sha256(data).hexdigest()[:12])
