"""Weighs the lines of an article: two logistic regressions over ``consumers.line_features``, behind a glance.

The first looks at each line by itself, the second also at what the first made of the lines beside it. What the rules
say of a line is weighed with the rest, so that one that mistakes the article for boilerplate is overruled. Weights are
data, ``consumers/scorer/weights.json``, made by ``python -m copydesk.quality.train_scorer``; its README says from what.
Logistic regression over words and their place is what jusText's and Boilerpipe's features led to (Kohlschuetter et
al., Boilerplate Detection using Shallow Text Features, 2010), without the markup.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from consumers.apply import MAX_CHARACTERS
from consumers.glance import is_plain
from consumers.line_features import (
    Article,
    Features,
    features,
    neighbour_features,
    read_article,
    subject_of,
)
from consumers.places import Bounds, authors, bounds
from consumers.shape import WEIGHED, Hit, Line
from consumers.weights import Weights
from infra.errors import Refused

WEIGHTS = Path(__file__).parent / "scorer" / "weights.json"
REASON = (
    "lines that read like what stands around articles: their words, their place and what stands beside them weighed"
)
MAX_WORDS = 60
"""Longer paragraphs are body."""
MAX_LINES = 3_000
"""Texts of more are no article's; to weigh them would only take time."""
_TITLE_WORDS = 4
_HOPELESS = 0.05
"""Chance by itself below which no neighbours make a line boilerplate."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at_the_ends: float
    within: float
    believed: float
    plain: int
    glance: Weights
    line: Weights
    context: Weights


@dataclass(frozen=True, slots=True)
class LineScorer:
    """The regressions, and the probabilities from which a line is taken out.

    ``at_the_ends``: before and behind the body. ``within`` it, where an article would lose more, one must be surer.
    ``believed``: that of a line which a rule takes. ``plain``: thousandths below which the ``glance`` lets a line pass.
    ``version`` is a short hash of all of it.
    """

    at_the_ends: float
    within: float
    believed: float
    plain: int
    glance: Weights
    line: Weights
    context: Weights
    version: str = ""

    @property
    def data(self) -> bytes:
        """The contents as a file, a weight a line."""
        file = _File(self.at_the_ends, self.within, self.believed, self.plain, self.glance, self.line, self.context)
        return msgspec.json.format(msgspec.json.encode(file, order="sorted"), indent=0) + b"\n"

    def is_plain(self, form: str, words: int) -> bool:
        """Whether nobody would take a line for boilerplate, see ``consumers.glance``."""
        return is_plain(form, words, self.glance, self.plain)

    def weigh(self, lines: Sequence[Line], hits: list[Hit | None], sure: frozenset[int]) -> None:
        """Fill ``hits`` with the lines that weigh enough, and take back those of the rules that weigh too little.

        What is hit at ``sure`` stays as it is. Texts without prose (results, verse, lists), without end, or in other
        languages than English are left alone.
        """
        if len(lines) > MAX_LINES:
            return
        body = bounds(lines, hits)
        article = read_article(lines, body, authors(lines, hits))
        if not article.english or body.last < 0:
            return
        found: dict[int, Features] = {
            index: features(index, article, hits[index])
            for index, line in enumerate(lines)
            if index not in sure and weighable(line) and not (index == 0 and is_title(line, article))
        }
        self._decide(lines, hits, body, found)

    def _decide(
        self, lines: Sequence[Line], hits: list[Hit | None], body: Bounds, found: Mapping[int, Features]
    ) -> None:
        chances = [float(hit is not None) for hit in hits]
        for index, own in found.items():
            chances[index] = self.line.chance(own)
        taken: dict[int, Hit] = {}
        for index, own in found.items():
            if chances[index] < _HOPELESS and not hits[index]:
                continue
            chance = self.context.chance((*own, *neighbour_features(index, chances)))
            if hits[index] and chance < self.believed:
                hits[index] = None
            elif not hits[index] and chance >= (self.within if body.first <= index <= body.last else self.at_the_ends):
                taken[index] = Hit(WEIGHED, round(chance, 2))
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
    return LineScorer(
        file.at_the_ends, file.within, file.believed, file.plain, file.glance, file.line, file.context,
        hashlib.sha256(data).hexdigest()[:12],
    )  # fmt: skip
