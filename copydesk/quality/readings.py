"""Articles as the line scorer meets them: what rules say of their lines, what features hold, and the truth."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consumers.apply import apply_rules
from consumers.glance import glance_features
from consumers.line_features import Features, features, read_article
from consumers.line_scorer import weighable
from consumers.places import authors, bounds
from consumers.repeats import pull_quotes
from consumers.rulepack import load_rules
from consumers.sections import find_sections
from consumers.shape import Hit, Line, read_lines
from consumers.site import Site
from consumers.weights import Weights
from copydesk.quality.banks import Body, load_bank, load_bodies, put_together
from copydesk.quality.paragraphs import BODY, Entry, load_entries
from models.training.marked import NEWS, read_articles

SEED, FOLDS = 13, 4
DEVELOPMENT = "paragraphs/dev*.yaml"
LINES, BODIES, TALK = "banks/lines-*.yaml", "bodies-", "banks/bodies-talk.yaml"
DROPPED = 0.4
"""Share of the rules' hits that are hidden in a second reading of each article: on new articles the rules know less."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article for training, and the fold that it belongs to: no line of it stands in another fold."""

    entry: Entry
    fold: int

    @property
    def labels(self) -> tuple[int, ...]:
        """1 for each paragraph that must go, 0 for the others."""
        return tuple(int(label != BODY) for label, _ in self.entry.paragraphs)

    @property
    def site(self) -> Site:
        """What its paper is called."""
        return Site.of(self.entry.host)

    def lines(self) -> list[Line]:
        """Its paragraphs, none of them plain."""
        return read_lines([text for _, text in self.entry.paragraphs], frozenset(), site=self.site)


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as the scorer would meet it; ``found`` holds the features of the lines that are weighed."""

    article: Article
    lines: Sequence[Line]
    hits: Sequence[Hit | None]
    sure: frozenset[int]
    found: dict[int, Features]

    def chances(self, weights: Weights) -> list[float]:
        """Return the chance of each line by itself; of those that are not weighed, what the rules say."""
        return [
            weights.chance(self.found[index]) if index in self.found else float(hit is not None)
            for index, hit in enumerate(self.hits)
        ]


def glances(article: Article) -> list[frozenset[str]]:
    """Return what a glance sees of each line."""
    return [glance_features(line.form, line.words) for line in article.lines()]


def readings(article: Article, plain: frozenset[int], rng: random.Random) -> Iterator[Reading]:
    """Read an article twice: with all that is known, and with the paper unknown and part of the rules' hits hidden."""
    texts = [text for _, text in article.entry.paragraphs]
    forms = iter(range(len(texts)))
    lines = read_lines(texts, frozenset(), lambda _form, _words: next(forms) in plain, article.site)
    hits: list[Hit | None] = [None] * len(lines)
    pack = load_rules()
    sure = set[int]()
    for start, section in find_sections(lines, pack):
        hits[start:] = [Hit(section.id, section.score)] * (len(hits) - start)
        sure.update(range(start, len(lines)))
    apply_rules(lines, hits, pack)
    for index, hit in pull_quotes(lines, hits):
        hits[index] = hit
        sure.add(index)
    yield _reading(article, lines, hits, frozenset(sure))
    lines = [replace(line, named="") for line in lines]
    yield _reading(article, lines, [hit if rng.random() >= DROPPED else None for hit in hits], frozenset())


def _reading(article: Article, lines: Sequence[Line], hits: list[Hit | None], sure: frozenset[int]) -> Reading:
    read = read_article(lines, bounds(lines, hits), authors(lines, hits))
    found = {
        index: features(index, read, hits[index])
        for index, line in enumerate(lines)
        if index not in sure and weighable(line)
    }
    return Reading(article, lines, hits, sure, found)


def load_writers(data: Path) -> dict[str, list[Article]]:
    """Return the articles for training, by who wrote them: files of labelled paragraphs, and banks of lines."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample, no secret
    writers = {
        path.stem: [Article(entry, number % FOLDS) for number, entry in enumerate(load_entries(path))]
        for path in sorted(data.glob(DEVELOPMENT))
    }
    banks = sorted(data.glob(LINES))
    plain = [*_ordinary(), *(body for path in sorted(data.glob(TALK)) for body in load_bodies(path))]
    for number, path in enumerate(banks):
        name = path.stem.removeprefix("lines-")
        bank = load_bank(path)
        own = path.with_name(f"{BODIES}{name}.yaml")
        bodies = [*(load_bodies(own) if own.exists() else ()), *plain[number :: len(banks)]]
        writers[name] = [
            Article(entry, fold)
            for fold in range(FOLDS)
            for entry in put_together(bodies[fold::FOLDS], bank.part(fold, FOLDS), rng)
        ]
    return writers


def _ordinary() -> Iterator[Body]:
    """Ordinary news, as most of it is: the paragraphs of prose that were written for the tagger."""
    for path in sorted(NEWS.glob("*.txt")):
        for number, article in enumerate(read_articles(path)):
            prose = tuple(marked.text for marked in article if read_lines([marked.text], frozenset())[0].prose)
            if prose:
                yield Body(f"{path.stem}-{number}", prose)
