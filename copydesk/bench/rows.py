"""The rows of the table, all of them. One more is one more `Row`; a naive call must give what ours gives, or its note
says what it leaves out.
"""

import subprocess
import sys
from collections.abc import Sequence

import msgspec

from copydesk.bench.articles import PageSet
from copydesk.bench.clean_rows import clean_rows
from copydesk.bench.measure import Row, Unit
from copydesk.filters.source import Given
from copydesk.filters.verbs import draft, enriching
from copydesk.main import ROOT
from models.encoder import OnnxEncoder
from models.extractive import ExtractiveSummarizer
from models.factory import Models
from models.protocols import Document
from models.tagger import NewsTagger
from schemas.articles import RawArticle
from schemas.codec import encode

STARTS = 5
"""Samples a round of a process's start, which varies most."""


def rows(sets: Sequence[PageSet]) -> tuple[Row, ...]:
    """Return all rows, with the shipped models: those of cleaning over all sets, the others over the first.

    Raises ``WeightsError`` and ``Invalid``.
    """
    name, pages = sets[0].name, sets[0].pages
    encoder = OnnxEncoder()
    tagger, summarizer = NewsTagger(encoder), ExtractiveSummarizer(encoder)
    models = Models(tagger, summarizer, encoder)
    of_models = (
        _shared_pass(pages, models, encoder, tagger, summarizer),
        _whole_way(pages, models),
        memory(pages),
    )
    return (
        *clean_rows(sets),
        *(msgspec.structs.replace(row, article_set=name) for row in of_models),
        Row(
            name="start of `copydesk --help`",
            ours=lambda: run_module("copydesk.main", "--help"),
            unit=Unit.MS,
            note="whole process, interpreter included",
            calls=STARTS,
        ),
    )


def _shared_pass(
    pages: tuple[RawArticle, ...],
    models: Models,
    encoder: OnnxEncoder,
    tagger: NewsTagger,
    summarizer: ExtractiveSummarizer,
) -> Row:
    articles = [draft(Given(None, None, page)).article for page in pages]
    texts = [article.text for article in articles if tagger.reads(article.language.code)]

    def apart(text: str) -> tuple[object, ...]:
        names, summary, headline = (Document(text, encoder) for _ in range(3))
        return tagger.tag(names), summarizer.summarize(summary), summarizer.headline(headline)

    def shared(text: str) -> tuple[object, ...]:
        found = models.analyse(text)
        return found.entities, found.summary, found.headline_summary

    return Row(
        name="names, summary and headline",
        naive=lambda: [apart(text) for text in texts],
        ours=lambda: [shared(text) for text in texts],
        unit=Unit.MS_PER_ARTICLE,
        note="one encoder pass for all three, against one for each with the same int8 weights; English articles",
        articles=len(texts),
    )


def _whole_way(pages: tuple[RawArticle, ...], models: Models) -> Row:
    enrich = enriching(models)
    return Row(
        name="page to enriched object",
        ours=lambda: [encode(enrich(Given(None, None, page))) for page in pages],
        unit=Unit.ARTICLES_PER_S,
        note="one process, no broker and no store",
        articles=len(pages),
    )


def memory(pages: tuple[RawArticle, ...]) -> Row:
    """Return the row of what an enrich process has resident at most, over these pages."""
    given = msgspec.json.encode(pages)
    return Row(
        name="peak memory, page to enriched object",
        ours=lambda: int(run_module("copydesk.bench.peak", given=given)),
        unit=Unit.MIB,
        note="resident, of a process that loads the models and enriches all articles",
        articles=len(pages),
    )


def run_module(module: str, *arguments: str, given: bytes = b"") -> bytes:
    """Run a module of ours in a process of its own. Raises ``CalledProcessError``; its errors are shown."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout  # noqa: S603
