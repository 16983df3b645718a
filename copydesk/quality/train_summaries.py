"""Fits the weights of the extractive summary: `python -m copydesk.quality.train_summaries` prints them.

For each article the sets of sentences get chances by the softmax of their scores, and these are brought near the
chances that their ROUGE-1 gives them (listwise ranking, Cao et al. 2007), with an L2 penalty: six numbers, a convex
problem, and so always the same ones. Every article is seen with its title and without.
"""

import sys
from collections.abc import Sequence

import click
import numpy as np

from copydesk.quality.measures import Context
from copydesk.quality.summary_cases import Matrix, Scored, score, wikinews_cases
from models.choices import FEATURES
from models.encoder import OnnxEncoder

TEMPERATURE = 6.0
"""Points of ROUGE-1 that make a set e times as likely."""
PENALTY = 4.0
_ROUNDS = 50


def fit(some: Sequence[Scored]) -> Matrix:
    """Return the weight of each feature, by Newton's method."""
    spread = np.vstack([one.choices.features - one.choices.features.mean(axis=0) for one in some]).std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    rows = [one.choices.features / spread for one in some]
    wanted = [_chances(one.all / TEMPERATURE) for one in some]
    weights = np.zeros(len(FEATURES))
    for _ in range(_ROUNDS):
        slope = PENALTY * weights
        curve = PENALTY * np.eye(len(FEATURES))
        for features, want in zip(rows, wanted, strict=True):
            have = _chances(features @ weights)
            mean = have @ features
            slope = slope + mean - want @ features
            curve += (features * have[:, None]).T @ features - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        weights = weights - step * min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    result: Matrix = weights / spread
    return result


def _chances(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max())
    result: Matrix = raised / raised.sum()
    return result


@click.command()
def main() -> None:
    """Fit the weights on the Wikinews articles and print them for `models/extractive.py`."""
    cases = wikinews_cases(Context())
    if not cases:
        raise click.ClickException("../shared/corpora/news is not here: nothing to fit to")
    encoder = OnnxEncoder()
    some = [score(case, encoder, title=title) for title in (False, True) for case in cases]
    for name, weight in zip(FEATURES, fit(some), strict=True):
        click.echo(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    sys.exit(main())
