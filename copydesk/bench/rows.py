"""The rows of the table. One more is one more `Row` in `rows`; a naive call must give what ours gives, or its note says
what it leaves out.
"""

import subprocess
import sys

import msgspec

from consumers.clean import clean
from consumers.extract import extract  # before trafilatura: it quiets a warning of that import
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


def rows(pages: tuple[RawArticle, ...]) -> tuple[Row, ...]:
    """Return the rows over ``pages``, with the shipped models. Raises ``WeightsError`` and ``Invalid``."""
    encoder = OnnxEncoder()
    tagger, summarizer = NewsTagger(encoder), ExtractiveSummarizer(encoder)
    models = Models(tagger, summarizer, encoder)
    return (
        _page(pages),
        _cleaning(pages),
        _shared_pass(pages, models, encoder, tagger, summarizer),
        _whole_way(pages, models),
        Row(
            name="start of `copydesk --help`",
            ours=lambda: _run("copydesk.main", "--help"),
            unit=Unit.MS,
            note="whole process, interpreter included",
            calls=STARTS,
        ),
        _memory(pages),
    )


def _page(pages: tuple[RawArticle, ...]) -> Row:
    from trafilatura import extract as trafilatura_extract

    return Row(
        name="page to clean article",
        naive=lambda: [trafilatura_extract(page.body) for page in pages],
        ours=lambda: [draft(Given(None, None, page)) for page in pages],
        unit=Unit.MS_PER_ARTICLE,
        note="naive is trafilatura's extract alone: no metadata, cleaning, language or hash",
        articles=len(pages),
    )


def _cleaning(pages: tuple[RawArticle, ...]) -> Row:
    texts = [extract(page).text for page in pages]
    return Row(
        name="cleaning of extracted text",
        ours=lambda: [clean(text) for text in texts],
        unit=Unit.MS_PER_ARTICLE,
        note="the rules alone",
        articles=len(texts),
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


def _memory(pages: tuple[RawArticle, ...]) -> Row:
    given = msgspec.json.encode(pages)
    return Row(
        name="peak memory, page to enriched object",
        ours=lambda: int(_run("copydesk.bench.peak", given=given)),
        unit=Unit.MIB,
        note="resident, of a process that loads the models and enriches all articles",
        articles=len(pages),
    )


def _run(module: str, *arguments: str, given: bytes = b"") -> bytes:
    """Run a module of ours in a process of its own. Raises ``CalledProcessError``; its errors are shown."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout  # noqa: S603
