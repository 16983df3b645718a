"""Payload types of every topic, version 1.

All are frozen msgspec Structs. Readers ignore fields they do not know, so a field may be added within version 1; a
change of meaning is a new major version, with a new ``ce_type`` and topic. JSON Schema files are generated from these
types (``python -m schemas.generate``).

**Offsets** are counted in Unicode code points of ``text`` (what Python's ``str`` slicing uses), end exclusive.
**Times** are zone-aware and written as RFC 3339.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

ArticleId = Annotated[
    str, Meta(pattern="^[0-9a-f]{32}$", description="First 128 bits, hex, of sha256 over the normalised URL.")
]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256, hex.")]
Time = Annotated[datetime, Meta(tz=True)]
Offset = Annotated[int, Meta(ge=0, description="Unicode code points from the start of `text`.")]
Score = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=0)]
RevisionNumber = Annotated[int, Meta(ge=1)]


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that crosses a boundary."""


class FeedItem(Payload, frozen=True, kw_only=True):
    """What the feed itself said of the article. Strings may hold HTML; they are as hostile as the page."""

    title: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    published: Time | None = None
    updated: Time | None = None
    section: str | None = None


class RawArticle(Payload, frozen=True, kw_only=True):
    """An article as it arrived (topic ``news.raw``)."""

    id: ArticleId
    url: Annotated[str, Meta(description="The URL as requested, or `urn:sha256:<hex>` for bytes without one.")]
    final_url: Annotated[str | None, Meta(description="Where redirects ended.")] = None
    source: Annotated[str, Meta(description="Name of the source in sources.yaml, or `local` for files.")]
    captured_at: Annotated[Time | None, Meta(description="When it was fetched; null for files.")] = None
    media_type: Annotated[str, Meta(description="Without parameters, e.g. `text/html`.")]
    charset: Annotated[str | None, Meta(description="As declared by the transport.")] = None
    headers: Annotated[dict[str, str], Meta(description="Response headers worth keeping, lower case.")] = {}
    body: Annotated[bytes, Meta(description="The bytes as received, after content decoding; base64.")]
    body_sha256: Sha256
    item: FeedItem | None = None
    rights: Annotated[str | None, Meta(description="Terms under which the source gives the text.")] = None


class Language(Payload, frozen=True, kw_only=True):
    """Language of the text."""

    code: Annotated[str, Meta(description="ISO 639-1; `und` when it cannot be told.")]
    confidence: Score


class Revision(Payload, frozen=True, kw_only=True):
    """One state of an article. A new one is made when title, standfirst, byline, text or corrections change."""

    number: RevisionNumber
    hash: Annotated[Sha256, Meta(description="Over title, standfirst, byline, text and corrections.")]
    previous_hash: Sha256 | None = None
    cause: Annotated[
        Literal["first", "edited", "reprocessed"],
        Meta(description="`reprocessed`: the same bytes gave another text, since our pipeline changed."),
    ]


class Removed(Payload, frozen=True, kw_only=True):
    """A piece taken out of the extracted text, with the blank line that parted it from its neighbour.

    Inserting every piece at its offset, last first, restores the cleaner's input exactly (``consumers.clean.restore``).
    """

    offset: Annotated[Offset, Meta(description="Where in `text` the piece stood.")]
    text: str
    rule: Annotated[str, Meta(description="Id of the rule that took it out.")]
    score: Score


class RawObject(Payload, frozen=True, kw_only=True):
    """Where the bytes as received lie."""

    key: str
    sha256: Sha256


class ModelRef(Payload, frozen=True, kw_only=True):
    """A model that took part."""

    name: str
    task: str
    revision: str
    sha256: Annotated[str, Meta(description="Of the weight file; empty where the model has none.")]
    engine: Annotated[str, Meta(description="Library and version that ran it.")]
    precision: str


class Provenance(Payload, frozen=True, kw_only=True):
    """What made this result."""

    raw: RawObject
    rules: Annotated[str, Meta(description="Version of the cleaning rule pack.")]
    memory: Annotated[str | None, Meta(description="Version of the learned boilerplate memory, if any.")] = None
    extractor: Annotated[str, Meta(description="Library and version that made text of the page.")]
    models: tuple[ModelRef, ...] = ()


class Candidate(Payload, frozen=True, kw_only=True):
    """One way in which the text could be had of what arrived, and how article-like it came out."""

    name: Annotated[
        str, Meta(description="`page`, `json-ld`, `feed`, `readability`, `host-rule`, or `plain` where no markup is.")
    ]
    words: Count
    score: Score
    parts: Annotated[dict[str, Score], Meta(description="What the score is made of, by name.")]


