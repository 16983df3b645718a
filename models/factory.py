"""Puts the models together: one encoder pass a document, whoever asks for it."""

from pathlib import Path
from typing import Final

from models import languages
from models.lead import LeadSummarizer
from models.protocols import Analysis, Document, Encoder, Summarizer, Tagger
from schemas.articles import Entity, ModelRef, Summary

#: The names of the shipped models; any other name is a hub id or a local folder.
BUILTIN: Final = "builtin"
EXTRACTIVE: Final = "extractive"

#: Flags that `Models.analyse` sets.
CASE_LOST: Final = "case-lost"
LANGUAGE_NOT_READ: Final = "language-not-read"
LANGUAGE_UNKNOWN: Final = "language-unknown"
TEXT_TRUNCATED: Final = "text-truncated"


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

    def analyse(self, text: str, language: str = "en") -> Analysis:
        """Names, summary and headline summary of a text, with one encoder pass.

        `language` is an ISO 639-1 code, or `und` where it could not be told. Empty text gives an empty result.
        """
        document = Document(text, self._encoder)
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
    tagger: str = BUILTIN, summarizer: str = EXTRACTIVE, *, cache_dir: Path | None = None, offline: bool = True
) -> Models:
    """Load the models.

    `tagger` is `builtin`, or a token-classification model: a hub id (`owner/name` or `owner/name@revision`) or a local
    folder. `summarizer` is `extractive`, or a sequence-to-sequence model named the same way. Hub models are looked up
    in `cache_dir` (the hub's own default where None) and downloaded only if `offline` is false.

    Raises:
        WeightsError: the shipped weights are missing or not the published ones.
        ExtraMissingError: a hub model was named, but the extra `torch` is not installed.
        HubModelError: a hub model cannot be loaded.
    """
    # The engines are imported here: onnxruntime and torch are loaded only by who uses them.
    encoder: Encoder | None = None
    if tagger == BUILTIN or summarizer == EXTRACTIVE:
        from models.encoder import OnnxEncoder  # noqa: PLC0415

        encoder = OnnxEncoder()
    return Models(
        _load_tagger(tagger, encoder, cache_dir, offline=offline),
        _load_summarizer(summarizer, encoder, cache_dir, offline=offline),
        encoder,
    )


def _load_tagger(name: str, encoder: Encoder | None, cache_dir: Path | None, *, offline: bool) -> Tagger:
    if encoder is not None and name == BUILTIN:
        from models.tagger import NewsTagger  # noqa: PLC0415

        return NewsTagger(encoder)
    from models.hub.tagger import HubTagger  # noqa: PLC0415

    return HubTagger(name, cache_dir=cache_dir, offline=offline)


def _load_summarizer(name: str, encoder: Encoder | None, cache_dir: Path | None, *, offline: bool) -> Summarizer:
    if encoder is not None and name == EXTRACTIVE:
        from models.extractive import ExtractiveSummarizer  # noqa: PLC0415

        return ExtractiveSummarizer(encoder)
    from models.hub.generate import TorchGenerator  # noqa: PLC0415
    from models.hub.summarizer import HubSummarizer  # noqa: PLC0415

    return HubSummarizer(TorchGenerator(name, cache_dir=cache_dir, offline=offline))
