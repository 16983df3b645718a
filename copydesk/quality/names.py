"""(d) Names: exact spans against what people marked, and whether scores can be believed.

Web text and headlines are third-party (`../shared/corpora/ner`), read where present and only counted; the news articles
are the project's own, the tenth of them that no tagger is trained on. The entities of the Wikinews articles were
derived by a program: silver, to compare one version with the next, no more.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from copydesk.quality.measures import Cell, Context, Measured, Table, share
from copydesk.wiring import models_dir
from infra.errors import Refused
from infra.settings import load
from models.engines import Tier
from models.errors import NotPulledError, WeightsError
from models.labels import CLASSES
from models.protocols import Document
from models.tagger import NewsTagger
from models.tiers import load_encoder
from models.training.calibrate import expected_error, scored
from models.training.cases import ARTICLES, HEADLINES, SENTENCES, WEB, Case, load_cases
from models.training.data import CorpusError
from models.training.score import Score
from schemas.articles import Entity

SILVER: Final = "Wikinews, silver"
WIKINEWS: Final = "news/wikinews_gum_train.jsonl"
SETS: Final = {
    WEB: "ewt",
    HEADLINES: "headlines",
    SENTENCES: "news-sentences",
    ARTICLES: "news-articles",
    SILVER: "wikinews-silver",
}
"""The sets in their order, and what their figures are called."""

Tagged = Sequence[tuple[Case, tuple[Entity, ...]]]


def silver(path: Path) -> list[Case]:
    """Return the Wikinews articles with the people, organisations and places that their annotation implies."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        names = {(name["start"], name["end"], name["label"]) for name in given["entities"] if name["label"] in CLASSES}
        cases.append(Case(given["text"], frozenset(names)))
    return cases


def load_sets(context: Context) -> tuple[dict[str, list[Case]], tuple[str, ...]]:
    """Return the sets that are here, and why the others are not. Raises ``Refused`` where a file is damaged."""
    try:
        sets = load_cases(context.corpora / "ner")
    except CorpusError as error:
        raise Refused(f"the names cannot be measured: {error}") from error
    if (context.corpora / WIKINEWS).is_file():
        sets[SILVER] = silver(context.corpora / WIKINEWS)
    missing = tuple(f"(d) names, {name}: its corpus is not here" for name in SETS if name not in sets)
    return {name: sets[name] for name in SETS if name in sets}, missing


def measure(context: Context) -> Measured:
    """Tag every set as the product does with the tier `fast`, each text alone, and score it."""
    return _measure(context, "names", "fast")


def measure_quality(context: Context) -> Measured:
    """As ``measure``, with the tier `quality` where it was pulled."""
    return _measure(context, "names-quality", "quality")


def _measure(context: Context, measure_name: str, tier: Tier) -> Measured:
    try:
        encoder = load_encoder(tier, models_dir(load()))
    except (NotPulledError, WeightsError) as error:
        return Measured(tables=(), figures={}, skipped=(f"(d) names with the tier {tier}: {error}",))
    sets, missing = load_sets(context)
    tagger = NewsTagger(encoder)
    tagged: dict[str, Tagged] = {}
    with context.counting(f"names, {tier}", sum(map(len, sets.values()))) as seen:
        done = 0
        for name, cases in sets.items():
            rows = []
            for case in cases:
                rows.append((case, tagger.tag(Document(case.text, encoder))))
                done += 1
                seen(done)
            tagged[name] = rows
    found = tabulate(tagged, measure_name, tier)
    return Measured(tables=found.tables if sets else (), figures=found.figures, skipped=missing)


def tabulate(sets: Mapping[str, Tagged], measure_name: str = "names", tier: Tier = "fast") -> Measured:
    """Return the table and the figures of what a tagger made of each set."""
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for name, tagged in sets.items():
        score = Score()
        for case, entities in tagged:
            score.add(case.names, (span for span, _ in case.found(entities)))
        error = expected_error(scored([tagged]))
        for label in ("all", *CLASSES):
            labels = () if label == "all" else (label,)
            right, found, true = score.counts(*labels)
            f1 = score.f1(*labels) / 100
            figures[f"{measure_name}.{SETS[name]}.{label.lower()}"] = f1
            own = error if label == "all" and name != SILVER else None
            rows.append((name, label, true, found, share(right, found), share(right, true), f1, own))
        if name != SILVER:
            figures[f"{measure_name}.{SETS[name]}.reliability"] = 1 - error
    return Measured(
        tables=(
            Table(
                title=f"(d) Names with the tier {tier}, exact spans with their labels",
                columns=("texts", "label", "true", "found", "precision", "recall", "F1", "calibration error"),
                rows=tuple(rows),
                notes=(
                    "calibration error: expected difference between a score and the share that is right (ECE, 10 bins)",
                    "headlines: half of Broad Twitter's news part, kept out of training, handles and links ignored",
                    "own news: every tenth of the articles written for Copydesk, kept out of training",
                    "silver: marked by a program in another way; only to compare one version with the next",
                ),
            ),
        ),
        figures=figures,
    )
