"""(d) Summaries: ROUGE of ours, of the lead and of the best that sentences can do, on articles summed up by people.

On Wikinews each article is summed up with weights that were fitted to the other ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from copydesk.newsroom.articlefile import BlockKind
from copydesk.newsroom.catalogue import load_articles
from copydesk.quality.edited import edited, measure_headlines
from copydesk.quality.measures import Cell, Context, Measured, Table
from copydesk.quality.rouge import rouge_l, rouge_n
from copydesk.quality.summary_cases import Case, Matrix, Scored, score, text_of, wikinews_cases
from copydesk.quality.train_summaries import fit
from models.choices import FEATURES
from models.encoder import OnnxEncoder
from models.extractive import WEIGHTS

LEAD = 3
"""Sentences of the lead that we are compared with: the first ones, whatever they are."""


@dataclass(frozen=True, slots=True)
class Made:
    """One article's summary by one way of making it."""

    one: float
    two: float
    longest: float
    words: int


def measure(context: Context) -> Measured:
    """Sum up Wikinews (where present), the articles of `edited`, and the demo newsroom with its short standfirsts."""
    encoder = OnnxEncoder()
    found = [tabulate("newsroom", *_with_shipped([score(case, encoder, title=False) for case in newsroom_cases()]))]
    articles = edited(context)
    for name, title in (("edited", False), ("edited-titled", True)):
        found.append(tabulate(name, *_with_shipped([score(one.case(), encoder, title=title) for one in articles])))
    found.append(measure_headlines(articles, encoder))
    skipped: tuple[str, ...] = ()
    cases = wikinews_cases(context)
    if cases:
        with context.counting("summaries of Wikinews", len(cases)) as seen:
            plain, titled = [], []
            for number, case in enumerate(cases, 1):
                plain.append(score(case, encoder, title=False))
                titled.append(score(case, encoder, title=True))
                seen(number)
        weights = [
            fit([one for some in (plain, titled) for at, one in enumerate(some) if at != left_out])
            for left_out in range(len(cases))
        ]
        found.append(tabulate("wikinews", plain, weights))
        found.append(tabulate("wikinews-titled", titled, weights))
    else:
        skipped = ("(d) summaries of Wikinews: ../shared/corpora/news is not here",)
    return Measured(
        tables=tuple(table for one in found for table in one.tables),
        figures={name: value for one in found for name, value in one.figures.items()},
        skipped=skipped,
    )


def newsroom_cases() -> tuple[Case, ...]:
    """The demo newsroom's English articles; the summary is the standfirst that the reporter gave it."""
    return tuple(
        Case(
            id=article.slug,
            title=edition.title,
            text="\n\n".join(block.text for block in edition.blocks if block.kind is BlockKind.PARAGRAPH),
            summaries=(edition.standfirst,),
        )
        for article in load_articles()
        for edition in article.editions[-1:]
        if article.language.startswith("en") and not article.held_back and edition.standfirst
    )


def tabulate(name: str, some: Sequence[Scored], weights: Sequence[Matrix]) -> Measured:
    """Return table and figures of one set; the weights are those of each article."""
    made: dict[str, list[Made]] = {"Copydesk": [], "lead-3": [], "lead, as long": [], "best sentences": []}
    for one, weight in zip(some, weights, strict=True):
        ours = text_of(one.sentences_of(int(np.argmax(one.choices.features @ weight))))
        made["Copydesk"].append(_made(ours, one))
        made["lead-3"].append(_made(text_of(one.sentences[:LEAD]), one))
        made["lead, as long"].append(_made(_as_long(one, len(ours.split())), one))
        made["best sentences"].append(_made(text_of(one.sentences_of(int(np.argmax(one.person)))), one))
    rows: list[tuple[Cell, ...]] = []
    for who, found in made.items():
        gains = [item.one - lead.one for item, lead in zip(found, made["lead-3"], strict=True)]
        rows.append(
            (
                who,
                len(found),
                *(fmean(values) for values in zip(*((m.one, m.two, m.longest) for m in found), strict=True)),
                round(fmean(m.words for m in found)),
                sum(gain > 0 for gain in gains),
                sum(gain < 0 for gain in gains),
            )
        )
    ours_one, lead_one, long_one = (fmean(m.one for m in made[who]) for who in list(made)[:3])
    return Measured(
        tables=(
            Table(
                title=f"(d) Summaries, {name}: ROUGE F1, one summary by a person",
                columns=("by", "n", "R-1", "R-2", "R-L", "words", "better than lead-3", "worse"),
                rows=tuple(rows),
                notes=(
                    "lead, as long: the first sentences that come nearest to our words; best sentences: chosen by R-1",
                    *(("the weights of each article are fitted to the other ones",) if name.startswith("wiki") else ()),
                ),
            ),
        ),
        figures={
            f"summaries.{name}.rouge-1": ours_one,
            f"summaries.{name}.over-lead": ours_one - lead_one,
            f"summaries.{name}.over-lead-as-long": ours_one - long_one,
        },
    )


def _with_shipped(some: list[Scored]) -> tuple[list[Scored], list[Matrix]]:
    shipped = np.array([WEIGHTS[feature] for feature in FEATURES])
    kept = [one for one in some if one.choices.sets]
    return kept, [shipped] * len(kept)


def _made(text: str, one: Scored) -> Made:
    reference = one.case.summaries[0]
    return Made(rouge_n(text, reference, 1), rouge_n(text, reference, 2), rouge_l(text, reference), len(text.split()))


def _as_long(one: Scored, words: int) -> str:
    """The first sentences, as many as come nearest to so many words."""
    texts = [text_of(one.sentences[:count]) for count in range(1, len(one.sentences) + 1)]
    return min(texts, key=lambda text: abs(len(text.split()) - words))
