"""Trains the line scorer: ``python -m copydesk.quality.train_scorer`` writes ``consumers/scorer/weights.json``.

From the labelled paragraphs for development and the banks of lines; the held-out paragraphs and the reserve are not
read. All regressions have an L2 penalty and are fitted by Adam on all examples at once, so the same data give the same
weights. ``--check`` leaves out one writer at a time and prints precision and recall on what that one wrote; nothing is
written.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from consumers.clean import clean
from consumers.line_features import neighbour_features
from consumers.line_scorer import WEIGHTS, LineScorer
from consumers.paragraphs import SEPARATOR
from consumers.weights import Weights
from copydesk.quality.readings import FOLDS, SEED, Article, Reading, glances, load_writers, readings
from copydesk.quality.spans import removed_by
from infra.settings import ROOT

DATA = ROOT / "tests" / "quality" / "data"
EPOCHS, RATE = 200, 0.05
PENALTY = 1.5
LEAST_SEEN = 3
"""Lines that a feature must be found in."""
LEAST_WEIGHT = 100
"""Thousandths. Smaller weights are left out, with no effect that could be measured."""
AT_THE_ENDS, WITHIN, BELIEVED = 0.8, 0.95, 0.2
"""Chosen by what ``--check`` prints, with the injected articles in sight: real ones hold less boilerplate."""
PASSED_OVER = 0.005
"""Share of the boilerplate that the glance may pass over, on articles that it was not fitted on."""

Progress = Callable[[str], None]


def fit(examples: Sequence[Iterable[str]], labels: Sequence[int]) -> Weights:
    """Return the regression that fits the examples."""
    seen = Counter(feature for example in examples for feature in example)
    columns = {name: column for column, name in enumerate(sorted(name for name, n in seen.items() if n >= LEAST_SEEN))}
    pairs = [(row, columns[name]) for row, example in enumerate(examples) for name in example if name in columns]
    rows, cells = (np.array(side, dtype=np.int32) for side in zip(*sorted(pairs), strict=True))
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


def train(articles: Sequence[Article], progress: Progress) -> LineScorer:
    """Return the scorer of some articles."""
    progress("the glance")
    seen = [glances(article) for article in articles]
    glance, plain = _fit_glance(articles, seen)
    rng = random.Random(SEED)  # noqa: S311 -- a sample, no secret
    read = [
        reading
        for article, found in zip(articles, seen, strict=True)
        for reading in readings(article, frozenset(i for i, one in enumerate(found) if glance.total(one) < plain), rng)
    ]
    chances: dict[int, list[float]] = {}
    for fold in range(FOLDS):
        progress(f"lines, fold {fold + 1} of {FOLDS}")
        weights = _fit_lines([reading for reading in read if reading.article.fold != fold])
        chances |= {
            number: reading.chances(weights) for number, reading in enumerate(read) if reading.article.fold == fold
        }
    progress("lines")
    line = _fit_lines(read)
    progress("lines and their neighbours")
    examples, labels = [], []
    for number, reading in enumerate(read):
        for index, found in reading.found.items():
            examples.append(found | neighbour_features(index, chances[number]))
            labels.append(reading.article.labels[index])
    return LineScorer(
        at_the_ends=AT_THE_ENDS, within=WITHIN, believed=BELIEVED, plain=plain,
        glance=glance, line=line, context=fit(examples, labels),
    )  # fmt: skip


def _fit_lines(some: Sequence[Reading]) -> Weights:
    pairs = [(found, reading.article.labels[index]) for reading in some for index, found in reading.found.items()]
    return fit([found for found, _ in pairs], [label for _, label in pairs])


def _fit_glance(articles: Sequence[Article], seen: Sequence[Sequence[frozenset[str]]]) -> tuple[Weights, int]:
    """The glance, and the limit below which lines are plain: found on the articles of each fold in turn."""
    rows = [
        (article.fold, found, label)
        for article, some in zip(articles, seen, strict=True)
        for found, label in zip(some, article.labels, strict=True)
    ]
    totals: list[int] = []
    for fold in range(FOLDS):
        weights = fit([found for at, found, _ in rows if at != fold], [label for at, _, label in rows if at != fold])
        totals += [weights.total(found) for at, found, label in rows if at == fold and label]
    whole = fit([found for _, found, _ in rows], [label for _, _, label in rows])
    return whole, sorted(totals)[int(PASSED_OVER * len(totals))]


def check(writers: Mapping[str, Sequence[Article]], progress: Progress) -> Iterator[tuple[str, float, float]]:
    """Yield precision and recall on what each writer wrote, by a scorer that was fitted on the others."""
    for left_out, articles in writers.items():
        scorer = train([article for name, some in writers.items() if name != left_out for article in some], progress)
        right = taken = wanted = 0
        for article in articles:
            texts = [text for _, text in article.entry.paragraphs]
            removed = removed_by(texts, clean(SEPARATOR.join(texts), scorer=scorer, site=article.site).removed)
            wanted += sum(article.labels)
            taken += sum(rule is not None for rule in removed)
            right += sum(label for rule, label in zip(removed, article.labels, strict=True) if rule)
        yield left_out, right / max(1, taken), right / max(1, wanted)


@click.command()
@click.option("--check", "checking", is_flag=True, help="Leave out one writer at a time; write nothing.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=WEIGHTS, show_default="the shipped file"
)
def main(*, checking: bool, out: Path) -> None:
    """Train the line scorer on the labelled paragraphs for development and the banks of lines."""
    writers = load_writers(DATA)

    def progress(what: str) -> None:
        click.echo(f"fitting {what}", err=True)

    if checking:
        for name, precision, recall in check(writers, progress):
            click.echo(f"{name}: precision {precision:.4f}, recall {recall:.4f}")
        return
    scorer = train([article for articles in writers.values() for article in articles], progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(scorer.data)
    click.echo(
        f"{out}: {len(scorer.line.weights)} + {len(scorer.context.weights)} weights, {out.stat().st_size / 1e3:.0f} kB"
    )


if __name__ == "__main__":
    main()
