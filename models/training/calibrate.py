"""Fit what a tagger's scores are worth, and write it into its manifest.

`python -m models.training.calibrate --data CORPORA --weights WEIGHTS [--write]`. The table is fitted by isotonic
regression (Zadrozny and Elkan, 2002) over bins of equal size, on every other text that no tagger is trained on; the
reliability that is printed is that of the other half. Each set weighs the same, however many names it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import msgspec
import numpy as np
import numpy.typing as npt

from models.artifacts import Manifest
from models.calibration import UNCALIBRATED, Calibration
from models.encoder import NEWS_TAGGER, OnnxEncoder
from models.protocols import Document
from models.tagger import NewsTagger
from models.training.cases import SENTENCES, Case, load_cases
from models.training.data import CorpusError
from models.training.score import Score
from schemas.articles import Entity

BINS: Final = 10
KNOTS: Final = 14
#: The least scores that are tried.
_LEAST: Final = tuple(step / 100 for step in range(30, 61, 3))

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """Mentions with their scores, whether they are right (0 or 1), and their weights; one row a mention."""

    scores: Floats
    right: Floats
    weights: Floats


def scored(sets: Iterable[Sequence[tuple[Case, tuple[Entity, ...]]]]) -> Scored:
    """Gather the mentions of some sets; those of each set together weigh 1."""
    scores, right, weights = list[float](), list[bool](), list[float]()
    for tagged in sets:
        rows = [(score, span in case.names) for case, entities in tagged for span, score in case.found(entities)]
        scores += [score for score, _ in rows]
        right += [hit for _, hit in rows]
        weights += [1 / max(len(rows), 1)] * len(rows)
    return Scored(np.array(scores), np.array(right, dtype=np.float64), np.array(weights))


def expected_error(found: Scored, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al., 2017) over bins of equal width: 0 is best."""
    if not found.scores.size:
        return 0.0
    which = np.minimum((found.scores * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(which, found.weights * (found.scores - found.right), minlength=bins)
    return float(np.abs(gaps).sum() / found.weights.sum())


def isotonic(values: Floats, weights: Floats) -> Floats:
    """The rising row nearest to `values` by weighted squares: pool adjacent violators (Ayer et al., 1955)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            before = blocks.pop()
            total = before[1] + block[1]
            block = ((before[0] * before[1] + block[0] * block[1]) / total, total, before[2] + block[2])
        blocks.append(block)
    return np.repeat(np.array([value for value, _, _ in blocks]), [count for _, _, count in blocks])


def fit(found: Scored, bins: int = KNOTS) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Knots from raw to calibrated scores: 0 to 0, and the means of bins of equal weight, made to rise."""
    order = np.argsort(found.scores, kind="stable")
    weights = found.weights[order]
    share = np.cumsum(weights) / weights.sum()
    which = np.minimum((share * bins).astype(np.int64), bins - 1)
    mass: Floats = np.bincount(which, weights, minlength=bins).astype(np.float64)
    kept = mass > 0
    raw = np.bincount(which, weights * found.scores[order], minlength=bins)[kept] / mass[kept]
    right = np.bincount(which, weights * found.right[order], minlength=bins)[kept] / mass[kept]
    score = isotonic(right, mass[kept])
    return (0.0, *np.round(raw, 4).tolist()), (0.0, *np.round(score, 4).tolist())


def calibrate(encoder: OnnxEncoder, sets: Mapping[str, Sequence[Case]]) -> tuple[Calibration, str]:
    """A calibration for the encoder's weights, and the report on it: reliability per set, F1 for each least score."""
    encoded = {
        name: [(case, Document(case.text, encoder)) for case in cases]
        for name, cases in sets.items()
        if name != SENTENCES
    }

    def tag(calibration: Calibration) -> dict[str, list[tuple[Case, tuple[Entity, ...]]]]:
        encoder.calibration = calibration
        tagger = NewsTagger(encoder)
        return {name: [(case, tagger.tag(document)) for case, document in some] for name, some in encoded.items()}

    everything = Calibration(raw=UNCALIBRATED.raw, score=UNCALIBRATED.score, least=0.0)
    raw, score = fit(scored(rows[::2] for rows in tag(everything).values()))
    best, lines = 0.0, list[str]()
    least = UNCALIBRATED.least
    tagged = tag(Calibration(raw=raw, score=score, least=0.0))
    for bound in _LEAST:
        figures = {name: _f1(rows, bound) for name, rows in tagged.items()}
        mean = sum(figures.values()) / len(figures)
        lines.append(
            f"least {bound:.2f}: F1 {mean:.2f} ({', '.join(f'{name} {f1:.1f}' for name, f1 in figures.items())})"
        )
        if mean > best:
            best, least = mean, bound
    found = Calibration(raw=raw, score=score, least=least)
    before, after = tag(UNCALIBRATED), tag(found)
    for name in encoded:
        errors = [expected_error(scored([some[name][1::2]])) for some in (before, after)]
        lines.append(f"{name}: expected calibration error {errors[0]:.3f} before, {errors[1]:.3f} after")
    errors = [expected_error(scored(rows[1::2] for rows in some.values())) for some in (before, after)]
    lines.append(f"all, each set alike: {errors[0]:.3f} before, {errors[1]:.3f} after")
    return found, "\n".join(lines)


def _f1(tagged: Sequence[tuple[Case, tuple[Entity, ...]]], least: float) -> float:
    score = Score()
    for case, entities in tagged:
        score.add(case.names, (span for span, _ in case.found(name for name in entities if name.score >= least)))
    return score.f1()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@click.option("--weights", type=click.Path(path_type=Path, file_okay=False, exists=True), default=NEWS_TAGGER)
@click.option("--write", is_flag=True, help="Write the table into the manifest of the weights.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Write it into the manifest in this folder instead: the shipped adapter that WEIGHTS were made of.",
)
def main(data: Path, weights: Path, into: Path | None, *, write: bool) -> None:
    """Fit a calibration for WEIGHTS, print how reliable its scores are, and keep it."""
    sets = load_cases(data)
    if not sets:
        raise CorpusError(f"no corpus at {data}: pass the folder of the corpora as --data")
    found, report = calibrate(OnnxEncoder(weights), sets)
    click.echo(f"{report}\n{msgspec.json.encode(found).decode()}")
    if write or into:
        path = (into or weights) / "manifest.json"
        manifest = msgspec.structs.replace(msgspec.json.decode(path.read_bytes(), type=Manifest), calibration=found)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


if __name__ == "__main__":
    main()
