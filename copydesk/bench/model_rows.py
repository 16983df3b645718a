"""The rows of the models: what our engines cost against torch with the same weights, and an article by its length."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.bench.articles import PageSet
from copydesk.bench.measure import Offer, Row, Skipped, Unit
from copydesk.bench.outputs import labels, one_pass
from copydesk.bench.rows import memory, run_module
from copydesk.filters.source import Given
from copydesk.filters.verbs import draft
from copydesk.preflight import install_remedy, missing_modules
from models.encoder import MODEL_FILE, NEWS_TAGGER, TOKENIZER_FILE, OnnxEncoder
from models.factory import Models, load
from models.hub.generate import BEAMS

if TYPE_CHECKING:
    from copydesk.bench.naive import TorchPasses
    from copydesk.bench.sized import Writers

REFERENCE_WORDS = 500
"""Words of the reference article; most news is about as long."""
READ_PIECES = 685
"""Word pieces that the models that write read."""
LENGTHS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 20_000, 100_000)
"""Words of the articles of the curve."""
NAIVE_UP_TO = 2_000
"""Words: torch is not measured on longer articles, for the time it takes."""
SLOW = 3
"""Rounds at most, of rows whose calls take about a second."""
SLOWEST = 1
"""Rounds of rows whose calls take many seconds; the samples of one another differ by a few percent."""

SHARED = "names, sentence vectors, article vector"
TOKENS = "token classification, bert-base size"
WRITTEN = "generated summary, BART size"
START = "start to the first short article"


def model_offers(pages: PageSet, folder: Path) -> tuple[Offer, ...]:
    """Return all rows of the models, on the English text of ``pages``. Models made for them lie in ``folder``.

    Making a row raises ``WeightsError``, ``ModelError`` and ``Invalid``.
    """
    made = _Made(pages, folder)
    beams = ((1, "greedy"), (BEAMS, f"{BEAMS} beams"))
    return (
        Offer(SHARED, lambda: _shared_pass(made)),
        Offer(TOKENS, lambda: _tokens(made)),
        *(Offer(f"{WRITTEN}, {name}", partial(_written, made, count, name)) for count, name in beams),
        Offer("peak memory, page to enriched object", lambda: memory(pages.pages)),
        Offer(START, _start),
        *(Offer(_length_name(words), partial(_length, made, words), of_curve=True) for words in LENGTHS),
    )


def article_of(texts: tuple[str, ...], words: int) -> str:
    """Return an article of so many words: the texts one after another, from the first again where they end."""
    paragraphs = [paragraph.split() for text in texts for paragraph in text.split("\n\n") if paragraph.strip()]
    article: list[str] = []
    for paragraph in cycle(paragraphs):
        article.append(" ".join(islice(paragraph, words)))
        words -= len(paragraph)
        if words <= 0:
            return "\n\n".join(article)
    raise ValueError("there is no text to make an article of: give pages with English articles")


class _Made:
    """What several rows share, each made when the first of them asks for it."""

    def __init__(self, pages: PageSet, folder: Path) -> None:
        self._pages = pages
        self.folder = folder

    @cached_property
    def texts(self) -> tuple[str, ...]:
        articles = [draft(Given(None, None, page)).article for page in self._pages.pages]
        return tuple(article.text for article in articles if article.language.code == "en")

    @cached_property
    def reference(self) -> str:
        return article_of(self.texts, REFERENCE_WORDS)

    @cached_property
    def models(self) -> Models:
        return load()

    @cached_property
    def shipped_in_torch(self) -> "TorchPasses | None":
        if missing_modules("torch"):
            return None
        from copydesk.bench.naive import TorchPasses
        from models.training.restore import restore

        return TorchPasses(restore(NEWS_TAGGER / MODEL_FILE), NEWS_TAGGER / TOKENIZER_FILE)

    @cached_property
    def writers(self) -> "Writers":
        from copydesk.bench.sized import distilbart, writers

        with _quiet():
            return writers(distilbart(), self.folder, pieces=READ_PIECES)


def _shared_pass(made: _Made) -> Row:
    naive, encoder, text = made.shipped_in_torch, OnnxEncoder(), made.reference
    return Row(
        name=SHARED,
        naive=partial(naive.three_passes, text) if naive else None,
        ours=partial(one_pass, encoder, text),
        unit=Unit.MS_PER_ARTICLE,
        note=f"one int8 pass{_beside('three fp32 passes of torch padded to 512, the same weights', naive)}; "
        f"{REFERENCE_WORDS} words; goal: 18x",
    )


def _tokens(made: _Made) -> Row | Skipped:
    if remedy := _lacking("torch"):
        return Skipped(name=TOKENS, remedy=remedy)
    from copydesk.bench.naive import TorchPasses
    from copydesk.bench.sized import bert, bert_base

    with _quiet():
        network, encoder = bert(bert_base(), made.folder)
    naive, text = TorchPasses(network, NEWS_TAGGER / TOKENIZER_FILE), made.reference
    return Row(
        name=TOKENS,
        naive=lambda: labels(naive.encode(text)),
        ours=lambda: labels(encoder.encode(text)),
        unit=Unit.MS_PER_ARTICLE,
        note="ONNX Runtime int8 in windows, against one fp32 pass of torch padded to 512; the same random weights; "
        f"{REFERENCE_WORDS} words; at most {SLOW} rounds; goal: 3x",
        most_rounds=SLOW,
    )


def _written(made: _Made, beams: int, how: str) -> Row | Skipped:
    name = f"{WRITTEN}, {how}"
    if remedy := _lacking("torch", "ctranslate2"):
        return Skipped(name=name, remedy=remedy)
    from copydesk.bench.sized import WRITTEN as LENGTH

    both = made.writers
    return Row(
        name=name,
        naive=partial(both.transformers, both.text, beams),
        ours=partial(both.ctranslate2[beams], both.text),
        unit=Unit.MS_PER_ARTICLE,
        note=f"CTranslate2 int8, against transformers' generate in fp32; the same random weights; {READ_PIECES} pieces "
        f"read, {LENGTH} written; {SLOWEST} round, no warm-up; goal: {'10x' if beams == 1 else '7x'}, both against "
        f"{BEAMS} beams",
        most_rounds=SLOWEST,
        warm=True,
    )


def _start() -> Row:
    return Row(
        name=START,
        ours=lambda: run_module("copydesk.bench.ready"),
        unit=Unit.MS,
        note="whole process: interpreter, models loaded and checked, one article of 60 words analysed; goal: under 3 s",
        calls=SLOW,
        most_rounds=SLOW,
    )


def _length_name(words: int) -> str:
    return f"article of {words:,} words"


def _length(made: _Made, words: int) -> Row:
    text, models = article_of(made.texts, words), made.models
    naive = made.shipped_in_torch if words <= NAIVE_UP_TO else None
    truncated = "text-truncated" in models.analyse(text).flags
    return Row(
        name=_length_name(words),
        naive=partial(naive.three_passes, text) if naive else None,
        ours=partial(models.analyse, text),
        unit=Unit.MS_PER_ARTICLE,
        note="names, summary and headline"
        + (_beside("three fp32 passes of torch and nothing else", naive) if words <= NAIVE_UP_TO else "")
        + ("; the end is left unread" if truncated else ""),
        most_rounds=SLOW,
        words=words,
    )


def _beside(what: str, naive: object) -> str:
    """What ours is compared with, or how to get it."""
    return f", against {what}" if naive else f"; to measure torch beside it, {install_remedy('torch')}"


def _lacking(*extras: str) -> str:
    """What to do for missing extras; empty where none is."""
    return "; ".join(install_remedy(extra) for extra in extras if missing_modules(extra))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep converters from talking between our own lines: they warn of what does not matter here."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
