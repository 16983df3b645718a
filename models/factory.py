"""Puts the models together: one encoder pass a document, whoever asks for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from models import languages
from models.engines import DEFAULT, Choice
from models.lead import LeadSummarizer
from models.protocols import Analysis, Document, Encoder, Summarizer, Tagger
from models.tiers import load_encoder
from schemas.articles import Entity, ModelRef, Summary

if TYPE_CHECKING:
    from models.hub.generate import Generator

#: The names of the shipped models; any other name is a hub id or a local folder.
BUILTIN: Final = "builtin"
EXTRACTIVE: Final = "extractive"

#: Flags that `Models.analyse` sets.
CASE_LOST: Final = "case-lost"
LANGUAGE_NOT_READ: Final = "language-not-read"
LANGUAGE_UNKNOWN: Final = "language-unknown"
TEXT_TRUNCATED: Final = "text-truncated"
SUMMARY_CUT: Final = "summary-cut"
SUMMARY_REPLACED: Final = "summary-replaced"

#: The method of a summary that a model wrote.
ABSTRACTIVE: Final = "abstractive"


class Models:
    """A tagger and a summariser over one shared encoder. One thread at a time."""

    def __init__(self, tagger: Tagger, summarizer: Summarizer, encoder: Encoder | None = None) -> None:
        self._tagger = tagger
        self._summarizer = summarizer
        self._encoder = encoder
        self._lead = LeadSummarizer()

    @property
    def provenance(self) -> tuple[ModelRef, ...]:
        """Every model that takes part, each once."""
        references: list[ModelRef] = []
        for reference in (*self._tagger.references, *self._summarizer.references):
            if reference not in references:
                references.append(reference)
        return tuple(references)

    def analyse(self, text: str, language: str = "en", *, title: str | None = None) -> Analysis:
        """Names, summary and headline summary of a text, with one encoder pass.

        `language` is an ISO 639-1 code, or `und` where it could not be told. The title, where there is one, helps to
        choose the summary. Empty text gives an empty result.
        """
        document = Document(text, self._encoder, title=title)
        flags = set[str]()
        settled = languages.settle(language, text)
        entities: tuple[Entity, ...] = ()
        summarizer: Summarizer = self._lead
        if self._tagger.reads(settled):
            entities = self._tagger.tag(document)
        else:
            flags.add(LANGUAGE_NOT_READ)
        if self._summarizer.reads(settled):
            summarizer = self._summarizer
        if language == languages.UNKNOWN:
            flags.add(LANGUAGE_UNKNOWN)
        if languages.lost_case(text):
            flags.add(CASE_LOST)
        summary, headline = summarizer.summarize(document), summarizer.headline(document)
        if summary.dropped:
            flags.add(SUMMARY_CUT if summary.method == ABSTRACTIVE else SUMMARY_REPLACED)
        if document.truncated:
            flags.add(TEXT_TRUNCATED)
        return Analysis(entities, summary, headline, tuple(sorted(flags)))

    def tag(self, text: str) -> tuple[Entity, ...]:
        """The names of a text in a language that the tagger reads."""
        return self._tagger.tag(Document(text, self._encoder))

    def summarize(self, text: str) -> Summary:
        """The summary of a text in a language that the summariser reads."""
        return self._summarizer.summarize(Document(text, self._encoder))


def load(
    tagger: str = BUILTIN,
    summarizer: str = EXTRACTIVE,
    *,
    choice: Choice = DEFAULT,
    models_dir: Path | None = None,
    cache_dir: Path | None = None,
) -> Models:
    """Load the models. Nothing is fetched: `copydesk models pull` does that.

    `tagger` is `builtin`, or a token-classification model: a hub id (`owner/name` or `owner/name@commit`) or a local
    folder. `summarizer` is `extractive`, or a sequence-to-sequence model named the same way. `models_dir` is where
    pulled and converted models lie, `cache_dir` the hub's cache (its own default where None).

    Raises:
        WeightsError: the shipped weights are missing or not the published ones.
        ExtraMissingError: what was chosen needs an extra that is not installed.
        ChoiceError: engine, precision and device do not go together.
        NotPulledError: a model is not on this machine.
        ChecksumError: a file changed since it was pulled.
        HubModelError: a hub model cannot be loaded.
    """
    # The engines are imported where they are used: onnxruntime and torch are loaded only by who needs them.
    encoder = load_encoder(choice.tier, models_dir) if tagger == BUILTIN or summarizer == EXTRACTIVE else None
    names = _load_tagger(tagger, encoder, choice, models_dir, cache_dir)
    sums_up = _load_summarizer(
        summarizer, encoder, tagger=names, choice=choice, models_dir=models_dir, cache_dir=cache_dir
    )
    return Models(names, sums_up, encoder)


def _load_tagger(
    name: str, encoder: Encoder | None, choice: Choice, models_dir: Path | None, cache_dir: Path | None
) -> Tagger:
    if encoder is not None and name == BUILTIN:
        from models.tagger import NewsTagger  # noqa: PLC0415

        return NewsTagger(encoder)
    from models.hub.tagger import HubTagger  # noqa: PLC0415

    return HubTagger(name, choice=choice, models_dir=models_dir, cache_dir=cache_dir)


def _load_summarizer(
    name: str,
    encoder: Encoder | None,
    *,
    tagger: Tagger,
    choice: Choice,
    models_dir: Path | None,
    cache_dir: Path | None,
) -> Summarizer:
    from models.extractive import ExtractiveSummarizer  # noqa: PLC0415

    extractive = ExtractiveSummarizer(encoder) if encoder is not None else None
    if extractive is not None and name == EXTRACTIVE:
        return extractive
    from models.hub.summarizer import HubSummarizer  # noqa: PLC0415

    return HubSummarizer(
        _load_generator(name, choice, models_dir, cache_dir),
        fallback=extractive,
        find_names=lambda text: tagger.tag(Document(text, encoder)),
    )


def _load_generator(name: str, choice: Choice, models_dir: Path | None, cache_dir: Path | None) -> "Generator":
    if choice.summarizer_engine == "ctranslate2":
        from models.hub.ctranslate import CTranslateGenerator  # noqa: PLC0415

        return CTranslateGenerator(name, choice=choice, models_dir=models_dir, cache_dir=cache_dir)
    from models.hub.generate import TorchGenerator  # noqa: PLC0415

    return TorchGenerator(name, choice=choice, models_dir=models_dir, cache_dir=cache_dir)