class Extraction(Payload, frozen=True, kw_only=True):
    """How the text was had."""

    chosen: Annotated[str, Meta(description="Name of the candidate whose text this is.")]
    score: Annotated[float, Meta(ge=0.0, le=1.0, description="Of the cleaned text: what the gate looks at.")]
    reason: Annotated[str, Meta(description="Why this one, in a few words.")]
    candidates: Annotated[tuple[Candidate, ...], Meta(description="All that were tried, the chosen one first.")]


class CleanArticle(Payload, frozen=True, kw_only=True):
    """An article as text (topic ``news.clean``). Paragraphs of ``text`` are parted by one blank line."""

    id: ArticleId
    revision: Revision
    url: str
    final_url: str | None = None
    canonical_url: Annotated[str | None, Meta(description="What the page says its own URL is.")] = None
    source: str
    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    section: str | None = None
    published_at: Time | None = None
    published_at_found_in: Annotated[str | None, Meta(description="e.g. `json-ld`, `meta`, `feed`.")] = None
    updated_at: Time | None = None
    updated_at_found_in: str | None = None
    found_in: Annotated[
        dict[str, str],
        Meta(description="Where title, standfirst, byline and section were found, e.g. `json-ld`, `meta`, `feed`."),
    ] = {}
    captured_at: Time | None = None
    language: Language
    extraction: Extraction | None = None
    text: str
    text_hash: Annotated[Sha256, Meta(description="SHA-256 of `text` in UTF-8.")]
    removed: tuple[Removed, ...] = ()
    corrections: Annotated[tuple[str, ...], Meta(description="Notices that the article was changed.")] = ()
    credit: Annotated[str | None, Meta(description="Agency or copyright line.")] = None
    rights: str | None = None
    provenance: Provenance
    flags: Annotated[tuple[str, ...], Meta(description="Short, sorted words; see docs/outputs.md.")] = ()


class Span(Payload, frozen=True, kw_only=True):
    """A piece of ``text``."""

    start: Offset
    end: Offset


class SummarySentence(Payload, frozen=True, kw_only=True):
    """A sentence of a summary; for extractive summaries ``article.text[start:end] == text``."""

    text: str
    start: Offset
    end: Offset
    supported_by: Annotated[
        tuple[Span, ...],
        Meta(description="Of a written sentence: the sentences of `text` that support it, the best first."),
    ] = ()


class Summary(Payload, frozen=True, kw_only=True):
    """A summary. ``method`` is ``extractive``, ``lead`` or ``abstractive``; ``model`` names what scored or wrote it."""

    sentences: tuple[SummarySentence, ...] = ()
    method: str
    model: str | None = None
    dropped: Annotated[
        Count,
        Meta(description="Sentences that a model wrote and that were left out, since `text` does not support them."),
    ] = 0


class Mention(Payload, frozen=True, kw_only=True):
    """One place where a name stands: ``article.text[start:end] == text``."""

    text: str
    start: Offset
    end: Offset
    score: Score


class Entity(Payload, frozen=True, kw_only=True):
    """A name with all its mentions. ``text``, ``start`` and ``end`` are those of the first of its fullest mentions."""

    text: str
    label: Annotated[str, Meta(description="Open set; the shipped tagger gives PER, ORG and LOC.")]
    start: Offset
    end: Offset
    score: Score
    mentions: tuple[Mention, ...]


class EnrichedArticle(CleanArticle, frozen=True, kw_only=True):
    """The product: a JSON object in the store and an event on ``news.enriched`` hold these same bytes."""

    summary: Summary
    headline_summary: Annotated[str | None, Meta(description="One sentence of at most 30 words.")] = None
    entities: tuple[Entity, ...] = ()
    pipeline: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{12}$",
            description="Short hash of rules, memory, models, engine, precision and library versions.",
        ),
    ]


class Origin(Payload, frozen=True, kw_only=True):
    """Position of the raw message that an outcome belongs to."""

    topic: str
    partition: Count
    offset: Count


Stage = Literal["pull", "prepare", "enrich"]
Status = Literal["sent", "unchanged", "failed", "done", "duplicate", "superseded", "rejected", "dead"]


class Outcome(Payload, frozen=True, kw_only=True):
    """How one article's pass through one stage ended (topic ``news.outcomes``).

    ``sent``, ``unchanged`` and ``failed`` belong to ``pull``, the others to ``prepare`` and ``enrich``. A raw message
    is settled by the first outcome that is not ``done`` of ``prepare``.
    """

    id: ArticleId
    stage: Stage
    status: Status
    reason: Annotated[str | None, Meta(description="A short, stable word, e.g. `crashed`, `no-text`.")] = None
    detail: Annotated[str | None, Meta(description="One sentence for a person.")] = None
    origin: Annotated[Origin | None, Meta(description="Null for `pull`, except where it was sent.")] = None
    source: str | None = None
    url: str | None = None
    revision: RevisionNumber | None = None
    object_key: str | None = None
    started_at: Time
    ended_at: Time
