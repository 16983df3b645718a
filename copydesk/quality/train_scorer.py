"""Trains the line scorer: ``python -m copydesk.quality.train_scorer`` writes ``consumers/scorer/weights.json``.

From the labelled paragraphs for development alone; the held-out ones and the reserve are not read. Both regressions
have an L2 penalty and are fitted by Adam on all examples at once, so the same data give the same weights. ``--check``
leaves out one file of paragraphs at a time and prints precision and recall on it; nothing is written.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from consumers.apply import apply_rules
from consumers.line_features import Features, chances_known, features, neighbour_features, read_article
from consumers.line_scorer import WEIGHTS, LineScorer, Weights, weighable
from consumers.places import authors, bounds
from consumers.repeats import pull_quotes
from consumers.rulepack import load_rules
from consumers.sections import find_sections
from consumers.shape import Hit, Line, read_lines
from copydesk.quality.paragraphs import BODY, Entry, load_entries
from infra.settings import ROOT

FOLDER = ROOT / "tests" / "quality" / "data" / "paragraphs"
DEVELOPMENT = "dev*.yaml"
SEED, FOLDS, EPOCHS, RATE = 13, 5, 300, 0.05
PENALTY = 0.3
LEAST_SEEN = 3
"""Lines that a feature must be found in."""
LEAST_WEIGHT = 60
"""Thousandths. Smaller weights are left out, with no effect that could be measured."""
DROPPED = 0.4
"""Share of the rules' hits that are hidden in a second reading of each article: on new articles the rules know less."""
AT_THE_ENDS, WITHIN = 0.9, 0.98
"""Chosen where, over the files left out in turn, one in ten lines taken at the ends or within stays wrong."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as the scorer would meet it, with the truth: 1 for boilerplate."""

    lines: Sequence[Line]
    hits: Sequence[Hit | None]
    found: dict[int, Features]
    labels: tuple[int, ...]


def readings(entry: Entry, rng: random.Random) -> Iterable[Reading]:
    """Read an article twice: with all that the rules take, and with a part of it hidden."""
    lines = read_lines([text for _, text in entry.paragraphs], frozenset())
    hits: list[Hit | None] = [None] * len(lines)
    pack = load_rules()
    for start, section in find_sections(lines, pack):
        hits[start:] = [Hit(section.id, section.score)] * (len(hits) - start)
    apply_rules(lines, hits, pack)
    for index, hit in pull_quotes(lines, hits):
        hits[index] = hit
    labels = tuple(int(label != BODY) for label, _ in entry.paragraphs)
    for known in (hits, [hit if rng.random() >= DROPPED else None for hit in hits]):
        article = read_article(lines, bounds(lines, known), authors(lines, known))
        found = {index: features(index, article) for index, line in enumerate(lines) if weighable(line)}
        yield Reading(lines, known, found, labels)


def fit(examples: Sequence[Iterable[str]], labels: Sequence[int]) -> Weights:
    """Return the regression that fits the examples."""
    seen = Counter(feature for example in examples for feature in example)
    columns = {name: column for column, name in enumerate(sorted(name for name, n in seen.items() if n >= LEAST_SEEN))}
    pairs = [(row, columns[name]) for row, example in enumerate(examples) for name in example if name in columns]
    rows, cells = (np.array(side, dtype=np.int64) for side in zip(*sorted(pairs), strict=True))
    truth = np.array(labels, dtype=np.float64)
    weights, mean, square = (np.zeros(len(columns) + 1) for _ in range(3))
    for step in range(1, EPOCHS + 1):
        sums = np.bincount(rows, weights[cells], minlength=len(truth)) + weights[-1]
        error = 1 / (1 + np.exp(-sums)) - truth
        slope = np.append(np.bincount(cells, error[rows], minlength=len(columns)) + PENALTY * weights[:-1], error.sum())
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    thousandths = [round(1000 * float(weight)) for weight in weights]
    return Weights(
        bias=thousandths[-1],
        weights={name: thousandths[at] for name, at in columns.items() if abs(thousandths[at]) >= LEAST_WEIGHT},
    )


def train(groups: Sequence[Sequence[Reading]]) -> LineScorer:
    """Return the scorer of some articles, each a group of readings."""
    outside = [chance for fold in range(FOLDS) for chance in _outside(groups, fold)]
    chances = dict(outside)
    flat = [(number, reading) for number, group in enumerate(groups) for reading in group]
    first = _fit_lines([reading for _, reading in flat])
    examples, labels = [], []
    for position, (_, reading) in enumerate(flat):
        known = chances_known(reading.hits, chances[position])
        for index, found in reading.found.items():
            examples.append(found | neighbour_features(index, known))
            labels.append(reading.labels[index])
    return LineScorer(at_the_ends=AT_THE_ENDS, within=WITHIN, line=first, context=fit(examples, labels))


def _outside(groups: Sequence[Sequence[Reading]], fold: int) -> Iterable[tuple[int, list[float]]]:
    """The first regression's chances for the articles of a fold, fitted on the others."""
    weights = _fit_lines([r for number, group in enumerate(groups) if number % FOLDS != fold for r in group])
    position = 0
    for number, group in enumerate(groups):
        for reading in group:
            if number % FOLDS == fold:
                yield position, line_chances(reading, weights)
            position += 1


def line_chances(reading: Reading, weights: Weights) -> list[float]:
    """Return the chance of each line by itself; 0 for those that are not weighed."""
    return [
        weights.chance(reading.found[index]) if index in reading.found else 0.0 for index in range(len(reading.lines))
    ]


def _fit_lines(some: Sequence[Reading]) -> Weights:
    pairs = [(found, reading.labels[index]) for reading in some for index, found in reading.found.items()]
    return fit([found for found, _ in pairs], [label for _, label in pairs])


def _files() -> dict[str, list[list[Reading]]]:
    rng = random.Random(SEED)  # noqa: S311 -- a sample, no secret
    return {
        path.stem: [list(readings(entry, rng)) for entry in load_entries(path)]
        for path in sorted(FOLDER.glob(DEVELOPMENT))
    }


def _check(files: dict[str, list[list[Reading]]]) -> None:
    for left_out, articles in files.items():
        scorer = train([group for name, groups in files.items() if name != left_out for group in groups])
        right = taken = wanted = 0
        for group in articles:
            hits = list(group[0].hits)
            scorer.take(group[0].lines, hits)
            wanted += sum(group[0].labels)
            taken += sum(hit is not None for hit in hits)
            right += sum(label for hit, label in zip(hits, group[0].labels, strict=True) if hit)
        click.echo(f"{left_out}: precision {right / max(1, taken):.4f}, recall {right / wanted:.4f}")


@click.command()
@click.option("--check", is_flag=True, help="Cross-validate over the files; write nothing.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=WEIGHTS, show_default="the shipped file"
)
def main(*, check: bool, out: Path) -> None:
    """Train the line scorer on the labelled paragraphs for development."""
    files = _files()
    if check:
        _check(files)
        return
    scorer = train([group for groups in files.values() for group in groups])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(scorer.data)
    click.echo(
        f"{out}: {len(scorer.line.weights)} + {len(scorer.context.weights)} weights, {out.stat().st_size / 1e3:.0f} kB"
    )


if __name__ == "__main__":
    main()
